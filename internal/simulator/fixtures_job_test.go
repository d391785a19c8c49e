// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// deployOf is a deploy with everything that the fixtures show.
func deployOf(nodes ...any) object {
	return object{"environment": "production", "scope": object{"nodes": nodes}, "description": "roll out web tier", "userdata": object{"ticket": "CHG0001"}}
}

// simulate is a launch of the task simulate on node2.
func simulate(params object) object {
	return object{"task": "simulate", "params": params, "scope": object{"nodes": list{"node2.example.com"}}, "description": "install httpd"}
}

func jobFixtures() []answered {
	deploy := func(name string, seconds float64, path string, nodes ...any) answered {
		return answered{fixture: name, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.slowly()
			return s.job(t, "deploy", deployOf(nodes...), seconds, path)
		}}
	}
	task := func(name string, params object, optional, extra []string) answered {
		return answered{fixture: name, optional: optional, extra: append(extra, recorded()...), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "task", simulate(params), end, "/nodes")
		}}
	}
	in := func(a answered, g simulator.Generation, variants simulator.Variants) answered {
		a.in, a.variants = g, variants
		return a
	}
	return []answered{
		in(deploy("jobs-id.deploy.new", 0, "", first), simulator.PE2025, simulator.Variants{simulator.NewJobs: true}),
		in(deploy("jobs-id-report.items", end, "/report", first, second), simulator.PE2021, simulator.Variants{simulator.ReportItems: true}),
		deploy("jobs-id-report.report-key.legacy", end, "/report", first, second),
		{fixture: "jobs-id-report.task.recorded-2020", in: simulator.PE2019, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "task", simulate(object{"exitcode": 1}), end, "/report")
		}},
		{
			fixture: "jobs-id.task.recorded-2020", in: simulator.PE2019, extra: newerKeys(),
			ask: func(t *testing.T, s *stage) reply {
				t.Helper()
				return s.job(t, "task", simulate(object{}), end, "")
			},
		},
		{
			fixture: "jobs-id.deploy.unknown-certname.recorded-2016", in: simulator.PE2019, variants: simulator.Variants{simulator.NewJobs: true},
			extra: append(newerKeys(), "command", "type", "description", "node_states", "email", "is_revoked", "last_login", "is_remote", "is_superuser",
				"role_ids", "display_name", "is_group"),
			ask: func(t *testing.T, s *stage) reply {
				t.Helper()
				return s.job(t, "deploy", deployOf("ghost.example.com"), end, "")
			},
		},
		{
			fixture: "jobs-id-nodes.deploy.unknown-certname.recorded-2016", in: simulator.PE2019,
			extra: append(recorded(), "next-events", "result", "start_timestamp", "finish_timestamp", "duration"),
			ask: func(t *testing.T, s *stage) reply {
				t.Helper()
				return s.job(t, "deploy", deployOf("ghost.example.com"), end, "/nodes")
			},
		},
		{
			fixture: "jobs-id.deploy.duration-number", in: simulator.PE2021, optional: []string{"started_timestamp"},
			extra: []string{"created_timestamp"},
			ask: func(t *testing.T, s *stage) reply {
				t.Helper()
				return s.job(t, "deploy", deployOf(first), end, "")
			},
		},
		{fixture: "jobs.list.recorded-2021", in: simulator.PE2021, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.job(t, "task", simulate(object{}), end, "")
			s.job(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}}, end, "")
			return s.get(t, "jobs?limit=4&order_by=name")
		}},
		deploy("jobs-id.deploy.finished", end, "", first, second),
		deploy("jobs-id.deploy.ready", 0.1, "", first),
		deploy("jobs-id-events.deploy", end, "/events", first, second),
		{fixture: "jobs-id.deploy.running", ask: remoteDeploy(5, ""), extra: []string{"identity_provider_id"}},
		{fixture: "jobs-id.deploy.stopping", ask: stopped(false, ""), optional: remoteKeys()},
		{fixture: "jobs-id.deploy.stopped", ask: stopped(true, ""), optional: remoteKeys()},
		{fixture: "jobs-id-events.stopping", ask: stopped(false, "/events?start=2")},
		{fixture: "jobs-id.deploy.failed", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.UpdateNode(first, func(n *simulator.Node) { n.Connected = false })
			return s.job(t, "deploy", deployOf(first, second), end, "")
		}},
		{fixture: "jobs-id.deploy.as-documented-single", extra: []string{"node_states", "events"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "deploy", deployOf(first, second), end, "")
		}},
		{fixture: "jobs-id-events.empty", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "deploy", deployOf(first), 0, "/events")
		}},
		{fixture: "jobs-id-nodes.deploy.finished", extra: recorded(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "deploy", deployOf(first, second), end, "/nodes")
		}},
		{fixture: "jobs-id-nodes.deploy.failed", extra: recorded(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.UpdateNode(first, func(n *simulator.Node) { n.Run = simulator.RunFailed })
			return s.job(t, "deploy", deployOf(first), end, "/nodes")
		}},
		{fixture: "jobs-id-nodes.deploy.errored", extra: recorded(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.UpdateNode(first, func(n *simulator.Node) { n.Connected = false })
			return s.job(t, "deploy", deployOf(first), end, "/nodes")
		}},
		{fixture: "jobs-id-nodes.deploy.skipped", extra: recorded(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.sim.UpdateNode(first, func(n *simulator.Node) { n.Run = simulator.RunSkipped })
			return s.job(t, "deploy", deployOf(first), end, "/nodes")
		}},
		// A waiting node of a running job is new in this fixture, and ready in that of the job.
		{fixture: "jobs-id-nodes.deploy.running", optional: []string{"run-time", "message"}, extra: recorded(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.slowly()
			return s.job(t, "deploy", with(deployOf(first, second), object{"concurrency": 1}), 30, "/nodes")
		}},
		{fixture: "jobs-id.task.finished", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "task", simulate(object{}), end, "")
		}},
		{fixture: "jobs-id.task.failed", optional: remoteKeys(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "task", simulate(object{"exitcode": 1, "secret": "x"}), end, "")
		}},
		{fixture: "jobs-id.plan_task.finished", variants: unnamedEnvironments(), optional: []string{"project"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.job(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}}, end, "")
			return s.get(t, "jobs/1")
		}},
		{fixture: "jobs-id-nodes.plan_apply.finished", extra: recorded(), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.job(t, "plan_run", object{"plan_name": "profile::firewall", "params": object{"targets": first, "anything": 1}}, end, "")
			return s.get(t, "jobs/2/nodes")
		}},
		task("jobs-id-nodes.task.finished", object{"data": object{"latest": "2", "status": "out of date", "version": "1"}}, nil, nil),
		// The API page and the chapter about writing tasks name plain output differently; the simulator follows the chapter.
		task("jobs-id-nodes.task.output", object{"output": "test\n"}, []string{"message", "output"}, []string{"_output"}),
		task("jobs-id-nodes.task.failed", object{"exitcode": 1}, nil, nil),
		task("jobs-id-nodes.task.sensitive", object{"sensitive_output": "x", "data": object{"user": "x"}}, nil, nil),
		task("jobs-id-nodes.task.execution-failure", object{"error_on": list{second}}, nil, []string{"message"}),
		{fixture: "jobs-id-nodes.task.invalid-name", extra: append(recorded(), "message"), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "task", with(simulate(object{}), object{"task": "package::nonexistent"}), end, "/nodes")
		}},
		{fixture: "jobs.list", variants: unnamedEnvironments(), optional: []string{"project"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.job(t, "deploy", deployOf(first, second), end, "")
			s.job(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}}, end, "")
			return s.get(t, "jobs")
		}},
		{fixture: "jobs.list.paged", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			for range 2 {
				s.job(t, "deploy", deployOf(first, second), end, "")
			}
			return s.get(t, "jobs?limit=1&offset=1&order=desc&order_by=owner&type=deploy")
		}},
		{fixture: "jobs.list.empty", ask: reading("jobs")},
		{fixture: "jobs.list.empty.total-null", in: simulator.PE2019, ask: reading("jobs")},
		{fixture: "command-deploy.response", status: 202, ask: posting("command/deploy", deployOf(first))},
		{fixture: "command-task.response", status: 202, ask: posting("command/task", simulate(object{}))},
		{fixture: "command-stop.response", status: 202, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.orch(t, http.MethodPost, "command/stop", object{"job": s.launch(t, "deploy", deployOf(first))})
		}},
		{fixture: "command-stop.response.sparse", in: simulator.PE2019, status: 202, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			s.job(t, "deploy", deployOf(first), end, "")
			return s.orch(t, http.MethodPost, "command/stop", object{"job": "1"})
		}},
	}
}

