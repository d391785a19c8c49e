// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// environmentJobSaved answers a request that wrote a scheduled job.
func environmentJobSaved(c *call, s *engine.Schedule) rest.Answer {
	return rest.JSON(http.StatusOK, map[string]jobReference{
		"scheduled_job": {ID: c.url("scheduled_jobs/environment_jobs/%d", s.ID), Name: strconv.Itoa(s.ID)},
	})
}

// createEnvironmentJob answers POST /scheduled_jobs/environment_jobs.
func (a *API) createEnvironmentJob(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("type", "input", "environment", "schedule", "description", "userdata")
	jobType := f.String("type")
	s := engine.Schedule{
		Owner: c.user, Description: f.String("description"), Userdata: f.RawObject("userdata"),
		Work: a.readInput(f, jobType, f.String("environment")),
	}
	start, interval := readSchedule(f)
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	if err := a.engine.CheckTime(start); err != nil {
		return rest.Answer{}, err
	}
	if err := a.engine.Check(c.user, s.Work); err != nil {
		return rest.Answer{}, err
	}
	s.Start, s.Interval = start, interval
	return environmentJobSaved(c, a.engine.AddSchedule(s)), nil
}

// editEnvironmentJob answers PUT /scheduled_jobs/environment_jobs/:id. Each key that is sent replaces its whole value; nothing changes when
// one of them is refused.
func (a *API) editEnvironmentJob(c *call) (rest.Answer, error) {
	s, err := a.findSchedule(c)
	if err != nil {
		return rest.Answer{}, err
	}
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	edit := a.readEdit(f, s)
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	if !a.engine.MayManage(c.user, s) {
		return rest.Answer{}, &engine.Error{
			Kind: engine.NotPermitted, Msg: "Not authorized to edit job " + c.Vars["id"], Details: map[string]any{},
		}
	}
	if !s.Enabled {
		return rest.Answer{}, &engine.Error{
			Kind: engine.DisabledScheduledJob, Msg: "Scheduled job " + c.Vars["id"] + " is disabled", Details: map[string]any{},
		}
	}
	if err := a.checkEdit(s, edit); err != nil {
		return rest.Answer{}, err
	}
	a.applyEdit(s, edit)
	return environmentJobSaved(c, s), nil
}

// scheduleEdit is what a request changes about a scheduled job.
type scheduleEdit struct {
	work *engine.Work
	// timed is true when start and interval are given.
	timed       bool
	start       time.Time
	interval    time.Duration
	description *string
	userdata    []byte
	disable     bool
}

func (a *API) readEdit(f *rest.Fields, s *engine.Schedule) scheduleEdit {
	var edit scheduleEdit
	environment := s.Work.Environment()
	if f.Has("environment") {
		environment = f.String("environment")
	}
	switch {
	case f.Has("input"):
		w := a.readInput(f, s.Work.Type(), environment)
		edit.work = &w
	case f.Has("environment"):
		w := inEnvironment(s.Work, environment)
		checkScheduledEnvironment(f, w)
		edit.work = &w
	}
	if f.Has("schedule") {
		edit.timed = true
		edit.start, edit.interval = readSchedule(f)
	}
	if f.Has("description") {
		description := f.String("description")
		edit.description = &description
	}
	if f.Has("userdata") {
		edit.userdata = f.RawObject("userdata")
	}
	edit.disable = f.Has("enabled") && !f.Bool("enabled")
	return edit
}

// checkEdit checks that an edit would leave a job that could have been created. The work is checked with the rights of the owner, as whom
// it will run.
func (a *API) checkEdit(s *engine.Schedule, edit scheduleEdit) error {
	if edit.timed {
		if err := a.engine.CheckTime(edit.start); err != nil {
			return err
		}
	}
	if edit.work != nil {
		return a.engine.Check(s.Owner, *edit.work)
	}
	return nil
}

func (a *API) applyEdit(s *engine.Schedule, edit scheduleEdit) {
	if edit.work != nil {
		s.Work = *edit.work
	}
	if edit.description != nil {
		s.Description = *edit.description
	}
	if edit.userdata != nil {
		s.Userdata = edit.userdata
	}
	if edit.timed {
		a.engine.Arm(s, edit.start, edit.interval)
	}
	if edit.disable {
		a.engine.DisableSchedule(s)
	}
}

