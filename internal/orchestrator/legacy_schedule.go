// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// ScheduleTaskRequest is the body of POST /command/schedule_task (PE 2018.1, deprecated in 2021.7.0).
type ScheduleTaskRequest struct {
	Environment     string           `json:"environment"`
	Task            string           `json:"task"`
	Params          map[string]any   `json:"params"`
	Scope           Scope            `json:"scope"`
	ScheduledTime   string           `json:"scheduled_time"`
	ScheduleOptions *ScheduleOptions `json:"schedule_options,omitempty"`
	Description     *string          `json:"description,omitempty"`
	Noop            *bool            `json:"noop,omitempty"`
}

// ScheduleDeployRequest is the body of POST /command/schedule_deploy (PE 2019.8, deprecated in 2021.7.0).
type ScheduleDeployRequest struct {
	Environment        string           `json:"environment"`
	Scope              Scope            `json:"scope"`
	ScheduledTime      string           `json:"scheduled_time"`
	ScheduleOptions    *ScheduleOptions `json:"schedule_options,omitempty"`
	Description        *string          `json:"description,omitempty"`
	Concurrency        *int64           `json:"concurrency,omitempty"`
	EnforceEnvironment *bool            `json:"enforce_environment,omitempty"`
	AgentFlags
}

// SchedulePlanRequest is the body of POST /command/schedule_plan (PE 2019.8.3, deprecated in 2021.7.0). Servers up to 2021.5 call the
// plan's key plan, the manual of 2021.7 calls it plan_name; one of Plan and PlanName is set.
type SchedulePlanRequest struct {
	Environment     string           `json:"environment"`
	Plan            *string          `json:"plan,omitempty"`
	PlanName        *string          `json:"plan_name,omitempty"`
	Params          map[string]any   `json:"params"`
	ScheduledTime   string           `json:"scheduled_time"`
	ScheduleOptions *ScheduleOptions `json:"schedule_options,omitempty"`
	Description     *string          `json:"description,omitempty"`
}

// ScheduleOptions make a legacy schedule recurring (PE 2019.8).
type ScheduleOptions struct {
	Interval *Interval `json:"interval,omitempty"`
}

// ScheduleTask schedules a task on a server before PE 2021.7.0.
func (c *Client) ScheduleTask(ctx context.Context, r ScheduleTaskRequest) (Ref, error) {
	if r.Params == nil {
		r.Params = map[string]any{}
	}
	defer c.legacyJobs.Invalidate()
	return c.create(ctx, r, "scheduling task "+r.Task, "command", "schedule_task")
}

// ScheduleDeploy schedules a deploy on a server before PE 2021.7.0.
func (c *Client) ScheduleDeploy(ctx context.Context, r ScheduleDeployRequest) (Ref, error) {
	defer c.legacyJobs.Invalidate()
	return c.create(ctx, r, "scheduling a deploy", "command", "schedule_deploy")
}

// SchedulePlan schedules a plan on a server before PE 2021.7.0.
func (c *Client) SchedulePlan(ctx context.Context, r SchedulePlanRequest) (Ref, error) {
	if r.Params == nil {
		r.Params = map[string]any{}
	}
	defer c.legacyJobs.Invalidate()
	return c.create(ctx, r, "scheduling a plan", "command", "schedule_plan")
}

// LegacyJob is a schedule of GET /scheduled_jobs on servers before PE 2021.7.0. Times are ISO 8601 texts as sent, or "".
type LegacyJob struct {
	ID   string
	Type string
	// Name is the task or plan, "" for a deploy and on old servers that do not report it.
	Name          string
	Scope         Scope
	Environment   string
	Owner         Subject
	Description   string
	ScheduledTime string
	// NextRun needs PE 2019.8.3.
	NextRun string
	// Interval is nil for a schedule that runs once.
	Interval *Interval
	Noop     *bool
	// Options are the job's options (PE 2019.8), without parameters.
	Options JobOptions
}