// newerKeys are keys that answers have since 2019.8.5.
func newerKeys() []string {
	return []string{"started_timestamp", "finished_timestamp", "duration", "userdata"}
}

// unnamedEnvironments makes jobs of plans like those in the manuals.
func unnamedEnvironments() simulator.Variants {
	return simulator.Variants{simulator.PlanJobEnvironments: false}
}

// recorded are keys of nodes that are not documented, but recorded.
func recorded() []string { return []string{"transport", "latest-event-id"} }

// remoteKeys are keys that only users of a directory service have.
func remoteKeys() []string { return []string{"inherited_role_ids", "group_ids"} }

// remoteDeploy launches a deploy as a user of a directory service.
func remoteDeploy(seconds float64, path string) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		s.slowly()
		s.sim.Grant("dana", may("puppet_agent:run:*"))
		id := as(t, s.sim, "dana").launch(t, "deploy", deployOf(first, second))
		advance(s.sim, seconds)
		return s.get(t, "jobs/"+id+path)
	}
}

// stopped launches a deploy and stops it in the middle.
func stopped(force bool, path string) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		s.slowly()
		id := s.launch(t, "deploy", with(deployOf(first, second), object{"concurrency": 1}))
		advance(s.sim, 5)
		s.sim.StopJob(id, force)
		return s.get(t, "jobs/"+id+path)
	}
}