// inEnvironment returns the same work in another environment.
func inEnvironment(w engine.Work, environment string) engine.Work {
	switch {
	case w.Deploy != nil:
		r := *w.Deploy
		r.Environment = environment
		return engine.Work{Deploy: &r}
	case w.Task != nil:
		r := *w.Task
		r.Environment = environment
		return engine.Work{Task: &r}
	default:
		r := *w.Plan
		r.Environment = environment
		return engine.Work{Plan: &r}
	}
}

// readSchedule reads the key schedule. Whether interval may be left out is not documented; it is required here.
func readSchedule(f *rest.Fields) (start time.Time, interval time.Duration) {
	s := f.Fields("schedule")
	s.Require("start_time", "interval")
	start = readTime(s, "start_time")
	if s.IsNull("interval") {
		return start, 0
	}
	return start, readInterval(s.Fields("interval"))
}

// readInterval reads {"units": "seconds", "value": …}, in which all units are seconds.
func readInterval(f *rest.Fields) time.Duration {
	f.Require("units", "value")
	if f.String("units") != "seconds" {
		f.Fail("units", "must be seconds")
	}
	return readSeconds(f, "value")
}

// readTime reads an ISO-8601 time with an offset.
func readTime(f *rest.Fields, key string) time.Time {
	text := f.String(key)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		f.Fail(key, "must be an ISO-8601 timestamp: %q is not", text)
	}
	return t
}

// readInput reads the key input for a type of job.
func (a *API) readInput(f *rest.Fields, jobType, environment string) engine.Work {
	input := f.Fields("input")
	var w engine.Work
	switch jobType {
	case "plan":
		w.Plan = readPlanInput(input, environment)
	case "task":
		w.Task = a.readTaskInput(input, environment)
	case "deploy":
		w.Deploy = readDeployInput(input, environment)
	default:
		f.Fail("type", "must be plan, task or deploy")
		return engine.Work{}
	}
	checkScheduledEnvironment(f, w)
	return w
}

// checkScheduledEnvironment checks that a deploy without an environment does not enforce one.
func checkScheduledEnvironment(f *rest.Fields, w engine.Work) {
	if w.Deploy == nil || w.Deploy.Environment != "" || f.Failed() {
		return
	}
	if enforced, given := w.Deploy.Flags["enforce_environment"]; !given || enforced != false {
		f.Fail("input.enforce_environment", "must be false when environment is empty")
	}
}

// readPlanInput reads the input of a scheduled plan. A parameter can be a query; the type node_group is documented for
// environment_plan_run only.
func readPlanInput(input *rest.Fields, environment string) *engine.PlanRequest {
	input.Require("name")
	r := &engine.PlanRequest{Plan: input.String("name"), Environment: environment}
	r.Params, r.Types = map[string]any{}, map[string]string{}
	if input.Has("parameters") {
		r.Params, r.Types = readWrapped(input, "parameters", engine.ParameterQuery)
	}
	return r
}

// readTaskInput reads the input of a scheduled task.
func (a *API) readTaskInput(input *rest.Fields, environment string) *engine.TaskRequest {
	// The manual does not call scope required for tasks, but no example leaves it out.
	input.Require("name", "scope")
	r := &engine.TaskRequest{
		Environment: environment, Task: readTaskName(input, "name"), Params: map[string]any{},
		Scope: readScope(input, scopeRules{}), Noop: input.Bool("noop"), Concurrency: input.Int("concurrency", 1),
	}
	if input.Has("parameters") {
		r.Params, _ = readWrapped(input, "parameters")
	}
	if input.Has("transport") && !slices.Contains([]string{"pcp", "pxp", "ssh", "winrm"}, input.String("transport")) {
		input.Fail("transport", "must be pcp, pxp, ssh or winrm")
	}
	// The table calls targets an object; /command/task expects an array of objects.
	_, list := input.Value("targets").([]any)
	switch {
	case list && a.engine.Has(release.TargetsObject):
		input.Fail("targets", "must be an object")
	case list:
		r.Access = readTargets(input, "targets")
	case input.Has("targets"):
		r.Access = []engine.TargetAccess{readTarget(input.Fields("targets"))}
	}
	return r
}

// readDeployInput reads the input of a scheduled deploy, which must name its nodes.
func readDeployInput(input *rest.Fields, environment string) *engine.DeployRequest {
	input.Require("scope")
	r := &engine.DeployRequest{Environment: environment, Scope: readScope(input, scopeRules{})}
	readDeployFlags(input, r)
	return r
}
