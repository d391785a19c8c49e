package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// scheduleBackend is one of PE's two scheduling APIs.
type scheduleBackend interface {
	// create creates a schedule exactly once.
	create(ctx context.Context, r scheduleRequest) (launch.Result, error)
	// read reads a schedule. The error is errScheduleGone, wrapped, when there is none.
	read(ctx context.Context, id string) (scheduleReading, error)
	// remove deletes a schedule, or does nothing when it is gone.
	remove(ctx context.Context, id string) error
	// url is the address of a schedule.
	url(id string) string
}

// scheduleRequest is a schedule to be created.
type scheduleRequest struct {
	record scheduleRecord
	kind   scheduleKind
	body   scheduleBody
	// userdata is without the request id.
	userdata map[string]any
	// fingerprint identifies the schedule in the journal of launches.
	fingerprint string
}

// scheduleBody is what a schedule runs, in the words of either API.
type scheduleBody struct {
	// input is for the newer API.
	input orchestrator.EnvironmentJobInput
	// params are the parameters for the older API, secrets included.
	params map[string]any
}

var errScheduleGone = errors.New("there is no such schedule")

// backend returns the API that the server has.
func (c *connection) backend(ctx context.Context) (scheduleBackend, schedulingAPI, error) {
	api, err := c.schedulingAPI(ctx)
	if err != nil {
		return nil, 0, err
	}
	if api == environmentJobs {
		return environmentBackend{c}, api, nil
	}
	return legacyBackend{c}, api, nil
}

// environmentBackend is /scheduled_jobs/environment_jobs, PE 2021.7.0 and newer.
type environmentBackend struct{ *connection }

func (b environmentBackend) collection() string {
	return b.orchestrator.URL("scheduled_jobs", "environment_jobs")
}

func (b environmentBackend) url(id string) string {
	return b.orchestrator.URL("scheduled_jobs", "environment_jobs", id)
}

func (b environmentBackend) create(ctx context.Context, r scheduleRequest) (launch.Result, error) {
	m := r.record.schedule()
	request := orchestrator.EnvironmentJobRequest{
		Type:        r.kind.scheduleType(),
		Input:       r.body.input,
		Environment: m.Environment.ValueString(),
		Schedule:    m.apiSchedule(m.start()),
		Description: m.Description.ValueString(),
	}
	return b.launcher.Launch(ctx, launch.Request{
		Fingerprint: r.fingerprint,
		Collection:  b.collection(),
		Send: func(ctx context.Context, requestID string) (string, error) {
			// This API has had userdata from its first day.
			request.Userdata = launch.Mark(r.userdata, requestID)
			ref, err := b.orchestrator.CreateEnvironmentJob(ctx, request)
			return ref.ID, err
		},
		Find: func(ctx context.Context, requestID string, _ time.Time) ([]string, error) {
			return b.find(ctx, r.kind.scheduleType(), requestID)
		},
		Confirm:    b.carries,
		Candidates: func(context.Context) ([]string, error) { return nil, nil },
	})
}

// carries reports whether a schedule is there and carries a request id.
func (b environmentBackend) carries(ctx context.Context, id, requestID string) (bool, error) {
	job, err := b.orchestrator.EnvironmentJob(ctx, id)
	if orchestrator.IsUnknownEnvironmentJob(err) {
		return false, nil
	}
	return err == nil && requestIDIn(job.Userdata) == requestID, err
}

func (b environmentBackend) find(ctx context.Context, scheduleType, requestID string) (ids []string, err error) {
	for job, err := range b.orchestrator.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{Type: scheduleType}) {
		if err != nil {
			return nil, err
		}
		if requestIDIn(job.Userdata) == requestID {
			ids = append(ids, job.ID)
		}
	}
	return sortedIDs(ids), nil
}

func (b environmentBackend) read(ctx context.Context, id string) (scheduleReading, error) {
	job, err := b.orchestrator.EnvironmentJob(ctx, id)
	if orchestrator.IsUnknownEnvironmentJob(err) {
		return scheduleReading{}, fmt.Errorf("%w: %w", errScheduleGone, err)
	}
	if err != nil {
		return scheduleReading{}, err
	}
	return environmentReading(job), nil
}

func environmentReading(job orchestrator.EnvironmentJob) scheduleReading {
	r := scheduleReading{
		id:          job.ID,
		kind:        job.Type,
		environment: job.Environment,
		description: job.Description,
		owner:       job.Owner.Login,
		start:       job.Schedule.StartTime,
		enabled:     job.Enabled,
		nextRun:     job.NextRun,
		lastRun:     job.LastRun,
		userdata:    job.Userdata,
		input: scheduleInput{
			name:       job.Input.Name(),
			parameters: job.Input.Parameters(),
			sensitive:  job.Input.SensitiveParameters(),
			scope:      job.Input.Scope(),
			options:    orchestrator.JobOptions(job.Input),
		},
	}
	if r.userdata == nil {
		r.userdata = map[string]any{}
	}
	if job.Schedule.Interval != nil {
		r.interval = job.Schedule.Interval.Value
	}
	return r
}

