package schedule

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/job"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithConfigure      = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduledPlanResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduledPlanResource)(nil)
)

type scheduledPlanResource struct{ scheduleResource }

func newScheduledPlanResource(shared *scheduleState, metadata *workload.Metadata) resource.Resource {
	return &scheduledPlanResource{scheduleResource{scheduleState: shared, metadata: metadata, kind: scheduledPlanKind{}}}
}

// Metadata implements [resource.Resource].
func (r *scheduledPlanResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_scheduled_plan"
}

// Schema implements [resource.Resource].
func (r *scheduledPlanResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scheduleAttributes()
	interval := scheduledInterval()
	interval.MarkdownDescription = "Time between two runs, whole seconds as a duration such as `24h` or `168h`. Without it, the schedule runs once. Puppet Enterprise has no calendar rules: a day " +
		"is always 24 hours. PE 2021.7 and newer; older servers run plans once only. " + editsSchedule
	maps.Copy(attributes, scheduledParams("plan"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"interval":    interval,
		"environment": scheduledEnvironment("plan"),
		"plan_name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the plan, such as `canary` or `facts::info`. " + editsSchedule,
			Validators:          []validator.String{validate.PlanName()},
		},
		"query_params": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters that are lists of nodes, each given as a PuppetDB query that the server evaluates at each run. PE 2021.7 and newer. The default is none. " +
				editsSchedule,
			Validators: []validator.Map{mapvalidator.ValueStringsAre(validate.PQL())},
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a plan at a time in the future, once or again and again. Destroying the resource stops further runs; plan jobs that have begun go on.",
		Attributes:          attributes,
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *scheduledPlanResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config scheduledPlanModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	workload.ValidateOneWay(&resp.Diagnostics,
		workload.ParamWay{Attribute: "params", Names: workload.NamesOf(config.Params)}, workload.ParamWay{Attribute: "query_params", Names: workload.MapKeys(config.QueryParams)}, workload.ParamWay{Attribute: "sensitive_params", Names: workload.NamesOf(config.SensitiveParams)})
}

type scheduledPlanModel struct {
	scheduleModel
	PlanName               types.String  `tfsdk:"plan_name"`
	Params                 types.Dynamic `tfsdk:"params"`
	QueryParams            types.Map     `tfsdk:"query_params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
}

func (m *scheduledPlanModel) subject() string {
	return fmt.Sprintf("Schedule of plan %q", m.PlanName.ValueString())
}

func (m *scheduledPlanModel) uses() (workload.Run, bool) {
	return workload.Run{
		Kind: workload.RunsPlan, NameAttribute: "plan_name", Name: m.PlanName, Environment: m.Environment,
		Params: m.Params, Sensitive: m.SensitiveParams, Resolved: map[string]types.Map{"query_params": m.QueryParams},
		Validate: m.ValidateParams,
	}, true
}

func (m *scheduledPlanModel) Runs() string { return m.PlanName.ValueString() }

func (m *scheduledPlanModel) scope() types.Object {
	return types.ObjectNull(workload.ScopeTypes(false))
}

func (m *scheduledPlanModel) Told(input scheduleInput, diags *diag.Diagnostics) {
	m.PlanName = tfvalue.ReportedString(m.PlanName, input.name)
	// What a read shows of a parameter that is given as a query is not documented, so nothing is concluded from it.
	m.Params = paramsTold(m.Params, input, diags)
}

func (m *scheduledPlanModel) sameInput(input scheduleInput, diags *diag.Diagnostics) bool {
	now := *m
	now.Told(input, diags)
	return now.Params.Equal(m.Params)
}

// scheduledPlanKind is what is particular to schedules of plans.
type scheduledPlanKind struct{}

func (scheduledPlanKind) scheduleType() string { return orchestrator.SchedulePlan }

func (scheduledPlanKind) newRecord() scheduleRecord { return &scheduledPlanModel{} }

func (scheduledPlanKind) nameAttribute() string { return "plan_name" }

func (scheduledPlanKind) inputs() []string {
	return []string{"plan_name", "params", "query_params", "sensitive_params_version"}
}

func (scheduledPlanKind) newerOnly() []string { return []string{"query_params", "interval"} }

func (scheduledPlanKind) body(ctx context.Context, c *pe.Clients, plan, config scheduleRecord, diags *diag.Diagnostics) scheduleBody {
	planned, isPlan := plan.(*scheduledPlanModel)
	configured, ok := config.(*scheduledPlanModel)
	if !ok || !isPlan {
		reportSchedule(plan, diags)
		return scheduleBody{}
	}
	all := workload.SensitiveParams(workload.ParamValues(planned.Params, path.Root("params"), diags), configured.SensitiveParams, c.Redactor, diags)
	wrapped := workload.TypedParams(all, tfvalue.StringMap(ctx, planned.QueryParams, diags), nil)
	return scheduleBody{
		params: all,
		input:  orchestrator.EnvironmentJobInput{Name: planned.PlanName.ValueString(), Parameters: &wrapped},
	}
}

// createLegacy schedules a plan on an old server. Servers up to PE 2021.5 call the plan's key plan, the manual of 2021.7 says
// plan_name; a server that does not know the first runs nothing and is asked again.
func (scheduledPlanKind) createLegacy(ctx context.Context, c *pe.Clients, r scheduleRequest) (orchestrator.Ref, error) {
	m := r.record.schedule()
	name := r.body.input.Name
	request := orchestrator.SchedulePlanRequest{
		Environment:     m.Environment.ValueString(),
		Plan:            &name,
		Params:          r.body.params,
		ScheduledTime:   tfvalue.APITime(r.start),
		ScheduleOptions: m.legacyOptions(),
		Description:     m.Description.ValueStringPointer(),
	}
	ref, err := c.Orchestrator.SchedulePlan(ctx, request)
	if !httpapi.HasKind(err, orchestrator.KindValidationError) {
		return ref, err
	}
	request.Plan, request.PlanName = nil, &name
	second, secondErr := c.Orchestrator.SchedulePlan(ctx, request)
	if httpapi.HasKind(secondErr, orchestrator.KindValidationError) {
		// Neither key helps, so it is something else, and the first answer speaks of the key that servers know.
		return ref, err
	}
	return second, secondErr
}

func (scheduledPlanKind) findRun(ctx context.Context, c *pe.Clients, id string, start time.Time) (*orchestrator.LastRun, error) {
	jobs, err := orchestrator.Collect(c.Orchestrator.RecentPlanJobs(ctx), job.Searched)
	for _, job := range jobs {
		if job.Options.ScheduledJobID() == id && !beganBefore(job.CreatedTimestamp, start) {
			return &orchestrator.LastRun{Time: job.CreatedTimestamp, JobID: job.ID}, nil
		}
	}
	return nil, err
}

func (scheduledPlanKind) imported(input scheduleInput, diags *diag.Diagnostics) scheduleRecord {
	return &scheduledPlanModel{
		scheduleModel: importedSchedule(),
		Params:        importedParams(input, diags),
		QueryParams:   types.MapNull(types.StringType),
	}
}
