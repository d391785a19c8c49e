// SPDX-License-Identifier: MPL-2.0

package schedule_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestSchedule_RefusesBadInput refuses invalid schedules before anything is created: by the configuration alone, by what the server's API
// lacks, and by the server's answer.
func TestSchedule_RefusesBadInput(t *testing.T) {
	t.Parallel()
	const future = "2099-01-01T00:00:00Z"
	const nodes = "scope = { nodes = [\"node1.example.com\"] }\n"
	const target = "targets = [{ hostnames = [\"node2.example.com\"], user = \"u\", transport = \"ssh\" }]"
	tests := map[string]struct {
		on                simulator.Generation
		kind, start, body string
		want              string
	}{
		"deploy, no environment":        {simulator.PE2025, "deploy", future, nodes, `The argument "environment" is required`},
		"deploy, no scope":              {simulator.PE2025, "deploy", future, "environment = \"production\"", `The argument "scope" is required`},
		"deploy, two scopes":            {simulator.PE2025, "deploy", future, "environment = \"production\"\nscope = { nodes = [\"a\"], query = \"nodes[certname] { }\" }", "More than one scope is given"},
		"deploy, application":           {simulator.PE2025, "deploy", future, "environment = \"production\"\nscope = { application = \"App\" }", "application scopes are not allowed for task jobs and for schedules"},
		"deploy, noop and no_noop":      {simulator.PE2025, "deploy", future, "environment = \"production\"\nnoop = true\nno_noop = true\n" + nodes, "Both noop and no_noop are true"},
		"deploy, environment enforced":  {simulator.PE2025, "deploy", future, "environment = \"\"\nenforce_environment = true\n" + nodes, "An empty environment cannot be enforced"},
		"deploy, a timeout of nothing":  {simulator.PE2025, "deploy", future, "environment = \"production\"\nfiletimeout = -1\n" + nodes, "Give a whole number, 0 or more"},
		"deploy, environment's name":    {simulator.PE2025, "deploy", future, "environment = \"a/b\"\n" + nodes, `"a/b" has a slash in it`},
		"deploy, interval of nothing":   {simulator.PE2025, "deploy", future, "environment = \"production\"\ninterval = \"0s\"\n" + nodes, "is shorter than one second"},
		"deploy, date":                  {simulator.PE2025, "deploy", "2030-01-01", "environment = \"production\"\n" + nodes, `"2030-01-01" has no offset`},
		"deploy, interval of a day":     {simulator.PE2025, "deploy", future, "environment = \"production\"\ninterval = \"1d\"\n" + nodes, "Days and weeks are not known: write 24h or 168h"},
		"deploy, time of day":           {simulator.PE2025, "deploy", "02:00", "environment = \"production\"\n" + nodes, `"02:00" is not a time such as 2030-01-05T02:00:00+01:00`},
		"deploy, userdata, old server":  {simulator.PE2019, "deploy", future, "environment = \"production\"\nuserdata = { a = \"b\" }\n" + nodes, "`userdata` needs the scheduling API of PE 2021.7 or newer"},
		"deploy, nobody":                {simulator.PE2025, "deploy", future, "environment = \"production\"\nscope = { query = \"nodes[certname] { certname = 'nobody.example.com' }\" }", "puppetlabs.orchestrator/empty-target"},
		"deploy, nobody, old server":    {simulator.PE2019, "deploy", future, "environment = \"production\"\nscope = { query = \"nodes[certname] { certname = 'nobody.example.com' }\" }", "puppetlabs.orchestrator/empty-target"},
		"deploy, unknown environment":   {simulator.PE2021, "deploy", future, "environment = \"nosuchenv\"\n" + nodes, "Unknown environment nosuchenv"},
		"deploy, environment, old":      {simulator.PE2019, "deploy", future, "environment = \"nosuchenv\"\n" + nodes, "Unknown environment nosuchenv"},
		"deploy, query":                 {simulator.PE2025, "deploy", future, "environment = \"production\"\nscope = { query = \"nodes[certname] { certname }\" }", "puppetlabs.orchestrator/query-error"},
		"plan, no name":                 {simulator.PE2025, "plan", future, "", `The argument "plan_name" is required`},
		"plan, name":                    {simulator.PE2025, "plan", future, "plan_name = \"Facts\"", "is not the name of a plan"},
		"plan, environment":             {simulator.PE2025, "plan", future, "plan_name = \"facts\"\nenvironment = \"\"", "environment"},
		"plan, params":                  {simulator.PE2025, "plan", future, "plan_name = \"facts\"\nparams = [1]", "The parameters are not an object"},
		"plan, params twice":            {simulator.PE2025, "plan", future, "plan_name = \"facts\"\nparams = { targets = \"a\" }\nquery_params = { targets = \"nodes[certname] { }\" }", "A parameter is given twice"},
		"plan, empty query":             {simulator.PE2025, "plan", future, "plan_name = \"facts\"\nquery_params = { targets = \" \" }", "query_params"},
		"plan, negative interval":       {simulator.PE2025, "plan", future, "plan_name = \"facts\"\ninterval = \"-1h\"", "is shorter than one second"},
		"plan, fraction of an interval": {simulator.PE2025, "plan", future, "plan_name = \"facts\"\ninterval = \"1h0.5s\"", "is not a whole number of seconds"},
		"plan, interval, old server":    {simulator.PE2019, "plan", future, "plan_name = \"facts\"\nparams = { targets = \"node1.example.com\" }\ninterval = \"1h\"", "`interval` needs the scheduling API of PE 2021.7"},
		"plan, query, old server":       {simulator.PE2019, "plan", future, "plan_name = \"facts\"\nquery_params = { targets = \"nodes[certname] { }\" }", "`query_params` needs the scheduling API of PE 2021.7"},
		"plan, unknown":                 {simulator.PE2025, "plan", future, "plan_name = \"nosuchplan\"", "nosuchplan"},
		"plan, unknown, old server":     {simulator.PE2019, "plan", future, "plan_name = \"nosuchplan\"", "nosuchplan"},
		"plan, query of nobody":         {simulator.PE2025, "plan", future, "plan_name = \"facts\"\nquery_params = { targets = \"nodes[certname] { certname = 'x' }\" }", "puppetlabs.orchestrator/empty-target"},
		"task, reserved userdata":       {simulator.PE2025, "task", future, "task = \"facts\"\nuserdata = { terraform_request_id = \"x\" }\n" + nodes, "The key of userdata is reserved"},
		"task, target without a login":  {simulator.PE2025, "task", future, "task = \"facts\"\n" + target + "\nscope = { nodes = [\"node2.example.com\"] }", "No way to log in"},
		"task, target with two logins":  {simulator.PE2025, "task", future, "task = \"facts\"\n" + strings.Replace(target, " }", ", password = \"p\", private_key_content = \"k\" }", 1) + "\nscope = { nodes = [\"node2.example.com\"] }", "Two ways to log in"},
		"task, target out of scope":     {simulator.PE2025, "task", future, "task = \"facts\"\n" + target + "\n" + nodes, "A target is not in the scope"},
		"task, transport, old server":   {simulator.PE2019, "task", future, "task = \"facts\"\ntransport = \"pxp\"\n" + nodes, "`transport` needs the scheduling API of PE 2021.7"},
		"task, past":                    {simulator.PE2021, "task", "2020-01-01T00:00:00Z", "task = \"facts\"\n" + nodes, "The scheduled time has passed"},
		"plan, past, old server":        {simulator.PE2019, "plan", "2020-01-01T00:00:00+05:30", "plan_name = \"facts\"", "was to run once, at 2020-01-01T00:00:00+05:30. It is now"},
	}
	servers := map[simulator.Generation]*acctest.Harness{}
	for _, g := range acctest.Generations {
		servers[g] = acctest.New(t, acctest.Generation(g))
	}
	t.Cleanup(func() {
		for _, h := range servers {
			for _, schedule := range h.Schedules() {
				t.Errorf("schedule %s was created", schedule.ID)
			}
		}
	})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := servers[test.on]
			h.Run(t, resource.TestStep{Config: h.Config(attributeName(test.kind, "s", test.start, test.body)), ExpectError: acctest.Says(test.want)})
		})
	}
}

