// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func scheduleFixtures() []answered {
	scheduled := func(body func(*simulator.Simulator) object, d time.Duration) func(*testing.T, *stage) reply {
		return func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.Grant("dana", may("plans:run:*"), may("tasks:run:*"), may("puppet_agent:run:*"), may("nodes:view_data:*"))
			id := as(t, s.sim, "dana").schedule(t, body(s.sim))
			s.sim.Advance(d)
			return s.get(t, environmentJobs+"/"+id)
		}
	}
	plan := func(sim *simulator.Simulator) object { return planJob(hourly(sim)) }
	provider := []string{"identity_provider_id"}
	legacy := func(t *testing.T, s *stage, command string, body object) reply {
		t.Helper()
		return s.orch(t, http.MethodPost, "command/"+command, with(body, object{"scheduled_time": in(s.sim, time.Hour)}))
	}
	return []answered{
		{fixture: "scheduled_jobs-environment_jobs-id.recurring", ask: scheduled(plan, 90*time.Minute), extra: provider},
		{fixture: "scheduled_jobs-environment_jobs-id.once", extra: append(remoteKeys(), "identity_provider_id"), ask: scheduled(func(sim *simulator.Simulator) object {
			return planJob(once(sim))
		}, 0)},
		{fixture: "scheduled_jobs-environment_jobs-id.finished-once", extra: provider, ask: scheduled(func(sim *simulator.Simulator) object {
			return planJob(once(sim))
		}, 90*time.Minute)},
		{fixture: "scheduled_jobs-environment_jobs-id.task", extra: provider, ask: scheduled(func(sim *simulator.Simulator) object {
			body := taskJob(once(sim))
			body["input"] = object{"name": "simulate", "scope": node1, "concurrency": 5}
			return body
		}, 0)},
		{fixture: "scheduled_jobs-environment_jobs-id.deploy", extra: provider, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			answer := scheduled(func(sim *simulator.Simulator) object { return deployJob(hourly(sim)) }, 90*time.Minute)(t, s)
			// The fixture shows a name that is a string, as every other name is; the simulator answers the number of the examples.
			run, ok := at(answer.json, "last_run", "job").(map[string]any)
			if !ok {
				t.Fatalf("no last run: %s", answer.text)
			}
			run["name"] = fmt.Sprint(run["name"])
			return answer
		}},
		{fixture: "scheduled_jobs-environment_jobs-id.last-run-error", extra: provider, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.Grant("dana", may("plans:run:*"), may("nodes:view_data:*"))
			id := as(t, s.sim, "dana").schedule(t, planJob(hourly(s.sim)))
			s.sim.Withdraw("dana", may("plans:run:*"))
			s.sim.Advance(90 * time.Minute)
			return s.get(t, environmentJobs+"/"+id)
		}, optional: []string{"environment"}},
		{fixture: "scheduled_jobs-environment_jobs.list", optional: remoteKeys(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.schedule(t, planJob(hourly(s.sim)))
			s.sim.Advance(90 * time.Minute)
			return s.get(t, environmentJobs)
		}},
		{fixture: "scheduled_jobs-environment_jobs.list.empty", ask: reading(environmentJobs)},
		{fixture: "scheduled_jobs-environment_jobs.response", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.orch(t, http.MethodPost, environmentJobs, planJob(hourly(s.sim)))
		}},
		{fixture: "scheduled_jobs.legacy.list", in: simulator.PE2019, optional: remoteKeys(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			legacy(t, s, "schedule_task", legacyTask(s.sim))
			legacy(t, s, "schedule_deploy", object{"environment": "production", "scope": node1})
			legacy(t, s, "schedule_plan", object{"plan": "facts", "params": object{"targets": first}})
			return s.get(t, "scheduled_jobs")
		}},
		{fixture: "command-schedule_task.legacy.response", in: simulator.PE2019, status: 202, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return legacy(t, s, "schedule_task", legacyTask(s.sim))
		}},
		{fixture: "command-schedule_deploy.legacy.response", in: simulator.PE2019, status: 202, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return legacy(t, s, "schedule_deploy", object{"environment": "production", "scope": node1})
		}},
		{fixture: "command-schedule_plan.legacy.response", in: simulator.PE2019, status: 202, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return legacy(t, s, "schedule_plan", object{"plan": "facts", "params": object{"targets": first}})
		}},
	}
}

