// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
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
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*deployResource)(nil)
	_ resource.ResourceWithConfigure      = (*deployResource)(nil)
	_ resource.ResourceWithIdentity       = (*deployResource)(nil)
	_ resource.ResourceWithImportState    = (*deployResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*deployResource)(nil)
	_ resource.ResourceWithUpgradeState   = (*deployResource)(nil)
	_ resource.ResourceWithValidateConfig = (*deployResource)(nil)
)

type deployResource struct {
	jobResource[deployModel, orchestrator.Job, *deployModel]
}

func newDeployResource(metadata *workload.Metadata, shared *memory[orchestrator.Job, *deployModel]) resource.Resource {
	r := &deployResource{}
	r.metadata, r.family, r.shared = metadata, jobfamily.NodeJobs{JobType: orchestrator.JobTypeDeploy}, shared
	return r
}

// Metadata implements [resource.Resource]. The server may have mixed up the number of a job: see [jobResource.relocate].
func (r *deployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "deploy")
	resp.ResourceBehavior.MutableIdentity = true
}

// Schema implements [resource.Resource].
func (r *deployResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version: workload.SchemaVersion,
		MarkdownDescription: "Runs Puppet on nodes, once, and waits until it has ended. The apply fails when the run fails on more nodes " +
			"than are allowed. Puppet runs again when what was run changes, or a value of `triggers`; it does not run again because the server " +
			"has deleted the record of the job. The user needs the permission `puppet_agent` / `run`, and `orchestrator` / `view` to wait.",
		Attributes: jobschema.DeployAttributes(),
		Blocks:     jobschema.Timeouts(ctx),
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *deployResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config deployModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validate(&resp.Diagnostics)
	where, preview := config.where(ctx)
	preview.Countable(where, &resp.Diagnostics)
	config.AgentModel.Validate(config.Environment, config.Noop, config.Scope.IsNull(), &resp.Diagnostics)
}

type deployModel struct {
	nodeJobModel
	workload.AgentModel
	Target          types.String `tfsdk:"target"`
	ExpectNoChanges types.Bool   `tfsdk:"expect_no_changes"`
	ChangedNodes    types.Int64  `tfsdk:"changed_nodes"`
}

func (m *deployModel) title() string { return m.start(m).Title() }

func (m *deployModel) where(ctx context.Context) (scopepreview.Where, *scopepreview.Preview) {
	return scopepreview.OfScope(ctx, m.title(), m.Scope, true), &m.Preview
}

func (m *deployModel) start(*deployModel) jobstart.Start[orchestrator.Job] {
	return jobstart.Deploy{
		AgentModel: m.AgentModel, Environment: m.Environment, Scope: m.Scope, Target: m.Target, Noop: m.Noop, Timeout: m.Timeout,
		Description: m.Description, ForcedBy: m.forcedBy(),
	}
}

func (m *deployModel) inputs() []string {
	return append([]string{"environment", "scope", "target", "noop", "timeout", "triggers", "launch_key"}, workload.AgentInputs...)
}

func (m *deployModel) parameters() types.Dynamic { return types.DynamicNull() }

func (m *deployModel) recall(from *deployModel) {
	m.nodeJobModel.recall(&from.nodeJobModel)
	m.ChangedNodes = from.ChangedNodes
}

func (m *deployModel) forget() {
	m.nodeJobModel.forget()
	m.ChangedNodes = types.Int64Unknown()
}

func (m *deployModel) settle() {
	m.nodeJobModel.settle()
	m.ChangedNodes = tfvalue.KnownOr(m.ChangedNodes, types.Int64Null())
}

// deviates reports whether nodes have changed something, which they must not.
func (m *deployModel) deviates() bool {
	return m.ExpectNoChanges.ValueBool() && m.ChangedNodes.ValueInt64() > 0
}

func (m *deployModel) failed() bool { return m.nodeJobModel.failed() || m.deviates() }

func (m *deployModel) grounds() string {
	if m.deviates() && !m.nodeJobModel.failed() {
		return "Its run has found changes, and `expect_no_changes` allows none now. It was not set before: take it away again to keep the " +
			"job, and nothing runs."
	}
	return m.nodeJobModel.grounds()
}

func (m *deployModel) outdated(prior *deployModel) *jobvalue.Captured {
	return m.nodeJobModel.outdated(&prior.nodeJobModel)
}

func (m *deployModel) conclude(ctx context.Context, c *pe.Clients) (verdict.Verdict, error) {
	end := m.end(m.title())
	end.NoChanges = m.ExpectNoChanges.ValueBool()
	captured, err := m.read(ctx, c, end)
	judged := end.Verdict(captured, err == nil)
	if end.NoChanges && !judged.Unread {
		m.ChangedNodes = types.Int64Value(judged.Changed)
	}
	return verdict.OfNodes(judged), err
}

func (m *deployModel) imported(job orchestrator.Job, diags *diag.Diagnostics) {
	if job.Type != orchestrator.JobTypeDeploy {
		diags.AddError("The job is not a deploy", jobvalue.WrongType(job, "pe_deploy"))
		return
	}
	m.nodeJobModel = importedNodeJob(job, true, diags)
	m.AgentModel = workload.ImportedAgent(job.Options, job.Environment)
}

// unreported implements [jobRecord]. Whether the server reports the newer flags is not documented.
func (m *deployModel) unreported(name string) bool {
	told := []string{"concurrency", "no_noop", "debug", "trace", "evaltrace", "enforce_environment"}
	return slices.Contains(unreportedInputs, name) || slices.Contains(workload.AgentInputs, name) && !slices.Contains(told, name)
}
