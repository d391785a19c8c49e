// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

type nextRun struct{}

func newNextRun() function.Function { return nextRun{} }

// Metadata implements [function.Function].
func (nextRun) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "next_run"
}

// Definition implements [function.Function].
func (nextRun) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The first run of a schedule after a time.",
		MarkdownDescription: "The first run, after a time, of a schedule that begins at `start` and recurs every `interval`, as Puppet " +
			"Enterprise counts: an interval is a number of seconds, and a day always 24 hours. Before `start` it is `start` itself. The result " +
			"is a time of RFC 3339 with the offset of `start`, also where the clocks have been changed since; [`weekly`](weekly.md) follows " +
			"the clock.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "start", MarkdownDescription: "When the first run begins, RFC 3339 with any offset."},
			function.StringParameter{
				Name:                "interval",
				MarkdownDescription: "Time between two runs, whole seconds as a duration such as `24h` or `168h`.",
			},
			function.StringParameter{
				Name:                "after",
				MarkdownDescription: "The time that the run is to be later than, RFC 3339 with any offset. A run at this very time does not count.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run implements [function.Function].
func (nextRun) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var start, interval, after string
	if resp.Error = req.Arguments.Get(ctx, &start, &interval, &after); resp.Error != nil {
		return
	}
	result, err := runAfter(start, interval, after)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

// runAfter is the first run of a schedule that is later than a time.
func runAfter(start, interval, after string) (string, *function.FuncError) {
	first, err := timeArgument(0, start)
	if err != nil {
		return "", err
	}
	every, failed := time.ParseDuration(interval)
	if problem := validate.IntervalProblem(interval); failed != nil || problem != "" {
		return "", wrong(1, interval, problem)
	}
	at, err := timeArgument(2, after)
	if err != nil {
		return "", err
	}
	run := scheduling.Times{Start: first, Every: every}.After(at)
	text, ok := written(scheduling.InZoneOf(start, run))
	if !ok {
		return "", wrong(2, after, tooLate)
	}
	return text, nil
}