func contentFixtures() []answered {
	taskTarget := func(body object) func(*testing.T, *stage) reply {
		return func(t *testing.T, s *stage) reply {
			t.Helper()
			mustStatus(t, s.orch(t, http.MethodPost, "command/task_target", body), http.StatusOK)
			return s.get(t, "scopes/task_targets/1")
		}
	}
	some := object{"display_name": "x", "tasks": list{"exec"}, "nodes": list{first}, "node_groups": list{simulator.WebServersGroup}, "pql_query": "nodes[certname] { }"}
	all := object{"display_name": "x", "all_tasks": true, "nodes": list{first}, "node_groups": list{simulator.WebServersGroup}}
	away := func(t *testing.T, s *stage) {
		t.Helper()
		s.sim.AddNode(simulator.Node{Certname: "away.example.com"})
	}
	return []answered{
		{fixture: "command-task_target.response", ask: posting("command/task_target", some)},
		{fixture: "scopes-task_targets-id.tasks.all_tasks-string", ask: taskTarget(some), extra: []string{"display_name"}},
		{fixture: "scopes-task_targets-id.all-tasks", ask: taskTarget(all)},
		{fixture: "scopes-task_targets.list", extra: []string{"display_name"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			for _, body := range []object{some, all} {
				mustStatus(t, s.orch(t, http.MethodPost, "command/task_target", body), http.StatusOK)
			}
			return s.get(t, "scopes/task_targets")
		}},
		{fixture: "scopes-task_targets.list.empty", ask: reading("scopes/task_targets")},
		{fixture: "tasks.list.permitted.recorded-2019", in: simulator.PE2019, ask: reading("tasks")},
		{fixture: "status-services-name.orchestrator.recorded-2019.1", in: simulator.PE2019, ask: status("services/orchestrator-service")},
		{fixture: "tasks.list", ask: reading("tasks")},
		{fixture: "tasks.list.empty", ask: reading("tasks?environment=development")},
		{fixture: "tasks-module-task", ask: reading("tasks/package/install")},
		{fixture: "tasks-module-task.no-metadata", ask: reading("tasks/exec/init")},
		{fixture: "tasks-module-init.cross-platform", ask: reading("tasks/bootstrap/init")},
		{fixture: "plans.list", ask: reading("plans")},
		{fixture: "plans-module-plan", ask: reading("plans/profile/firewall")},
		{fixture: "plans-module-plan.no-metadata", ask: reading("plans/canary/random")},
		{fixture: "plans-module-plan.required-optional", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.AddPlan("production", simulator.Plan{Name: "shop::rollout", Parameters: map[string]simulator.Parameter{
				"nodes": {Type: "TargetSpec"}, "note": {Type: "Optional[String[1]]"}, "extra": {Type: "Any"}, "batch": {Type: "Integer[1]", Default: 5},
			}})
			return s.get(t, "plans/shop/rollout")
		}},
		{fixture: "inventory.list", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			away(t, s)
			return s.get(t, "inventory")
		}},
		{fixture: "inventory-node.connected", ask: reading("inventory/" + first)},
		{fixture: "inventory-node.disconnected", ask: reading("inventory/nosuch.example.com")},
		{fixture: "inventory.post.response", ask: posting("inventory", object{"nodes": list{first, "nosuch.example.com"}})},
		{fixture: "usage.include", optional: []string{"start_date", "end_date"}, ask: reading("usage")},
		{fixture: "usage.exclude", optional: []string{"start_date", "end_date"}, ask: reading("usage?events=exclude")},
		{fixture: "orchestrator-root", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.send(t, s.request(t, http.MethodGet, s.sim.ServerURL()+"/orchestrator", nil))
		}},
		{fixture: "environments.list", ask: reading("environments")},
		{fixture: "environments-id", ask: reading("environments/production")},
		{fixture: "status-services.running", variants: simulator.Variants{simulator.ServiceStatus: false}, ask: status("services")},
		{fixture: "status-services-name", variants: simulator.Variants{simulator.ServiceStatus: false}, ask: status("services/orchestrator-service")},
	}
}

