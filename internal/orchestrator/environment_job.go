// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Types of schedules.
const (
	ScheduleTask   = "task"
	ScheduleDeploy = "deploy"
	SchedulePlan   = "plan"
)

// Schedule says when a scheduled job runs.
type Schedule struct {
	// StartTime is the first run, ISO 8601. The server refuses a time in the past (400 invalid-time) and answers in UTC.
	StartTime string `json:"start_time"`
	// Interval is nil for a job that runs once. It is always sent.
	Interval *Interval `json:"interval"`
}

// Interval is the time between two runs.
type Interval struct {
	// Units is always "seconds".
	Units string `json:"units"`
	Value int64  `json:"value"`
}

// EverySeconds returns an interval of the given number of seconds.
func EverySeconds(n int64) *Interval { return &Interval{Units: "seconds", Value: n} }

// EnvironmentJobRequest is the body of POST /scheduled_jobs/environment_jobs (PE 2021.7.0). All keys are sent.
type EnvironmentJobRequest struct {
	Type        string              `json:"type"`
	Input       EnvironmentJobInput `json:"input"`
	Environment string              `json:"environment"`
	Schedule    Schedule            `json:"schedule"`
	Description string              `json:"description"`
	Userdata    map[string]any      `json:"userdata"`
}

// EnvironmentJobUpdate is the body of PUT /scheduled_jobs/environment_jobs/:id. A key that is sent replaces the whole value; a key that is
// not sent (nil) leaves it unchanged. In particular, a schedule whose start has passed is refused when it is sent again.
type EnvironmentJobUpdate struct {
	Input       *EnvironmentJobInput `json:"input,omitempty"`
	Environment *string              `json:"environment,omitempty"`
	Schedule    *Schedule            `json:"schedule,omitempty"`
	Description *string              `json:"description,omitempty"`
	Userdata    *map[string]any      `json:"userdata,omitempty"`
	Enabled     *bool                `json:"enabled,omitempty"`
}

// EnvironmentJobInput is what a schedule runs. Which fields apply depends on the type.
type EnvironmentJobInput struct {
	// Name is the task or plan. Empty for a deploy.
	Name string `json:"name,omitempty"`
	// Parameters are wrapped, {"value": …}, and include the sensitive ones. Nil for a deploy.
	Parameters *map[string]PlanParam `json:"parameters,omitempty"`
	Scope      *Scope                `json:"scope,omitempty"`
	// Targets are sent as a list, as for a task. The manual calls them an object with connection data, and has no example; a server that
	// takes no list gets a single one as an object.
	Targets []Target `json:"targets,omitempty"`
	// targetAsObject sends the only target in that form.
	targetAsObject bool
	Concurrency    *int64  `json:"concurrency,omitempty"`
	Transport      *string `json:"transport,omitempty"`
	// EnforceEnvironment and the flags other than noop are for deploys.
	EnforceEnvironment *bool `json:"enforce_environment,omitempty"`
	AgentFlags
}

// EnvironmentJob is a schedule of PE 2021.7.0 and newer. Times are ISO 8601 texts as sent, or "".
type EnvironmentJob struct {
	ID          string
	Type        string
	Environment string
	Description string
	Owner       Subject
	Schedule    Schedule
	// Enabled is false after the soft delete. Servers do not always send it; if it is absent, it is true.
	Enabled bool
	// Input is what the schedule runs, without sensitive parameters.
	Input EnvironmentJobInputRead
	// NextRun is "" when no further run follows.
	NextRun string
	// LastRun is nil before the first run.
	LastRun  *LastRun
	Userdata map[string]any
}

// EnvironmentJobInputRead is the input of a schedule in answers. Keys other than name, parameters and sensitive_parameters are not
// documented.
type EnvironmentJobInputRead map[string]json.RawMessage

// Name is the task or plan, "" for a deploy.
func (i EnvironmentJobInputRead) Name() string { return stringAt(i, "name") }

