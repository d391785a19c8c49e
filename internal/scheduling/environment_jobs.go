// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// environmentJobs is /scheduled_jobs/environment_jobs, PE 2021.7.0 and newer.
type environmentJobs struct {
	Access
	server *Server
}

var _ API = environmentJobs{}

// Collection is the URL of the schedules of the newer API. It identifies them in the journal of launches.
func Collection(client *orchestrator.Client) string {
	return client.URL("scheduled_jobs", "environment_jobs")
}

// Version implements [API].
func (environmentJobs) Version() Version { return EnvironmentJobs }

// Capabilities implements [API].
func (environmentJobs) Capabilities() Capabilities {
	return Capabilities{
		Servers:  "PE 2021.7 or newer (its scheduling API is `environment_jobs`)",
		Userdata: true,
		InPlace:  true,
		Orders: map[string]string{
			"next_run_time": "next_run_time", "next_run": "next_run_time", "environment": "environment", "owner": "owner", "name": "name",
			"type": "type",
		},
	}
}

// URL implements [API].
func (a environmentJobs) URL(id string) string {
	return a.Client.URL("scheduled_jobs", "environment_jobs", id)
}

// Create implements [API]. The schedule carries the request id in its userdata, which this API has always had.
func (a environmentJobs) Create(ctx context.Context, r Request) (launch.Result, error) {
	request := orchestrator.EnvironmentJobRequest{
		Type:        r.Type,
		Input:       environmentInput(r.Input),
		Environment: r.Environment,
		Schedule:    environmentSchedule(r.Times),
	}
	if r.Description != nil {
		request.Description = *r.Description
	}
	// Trouble is no refusal.
	switch newer, err := a.server.newer.Get(ctx, a.Client.EnvironmentJobsAccess); {
	case err != nil:
	case newer.Refused != nil:
		return launch.Result{}, &UnreadableError{newer.Refused}
	case !newer.Exists:
		return launch.Result{}, a.missing()
	}
	return a.Launcher.Launch(ctx, launch.Request{
		Fingerprint:   r.Fingerprint,
		Collection:    Collection(a.Client),
		NeedsUserdata: true,
		Send: func(ctx context.Context, requestID string) (string, error) {
			request.Userdata = launch.Mark(r.Userdata, requestID)
			ref, err := a.Client.CreateEnvironmentJob(ctx, request)
			return ref.ID, a.refused(err)
		},
		Find: func(ctx context.Context, requestID string, _ time.Time) ([]string, error) {
			return a.find(ctx, r.Type, requestID)
		},
		Confirm:    a.carries,
		Candidates: func(context.Context) ([]string, error) { return nil, nil },
	})
}

// carries reports whether a schedule exists and carries a request id.
func (a environmentJobs) carries(ctx context.Context, id, requestID string) (bool, error) {
	job, err := a.Client.EnvironmentJob(ctx, id)
	if orchestrator.IsUnknownEnvironmentJob(err) {
		return false, nil
	}
	return err == nil && launch.RequestID(job.Userdata) == requestID, err
}

// find returns the ids of the schedules of a type that carry a request id.
func (a environmentJobs) find(ctx context.Context, scheduleType, requestID string) (ids []string, err error) {
	for job, err := range a.Client.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{Type: scheduleType}) {
		if err != nil {
			return nil, err
		}
		if launch.RequestID(job.Userdata) == requestID {
			ids = append(ids, job.ID)
		}
	}
	return launch.SortedIDs(ids), nil
}

// Read implements [API].
func (a environmentJobs) Read(ctx context.Context, id string) (Schedule, error) {
	job, err := a.Client.EnvironmentJob(ctx, id)
	if orchestrator.IsUnknownEnvironmentJob(err) {
		return Schedule{}, fmt.Errorf("%w: %w", ErrGone, err)
	}
	if err != nil {
		return Schedule{}, a.explain(err)
	}
	return ofEnvironmentJob(job), nil
}

// List implements [API].
func (a environmentJobs) List(ctx context.Context, f Filter) iter.Seq2[Schedule, error] {
	filter := orchestrator.EnvironmentJobFilter{Type: f.Type, OrderBy: f.OrderBy, Order: f.Order, Range: f.Range}
	return schedulesOf(a.Access, a.Client.EnvironmentJobs(ctx, filter), ofEnvironmentJob)
}

// Update implements [API].
func (a environmentJobs) Update(ctx context.Context, id string, c Changes) error {
	update := orchestrator.EnvironmentJobUpdate{Environment: c.Environment, Description: c.Description}
	if c.Input != nil {
		input := environmentInput(*c.Input)
		update.Input = &input
	}
	if c.Userdata != nil {
		update.Userdata = &c.Userdata
	}
	if c.Times != nil {
		schedule := environmentSchedule(*c.Times)
		update.Schedule = &schedule
	}
	return a.explain(a.Client.UpdateEnvironmentJob(ctx, id, update))
}

// Remove implements [API].
func (a environmentJobs) Remove(ctx context.Context, id string) error {
	return a.explain(a.Client.DisableEnvironmentJob(ctx, id))
}

// environmentSchedule is when a schedule runs, in the form of the newer API.
func environmentSchedule(t Times) orchestrator.Schedule {
	return orchestrator.Schedule{StartTime: t.startTime(), Interval: t.interval()}
}

// environmentInput is what a schedule runs, in the form of the newer API.
func environmentInput(in Input) orchestrator.EnvironmentJobInput {
	input := orchestrator.EnvironmentJobInput{
		Name:               in.Name,
		Scope:              in.Scope,
		Targets:            in.Targets,
		Concurrency:        in.Concurrency,
		Transport:          in.Transport,
		EnforceEnvironment: in.EnforceEnvironment,
		AgentFlags:         in.AgentFlags,
	}
	if in.Params != nil {
		typed := orchestrator.TypedParams(in.Params, in.Queries, nil)
		input.Parameters = &typed
	}
	return input
}

// ofEnvironmentJob converts a schedule of the newer API.
func ofEnvironmentJob(job orchestrator.EnvironmentJob) Schedule {
	userdata := job.Userdata
	if userdata == nil {
		userdata = map[string]any{}
	}
	options := orchestrator.JobOptions(job.Input)
	return Schedule{
		ID:          job.ID,
		Type:        job.Type,
		Environment: job.Environment,
		Description: job.Description,
		Owner:       job.Owner,
		Start:       job.Schedule.StartTime,
		NextRun:     job.NextRun,
		Interval:    job.Schedule.Interval,
		Enabled:     job.Enabled,
		LastRun:     job.LastRun,
		Userdata:    userdata,
		Input: ReportedInput{
			Name:      job.Input.Name(),
			Params:    job.Input.Parameters(),
			Sensitive: job.Input.SensitiveParameters(),
			Scope:     job.Input.Scope(),
			Options:   options,
		},
		Noop:     options.Noop(),
		Document: options.WithoutCredentials(),
	}
}

// schedulesOf converts a list of either API, and explains its error.
func schedulesOf[J any](a Access, jobs iter.Seq2[J, error], convert func(J) Schedule) iter.Seq2[Schedule, error] {
	return func(yield func(Schedule, error) bool) {
		for job, err := range jobs {
			if err != nil {
				yield(Schedule{}, a.explain(err))
				return
			}
			if !yield(convert(job), nil) {
				return
			}
		}
	}
}
