// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// variantProbes tell by an answer whether a server has a variant.
func variantProbes() map[simulator.Variant]func(t *testing.T, s *stage) bool {
	return map[simulator.Variant]func(t *testing.T, s *stage) bool{
		simulator.ReportItems: func(t *testing.T, s *stage) bool {
			t.Helper()
			report := s.job(t, "deploy", deployOf(first), end, "/report").object(t)
			_, items := report["items"]
			_, recorded := report["report"]
			if items == recorded {
				t.Errorf("the report is %v", report)
			}
			return items
		},
		simulator.ReportEvents: func(t *testing.T, s *stage) bool {
			t.Helper()
			events, ok := s.job(t, "deploy", deployOf(first), end, "/report").items(t)[0]["events"].([]any)
			return ok && len(events) == 2
		},
		simulator.RecordedJobs: func(t *testing.T, s *stage) bool {
			t.Helper()
			s.job(t, "deploy", deployOf(first), end, "")
			jobs := s.get(t, "jobs").object(t)
			_, typed := at(jobs, "pagination").(object)["type"]
			job := s.get(t, "jobs").items(t)[0]
			_, number := job["duration"].(float64)
			_, created := job["created_timestamp"]
			_, started := job["started_timestamp"]
			if number == typed || created == typed || started != typed {
				t.Errorf("the list is %v", jobs)
			}
			return number
		},
		simulator.PlanJobEnvironments: func(t *testing.T, s *stage) bool {
			t.Helper()
			s.job(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}}, end, "")
			job := s.get(t, "jobs/1").object(t)
			if named := at(job, "options", "environment") == "production"; named != (text(job, "environment", "name") == "production") {
				t.Errorf("the job is %v", job)
			}
			return text(job, "environment", "name") == "production"
		},
		simulator.NewJobs: func(t *testing.T, s *stage) bool {
			t.Helper()
			return s.job(t, "deploy", deployOf(first), 0, "").object(t)["state"] == "new"
		},
		simulator.PendingPlans: func(t *testing.T, s *stage) bool {
			t.Helper()
			id := s.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"duration": 100}})
			begins := s.get(t, "plan_jobs/"+id).object(t)["state"]
			advance(s.sim, 1)
			if state := s.get(t, "plan_jobs/"+id).object(t)["state"]; state != "running" {
				t.Errorf("after a second the plan job is %v", state)
			}
			return begins == "pending"
		},
		simulator.PermittedTasks: func(t *testing.T, s *stage) bool {
			t.Helper()
			return s.get(t, "tasks").items(t)[0]["permitted"] == true
		},
		simulator.ServiceStatus: func(t *testing.T, s *stage) bool {
			t.Helper()
			answer := s.send(t, s.request(t, http.MethodGet, s.sim.ServerURL()+"/status/v1/services/orchestrator-service", nil))
			return at(answer.json, "orchestrator-service", "status", "db_up") == true
		},
		simulator.UndocumentedRoutes: func(t *testing.T, s *stage) bool {
			t.Helper()
			s.job(t, "deploy", deployOf(first), end, "")
			catalog := s.orch(t, http.MethodGet, "jobs/1/catalog", nil).status
			permitted := s.orch(t, http.MethodGet, "tasks/facts/init/permitted", nil)
			if catalog != permitted.status {
				t.Errorf("the routes answer %d and %d", catalog, permitted.status)
			}
			return at(permitted.json, "permitted") == true
		},
		simulator.QueryText: func(t *testing.T, s *stage) bool {
			t.Helper()
			answer := s.orch(t, http.MethodPost, "command/deploy", with(deployOf(), object{"scope": object{"query": ` ["from", "nodes", ["=", "certname", "node1.example.com"]]`}}))
			if answer.status == http.StatusAccepted {
				return true
			}
			mustRefuse(t, answer, 400, queryError, "PQL parse error")
			return false
		},
		simulator.ValidatorsNamespace: func(t *testing.T, s *stage) bool {
			t.Helper()
			kind := text(s.orch(t, http.MethodPost, "command/deploy", object{}).json, "kind")
			if got := text(s.orch(t, http.MethodGet, "jobs/x", nil).json, "kind"); got != kind {
				t.Errorf("the kinds are %s and %s", kind, got)
			}
			return strings.HasPrefix(kind, "puppetlabs.validators/")
		},
		simulator.ScheduleCommands: func(t *testing.T, s *stage) bool {
			t.Helper()
			return s.orch(t, http.MethodPost, "command/schedule_task", legacyTask(s.sim)).status == http.StatusAccepted
		},
		simulator.UnknownTargets: func(t *testing.T, s *stage) bool {
			t.Helper()
			return s.orch(t, http.MethodPost, "command/deploy", object{"environment": "production", "scope": object{"application": "x"}}).status == http.StatusNotFound
		},
		simulator.UncountedJobs: func(t *testing.T, s *stage) bool {
			t.Helper()
			job := s.job(t, "deploy", deployOf(first), end, "").object(t)
			if s.get(t, "jobs").items(t)[0]["node_states"] == nil {
				t.Error("the list does not count the nodes")
			}
			_, counted := job["node_states"]
			return !counted
		},
		simulator.UndatedPlanJobs: func(t *testing.T, s *stage) bool {
			t.Helper()
			id := s.launch(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}})
			if s.get(t, "plan_jobs/"+id).object(t)["timestamp"] == nil {
				t.Error("the single plan job has no timestamp")
			}
			_, dated := s.get(t, "plan_jobs").items(t)[0]["timestamp"]
			return !dated
		},
		simulator.MisnumberedSchedules: func(t *testing.T, s *stage) bool {
			t.Helper()
			answer := s.orch(t, http.MethodPost, "command/schedule_task", legacyTask(s.sim))
			mustStatus(t, answer, http.StatusAccepted)
			return !strings.HasSuffix(text(answer.json, "scheduled_job", "id"), "/"+text(answer.json, "scheduled_job", "name"))
		},
		simulator.ParametersAsText: func(t *testing.T, s *stage) bool {
			t.Helper()
			withGroups(t, s)
			mustStatus(t, s.classify(t, http.MethodPost, "groups/"+shopID, `{"classes":{"role::frontend":{"workers":8}}}`), http.StatusOK)
			return at(s.classify(t, http.MethodGet, "groups/"+shopID, nil).json, "classes", "role::frontend", "workers") == "8"
		},
		simulator.BarePlanJobs: func(t *testing.T, s *stage) bool {
			t.Helper()
			marked := s.launch(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}, "userdata": object{"ticket": "7"}})
			bare := s.launch(t, "plan_run", object{"plan_name": "facts", "params": object{"targets": first}})
			if got := text(s.get(t, "plan_jobs/"+marked).object(t), "userdata", "ticket"); got != "7" {
				t.Errorf("the ticket is %q", got)
			}
			_, there := s.get(t, "plan_jobs/"+bare).object(t)["userdata"]
			return !there
		},
		simulator.TargetsObject: func(t *testing.T, s *stage) bool {
			t.Helper()
			target := object{"hostnames": []any{first}, "user": "root", "transport": "ssh", "password": "x"}
			schedule := func(targets any) reply {
				return s.orch(t, http.MethodPost, "scheduled_jobs/environment_jobs", object{
					"type": "task", "environment": "production", "description": "", "userdata": object{}, "schedule": object{"start_time": "2099-01-01T00:00:00Z", "interval": nil},
					"input": object{"name": "facts", "scope": object{"nodes": []any{first}}, "targets": targets},
				})
			}
			mustStatus(t, schedule(target), http.StatusOK)
			listed := schedule([]any{target})
			if listed.status == http.StatusOK {
				return false
			}
			mustRefuse(t, listed, 400, validationError, "targets")
			return true
		},
		simulator.NestedMerge: func(t *testing.T, s *stage) bool {
			t.Helper()
			withGroups(t, s)
			for _, delta := range []string{`{"variables":{"v":{"a":1,"b":{"c":2}}}}`, `{"variables":{"v":{"b":{"d":3}}}}`} {
				mustStatus(t, s.classify(t, http.MethodPost, "groups/"+shopID, delta), http.StatusOK)
			}
			got := fmt.Sprint(at(s.classify(t, http.MethodGet, "groups/"+shopID, nil).json, "variables", "v"))
			if got != "map[a:1 b:map[c:2 d:3]]" && got != "map[b:map[d:3]]" {
				t.Errorf("the variable is %s", got)
			}
			return got != "map[b:map[d:3]]"
		},
	}
}

