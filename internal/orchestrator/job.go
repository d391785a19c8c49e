// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"strconv"
	"strings"
)

// JobState is the state of a job under /jobs.
type JobState string

// The states of a job. A server may skip some.
const (
	JobNew      JobState = "new"
	JobReady    JobState = "ready"
	JobRunning  JobState = "running"
	JobStopping JobState = "stopping"
	JobStopped  JobState = "stopped"
	JobFinished JobState = "finished"
	JobFailed   JobState = "failed"
)

// Terminal reports whether a job in this state never changes again.
func (s JobState) Terminal() bool {
	return s == JobStopped || s == JobFinished || s == JobFailed
}

// Job types.
const (
	JobTypeDeploy   = "deploy"
	JobTypeTask     = "task"
	JobTypePlanTask = "plan_task"
)

// Job is a job as GET /jobs and /jobs/:id return it. Timestamps are ISO 8601 texts as sent, or "".
type Job struct {
	ID    string
	State JobState
	// Type is deploy, task, plan_task and other plan_ types. Servers of 2016 do not send it; it is then derived from the command, or from the
	// options.
	Type        string
	Description string
	Environment string
	Owner       Subject
	Options     JobOptions
	NodeCount   int64
	// NodeStates counts the nodes by state; states without nodes are missing. Nil when the job has no nodes.
	NodeStates map[NodeState]int64
	// Timestamp is the time of the last change of state.
	Timestamp         string
	StartedTimestamp  string
	FinishedTimestamp string
	// Duration is in seconds, so far for a job that runs. Nil when the server does not say (before PE 2019.8.5).
	Duration *float64
	Userdata map[string]any
	// Status is the history of states. Only GET /jobs/:id has it.
	Status []StatusPeriod
}

// StatusPeriod is a period of time in one state. ExitTime is "" for the current one.
type StatusPeriod struct {
	State     JobState `json:"state"`
	EnterTime string   `json:"enter_time"`
	ExitTime  string   `json:"exit_time"`
}

// Subject is a user or group of RBAC, as the owner of something. Servers up to PE 2019.7 send only the id and login; what is not sent is
// nil or "".
type Subject struct {
	ID          string `json:"id"`
	Login       string `json:"login"`
	DisplayName string `json:"display_name"`
	Email       string `json:"email"`
	// LastLogin is an ISO 8601 text with milliseconds, "" for a user who never logged in.
	LastLogin   string `json:"last_login"`
	IsRevoked   *bool  `json:"is_revoked"`
	IsRemote    *bool  `json:"is_remote"`
	IsSuperuser *bool  `json:"is_superuser"`
	IsGroup     *bool  `json:"is_group"`
	// RoleIDs are the roles of the subject itself, InheritedRoleIDs and GroupIDs those of the groups of a remote user and the
	// groups.
	RoleIDs          []int64  `json:"role_ids"`
	InheritedRoleIDs []int64  `json:"inherited_role_ids"`
	GroupIDs         []string `json:"group_ids"`
	// IdentityProviderID is sent by newer servers only.
	IdentityProviderID string `json:"identity_provider_id"`
}

// Project is the Bolt project that a job's content comes from.
type Project struct {
	ID  string `json:"project_id"`
	Ref string `json:"ref"`
}

// JobOptions are the options that a job was started with, as reported by the server. Which keys they have depends on the type of the job
// and on the version.
type JobOptions map[string]json.RawMessage

// Task is the task's name, "" for other jobs.
func (o JobOptions) Task() string { return stringAt(o, "task") }

// Noop is nil when the server does not say.
func (o JobOptions) Noop() *bool { return boolAt(o, "noop") }

// Bool returns a boolean option, nil when it is not there.
func (o JobOptions) Bool(key string) *bool { return boolAt(o, key) }

// Int returns an integer option, nil when it is not there.
func (o JobOptions) Int(key string) *int64 {
	value, err := strconv.ParseInt(stringAt(o, key), 10, 64)
	if err != nil {
		return nil
	}
	return &value
}

// String returns a text option, "" when it is not there.
func (o JobOptions) String(key string) string { return stringAt(o, key) }

// PlanJob is the id of the plan job that started this job, "" if none did.
func (o JobOptions) PlanJob() string { return stringAt(o, "plan_job") }

// ScheduledJobID is the id of the schedule that started the job, "" if none did. Jobs spell the key with dashes, plan jobs
// with underscores.
func (o JobOptions) ScheduledJobID() string {
	return stringAt(o, "scheduled-job-id", "scheduled_job_id")
}

