// SPDX-License-Identifier: MPL-2.0

package outcome

import (
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Progress describes how far a job is. The text changes when there is something to report.
func Progress(job orchestrator.Job) string {
	text := stateText(string(job.State))
	if states := NodeStatesText(job.NodeStates); states != "" {
		text += ", nodes: " + states
	}
	return text
}

// PlanProgress describes how far a plan job is. The text changes when there is something to report.
func PlanProgress(job orchestrator.PlanJob) string {
	jobs := job.JobIDs()
	switch {
	case len(jobs) == 0:
		return stateText(string(job.State))
	default:
		return fmt.Sprintf("%s, jobs so far: %s", stateText(string(job.State)), prose.List(jobs))
	}
}

// stateText is a state for people. Those that are not known come from who knows where.
func stateText(state string) string { return visible.Line(state, visible.LongestName) }

// NodeStatesText writes the numbers of nodes by state, the most interesting states last as in PE's own tools.
func NodeStatesText(counts map[orchestrator.NodeState]int64) string {
	order := []orchestrator.NodeState{
		orchestrator.NodeNew, orchestrator.NodeReady, orchestrator.NodeRunning, orchestrator.NodeStopping, orchestrator.NodeStopped,
		orchestrator.NodeFinished, orchestrator.NodeSkipped, orchestrator.NodeFailed, orchestrator.NodeErrored,
	}
	states := make([]orchestrator.NodeState, 0, len(counts))
	for state := range counts {
		states = append(states, state)
	}
	slices.SortFunc(states, func(a, b orchestrator.NodeState) int {
		if rank := slices.Index(order, a) - slices.Index(order, b); rank != 0 {
			return rank
		}
		return strings.Compare(string(a), string(b))
	})
	var words []string
	for _, state := range states {
		if counts[state] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[state], stateText(string(state))))
		}
	}
	return strings.Join(words, ", ")
}
