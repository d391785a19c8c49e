package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
)

// jobModel is what the models of all jobs have in common.
type jobModel struct {
	ID                types.String   `tfsdk:"id"`
	URL               types.String   `tfsdk:"url"`
	Description       types.String   `tfsdk:"description"`
	Userdata          types.Map      `tfsdk:"userdata"`
	Triggers          types.Map      `tfsdk:"triggers"`
	Timeout           types.Int64    `tfsdk:"timeout"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	OnDestroy         types.String   `tfsdk:"on_destroy"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
	jobOutputs
}

// jobOutputs are what the server says of every job.
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

// nodeOutputs are what the server says of a job that runs on nodes.
type nodeOutputs struct {
	NodeCount        types.Int64   `tfsdk:"node_count"`
	NodeStates       types.Map     `tfsdk:"node_states"`
	Results          types.Dynamic `tfsdk:"results"`
	SensitiveResults types.Dynamic `tfsdk:"sensitive_results"`
}

// jobRecord is the model of a job resource, as the lifecycle that all of them share sees it.
type jobRecord interface {
	// job returns the common part.
	job() *jobModel
	// subject names what runs, as the beginning of a sentence: Task "package".
	subject() string
	// located sets the id and everything that follows from it.
	located(c *connection, id string)
	// forget makes every output unknown.
	forget()
	// recall takes over the id and the outputs of another record of the same kind.
	recall(from jobRecord)
	// settle makes every unknown output null, so that the record can be saved.
	settle()
}

func (m *jobModel) job() *jobModel { return m }

// ended reports whether the job is known to be in a state that never changes.
func (m *jobModel) ended() bool {
	state := m.State.ValueString()
	return orchestrator.JobState(state).Terminal() || orchestrator.PlanJobState(state).Terminal()
}

func (m *jobModel) waits() bool { return m.WaitForCompletion.ValueBool() }

// take takes over the id and the outputs of another job.
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
	o.State = known(o.State, types.StringNull())
	o.StartedAt = known(o.StartedAt, types.StringNull())
	o.FinishedAt = known(o.FinishedAt, types.StringNull())
	o.DurationSeconds = known(o.DurationSeconds, types.Float64Null())
	o.Owner = known(o.Owner, types.StringNull())
}

func unknownNodeOutputs() nodeOutputs {
	return nodeOutputs{
		NodeCount:        types.Int64Unknown(),
		NodeStates:       types.MapUnknown(types.Int64Type),
		Results:          types.DynamicUnknown(),
		SensitiveResults: types.DynamicUnknown(),
	}
}

func (o *nodeOutputs) settle() {
	o.NodeCount = known(o.NodeCount, types.Int64Null())
	o.NodeStates = known(o.NodeStates, types.MapNull(types.Int64Type))
	o.Results = known(o.Results, types.DynamicNull())
	o.SensitiveResults = known(o.SensitiveResults, types.DynamicNull())
}

// known returns a value, or null in the place of one that is unknown.
func known[V attr.Value](value, null V) V {
	if value.IsUnknown() {
		return null
	}
	return value
}

// nodeJobRecord is the record of a deploy or a task.
type nodeJobRecord interface {
	jobRecord
	nodeJob() *nodeJobModel
}

func (m *nodeJobModel) nodeJob() *nodeJobModel { return m }

func (m *nodeJobModel) located(c *connection, id string) {
	m.ID = types.StringValue(id)
	m.URL = types.StringValue(c.orchestrator.URL("jobs", id))
	m.ReportURL = types.StringValue(c.orchestrator.URL("jobs", id, "report"))
}

func (m *nodeJobModel) forget() {
	m.jobOutputs = unknownJobOutputs()
	m.nodeOutputs = unknownNodeOutputs()
}

func (m *nodeJobModel) recall(from jobRecord) {
	if other, ok := from.(nodeJobRecord); ok {
		m.jobModel.take(other.job())
		m.ReportURL = other.nodeJob().ReportURL
		m.nodeOutputs = other.nodeJob().nodeOutputs
	}
}

func (m *nodeJobModel) settle() {
	m.jobOutputs.settle()
	m.nodeOutputs.settle()
}

// outcome is what a verdict on the job is based on, as far as it is known.
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
	if named := int64(len(nodeNames(m.Scope))); named > job.NodeCount {
		job.Missing = named - job.NodeCount
	}
	return job
}

// allowed is how many nodes may fail.
func (m *nodeJobModel) allowed() outcome.Allowed {
	return outcome.Allowed{Nodes: m.MaxFailedNodes.ValueInt64(), Percent: m.MaxFailedPercent.ValueFloat64()}
}
