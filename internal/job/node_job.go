package job

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// nodeJobs is the family of jobs that run on nodes: deploys and tasks.
type nodeJobs struct {
	// jobType is the type of the jobs of one resource in the API.
	jobType string
}

var _ jobFamily[orchestrator.Job] = nodeJobs{}

func (nodeJobs) noun() string { return "job" }

func (nodeJobs) collection() string { return "jobs" }

func (nodeJobs) firstState() string { return string(orchestrator.JobNew) }

func (nodeJobs) Read(ctx context.Context, c *pe.Clients, id string) (orchestrator.Job, error) {
	return c.Orchestrator.Job(ctx, id)
}

func (nodeJobs) wait(ctx context.Context, c *pe.Clients, id string, changed func(orchestrator.Job)) (orchestrator.Job, bool, error) {
	return c.Jobs.Wait(ctx, id, changed)
}

func (f nodeJobs) recent(ctx context.Context, c *pe.Clients) iter.Seq2[orchestrator.Job, error] {
	return c.Orchestrator.Jobs(ctx, orchestrator.JobFilter{Type: f.jobType, OrderBy: "timestamp", Order: "desc"})
}

func (nodeJobs) stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error {
	return stopJob(ctx, c, id, force, diags)
}

func (nodeJobs) ended(job orchestrator.Job) bool { return job.State.Terminal() }

func (nodeJobs) progress(job orchestrator.Job) string { return outcome.Progress(job) }

func (nodeJobs) trace(job orchestrator.Job) trace {
	return newTrace(job.ID, job.Timestamp, job.Userdata)
}

// fill sets the outputs from what the server reports about the job.
func (m *nodeJobModel) fill(job orchestrator.Job) {
	m.State = types.StringValue(string(job.State))
	m.StartedAt = tfvalue.StringOrNull(job.StartedTimestamp)
	m.FinishedAt = types.StringNull()
	m.DurationSeconds = types.Float64Null()
	if job.State.Terminal() {
		m.FinishedAt = tfvalue.StringOrNull(job.FinishedTimestamp)
		m.DurationSeconds = types.Float64PointerValue(job.Duration)
	}
	m.Owner = tfvalue.StringOrNull(job.Owner.Login)
	m.NodeCount = types.Int64Value(job.NodeCount)
	m.NodeStates = jobvalue.NodeStates(job.NodeStates)
}

// failed reports whether a job that has ended is known to have failed.
func (m *nodeJobModel) failed() bool { return !outcome.Judge(m.outcome(), m.allowed()).OK }

// conclude reads the results of the nodes of a job that has ended, and judges it. It reads the nodes only when they are needed: for the
// results, or for the reasons of a failure. The error says why something could not be read; the verdict is valid in any case.
func (m *nodeJobModel) conclude(ctx context.Context, c *pe.Clients, title string) (verdict, error) {
	judged := outcome.Judge(m.outcome(), m.allowed())
	capture := newCapture(m, judged)
	var err error
	if capture.Needed() {
		err = capture.Read(ctx, c.Orchestrator)
	}
	if err == nil {
		m.Results, m.SensitiveResults = capture.Values()
	}
	return nodeVerdict(title, m, judged, capture), err
}

// newCapture returns a capture for the results of the job's nodes.
func newCapture(m *nodeJobModel, judged outcome.Verdict) *noderesults.Capture {
	job := noderesults.Job{
		ID: m.ID.ValueString(), Mode: m.CaptureResults.ValueString(), Expected: int(m.NodeCount.ValueInt64()), Judged: judged,
	}
	if m.outcome().Missing > 0 {
		job.Named = workload.NodeNames(m.Scope)
	}
	return noderesults.New(job)
}

// nodeVerdict puts a judgement into words.
func nodeVerdict(title string, m *nodeJobModel, judged outcome.Verdict, captured *noderesults.Capture) verdict {
	v := verdict{ok: judged.OK}
	job := fmt.Sprintf("Job %s ended as %s", m.ID.ValueString(), m.State.ValueString())
	if counts := outcome.NodeStatesText(m.outcome().NodeStates); counts != "" {
		job += ", nodes: " + counts
	}
	job += ".\n" + m.URL.ValueString()
	switch {
	case judged.OK:
		v.warning, v.warningDetail = nodeWarning(title, job, judged, captured)
	case judged.Reason != "" && judged.Failed == 0:
		v.summary = fmt.Sprintf("%s did not succeed: %s", title, judged.Reason)
		v.detail = job
	default:
		v.summary = fmt.Sprintf("%s failed on %d of %s", title, judged.Failed, prose.Count(judged.Total, "node"))
		v.detail = prose.Paragraphs(job, captured.Failures(), allowance(m))
	}
	return v
}

// allowance says how many failures are allowed and how to allow more.
func allowance(m *nodeJobModel) string {
	switch {
	case m.MaxFailedNodes.ValueInt64() > 0:
		return fmt.Sprintf("`max_failed_nodes` allows %d.", m.MaxFailedNodes.ValueInt64())
	case m.MaxFailedPercent.ValueFloat64() > 0:
		return fmt.Sprintf("`max_failed_percent` allows %g percent.", m.MaxFailedPercent.ValueFloat64())
	default:
		return "No failure is allowed: see `max_failed_nodes` and `max_failed_percent`."
	}
}

// nodeWarning reports what is worth knowing about a job that counts as a success.
func nodeWarning(title, job string, judged outcome.Verdict, captured *noderesults.Capture) (summary, detail string) {
	switch {
	case judged.Failed > 0:
		return fmt.Sprintf("%s failed on %d of %s, which is allowed", title, judged.Failed, prose.Count(judged.Total, "node")),
			prose.Paragraphs(job, captured.Failures())
	case judged.Total == 0:
		return title + " ran on no node", job
	case judged.Skipped > 0:
		return fmt.Sprintf("%s skipped %d of %s", title, judged.Skipped, prose.Count(judged.Total, "node")), job
	default:
		return "", ""
	}
}
