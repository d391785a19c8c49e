// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// shownJobs is how many jobs of a plan are looked at, and named.
const shownJobs = 10

// JobsOfPlan names the jobs that a plan has started and the nodes on which they have failed. history is what the plan job says of
// them; redact takes secrets out of a text. Where something could not be read, the text says so.
func JobsOfPlan(
	ctx context.Context, client *orchestrator.Client, history map[string][]orchestrator.StatusPeriod, redact func(string) string,
) string {
	ids := worstFirst(history)
	var texts []string
	for _, id := range ids[:min(len(ids), shownJobs)] {
		text, err := jobOfPlan(ctx, client, id, redact)
		if err != nil {
			texts = append(texts, fmt.Sprintf("Job %s of the plan could not be read: %s", id, prose.Sentence(redact(err.Error()))))
			break
		}
		texts = append(texts, text)
	}
	if more := len(ids) - shownJobs; more > 0 {
		texts = append(texts, fmt.Sprintf("The plan has started %d more jobs.", more))
	}
	return prose.Paragraphs(texts...)
}

// worstFirst orders the jobs of a plan: first those that the server calls failed or stopped, and of those the newest.
func worstFirst(history map[string][]orchestrator.StatusPeriod) []string {
	ids := orchestrator.PlanJob{Status: history}.JobIDs()
	fine := func(id string) int {
		periods := history[id]
		if len(periods) > 0 && periods[len(periods)-1].State == orchestrator.JobFinished {
			return 1
		}
		return 0
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(fine(a)-fine(b), orchestrator.CompareIDs(b, a)) })
	return ids
}

// jobOfPlan says how a job of a plan has ended, and on which nodes it has failed.
func jobOfPlan(ctx context.Context, client *orchestrator.Client, id string, redact func(string) string) (string, error) {
	job, err := client.Job(ctx, id)
	if err != nil {
		return "", err
	}
	judged := outcome.Judge(outcome.Job{State: job.State, NodeCount: job.NodeCount, NodeStates: job.NodeStates}, outcome.Allowed{})
	text := fmt.Sprintf("Job %s of the plan (%s): %s.", id, what(job), outcome.Progress(job))
	nodes := noderesults.New(noderesults.Job{
		ID: id, Mode: noderesults.None, Expected: int(job.NodeCount), Judged: judged, Redact: redact,
	})
	if !nodes.Needed() {
		return text, nil
	}
	if err := nodes.Read(ctx, client); err != nil {
		return "", err
	}
	if failures := nodes.Failures(); failures != "" {
		text += "\n" + failures
	}
	return text, nil
}

// what names what a job of a plan runs.
func what(job orchestrator.Job) string {
	if task := job.Options.Task(); task != "" {
		return "task " + visible.Line(task, visible.LongestName)
	}
	return visible.Line(job.Type, visible.LongestName)
}