// TestVariants_EachIsReachable asks servers of each generation, as they are and with each variant turned around.
func TestVariants_EachIsReachable(t *testing.T) {
	t.Parallel()
	probes := variantProbes()
	for _, v := range simulator.AllVariants() {
		has, ok := probes[v]
		if !ok {
			t.Errorf("nothing tells whether a server has %s", v)
			continue
		}
		for _, g := range generations() {
			if v == simulator.UnknownTargets && g != simulator.PE2019 {
				continue // Newer servers do not know applications at all.
			}
			if v == simulator.MisnumberedSchedules && g == simulator.PE2025 {
				continue // It has no such commands.
			}
			if v == simulator.TargetsObject && g == simulator.PE2019 {
				continue // It has no such schedules.
			}
			t.Run(string(v)+" "+string(g), func(t *testing.T) {
				t.Parallel()
				if got, want := has(t, setStage(t, g, nil)), g.Has(v); got != want {
					t.Errorf("the server has it: %v, and its generation: %v", got, want)
				}
				if got, want := has(t, setStage(t, g, simulator.Variants{v: !g.Has(v)})), !g.Has(v); got != want {
					t.Errorf("turned around, the server has it: %v", got)
				}
			})
		}
	}
}

func TestVariants_Names(t *testing.T) {
	t.Parallel()
	for _, v := range simulator.AllVariants() {
		for text, want := range map[string]bool{string(v): true, "no-" + string(v): false} {
			if got, has, err := simulator.ParseVariant(text); err != nil || got != v || has != want {
				t.Errorf("%s is %s, %v, %v", text, got, has, err)
			}
		}
	}
	if _, _, err := simulator.ParseVariant("nosuch"); err == nil || !strings.Contains(err.Error(), "query-text") {
		t.Errorf("an unknown variant: %v", err)
	}
}

// TestScopes_ASTAsText sends what PuppetDB's root endpoint takes for an AST.
func TestScopes_ASTAsText(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	for query, want := range map[string]string{
		`["from", "nodes"`: "invalid JSON", `["from", "nodes"] ["from", "nodes"]`: "only one query", `["from", "nosuch"]`: "nosuch",
	} {
		mustRefuse(t, c.orch(t, http.MethodPost, "command/deploy", with(deployOf(), object{"scope": object{"query": query}})), 400, queryError, want)
	}
}
