package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

var _ datasource.DataSourceWithConfigure = (*taskTargetDataSource)(nil)

type taskTargetDataSource struct{ reader }

func newTaskTargetDataSource() datasource.DataSource { return &taskTargetDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *taskTargetDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = TypeName + "_task_target"
}

// Schema implements [datasource.DataSource].
func (d *taskTargetDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := taskTargetReadAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "Number of the task-target, the `instance` of the permission `tasks` / `run_with_constraints`. Either it or `display_name` is given.",
		Validators:          []validator.String{taskTargetID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("display_name"))},
	}
	attributes["display_name"] = schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Name in the console. It is an error when several task-targets have it; the `id` then tells which is meant. Either it or `id` is given. " +
			"Empty when the server does not tell names.",
		Validators: []validator.String{notBlank()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A task-target, by its number or by its name: a set of tasks together with a set of nodes.",
		Attributes:          attributes,
	}
}

// taskTargetReadAttributes are what the server tells of a task-target.
func taskTargetReadAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the task-target, the `instance` of the permission `tasks` / `run_with_constraints`."},
		"url":          schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the task-target in the orchestrator API."},
		"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name in the console. Several task-targets may have the same. Empty when the server does not tell names."},
		"tasks":        schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Full names of the tasks. Empty when `all_tasks` is true."},
		"all_tasks":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether every task is allowed."},
		"nodes":        schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Certnames of the nodes."},
		"node_groups":  schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ids (UUIDs) of the node groups."},
		"pql_query":    schema.StringAttribute{Computed: true, MarkdownDescription: "PQL query whose result holds certnames. Null when there is none."},
	}
}

// taskTargetID accepts ids of task-targets.
func taskTargetID() validator.String {
	return stringRule{"the number of a task-target", "The id is not a number", func(id string) string {
		if !orchestrator.IsID(id) {
			return "is not the id of a task-target, which is a number such as 7; to look one up by its name, use `display_name`"
		}
		return ""
	}}
}

// Read implements [datasource.DataSource].
func (d *taskTargetDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model taskTargetModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() || !d.ready("The task-target was not read", &resp.Diagnostics) {
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
	resp.Diagnostics.Append(resp.State.Set(ctx, newTaskTarget(d.connection, target))...)
}

func (d *taskTargetDataSource) byID(ctx context.Context, model taskTargetModel, diags *diag.Diagnostics) (orchestrator.TaskTarget, bool) {
	target, err := d.orchestrator.TaskTarget(ctx, model.ID.ValueString())
	if err != nil {
		d.report(diags, failure{
			summary:    "Task-target " + model.ID.ValueString() + " was not read",
			err:        err,
			attributes: map[string]path.Path{orchestrator.KindUnknownTaskTarget: path.Root("id"), orchestrator.KindValidationError: path.Root("id")},
			advice:     map[string]string{orchestrator.KindUnknownTaskTarget: "There is no such task-target. `pe_task_targets` lists those that there are."},
			note:       olderServer(err, "GET /scopes/task_targets", "2019.3"),
		})
	}
	return target, err == nil
}

// byName finds the one task-target that has a name. Names are not unique, and some servers do not tell them.
func (d *taskTargetDataSource) byName(ctx context.Context, model taskTargetModel, diags *diag.Diagnostics) (orchestrator.TaskTarget, bool) {
	name := model.DisplayName.ValueString()
	targets, ok := listTaskTargets(ctx, d.connection, fmt.Sprintf("Task-target %q was not read", name), diags)
	if !ok {
		return orchestrator.TaskTarget{}, false
	}
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
		diags.AddAttributeError(path.Root("display_name"), fmt.Sprintf("%d task-targets are named %q", len(found), name),
			fmt.Sprintf("Names of task-targets are not unique. Give the `id` of the one that is meant: %s.", strings.Join(sortedIDs(ids), ", ")))
	case nameless > 0:
		diags.AddAttributeError(path.Root("display_name"), fmt.Sprintf("There is no task-target named %q", name),
			fmt.Sprintf("The server does not tell the names of %d of its %d task-targets. Give the `id` of the one that is meant; `pe_task_targets` lists them.", nameless, len(targets)))
	default:
		diags.AddAttributeError(path.Root("display_name"), fmt.Sprintf("There is no task-target named %q", name),
			fmt.Sprintf("The server has %d task-targets, and none of them has this name. Names are compared exactly; `pe_task_targets` lists them.", len(targets)))
	}
	return orchestrator.TaskTarget{}, false
}

func listTaskTargets(ctx context.Context, c *connection, summary string, diags *diag.Diagnostics) ([]orchestrator.TaskTarget, bool) {
	targets, err := c.orchestrator.TaskTargets(ctx)
	if err != nil {
		c.report(diags, failure{summary: summary, err: err, note: olderServer(err, "GET /scopes/task_targets", "2019.3")})
	}
	return targets, err == nil
}

// taskTarget is a task-target as data sources show it.
func newTaskTarget(c *connection, target orchestrator.TaskTarget) taskTargetModel {
	return taskTargetModel{
		ID:          types.StringValue(target.ID),
		URL:         types.StringValue(c.orchestrator.URL("scopes", "task_targets", target.ID)),
		DisplayName: types.StringValue(target.DisplayName),
		Tasks:       stringSet(target.Tasks),
		AllTasks:    types.BoolValue(target.AllTasks),
		Nodes:       stringSet(target.Nodes),
		NodeGroups:  stringSet(target.NodeGroups),
		PQLQuery:    stringOrNull(target.PQLQuery),
	}
}
