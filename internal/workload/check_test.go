package workload_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// diagnostic is one error or warning as the CLI tells it to programs.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
	Snippet  struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

// firstLine is the line of the configuration that a diagnostic points at.
func firstLine(code string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(code), "\n")
	return line
}

// diagnosticsOf reads what a command with -json has printed.
func diagnosticsOf(t *testing.T, printed string) (found []diagnostic) {
	t.Helper()
	for line := range strings.Lines(printed) {
		var message struct {
			Diagnostic *diagnostic `json:"diagnostic"`
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if message.Diagnostic != nil {
			// What dev_overrides warn about is the test's own doing.
			if !strings.Contains(message.Diagnostic.Summary, "development overrides") {
				found = append(found, *message.Diagnostic)
			}
		}
	}
	return found
}

// plans runs a plan of a configuration with a built provider, and returns what is said about it.
func plans(t *testing.T, h *acctest.Harness, config string) ([]diagnostic, error) {
	t.Helper()
	c := acctest.NewCLI(t, h, config)
	printed, err := c.Run(t, nil, "plan", "-json")
	return diagnosticsOf(t, printed), err
}

// strictTask has parameters of many types.
func strictTask() simulator.Task {
	return simulator.Task{
		Name: "strict",
		Parameters: map[string]simulator.Parameter{
			"hosts":    {Type: "Array[Struct[{name => String[1], port => Integer[1, 65535]}]]", Description: "Where to connect to"},
			"mode":     {Type: "Enum[fast, slow]", Description: "How to do it.", Default: "fast"},
			"ratio":    {Type: "Optional[Float]"},
			"password": {Type: "Optional[String[8]]", Description: "The password", Sensitive: true},
			"odd":      {Type: "Not::Known[1]"},
		},
	}
}

const oneNode = `scope = { nodes = ["node1.example.com"] }`

// TestCheck_TenMistakesAtOnce has ten mistakes that only the server's metadata can show. A plan shows all of them, each at its place,
// and has asked the server without changing anything.
func TestCheck_TenMistakesAtOnce(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", strictTask())
	found, err := plans(t, h, `
resource "pe_task" "no_such_task" {
  task  = "servise"
  `+oneNode+`
}
resource "pe_task" "parameters" {
  task   = "service"
  params = {
    action = "bounce"
    nam    = "httpd"
  }
  `+oneNode+`
}
resource "pe_task" "noop" {
  task   = "facts"
  noop   = true
  `+oneNode+`
}
resource "pe_task" "environment" {
  task        = "facts"
  environment = "prodution"
  `+oneNode+`
}
resource "pe_scheduled_task" "types" {
  task   = "strict"
  params = {
    hosts = [{ name = "a", port = 1 }, { name = "b", port = 2 }, { name = "c", port = "eighty" }]
    ratio = 1
  }
  scheduled_time = "2099-01-01T00:00:00Z"
  `+oneNode+`
}
resource "pe_plan_run" "plan" {
  plan_name = "canary"
  params = {
    canary = 0
    nodes  = "node1.example.com"
  }
}
resource "pe_scheduled_plan" "no_such_plan" {
  plan_name      = "facts::infos"
  scheduled_time = "2099-01-01T00:00:00Z"
}`)
	if err == nil {
		t.Error("the plan was to fail")
	}
	want := []struct{ address, code, summary, detail string }{
		{"pe_task.no_such_task", `task  = "servise"`, `There is no task "servise" in environment "production"`, "puppetlabs.orchestrator/unknown-task"},
		{"pe_task.parameters", `action = "bounce"`, `Parameter "action" does not fit task "service"`,
			"`action` is \"bounce\"; accepted is one of \"start\", \"stop\", \"restart\", \"enable\", \"disable\" or \"status\"."},
		{"pe_task.parameters", `nam    = "httpd"`, `Task "service" has no parameter "nam"`, "Did you mean `name`? It takes `action` (required), "},
		{"pe_task.parameters", `params = {`, `Task "service" needs the parameter "name"`, "The task says of it: The name of the service."},
		{"pe_task.noop", `noop   = true`, `Task "facts" cannot be run with noop`, "`supports_noop`"},
		{"pe_task.environment", `environment = "prodution"`, `There is no environment "prodution"`, "Unknown environment prodution"},
		{"pe_scheduled_task.types", `hosts = [{ name = "a", port = 1 }, { name = "b", port = 2 }, { name = "c", port = "eighty" }]`, `Parameter "hosts" does not fit task "strict"`,
			"`hosts[2].port` is \"eighty\"; accepted is a whole number from 1 to 65535."},
		{"pe_scheduled_task.types", `ratio = 1`, `Parameter "ratio" does not fit task "strict"`, "takes it for an Integer"},
		{"pe_plan_run.plan", `canary = 0`, `Parameter "canary" does not fit plan "canary"`, "The plan says of it: How many nodes go first."},
		{"pe_scheduled_plan.no_such_plan", `plan_name      = "facts::infos"`, `There is no plan "facts::infos" in environment "production"`, "puppetlabs.orchestrator/unknown-plan"},
	}
	if len(found) != len(want) {
		t.Errorf("there are %d diagnostics, want %d", len(found), len(want))
	}
	for _, w := range want {
		if !slices.ContainsFunc(found, func(d diagnostic) bool {
			return d.Severity == "error" && d.Address == w.address && firstLine(d.Snippet.Code) == w.code && d.Summary == w.summary && strings.Contains(d.Detail, w.detail)
		}) {
			t.Errorf("nothing says %q at %s, %s", w.summary, w.address, w.code)
		}
	}
	if t.Failed() {
		for _, d := range found {
			t.Logf("%s at %s, %s\n%s\n%s", d.Severity, d.Address, strings.TrimSpace(d.Snippet.Code), d.Summary, d.Detail)
		}
	}
	h.OnlyReads(t)
}

// TestCheck_MetadataIsReadOnce has many resources with the same task. Each process asks once.
func TestCheck_MetadataIsReadOnce(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := `
resource "pe_task" "many" {
  count  = 8
  task   = "service"
  params = { action = "status", name = "httpd${count.index}" }
  ` + oneNode + `
}
resource "pe_scheduled_task" "many" {
  count          = 3
  task           = "service"
  params         = { action = "status", name = "httpd${count.index}" }
  scheduled_time = "2099-01-01T00:00:00Z"
  ` + oneNode + `
}
resource "pe_plan_run" "many" {
  count     = 3
  plan_name = "canary"
  params    = { nodes = "node${count.index}.example.com" }
}`
	found, err := plans(t, h, config)
	if err != nil || len(found) > 0 {
		t.Errorf("%v: %v", err, found)
	}
	for _, path := range []string{"/tasks/service/init", "/plans/canary/init"} {
		if n := h.Count(http.MethodGet, path); n != 1 {
			t.Errorf("the server was asked %d times for %s", n, path)
		}
	}
	// An error is shared as well.
	h.ResetRequests()
	found, err = plans(t, h, strings.ReplaceAll(config, `"service"`, `"no::such"`))
	if err == nil || len(found) != 11 {
		t.Errorf("%v: %d diagnostics", err, len(found))
	}
	if n := h.Count(http.MethodGet, "/tasks/no/such"); n != 1 {
		t.Errorf("the server was asked %d times for what is not there", n)
	}
	h.OnlyReads(t)
}

// TestCheck_MetadataCannotBeRead degrades to one warning, whatever the reason and however many resources there are.
func TestCheck_MetadataCannotBeRead(t *testing.T) {
	t.Parallel()
	const config = `
resource "pe_task" "many" {
  count  = 4
  task   = "service"
  params = { action = "bounce" }
  ` + oneNode + `
}
resource "pe_task" "other" {
  task  = "facts"
  ` + oneNode + `
}
resource "pe_plan_run" "p" { plan_name = "facts::info" }`
	forbidden := `{"kind": "puppetlabs.orchestrator/not-permitted", "msg": "You may not see tasks.", "details": {}}`
	tests := map[string]struct {
		fault simulator.Fault
		want  string
	}{
		"forbidden": {simulator.Fault{Path: "/orchestrator/v1/*/*/*", Action: simulator.AnswerStatus, Status: http.StatusForbidden, Body: forbidden,
			Header: http.Header{"Content-Type": {"application/json"}}}, "may not read the metadata"},
		"a proxy's page": {simulator.Fault{Action: simulator.HTML, Status: http.StatusForbidden}, "The answer was an HTML page"},
		"no JSON":        {simulator.Fault{Action: simulator.Garbage}, "instead of the JSON"},
		"a failure":      {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError}, "500 Internal Server Error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			found, err := plans(t, h, "provider \"pe\" {\n max_retries = 0\n}\n"+config)
			if err != nil || len(found) != 1 || found[0].Severity != "warning" || !strings.Contains(found[0].Detail, test.want) {
				t.Errorf("%v: %+v", err, found)
			}
			h.OnlyReads(t)
		})
	}
	t.Run("no server", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := closed.Close(); err != nil {
			t.Fatal(err)
		}
		found, err := plans(t, h, fmt.Sprintf("provider \"pe\" {\n max_retries = 0\n server_url = \"https://%s\"\n}\n%s", closed.Addr(), config))
		if err != nil || len(found) != 1 || found[0].Severity != "warning" || !strings.Contains(found[0].Detail, "nothing listens there") {
			t.Errorf("%v: %+v", err, found)
		}
	})
	// A token that is not accepted will not be at apply either: that is an error, once.
	t.Run("a wrong token", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		expired := h.IssueToken("admin", 0)
		h.ExpireToken(expired)
		found, err := plans(t, h, fmt.Sprintf("provider \"pe\" {\n token = %q\n}\n%s", expired, config))
		if err == nil || len(found) != 1 || found[0].Severity != "error" || !strings.Contains(found[0].Detail, "The token has expired") {
			t.Errorf("%v: %+v", err, found)
		}
	})
}

