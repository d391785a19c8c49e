// Package noderesults collects the results of a job's nodes for the state, and the reasons of failures for people.
package noderesults

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
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
}

// Capture collects the results of the nodes of a job that has ended. It sees one node at a time, so that a job over 20,000 nodes takes no
// more memory than what is kept.
type Capture struct {
	job Job

	results   map[string]attr.Value
	sensitive map[string]attr.Value
	taken     map[string]bool // only set when nodes are missing and all nodes were read
	failed    []string        // sentences, at most shownFailures
}

// New returns a capture that has seen no node yet.
func New(job Job) *Capture {
	capture := &Capture{job: job, results: map[string]attr.Value{}, sensitive: map[string]attr.Value{}}
	if job.Named != nil {
		capture.taken = map[string]bool{}
	}
	return capture
}

// Needed reports whether the nodes have to be read at all.
func (n *Capture) Needed() bool {
	return n.job.Mode == All && n.job.Expected > 0 || n.job.Judged.Failed > 0
}

// Read reads the nodes and adds them.
func (n *Capture) Read(ctx context.Context, client *orchestrator.Client) error {
	return n.AddAll(client.JobNodes(ctx, n.job.ID, orchestrator.JobNodeFilter{Expected: n.job.Expected}))
}

// AddAll adds all nodes. If not all of them can be read, it is not known which are missing.
func (n *Capture) AddAll(nodes iter.Seq2[orchestrator.JobNode, error]) error {
	for node, err := range nodes {
		if err == nil {
			err = n.Add(node)
		}
		if err != nil {
			n.taken = nil
			return err
		}
	}
	return nil
}

// Add adds a node.
func (n *Capture) Add(node orchestrator.JobNode) error {
	if n.taken != nil {
		n.taken[node.Name] = true
	}
	succeeded := node.State == orchestrator.NodeFinished || node.State == orchestrator.NodeSkipped
	if !succeeded && len(n.failed) < shownFailures {
		n.failed = append(n.failed, failureSentence(node.Name, string(node.State), node.Message()))
	}
	if n.job.Mode == None || n.job.Mode == Failed && succeeded {
		return nil
	}
	result, secret, err := jobvalue.NodeResult(node)
	if err != nil {
		return fmt.Errorf("reading the result of node %s in job %s: %w", node.Name, n.job.ID, err)
	}
	n.results[node.Name] = result
	if secret != nil {
		n.sensitive[node.Name] = secret
	}
	return nil
}

// failureSentence describes a node that did not succeed, on one line.
func failureSentence(name, state, message string) string {
	if message == "" {
		return fmt.Sprintf("  %s (%s)", name, state)
	}
	return fmt.Sprintf("  %s (%s): %s", name, state, strings.Join(strings.Fields(message), " "))
}

// Values returns the two result attributes.
func (n *Capture) Values() (results, sensitive types.Dynamic) {
	if n.job.Mode == None {
		return types.DynamicNull(), types.DynamicNull()
	}
	return types.DynamicValue(tfvalue.Object(n.results)), types.DynamicValue(tfvalue.Object(n.sensitive))
}

// Failures lists the nodes that did not succeed, for people. It is "" if the nodes were not read.
func (n *Capture) Failures() string {
	lines := n.failed
	for _, name := range n.missing() {
		if len(lines) < shownFailures {
			lines = append(lines, failureSentence(name, "left out", "the job did not take it. Puppet Enterprise leaves out, without a word, "+
				"nodes that the user may not use or that it does not know"))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	if more := n.job.Judged.Failed - int64(len(lines)); more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
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