// Params are the parameters, without the sensitive ones, as JSON values. Plan jobs call them parameters. The server adds
// defaults from the metadata (PE 2019.8).
func (o JobOptions) Params() map[string]json.RawMessage {
	var params map[string]json.RawMessage
	for _, key := range []string{"params", "parameters"} {
		if json.Unmarshal(orNull(o[key]), &params) == nil && params != nil {
			return params
		}
	}
	return nil
}

// Sensitive are the names of the parameters that the server hides.
func (o JobOptions) Sensitive() []string {
	var names []string
	if json.Unmarshal(orNull(o["sensitive"]), &names) != nil {
		return nil
	}
	return names
}

// Project is nil for content from an environment.
func (o JobOptions) Project() *Project {
	var project *Project
	if json.Unmarshal(orNull(o["project"]), &project) != nil {
		return nil
	}
	return project
}

// Scope is nil when the server does not report it.
func (o JobOptions) Scope() *Scope {
	var scope *Scope
	if json.Unmarshal(orNull(o["scope"]), &scope) != nil {
		return nil
	}
	return scope
}

// credentialKeys are the keys of a [Target] whose values are secrets.
var credentialKeys = []string{"password", "private-key-content", "sudo-password"}

// WithoutCredentials returns the options without the secrets of targets. Whether servers send them is not documented.
func (o JobOptions) WithoutCredentials() JobOptions {
	raw, ok := o["targets"]
	if !ok {
		return o
	}
	cleared := maps.Clone(o)
	delete(cleared, "targets")
	var targets any
	if json.Unmarshal(raw, &targets) != nil {
		return cleared
	}
	clearCredentials(targets)
	if encoded, err := json.Marshal(targets); err == nil {
		cleared["targets"] = encoded
	}
	return cleared
}

// clearCredentials removes secrets from decoded targets, one object or several.
func clearCredentials(targets any) {
	switch targets := targets.(type) {
	case []any:
		for _, target := range targets {
			clearCredentials(target)
		}
	case map[string]any:
		for _, key := range credentialKeys {
			delete(targets, key)
		}
	}
}

type jobWire struct {
	ID                text                `json:"id"`
	Name              text                `json:"name"`
	State             JobState            `json:"state"`
	Command           string              `json:"command"`
	Type              string              `json:"type"`
	Options           JobOptions          `json:"options"`
	Owner             Subject             `json:"owner"`
	Description       string              `json:"description"`
	Environment       named               `json:"environment"`
	Timestamp         string              `json:"timestamp"`
	StartedTimestamp  string              `json:"started_timestamp"`
	CreatedTimestamp  string              `json:"created_timestamp"`
	FinishedTimestamp string              `json:"finished_timestamp"`
	Duration          number              `json:"duration"`
	NodeCount         int64               `json:"node_count"`
	NodeStates        map[NodeState]int64 `json:"node_states"`
	Status            []StatusPeriod      `json:"status"`
	Userdata          userdata            `json:"userdata"`
}