func planFixtures() []answered {
	planned := func(params object, seconds float64, path string) func(*testing.T, *stage) reply {
		return func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "plan_run", object{
				"plan_name": "simulate::plan", "params": params, "description": "two nodes first", "userdata": object{"ticket": "CHG0002"},
			}, seconds, path)
		}
	}
	withTask := object{"targets": twoNodes, "task": "simulate", "result": object{"output": "test\n"}}
	return []answered{
		{fixture: "command-plan_run.response", status: 202, ask: posting("command/plan_run", object{"plan_name": "simulate::plan"})},
		{fixture: "command-environment_plan_run.response", status: 202, ask: posting("command/environment_plan_run", object{"plan_name": "simulate::plan", "params": object{}})},
		{fixture: "command-stop_plan.response", status: 202, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.orch(t, http.MethodPost, "command/stop_plan", object{"plan_job": s.launch(t, "plan_run", object{"plan_name": "simulate::plan"})})
		}},
		{fixture: "plan_jobs-id.success.full", optional: append(remoteKeys(), "101", "102"), extra: []string{"1"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.job(t, "plan_run", object{"plan_name": "canary", "params": object{"nodes": first}}, end, "")
		}},
		{
			fixture: "plan_jobs-id.success", in: simulator.PE2021, ask: planned(withTask, end, ""), optional: []string{"101", "102"},
			extra: []string{"1", "environment", "sensitive", "scheduled_job_id"},
		},
		{fixture: "plan_jobs-id.pending", ask: planned(object{}, 0, ""), extra: []string{"duration"}},
		{fixture: "plan_jobs-id.running", ask: planned(object{"duration": 100}, 5, "")},
		{fixture: "plan_jobs-id.failure", ask: planned(object{"fail": true}, end, ""), optional: []string{"101", "102", "file", "line"}},
		{fixture: "plan_jobs-id.failure.result-string", extra: []string{"environment"}, ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			id := s.launch(t, "plan_run", object{"plan_name": "simulate::plan"})
			mustStatus(t, s.orch(t, http.MethodPost, "command/stop_plan", object{"plan_job": id}), http.StatusAccepted)
			return s.get(t, "plan_jobs/"+id)
		}},
		{fixture: "plan_jobs-id-events", ask: planned(with(withTask, object{"message": "m", "result": "plan result"}), end, "/events")},
		{fixture: "plan_jobs-id-events.failed", ask: planned(object{"fail": true}, end, "/events")},
		{fixture: "plan_jobs-id-events.out_message-truncated", ask: planned(object{"message": strings.Repeat("x", 1100)}, 0.5, "/events")},
		{fixture: "plan_jobs-id-event-id.out_message", ask: planned(object{"message": strings.Repeat("x", 1100)}, end, "/event/1")},
		{fixture: "plan_jobs.list", optional: append(remoteKeys(), "project"), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			planned(object{}, end, "")(t, s)
			return s.get(t, "plan_jobs")
		}},
		{fixture: "plan_jobs.list.results-excluded", optional: append(remoteKeys(), "project"), ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			planned(object{}, end, "")(t, s)
			return s.get(t, "plan_jobs?results=exclude")
		}},
		{fixture: "plan_jobs.list.empty", ask: reading("plan_jobs")},
	}
}