// status asks the status API.
func status(path string) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		return s.send(t, s.request(t, http.MethodGet, s.sim.ServerURL()+"/status/v1/"+path, nil))
	}
}

func rbacFixtures() []answered {
	ask := func(method, path string, body any) func(*testing.T, *stage) reply {
		return func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.rbac(t, method, path, body)
		}
	}
	role := func(body object) func(*testing.T, *stage) reply {
		return func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.rbac(t, http.MethodGet, "v1/roles/"+s.createRole(t, body), nil)
		}
	}
	provider := []string{"identity_provider_id"}
	login := object{"login": "dana", "password": simulator.BuiltInPassword}
	return []answered{
		{fixture: "rbac-roles-id", ask: role(newRole("x"))},
		{fixture: "rbac-roles-id.null-description", ask: role(with(newRole("x"), object{"description": removed}))},
		{fixture: "rbac-roles.list", ask: ask(http.MethodGet, "v1/roles", nil)},
		{fixture: "rbac-users.list", ask: ask(http.MethodGet, "v1/users", nil), extra: append(remoteKeys(), provider...)},
		{fixture: "rbac-users-current", ask: ask(http.MethodGet, "v1/users/current", nil)},
		{fixture: "rbac-users-id.never-logged-in", ask: ask(http.MethodGet, "v1/users/5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85", nil)},
		{fixture: "rbac-v2-users.list", ask: ask(http.MethodGet, "v2/users?include_roles=true", nil), extra: append(remoteKeys(), provider...)},
		{fixture: "rbac-groups.list", ask: ask(http.MethodGet, "v1/groups", nil)},
		{fixture: "rbac-types", ask: ask(http.MethodGet, "v1/types", nil)},
		{fixture: "rbac-permitted.response", ask: ask(http.MethodPost, "v1/permitted", object{"token": danaID, "permissions": list{view}})},
		{fixture: "rbac-permitted-type-action", ask: ask(http.MethodGet, "v1/permitted/tasks/run_with_constraints", nil)},
		{fixture: "rbac-auth-token.response", ask: ask(http.MethodPost, "v1/auth/token", login)},
		{fixture: "rbac-users-id-tokens", ask: ask(http.MethodGet, "v1/users/"+adminID+"/tokens", nil)},
		{fixture: "rbac-v2-auth-token-authenticate.response", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.rbac(t, http.MethodPost, "v2/auth/token/authenticate", object{"token": s.sim.IssueToken("dana", 0)})
		}},
	}
}

