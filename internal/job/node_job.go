// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// fill sets the outputs from what the server reports about the job.
func (m *nodeJobModel) fill(job orchestrator.Job) {
	m.Outputs.FillJob(job)
	m.NodeOutputs.Fill(job)
}

// progress implements [jobRecord].
func (m *nodeJobModel) progress() string {
	saved := m.outcome()
	return outcome.Progress(orchestrator.Job{State: saved.State, NodeStates: saved.NodeStates})
}

// failed reports whether a job that has ended is known to be no success.
func (m *nodeJobModel) failed() bool { return m.Fails(m.outcome()) }

func (m *nodeJobModel) grounds() string { return m.Grounds(m.outcome()) }

func (m *nodeJobModel) concern(job orchestrator.Job) string { return m.Concern(job) }

// validate refuses a configuration that cannot succeed.
func (m *nodeJobModel) validate(diags *diag.Diagnostics) {
	m.Validate(int64(len(workload.NodeNames(m.Scope))), diags)
}

// takeEmpty implements [jobRecord]. Nodes that are named and that cannot be used have failed, so that no such scope is empty.
func (m *nodeJobModel) takeEmpty(refused error) bool {
	if !m.AllowEmptyScope.ValueBool() || len(workload.NodeNames(m.Scope)) > 0 || !launch.IsRefusal(refused, orchestrator.KindEmptyTarget) {
		return false
	}
	m.ID, m.State = types.StringValue(jobvalue.EmptyID), types.StringValue(jobvalue.EmptyState)
	m.URL, m.ReportURL, m.RequestID = types.StringNull(), types.StringNull(), types.StringNull()
	m.Empty()
	return true
}

// read reads what the nodes of a job that has ended have left, when somebody wants to see it: for the results, for the reasons of a
// failure, or for what they have changed.
func (m *nodeJobModel) read(ctx context.Context, c *pe.Clients, changes bool) (*noderesults.Capture, error) {
	capture := newCapture(m, outcome.Judge(m.outcome(), m.Allowed()), changes, c)
	if capture.Needed() {
		if err := capture.Read(ctx, c.Orchestrator); err != nil {
			return capture, err
		}
	}
	m.Results, m.SensitiveResults = capture.Values()
	m.captured = capture
	return capture, nil
}

// warn implements [jobRecord].
func (m *nodeJobModel) warn(title string, diags *diag.Diagnostics) { m.captured.Warn(title, diags) }

func (m *nodeJobModel) reread(ctx context.Context, c *pe.Clients) error {
	_, err := m.read(ctx, c, false)
	return err
}

// newCapture returns a capture of what the nodes of the job have left.
func newCapture(m *nodeJobModel, judged outcome.Verdict, changes bool, c *pe.Clients) *noderesults.Capture {
	job := noderesults.Job{
		ID: m.ID.ValueString(), Mode: m.CaptureResults.ValueString(), Expected: int(m.NodeCount.ValueInt64()), Judged: judged,
		Changes: changes, Redact: c.Redactor.Text, Limits: c.ResultLimits,
	}
	if m.outcome().Missing > 0 {
		job.Named = workload.NodeNames(m.Scope)
	}
	return noderesults.New(job)
}

// verdict puts the judgement of a job that has ended into words, with what was read of its nodes.
func (m *nodeJobModel) verdict(title string, captured *noderesults.Capture) verdict.Nodes {
	return verdict.Nodes{
		Title: title, Job: m.ID.ValueString(), State: m.State.ValueString(), URL: m.URL.ValueString(),
		States: m.outcome().NodeStates, Judged: outcome.Judge(m.outcome(), m.Allowed()), Allowed: m.Allowed(), Failures: captured.Failures(),
	}
}
