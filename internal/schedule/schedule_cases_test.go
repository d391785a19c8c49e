// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// scheduleCase is one of the three resources for schedules, for tests of the lifecycle that they share.
type scheduleCase struct {
	kind    string
	address string
	// minimal is what every schedule of the kind needs, apart from its time.
	minimal string
	// full is every input that both of PE's APIs know, newer what only the newer one knows.
	full, newer string
	// input is what is sent to the newer API for full and newer, params what is sent to the older one for full.
	input, legacy string
	// edited are changes of minimal, each with the keys that are sent for it.
	edited []scheduleEdit
}

type scheduleEdit struct {
	body string
	keys []string
}

// body returns the resource with a body that begins at a time.
func (c scheduleCase) body(start, body string) string {
	return fmt.Sprintf("resource \"pe_scheduled_%s\" \"s\" {\n  scheduled_time = %q\n%s\n}\n", c.kind, start, body)
}

// Command is the path of the older API below the API.
func (c scheduleCase) Command() string { return "/command/schedule_" + c.kind }

const environmentJobsPath = "/scheduled_jobs/environment_jobs"

// createPath is the path below the API to which a schedule is posted.
func (c scheduleCase) createPath(g simulator.Generation) string {
	if g == simulator.PE2019 {
		return c.Command()
	}
	return environmentJobsPath
}

const agentFlags = `
  no_noop                = false
  debug                  = true
  trace                  = true
  evaltrace              = true
  use_cached_catalog     = true
  usecacheonfailure      = true
  filetimeout            = 11
  http_connect_timeout   = 12
  http_keepalive_timeout = 13
  http_read_timeout      = 14
  ordering               = "manifest"
  tags                   = "web,db"
  skip_tags              = "slow"
`

const agentFlagsJSON = `"noop": true, "no_noop": false, "debug": true, "trace": true, "evaltrace": true, "use_cached_catalog": true, "usecacheonfailure": true, "filetimeout": 11,
	"http_connect_timeout": 12, "http_keepalive_timeout": 13, "http_read_timeout": 14, "ordering": "manifest", "tags": "web,db", "skip_tags": "slow", "concurrency": 3,
	"enforce_environment": true`

var scheduleCases = []scheduleCase{
	{
		kind:    "task",
		address: "pe_scheduled_task.s",
		minimal: "task = \"simulate\"\nparams = { output = \"x\" }\nscope = { nodes = [\"node1.example.com\"] }",
		full: `
  task   = "simulate"
  params = { output = "x", data = { list = [1, "two", true], nested = { pi = 3.25 } } }
  scope  = { query = "nodes[certname] { certname = 'node1.example.com' }" }
  noop   = true`,
		newer: "concurrency = 3\ntransport = \"pxp\"",
		input: `{"name": "simulate", "parameters": {"output": {"value": "x"}, "data": {"value": {"list": [1, "two", true], "nested": {"pi": 3.25}}}},
			"scope": {"query": "nodes[certname] { certname = 'node1.example.com' }"}, "noop": true, "concurrency": 3, "transport": "pxp"}`,
		legacy: `{"task": "simulate", "params": {"output": "x", "data": {"list": [1, "two", true], "nested": {"pi": 3.25}}},
			"scope": {"query": "nodes[certname] { certname = 'node1.example.com' }"}, "noop": true}`,
		edited: []scheduleEdit{
			{"task = \"simulate\"\nparams = { output = \"y\" }\nscope = { nodes = [\"node1.example.com\"] }", []string{"input"}},
			{"task = \"simulate\"\nparams = { output = \"y\" }\nscope = { query = [\"from\", \"nodes\", [\"=\", \"certname\", \"node1.example.com\"]] }", []string{"input"}},
			{"task = \"simulate\"\nparams = { output = \"y\" }\nscope = { node_group = \"" + simulator.AllNodesGroup + "\" }", []string{"input"}},
			{"task = \"facts\"\nscope = { node_group = \"" + simulator.AllNodesGroup + "\" }", []string{"input"}},
			{"task = \"facts\"\nscope = { node_group = \"" + simulator.AllNodesGroup + "\" }\nnoop = false\nconcurrency = 2\ntransport = \"pcp\"", []string{"input"}},
			{"task = \"facts\"\nscope = { node_group = \"" + simulator.AllNodesGroup + "\" }\nenvironment = \"development\"\nvalidate_params = false", []string{"input", "environment"}},
		},
	},
	{
		kind:    "deploy",
		address: "pe_scheduled_deploy.s",
		minimal: "environment = \"production\"\nscope = { nodes = [\"node1.example.com\"] }",
		full:    "environment = \"production\"\nscope = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\nnoop = true\nconcurrency = 3\nenforce_environment = true\n" + agentFlags,
		input:   `{"scope": {"nodes": ["node1.example.com", "node2.example.com"]}, ` + agentFlagsJSON + `}`,
		legacy:  `{"scope": {"nodes": ["node1.example.com", "node2.example.com"]}, ` + agentFlagsJSON + `}`,
		edited: []scheduleEdit{
			{"environment = \"production\"\nscope = { nodes = [\"node2.example.com\"] }", []string{"input"}},
			{"environment = \"development\"\nscope = { nodes = [\"node2.example.com\"] }", []string{"environment"}},
			{"environment = \"\"\nscope = { nodes = [\"node2.example.com\"] }", []string{"environment", "input"}},
			{"environment = \"development\"\nscope = { nodes = [\"node2.example.com\"] }", []string{"environment", "input"}},
			{"environment = \"production\"\nscope = { nodes = [\"node2.example.com\"] }\nnoop = true\nconcurrency = 3\nenforce_environment = true\n" + agentFlags, []string{"environment", "input"}},
			{"environment = \"production\"\nscope = { nodes = [\"node2.example.com\"] }\nfiletimeout = 0\nhttp_connect_timeout = 0\nhttp_keepalive_timeout = 0\nhttp_read_timeout = 0", []string{"input"}},
			{"environment = \"production\"\nscope = { nodes = [\"node2.example.com\"] }\nno_noop = true", []string{"input"}},
		},
	},
	{
		kind:    "plan",
		address: "pe_scheduled_plan.s",
		minimal: "plan_name = \"facts::info\"\nparams = { targets = \"node1.example.com\" }",
		full:    "plan_name = \"facts::info\"\nparams = { targets = [\"node1.example.com\"], label = \"nightly\" }",
		input:   `{"name": "facts::info", "parameters": {"targets": {"value": ["node1.example.com"]}, "label": {"value": "nightly"}}}`,
		legacy:  `{"plan": "facts::info", "params": {"targets": ["node1.example.com"], "label": "nightly"}}`,
		edited: []scheduleEdit{
			{"plan_name = \"facts::info\"\nparams = { targets = \"node2.example.com\" }", []string{"input"}},
			{"plan_name = \"facts::info\"\nquery_params = { targets = \"nodes[certname] { }\" }", []string{"input"}},
			{"plan_name = \"canary\"\nparams = { nodes = \"node1.example.com\", command = \"id\" }", []string{"input"}},
			{"plan_name = \"canary\"\nparams = { nodes = \"node1.example.com\", command = \"id\" }\nsensitive_params_version = 1", []string{"input"}},
		},
	},
}

