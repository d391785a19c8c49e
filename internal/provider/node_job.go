package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
)

// nodeJobs is the family of jobs that run on nodes: deploys and tasks.
type nodeJobs struct{}

var _ jobFamily = nodeJobs{}

func (nodeJobs) noun() string { return "job" }

func (nodeJobs) collection() string { return "jobs" }

func (nodeJobs) firstState() string { return string(orchestrator.JobNew) }

func (nodeJobs) read(ctx context.Context, c *connection, id string) (reading, error) {
	job, err := c.orchestrator.Job(ctx, id)
	if err != nil {
		return nil, err
	}
	return jobReading{job}, nil
}

func (nodeJobs) wait(ctx context.Context, c *connection, id string, changed func(reading)) (reading, bool, error) {
	job, known, err := c.jobs.Wait(ctx, id, func(j orchestrator.Job) { changed(jobReading{j}) })
	if !known {
		return nil, false, err
	}
	return jobReading{job}, true, err
}

func (nodeJobs) stop(ctx context.Context, c *connection, record jobRecord, force bool, diags *diag.Diagnostics) error {
	return stopJob(ctx, c, record.job().ID.ValueString(), force, diags)
}

func (nodeJobs) failed(record jobRecord) bool {
	nodes, ok := record.(nodeJobRecord)
	return ok && !outcome.Judge(nodes.nodeJob().outcome(), nodes.nodeJob().allowed()).OK
}

// jobReading is what the server says of a job.
type jobReading struct{ orchestrator.Job }

func (r jobReading) requestID() string { return requestIDIn(r.Userdata) }

func (r jobReading) ended() bool { return r.State.Terminal() }

func (r jobReading) fill(record jobRecord) {
	nodes, ok := record.(nodeJobRecord)
	if !ok {
		return
	}
	m := nodes.nodeJob()
	m.State = types.StringValue(string(r.State))
	m.StartedAt = stringOrNull(r.StartedTimestamp)
	m.FinishedAt = types.StringNull()
	m.DurationSeconds = types.Float64Null()
	if r.ended() {
		m.FinishedAt = stringOrNull(r.FinishedTimestamp)
		m.DurationSeconds = types.Float64PointerValue(r.Duration)
	}
	m.Owner = stringOrNull(r.Owner.Login)
	m.NodeCount = types.Int64Value(r.NodeCount)
	m.NodeStates = nodeStates(r.NodeStates)
}

func nodeStates(counts map[orchestrator.NodeState]int64) types.Map {
	elements := make(map[string]attr.Value, len(counts))
	for state, count := range counts {
		elements[string(state)] = types.Int64Value(count)
	}
	return types.MapValueMust(types.Int64Type, elements)
}

func (r jobReading) progress() string {
	text := string(r.State)
	if states := countsInWords(r.NodeStates); states != "" {
		text += ", nodes: " + states
	}
	return text
}

// countsInWords writes the numbers of nodes by state, the most interesting states last as PE's own tools do.
func countsInWords(counts map[orchestrator.NodeState]int64) string {
	order := []orchestrator.NodeState{
		orchestrator.NodeNew, orchestrator.NodeReady, orchestrator.NodeRunning, orchestrator.NodeStopping, orchestrator.NodeStopped,
		orchestrator.NodeFinished, orchestrator.NodeSkipped, orchestrator.NodeFailed, orchestrator.NodeErrored,
	}
	states := make([]orchestrator.NodeState, 0, len(counts))
	for state := range counts {
		states = append(states, state)
	}
	slices.SortFunc(states, func(a, b orchestrator.NodeState) int {
		if rank := slices.Index(order, a) - slices.Index(order, b); rank != 0 {
			return rank
		}
		return strings.Compare(string(a), string(b))
	})
	var words []string
	for _, state := range states {
		if counts[state] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	return strings.Join(words, ", ")
}

// conclude implements [jobFamily]. The nodes are only read when somebody wants to see them: for the results, or for the
// reasons of a failure.
func (nodeJobs) conclude(ctx context.Context, c *connection, record jobRecord) (verdict, error) {
	nodes, ok := record.(nodeJobRecord)
	if !ok {
		return verdict{}, fmt.Errorf("%T is no record of a job on nodes", record)
	}
	m := nodes.nodeJob()
	judged := outcome.Judge(m.outcome(), m.allowed())
	capture := newCapture(m, judged)
	var err error
	if capture.needed() {
		err = capture.read(ctx, c.orchestrator)
	}
	if err == nil {
		m.Results, m.SensitiveResults = capture.values()
	}
	return nodeVerdict(record.subject(), m, judged, capture), err
}

// nodeVerdict puts a judgement into words.
func nodeVerdict(subject string, m *nodeJobModel, judged outcome.Verdict, captured *nodeCapture) verdict {
	v := verdict{ok: judged.OK}
	job := fmt.Sprintf("Job %s ended as %s", m.ID.ValueString(), m.State.ValueString())
	if counts := countsInWords(m.outcome().NodeStates); counts != "" {
		job += ", nodes: " + counts
	}
	job += ".\n" + m.URL.ValueString()
	switch {
	case judged.OK:
		v.warning, v.warningDetail = nodeWarning(subject, job, judged, captured)
	case judged.Reason != "" && judged.Failed == 0:
		v.summary = fmt.Sprintf("%s did not succeed: %s", subject, judged.Reason)
		v.detail = job
	default:
		v.summary = fmt.Sprintf("%s failed on %d of %s", subject, judged.Failed, plural(judged.Total, "node"))
		v.detail = strings.Join(nonEmpty(job, captured.failures(), allowance(m)), "\n\n")
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

// nodeWarning tells what is worth knowing about a job that counts as a success.
func nodeWarning(subject, job string, judged outcome.Verdict, captured *nodeCapture) (summary, detail string) {
	switch {
	case judged.Failed > 0:
		return fmt.Sprintf("%s failed on %d of %s, which is allowed", subject, judged.Failed, plural(judged.Total, "node")),
			strings.Join(nonEmpty(job, captured.failures()), "\n\n")
	case judged.Total == 0:
		return subject + " ran on no node", job
	case judged.Skipped > 0:
		return fmt.Sprintf("%s skipped %d of %s", subject, judged.Skipped, plural(judged.Total, "node")), job
	default:
		return "", ""
	}
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