// Parameters are the parameters that are not sensitive, as bare JSON values. If an answer wraps them, as requests do, only a caller that
// knows that the wrapper is not part of the value can unwrap them: see [Unwrap].
func (i EnvironmentJobInputRead) Parameters() map[string]json.RawMessage {
	var parameters map[string]json.RawMessage
	if json.Unmarshal(orNull(i["parameters"]), &parameters) != nil {
		return nil
	}
	return parameters
}

// SensitiveParameters are the names of the hidden parameters.
func (i EnvironmentJobInputRead) SensitiveParameters() []string {
	var names []string
	if json.Unmarshal(orNull(i["sensitive_parameters"]), &names) != nil {
		return nil
	}
	return names
}

// Scope is nil when the server does not report it.
func (i EnvironmentJobInputRead) Scope() *Scope { return JobOptions(i).Scope() }

// Bool returns a boolean, nil when it is not there.
func (i EnvironmentJobInputRead) Bool(key string) *bool { return boolAt(i, key) }

// String returns a text, "" when it is not there.
func (i EnvironmentJobInputRead) String(key string) string { return stringAt(i, key) }

// LastRun is the latest run of a schedule.
type LastRun struct {
	Time string
	// JobID is the id of the job or, for a schedule of a plan, the plan job. "" when none was started.
	JobID string
	// SubmissionError is why the run could not be started, nil if it was.
	SubmissionError *SubmissionError
}

// SubmissionError is why a scheduled run could not be started.
type SubmissionError struct {
	Kind    string `json:"kind"`
	Message string `json:"msg"`
	// Details depend on the kind. Nil when there are none.
	Details json.RawMessage `json:"details"`
}

