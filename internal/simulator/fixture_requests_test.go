// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// requested is a fixture that is the body of a request.
type requested struct {
	fixture string
	// in is the generation of the server, PE2025 by default.
	in     simulator.Generation
	method string
	// path is one of the orchestrator, or one of RBAC when it starts with v1 or v2.
	path   string
	status int
	// kind is that of a refusal.
	kind string
}

func requestFixtures() []requested {
	post := func(fixture, path string, status int) requested {
		return requested{fixture: fixture, method: http.MethodPost, path: path, status: status}
	}
	legacy := func(fixture, path string) requested {
		return requested{fixture: fixture, in: simulator.PE2019, method: http.MethodPost, path: path, status: 202}
	}
	put := func(fixture string) requested {
		return requested{fixture: fixture, method: http.MethodPut, path: environmentJobs + "/1", status: 200}
	}
	unknownJob := func(fixture, path string) requested {
		return requested{fixture: fixture, method: http.MethodPost, path: path, status: 404, kind: "puppetlabs.orchestrator/unknown-job"}
	}
	taken := func(fixture, path string) requested {
		return requested{fixture: fixture, method: http.MethodPost, path: path, status: 409, kind: "conflict"}
	}
	return []requested{
		post("command-deploy.request.nodes", "command/deploy", 202),
		post("command-deploy.request.query-ast", "command/deploy", 202),
		post("command-deploy.request.query-pql", "command/deploy", 202),
		post("command-deploy.request.no-environment", "command/deploy", 202),
		post("command-deploy.request.timeout", "command/deploy", 202),
		unknownJob("command-stop.request", "command/stop"),
		unknownJob("command-stop.request.force", "command/stop"),
		unknownJob("command-stop_plan.request", "command/stop_plan"),
		post("command-task.request", "command/task", 202),
		post("command-task.request.query-ast-text", "command/task", 202),
		post("command-task.request.targets", "command/task", 202),
		post("command-task.request.timeout", "command/task", 202),
		post("command-task_target.request.tasks", "command/task_target", 200),
		post("command-task_target.request.all-tasks", "command/task_target", 200),
		post("command-task_target.request.pql-only", "command/task_target", 200),
		{fixture: "command-task_target.request.invalid-all-tasks-string", method: http.MethodPost, path: "command/task_target", status: 400, kind: validationError},
		post("command-plan_run.request", "command/plan_run", 202),
		post("command-environment_plan_run.request", "command/environment_plan_run", 202),
		legacy("command-schedule_task.legacy.request", "command/schedule_task"),
		legacy("command-schedule_deploy.legacy.request", "command/schedule_deploy"),
		legacy("command-schedule_plan.legacy.request", "command/schedule_plan"),
		post("scheduled_jobs-environment_jobs.request.plan", environmentJobs, 200),
		post("scheduled_jobs-environment_jobs.request.task", environmentJobs, 200),
		post("scheduled_jobs-environment_jobs.request.deploy", environmentJobs, 200),
		put("scheduled_jobs-environment_jobs-id.put.disable.request"),
		put("scheduled_jobs-environment_jobs-id.put.schedule.request"),
		put("scheduled_jobs-environment_jobs-id.put.input.request"),
		post("inventory.post.request", "inventory", 200),
		post("rbac-roles.post.request", "v1/roles", 303),
		{fixture: "rbac-roles-id.put.request", method: http.MethodPut, path: "v1/roles/7", status: 200},
		post("rbac-command-roles-permissions.request", "v1/command/roles/add-permissions", 204),
		post("rbac-command-roles-users.request", "v1/command/roles/add-users", 204),
		post("rbac-command-roles-groups.request", "v1/command/roles/add-groups", 204),
		post("rbac-command-users-roles.request", "v1/command/users/add-roles", 204),
		post("rbac-users.post.request", "v1/users", 303),
		post("rbac-users.post.request.no-password", "v1/users", 303),
		// The group of the fixtures is one that the simulator starts with: the body is understood, and its login is taken.
		taken("rbac-groups.post.request", "v1/groups"),
		taken("rbac-v2-groups.post.request", "v2/groups"),
		taken("rbac-command-groups-create.request", "v1/command/groups/create"),
		post("rbac-permitted.request", "v1/permitted", 200),
		post("rbac-auth-token.request", "v1/auth/token", 200),
		post("rbac-tokens.request", "v1/tokens", 200),
		{fixture: "rbac-v2-tokens.delete.request", method: http.MethodDelete, path: "v2/tokens", status: 204},
		{
			fixture: "rbac-v2-auth-token-authenticate.request", method: http.MethodPost, path: "v2/auth/token/authenticate", status: 400,
			kind: "invalid-token",
		},
	}
}

func TestFixtures_RequestsAreAccepted(t *testing.T) {
	t.Parallel()
	for _, tc := range requestFixtures() {
		t.Run(tc.fixture, func(t *testing.T) {
			t.Parallel()
			if tc.in == "" {
				tc.in = simulator.PE2025
			}
			s := setStage(t, tc.in, nil)
			if tc.in != simulator.PE2019 {
				s.schedule(t, planJob(once(s.sim)))
				s.createRole(t, object{"display_name": "6", "permissions": list{}, "user_ids": list{}, "group_ids": list{}})
				s.createRole(t, object{"display_name": "7", "permissions": list{}, "user_ids": list{}, "group_ids": list{}})
			}
			// The fixtures have years that will be in the past one day.
			ahead := s.sim.Now().AddDate(1, 0, 0).Format("2006-")
			body := strings.NewReplacer("2030-", ahead, "2031-", ahead).Replace(string(readFixture(t, tc.fixture)))
			var answer reply
			if strings.HasPrefix(tc.path, "v1/") || strings.HasPrefix(tc.path, "v2/") {
				answer = s.rbac(t, tc.method, tc.path, body)
			} else {
				answer = s.orch(t, tc.method, tc.path, body)
			}
			mustStatus(t, answer, tc.status)
			if tc.kind != "" {
				mustRefuse(t, answer, tc.status, tc.kind, "")
			}
		})
	}
}
