package job

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
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// shownFailures is how many failed nodes an error names.
const shownFailures = 10

// nodeCapture collects what the nodes of a job that has ended have left: results for the state, and the reasons of failures
// for people. It sees one node at a time, so that a job over 20,000 nodes takes no more memory than what is kept.
type nodeCapture struct {
	job      string
	mode     string
	expected int
	named    []string
	judged   outcome.Verdict

	results   map[string]attr.Value
	sensitive map[string]attr.Value
	taken     map[string]bool // only kept when nodes are missing and all nodes were read
	failed    []string        // sentences, at most shownFailures
}

func newCapture(m *nodeJobModel, judged outcome.Verdict) *nodeCapture {
	capture := &nodeCapture{
		job:       m.ID.ValueString(),
		mode:      m.CaptureResults.ValueString(),
		expected:  int(m.NodeCount.ValueInt64()),
		judged:    judged,
		results:   map[string]attr.Value{},
		sensitive: map[string]attr.Value{},
	}
	if m.outcome().Missing > 0 {
		capture.named = workload.NodeNames(m.Scope)
		capture.taken = map[string]bool{}
	}
	return capture
}

// needed reports whether the nodes have to be read at all.
func (n *nodeCapture) needed() bool {
	return n.mode == captureAll && n.expected > 0 || n.judged.Failed > 0
}

func (n *nodeCapture) Read(ctx context.Context, client *orchestrator.Client) error {
	return n.addAll(client.JobNodes(ctx, n.job, orchestrator.JobNodeFilter{Expected: n.expected}))
}

// addAll adds all nodes. When not all of them can be had, it is not known which of them are missing.
func (n *nodeCapture) addAll(nodes iter.Seq2[orchestrator.JobNode, error]) error {
	for node, err := range nodes {
		if err == nil {
			err = n.add(node)
		}
		if err != nil {
			n.taken = nil
			return err
		}
	}
	return nil
}

func (n *nodeCapture) add(node orchestrator.JobNode) error {
	if n.taken != nil {
		n.taken[node.Name] = true
	}
	succeeded := node.State == orchestrator.NodeFinished || node.State == orchestrator.NodeSkipped
	if !succeeded && len(n.failed) < shownFailures {
		n.failed = append(n.failed, failureSentence(node.Name, string(node.State), node.Message()))
	}
	if n.mode == captureNone || n.mode == captureFailed && succeeded {
		return nil
	}
	result, secret, err := jobvalue.NodeResult(node)
	if err != nil {
		return fmt.Errorf("reading the result of node %s in job %s: %w", node.Name, n.job, err)
	}
	n.results[node.Name] = result
	if secret != nil {
		n.sensitive[node.Name] = secret
	}
	return nil
}

// failureSentence is a line about a node that did not succeed.
func failureSentence(name, state, message string) string {
	if message == "" {
		return fmt.Sprintf("  %s (%s)", name, state)
	}
	return fmt.Sprintf("  %s (%s): %s", name, state, strings.Join(strings.Fields(message), " "))
}

// values returns the two result attributes.
func (n *nodeCapture) values() (results, sensitive types.Dynamic) {
	if n.mode == captureNone {
		return types.DynamicNull(), types.DynamicNull()
	}
	return types.DynamicValue(tfvalue.Object(n.results)), types.DynamicValue(tfvalue.Object(n.sensitive))
}

// failures is a list for people of the nodes that did not succeed, "" if the nodes were not read.
func (n *nodeCapture) failures() string {
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
	if more := n.judged.Failed - int64(len(lines)); more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// missing returns the nodes that the scope names and that the job did not take.
func (n *nodeCapture) missing() (names []string) {
	if n.taken == nil {
		return nil
	}
	for _, name := range n.named {
		if !n.taken[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
