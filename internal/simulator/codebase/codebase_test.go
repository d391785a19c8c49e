// SPDX-License-Identifier: MPL-2.0

package codebase_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

func TestValidNames_OfTasksPlansAndEnvironments(t *testing.T) {
	t.Parallel()
	for name, valid := range map[string]struct{ task, plan, environment bool }{
		"package":        {true, true, true},
		"mysql::sql":     {true, true, false},
		"a::b::c":        {false, true, false},
		"a1_b":           {true, true, true},
		"Package":        {false, false, true},
		"1a":             {false, false, true},
		"a::":            {false, false, false},
		"":               {false, false, false},
		"a-b":            {false, false, true},
		"plan::type":     {true, false, false},
		"canary::string": {true, false, false},
		"a\n":            {false, false, false},
	} {
		if got := codebase.ValidTaskName(name); got != valid.task {
			t.Errorf("%q is the name of a task: %v", name, got)
		}
		if got := codebase.ValidPlanName(name); got != valid.plan {
			t.Errorf("%q is the name of a plan: %v", name, got)
		}
		if got := codebase.ValidEnvironmentName(name); got != valid.environment {
			t.Errorf("%q is the name of an environment: %v", name, got)
		}
	}
}

func TestPath_OfTasksAndPlans(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"package": "package/init", "mysql::sql": "mysql/sql", "a::b::c": "a/b/c"} {
		if got := codebase.Path(name); got != path {
			t.Errorf("the path of %s is %s", name, got)
		}
		segments := strings.Split(path, "/")
		if got := codebase.NameOf(segments[0], segments[1:]...); got != name {
			t.Errorf("the name of %s is %s", path, got)
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"a"`: "a", `"a, b,,a"`: "a b", `["a",["b,c"],"a"]`: "a b c", `null`: "", `1`: "", `{"a":1}`: "", `["",1]`: "",
	} {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(codebase.Targets(value), " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := codebase.Targets([]string{"a", "b"}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("a list of Go is %v", got)
	}
}

func TestParameter_Metadata(t *testing.T) {
	t.Parallel()
	c := codebase.New()
	e := c.Ensure("production")
	e.AddTask(codebase.Task{Name: "strange", Parameters: map[string]codebase.Parameter{
		"any":    {Type: "Not[A[Type"},
		"number": {Type: "Integer", Default: 3},
		"key":    {Type: "String", Sensitive: true},
		"open":   {},
	}})
	e.AddTask(codebase.Task{Name: "none", Parameters: map[string]codebase.Parameter{}})
	strange, _ := e.Task("strange")
	params, wrong := strange.Resolve(map[string]any{"any": []any{1}, "key": "hush", "_noop": true})
	if wrong != nil {
		t.Fatal(wrong)
	}
	if params["number"] != json.Number("3") || params["_noop"] != true {
		t.Errorf("the parameters are %v", params)
	}
	shown, hidden := strange.Split(params)
	if _, there := shown["key"]; there || !slices.Equal(hidden, []string{"key"}) {
		t.Errorf("shown %v, hidden %v", shown, hidden)
	}
	none, _ := e.Task("none")
	for _, tc := range []struct {
		task   *codebase.Task
		params map[string]any
		want   string
	}{
		{strange, map[string]any{}, "parameter 'key' is required: it expects a value of type String"},
		{strange, map[string]any{"key": 12345}, "parameter 'key' expects a value of type String, got Integer"},
		{strange, map[string]any{"key": "x", "number": strings.Repeat("x", 99)}, "parameter 'number' expects a value of type Integer, got String"},
		{strange, map[string]any{"key": "x", "number": "x"}, `parameter 'number' expects a value of type Integer, got String "x"`},
		{none, map[string]any{"x": 1}, "parameter 'x' is not a parameter of it; known are none"},
	} {
		if _, wrong := tc.task.Resolve(tc.params); wrong == nil || wrong.Error() != tc.want {
			t.Errorf("%v: %v, want %s", tc.params, wrong, tc.want)
		}
	}
}

// TestPlan_RequiredParameters has the rules by which Puppet calls plans: without a default a parameter has to be given, whatever its
// type, and null stands for a default.
func TestPlan_RequiredParameters(t *testing.T) {
	t.Parallel()
	c := codebase.Standard()
	e, _ := c.Environment("production")
	e.AddPlan(codebase.Plan{Name: "shop::rollout", Parameters: map[string]codebase.Parameter{
		"note": {Type: "Optional[String[1]]"}, "batch": {Type: "Integer[1]", Default: 5}, "label": {Type: "Optional[String]", Default: codebase.Undef},
	}})
	e.AddTask(codebase.Task{Name: "shop::rollout", Parameters: map[string]codebase.Parameter{"note": {Type: "Optional[String[1]]"}, "batch": {Type: "Integer[1]", Default: 5}}})
	plan, _ := e.Plan("shop::rollout")
	task, _ := e.Task("shop::rollout")
	for _, given := range []map[string]any{{"note": "x"}, {"note": nil}, {"note": "x", "batch": nil, "label": nil}} {
		params, wrong := plan.Resolve(given)
		if wrong != nil || params["batch"] != json.Number("5") {
			t.Errorf("%v: %v, %v", given, params, wrong)
		}
	}
	if _, wrong := plan.Resolve(map[string]any{"batch": 1}); wrong == nil || wrong.Error() != "parameter 'note' is required: it expects a value of type Optional[String[1]]" {
		t.Errorf("without note: %v", wrong)
	}
	if params, wrong := task.Resolve(map[string]any{}); wrong != nil || len(params) != 1 {
		t.Errorf("a task: %v, %v", params, wrong)
	}
	if _, wrong := task.Resolve(map[string]any{"batch": nil}); wrong == nil {
		t.Error("null stands for the default of a task")
	}
	metadata, err := json.Marshal(plan.Metadata().Parameters["label"])
	if err != nil || string(metadata) != `{"type":"Optional[String]","default_value":null}` {
		t.Errorf("the metadata are %s, %v", metadata, err)
	}
}

// TestStandard_EverythingRunsWithoutParameters runs all tasks and plans that the simulator starts with, with no parameters at all.
func TestStandard_EverythingRunsWithoutParameters(t *testing.T) {
	t.Parallel()
	node, err := pdbquery.NewNode("node1.example.com", "production", map[string]any{"role": "web"})
	if err != nil {
		t.Fatal(err)
	}
	c := codebase.Standard()
	if got := len(c.Environments()); got != 3 {
		t.Errorf("%d environments", got)
	}
	production, _ := c.Environment("production")
	for _, task := range production.Tasks() {
		if !codebase.ValidTaskName(task.Name) || len(task.FilesIn("production")) == 0 {
			t.Errorf("task %s is not in order", task.Name)
		}
		outcome := task.Execute(codebase.TaskRun{Node: node, Params: map[string]any{}})
		if _, err := json.Marshal(outcome.Result); err != nil {
			t.Errorf("task %s: %v", task.Name, err)
		}
	}
	for _, plan := range production.Plans() {
		if !codebase.ValidPlanName(plan.Name) {
			t.Errorf("plan %s has no valid name", plan.Name)
		}
		script := plan.Execute(codebase.PlanRun{Params: map[string]any{}})
		if script.Result == nil {
			t.Errorf("plan %s has no result", plan.Name)
		}
	}
}

func TestStandard_ServiceActions(t *testing.T) {
	t.Parallel()
	production, _ := codebase.Standard().Environment("production")
	service, _ := production.Task("service")
	for action, status := range map[string]string{
		"start": "started", "stop": "stopped", "restart": "restarted", "enable": "enabled", "disable": "disabled", "status": "running",
	} {
		outcome := service.Execute(codebase.TaskRun{Params: map[string]any{"action": action}})
		if outcome.Result["status"] != status {
			t.Errorf("%s results in %v", action, outcome.Result)
		}
	}
}