type named struct {
	Name string `json:"name"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (j *Job) UnmarshalJSON(data []byte) error {
	var wire jobWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a job: %w", err)
	}
	ref, err := refOf(string(wire.ID), string(wire.Name))
	if err != nil {
		return fmt.Errorf("decoding a job: %w", err)
	}
	if err := checkCounts(wire.NodeCount, wire.NodeStates); err != nil {
		return fmt.Errorf("decoding job %s: %w", ref.ID, err)
	}
	*j = Job{
		ID:    ref.ID,
		State: wire.State,
		Type:  wire.kind(),
		// The top-level keys are deprecated in favour of the options, which some answers lack.
		Description:       cmp.Or(wire.Options.String("description"), wire.Description),
		Environment:       cmp.Or(wire.Options.String("environment"), wire.Environment.Name),
		Owner:             wire.Owner,
		Options:           wire.Options,
		NodeCount:         wire.NodeCount,
		NodeStates:        wire.NodeStates,
		Timestamp:         wire.Timestamp,
		StartedTimestamp:  cmp.Or(wire.StartedTimestamp, wire.CreatedTimestamp),
		FinishedTimestamp: wire.FinishedTimestamp,
		Duration:          wire.Duration.pointer(),
		Userdata:          wire.Userdata,
		Status:            wire.Status,
	}
	return nil
}

func (w jobWire) kind() string {
	switch {
	case w.Type != "" || w.Command != "":
		return cmp.Or(w.Type, w.Command)
	case w.Options.Task() != "":
		return JobTypeTask
	default:
		return JobTypeDeploy
	}
}

// JobFilter filters and orders GET /jobs. The zero value asks for everything in the server's order.
type JobFilter struct {
	// Type is deploy, task or plan_task.
	Type string
	// Task is a part of a task's name. It cannot be combined with the type deploy.
	Task string
	// OrderBy is owner, timestamp, environment, name or state; Order is asc or desc.
	OrderBy, Order string
	// MinFinishTimestamp and MaxFinishTimestamp are inclusive, in UTC (PE 2021.6 or 2021.7).
	MinFinishTimestamp, MaxFinishTimestamp string
	// Range is the part of the list to read.
	Range Range
}

func (f JobFilter) query() url.Values {
	return setIf(url.Values{}, "type", f.Type, "task", f.Task, "order_by", f.OrderBy, "order", f.Order,
		"min_finish_timestamp", f.MinFinishTimestamp, "max_finish_timestamp", f.MaxFinishTimestamp)
}

// Jobs lists jobs, page by page.
func (c *Client) Jobs(ctx context.Context, f JobFilter) iter.Seq2[Job, error] {
	return list[Job]{
		what:  "jobs",
		fetch: pagesOf[Job](c, f.query(), "jobs"),
		key:   func(j Job) string { return j.ID },
		part:  f.Range,
	}.all(ctx)
}

// RecentJobs returns the jobs whose state changed last, at most limit of them, with one request.
func (c *Client) RecentJobs(ctx context.Context, limit int) ([]Job, error) {
	var recent whole[Job]
	query := pageQuery(JobFilter{OrderBy: "timestamp", Order: "desc"}.query(), limit, 0)
	if err := c.get(ctx, &recent, query, "jobs"); err != nil {
		return nil, fmt.Errorf("listing recent jobs: %w", err)
	}
	return recent.items, nil
}

// Job reads one job. [IsUnknownJob] recognises the error when it does not exist. The nodes of a job that has ended are counted even where
// the server does not.
func (c *Client) Job(ctx context.Context, id string) (Job, error) {
	var job Job
	if err := c.get(ctx, &job, nil, "jobs", id); err != nil {
		return Job{}, fmt.Errorf("reading job %s: %w", id, err)
	}
	if job.Uncounted() {
		states, err := c.countNodes(ctx, id, job.NodeCount)
		if err != nil {
			return Job{}, fmt.Errorf("counting the nodes of job %s: %w", id, err)
		}
		job.NodeStates = states
	}
	return job, nil
}

// Uncounted reports whether a job has ended and the server does not say how its nodes did.
func (j Job) Uncounted() bool { return j.State.Terminal() && j.NodeCount > 0 && len(j.NodeStates) == 0 }

// countNodes counts the nodes of a job by state. The manuals have node_states in lists of jobs only, though all recorded servers have it in
// single ones as well. Without it, a job that is finished would count as a success though nodes have failed.
func (c *Client) countNodes(ctx context.Context, id string, expected int64) (map[NodeState]int64, error) {
	states := map[NodeState]int64{}
	for node, err := range c.JobNodes(ctx, id, JobNodeFilter{Expected: int(expected)}) {
		if err != nil {
			return nil, err
		}
		states[node.State]++
	}
	return states, nil
}

// ReportEntry is what GET /jobs/:id/report reports about one node.
type ReportEntry struct {
	Node            string    `json:"node"`
	State           NodeState `json:"state"`
	Timestamp       string    `json:"timestamp"`
	StartTimestamp  string    `json:"start_timestamp"`
	FinishTimestamp string    `json:"finish_timestamp"`
	// Events are event ids or whole events, depending on the version.
	Events []json.RawMessage `json:"events"`
}

// JobReport yields the report of a job, one node after the other, while it is read. The API has no pages for it. Whoever takes the nodes
// has a request slot meanwhile, and so must not make requests.
func (c *Client) JobReport(ctx context.Context, id string) iter.Seq2[ReportEntry, error] {
	return func(yield func(ReportEntry, error) bool) {
		answer := passed[ReportEntry, string]{
			names: []string{"items", "report"}, // servers of 2016 have the second
			key:   func(e ReportEntry) string { return e.Node },
			yield: func(e ReportEntry) bool { return yield(e, nil) },
		}
		if err := c.get(ctx, &answer, nil, "jobs", id, "report"); err != nil && !answer.stopped {
			yield(ReportEntry{}, fmt.Errorf("reading the report of job %s: %w", id, err))
		}
	}
}

// trimMessage removes what servers put around a message ("Success! ").
func trimMessage(message string) string { return strings.TrimSpace(message) }
