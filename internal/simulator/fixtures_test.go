// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// fixtureFolder has one file for every shape of the API that is known.
const fixtureFolder = "../apifixtures"

// readFixture returns a fixture as it is.
func readFixture(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(fixtureFolder, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// stage is a simulator with some history, for fixtures to be compared with.
type stage struct {
	sim *simulator.Simulator
	*client
}

// setStage starts a simulator of a generation in which everything has happened once.
func setStage(t *testing.T, g simulator.Generation, variants simulator.Variants) *stage {
	t.Helper()
	sim := start(t, simulator.Options{Generation: g, Variants: variants})
	sim.AddNode(simulator.Node{Certname: "web1.example.com", Connected: true, Facts: map[string]any{"role": "web"}})
	return &stage{sim: sim, client: admin(t, sim)}
}

// answered is a fixture that the simulator answers with.
type answered struct {
	fixture string
	// in is the generation with this answer, PE2025 by default.
	in simulator.Generation
	// variants are where the server differs from its generation.
	variants simulator.Variants
	// status is that of the answer, 200 by default.
	status int
	ask    func(t *testing.T, s *stage) reply
	// optional are documented keys that may be missing, extra those that are not in the fixture.
	optional, extra []string
}

// job launches a job and returns the answer for a path below it, after some seconds; 0 leaves it new, and a negative number waits for its
// end.
func (s *stage) job(t *testing.T, command string, body object, seconds float64, path string) reply {
	t.Helper()
	id := s.launch(t, command, body)
	root := "jobs/"
	if strings.Contains(command, "plan_run") {
		root = "plan_jobs/"
	}
	if seconds < 0 {
		s.sim.FinishAll()
	} else {
		advance(s.sim, seconds)
	}
	return s.get(t, root+id+path)
}

// end is the end of a job.
const end = -1

// slowly makes every node take a minute, so that a test finds running jobs.
func (s *stage) slowly() {
	for _, n := range s.sim.Nodes() {
		s.sim.UpdateNode(n.Certname, func(n *simulator.Node) { n.RunDuration, n.TaskDuration = time.Minute, time.Minute })
	}
}

const (
	first  = "node1.example.com"
	second = "node2.example.com"
)

// reading reads a path.
func reading(path string) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		return s.orch(t, http.MethodGet, path, nil)
	}
}

// posting posts a body.
func posting(path string, body object) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		return s.orch(t, http.MethodPost, path, body)
	}
}