// TestCheck_UnknownParameters plans with values that are not known yet. They are checked once they are.
func TestCheck_UnknownParameters(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", strictTask())
	later := "resource \"terraform_data\" \"later\" { input = { name = \"httpd\", action = \"bounce\", all = { action = \"status\" } } }\n"
	for name, body := range map[string]string{
		"a value":        `params = { action = "status", name = terraform_data.later.output.name }`,
		"a wrong value":  `params = { action = terraform_data.later.output.action, name = "x" }`,
		"all values":     `params = terraform_data.later.output.all`,
		"some of them":   `params = merge({ name = "x" }, terraform_data.later.output.all)`,
		"the task":       "params = { action = \"bounce\" }\n noop = true",
		"deep inside":    "params = { hosts = [{ name = \"a\", port = terraform_data.later.output.name }] }",
		"a list":         "params = { hosts = terraform_data.later.output.all }",
		"the decision":   "params = { action = \"bounce\" }\n validate_params = terraform_data.later.output.name == \"httpd\"",
		"an environment": "params = { action = \"bounce\" }\n environment = terraform_data.later.output.name",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := `"service"`
			switch {
			case name == "the task":
				runs = "terraform_data.later.output.name"
			case strings.Contains(body, "hosts"):
				runs = `"strict"`
			}
			config := h.Config(later + acctest.TaskBody("task = "+runs+"\n"+body+"\n"+oneNode))
			h.Run(t, resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true})
		})
	}
	t.Run("known at apply", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		h.Run(t, resource.TestStep{
			Config:      h.Config(later + acctest.TaskBody("task = \"service\"\nparams = { action = terraform_data.later.output.action, name = \"x\" }\n"+oneNode)),
			ExpectError: acctest.Says(`Parameter "action" does not fit task "service"`),
		})
		if n := h.LaunchesReceived(); n != 0 {
			t.Errorf("the server has received %d launches", n)
		}
	})
}