// Every step of a test that applies a configuration also expects the following plan to be empty.

// eachSchedule runs a test for every resource on generations of the server.
func eachSchedule(t *testing.T, on []simulator.Generation, test func(*testing.T, scheduleCase, simulator.Generation)) {
	t.Helper()
	for _, c := range scheduleCases {
		for _, g := range on {
			t.Run(c.kind+" "+string(g), func(t *testing.T) {
				t.Parallel()
				test(t, c, g)
			})
		}
	}
}

// recurring returns an interval if the server can repeat the kind.
func (c scheduleCase) recurring(g simulator.Generation) string {
	if c.kind == "plan" && g == simulator.PE2019 {
		return ""
	}
	return "interval = \"24h\"\n"
}

// sentKeys is a check of which keys the only request of a method and path has carried since the log was reset.
func sentKeys(t *testing.T, h *acctest.Harness, method, path string, want ...string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		if n := h.Count(method, path); n != 1 {
			return fmt.Errorf("%s %s was received %d times", method, path, n)
		}
		got := slices.Sorted(maps.Keys(h.Sent(t, method, path)))
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("%s %s carried %v, want %v", method, path, got, want)
		}
		return nil
	}
}

// sentJSON checks a part of the body of the last request of a method and path.
func sentJSON(t *testing.T, h *acctest.Harness, method, path, want string) {
	t.Helper()
	got := h.Sent(t, method, path)
	if userdata, ok := got["userdata"].(map[string]any); ok {
		if id, ok := userdata["terraform_request_id"].(string); !ok || len(id) != 36 {
			t.Errorf("the request carries the id %v", userdata["terraform_request_id"])
		}
		delete(userdata, "terraform_request_id")
	}
	var wanted map[string]any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("%s %s carried\n%v, want\n%v", method, path, got, wanted)
	}
}

// asked counts how often the server was asked which scheduling API it has.
func asked(h *acctest.Harness) (n int) {
	for _, r := range h.Requests() {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, environmentJobsPath) && strings.Contains(r.RawQuery, "limit=1&") {
			n++
		}
	}
	return n
}

// manual stops the clock.
func manual(o *simulator.Options) { o.ManualClock = true }

// still starts a PE whose clock does not move.
func still(t *testing.T, g simulator.Generation, change ...func(*simulator.Options)) *acctest.Harness {
	t.Helper()
	return acctest.New(t, append(change, acctest.Generation(g), manual)...)
}

func hours(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }

// all returns one schedule of each kind, with a body in addition to what each needs.
func all(start, body string) (resources string) {
	for _, c := range scheduleCases {
		resources += c.body(start, c.minimal+"\n"+body)
	}
	return resources
}

// eachGeneration runs a test on generations of the server.
func eachGeneration(t *testing.T, on []simulator.Generation, test func(*testing.T, simulator.Generation)) {
	t.Helper()
	for _, g := range on {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			test(t, g)
		})
	}
}

// values are checks of an attribute of every kind.
func values(attribute string, check knownvalue.Check) (checks []statecheck.StateCheck) {
	for _, c := range scheduleCases {
		checks = append(checks, acctest.Value(c.address, attribute, check))
	}
	return checks
}

// each applies a plan check to every kind.
func each(check func(address string) plancheck.PlanCheck) (checks []plancheck.PlanCheck) {
	for _, c := range scheduleCases {
		checks = append(checks, check(c.address))
	}
	return checks
}
