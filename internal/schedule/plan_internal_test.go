// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// timed is a schedule that runs at a time, repeatedly if an interval is given.
func timed(start, interval types.String) *scheduleModel {
	return &scheduleModel{ScheduledTime: start, Interval: interval}
}

func TestScheduleModelKeepTimes_KeepsWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	const start, elsewhere, nextRun, later = "2030-03-01T12:00:00Z", "2030-03-01T13:00:00+01:00", "2030-03-02T12:00:00Z", "2030-03-05T12:00:00Z"
	text, null, unknown := types.StringValue, types.StringNull(), types.StringUnknown()
	before, begun := begin.Add(-time.Hour), begin.Add(time.Hour)
	tests := map[string]struct {
		plan, prior *scheduleModel
		now         time.Time
		changed     bool
		want        *scheduleModel
	}{
		"once, the same":                  {timed(text(start), null), timed(text(start), null), before, false, timed(text(start), null)},
		"once, in another zone":           {timed(text(elsewhere), null), timed(text(start), null), before, false, timed(text(start), null)},
		"once, another time":              {timed(text(later), null), timed(text(start), null), before, true, timed(text(later), null)},
		"once, another time, after it":    {timed(text(start), null), timed(text(nextRun), null), begun, true, timed(text(start), null)},
		"an interval in other words":      {timed(text(start), text("1440m")), timed(text(start), text("24h")), before, false, timed(text(start), text("24h"))},
		"another interval":                {timed(text(start), text("12h")), timed(text(start), text("24h")), before, true, timed(text(start), text("12h"))},
		"an interval is added":            {timed(text(start), text("24h")), timed(text(start), null), before, true, timed(text(start), text("24h"))},
		"the interval is removed":         {timed(text(start), null), timed(text(start), text("24h")), before, true, timed(text(start), null)},
		"begun, and goes on at its run":   {timed(text(start), text("24h")), timed(text(nextRun), text("24h")), begun, false, timed(text(nextRun), text("24h"))},
		"not begun, and at another run":   {timed(text(start), text("24h")), timed(text(nextRun), text("24h")), before, true, timed(text(start), text("24h"))},
		"begun, and postponed":            {timed(text(start), text("24h")), timed(text(later), text("24h")), begun, true, timed(text(start), text("24h"))},
		"begun, with another interval":    {timed(text(start), text("12h")), timed(text(nextRun), text("24h")), begun, true, timed(text(start), text("12h"))},
		"begun, at a run of both":         {timed(text(start), text("12h")), timed(text(nextRun), text("24h")), begin.Add(20 * time.Hour), true, timed(text(start), text("12h"))},
		"the time is not known":           {timed(unknown, null), timed(text(start), null), before, true, timed(unknown, null)},
		"the interval is not known":       {timed(text(elsewhere), unknown), timed(text(start), null), before, true, timed(text(start), unknown)},
		"the interval is not known again": {timed(text(start), unknown), timed(text(start), text("24h")), before, true, timed(text(start), unknown)},
		"nothing is known":                {timed(unknown, unknown), timed(text(start), text("24h")), before, true, timed(unknown, unknown)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.plan.keepTimes(test.prior, test.now); got != test.changed {
				t.Errorf("the times have changed: %v", got)
			}
			if !test.plan.ScheduledTime.Equal(test.want.ScheduledTime) || !test.plan.Interval.Equal(test.want.Interval) {
				t.Errorf("planned is %s every %s, want %s every %s", test.plan.ScheduledTime, test.plan.Interval, test.want.ScheduledTime, test.want.Interval)
			}
		})
	}
}

func TestRunsOtherwise_IgnoresWhenItRuns(t *testing.T) {
	t.Parallel()
	inputs := []string{"task", "params"}
	for name, test := range map[string]struct {
		changed, inputs []string
		want            bool
	}{
		"nothing":                   {nil, inputs, false},
		"the time":                  {[]string{"scheduled_time"}, inputs, false},
		"all that is not run":       {[]string{"scheduled_time", "interval", "description"}, inputs, false},
		"the environment":           {[]string{"environment"}, inputs, true},
		"the environment, no input": {[]string{"environment"}, nil, true},
		"an input":                  {[]string{"params"}, inputs, true},
		"an input among others":     {[]string{"interval", "description", "task"}, inputs, true},
		"an input of another":       {[]string{"plan_name"}, inputs, false},
		"no inputs":                 {[]string{"params"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := runsOtherwise(test.changed, test.inputs); got != test.want {
				t.Errorf("it runs otherwise: %v", got)
			}
		})
	}
}

