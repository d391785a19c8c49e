// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/restmove"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*taskTargetResource)(nil)
	_ resource.ResourceWithConfigure      = (*taskTargetResource)(nil)
	_ resource.ResourceWithIdentity       = (*taskTargetResource)(nil)
	_ resource.ResourceWithImportState    = (*taskTargetResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*taskTargetResource)(nil)
	_ resource.ResourceWithMoveState      = (*taskTargetResource)(nil)
	_ resource.ResourceWithValidateConfig = (*taskTargetResource)(nil)
)

// taskTargetState is what the task-targets of a process share.
type taskTargetState struct {
	// seen are the task-targets that this process has come across, so that a new one can be told from them.
	seen     launch.Ledger
	hints    rbac.RoleHints
	metadata *workload.Metadata
}

type taskTargetResource struct {
	pe.Resource
	identity.ByNumber
	*taskTargetState
}

func newTaskTargetResource(shared *taskTargetState) resource.Resource {
	return &taskTargetResource{taskTargetState: shared}
}

// Metadata implements [resource.Resource].
func (r *taskTargetResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "task_target")
}

// Schema implements [resource.Resource].
func (r *taskTargetResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.Set{
		setplanmodifier.RequiresReplaceIf(saysSomethingElse, "a change replaces, except between none and an empty set",
			"a change replaces, except between none and an empty set"),
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A task-target: a set of tasks together with a set of nodes. A role that has the permission `tasks` / " +
			"`run_with_constraints` on its `id` may run these tasks on these nodes, and nothing else.\n\nPuppet Enterprise can neither change " +
			"nor delete a task-target. Every change makes a new one with a new `id`, and destroying only removes it from the state: the old " +
			"one stays on the server, where it grants nothing once no role names it. Use `create_before_destroy`, so that roles move to the " +
			"new `id` before the old one is forgotten.",
		Attributes: map[string]schema.Attribute{
			"display_name": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Name in the console. Several task-targets may have the same. A change replaces the task-target. Some " +
					"servers do not say it: an imported task-target is then called `task-target` and its number, and takes over the configured " +
					"name without a request.",
				Validators: []validator.String{validate.NotBlank()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(renames,
					"a change replaces, except of a name that stands in for an unknown one",
					"a change replaces, except of a name that stands in for an unknown one")},
			},
			"tasks": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Full names of the tasks, such as `package` or `mysql::sql`. Without them, `all_tasks` must be true. Puppet " +
					"Enterprise does not check that they exist; the plan warns of those that are not in the environment `production`. A change " +
					"replaces the task-target.",
				Validators:    []validator.Set{validate.NoNulls{}, setvalidator.ValueStringsAre(validate.TaskName())},
				PlanModifiers: replace,
			},
			"all_tasks": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether every task is allowed. Not together with `tasks`. The default is `false`. A change replaces the " +
					"task-target.",
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
			},
			"nodes": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Certnames of nodes. The nodes of the task-target are these, those of `node_groups` and those of " +
					"`pql_query` together. Puppet Enterprise does not check that they exist. The default is none. A change replaces the task-target.",
				Validators:    []validator.Set{validate.NoNulls{}, setvalidator.ValueStringsAre(validate.Certname())},
				PlanModifiers: replace,
			},
			"node_groups": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Ids (UUIDs) of node groups. `00000000-0000-4000-8000-000000000000` is All Nodes. The default is none. A " +
					"change replaces the task-target.",
				Validators:    []validator.Set{validate.NoNulls{}},
				PlanModifiers: append(replace, validate.EachWhilePlanning(validate.GroupID())),
			},
			"pql_query": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "A PQL query whose result holds certnames, such as `nodes[certname] { certname ~ \"web\" }`. It is " +
					"evaluated each time that a task is run. The default is none. A change replaces the task-target.",
				Validators:    []validator.String{validate.PQL()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"max_nodes": scopepreview.MaxNodesAttribute("It is asked when the task-target is created and when `max_nodes` changes; Puppet "+
				"Enterprise looks for the nodes anew each time that a task is run, and knows no limit.",
				"A change of it alone sends nothing to task-targets."),
			"scope_preview": scopepreview.PreviewAttribute("when the task-target was created"),
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Number of the task-target, the `instance` of the permission `tasks` / `run_with_constraints`.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"url": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "URL of the task-target in the orchestrator API.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *taskTargetResource) ValidateConfig(
	ctx context.Context,
	req resource.ValidateConfigRequest,
	resp *resource.ValidateConfigResponse,
) {
	var config taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validate(&resp.Diagnostics)
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It looks up the tasks of a new task-target: a change makes a new one, which is
// planned as such.
func (r *taskTargetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if restmove.Unread(ctx, req.State, "display_name", &resp.Diagnostics) {
		return
	}
	if r.Clients == nil || req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	var plan taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() {
		r.planKept(ctx, req, resp, plan)
		return
	}
	plan.Preview.Plan(ctx, r.Clients, plan.where(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("scope_preview"), plan.ScopePreview)...)
	var tasks []workload.PermittedTask
	for _, element := range plan.Tasks.Elements() {
		if name, ok := element.(types.String); ok && !name.IsUnknown() && !name.IsNull() {
			tasks = append(tasks, workload.PermittedTask{Name: name.ValueString(), At: path.Root("tasks")})
		}
	}
	r.metadata.CheckPermitted(ctx, r.Clients, tasks, true, &resp.Diagnostics)
}

// planKept plans one that exists. Whatever changes its nodes replaces it. Terraform plans a replacement twice, as a change and as a
// creation, and shows warnings of the change only, so the nodes are told of here.
func (r *taskTargetResource) planKept(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan taskTargetResourceModel,
) {
	var state taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("scope_preview"), state.ScopePreview)...)
	switch {
	case !plan.sameNodes(state):
		plan.Check(ctx, r.Clients, plan.where(), true, &resp.Diagnostics)
	case !plan.MaxNodes.Equal(state.MaxNodes):
		plan.Check(ctx, r.Clients, plan.where(), false, &resp.Diagnostics)
	}
}

