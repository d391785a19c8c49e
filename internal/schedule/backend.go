package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// scheduleBackend is one of PE's two scheduling APIs.
type scheduleBackend interface {
	// create creates a schedule exactly once.
	create(ctx context.Context, r scheduleRequest) (launch.Result, error)
	// Read reads a schedule. The error is errScheduleGone, wrapped, when there is none.
	Read(ctx context.Context, id string) (scheduleReading, error)
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
	// start is the first run.
	start time.Time
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
func (s *scheduleState) backend(ctx context.Context, c *pe.Clients) (scheduleBackend, schedulingAPI, error) {
	api, err := s.schedulingAPI(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	if api == environmentJobs {
		return environmentBackend{c}, api, nil
	}
	return legacyBackend{c, s}, api, nil
}

// environmentBackend is /scheduled_jobs/environment_jobs, PE 2021.7.0 and newer.
type environmentBackend struct{ *pe.Clients }

func (b environmentBackend) collection() string {
	return b.Orchestrator.URL("scheduled_jobs", "environment_jobs")
}

func (b environmentBackend) url(id string) string {
	return b.Orchestrator.URL("scheduled_jobs", "environment_jobs", id)
}

func (b environmentBackend) create(ctx context.Context, r scheduleRequest) (launch.Result, error) {
	m := r.record.schedule()
	request := orchestrator.EnvironmentJobRequest{
		Type:        r.kind.scheduleType(),
		Input:       r.body.input,
		Environment: m.Environment.ValueString(),
		Schedule:    m.apiSchedule(r.start),
		Description: m.Description.ValueString(),
	}
	return b.Launcher.Launch(ctx, launch.Request{
		Fingerprint: r.fingerprint,
		Collection:  b.collection(),
		Send: func(ctx context.Context, requestID string) (string, error) {
			// This API has had userdata from its first day.
			request.Userdata = launch.Mark(r.userdata, requestID)
			ref, err := b.Orchestrator.CreateEnvironmentJob(ctx, request)
			return ref.ID, nameMissingAPI(b.Clients, err)
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
	job, err := b.Orchestrator.EnvironmentJob(ctx, id)
	if orchestrator.IsUnknownEnvironmentJob(err) {
		return false, nil
	}
	return err == nil && launch.RequestID(job.Userdata) == requestID, err
}

func (b environmentBackend) find(ctx context.Context, scheduleType, requestID string) (ids []string, err error) {
	for job, err := range b.Orchestrator.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{Type: scheduleType}) {
		if err != nil {
			return nil, err
		}
		if launch.RequestID(job.Userdata) == requestID {
			ids = append(ids, job.ID)
		}
	}
	return launch.SortedIDs(ids), nil
}

func (b environmentBackend) Read(ctx context.Context, id string) (scheduleReading, error) {
	job, err := b.Orchestrator.EnvironmentJob(ctx, id)
	if orchestrator.IsUnknownEnvironmentJob(err) {
		return scheduleReading{}, fmt.Errorf("%w: %w", errScheduleGone, err)
	}
	if err != nil {
		return scheduleReading{}, nameMissingAPI(b.Clients, err)
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
	return nameMissingAPI(b.Clients, b.Orchestrator.DisableEnvironmentJob(ctx, id))
}

// legacyBackend is /command/schedule_* and /scheduled_jobs, before PE 2021.7.0. It tells less: no parameters, no userdata, and
// nothing of a schedule that has run.
type legacyBackend struct {
	*pe.Clients
	*scheduleState
}

func (b legacyBackend) url(id string) string { return b.Orchestrator.URL("scheduled_jobs", id) }

// create creates a schedule, which carries no userdata: after a lost answer the one that has the same content and that this
// process has never seen is it.
func (b legacyBackend) create(ctx context.Context, r scheduleRequest) (launch.Result, error) {
	if err := b.seeLegacySchedules(ctx, b.Clients); err != nil {
		return launch.Result{}, err
	}
	return b.Launcher.Launch(ctx, launch.Request{
		Ledger: &b.legacySeen,
		Send: func(ctx context.Context, _ string) (string, error) {
			ref, err := r.kind.createLegacy(ctx, b.Clients, r)
			return ref.ID, nameMissingAPI(b.Clients, err)
		},
		Find: func(ctx context.Context, _ string, _ time.Time) (ids []string, err error) {
			for job, err := range b.Orchestrator.LegacyJobs(ctx) {
				if err != nil {
					return nil, err
				}
				if legacyMatches(job, r) {
					ids = append(ids, job.ID)
				}
			}
			return launch.SortedIDs(ids), nil
		},
	})
}

// seeLegacySchedules notes, once a process, which schedules there are, so that one that is created can be told from those of the same content
// that were there before.
func (s *scheduleState) seeLegacySchedules(ctx context.Context, c *pe.Clients) error {
	_, err := s.legacyListed.Get(ctx, func(ctx context.Context) (bool, error) {
		for job, err := range c.Orchestrator.LegacyJobs(ctx) {
			if err != nil {
				return false, nameMissingAPI(c, err)
			}
			s.legacySeen.See(job.ID)
		}
		return true, nil
	})
	return err
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
	scope := workload.ScopeObject(&job.Scope, false, &diags)
	wanted := workload.ScopeObject(r.body.input.Scope, false, &diags)
	return err == nil && !diags.HasError() && sameInstant(start, r.start) && interval == m.every() &&
		job.Type == r.kind.scheduleType() && job.Name == r.body.input.Name && job.Environment == m.Environment.ValueString() &&
		job.Description == m.Description.ValueString() && scope.Equal(wanted)
}

func (b legacyBackend) Read(ctx context.Context, id string) (scheduleReading, error) {
	b.legacySeen.See(id)
	job, err := b.Orchestrator.LegacyJob(ctx, id)
	if errors.Is(err, collection.ErrNotListed) {
		return scheduleReading{}, b.confirmGone(ctx, err)
	}
	if err != nil {
		return scheduleReading{}, nameMissingAPI(b.Clients, err)
	}
	return legacyReading(job), nil
}

// confirmGone decides what it means that the older API does not list a schedule. On servers that have the newer one, its list
// can be switched on and is always empty (PE 2021.7), which says nothing.
func (b legacyBackend) confirmGone(ctx context.Context, err error) error {
	if b.ScheduledJobsAPI == APIScheduleTask {
		newer, askErr := b.Orchestrator.HasEnvironmentJobs(ctx)
		if askErr != nil {
			return askErr
		}
		if newer {
			return fmt.Errorf("the server has the scheduling API of PE 2021.7 and newer, beside which the older one shows nothing. "+
				"Remove `scheduled_jobs_api = %q` from the provider", APIScheduleTask)
		}
	}
	return fmt.Errorf("%w: %w", errScheduleGone, err)
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
		nextRun:     cmp.Or(job.NextRun, job.ScheduledTime),
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
	return nameMissingAPI(b.Clients, b.Orchestrator.DeleteLegacyJob(ctx, id))
}

// noSchedulingAPIError is for a server that lacks the scheduling API that was used.
type noSchedulingAPIError struct {
	// setting is scheduled_jobs_api.
	setting string
	// tried is what was answered with status.
	tried  string
	status int
}

func (e noSchedulingAPIError) Error() string {
	if e.setting != APIAuto {
		return fmt.Sprintf("the server does not have the scheduling API that `scheduled_jobs_api` = %q asks for: %s was answered with status %d. "+
			"With \"auto\", the provider finds out which one there is", e.setting, e.tried, e.status)
	}
	return fmt.Sprintf("the server has neither of PE's scheduling APIs. GET /orchestrator/v1/scheduled_jobs/environment_jobs (PE 2021.7 and newer) and %s (older) were tried; "+
		"there is nothing at either (status %d)", e.tried, e.status)
}

// nameMissingAPI explains the answer of a server that does not have the API that was used. The error is no longer one of the
// server then, because no service has judged the request.
func nameMissingAPI(c *pe.Clients, err error) error {
	var answer *httpapi.Error
	if !orchestrator.IsMissingAPI(err) || !errors.As(err, &answer) {
		return err
	}
	tried := answer.Method + " " + answer.URL
	if at, parseErr := url.Parse(answer.URL); parseErr == nil {
		tried = answer.Method + " " + at.Path
	}
	return noSchedulingAPIError{setting: c.ScheduledJobsAPI, tried: tried, status: answer.Status}
}

// scheduleFaults names the attributes at fault, by error kind.
func scheduleFaults(kind scheduleKind) map[string]path.Path {
	name, nodes := path.Root(kind.nameAttribute()), path.Root("scope")
	if kind.scheduleType() == orchestrator.SchedulePlan {
		nodes = path.Root("query_params")
	}
	return map[string]path.Path{
		orchestrator.KindUnknownEnvironment: path.Root("environment"),
		orchestrator.KindEmptyEnvironment:   path.Root("environment"),
		orchestrator.KindEmptyTarget:        nodes,
		orchestrator.KindPuppetDBError:      nodes,
		orchestrator.KindQueryError:         nodes,
		orchestrator.KindInvalidTime:        path.Root("scheduled_time"),
		orchestrator.KindNotPermitted:       name,
		orchestrator.KindUnknownTask:        name,
		orchestrator.KindUnknownPlan:        name,
	}
}
