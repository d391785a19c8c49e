// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// allRoutes lists every endpoint, with the generations that have it.
func (a *API) allRoutes() []rest.Route[handler] {
	routes := a.commandRoutes()
	routes = append(routes, a.jobRoutes()...)
	routes = append(routes, a.scheduleRoutes()...)
	return append(routes, a.infrastructureRoutes()...)
}

func (a *API) commandRoutes() []rest.Route[handler] {
	command := func(name string, h handler, when func() bool) rest.Route[handler] {
		return rest.Route[handler]{Method: "POST", Pattern: "/orchestrator/v1/command/" + name, Handler: h, When: when}
	}
	legacy := func() bool { return a.engine.Has(release.ScheduleCommands) }
	return []rest.Route[handler]{
		command("deploy", a.deploy, nil),
		command("stop", a.viewing(a.stop), nil),
		command("stop_plan", a.viewing(a.stopPlan), func() bool { return a.generation().StopPlan() }),
		command("task", a.task, nil),
		command("task_target", a.createTaskTarget, nil),
		command("plan_run", a.planRun, nil),
		command("environment_plan_run", a.environmentPlanRun, func() bool { return !a.config.RejectUserdata }),
		command("schedule_task", a.scheduleTask, legacy),
		command("schedule_deploy", a.scheduleDeploy, legacy),
		command("schedule_plan", a.schedulePlan, legacy),
	}
}

// undocumented reports whether there are the endpoints that no document describes.
func (a *API) undocumented() bool { return a.engine.Has(release.UndocumentedRoutes) }

func get(pattern string, h handler) rest.Route[handler] {
	return rest.Route[handler]{Method: "GET", Pattern: "/orchestrator/v1/" + pattern, Handler: h}
}

func (a *API) jobRoutes() []rest.Route[handler] {
	return []rest.Route[handler]{
		get("jobs", a.viewing(a.listJobs)),
		get("jobs/{id}", a.viewing(a.job)),
		get("jobs/{id}/nodes", a.viewing(a.jobNodes)),
		get("jobs/{id}/report", a.viewing(a.jobReport)),
		get("jobs/{id}/events", a.viewing(a.jobEvents)),
		{Method: "GET", Pattern: "/orchestrator/v1/jobs/{id}/catalog", Handler: a.viewing(a.jobCatalog), When: a.undocumented},
		get("plan_jobs", a.viewing(a.listPlanJobs)),
		get("plan_jobs/{id}", a.viewing(a.planJob)),
		get("plan_jobs/{id}/events", a.viewing(a.planJobEvents)),
		get("plan_jobs/{id}/event/{event}", a.viewing(a.planJobEvent)),
	}
}

func (a *API) scheduleRoutes() []rest.Route[handler] {
	const jobs = "/orchestrator/v1/scheduled_jobs"
	const environmentJobs = jobs + "/environment_jobs"
	modern := func() bool { return a.generation().EnvironmentJobs() }
	legacy := func() bool { return !modern() || a.config.LegacySchedulesAPI }
	return []rest.Route[handler]{
		{Method: "GET", Pattern: environmentJobs, Handler: a.listEnvironmentJobs, When: modern},
		{Method: "POST", Pattern: environmentJobs, Handler: a.createEnvironmentJob, When: modern},
		{Method: "GET", Pattern: environmentJobs + "/{id}", Handler: a.environmentJob, When: modern},
		{Method: "PUT", Pattern: environmentJobs + "/{id}", Handler: a.editEnvironmentJob, When: modern},
		{Method: "GET", Pattern: jobs, Handler: a.listLegacySchedules, When: legacy},
		// Where environment jobs do not exist, their path must not match that of a schedule.
		{Method: "DELETE", Pattern: jobs + "/{id}", Handler: a.deleteLegacySchedule, When: legacy, Except: []string{"environment_jobs"}},
	}
}

func (a *API) infrastructureRoutes() []rest.Route[handler] {
	return []rest.Route[handler]{
		{Method: "GET", Pattern: "/orchestrator", Handler: a.root},
		{Method: "GET", Pattern: "/orchestrator/v1", Handler: a.root},
		get("scopes/task_targets", a.listTaskTargets),
		get("scopes/task_targets/{id}", a.taskTarget),
		get("tasks", a.listTasks),
		get("tasks/{module}/{task}", a.taskMetadata),
		{Method: "GET", Pattern: "/orchestrator/v1/tasks/{module}/{task}/permitted", Handler: a.taskPermitted, When: a.undocumented},
		get("plans", a.listPlans),
		get("plans/{module}/{plan...}", a.planMetadata),
		get("environments", a.listEnvironments),
		get("environments/{name}", a.environment),
		get("inventory", a.viewing(a.inventory)),
		get("inventory/{node}", a.viewing(a.inventoryNode)),
		{Method: "POST", Pattern: "/orchestrator/v1/inventory", Handler: a.viewing(a.inventoryOf)},
		get("usage", a.viewing(a.usage)),
	}
}