// TestCheck_ValidateParamsIsOff lets the server decide, at the apply.
func TestCheck_ValidateParamsIsOff(t *testing.T) {
	t.Parallel()
	const wrong = "task = \"service\"\nparams = { action = \"bounce\", name = \"x\" }\n" + oneNode
	const found, refused = `Parameter "action" does not fit task "service"`, `Task "service" was not started`
	tests := map[string]struct{ provider, resource, want string }{
		"nobody says anything":   {"", "", found},
		"the provider":           {"validate_params = false", "", refused},
		"the resource":           {"", "validate_params = false", refused},
		"the resource says no":   {"validate_params = true", "validate_params = false", refused},
		"the resource says yes":  {"validate_params = false", "validate_params = true", found},
		"the provider says yes":  {"validate_params = true", "", found},
		"both of them say no":    {"validate_params = false", "validate_params = false", refused},
		"null is what it was":    {"validate_params = null", "validate_params = null", found},
		"the provider, and null": {"validate_params = false", "validate_params = null", refused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody(wrong+"\n"+test.resource), test.provider), ExpectError: acctest.Says(test.want)})
			if asked := h.Count(http.MethodGet, "/tasks/*/*") > 0; asked != (test.want == found) {
				t.Errorf("whether the server was asked: %v", asked)
			}
		})
	}
}

