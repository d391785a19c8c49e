// SPDX-License-Identifier: MPL-2.0

package jobrun

import (
	"context"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
)

// Ended is a job that has run on nodes and has ended, and how it is judged.
type Ended struct {
	// Title names what ran, as the beginning of a sentence.
	Title   string
	ID, URL string
	// Outcome is what the server counts.
	Outcome outcome.Job
	Allowed outcome.Allowed
	// Named are the nodes that its scope names.
	Named []string
	// Captures says whose results are wanted: see [noderesults.Job].
	Captures string
	// NoChanges tells that the nodes must have changed nothing.
	NoChanges bool
}

func (e Ended) judged() outcome.Verdict { return outcome.Judge(e.Outcome, e.Allowed) }

// Capture returns a capture of what the nodes have left, in which there is nothing yet.
func (e Ended) Capture(c *pe.Clients) *noderesults.Capture {
	job := noderesults.Job{
		ID: e.ID, Mode: e.Captures, Expected: int(e.Outcome.NodeCount), Judged: e.judged(), Changes: e.NoChanges, Redact: c.Redactor.Text,
		Limits: c.ResultLimits,
	}
	if e.Outcome.Missing > 0 {
		job.Named = e.Named
	}
	return noderesults.New(job)
}

// Read reads what the nodes have left, when somebody wants to see it: for the results, for the reasons of a failure, or for what they have
// changed. The error says why that could not be read.
func (e Ended) Read(ctx context.Context, c *pe.Clients) (*noderesults.Capture, error) {
	capture := e.Capture(c)
	if !capture.Needed() {
		return capture, nil
	}
	return capture, capture.Read(ctx, c.Orchestrator)
}

// Verdict puts the judgement into words, with what was read of the nodes. complete tells that all of it could be read: otherwise the nodes
// that were not may have changed something.
func (e Ended) Verdict(captured *noderesults.Capture, complete bool) verdict.Nodes {
	judged := verdict.Nodes{
		Title: e.Title, Job: e.ID, State: string(e.Outcome.State), URL: e.URL, States: e.Outcome.NodeStates, Judged: e.judged(),
		Allowed: e.Allowed, Failures: captured.Failures(),
	}
	if e.NoChanges {
		judged.Changed, judged.Changes = captured.Changes()
		judged.Unread = !complete && judged.Changed == 0
	}
	return judged
}
