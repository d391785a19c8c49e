package job

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
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

func (nodeJobs) look(ctx context.Context, c *pe.Clients) error {
	_, err := c.Orchestrator.RecentJobs(ctx, 1)
	return err
}

func (nodeJobs) stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error {
	return stopJob(ctx, c, id, force, diags)
}

func (nodeJobs) ended(job orchestrator.Job) bool { return job.State.Terminal() }

func (nodeJobs) progress(job orchestrator.Job) string { return outcome.Progress(job) }

func (nodeJobs) trace(job orchestrator.Job) trace {
	return newTrace(job.ID, job.Timestamp, job.Userdata)
}

// fill puts what the server says of the job into the outputs.
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
func (m *nodeJobModel) failed() bool { return !outcome.Judge(m.outcome(), m.allowed()).OK }

func (m *nodeJobModel) grounds() string {
	return verdict.Grounds(outcome.Judge(m.outcome(), m.allowed()), m.allowed())
}

// concern implements [jobRecord]. How many nodes a job takes is settled once it runs.
func (m *nodeJobModel) concern(job orchestrator.Job) string {
	if job.State == orchestrator.JobNew || job.NodeCount >= m.MinNodes.ValueInt64() {
		return ""
	}
	return fmt.Sprintf("it took %s, and min_nodes asks for %d", prose.Count(job.NodeCount, "node"), m.MinNodes.ValueInt64())
}

// validate refuses a configuration that cannot succeed. What is not known yet is left to the job.
func (m *nodeJobModel) validate(diags *diag.Diagnostics) {
	if named := int64(len(workload.NodeNames(m.Scope))); named > 0 && named < m.MinNodes.ValueInt64() {
		diags.AddAttributeError(path.Root("min_nodes"), "The scope has fewer nodes than min_nodes",
			fmt.Sprintf("`scope.nodes` names %s, and `min_nodes` asks for %d, so that the job would always fail. Lower `min_nodes`, or leave "+
				"it out: nodes that are named and that Puppet Enterprise leaves out count as failed anyway.",
				prose.Count(named, "node"), m.MinNodes.ValueInt64()))
	}
}

// conclude reads what the nodes of a job that has ended have left, and judges it. The nodes are only read when somebody wants to
// see them: for the results, or for the reasons of a failure. The error says why something could not be read; the verdict stands
// all the same.
func (m *nodeJobModel) conclude(ctx context.Context, c *pe.Clients, subject string) (verdict.Verdict, error) {
	judged := outcome.Judge(m.outcome(), m.allowed())
	capture := newCapture(m, judged, c.Redactor.Text)
	var err error
	if capture.Needed() {
		err = capture.Read(ctx, c.Orchestrator)
	}
	if err == nil {
		m.Results, m.SensitiveResults = capture.Values()
	}
	return nodeVerdict(subject, m, judged, capture), err
}

// newCapture returns a capture of what the nodes of the job have left.
func newCapture(m *nodeJobModel, judged outcome.Verdict, redact func(string) string) *noderesults.Capture {
	job := noderesults.Job{
		ID: m.ID.ValueString(), Mode: m.CaptureResults.ValueString(), Expected: int(m.NodeCount.ValueInt64()), Judged: judged,
		Redact: redact,
	}
	if m.outcome().Missing > 0 {
		job.Named = workload.NodeNames(m.Scope)
	}
	return noderesults.New(job)
}

// nodeVerdict puts a judgement into words.
func nodeVerdict(subject string, m *nodeJobModel, judged outcome.Verdict, captured *noderesults.Capture) verdict.Verdict {
	return verdict.OfNodes(verdict.Nodes{
		Subject: subject, Job: m.ID.ValueString(), State: m.State.ValueString(), URL: m.URL.ValueString(),
		States: m.outcome().NodeStates, Judged: judged, Allowed: m.allowed(), Failures: captured.Failures(),
	})
}
