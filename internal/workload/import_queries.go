// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// WarnOfQueries warns of imported parameters of a plan that may have been given as queries. The server reports both kinds alike, and what
// is sent as a plain parameter is no query any more. targets are the parameters that name targets by the metadata of the plan.
func WarnOfQueries(id string, params map[string]json.RawMessage, targets []string, diags *diag.Diagnostics) {
	var queries, lists []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		shown := "`" + visible.Line(name, visible.LongestName) + "`"
		var text string
		switch value := orchestrator.Unwrap(params[name]); {
		case json.Unmarshal(value, &text) == nil && validate.IsQuery(text), validate.IsQuery(string(value)):
			queries = append(queries, shown)
		case slices.Contains(targets, name) && string(value) != "null":
			lists = append(lists, shown)
		}
	}
	if len(queries)+len(lists) == 0 {
		return
	}
	var found []string
	if len(queries) > 0 {
		found = append(found, "These hold a PuppetDB query: "+prose.List(queries)+".")
	}
	if len(lists) > 0 {
		found = append(found, "These are where the plan takes its targets: "+prose.List(lists)+".")
	}
	diags.AddAttributeWarning(path.Root("params"), fmt.Sprintf("Parameters of schedule %s may be queries", id),
		strings.Join(found, " ")+"\n\nThe server reports a query like a plain value, so all of them were imported into `params`. From there, "+
			"the next change of what the schedule runs would send them as plain values, which nothing evaluates. Move those that are queries "+
			"to `query_params` in the configuration: the next apply sends them as queries again.")
}
