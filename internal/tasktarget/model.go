// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

type taskTargetModel struct {
	ID          types.String `tfsdk:"id"`
	URL         types.String `tfsdk:"url"`
	DisplayName types.String `tfsdk:"display_name"`
	Tasks       types.Set    `tfsdk:"tasks"`
	AllTasks    types.Bool   `tfsdk:"all_tasks"`
	Nodes       types.Set    `tfsdk:"nodes"`
	NodeGroups  types.Set    `tfsdk:"node_groups"`
	PQLQuery    types.String `tfsdk:"pql_query"`
}

// taskTargetResourceModel is what the resource has beside that.
type taskTargetResourceModel struct {
	taskTargetModel
	scopepreview.Preview
}

// where is where the nodes of the task-target are.
func (m *taskTargetResourceModel) where() scopepreview.Where {
	return scopepreview.OfParts(fmt.Sprintf("Task-target %q", m.DisplayName.ValueString()), m.Nodes, m.NodeGroups, m.PQLQuery)
}

// sameNodes reports whether the nodes are given as in another task-target.
func (m *taskTargetResourceModel) sameNodes(other taskTargetResourceModel) bool {
	return m.Nodes.Equal(other.Nodes) && m.NodeGroups.Equal(other.NodeGroups) && m.PQLQuery.Equal(other.PQLQuery)
}

// validate checks the rules of POST /command/task_target across attributes.
func (m taskTargetModel) validate(diags *diag.Diagnostics) {
	if !m.Tasks.IsUnknown() && !m.AllTasks.IsUnknown() {
		hasTasks := len(m.Tasks.Elements()) > 0
		switch {
		case hasTasks && m.AllTasks.ValueBool():
			diags.AddAttributeError(path.Root("tasks"), "Both tasks and all_tasks are given",
				"With `all_tasks = true`, Puppet Enterprise silently drops `tasks` and allows every task. Remove one of the two.")
		case !hasTasks && !m.AllTasks.ValueBool():
			diags.AddAttributeError(path.Root("tasks"), "No task is given",
				"A task-target needs at least one task in `tasks`, or `all_tasks = true`.")
		}
	}
	if !m.Nodes.IsUnknown() && !m.NodeGroups.IsUnknown() && m.PQLQuery.IsNull() && len(m.Nodes.Elements())+len(m.NodeGroups.Elements()) == 0 {
		diags.AddAttributeWarning(path.Root("nodes"), "The task-target holds no node",
			"None of `nodes`, `node_groups` and `pql_query` is given, so no node can be reached with this task-target.")
	}
}

// request builds the body of POST /command/task_target.
func (m taskTargetModel) request(ctx context.Context) (orchestrator.TaskTargetRequest, diag.Diagnostics) {
	var diags diag.Diagnostics
	allTasks := m.AllTasks.ValueBool()
	request := orchestrator.TaskTargetRequest{
		DisplayName: m.DisplayName.ValueString(),
		AllTasks:    &allTasks,
		PQLQuery:    m.PQLQuery.ValueStringPointer(),
	}
	diags.Append(m.Tasks.ElementsAs(ctx, &request.Tasks, false)...)
	diags.Append(m.Nodes.ElementsAs(ctx, &request.Nodes, false)...)
	diags.Append(m.NodeGroups.ElementsAs(ctx, &request.NodeGroups, false)...)
	return request, diags
}

// read takes over what the server says, and returns whether it has made up a name.
func (m *taskTargetModel) read(c *pe.Clients, target orchestrator.TaskTarget) (stands bool) {
	m.URL = types.StringValue(c.Orchestrator.URL("scopes", "task_targets", target.ID))
	return m.update(target)
}

// update updates the state with what the server reports. It returns whether it has made up a name, because none
// is known.
func (m *taskTargetModel) update(target orchestrator.TaskTarget) (stands bool) {
	m.ID = types.StringValue(target.ID)
	// No published answer has the name, so its absence means nothing.
	switch {
	case target.DisplayName != "":
		m.DisplayName = types.StringValue(target.DisplayName)
	case m.DisplayName.ValueString() == "":
		m.DisplayName, stands = types.StringValue(standIn(target.ID)), true
	}
	m.AllTasks = types.BoolValue(target.AllTasks)
	m.Tasks = tfvalue.StringSetLike(m.Tasks, target.Tasks)
	m.Nodes = tfvalue.StringSetLike(m.Nodes, target.Nodes)
	m.NodeGroups = tfvalue.StringSetLike(m.NodeGroups, target.NodeGroups)
	m.PQLQuery = tfvalue.StringOrNull(target.PQLQuery)
	return stands
}