// Create implements [resource.Resource]. The answer and the plan hold every attribute, so that one request does.
func (r *taskTargetResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	request, diags := plan.request(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !plan.Fill(ctx, r.Clients, plan.where(), &resp.Diagnostics) {
		return
	}
	result, err := r.create(ctx, request)
	if err != nil {
		r.reportCreate(&resp.Diagnostics, request, err)
		return
	}
	if result.Adopted {
		warnOfAdoption(request, result.ID, &resp.Diagnostics)
	}
	plan.ID = types.StringValue(result.ID)
	plan.URL = types.StringValue(r.Orchestrator.URL("scopes", "task_targets", result.ID))
	identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
}

// Read implements [resource.Resource].
func (r *taskTargetResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	known := state
	identity.Keep(ctx, req.State, resp.Identity, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.Ready("Task-target "+state.ID.ValueString()+" was not read", &resp.Diagnostics) {
		return
	}
	r.seen.See(state.ID.ValueString())
	target, err := r.Orchestrator.TaskTarget(ctx, state.ID.ValueString())
	if orchestrator.IsUnknownTaskTarget(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		r.Report(&resp.Diagnostics, pe.Failure{Summary: "Task-target " + state.ID.ValueString() + " was not read", Err: err})
		return
	}
	before := readMemo(ctx, req.Private, &resp.Diagnostics)
	stands := state.read(r.Clients, target)
	if now := before.after(target, stands); now != before {
		now.write(ctx, resp.Private, &resp.Diagnostics)
	}
	identity.Refresh(ctx, &resp.State, resp.Identity, &known, &state, &resp.Diagnostics)
}

// saysSomethingElse reports whether a set that is planned says something else than the prior one. An empty set is the same as none.
func saysSomethingElse(_ context.Context, req planmodifier.SetRequest, resp *setplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || len(req.PlanValue.Elements())+len(req.StateValue.Elements()) > 0
}

// Update implements [resource.Resource]. Whatever changes a task-target replaces it, so this only keeps another way of writing the same, or
// the name of one whose name the server does not say.
func (r *taskTargetResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
	memo{}.write(ctx, resp.Private, &resp.Diagnostics)
}

// Delete implements [resource.Resource]. PE has no call for it.
func (r *taskTargetResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state taskTargetResourceModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	resp.Diagnostics.AddWarning("Task-target "+id+" stays on the server", r.remains(ctx, id, state.DisplayName.ValueString()))
}

// ImportState implements [resource.ResourceWithImportState].
func (r *taskTargetResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, ok := identity.Imported(ctx, req, identity.Form{
		Valid: orchestrator.IsID, Summary: "The import id is not a positive number",
		Rule: "is not the id of a task-target. Task-targets are imported by their number, such as 7: it is the instance of the permission " +
			"tasks:run_with_constraints, and the last part of the URL under /orchestrator/v1/scopes/task_targets.",
	}, &resp.Diagnostics)
	if ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
		identity.Keep(ctx, resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// MoveState implements [resource.ResourceWithMoveState].
func (r *taskTargetResource) MoveState(context.Context) []resource.StateMover {
	return restmove.Target{
		Type: pe.TypeName + "_task_target", What: "task-target", Segments: []string{"task_target", "task_targets"}, IsID: orchestrator.IsID,
	}.Movers()
}