// TestCheck_ValidateParamsIsNotAnInput changes the check alone: nothing runs, nothing is sent.
func TestCheck_ValidateParamsIsNotAnInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(more string) string {
		return h.Config(acctest.TaskBody("task = \"facts\"\n"+oneNode+"\n"+more) + acctest.ScheduleAt("2099-01-01T00:00:00Z", more) + acctest.PlanBody("plan_name = \"facts::info\"\n"+more) +
			"resource \"pe_scheduled_plan\" \"s\" {\n plan_name = \"facts::info\"\n scheduled_time = \"2099-01-01T00:00:00Z\"\n" + more + "\n}\n")
	}
	h.Run(t,
		resource.TestStep{Config: config(""), Check: h.Launches(2)},
		resource.TestStep{
			PreConfig:        h.ResetRequests,
			Config:           config("validate_params = false"),
			ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task), acctest.Updates(acctest.ScheduledTask), acctest.Updates(acctest.PlanRun), acctest.Updates("pe_scheduled_plan.s")),
		},
		resource.TestStep{Config: config("validate_params = false"), PlanOnly: true},
		resource.TestStep{PreConfig: func() {
			for _, method := range []string{http.MethodPost, http.MethodPut} {
				if n := h.Count(method, "/*/*") + h.Count(method, "/*/*/*"); n > 0 {
					t.Errorf("the server has received %s %d times", method, n)
				}
			}
			if n := h.Count(http.MethodGet, "/tasks/*/*") + h.Count(http.MethodGet, "/plans/*/*"); n > 0 {
				t.Errorf("the server was asked for metadata %d times", n)
			}
		}, Config: config(""), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task))},
	)
}

// TestCheck_ReplacedJob changes a job that exists to something that would be refused.
func TestCheck_ReplacedJob(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(action string) string {
		return h.Config(acctest.TaskBody("task = \"service\"\nparams = { action = \"" + action + "\", name = \"x\" }\n" + oneNode))
	}
	h.Run(t,
		resource.TestStep{Config: config("status")},
		resource.TestStep{Config: config("bounce"), ExpectError: acctest.Says(`Parameter "action" does not fit task "service"`)},
		resource.TestStep{PreConfig: h.ResetRequests, Config: config("status"), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
	)
	if n := h.Count(http.MethodGet, "/tasks/*/*"); n > 0 {
		t.Errorf("a plan without a change and a destroy have asked for the task %d times", n)
	}
}

// TestCheck_EditedSchedule changes what a schedule runs, on servers that edit it and on those that replace it.
func TestCheck_EditedSchedule(t *testing.T) {
	t.Parallel()
	for _, g := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			config := func(params, more string) string {
				return h.Config(acctest.ScheduledTaskBody("task = \"service\"\nparams = " + params + "\nscheduled_time = \"2099-01-01T00:00:00Z\"\n" + oneNode + "\n" + more))
			}
			const good = `{ action = "status", name = "x" }`
			asksNothing := func() {
				if n := h.Count(http.MethodGet, "/tasks/*/*"); n > 0 && g == simulator.PE2025 {
					t.Errorf("a change of a description has asked for the task %d times", n)
				}
			}
			h.Run(t,
				resource.TestStep{Config: config(good, "")},
				resource.TestStep{Config: config(`{ action = "bounce", name = "x" }`, ""), ExpectError: acctest.Says(`Parameter "action" does not fit task "service"`)},
				resource.TestStep{Config: config(`{ action = "status" }`, ""), ExpectError: acctest.Says(`Task "service" needs the parameter "name"`)},
				resource.TestStep{PreConfig: h.ResetRequests, Config: config(good, "description = \"x\"")},
				resource.TestStep{PreConfig: asksNothing, Config: config(good, "description = \"x\""), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
			)
		})
	}
}

