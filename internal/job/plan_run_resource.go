// SPDX-License-Identifier: MPL-2.0

package job

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*planRunResource)(nil)
	_ resource.ResourceWithConfigure      = (*planRunResource)(nil)
	_ resource.ResourceWithImportState    = (*planRunResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*planRunResource)(nil)
	_ resource.ResourceWithUpgradeState   = (*planRunResource)(nil)
	_ resource.ResourceWithValidateConfig = (*planRunResource)(nil)
)

type planRunResource struct {
	jobResource[planRunModel, orchestrator.PlanJob, *planRunModel]
}

func newPlanRunResource(metadata *workload.Metadata, shared *memory[orchestrator.PlanJob, *planRunModel]) resource.Resource {
	r := &planRunResource{}
	r.metadata, r.family, r.shared = metadata, jobfamily.PlanJobs{}, shared
	return r
}

// Metadata implements [resource.Resource].
func (r *planRunResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_plan_run"
}

// Schema implements [resource.Resource].
func (r *planRunResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := jobschema.Attributes()
	maps.Copy(attributes, workload.ParamsAttributes("plan"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": workload.EnvironmentAttribute("plan"),
		"plan_name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the plan, such as `canary` or `facts::info`. " + workload.RunsAgain,
			Validators:          []validator.String{validate.PlanName()},
		},
		"query_params": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters that are lists of nodes, each given as a PuppetDB query that the server evaluates, such as `{ " +
				"targets = \"nodes[certname] { certname ~ \\\"web\\\" }\" }`. PE 2019.8.5 and newer. The default is none. " +
				workload.RunsAgain,
			Validators: []validator.Map{validate.NoNulls{}, mapvalidator.ValueStringsAre(validate.PQL())},
		},
		"node_group_params": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters that are lists of nodes, each given as the id (UUID) of a node group that the server resolves. PE " +
				"2019.8.5 and newer. The default is none. " + workload.RunsAgain,
			Validators:    []validator.Map{validate.NoNulls{}},
			PlanModifiers: []planmodifier.Map{validate.EachValueWhilePlanning(validate.GroupID())},
		},
		"timeout": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "Seconds after which the whole plan is ended (newer than PE 2021.7). Without it the server's default applies. " +
				"This is not how long Terraform waits: see `timeouts`. " + workload.RunsAgain,
			Validators: []validator.Int64{validate.AtLeast(1)},
		},
		"accept_failure": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a plan that fails is a warning and no error, so that what comes after it can depend on `state`: a " +
				"rollback, for example. The default is `false`. Setting it makes a failed plan count as a success. A change runs nothing, except " +
				"that taking it away from a plan that has failed runs the plan again.",
		},
		"state": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "State of the plan job: `pending` (PE 2023.0 and newer), `running`, `success` or `failure`.",
		},
		"result": schema.DynamicAttribute{
			Computed: true,
			MarkdownDescription: "What the plan returned, as a value; of a plan that has failed its error, an object with `kind`, `msg` and " +
				"`details`, or a text. Null until it has ended, and when it returned nothing. A result that is larger than the provider's " +
				"`max_result_bytes` is `{ _omitted = { bytes = … } }`, with a warning. " + tfvalue.ForeignForm,
		},
	})
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs a plan, once, and waits until it has ended. The apply fails when the plan fails. The plan runs again when " +
			"what was run changes, or a value of `triggers`; it does not run again because the server has deleted the record of the job. The " +
			"user needs the permission `plans` / `run`, and `orchestrator` / `view` to wait.",
		Attributes: attributes,
		Blocks:     jobschema.Timeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *planRunResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config planRunModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	workload.ValidateOneWay(
		&resp.Diagnostics,
		workload.ParamWay{
			Attribute: "params",
			Names:     workload.NamesOf(config.Params),
		},
		workload.ParamWay{Attribute: "query_params", Names: workload.MapKeys(config.QueryParams)},
		workload.ParamWay{
			Attribute: "node_group_params",
			Names:     workload.MapKeys(config.NodeGroupParams),
		},
		workload.ParamWay{Attribute: "sensitive_params", Names: workload.NamesOf(config.SensitiveParams)},
	)
}

type planRunModel struct {
	jobModel
	Environment            types.String  `tfsdk:"environment"`
	PlanName               types.String  `tfsdk:"plan_name"`
	Params                 types.Dynamic `tfsdk:"params"`
	QueryParams            types.Map     `tfsdk:"query_params"`
	NodeGroupParams        types.Map     `tfsdk:"node_group_params"`
	SensitiveParams        types.Dynamic `tfsdk:"sensitive_params"`
	SensitiveParamsVersion types.Int64   `tfsdk:"sensitive_params_version"`
	ValidateParams         types.Bool    `tfsdk:"validate_params"`
	AcceptFailure          types.Bool    `tfsdk:"accept_failure"`
	Result                 types.Dynamic `tfsdk:"result"`

	// history is what the server says of the jobs that the plan has started. It is not saved.
	history map[string][]orchestrator.StatusPeriod
	// answer is what the plan returned and message what it says of its failure; loss is what Result lacks of it. They are not saved.
	answer  json.RawMessage
	message string
	loss    jobvalue.Loss
}

