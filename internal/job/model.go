package job

import (
	"context"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// jobModel is what the models of all jobs have in common.
type jobModel struct {
	ID                types.String   `tfsdk:"id"`
	URL               types.String   `tfsdk:"url"`
	Description       types.String   `tfsdk:"description"`
	Userdata          types.Map      `tfsdk:"userdata"`
	Triggers          types.Map      `tfsdk:"triggers"`
	LaunchKey         types.String   `tfsdk:"launch_key"`
	Timeout           types.Int64    `tfsdk:"timeout"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	OnDestroy         types.String   `tfsdk:"on_destroy"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
	jobOutputs
}

// jobOutputs are what the server reports about every job.
type jobOutputs struct {
	State           types.String  `tfsdk:"state"`
	StartedAt       types.String  `tfsdk:"started_at"`
	FinishedAt      types.String  `tfsdk:"finished_at"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
	Owner           types.String  `tfsdk:"owner"`
}

// nodeJobModel is what the models of deploys and tasks have in common.
type nodeJobModel struct {
	jobModel
	Environment      types.String  `tfsdk:"environment"`
	Scope            types.Object  `tfsdk:"scope"`
	Noop             types.Bool    `tfsdk:"noop"`
	MaxFailedNodes   types.Int64   `tfsdk:"max_failed_nodes"`
	MaxFailedPercent types.Float64 `tfsdk:"max_failed_percent"`
	CaptureResults   types.String  `tfsdk:"capture_results"`
	ReportURL        types.String  `tfsdk:"report_url"`
	nodeOutputs
}

// nodeOutputs are what the server reports about a job that runs on nodes.
type nodeOutputs struct {
	NodeCount  types.Int64 `tfsdk:"node_count"`
	NodeStates types.Map   `tfsdk:"node_states"`
	capturedResults
}

// capturedResults are the results of the nodes of a job, as selected by capture_results.
type capturedResults struct {
	Results          types.Dynamic `tfsdk:"results"`
	SensitiveResults types.Dynamic `tfsdk:"sensitive_results"`
}

func (r *capturedResults) forget() {
	r.Results, r.SensitiveResults = types.DynamicUnknown(), types.DynamicUnknown()
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
	// uses returns the task or plan that is run, if there is one.
	uses() (workload.Run, bool)
	// Command builds the request that starts the job. config holds the write-only values, which are not in the plan.
	Command(ctx context.Context, c *pe.Clients, config *M, diags *diag.Diagnostics) command
	// refusal says why the server may refuse such a job.
	refusal() refusal
	// similar reports whether a job may have been started by the same request.
	similar(job R) bool

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
	// failed reports whether a job that has ended is known to have failed.
	failed() bool
	// conclude reads the results of a job that has ended, after fill, and judges it. The error says why something could not be read; the
	// verdict is valid in any case.
	conclude(ctx context.Context, c *pe.Clients) (verdict, error)
	// outdated returns the results when capture_results differs from that of a prior model, otherwise nil.
	outdated(prior *M) *capturedResults

	// imported fills in the inputs of an existing job. It reports an error for a job of another type.
	imported(job R, diags *diag.Diagnostics)
	// unreported reports whether the server may leave an input out of its report about a job that was started with the planned value.
	unreported(name string, planned tftypes.Value) bool
	// parameters are those of the task or plan that is run, null where there are none.
	parameters() types.Dynamic
}

// command starts a job with some userdata, which is nil for a server that accepts none.
type command func(ctx context.Context, userdata map[string]any) (orchestrator.Ref, error)

// refusal says which attributes may be at fault when the server refuses to start a job.
type refusal struct {
	// attributes names those attributes, by error kind.
	attributes map[string]path.Path
	// permission is what a user needs for the launch, for the error about a missing permission.
	permission string
}

func (m *jobModel) job() *jobModel { return m }

// ended reports whether the job is known to be in a state that never changes.
func (m *jobModel) ended() bool {
	state := m.State.ValueString()
	return orchestrator.JobState(state).Terminal() || orchestrator.PlanJobState(state).Terminal()
}

func (m *jobModel) waits() bool { return m.WaitForCompletion.ValueBool() }

// stops reports whether the job is stopped when it is destroyed while it runs.
func (m *jobModel) stops() bool {
	action := m.OnDestroy.ValueString()
	return action == jobschema.Stop || action == jobschema.ForceStop
}

// take copies the id and the outputs of another job.
func (m *jobModel) take(other *jobModel) {
	m.ID, m.URL, m.jobOutputs = other.ID, other.URL, other.jobOutputs
}

func unknownJobOutputs() jobOutputs {
	return jobOutputs{
		State:           types.StringUnknown(),
		StartedAt:       types.StringUnknown(),
		FinishedAt:      types.StringUnknown(),
		DurationSeconds: types.Float64Unknown(),
		Owner:           types.StringUnknown(),
	}
}

func (o *jobOutputs) settle() {
	o.State = tfvalue.KnownOr(o.State, types.StringNull())
	o.StartedAt = tfvalue.KnownOr(o.StartedAt, types.StringNull())
	o.FinishedAt = tfvalue.KnownOr(o.FinishedAt, types.StringNull())
	o.DurationSeconds = tfvalue.KnownOr(o.DurationSeconds, types.Float64Null())
	o.Owner = tfvalue.KnownOr(o.Owner, types.StringNull())
}

func unknownNodeOutputs() nodeOutputs {
	outputs := nodeOutputs{NodeCount: types.Int64Unknown(), NodeStates: types.MapUnknown(types.Int64Type)}
	outputs.capturedResults.forget()
	return outputs
}

func (o *nodeOutputs) settle() {
	o.NodeCount = tfvalue.KnownOr(o.NodeCount, types.Int64Null())
	o.NodeStates = tfvalue.KnownOr(o.NodeStates, types.MapNull(types.Int64Type))
	o.Results = tfvalue.KnownOr(o.Results, types.DynamicNull())
	o.SensitiveResults = tfvalue.KnownOr(o.SensitiveResults, types.DynamicNull())
}

func (m *nodeJobModel) located(c *pe.Clients, id string) {
	m.ID = types.StringValue(id)
	m.URL = types.StringValue(c.Orchestrator.URL("jobs", id))
	m.ReportURL = types.StringValue(c.Orchestrator.URL("jobs", id, "report"))
}

func (m *nodeJobModel) forget() {
	m.jobOutputs = unknownJobOutputs()
	m.nodeOutputs = unknownNodeOutputs()
}

func (m *nodeJobModel) recall(from *nodeJobModel) {
	m.take(&from.jobModel)
	m.ReportURL = from.ReportURL
	m.nodeOutputs = from.nodeOutputs
}

func (m *nodeJobModel) outdated(prior *nodeJobModel) *capturedResults {
	if m.CaptureResults.Equal(prior.CaptureResults) {
		return nil
	}
	return &m.capturedResults
}

func (m *nodeJobModel) settle() {
	m.jobOutputs.settle()
	m.nodeOutputs.settle()
}

// outcome is what is known for a verdict on the job.
func (m *nodeJobModel) outcome() outcome.Job {
	job := outcome.Job{
		State:      orchestrator.JobState(m.State.ValueString()),
		NodeCount:  m.NodeCount.ValueInt64(),
		NodeStates: map[orchestrator.NodeState]int64{},
	}
	for state, count := range m.NodeStates.Elements() {
		if count, ok := count.(types.Int64); ok {
			job.NodeStates[orchestrator.NodeState(state)] = count.ValueInt64()
		}
	}
	if named := int64(len(workload.NodeNames(m.Scope))); named > job.NodeCount {
		job.Missing = named - job.NodeCount
	}
	return job
}

// allowed is how many nodes may fail.
func (m *nodeJobModel) allowed() outcome.Allowed {
	return outcome.Allowed{Nodes: m.MaxFailedNodes.ValueInt64(), Percent: m.MaxFailedPercent.ValueFloat64()}
}