func TestUnreportedByLegacy_BelievesDefaultsAndWhatIsHidden(t *testing.T) {
	t.Parallel()
	flag := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.Bool, value) }
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	for name, test := range map[string]struct {
		attribute string
		wanted    tftypes.Value
		want      bool
	}{
		"params":                      {"params", text("anything"), true},
		"params that are not known":   {"params", text(tftypes.UnknownValue), true},
		"the version of secrets":      {"sensitive_params_version", tftypes.NewValue(tftypes.Number, 3), true},
		"enforced":                    {"enforce_environment", flag(true), true},
		"not enforced":                {"enforce_environment", flag(false), false},
		"enforced or not":             {"enforce_environment", flag(nil), false},
		"enforced, not known":         {"enforce_environment", flag(tftypes.UnknownValue), false},
		"a flag that is off":          {"noop", flag(false), true},
		"a flag that is on":           {"noop", flag(true), false},
		"a flag that nobody mentions": {"noop", flag(nil), false},
		"a flag that is not known":    {"noop", flag(tftypes.UnknownValue), false},
		"a text":                      {"tags", text("web"), false},
		"the word for off":            {"tags", text("false"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := unreportedByLegacy(test.attribute, test.wanted); got != test.want {
				t.Errorf("%s = %s is not reported: %v", test.attribute, test.wanted, got)
			}
		})
	}
}

func TestScheduleModel_FirstRun(t *testing.T) {
	t.Parallel()
	const soon, ago = "2026-01-10T10:00:00+01:00", "2020-01-06T02:00:00Z"
	text, null, unknown := types.StringValue, types.StringNull(), types.StringUnknown()
	for name, test := range map[string]struct{ start, interval, want types.String }{
		"once":                     {text(soon), null, text(soon)},
		"once, with a fraction":    {text("2026-01-10T09:00:00.25Z"), null, text("2026-01-10T09:00:00Z")},
		"again and again":          {text(soon), text("24h"), unknown},
		"since years":              {text(ago), text("168h"), unknown},
		"a time that is not known": {unknown, null, unknown},
		"an interval likewise":     {text(ago), unknown, unknown},
	} {
		m := scheduleModel{ScheduledTime: test.start, Interval: test.interval}
		if got := m.firstRun(); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestTimesFromNow_AreNeverInThePast(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	clients := &pe.Clients{Now: func() time.Time { return now }, ServerClock: func() (time.Time, bool) { return time.Time{}, false }}
	r := &scheduleResource[scheduledTaskModel, *scheduledTaskModel]{Resource: pe.Resource{Clients: clients}}
	for name, test := range map[string]struct{ start, every, want string }{
		"to come":                {"2026-01-10T09:00:00Z", "", "2026-01-10T09:00:00Z"},
		"a fraction":             {"2026-01-10T09:00:00.5Z", "", "2026-01-10T09:00:00.5Z"},
		"recurs, to come":        {"2026-01-10T09:00:00Z", "24h", "2026-01-10T09:00:00Z"},
		"recurs since years":     {"2020-01-06T08:30:00Z", "24h", "2026-01-10T08:30:00Z"},
		"it runs at this moment": {"2020-01-06T08:00:00Z", "24h", "2026-01-11T08:00:00Z"},
		"in another week":        {"2020-01-06T02:00:00Z", "168h", "2026-01-12T02:00:00Z"},
	} {
		m := &scheduleModel{ScheduledTime: types.StringValue(test.start), Interval: types.StringValue(test.every)}
		if got := r.timesFromNow(m); got.Start.Format(time.RFC3339Nano) != test.want {
			t.Errorf("%s: got %s, want %s", name, got.Start, test.want)
		}
	}
}

// TestScheduleModel_ReportedTime keeps the offset that somebody has chosen, and else what the server says to the letter.
func TestScheduleModel_ReportedTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ scheduled, reported, want string }{
		"UTC":              {"2026-01-10T08:00:00Z", "2026-01-11T08:00:00.000Z", "2026-01-11T08:00:00.000Z"},
		"an offset":        {"2026-01-10T08:00:00+01:00", "2026-01-11T07:00:00Z", "2026-01-11T08:00:00+01:00"},
		"an offset of 0":   {"2026-01-10T08:00:00+00:00", "2026-01-11T07:00:00Z", "2026-01-11T07:00:00Z"},
		"no time so far":   {"", "2026-01-11T07:00:00Z", "2026-01-11T07:00:00Z"},
		"something else":   {"2026-01-10T08:00:00+01:00", "tomorrow", "tomorrow"},
		"without fraction": {"2026-01-10T08:00:00-03:30", "2026-01-11T07:00:00.250Z", "2026-01-11T03:30:00-03:30"},
	} {
		m := scheduleModel{ScheduledTime: types.StringValue(test.scheduled)}
		if got := m.reportedTime(test.reported); got.ValueString() != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	if m := (scheduleModel{}); !m.reportedTime("").IsNull() {
		t.Error("a time that there is not is one")
	}
}