func (m *planRunModel) title() string { return fmt.Sprintf("Plan %q", m.PlanName.ValueString()) }

func (m *planRunModel) uses() workload.Run {
	return workload.Run{
		Kind:          workload.RunsPlan,
		NameAttribute: "plan_name",
		Name:          m.PlanName,
		Environment:   m.Environment,
		Params:        m.Params,
		Sensitive:     m.SensitiveParams,
		Resolved:      map[string]types.Map{"query_params": m.QueryParams, "node_group_params": m.NodeGroupParams},
		Validate:      m.ValidateParams,
		Features:      append(workload.TimeoutFeature(m.Timeout), workload.StopPlanFeature(stops(m.OnDestroy))...),
	}
}

func (m *planRunModel) parameters() types.Dynamic { return m.Params }

func (m *planRunModel) located(c *pe.Clients, id string) {
	m.ID = types.StringValue(id)
	m.URL = types.StringValue(c.Orchestrator.URL("plan_jobs", id))
}

func (m *planRunModel) forget() {
	m.Outputs = jobvalue.UnknownOutputs()
	m.Result = types.DynamicUnknown()
}

func (m *planRunModel) recall(from *planRunModel) {
	m.take(&from.jobModel)
	m.Result = from.Result
}

// outdated implements [jobRecord]. A plan run has all results at once.
func (m *planRunModel) outdated(*planRunModel) *jobvalue.Captured { return nil }

func (m *planRunModel) settle() {
	m.RequestID = tfvalue.KnownOr(m.RequestID, types.StringNull())
	m.Outputs.Settle()
	m.Result = tfvalue.KnownOr(m.Result, types.DynamicNull())
}

func (m *planRunModel) inputs() []string {
	return []string{
		"environment",
		"plan_name",
		"params",
		"query_params",
		"node_group_params",
		"sensitive_params_version",
		"timeout",
		"triggers", "launch_key",
	}
}

func (m *planRunModel) similar(job orchestrator.PlanJob) bool {
	var diags diag.Diagnostics
	return job.PlanName == m.PlanName.ValueString() && workload.SameParams(m.Params, workload.ParamsValue(job.Options.Params(), &diags))
}

func (m *planRunModel) refusal() refusal {
	return refusal{
		attributes: map[string]path.Path{
			orchestrator.KindUnknownEnvironment: path.Root("environment"),
			orchestrator.KindUnknownPlan:        path.Root("plan_name"),
			orchestrator.KindNotPermitted:       path.Root("plan_name"),
			orchestrator.KindQueryError:         path.Root("query_params"),
		},
		permission: "the permission `plans` / `run` for this plan",
	}
}

// Command implements [jobRecord]. Parameters that the server has to resolve need the newer of its two commands; everything else uses the
// older, which all servers have.
func (m *planRunModel) Command(ctx context.Context, c *pe.Clients, config *planRunModel, diags *diag.Diagnostics) command {
	literal := workload.SensitiveParams(workload.ParamValues(m.Params, path.Root("params"), diags), config.SensitiveParams, c.Redactor, diags)
	queries := tfvalue.StringMap(ctx, m.QueryParams, diags)
	groups := tfvalue.StringMap(ctx, m.NodeGroupParams, diags)
	if len(queries)+len(groups) == 0 {
		request := orchestrator.PlanRequest{
			PlanName:    m.PlanName.ValueString(),
			Environment: m.Environment.ValueString(),
			Params:      literal,
			Description: m.Description.ValueStringPointer(),
			Timeout:     m.Timeout.ValueInt64Pointer(),
		}
		return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
			request.Userdata = userdata
			return c.Orchestrator.RunPlan(ctx, request)
		}
	}
	request := orchestrator.EnvironmentPlanRequest{
		PlanName:    m.PlanName.ValueString(),
		Environment: m.Environment.ValueString(),
		Params:      orchestrator.TypedParams(literal, queries, groups),
		Description: m.Description.ValueStringPointer(),
		Timeout:     m.Timeout.ValueInt64Pointer(),
	}
	return func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error) {
		request.Userdata = userdata
		return c.Orchestrator.RunEnvironmentPlan(ctx, request)
	}
}

func (m *planRunModel) imported(job orchestrator.PlanJob, diags *diag.Diagnostics) {
	m.jobModel = importedJob(job.Description, job.Userdata, diags)
	m.Environment = types.StringValue(cmp.Or(job.Environment, workload.DefaultEnvironment))
	m.PlanName = types.StringValue(job.PlanName)
	m.Params = workload.ParamsValue(job.Options.Params(), diags)
	m.QueryParams = types.MapNull(types.StringType)
	m.NodeGroupParams = types.MapNull(types.StringType)
}

func (m *planRunModel) unreported(name string) bool {
	return slices.Contains(unreportedInputs, name) || name == "query_params" || name == "node_group_params"
}
