// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// legacyJobs is /command/schedule_* and /scheduled_jobs, before PE 2021.7.0. It reports less: no parameters, no userdata, and nothing of a
// schedule that has run.
type legacyJobs struct {
	Access
	server *Server
}

var _ API = legacyJobs{}

// Version implements [API].
func (legacyJobs) Version() Version { return LegacyJobs }

// Capabilities implements [API].
func (legacyJobs) Capabilities() Capabilities {
	return Capabilities{
		Servers: "before PE 2021.7 (its scheduling API is `schedule_task`)",
		Unsupported: map[string][]string{
			orchestrator.ScheduleTask:   {"concurrency", "transport", "targets", "userdata"},
			orchestrator.ScheduleDeploy: {"userdata"},
			orchestrator.SchedulePlan:   {"query_params", "interval", "userdata"},
		},
		Orders: map[string]string{"next_run": "next_run", "next_run_time": "next_run", "scheduled_time": "scheduled_time", "name": "name"},
	}
}

// URL implements [API].
func (a legacyJobs) URL(id string) string { return a.Client.URL("scheduled_jobs", id) }

// Create implements [API]. The schedule carries no userdata: after a lost answer, it is the one of the same content that this process has
// never seen.
func (a legacyJobs) Create(ctx context.Context, r Request) (launch.Result, error) {
	if err := a.seeAll(ctx); err != nil {
		return launch.Result{}, err
	}
	return a.Launcher.Launch(ctx, launch.Request{
		Ledger: &a.server.legacySeen,
		Send: func(ctx context.Context, _ string) (string, error) {
			ref, err := a.send(ctx, r)
			if err != nil {
				return "", a.refusedLegacy(r.Type, err)
			}
			return a.numberOf(ctx, ref, r)
		},
		Find: func(ctx context.Context, _ string, _ time.Time) (ids []string, err error) {
			for job, err := range a.Client.LegacyJobs(ctx) {
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

// numberOf returns the number of a schedule that was created. Answers are taken at their word where their parts agree, but for those about
// deploys, which speak of a job: in the documents, its number is none of a schedule. Whatever is not sure is looked up in the list. Where
// that does not help, the error is an [httpapi.AnswerWithoutIDError], so that the schedule is looked for by its content.
func (a legacyJobs) numberOf(ctx context.Context, ref orchestrator.Ref, r Request) (string, error) {
	if ref.Other == "" && r.Type != orchestrator.ScheduleDeploy {
		return ref.ID, nil
	}
	listed, err := a.Client.ListedLegacyJobs(ctx)
	if err != nil {
		// What the list was answered with is no answer to the command.
		return "", &httpapi.AnswerWithoutIDError{Err: fmt.Errorf("the schedules could not be listed to find out its number: %s", err.Error())}
	}
	for _, id := range []string{ref.ID, ref.Other} {
		if job, ok := listed[id]; ok && legacyMatches(job, r) && a.server.legacySeen.Claim(id) {
			return id, nil
		}
	}
	return "", &httpapi.AnswerWithoutIDError{Err: fmt.Errorf("it gives the number %s, which no new schedule has", ref.ID)}
}

// seeAll notes, once a process, which schedules exist, so that a new one can be told from earlier ones of the same content.
func (a legacyJobs) seeAll(ctx context.Context) error {
	_, err := a.server.legacyListed.Get(ctx, func(ctx context.Context) (bool, error) {
		for job, err := range a.Client.LegacyJobs(ctx) {
			if httpapi.HasKind(err, orchestrator.KindNotPermitted) {
				return false, &UnreadableError{err}
			}
			if err != nil {
				return false, a.explain(err)
			}
			a.server.legacySeen.See(job.ID)
		}
		return true, nil
	})
	return err
}

// send sends the command for a schedule of a type.
func (a legacyJobs) send(ctx context.Context, r Request) (orchestrator.Ref, error) {
	switch r.Type {
	case orchestrator.SchedulePlan:
		return a.sendPlan(ctx, r)
	case orchestrator.ScheduleTask:
		return a.Client.ScheduleTask(ctx, orchestrator.ScheduleTaskRequest{
			Environment:     r.Environment,
			Task:            r.Input.Name,
			Params:          r.Input.Params,
			Scope:           scopeOf(r.Input),
			ScheduledTime:   r.Times.startTime(),
			ScheduleOptions: legacyOptions(r.Times),
			Description:     r.Description,
			Noop:            r.Input.Noop,
		})
	default:
		return a.Client.ScheduleDeploy(ctx, orchestrator.ScheduleDeployRequest{
			Environment:        r.Environment,
			Scope:              scopeOf(r.Input),
			ScheduledTime:      r.Times.startTime(),
			ScheduleOptions:    legacyOptions(r.Times),
			Description:        r.Description,
			Concurrency:        r.Input.Concurrency,
			EnforceEnvironment: r.Input.EnforceEnvironment,
			AgentFlags:         r.Input.AgentFlags,
		})
	}
}

// sendPlan schedules a plan. Servers up to PE 2021.5 call the plan's key plan, the manual of 2021.7 calls it plan_name. A server that does
// not know the first runs nothing and is asked again.
func (a legacyJobs) sendPlan(ctx context.Context, r Request) (orchestrator.Ref, error) {
	request := orchestrator.SchedulePlanRequest{
		Environment:     r.Environment,
		Plan:            &r.Input.Name,
		Params:          r.Input.Params,
		ScheduledTime:   r.Times.startTime(),
		ScheduleOptions: legacyOptions(r.Times),
		Description:     r.Description,
	}
	ref, err := a.Client.SchedulePlan(ctx, request)
	if !httpapi.HasKind(err, orchestrator.KindValidationError) {
		return ref, err
	}
	request.Plan, request.PlanName = nil, &r.Input.Name
	second, secondErr := a.Client.SchedulePlan(ctx, request)
	if httpapi.HasKind(secondErr, orchestrator.KindValidationError) {
		// Neither key helps, so the cause is something else. The first answer is about the key that servers know.
		return ref, err
	}
	return second, secondErr
}

// Read implements [API].
func (a legacyJobs) Read(ctx context.Context, id string) (Schedule, error) {
	a.server.legacySeen.See(id)
	job, err := a.Client.LegacyJob(ctx, id)
	if errors.Is(err, collection.ErrNotListed) {
		return Schedule{}, a.confirmGone(ctx, err)
	}
	if err != nil {
		return Schedule{}, a.explain(err)
	}
	schedule := ofLegacyJob(job)
	// A listed schedule still has to run. Servers before PE 2019.8.3 do not say when.
	schedule.NextRun = cmp.Or(schedule.NextRun, schedule.Start)
	return schedule, nil
}

// confirmGone decides what it means that a schedule is not listed. On servers with the newer API, the older list can be enabled and is
// always empty (PE 2021.7), which proves nothing.
func (a legacyJobs) confirmGone(ctx context.Context, err error) error {
	if notHere := a.notBesideNewer(ctx); notHere != nil {
		return notHere
	}
	return fmt.Errorf("%w: %w", ErrGone, err)
}

// errBesideNewer says that the setting asks for this API, and the server has the newer one.
var errBesideNewer = fmt.Errorf("the server has the scheduling API of PE 2021.7 and newer, beside which the older one shows and deletes "+
	"nothing. Remove `scheduled_jobs_api = %q` from the provider", SettingScheduleTask)

// notBesideNewer returns an error where the setting asks for this API and the server has the newer one. What is deleted here then goes on
// running there.
func (a legacyJobs) notBesideNewer(ctx context.Context) error {
	if a.Setting != SettingScheduleTask {
		return nil
	}
	newer, err := a.server.newer.Get(ctx, a.Client.EnvironmentJobsAccess)
	if err != nil {
		return err
	}
	if newer.Exists {
		return errBesideNewer
	}
	return nil
}

// List implements [API].
func (a legacyJobs) List(ctx context.Context, f Filter) iter.Seq2[Schedule, error] {
	filter := orchestrator.LegacyJobFilter{Type: f.Type, OrderBy: f.OrderBy, Order: f.Order, Range: f.Range}
	return schedulesOf(a.Access, a.Client.FilterLegacyJobs(ctx, filter), ofLegacyJob)
}

// Update implements [API].
func (legacyJobs) Update(context.Context, string, Changes) error {
	return fmt.Errorf("changing a schedule of a server before PE 2021.7: %w", errors.ErrUnsupported)
}

// Remove implements [API].
func (a legacyJobs) Remove(ctx context.Context, id string) error {
	beside := a.notBesideNewer(ctx)
	if beside != nil && !errors.Is(beside, errBesideNewer) {
		return beside
	}
	if err := a.Client.DeleteLegacyJob(ctx, id); err != nil {
		return a.explain(err)
	}
	return beside
}

// legacyOptions make a schedule recurring.
func legacyOptions(t Times) *orchestrator.ScheduleOptions {
	interval := t.interval()
	if interval == nil {
		return nil
	}
	return &orchestrator.ScheduleOptions{Interval: interval}
}

// ofLegacyJob converts a schedule of the older API.
func ofLegacyJob(job orchestrator.LegacyJob) Schedule {
	return Schedule{
		ID:          job.ID,
		Type:        job.Type,
		Environment: job.Environment,
		Description: job.Description,
		Owner:       job.Owner,
		Start:       job.ScheduledTime,
		NextRun:     job.NextRun,
		Interval:    job.Interval,
		Enabled:     true,
		Input:       ReportedInput{Name: job.Name, Scope: &job.Scope, Options: job.Options},
		Noop:        job.Noop,
		Document:    legacyDocument(job),
	}
}

// legacyDocument is what a schedule runs: its options, including the scope as newer servers have it. A plan has no scope.
func legacyDocument(job orchestrator.LegacyJob) map[string]any {
	document := map[string]any{}
	for key, value := range job.Options.WithoutCredentials() {
		document[key] = value
	}
	if job.Type != orchestrator.SchedulePlan {
		document["scope"] = job.Scope
	}
	return document
}

// legacyMatches reports whether a schedule has the content of a request, in what the older API reports.
func legacyMatches(job orchestrator.LegacyJob, r Request) bool {
	start, err := time.Parse(time.RFC3339, job.ScheduledTime)
	description := ""
	if r.Description != nil {
		description = *r.Description
	}
	return err == nil && SameInstant(start, r.Times.Start) && ofLegacyJob(job).Period() == r.Times.Every &&
		job.Type == r.Type && job.Name == r.Input.Name && job.Environment == r.Environment && job.Description == description &&
		sameScope(job.Scope, scopeOf(r.Input))
}

// scopeOf is where something runs, the empty scope for a plan.
func scopeOf(in Input) orchestrator.Scope {
	if in.Scope == nil {
		return orchestrator.Scope{}
	}
	return *in.Scope
}

// sameScope reports whether two scopes mean the same. The order of nodes and the form of a query do not matter.
func sameScope(a, b orchestrator.Scope) bool {
	return a.NodeGroup == b.NodeGroup && slices.Equal(slices.Sorted(slices.Values(a.Nodes)), slices.Sorted(slices.Values(b.Nodes))) &&
		sameQuery(a.Query, b.Query)
}

// sameQuery reports whether two queries are the same JSON. A query that cannot be read equals none.
func sameQuery(a, b json.RawMessage) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	var first, second any
	return json.Unmarshal(a, &first) == nil && json.Unmarshal(b, &second) == nil && reflect.DeepEqual(first, second)
}
