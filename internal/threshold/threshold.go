// SPDX-License-Identifier: MPL-2.0

// Package threshold has the attributes by which a job that runs on nodes is judged.
package threshold

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// Model is what the models of deploys and tasks have of them.
type Model struct {
	MaxFailedNodes   types.Int64   `tfsdk:"max_failed_nodes"`
	MaxFailedPercent types.Float64 `tfsdk:"max_failed_percent"`
	MinNodes         types.Int64   `tfsdk:"min_nodes"`
	AllowEmptyScope  types.Bool    `tfsdk:"allow_empty_scope"`
}

// Allowed is how many nodes may fail, and how many there have to be.
func (m Model) Allowed() outcome.Allowed {
	return outcome.Allowed{
		Nodes: m.MaxFailedNodes.ValueInt64(), Percent: m.MaxFailedPercent.ValueFloat64(), AtLeast: m.MinNodes.ValueInt64(),
	}
}

// Validate refuses what cannot succeed, with a scope that names some nodes, or none. What is not known yet is left to the job.
func (m Model) Validate(named int64, diags *diag.Diagnostics) {
	if named > 0 && named < m.MinNodes.ValueInt64() {
		diags.AddAttributeError(path.Root("min_nodes"), "The scope has fewer nodes than min_nodes",
			fmt.Sprintf("`scope.nodes` names %s, and `min_nodes` asks for %d, so that the job would always fail. Lower `min_nodes`, or leave "+
				"it out: nodes that are named and that Puppet Enterprise leaves out count as failed anyway.",
				prose.Count(named, "node"), m.MinNodes.ValueInt64()))
	}
	if m.AllowEmptyScope.ValueBool() && m.MinNodes.ValueInt64() > 0 {
		diags.AddAttributeError(path.Root("allow_empty_scope"), "No node is allowed, and asked for",
			fmt.Sprintf("`allow_empty_scope` counts a scope without nodes as a success, and `min_nodes` asks for %d. Leave one of them out.",
				m.MinNodes.ValueInt64()))
	}
}

// Concern says what is wrong with a job already while it runs, "" if nothing is. How many nodes it takes is settled once it runs.
func (m Model) Concern(job orchestrator.Job) string {
	if job.State == orchestrator.JobNew || job.NodeCount >= m.MinNodes.ValueInt64() {
		return ""
	}
	return fmt.Sprintf("it took %s, and min_nodes asks for %d", prose.Count(job.NodeCount, "node"), m.MinNodes.ValueInt64())
}

// Fails reports whether a job that has ended, or one that was never started because its scope was empty, is known to be no success. What is
// not known while planning may allow anything.
func (m Model) Fails(job outcome.Job) bool {
	if job.State == jobvalue.EmptyState {
		return !m.AllowEmptyScope.IsUnknown() && !m.AllowEmptyScope.ValueBool()
	}
	allowed := m.Allowed()
	if m.MaxFailedNodes.IsUnknown() || m.MaxFailedPercent.IsUnknown() {
		allowed.Percent = 100
	}
	return !outcome.Judge(job, allowed).OK
}

// Grounds says why a job that was accepted counts as failed as it is judged now.
func (m Model) Grounds(job outcome.Job) string {
	judged := outcome.Judge(job, m.Allowed())
	switch {
	case job.State == jobvalue.EmptyState:
		return "Its scope had no node, and `allow_empty_scope` does not allow that now. It did before: set it to true again, and nothing runs."
	case judged.TooFew:
		return fmt.Sprintf("It took %s, and `min_nodes` asks for %d now. It was accepted before: lower `min_nodes` again to keep it, and "+
			"nothing runs.", prose.Count(judged.Took, "node"), m.MinNodes.ValueInt64())
	default:
		return "More of its nodes have failed than `max_failed_nodes` and `max_failed_percent` allow now. They allowed it when the job was " +
			"accepted: raise them again to keep it, and nothing runs."
	}
}