// TestCheck_Secrets has write-only parameters: they count as given, are checked, and are shown nowhere.
func TestCheck_Secrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2!"
	h := acctest.New(t)
	h.AddTask("production", strictTask())
	h.AddTask("production", simulator.Task{Name: "locked", Parameters: map[string]simulator.Parameter{
		"password": {Type: "String[20]", Description: "The password", Sensitive: true}, "name": {Type: "Optional[Enum[a]]"},
	}})
	acctest.NewCLI(t, h, "").NeedsWriteOnly(t)
	tests := map[string]struct{ body, want string }{
		"missing":      {"", "Give it in `sensitive_params`; accepted is a string of at least 20 characters."},
		"wrong":        {"sensitive_params = { password = \"" + secret + "\" }", "`password` is a string; accepted is a string of at least 20 characters."},
		"misspelt":     {"sensitive_params = { pasword = \"" + secret + "\" }", "Did you mean `password`?"},
		"in clear":     {"params = { password = [\"" + secret + "\"] }", "`password` is a list; accepted is"},
		"elsewhere":    {"params = { name = var.secret }\nsensitive_params = { password = \"" + secret + "\" }", "`name` is"},
		"only by name": {"sensitive_params = { name = \"" + secret + "\", password = \"" + strings.Repeat(secret, 3) + "\" }", "`name` is a string; accepted is \"a\"."},
		"beside":       {"params = { password = \"" + strings.Repeat(secret, 3) + "\", x = 1 }", `Task "locked" has no parameter "x"`},
		"right":        {"sensitive_params = { password = \"" + strings.Repeat(secret, 3) + "\" }", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := plans(t, h, "variable \"secret\" {\n default = \""+secret+"\"\n}\n"+acctest.TaskBody("task = \"locked\"\n"+test.body+"\n"+oneNode))
			if (err == nil) != (test.want == "") {
				t.Errorf("the plan ended with %v", err)
			}
			var said strings.Builder
			for _, d := range found {
				said.WriteString(d.Summary + "\n" + d.Detail + "\n")
			}
			for _, d := range found {
				said.WriteString(d.Snippet.Code)
			}
			if text := said.String(); !strings.Contains(text, test.want) || strings.Contains(text, secret) || test.want == "" && text != "" {
				t.Errorf("the plan says\n%s", text)
			}
		})
	}

	// A name says that its value is a secret, whatever the metadata says.
	h.AddTask("production", simulator.Task{Name: "careless", Parameters: map[string]simulator.Parameter{"db_password": {Type: "String[20]"}}})
	careless, err := plans(t, h, acctest.TaskBody("task = \"careless\"\nparams = { db_password = sensitive(\""+secret+"\") }\n"+oneNode))
	if err == nil || len(careless) != 1 || !strings.Contains(careless[0].Detail, "`db_password` is a string; accepted is") || strings.Contains(careless[0].Detail, secret) {
		t.Errorf("the plan of a careless task says %+v, %v", careless, err)
	}

	found, err := plans(t, h, acctest.TaskBody("task = \"strict\"\nparams = {\n hosts = []\n password = \"long-enough\"\n odd = 1\n}\n"+oneNode))
	if err != nil || len(found) != 1 || found[0].Severity != "warning" || found[0].Summary != `Parameter "password" is a secret` || strings.Contains(found[0].Snippet.Code, "long-enough") || found[0].Address != acctest.Task {
		t.Errorf("a secret in clear: %v, %+v", err, found)
	}
}

// TestCheck_PlanParameters has the ways in which plans are given parameters.
func TestCheck_PlanParameters(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddPlan("production", simulator.Plan{
		Name:       "deep::down::below",
		Parameters: map[string]simulator.Parameter{"x": {Type: "Integer"}},
		Run:        func(simulator.PlanRun) simulator.PlanScript { return simulator.PlanScript{} },
	})
	const query = `"nodes[certname] { }"`
	refused := map[string]struct{ body, want string }{
		"missing":         {`plan_name = "canary"`, `Plan "canary" needs the parameter "nodes"`},
		"unknown":         {"plan_name = \"facts::info\"\nparams = { target = \"x\" }", "Did you mean `targets`?"},
		"unknown query":   {"plan_name = \"facts::info\"\nquery_params = { target = " + query + " }", `Plan "facts::info" has no parameter "target"`},
		"null":            {"plan_name = \"profile::firewall\"\nparams = { targets = null }", "`targets` is null; accepted is the name of a target"},
		"type":            {"plan_name = \"canary\"\nparams = { nodes = [\"a\", 1] }", "`nodes[1]` is 1"},
		"wrong parameter": {"plan_name = \"simulate::plan\"\nparams = { fail = \"yes\" }", "`fail` is \"yes\"; accepted is true or false."},
	}
	for name, test := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	for name, body := range map[string]string{
		"a query":                          "plan_name = \"canary\"\nquery_params = { nodes = " + query + " }",
		"a group":                          "plan_name = \"canary\"\nnode_group_params = { nodes = \"7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a\" }",
		"null with a default":              "plan_name = \"canary\"\nparams = { nodes = \"a\", command = null }",
		"no metadata":                      "plan_name = \"canary::random\"\nparams = { whatever = 1 }",
		"a sub-directory":                  "plan_name = \"deep::down::below\"\nparams = { x = 1 }",
		"a sub-directory that is not":      "plan_name = \"deep::down::above\"",
		"a name for whoever runs it":       "plan_name = \"facts::info\"\nparams = { _run_as = \"root\" }",
		"a list where any value may stand": "plan_name = \"profile::firewall\"\nparams = { targets = [], anything = [1, { a = null }] }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.PlanBody(body)), PlanOnly: true, ExpectNonEmptyPlan: true})
		})
	}
}
