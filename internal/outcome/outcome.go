// SPDX-License-Identifier: MPL-2.0

// Package outcome judges whether a job counts as a success.
//
// Success depends on the nodes. A job's own state is not enough: PE documents finished jobs with failed nodes, and servers call a job
// failed because one node of a thousand was not connected.
package outcome

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Job is what a verdict is based on.
type Job struct {
	State      orchestrator.JobState
	NodeCount  int64
	NodeStates map[orchestrator.NodeState]int64
	// Missing is the number of nodes that the scope names and the job did not run on. PE silently leaves out nodes that the user may not use.
	Missing int64
}

// Allowed says how many nodes may fail. The zero value allows none.
type Allowed struct {
	// Nodes is a number of nodes.
	Nodes int64
	// Percent is a percentage of the nodes that the job should have run on, from 0 to 100.
	Percent float64
	// AtLeast is how many nodes the job has to take, however they end. 0 asks for none.
	AtLeast int64
}

// Verdict is a judgement.
type Verdict struct {
	// OK is true when the job counts as a success.
	OK bool
	// Failed counts the nodes that did not succeed, including the missing ones. Skipped nodes are not among them.
	Failed int64
	// Skipped counts the nodes on which nothing was done.
	Skipped int64
	// Total counts the nodes that the job should have run on.
	Total int64
	// Took counts the nodes that the job took.
	Took int64
	// Reason says why the job is no success although no more nodes failed than allowed, or "".
	Reason string
	// TooFew tells that the job took fewer nodes than it had to.
	TooFew bool
}

// Judge judges a job that has ended. Every node that is not finished or skipped has failed: a node that is still running when its job has
// ended will never report, and a state that this version does not know is not a success. A server that counts no states at all is taken at
// its word about the job.
func Judge(job Job, allowed Allowed) Verdict {
	v := Verdict{Failed: job.Missing, Skipped: job.NodeStates[orchestrator.NodeSkipped]}
	counted := int64(0)
	for state, count := range job.NodeStates {
		if count < 0 {
			v.Reason = fmt.Sprintf("the server counts %d nodes as %s, which cannot be", count, state)
			count = 0
		}
		counted += count
		if state != orchestrator.NodeFinished && state != orchestrator.NodeSkipped {
			v.Failed += count
		}
	}
	if counted > 0 {
		v.Failed += max(0, job.NodeCount-counted) // of these the server does not say how they ended
	}
	v.Took = max(job.NodeCount, counted)
	v.Total = v.Took + job.Missing

	if v.Reason == "" {
		v.Reason = reason(job, v)
	}
	v.TooFew = v.Took < allowed.AtLeast
	v.OK = v.Reason == "" && !v.TooFew && allowed.permits(v)
	return v
}

// reason finds what is wrong with the job as a whole.
func reason(job Job, v Verdict) string {
	switch {
	case !job.State.Terminal():
		return "it is still " + stateText(string(job.State))
	case job.State == orchestrator.JobStopped:
		return "it was stopped"
	case job.State == orchestrator.JobFailed && v.Failed == 0:
		return "the server calls it failed, although no node has failed"
	default:
		return ""
	}
}

// permits reports whether no more nodes failed than may. A percentage such as 18.4 is not exact as a float, so that as many nodes as it
// says would be a little more: 69 of 375.
func (a Allowed) permits(v Verdict) bool {
	const rounding = 1e-9
	return v.Failed <= a.Nodes || float64(v.Failed)*100 <= a.Percent*float64(v.Total)*(1+rounding)
}
