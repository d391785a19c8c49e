// SPDX-License-Identifier: MPL-2.0

package noderesults

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// DefaultNodeLimit is how large the result of one node may be, in bytes.
const DefaultNodeLimit = 256 << 10

// Limits say how large results may be, in bytes. Where they are 0, the defaults apply.
type Limits struct {
	// All is for all results of a job, or what a plan returned; Each for the result of one node.
	All, Each int
}

// OfPlan is how large what a plan returned may be.
func (l Limits) OfPlan() int { return l.all() }

func (l Limits) all() int { return cmp.Or(l.All, tfvalue.DefaultLimit) }

func (l Limits) each() int { return cmp.Or(l.Each, DefaultNodeLimit) }

// keep keeps the result of a node, or how large it is. What cannot be read is null.
func (n *Capture) keep(node orchestrator.JobNode) {
	short := jobvalue.NodeEntry(node, tfvalue.Omitted(len(node.Result)))
	if n.results.TooLong(len(node.Result)) {
		n.results.PutShort(node.Name, short)
		return
	}
	result, secret, err := jobvalue.SplitResult(node.Result)
	if err != nil {
		result = tfvalue.FromForeign(nil)
		n.unread = append(n.unread, node.Name)
	}
	entry := jobvalue.NodeEntry(node, result)
	delete(n.sensitive, node.Name)
	if secret != nil {
		entry.Size += secret.Size
		n.sensitive[node.Name] = *secret
	}
	n.results.Put(node.Name, entry, short)
}

// Warn warns of results that are not kept, or not as they were.
func (n *Capture) Warn(title string, diags *diag.Diagnostics) {
	if n == nil || n.job.Mode == None {
		return
	}
	renamed := n.results.Object().Renamed
	for _, secret := range n.sensitive {
		renamed = append(renamed, secret.Renamed...)
	}
	tfvalue.WarnRenamed(renamed, title+": names in the results", diags)
	if len(n.unread) > 0 {
		diags.AddWarning(fmt.Sprintf("%s: results of %s were left out", title, prose.Count(int64(len(n.unread)), "node")),
			fmt.Sprintf("They are no JSON, or nested too deep: %s. The job itself is not affected.",
				prose.List(n.unread[:min(len(n.unread), shownFailures)])))
	}
	shortened, left := int64(n.results.Shortened()), int64(n.results.LeftOut())
	if shortened+left == 0 {
		return
	}
	lines := []string{}
	if shortened > 0 {
		lines = append(lines, fmt.Sprintf("Of %s only the size is in `results`, under `_omitted`.", prose.Count(shortened, "node")))
	}
	if left > 0 {
		lines = append(lines, fmt.Sprintf("%s left out of `results` altogether.", prose.Count(left, "node")))
	}
	diags.AddWarning(title+": not all results are kept",
		fmt.Sprintf("The state keeps %s of the result of one node, and %s of one job, with their types. %s\n\nThe data source `pe_job_nodes` "+
			"with `job_id = %q` reads the results of some nodes at a time. The provider's `max_node_result_bytes` and `max_result_bytes` set "+
			"how much is kept.", prose.Bytes(n.job.Limits.each()), prose.Bytes(n.job.Limits.all()), strings.Join(lines, " "), n.job.ID))
}
