// SPDX-License-Identifier: MPL-2.0

package job

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*planRunResource)(nil)
	_ resource.ResourceWithConfigure      = (*planRunResource)(nil)
	_ resource.ResourceWithIdentity       = (*planRunResource)(nil)
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

// Metadata implements [resource.Resource]. The server may have mixed up the number of a job: see [jobResource.relocate].
func (r *planRunResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "plan_run")
	resp.ResourceBehavior.MutableIdentity = true
}

// Schema implements [resource.Resource].
func (r *planRunResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs a plan, once, and waits until it has ended. The apply fails when the plan fails. The plan runs again when " +
			"what was run changes, or a value of `triggers`; it does not run again because the server has deleted the record of the job. The " +
			"user needs the permission `plans` / `run`, and `orchestrator` / `view` to wait.",
		Attributes: jobschema.PlanRunAttributes(),
		Blocks:     jobschema.Timeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *planRunResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config planRunModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.run(&config).Validate(&resp.Diagnostics)
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

func (m *planRunModel) title() string { return m.run(m).Title() }

func (m *planRunModel) start(config *planRunModel) jobstart.Start[orchestrator.PlanJob] {
	return m.run(config)
}

func (m *planRunModel) run(config *planRunModel) jobstart.PlanRun {
	run := jobstart.PlanRun{
		Environment: m.Environment, PlanName: m.PlanName, Params: m.Params, QueryParams: m.QueryParams, NodeGroupParams: m.NodeGroupParams,
		SensitiveParams: config.SensitiveParams, ValidateParams: m.ValidateParams, Timeout: m.Timeout, Description: m.Description,
	}
	if m.stops() {
		run.StoppedBy = "on_destroy"
	}
	return run
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