// neverAnswered lists the fixtures that the simulator does not answer with, and why.
func neverAnswered() map[string]string {
	return map[string]string{
		"client-tools.orchestrator.conf":                        "a file, which the program writes",
		"client-tools.puppet-access.conf":                       "a file, which the program writes",
		"client-tools.puppetdb.conf":                            "a file, which the program writes",
		"client-tools.puppet-code.conf":                         "a file, which the program writes",
		"code_manager-deploys.request.all":                      "sent in another test",
		"code_manager-deploys.request.dry-run":                  "sent in another test",
		"code_manager-deploys.request.environments":             "sent in another test",
		"code_manager-deploys.request.modules":                  "sent in another test",
		"code_manager-deploys.request.no-modules":               "sent in another test",
		"code_manager-deploys.request.wait":                     "sent in another test",
		"error.code_manager.unrecognized-webhook-type":          "webhooks are not simulated",
		"error.puppetdb.not-found":                              "an endpoint for single nodes, which is not simulated",
		"error.puppetdb.text":                                   "compared as text in another test",
		"error.puppetdb.text.timeout":                           "queries take no time",
		"error.puppetdb.text.unknown-field":                     "compared as text in another test",
		"puppetdb-query.ast_only":                               "the parameter ast_only is refused",
		"puppetdb-query.get.request-params":                     "sent in another test",
		"puppetdb-query.nodes.inactive":                         "no node is deactivated",
		"puppetdb-query.post.request.ast":                       "sent in another test",
		"puppetdb-query.post.request.pql":                       "sent in another test",
		"puppetdb-query.truncated":                              "a fault",
		"classifier-groups.post.request":                        "sent in another test",
		"classifier-groups.post.request.minimal":                "sent in another test",
		"classifier-groups-id.put.request":                      "sent in another test",
		"classifier-groups-id-pin.request":                      "sent in another test",
		"classifier-rules-translate.response.query-object":      "compared in another test",
		"classifier-groups-id.delta.request":                    "sent in another test",
		"classifier-groups-id.delta.remove-rule.request":        "sent in another test",
		"command-schedule_task.legacy.response.mismatched-name": "a slip of old examples",
		"error.inventory-broker-unreachable":                    "the broker can always be reached",
		"error.unknown-error":                                   "an internal failure",
		"error.unknown-task-target.leading-colon":               "a slip of old pages",
		"error.validation-error.orchetrator":                    "a slip of one page",
		"inventory-node.disconnected-empty-keys":                "the keys are absent instead",
		"jobs-id-events.cursor-repeats-request":                 "the wording of a manual; recorded servers do otherwise",
		"jobs-id-nodes.deploy.legacy-2016":                      "PE 2016",
		"jobs-id-nodes.empty":                                   "no job can be started without nodes",
		"jobs-id-nodes.task.error-string":                       "another runner",
		"jobs-id.deploy.legacy-2016":                            "PE 2016",
		"jobs-id.deploy.no-nodes":                               "no job can be started without nodes",
		"jobs.list.no-pagination.legacy":                        "PE 2016",
		"scheduled_jobs-environment_jobs-id.disabled":           "disabled jobs are hidden",
		"scheduled_jobs-environment_jobs-id.stray-start_time":   "a slip of one example",
		"scheduled_jobs-environment_jobs-id.swapped-id-name":    "a slip of one example",
		"scheduled_jobs.legacy.list.2019.7":                     "PE 2019.7",
		"scheduled_jobs.legacy.list.deprecated":                 "compared as text in another test",
		"scopes-task_targets-id.all-tasks-string-true":          "all_tasks is true or the string false",
		"scopes-task_targets-id.no-all_tasks":                   "all_tasks is always there",
		"scopes-task_targets-id.tasks.all_tasks-bool":           "all_tasks is the string false",
		"status-services.error":                                 "services are always running",
		"usage.no-pagination":                                   "pagination is always there",
	}
}

func TestFixtures_AnswersHaveTheirShapes(t *testing.T) {
	t.Parallel()
	cases := slices.Concat(jobFixtures(), planFixtures(), scheduleFixtures(), contentFixtures(), rbacFixtures(), errorFixtures(), puppetDBFixtures(),
		codeManagerFixtures(), classifierFixtures(), moreClassifierFixtures())
	for _, tc := range cases {
		t.Run(tc.fixture, func(t *testing.T) {
			t.Parallel()
			var fixture any
			if err := json.Unmarshal(readFixture(t, tc.fixture), &fixture); err != nil {
				t.Fatal(err)
			}
			if tc.in == "" {
				tc.in = simulator.PE2025
			}
			if tc.status == 0 {
				tc.status = http.StatusOK
			}
			answer := tc.ask(t, setStage(t, tc.in, tc.variants))
			mustStatus(t, answer, tc.status)
			compared := &shape{optional: tc.optional, extra: tc.extra}
			compared.compare("", fixture, answer.json)
			if len(compared.differences) > 0 {
				t.Errorf("%s\nanswer: %s", compared, answer.text)
			}
			if kind := text(fixture, "kind"); kind != text(answer.json, "kind") {
				t.Errorf("kind %q, want %q", text(answer.json, "kind"), kind)
			}
		})
	}

	// Every fixture is one of those above, a request, or left out for a reason.
	known := make(map[string]bool)
	for _, tc := range cases {
		known[tc.fixture] = true
	}
	for _, tc := range requestFixtures() {
		known[tc.fixture] = true
	}
	for name := range neverAnswered() {
		known[name] = true
	}
	files, err := filepath.Glob(filepath.Join(fixtureFolder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); !known[name] {
			t.Errorf("nothing is said about the fixture %s", name)
		}
	}
}
