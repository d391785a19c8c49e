// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/threshold"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// jobModel is what the models of all jobs have in common.
type jobModel struct {
	ID                types.String   `tfsdk:"id"`
	URL               types.String   `tfsdk:"url"`
	RequestID         types.String   `tfsdk:"request_id"`
	Description       types.String   `tfsdk:"description"`
	Userdata          types.Dynamic  `tfsdk:"userdata"`
	Triggers          types.Map      `tfsdk:"triggers"`
	LaunchKey         types.String   `tfsdk:"launch_key"`
	Timeout           types.Int64    `tfsdk:"timeout"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	OnDestroy         types.String   `tfsdk:"on_destroy"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
	jobvalue.Outputs
}

// nodeJobModel is what the models of deploys and tasks have in common.
type nodeJobModel struct {
	jobModel
	Environment    types.String  `tfsdk:"environment"`
	Scope          types.Dynamic `tfsdk:"scope"`
	Noop           types.Bool    `tfsdk:"noop"`
	CaptureResults types.String  `tfsdk:"capture_results"`
	ReportURL      types.String  `tfsdk:"report_url"`
	threshold.Model
	jobvalue.NodeOutputs
	scopepreview.Preview

	// captured is what was read of the nodes last. It is not saved.
	captured *noderesults.Capture
}

// jobRecord is what the shared lifecycle needs of the model M of a job resource. R is what the server reports about such a job.
type jobRecord[M, R any] interface {
	*M
	// job returns the attributes that all jobs have.
	job() *jobModel
	// title names what runs, as the beginning of a sentence: Task "package".
	title() string
	// inputs are the attributes whose change runs the job again.
	inputs() []string
	// start returns what starts the job. config holds the write-only values, which the plan lacks.
	start(config *M) jobstart.Start[R]

	// where says on which nodes it runs, and has what is known of them; nil for a plan, which says itself where.
	where(ctx context.Context) (scopepreview.Where, *scopepreview.Preview)
	// took is how many nodes a job took, 0 for a plan.
	took() int64

	// takeEmpty fills in the outputs of a job that was not started because no node is in its scope, where that is fine.
	takeEmpty(refused error) bool
	// located sets the id and everything that follows from it.
	located(c *pe.Clients, id string)
	// forget makes every output unknown.
	forget()
	// recall copies the id and the outputs of another model.
	recall(from *M)
	// settle makes every unknown output null, so that the model can be saved.
	settle()

	// fill sets the outputs from what the server reports.
	fill(job R)
	// concern says what is wrong with a job already while it runs, "" if nothing is.
	concern(job R) string
	// progress says how far the job is, as far as it was saved.
	progress() string
	// failed reports whether a job that has ended is known to be no success.
	failed() bool
	// grounds says why a job that was accepted counts as failed now.
	grounds() string
	// conclude reads what a job that has ended has left, after fill, and judges it. The error says why something could not be
	// read; the verdict stands all the same.
	conclude(ctx context.Context, c *pe.Clients) (verdict.Verdict, error)
	// warn warns of what was not kept of what conclude and reread have read.
	warn(title string, diags *diag.Diagnostics)
	// reread reads the results of a job that has ended again, and judges nothing.
	reread(ctx context.Context, c *pe.Clients) error
	// reasons reads more about why a job has failed than its verdict says, without secrets: "" where there is no more.
	reasons(ctx context.Context, c *pe.Clients) string
	// outdated returns the results when others are wanted than a prior model has, otherwise nil.
	outdated(prior *M) *jobvalue.Captured

	// imported fills in the inputs of an existing job. It reports an error for a job of another type.
	imported(job R, diags *diag.Diagnostics)
	// unreported reports whether the server may leave an input out of what it says of a job.
	unreported(name string) bool
	// parameters are those of the task or plan that is run, null where there are none.
	parameters() types.Dynamic
}

func (m *jobModel) job() *jobModel { return m }

// exists reports whether there is a job: none was started for a scope without nodes.
func (m *jobModel) exists() bool { return m.ID.ValueString() != jobvalue.EmptyID }

// ended reports whether the job is known to be in a state that never changes.
func (m *jobModel) ended() bool {
	state := m.State.ValueString()
	return orchestrator.JobState(state).Terminal() || orchestrator.PlanJobState(state).Terminal() || state == jobvalue.EmptyState
}

func (m *jobModel) waits() bool { return m.WaitForCompletion.ValueBool() }

// stops reports whether the job is stopped when it is destroyed while it runs.
func (m *jobModel) stops() bool {
	action := m.OnDestroy.ValueString()
	return action == jobschema.Stop || action == jobschema.ForceStop
}

// forcedBy is the attribute that has the job stopped by force when it is destroyed while it runs, "" if it is not.
func (m *jobModel) forcedBy() string {
	if m.OnDestroy.ValueString() == jobschema.ForceStop {
		return "on_destroy"
	}
	return ""
}

// take copies the id and the outputs of another job.
func (m *jobModel) take(other *jobModel) {
	m.ID, m.URL, m.RequestID, m.Outputs = other.ID, other.URL, other.RequestID, other.Outputs
}

func (m *nodeJobModel) located(c *pe.Clients, id string) {
	m.ID = types.StringValue(id)
	m.URL = types.StringValue(c.Orchestrator.URL("jobs", id))
	m.ReportURL = types.StringValue(c.Orchestrator.URL("jobs", id, "report"))
}

func (m *nodeJobModel) forget() {
	m.Outputs = jobvalue.UnknownOutputs()
	m.NodeOutputs = jobvalue.UnknownNodeOutputs()
}

func (m *nodeJobModel) took() int64 { return m.NodeCount.ValueInt64() }

func (m *nodeJobModel) recall(from *nodeJobModel) {
	m.take(&from.jobModel)
	m.ReportURL = from.ReportURL
	m.NodeOutputs = from.NodeOutputs
	m.ScopePreview = tfvalue.KnownOr(m.ScopePreview, from.ScopePreview)
}

// reasons implements [jobRecord]. The verdict says it all.
func (m *nodeJobModel) reasons(context.Context, *pe.Clients) string { return "" }

func (m *nodeJobModel) outdated(prior *nodeJobModel) *jobvalue.Captured {
	if !prior.exists() || m.CaptureResults.Equal(prior.CaptureResults) {
		return nil
	}
	return &m.Captured
}

func (m *nodeJobModel) settle() {
	m.RequestID = tfvalue.KnownOr(m.RequestID, types.StringNull())
	m.Outputs.Settle()
	m.NodeOutputs.Settle()
	m.Preview.Settle()
}

// outcome is what is known for a verdict on the job.
func (m *nodeJobModel) outcome() outcome.Job {
	return m.Outcome(m.State.ValueString(), int64(len(workload.NodeNames(m.Scope))))
}
