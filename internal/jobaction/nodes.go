// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/threshold"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// nodeJob is what deploys and tasks have in common: they run on nodes.
type nodeJob struct {
	launching
	threshold.Model
	scopepreview.Limit
}

// took implements [record].
func (nodeJob) took(now orchestrator.Job) int64 { return now.NodeCount }

// reasons implements [record]. The verdict says it all.
func (nodeJob) reasons(context.Context, *pe.Clients, orchestrator.Job) string { return "" }

// concern implements [record].
func (n nodeJob) concern(now orchestrator.Job) string { return n.Concern(now) }

// counts is what the server counts of a job with a scope.
func counts(now orchestrator.Job, scope types.Dynamic) outcome.Job {
	return outcome.Job{
		State: now.State, NodeCount: now.NodeCount, NodeStates: now.NodeStates,
		Missing: max(0, int64(len(workload.NodeNames(scope)))-now.NodeCount),
	}
}

// takesEmpty implements [record]. Nodes that are named and that cannot be used have failed, so that no such scope is empty.
func (n nodeJob) takesEmpty(refused error, scope types.Dynamic) bool {
	return n.AllowEmptyScope.ValueBool() && len(workload.NodeNames(scope)) == 0 && launch.IsRefusal(refused, orchestrator.KindEmptyTarget)
}

// end is a job that has ended, and how it is judged.
func (n nodeJob) end(title string, now orchestrator.Job, scope types.Dynamic, url string) jobrun.Ended {
	return jobrun.Ended{
		Title: title, ID: now.ID, URL: url, Outcome: counts(now, scope), Allowed: n.Allowed(), Named: workload.NodeNames(scope),
		Captures: noderesults.None,
	}
}

// judge reads what the nodes of a job have left, and judges it.
func judge(ctx context.Context, c *pe.Clients, end jobrun.Ended) (verdict.Verdict, error) {
	captured, err := end.Read(ctx, c)
	return verdict.OfNodes(end.Verdict(captured, err == nil)), err
}
