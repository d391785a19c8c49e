// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*taskTargetDataSource)(nil)

type taskTargetDataSource struct{ pe.DataSource }

func newTaskTargetDataSource() datasource.DataSource { return &taskTargetDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *taskTargetDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_task_target"
}

// Schema implements [datasource.DataSource].
func (d *taskTargetDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := taskTargetReadAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Number of the task-target, the `instance` of the permission `tasks` / `run_with_constraints`. Either it or " +
			"`display_name` is given.",
		Validators: []validator.String{
			validate.TaskTargetID(),
			validate.Either("display_name"),
		},
	}
	attributes["display_name"] = schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Name in the console. It is an error when several task-targets have it; the `id` then tells which is meant. " +
			"Either it or `id` is given. Empty when the server does not report names.",
		Validators: []validator.String{validate.NotBlank()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A task-target, by its number or by its name: a set of tasks together with a set of nodes.",
		Attributes:          attributes,
	}
}

// taskTargetReadAttributes are the reported attributes of a task-target.
func taskTargetReadAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the task-target, the `instance` of the permission " +
			"`tasks` / `run_with_constraints`."},
		"url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the task-target in the orchestrator API."},
		"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name in the console. Several task-targets may have the " +
			"same. Empty when the server does not report names."},
		"tasks": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Full names of the tasks. Empty " +
			"when `all_tasks` is true."},
		"all_tasks": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether every task is allowed."},
		"nodes":     schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Certnames of the nodes."},
		"node_groups": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ids (UUIDs) of the node " +
			"groups."},
		"pql_query": schema.StringAttribute{Computed: true, MarkdownDescription: "PQL query whose result holds certnames. Null when there is " +
			"none."},
	}
}

// Read implements [datasource.DataSource].
func (d *taskTargetDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model taskTargetModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("The task-target was not read", &resp.Diagnostics) {
		return
	}
	find := d.byID
	if model.ID.IsNull() {
		find = d.byName
	}
	target, ok := find(ctx, model, &resp.Diagnostics)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newTaskTarget(d.Clients, target))...)
}

func (d *taskTargetDataSource) byID(ctx context.Context, model taskTargetModel, diags *diag.Diagnostics) (orchestrator.TaskTarget, bool) {
	target, err := d.Orchestrator.TaskTarget(ctx, model.ID.ValueString())
	if err != nil {
		d.Report(diags, pe.Failure{
			Summary: "Task-target " + model.ID.ValueString() + " was not read",
			Err:     err,
			Attributes: map[string]path.Path{
				orchestrator.KindUnknownTaskTarget: path.Root("id"),
				orchestrator.KindValidationError:   path.Root("id"),
			},
			Advice: map[string]string{orchestrator.KindUnknownTaskTarget: "There is no such task-target. `pe_task_targets` lists those that " +
				"there are."},
			Note: pe.OlderServer(err, "GET /scopes/task_targets", "2019.3"),
		})
	}
	return target, err == nil
}

// byName finds the one task-target that has a name. Names are not unique, and some servers do not report them.
func (d *taskTargetDataSource) byName(ctx context.Context, model taskTargetModel, diags *diag.Diagnostics) (orchestrator.TaskTarget, bool) {
	name := model.DisplayName.ValueString()
	targets, ok := listTaskTargets(ctx, d.Clients, fmt.Sprintf("Task-target %q was not read", name), diags)
	if !ok {
		return orchestrator.TaskTarget{}, false
	}
	return taskTargetNamed(name, targets, diags)
}

// taskTargetNamed returns the only task-target that has a name, or says why it cannot.
func taskTargetNamed(name string, targets []orchestrator.TaskTarget, diags *diag.Diagnostics) (orchestrator.TaskTarget, bool) {
	var found []orchestrator.TaskTarget
	var ids []string
	nameless := 0
	for _, target := range targets {
		switch target.DisplayName {
		case name:
			found, ids = append(found, target), append(ids, target.ID)
		case "":
			nameless++
		}
	}
	switch {
	case len(found) == 1:
		return found[0], true
	case len(found) > 1:
		diags.AddAttributeError(
			path.Root("display_name"),
			fmt.Sprintf("%d task-targets are named %q", len(found), name),
			fmt.Sprintf(
				"Names of task-targets are not unique. Give the `id` of the one that is meant: %s.",
				prose.Names(launch.SortedIDs(ids)),
			),
		)
	case nameless > 0:
		diags.AddAttributeError(path.Root("display_name"), fmt.Sprintf("There is no task-target named %q", name),
			fmt.Sprintf("The server does not report the names of %d of its %d task-targets. Give the `id` of the one that is meant; "+
				"`pe_task_targets` lists them.", nameless, len(targets)))
	default:
		diags.AddAttributeError(path.Root("display_name"), fmt.Sprintf("There is no task-target named %q", name),
			fmt.Sprintf("The server has %d task-targets, and none of them has this name. Names are compared exactly; `pe_task_targets` lists "+
				"them.", len(targets)))
	}
	return orchestrator.TaskTarget{}, false
}

func listTaskTargets(ctx context.Context, c *pe.Clients, summary string, diags *diag.Diagnostics) ([]orchestrator.TaskTarget, bool) {
	targets, err := c.Orchestrator.TaskTargets(ctx)
	if err != nil {
		c.Report(diags, pe.Failure{Summary: summary, Err: err, Note: pe.OlderServer(err, "GET /scopes/task_targets", "2019.3")})
	}
	return targets, err == nil
}

// taskTarget is a task-target as data sources show it.
func newTaskTarget(c *pe.Clients, target orchestrator.TaskTarget) taskTargetModel {
	return taskTargetModel{
		ID:          types.StringValue(target.ID),
		URL:         types.StringValue(c.Orchestrator.URL("scopes", "task_targets", target.ID)),
		DisplayName: types.StringValue(target.DisplayName),
		Tasks:       tfvalue.StringSet(target.Tasks),
		AllTasks:    types.BoolValue(target.AllTasks),
		Nodes:       tfvalue.StringSet(target.Nodes),
		NodeGroups:  tfvalue.StringSet(target.NodeGroups),
		PQLQuery:    tfvalue.StringOrNull(target.PQLQuery),
	}
}
