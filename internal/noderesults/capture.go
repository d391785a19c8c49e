// SPDX-License-Identifier: MPL-2.0

// Package noderesults collects the results of a job's nodes for the state, and the reasons of failures for people.
package noderesults

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Values of capture_results: the nodes whose results are kept.
const (
	All    = "all"
	Failed = "failed"
	None   = "none"
)

// shownFailures is how many failed nodes an error names.
const shownFailures = 10

// Job is what is known of a job before its nodes are read.
type Job struct {
	ID string
	// Mode is one of [All], [Failed] and [None].
	Mode string
	// Expected is how many nodes the job ran on.
	Expected int
	// Named are the nodes that its scope names, if the job did not run on all of them; otherwise nil.
	Named  []string
	Judged outcome.Verdict
	// Changes asks for the nodes that have changed something.
	Changes bool
	// Limits say how much is kept.
	Limits Limits
	// Redact takes secrets out of what people are shown.
	Redact func(string) string
}

// Capture collects the results of the nodes of a job that has ended. It sees one node at a time, so that a job over 20,000 nodes takes no
// more memory than what is kept.
type Capture struct {
	job Job

	results   tfvalue.Keyed
	sensitive map[string]tfvalue.Foreign
	unread    []string        // nodes whose results cannot be read
	taken     map[string]bool // only set when nodes are missing and all nodes were read
	failed    []string        // sentences, at most shownFailures
	changed   []string        // the same about nodes that have changed something
	changes   int64           // how many these are
}

// New returns a capture that has seen no node yet.
func New(job Job) *Capture {
	capture := &Capture{job: job, sensitive: map[string]tfvalue.Foreign{}}
	capture.results = tfvalue.Keyed{
		Limit: job.Limits.all(), Each: job.Limits.each(), Cut: func(name string) { delete(capture.sensitive, name) },
	}
	if job.Named != nil {
		capture.taken = map[string]bool{}
	}
	return capture
}

// Needed reports whether the nodes have to be read at all.
func (n *Capture) Needed() bool {
	return (n.job.Mode == All || n.job.Changes) && n.job.Expected > 0 || n.job.Judged.Failed > 0
}

// Read reads the nodes and adds them.
func (n *Capture) Read(ctx context.Context, client *orchestrator.Client) error {
	return n.AddAll(client.JobNodes(ctx, n.job.ID, orchestrator.JobNodeFilter{Expected: n.job.Expected}))
}

// AddAll adds all nodes. If not all of them can be read, it is not known which are missing. Where changes are asked for, fewer nodes than
// the job ran on are an error, because the others may have changed something.
func (n *Capture) AddAll(nodes iter.Seq2[orchestrator.JobNode, error]) error {
	read := 0
	for node, err := range nodes {
		if err != nil {
			n.taken = nil
			return err
		}
		n.Add(node)
		read++
	}
	if n.job.Changes && read < n.job.Expected {
		return fmt.Errorf("the job ran on %s, and the server lists %d of them", prose.Count(int64(n.job.Expected), "node"), read)
	}
	return nil
}

// Add adds a node.
func (n *Capture) Add(node orchestrator.JobNode) {
	if n.taken != nil {
		n.taken[node.Name] = true
	}
	succeeded := node.State == orchestrator.NodeFinished || node.State == orchestrator.NodeSkipped
	if !succeeded && len(n.failed) < shownFailures {
		n.failed = append(n.failed, n.failure(node))
	}
	if n.job.Changes && node.State == orchestrator.NodeFinished {
		n.addChange(node)
	}
	if n.job.Mode == None || n.job.Mode == Failed && succeeded {
		return
	}
	n.keep(node)
}

// addChange notes a node that has changed something, or of which the server does not tell.
func (n *Capture) addChange(node orchestrator.JobNode) {
	resources, told := node.Deviation()
	if told && resources == 0 {
		return
	}
	n.changes++
	what := "the server does not say what it has changed"
	if told {
		what = prose.Count(resources, "resource")
	}
	if len(n.changed) < shownFailures {
		n.changed = append(n.changed, fmt.Sprintf("  %s: %s", visible.Line(node.Name, visible.LongestName), what))
	}
}

// Changes is how many nodes have changed something, and a list of them for people.
func (n *Capture) Changes() (nodes int64, lines string) {
	all := n.changed
	if more := prose.More(n.changes - int64(len(all))); more != "" {
		all = append(all, "  "+more)
	}
	return n.changes, strings.Join(all, "\n")
}

// failure says which node did not succeed, why, and what it printed last. A secret is taken out of the whole text, before its
// parts are chosen.
func (n *Capture) failure(node orchestrator.JobNode) string {
	message := messageLine(n.redact(node.Message()))
	text := failureSentence(node.Name, string(node.State), message)
	lines := lastLines(n.redact(node.Output()))
	if !unsaid(message, lines) {
		return text
	}
	return text + "\n    | " + strings.Join(lines, "\n    | ")
}

// redact takes secrets and colours out of a text. A colour may begin or end within a secret, so that both texts are looked at.
func (n *Capture) redact(text string) string { return n.job.Redact(withoutColours(n.job.Redact(text))) }

// failureSentence is a line about a node that did not succeed.
func failureSentence(name, state, message string) string {
	where := fmt.Sprintf("  %s (%s)", visible.Line(name, visible.LongestName), visible.Line(state, visible.LongestName))
	if message == "" {
		return where
	}
	return where + ": " + message
}

// Values returns the two result attributes.
func (n *Capture) Values() (results, sensitive types.Dynamic) {
	if n.job.Mode == None {
		return types.DynamicNull(), types.DynamicNull()
	}
	return types.DynamicValue(n.results.Object().Value), types.DynamicValue(tfvalue.ForeignObject(n.sensitive).Value)
}

// Failures lists the nodes that did not succeed, for people. It is "" if the nodes were not read.
func (n *Capture) Failures() string {
	lines := n.failed
	for _, name := range n.missing() {
		if len(lines) < shownFailures {
			lines = append(
				lines,
				failureSentence(
					name,
					"left out",
					"the job did not take it. Puppet Enterprise silently leaves out nodes that the user may not use",
				),
			)
		}
	}
	if len(lines) == 0 {
		return ""
	}
	if more := prose.More(n.job.Judged.Failed - int64(len(lines))); more != "" {
		lines = append(lines, "  "+more)
	}
	return strings.Join(lines, "\n")
}

// missing returns the nodes that the scope names and that the job did not run on.
func (n *Capture) missing() (names []string) {
	if n.taken == nil {
		return nil
	}
	for _, name := range n.job.Named {
		if !n.taken[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