type environmentJobWire struct {
	ID          text                    `json:"id"`
	Name        text                    `json:"name"`
	Type        string                  `json:"type"`
	Environment string                  `json:"environment"`
	Description string                  `json:"description"`
	Owner       Subject                 `json:"owner"`
	Schedule    Schedule                `json:"schedule"`
	Enabled     boolean                 `json:"enabled"`
	Input       EnvironmentJobInputRead `json:"input"`
	NextRun     struct {
		Time string `json:"time"`
	} `json:"next_run"`
	LastRun *struct {
		Time string `json:"time"`
		Job  struct {
			ID              text             `json:"id"`
			Name            text             `json:"name"`
			SubmissionError *SubmissionError `json:"submission_error"`
		} `json:"job"`
	} `json:"last_run"`
	Userdata userdata `json:"userdata"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (j *EnvironmentJob) UnmarshalJSON(data []byte) error {
	var wire environmentJobWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a scheduled job: %w", err)
	}
	ref, err := refOf(string(wire.ID), string(wire.Name))
	if err != nil {
		return fmt.Errorf("decoding a scheduled job: %w", err)
	}
	*j = EnvironmentJob{
		ID:          ref.ID,
		Type:        wire.Type,
		Environment: wire.Environment,
		Description: wire.Description,
		Owner:       wire.Owner,
		Schedule:    wire.Schedule,
		Enabled:     wire.Enabled.value || !wire.Enabled.known,
		Input:       wire.Input,
		NextRun:     wire.NextRun.Time,
		Userdata:    wire.Userdata,
	}
	if run := wire.LastRun; run != nil {
		j.LastRun = &LastRun{Time: run.Time, SubmissionError: run.Job.SubmissionError}
		// A run that could not be submitted may still carry a name, but it is not the id of any job.
		if run.Job.SubmissionError == nil {
			if ref, err := refOf(string(run.Job.ID), string(run.Job.Name)); err == nil {
				j.LastRun.JobID = ref.ID
			}
		}
	}
	return nil
}

// EnvironmentJobFilter narrows and orders GET /scheduled_jobs/environment_jobs.
type EnvironmentJobFilter struct {
	// Type is deploy, task or plan.
	Type string
	// OrderBy is next_run_time, environment, owner, name or type; Order is asc or desc.
	OrderBy, Order string
	// Range is the part of the list to read.
	Range Range
}

// EnvironmentJobs lists the enabled schedules, page by page.
func (c *Client) EnvironmentJobs(ctx context.Context, f EnvironmentJobFilter) iter.Seq2[EnvironmentJob, error] {
	query := setIf(url.Values{}, "type", f.Type, "order_by", f.OrderBy, "order", f.Order)
	return list[EnvironmentJob]{
		what:  "scheduled jobs",
		fetch: pagesOf[EnvironmentJob](c, query, "scheduled_jobs", "environment_jobs"),
		key:   func(j EnvironmentJob) string { return j.ID },
		// A schedule whose creation got no answer, and that is not in the list, is created once more.
		strict: true,
		part:   f.Range,
		size:   largePage,
	}.all(ctx)
}

// EnvironmentJobsAccess is whether a server has /scheduled_jobs/environment_jobs, and why the user may not look there.
type EnvironmentJobsAccess struct {
	Exists bool
	// Refused is the answer of a server that has it and does not show it to the user, nil if it does.
	Refused error
}

// EnvironmentJobsAccess asks, with one request, whether the server has /scheduled_jobs/environment_jobs (PE 2021.7.0 and newer).
func (c *Client) EnvironmentJobsAccess(ctx context.Context) (EnvironmentJobsAccess, error) {
	err := c.probeEnvironmentJobs(ctx)
	switch {
	case err == nil:
		return EnvironmentJobsAccess{Exists: true}, nil
	case httpapi.StatusOf(err) == http.StatusNotFound || httpapi.StatusOf(err) == http.StatusMethodNotAllowed:
		return EnvironmentJobsAccess{}, nil
	case httpapi.HasKind(err, KindQueryError):
		// Only this endpoint reports a missing permission in this way, and the request can have no other fault.
		return EnvironmentJobsAccess{Exists: true, Refused: err}, nil
	default:
		return EnvironmentJobsAccess{}, fmt.Errorf("asking for the scheduling API of the server: %w", err)
	}
}

// EnvironmentJob reads one schedule; many concurrent reads share one list. [IsUnknownEnvironmentJob] recognises the error when it does not
// exist. A schedule that the server lists and does not show by itself is the listed one.
func (c *Client) EnvironmentJob(ctx context.Context, id string) (EnvironmentJob, error) {
	job, err := c.environmentJobs.Read(ctx, id)
	if saysUnknownEnvironmentJob(err) {
		return c.listedEnvironmentJob(ctx, id, err)
	}
	return job, err
}

// listedEnvironmentJob decides whether an answer to a request for one schedule means that it does not exist. Servers answer the same to a
// user who lacks a permission (400 query-error, PE 2021.7), some other refusals look alike, and without the API every path is a 404. The
// list holds all schedules that are enabled, so that one that is in it exists, and is returned. Otherwise the error is that of the list,
// or [IsUnknownEnvironmentJob]. The 404 page of something in front of the server says nothing.
func (c *Client) listedEnvironmentJob(ctx context.Context, id string, err error) (EnvironmentJob, error) {
	listed, listErr := c.environmentJobs.All(ctx)
	if listErr != nil {
		return EnvironmentJob{}, fmt.Errorf("listing scheduled jobs: %w", listErr)
	}
	if job, ok := listed[id]; ok {
		return job, nil
	}
	if httpapi.StatusOf(err) == http.StatusNotFound && !httpapi.NotFound(err) {
		return EnvironmentJob{}, err
	}
	return EnvironmentJob{}, &unknownEnvironmentJobError{err}
}

func (c *Client) probeEnvironmentJobs(ctx context.Context) error {
	var answer whole[json.RawMessage]
	return c.get(ctx, &answer, pageQuery(nil, 1, 0), "scheduled_jobs", "environment_jobs")
}

func (c *Client) getEnvironmentJob(ctx context.Context, id string) (EnvironmentJob, error) {
	var job EnvironmentJob
	if err := c.get(ctx, &job, nil, "scheduled_jobs", "environment_jobs", id); err != nil {
		return EnvironmentJob{}, fmt.Errorf("reading scheduled job %s: %w", id, err)
	}
	return job, nil
}

func (c *Client) environmentJobsByID(ctx context.Context) (map[string]EnvironmentJob, error) {
	return byID(c.EnvironmentJobs(ctx, EnvironmentJobFilter{}), func(j EnvironmentJob) string { return j.ID })
}

// CreateEnvironmentJob creates a schedule.
func (c *Client) CreateEnvironmentJob(ctx context.Context, r EnvironmentJobRequest) (Ref, error) {
	if r.Userdata == nil {
		r.Userdata = map[string]any{}
	}
	defer c.environmentJobs.Invalidate()
	return inEitherForm(&r.Input, func() (Ref, error) {
		return c.create(ctx, r, "scheduling a "+r.Type, "scheduled_jobs", "environment_jobs")
	})
}

// MarshalJSON implements [json.Marshaler].
func (i EnvironmentJobInput) MarshalJSON() ([]byte, error) {
	type list EnvironmentJobInput
	if !i.targetAsObject {
		return json.Marshal(list(i))
	}
	return json.Marshal(struct {
		list

		Targets Target `json:"targets"`
	}{list(i), i.Targets[0]})
}

// inEitherForm sends an input, and sends it again with its single target as an object where PE itself refuses the list of targets (400):
// it has carried out nothing then. When it refuses that, too, it is something else about the target, which the first refusal says better.
func inEitherForm[T any](input *EnvironmentJobInput, send func() (T, error)) (T, error) {
	answer, err := send()
	if len(input.Targets) != 1 || !refusesTargets(err) {
		return answer, err
	}
	input.targetAsObject = true
	again, errAgain := send()
	if refusesTargets(errAgain) {
		return answer, err
	}
	return again, errAgain
}

func refusesTargets(err error) bool {
	var refused *httpapi.Error
	return errors.As(err, &refused) && refused.Status == http.StatusBadRequest && refused.KindName() == KindValidationError &&
		strings.Contains(refused.Message+string(refused.Details), "targets")
}

// UpdateEnvironmentJob changes a schedule in place. A schedule that is disabled cannot be changed (400
// disabled-scheduled-job).
func (c *Client) UpdateEnvironmentJob(ctx context.Context, id string, u EnvironmentJobUpdate) error {
	defer c.environmentJobs.Invalidate()
	input := EnvironmentJobInput{}
	if u.Input != nil {
		input = *u.Input // The caller's stays as it is.
		u.Input = &input
	}
	_, err := inEitherForm(&input, func() (*httpapi.Response, error) {
		return c.api.Do(ctx, httpapi.Request{
			Method: http.MethodPut, Path: []string{"scheduled_jobs", "environment_jobs", id}, Body: u, Safety: httpapi.Idempotent,
		})
	})
	if err != nil {
		return fmt.Errorf("changing scheduled job %s: %w", id, err)
	}
	return nil
}

// DisableEnvironmentJob deletes a schedule in the only way that PE has: the schedule never runs again and disappears from lists. It
// succeeds when the schedule is already disabled or gone.
func (c *Client) DisableEnvironmentJob(ctx context.Context, id string) error {
	disabled := false
	err := c.UpdateEnvironmentJob(ctx, id, EnvironmentJobUpdate{Enabled: &disabled})
	if httpapi.HasKind(err, KindDisabledScheduledJob) {
		return nil
	}
	if !saysUnknownEnvironmentJob(err) {
		return err
	}
	switch _, listErr := c.listedEnvironmentJob(ctx, id, err); {
	case IsUnknownEnvironmentJob(listErr):
		return nil
	case listErr != nil:
		return listErr
	default:
		return err // It still runs.
	}
}

// Unwrap removes the {"value": …} that requests put around parameters, if that is all the JSON value is.
func Unwrap(value json.RawMessage) json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(value, &object) != nil {
		return value
	}
	inner, ok := object["value"]
	if !ok {
		return value
	}
	for key := range object {
		if key != "value" && key != "type" {
			return value
		}
	}
	return json.RawMessage(strings.TrimSpace(string(inner)))
}
