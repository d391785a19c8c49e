// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/calendar"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

type weekly struct{}

func newWeekly() function.Function { return weekly{} }

// Metadata implements [function.Function].
func (weekly) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "weekly"
}

// Definition implements [function.Function].
func (weekly) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The next time that the clock shows an hour on a day of the week.",
		MarkdownDescription: "The first time after another one at which it is a day of the week and a time of the day in a time zone, such " +
			"as Sunday, 02:00, in Berlin. The result is a time of RFC 3339 with the offset that the zone has then, so that it is 02:00 in " +
			"summer and in winter.\n\nOn the day on which the clocks are changed, the rule of calendars (RFC 5545) applies. A time that comes " +
			"twice is the first of the two. A time that is skipped is as much later as the clock skips: where it skips from 02:00 to 03:00, " +
			"02:30 becomes 03:30.\n\nThe rules of the time zones come with the provider, so that every machine gets the same result. A " +
			"government may change them afterwards; then a newer version of the provider knows.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "day", MarkdownDescription: "Day of the week in English, `monday` to `sunday`, in any case."},
			function.StringParameter{
				Name:                "time",
				MarkdownDescription: "Time of the day, `00:00` to `23:59`, with seconds if they matter: `02:00` or `02:00:30`.",
			},
			function.StringParameter{
				Name: "zone",
				MarkdownDescription: "Time zone by its name in the [IANA database](https://www.iana.org/time-zones), such as `Europe/Berlin`, " +
					"`America/New_York` or `UTC`.",
			},
			function.StringParameter{
				Name:                "after",
				MarkdownDescription: "The time that the result is to be later than, RFC 3339 with any offset. The very same time does not count.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run implements [function.Function].
func (weekly) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var day, clock, zone, after string
	if resp.Error = req.Arguments.Get(ctx, &day, &clock, &zone, &after); resp.Error != nil {
		return
	}
	result, err := weekAfter(day, clock, zone, after)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

// weekAfter is the first time later than another one at which the clock shows a day and a time.
func weekAfter(day, clock, zone, after string) (string, *function.FuncError) {
	weekday, problem := weekdayOf(day)
	if problem != "" {
		return "", wrong(0, day, problem)
	}
	shown, problem := clockOf(clock)
	if problem != "" {
		return "", wrong(1, clock, problem)
	}
	location, ok := calendar.Zone(zone)
	if !ok {
		return "", wrong(2, zone, zoneProblem(zone))
	}
	at, err := timeArgument(3, after)
	if err != nil {
		return "", err
	}
	week := calendar.Weekly{Day: weekday, Hour: shown.Hour(), Minute: shown.Minute(), Second: shown.Second(), Zone: location}
	text, ok := written(week.After(at))
	if !ok {
		return "", wrong(3, after, tooLate)
	}
	return text, nil
}

func weekdayOf(name string) (day time.Weekday, problem string) {
	var names []string
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String(), name) {
			return day, ""
		}
		names = append(names, strings.ToLower(day.String()))
	}
	problem = "is not a day of the week, which are monday, tuesday, wednesday, thursday, friday, saturday and sunday"
	if similar := prose.Nearest(strings.ToLower(name), names); similar != "" {
		problem = "is not a day of the week; the nearest name is " + similar
	}
	return 0, problem
}

func clockOf(text string) (shown time.Time, problem string) {
	const form = "15:04:05"
	if short := len("15:04"); len(text) == short || len(text) == len(form) {
		if shown, err := time.Parse(form[:len(text)], text); err == nil {
			return shown, ""
		}
	}
	return time.Time{}, "is not a time of the day: 00:00 to 23:59, in two digits each, with seconds as in 02:00:30 if they matter"
}

func zoneProblem(name string) string {
	problem := "is not a time zone of the IANA database"
	if similar := calendar.SimilarZone(name); similar != "" {
		return problem + "; the nearest name is " + similar
	}
	return problem + ", such as Europe/Berlin or UTC"
}
