package provider

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

var (
	_ resource.Resource                   = (*taskResource)(nil)
	_ resource.ResourceWithConfigure      = (*taskResource)(nil)
	_ resource.ResourceWithImportState    = (*taskResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*taskResource)(nil)
	_ resource.ResourceWithValidateConfig = (*taskResource)(nil)
)

type taskResource struct{ jobResource }

func newTaskResource() resource.Resource {
	return &taskResource{jobResource{kind: taskKind{}, family: nodeJobs{}}}
}

// Metadata implements [resource.Resource].
func (r *taskResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = TypeName + "_task"
}

// Schema implements [resource.Resource].
func (r *taskResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := nodeJobAttributes(captureAll)
	maps.Copy(attributes, paramsAttributes("task"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": environmentAttribute("task"),
		"task": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the task, such as `package` or `mysql::sql`. " + runsAgain,
			Validators:          []validator.String{taskName()},
		},
		"scope":   scopeAttribute(),
		"targets": targetsAttribute(),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a task on nodes, once, and waits until it has ended. The apply fails when the task fails on more nodes than are allowed. The task runs again when " +
			"what was run changes, or a value of `triggers`; it does not run again because the server has deleted the record of the job.",
		Attributes: attributes,
		Blocks:     jobTimeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *taskResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config taskModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	validateTargets(ctx, config.Targets, config.Scope, &resp.Diagnostics)
}

type taskModel struct {
	nodeJobModel
	Task                   types.String  `tfsdk:"task"`
	Params                 types.Dynamic `tfsdk:"params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
	Targets                types.List    `tfsdk:"targets"`
}

func (m *taskModel) subject() string { return fmt.Sprintf("Task %q", m.Task.ValueString()) }

func (m *taskModel) uses() usage {
	return usage{
		kind: runsTask, nameAttribute: "task", name: m.Task, environment: m.Environment,
		params: m.Params, sensitive: m.SensitiveParams, noop: m.Noop,
		validate: m.ValidateParams,
	}
}

func (m *taskModel) parameters() types.Dynamic { return m.Params }

// taskKind is what is particular to tasks.
type taskKind struct{}

func (taskKind) newRecord() jobRecord { return &taskModel{} }

func (taskKind) inputs() []string {
	return []string{"environment", "task", "params", "sensitive_params_version", "scope", "noop", "timeout", "targets", "triggers"}
}

func (taskKind) untold(name string, planned tftypes.Value) bool {
	return untold(name, "targets") || name == "noop" && isDefault(planned, false)
}

func (taskKind) launching(ctx context.Context, c *connection, plan, config jobRecord, diags *diag.Diagnostics) (launched, bool) {
	planned, isTask := plan.(*taskModel)
	configured, ok := config.(*taskModel)
	if !ok || !isTask {
		reportRecord(plan, diags)
		return launched{}, false
	}
	request := planned.request(ctx, configured, c, diags)
	if diags.HasError() {
		return launched{}, false
	}
	return launched{
		record: plan,
		send: func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
			request.Userdata = userdata
			return c.orchestrator.RunTask(ctx, request)
		},
		find: func(ctx context.Context, requestID string, sent time.Time) ([]string, error) {
			return c.findJobs(ctx, orchestrator.JobTypeTask, requestID, sent)
		},
		candidates: func(ctx context.Context) ([]string, error) {
			return c.similarJobs(ctx, orchestrator.JobTypeTask, func(j orchestrator.Job) bool {
				return j.Options.Task() == request.Task && j.Environment == request.Environment
			})
		},
		attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindEmptyEnvironment:   path.Root("environment"),
			orchestrator.KindEmptyTarget:        path.Root("scope"),
			orchestrator.KindPuppetDBError:      path.Root("scope"),
			orchestrator.KindQueryError:         path.Root("scope"),
			orchestrator.KindNotPermitted:       path.Root("task"),
			orchestrator.KindUnknownTask:        path.Root("task"),
		},
		permission: "the permission `tasks` / `run` for this task, or `tasks` / `run_with_constraints` for a task-target that covers the task and the nodes",
	}, true
}

// request builds the body of POST /command/task. The write-only values are in the configuration only.
func (m *taskModel) request(ctx context.Context, config *taskModel, c *connection, diags *diag.Diagnostics) orchestrator.TaskRequest {
	plain := params(m.Params, path.Root("params"), diags)
	return orchestrator.TaskRequest{
		Environment: m.Environment.ValueString(),
		Task:        m.Task.ValueString(),
		Params:      sensitiveParams(plain, config.SensitiveParams, c.redactor, diags),
		Scope:       scopeOf[scopeModel](ctx, m.Scope, diags).request(ctx, diags),
		Description: m.Description.ValueStringPointer(),
		Noop:        m.Noop.ValueBoolPointer(),
		Targets:     targetRequests(ctx, config.Targets, c.redactor, diags),
		Timeout:     m.Timeout.ValueInt64Pointer(),
	}
}

func (taskKind) imported(_ context.Context, r reading, diags *diag.Diagnostics) jobRecord {
	job, ok := r.(jobReading)
	if !ok || job.Type != orchestrator.JobTypeTask {
		diags.AddError("The job is not a task", wrongKind(r, "pe_task"))
		return nil
	}
	m := &taskModel{
		nodeJobModel:    importedNodeJob(job, captureAll, false, diags),
		Task:            types.StringValue(job.Options.Task()),
		Params:          paramsValue(job.Options.Params(), diags),
		SensitiveParams: types.DynamicNull(),
		Targets:         types.ListNull(targetType),
	}
	return m
}
