// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
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
	m.Above(m.MinNodes, diags)
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

// read reads what the nodes of a job that has ended have left: see [jobrun.Ended.Read].
func (m *nodeJobModel) read(ctx context.Context, c *pe.Clients, ended jobrun.Ended) (*noderesults.Capture, error) {
	capture, err := ended.Read(ctx, c)
	if err != nil {
		return capture, err
	}
	m.Results, m.SensitiveResults = capture.Values()
	m.captured = capture
	return capture, nil
}

// warn implements [jobRecord].
func (m *nodeJobModel) warn(title string, diags *diag.Diagnostics) { m.captured.Warn(title, diags) }

func (m *nodeJobModel) reread(ctx context.Context, c *pe.Clients) error {
	_, err := m.read(ctx, c, m.end(""))
	return err
}

// end is the job, once it has ended.
func (m *nodeJobModel) end(title string) jobrun.Ended {
	return jobrun.Ended{
		Title: title, ID: m.ID.ValueString(), URL: m.URL.ValueString(), Outcome: m.outcome(), Allowed: m.Allowed(),
		Named: workload.NodeNames(m.Scope), Captures: m.CaptureResults.ValueString(),
	}
}