type legacyJobWire struct {
	ID              text             `json:"id"`
	Name            text             `json:"name"`
	Type            string           `json:"type"`
	Task            string           `json:"task"`
	Plan            string           `json:"plan"`
	Scope           Scope            `json:"scope"`
	Environment     string           `json:"environment"`
	Enviroment      string           `json:"enviroment"` // as servers spell it
	Owner           Subject          `json:"owner"`
	Description     string           `json:"description"`
	ScheduledTime   string           `json:"scheduled_time"`
	NextRun         string           `json:"next_run"`
	ScheduleOptions *ScheduleOptions `json:"schedule_options"`
	Noop            boolean          `json:"noop"`
	JobOptions      JobOptions       `json:"job_options"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (j *LegacyJob) UnmarshalJSON(data []byte) error {
	var wire legacyJobWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a scheduled job: %w", err)
	}
	ref, err := refOf(string(wire.ID), string(wire.Name))
	if err != nil {
		return fmt.Errorf("decoding a scheduled job: %w", err)
	}
	*j = LegacyJob{
		ID:            ref.ID,
		Type:          wire.Type,
		Name:          cmp.Or(wire.Task, wire.Plan, wire.JobOptions.Task(), wire.JobOptions.String("plan")),
		Scope:         wire.Scope,
		Environment:   cmp.Or(wire.Environment, wire.Enviroment),
		Owner:         wire.Owner,
		Description:   wire.Description,
		ScheduledTime: wire.ScheduledTime,
		NextRun:       wire.NextRun,
		Options:       wire.JobOptions,
		Noop:          wire.JobOptions.Noop(),
	}
	if wire.ScheduleOptions != nil {
		j.Interval = wire.ScheduleOptions.Interval
	}
	if j.Noop == nil && wire.Noop.known {
		j.Noop = &wire.Noop.value
	}
	return nil
}

// LegacyJobFilter filters and orders GET /scheduled_jobs. The zero value asks for everything in the server's order.
type LegacyJobFilter struct {
	// Type is deploy, task or plan (PE 2019.8.3).
	Type string
	// OrderBy is next_run, scheduled_time or name; Order is asc or desc (PE 2019.8.3).
	OrderBy, Order string
	// Range is the part of the list to read.
	Range Range
}

// LegacyJobs lists the schedules of a server before PE 2021.7.0, page by page.
func (c *Client) LegacyJobs(ctx context.Context) iter.Seq2[LegacyJob, error] {
	return c.FilterLegacyJobs(ctx, LegacyJobFilter{})
}

// FilterLegacyJobs lists some of the schedules of a server before PE 2021.7.0, page by page.
func (c *Client) FilterLegacyJobs(ctx context.Context, f LegacyJobFilter) iter.Seq2[LegacyJob, error] {
	query := setIf(url.Values{}, "type", f.Type, "order_by", f.OrderBy, "order", f.Order)
	return list[LegacyJob]{
		what:  "scheduled jobs",
		fetch: pagesOf[LegacyJob](c, query, "scheduled_jobs"),
		key:   func(j LegacyJob) string { return j.ID },
		// A schedule that is not in the list is taken for deleted, and created once more.
		strict: true,
		part:   f.Range,
		size:   largePage,
	}.all(ctx)
}

// LegacyJob reads one schedule of a server before PE 2021.7.0, which only lists them; concurrent reads share one list. The error is
// [collection.ErrNotListed] when it does not exist: it was deleted, or it was to run once and has run.
func (c *Client) LegacyJob(ctx context.Context, id string) (LegacyJob, error) {
	job, err := c.legacyJobs.Read(ctx, id)
	if err != nil {
		return LegacyJob{}, fmt.Errorf("reading scheduled job %s: %w", id, err)
	}
	return job, nil
}

// ListedLegacyJobs returns all schedules of a server before PE 2021.7.0 by id; concurrent calls share one list. The caller must not change
// the map.
func (c *Client) ListedLegacyJobs(ctx context.Context) (map[string]LegacyJob, error) {
	jobs, err := c.legacyJobs.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing scheduled jobs: %w", err)
	}
	return jobs, nil
}

func (c *Client) legacyJobsByID(ctx context.Context) (map[string]LegacyJob, error) {
	return byID(c.LegacyJobs(ctx), func(j LegacyJob) string { return j.ID })
}

// DeleteLegacyJob deletes a schedule on a server before PE 2021.7.0. It succeeds when the schedule is already gone: the server says so, or
// something answers 404 without a body, and the list does not have it. Deleting the schedule of another user needs a permission of its own
// (403 not-permitted).
func (c *Client) DeleteLegacyJob(ctx context.Context, id string) error {
	defer c.legacyJobs.Invalidate()
	_, err := c.api.Do(ctx, httpapi.Request{Method: http.MethodDelete, Path: []string{"scheduled_jobs", id}, Safety: httpapi.Idempotent})
	switch {
	case err == nil, httpapi.OwnNotFound(err):
		return nil
	case httpapi.NotFound(err):
		if jobs, listErr := c.legacyJobsByID(ctx); listErr == nil {
			if _, listed := jobs[id]; !listed {
				return nil
			}
		}
	}
	return fmt.Errorf("deleting scheduled job %s: %w", id, err)
}