func errorFixtures() []answered {
	rbac := func(name string, status int, method, path string, body any) answered {
		return answered{fixture: "error.rbac-api." + name, status: status, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.createRole(t, newRole("Web restarters"))
			return s.rbac(t, method, path, body)
		}}
	}
	unauthenticated := func(name string, token func(*simulator.Simulator) string) answered {
		return answered{fixture: "error.rbac." + name, status: 401, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return clientOf(t, s.sim, token(s.sim)).orch(t, http.MethodGet, "jobs", nil)
		}}
	}
	orch := func(name string, status int, ask func(*testing.T, *stage) reply) answered {
		return answered{fixture: "error." + name, status: status, ask: ask}
	}
	validators := simulator.Variants{simulator.ValidatorsNamespace: true}
	deploy := func(changes object) func(*testing.T, *stage) reply {
		return posting("command/deploy", with(deployOf(first), changes))
	}
	return []answered{
		orch("unknown-environment", 404, deploy(object{"environment": "nosuchenv"})),
		orch("empty-environment", 400, deploy(object{"environment": "staging"})),
		orch("empty-target", 400, deploy(object{"scope": object{"nodes": list{}}})),
		orch("query-error", 400, deploy(object{"scope": object{"query": ""}})),
		orch("query-error.scheduled-job-id", 400, reading(environmentJobs+"/999999")),
		orch("validation-error", 400, reading("jobs/abc")),
		orch("unknown-job", 404, reading("jobs/999999")),
		orch("unknown-task", 404, reading("tasks/nosuch/task")),
		orch("unknown-plan", 404, reading("plans/nosuch/plan")),
		orch("unknown-task-target", 404, reading("scopes/task_targets/999")),
		orch("mismatched-job-event-id", 404, func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.orch(t, http.MethodGet, "plan_jobs/"+s.launch(t, "plan_run", object{"plan_name": "simulate::plan"})+"/event/1272", nil)
		}),
		orch("not-permitted", 403, func(t *testing.T, s *stage) reply {
			t.Helper()
			return as(t, s.sim, "dana").orch(t, http.MethodPost, "command/task", simulate(object{}))
		}),
		{fixture: "error.not-permitted.no-details", in: simulator.PE2019, status: 403, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			mustStatus(t, s.orch(t, http.MethodPost, "command/schedule_task", legacyTask(s.sim)), http.StatusAccepted)
			return as(t, s.sim, "dana").orch(t, http.MethodDelete, "scheduled_jobs/1", nil)
		}},
		{fixture: "error.invalid-time", status: 400, extra: []string{"start_time"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.orch(t, http.MethodPost, environmentJobs, planJob(object{"start_time": in(s.sim, -time.Hour), "interval": nil}))
		}},
		orch("disabled-scheduled-job", 400, func(t *testing.T, s *stage) reply {
			t.Helper()
			id := s.schedule(t, planJob(once(s.sim)))
			s.sim.DisableSchedule(id)
			return s.orch(t, http.MethodPut, environmentJobs+"/"+id, object{"enabled": false})
		}),
		{fixture: "error.validation-error.validators", status: 400, variants: validators, extra: []string{"job"}, ask: reading("jobs/abc")},
		{
			fixture: "error.validation-error.validators.task-name", status: 400, variants: validators, extra: []string{"details"},
			ask: posting("command/task", with(simulate(object{}), object{"task": "shop/restart.rb"})),
		},
		{fixture: "error.dependency-cycle", in: simulator.PE2019, status: 400, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.AddApplication(circle())
			return s.orch(t, http.MethodPost, "command/deploy", object{"environment": "production", "scope": object{"application": "Shop"}})
		}},
		orch("puppetdb-error", 400, func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.SetPuppetDB(false)
			return s.orch(t, http.MethodPost, "command/deploy", with(deployOf(), object{"scope": object{"query": "nodes[certname] { }"}}))
		}),
		{fixture: "error.unknown-target", in: simulator.PE2019, variants: simulator.Variants{simulator.UnknownTargets: true}, status: 404, ask: posting("command/deploy", object{"environment": "production", "scope": object{"application": "x"}})},
		unauthenticated("user-unauthenticated", func(*simulator.Simulator) string { return "" }),
		unauthenticated("invalid-token", func(*simulator.Simulator) string { return "garbage" }),
		unauthenticated("token-expired", func(sim *simulator.Simulator) string {
			token := sim.IssueToken("dana", 0)
			sim.ExpireToken(token)
			return token
		}),
		unauthenticated("token-revoked", func(sim *simulator.Simulator) string {
			token := sim.IssueToken("dana", 0)
			sim.RevokeToken(token)
			return token
		}),
		unauthenticated("user-revoked", func(sim *simulator.Simulator) string {
			token := sim.IssueToken("dana", 0)
			sim.RevokeUser("dana")
			return token
		}),
		rbac("schema-violation", 400, http.MethodPost, "v1/roles", object{"display_name": "x"}),
		rbac("malformed-request", 400, http.MethodPost, "v1/roles", "{"),
		rbac("inconsistent-id", 400, http.MethodPut, "v1/roles/1", with(newRole("x"), object{"id": 6})),
		rbac("default-roles-immutable", 403, http.MethodDelete, "v1/roles/1", nil),
		rbac("conflict", 409, http.MethodPost, "v1/roles", newRole("Web restarters")),
		rbac("invalid-associated-id", 422, http.MethodPost, "v1/roles", with(newRole("x"), object{"user_ids": list{nobody}})),
		rbac("revoke-partial", 400, http.MethodDelete, "v2/tokens", object{"revoke_tokens_by_usernames": list{"nobody"}}),
		{fixture: "error.rbac-api.permission-denied", status: 403, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return as(t, s.sim, "dana").rbac(t, http.MethodGet, "v1/roles", nil)
		}},
	}
}