func (b environmentBackend) remove(ctx context.Context, id string) error {
	return b.orchestrator.DisableEnvironmentJob(ctx, id)
}

// legacyBackend is /command/schedule_* and /scheduled_jobs, before PE 2021.7.0. It tells less: no parameters, no userdata, and
// nothing of a schedule that has run.
type legacyBackend struct{ *connection }

func (b legacyBackend) url(id string) string { return b.orchestrator.URL("scheduled_jobs", id) }

// create creates a schedule, which carries no userdata: after a lost answer the one that has the same content and that this
// process has never seen is it.
func (b legacyBackend) create(ctx context.Context, r scheduleRequest) (launch.Result, error) {
	return b.launcher.Launch(ctx, launch.Request{
		Ledger: b.legacySchedules,
		Send: func(ctx context.Context, _ string) (string, error) {
			ref, err := r.kind.createLegacy(ctx, b.connection, r)
			return ref.ID, b.nameMissingAPI(err)
		},
		Find: func(ctx context.Context, _ string, _ time.Time) (ids []string, err error) {
			for job, err := range b.orchestrator.LegacyJobs(ctx) {
				if err != nil {
					return nil, err
				}
				if legacyMatches(job, r) {
					ids = append(ids, job.ID)
				}
			}
			return sortedIDs(ids), nil
		},
	})
}

// legacyMatches reports whether a schedule has the content of a request, as far as the API tells.
func legacyMatches(job orchestrator.LegacyJob, r scheduleRequest) bool {
	m := r.record.schedule()
	start, err := time.Parse(time.RFC3339, job.ScheduledTime)
	interval := time.Duration(0)
	if job.Interval != nil {
		interval = time.Duration(job.Interval.Value) * time.Second
	}
	var diags diag.Diagnostics
	scope := scopeObject(&job.Scope, false, &diags)
	wanted := scopeObject(r.body.input.Scope, false, &diags)
	return err == nil && !diags.HasError() && sameInstant(start, m.start()) && interval == m.every() &&
		job.Type == r.kind.scheduleType() && job.Name == r.body.input.Name && job.Environment == m.Environment.ValueString() &&
		job.Description == m.Description.ValueString() && scope.Equal(wanted)
}

func (b legacyBackend) read(ctx context.Context, id string) (scheduleReading, error) {
	b.legacySchedules.See(id)
	job, err := b.orchestrator.LegacyJob(ctx, id)
	if errors.Is(err, collection.ErrNotListed) {
		return scheduleReading{}, fmt.Errorf("%w: %w", errScheduleGone, err)
	}
	if err != nil {
		return scheduleReading{}, b.nameMissingAPI(err)
	}
	return legacyReading(job), nil
}

func legacyReading(job orchestrator.LegacyJob) scheduleReading {
	r := scheduleReading{
		id:          job.ID,
		kind:        job.Type,
		environment: job.Environment,
		description: job.Description,
		owner:       job.Owner.Login,
		start:       job.ScheduledTime,
		enabled:     true,
		nextRun:     firstText(job.NextRun, job.ScheduledTime),
		input: scheduleInput{
			name:    job.Name,
			scope:   &job.Scope,
			options: job.Options,
		},
	}
	if job.Interval != nil {
		r.interval = job.Interval.Value
	}
	return r
}

func (b legacyBackend) remove(ctx context.Context, id string) error {
	return b.orchestrator.DeleteLegacyJob(ctx, id)
}

// noSchedulingAPIError is for a server that has neither API.
type noSchedulingAPIError struct{ err error }

func (e noSchedulingAPIError) Error() string {
	return "the server has neither of PE's scheduling APIs: GET /scheduled_jobs/environment_jobs (PE 2021.7 and newer) and the older one both answer 404"
}

func (e noSchedulingAPIError) Unwrap() error { return e.err }

// nameMissingAPI explains a 404 that is not about an environment: the older API was tried because the server lacks the newer.
func (b legacyBackend) nameMissingAPI(err error) error {
	if httpapi.StatusOf(err) == 404 && !httpapi.HasKind(err, orchestrator.KindUnknownEnvironment) {
		return noSchedulingAPIError{err}
	}
	return err
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// scheduleFaults names the attributes at fault, by error kind.
func scheduleFaults(name string) map[string]path.Path {
	return map[string]path.Path{
		orchestrator.KindUnknownEnvironment: path.Root("environment"),
		orchestrator.KindEmptyEnvironment:   path.Root("environment"),
		orchestrator.KindEmptyTarget:        path.Root("scope"),
		orchestrator.KindPuppetDBError:      path.Root("scope"),
		orchestrator.KindQueryError:         path.Root("scope"),
		orchestrator.KindInvalidTime:        path.Root("scheduled_time"),
		orchestrator.KindNotPermitted:       path.Root(name),
		orchestrator.KindUnknownTask:        path.Root(name),
		orchestrator.KindUnknownPlan:        path.Root(name),
	}
}