// TestScheduleTimes_NotKnownYet plans schedules whose time is only known during the apply.
func TestScheduleTimes_NotKnownYet(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := func(hours int) string {
		resources := fmt.Sprintf("resource \"terraform_data\" \"start\" {\n input = %q\n}\n", h.TimeIn(time.Duration(hours)*time.Hour))
		for _, c := range scheduleCases {
			resources += fmt.Sprintf("resource \"pe_scheduled_%s\" \"s\" {\n scheduled_time = terraform_data.start.output\n%s\n}\n", c.kind, c.minimal)
		}
		return resources
	}
	first, second := body(2), body(3)
	h.Run(t,
		resource.TestStep{Config: h.Config(first), ConfigPlanChecks: acctest.Planned(each(acctest.Creates)...)},
		resource.TestStep{Config: h.Config(second), ConfigPlanChecks: acctest.Planned(each(acctest.Updates)...)},
	)
}

// TestScheduleEdit_Q54SendsSecretsAgain edits what runs: the server replaces all of it, and never reports the secrets.
func TestScheduleEdit_Q54SendsSecretsAgain(t *testing.T) {
	t.Parallel()
	const secret = "sup3r-s3cret-value"
	h := acctest.New(t)
	start := h.TimeIn(time.Hour)
	body := func(label, more, version string) string {
		return h.Config(attributeName("plan", "s", start, `
  plan_name                = "facts::info"
  params                   = { label = "`+label+`" }
  sensitive_params         = { password = "`+secret+`" }
  sensitive_params_version = `+version+"\n"+more) + attributeName("task", "s", start, `
  task                     = "simulate"
  params                   = { output = "`+label+`" }
  scope                    = { nodes = ["node1.example.com"] }
  sensitive_params         = { secret = "`+secret+`" }
  sensitive_params_version = `+version+`
  targets                  = [{ hostnames = ["node1.example.com"], user = "root", transport = "ssh", password = "`+secret+`" }]
`+more))
	}
	wrapped := func(value string) map[string]any { return map[string]any{"value": value} }
	inputs := func(label string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			for _, id := range []string{"1", "2"} {
				input, _ := h.Sent(t, "PUT", environmentJobsPath+"/"+id)["input"].(map[string]any)
				want := map[string]any{"label": wrapped(label), "password": wrapped(secret)}
				if input["name"] == "simulate" {
					want = map[string]any{"output": wrapped(label), "secret": wrapped(secret)}
					targets, listed := input["targets"].([]any)
					if !listed { // by a server that takes no list
						targets = []any{input["targets"]}
					}
					if target, _ := slices.Concat(targets, []any{nil})[0].(map[string]any); len(targets) != 1 || target["password"] != secret {
						return fmt.Errorf("sent the targets %v", input["targets"])
					}
				}
				if !reflect.DeepEqual(input["parameters"], want) {
					return fmt.Errorf("sent the parameters %v", input["parameters"])
				}
			}
			return nil
		}
	}
	both := acctest.Planned(acctest.Updates("pe_scheduled_plan.s"), acctest.Updates("pe_scheduled_task.s"))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: h.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.11.0")))},
		Steps: []resource.TestStep{
			{Config: body("a", "", "1")},
			{Config: body("b", "", "1"), ConfigPlanChecks: both, Check: inputs("b")},
			{PreConfig: h.ResetRequests, Config: body("b", "", "2"), ConfigPlanChecks: both, Check: inputs("b")},
			// What is run has not changed, so it is not sent.
			{PreConfig: h.ResetRequests, Config: body("b", "description = \"x\"", "2"), ConfigPlanChecks: both, Check: func(*terraform.State) error {
				for _, id := range []string{"1", "2"} {
					if sent := h.Sent(t, "PUT", environmentJobsPath+"/"+id); len(sent) != 1 || sent["description"] != "x" {
						return fmt.Errorf("sent %v", sent)
					}
				}
				return nil
			}},
		},
	})
}
