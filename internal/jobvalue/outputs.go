// SPDX-License-Identifier: MPL-2.0

package jobvalue

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// Outputs are what the server says of every job.
type Outputs struct {
	State           types.String  `tfsdk:"state"`
	StartedAt       types.String  `tfsdk:"started_at"`
	FinishedAt      types.String  `tfsdk:"finished_at"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
	Owner           types.String  `tfsdk:"owner"`
}

// NodeOutputs are what the server says of a job that runs on nodes.
type NodeOutputs struct {
	NodeCount  types.Int64 `tfsdk:"node_count"`
	NodeStates types.Map   `tfsdk:"node_states"`
	Captured
}

// Captured are what the nodes of a job have left, as far as it was wanted.
type Captured struct {
	Results          types.Dynamic `tfsdk:"results"`
	SensitiveResults types.Dynamic `tfsdk:"sensitive_results"`
}

// Forget makes the results unknown.
func (r *Captured) Forget() {
	r.Results, r.SensitiveResults = types.DynamicUnknown(), types.DynamicUnknown()
}

// UnknownOutputs are those of a job that is still to be started, or to end.
func UnknownOutputs() Outputs {
	return Outputs{
		State:           types.StringUnknown(),
		StartedAt:       types.StringUnknown(),
		FinishedAt:      types.StringUnknown(),
		DurationSeconds: types.Float64Unknown(),
		Owner:           types.StringUnknown(),
	}
}

// Settle makes null what is unknown.
func (o *Outputs) Settle() {
	o.State = tfvalue.KnownOr(o.State, types.StringNull())
	o.StartedAt = tfvalue.KnownOr(o.StartedAt, types.StringNull())
	o.FinishedAt = tfvalue.KnownOr(o.FinishedAt, types.StringNull())
	o.DurationSeconds = tfvalue.KnownOr(o.DurationSeconds, types.Float64Null())
	o.Owner = tfvalue.KnownOr(o.Owner, types.StringNull())
}

// UnknownNodeOutputs are those of a job that is still to be started, or to end.
func UnknownNodeOutputs() NodeOutputs {
	outputs := NodeOutputs{NodeCount: types.Int64Unknown(), NodeStates: types.MapUnknown(types.Int64Type)}
	outputs.Captured.Forget()
	return outputs
}

// Settle makes null what is unknown.
func (o *NodeOutputs) Settle() {
	o.NodeCount = tfvalue.KnownOr(o.NodeCount, types.Int64Null())
	o.NodeStates = tfvalue.KnownOr(o.NodeStates, types.MapNull(types.Int64Type))
	o.Results = tfvalue.KnownOr(o.Results, types.DynamicNull())
	o.SensitiveResults = tfvalue.KnownOr(o.SensitiveResults, types.DynamicNull())
}

// FillJob puts what the server says of a job into the outputs.
func (o *Outputs) FillJob(job orchestrator.Job) {
	o.fill(string(job.State), job.StartedTimestamp, job.Owner.Login)
	if job.State.Terminal() {
		o.end(job.FinishedTimestamp, job.Duration)
	}
}

// FillPlanJob puts what the server says of a plan job into the outputs.
func (o *Outputs) FillPlanJob(job orchestrator.PlanJob) {
	o.fill(string(job.State), job.CreatedTimestamp, job.Owner.Login)
	if job.State.Terminal() {
		o.end(job.FinishedTimestamp, job.Duration)
	}
}

func (o *Outputs) fill(state, started, owner string) {
	o.State = types.StringValue(state)
	o.StartedAt = tfvalue.StringOrNull(started)
	o.FinishedAt = types.StringNull()
	o.DurationSeconds = types.Float64Null()
	o.Owner = tfvalue.StringOrNull(owner)
}

// end fills in what only a job has that has ended.
func (o *Outputs) end(finished string, seconds *float64) {
	o.FinishedAt = tfvalue.StringOrNull(finished)
	o.DurationSeconds = types.Float64PointerValue(seconds)
}

// Fill puts what the server says of the nodes of a job into the outputs.
func (o *NodeOutputs) Fill(job orchestrator.Job) {
	o.NodeCount = types.Int64Value(job.NodeCount)
	o.NodeStates = NodeStates(job.NodeStates)
}

// EmptyState and EmptyID stand in the outputs of a job that was never started, because its scope had no node.
const (
	EmptyState = "empty"
	EmptyID    = "none"
)

// Outcome is what a verdict on the job is based on. named is how many nodes its scope names.
func (o *NodeOutputs) Outcome(state string, named int64) outcome.Job {
	job := outcome.Job{
		State: orchestrator.JobState(state), NodeCount: o.NodeCount.ValueInt64(), NodeStates: map[orchestrator.NodeState]int64{},
	}
	for state, count := range o.NodeStates.Elements() {
		if count, ok := count.(types.Int64); ok {
			job.NodeStates[orchestrator.NodeState(state)] = count.ValueInt64()
		}
	}
	job.Missing = max(0, named-job.NodeCount)
	return job
}

// Empty makes the outputs those of a job that was never started, because its scope had no node.
func (o *NodeOutputs) Empty() {
	nothing := types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{}, map[string]attr.Value{}))
	o.NodeCount, o.NodeStates = types.Int64Value(0), NodeStates(nil)
	o.Results, o.SensitiveResults = nothing, nothing
}
