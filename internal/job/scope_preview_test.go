// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	previews  = "preview_scopes = true"
	everyNode = `scope = { query = "nodes[certname] { }" }` + "\n"
	pdbPath   = "/pdb/query/v4"
)

// meanwhile is a check of a plan that does something before the plan is applied.
type meanwhile func()

// CheckPlan implements [plancheck.PlanCheck].
func (m meanwhile) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	m()
}

// previewed expects what is known of the nodes of a task.
func previewed(first ...string) statecheck.StateCheck {
	return acctest.Value(acctest.Task, "scope_preview", knownvalue.ObjectExact(map[string]knownvalue.Check{
		"node_count": acctest.Number(int64(len(first))), "first_nodes": acctest.Texts(first...),
	}))
}

func nodesTo(n int) (names []string) {
	for i := range n {
		names = append(names, acctest.Node(i+1))
	}
	return names
}

// asksNobody expects that nobody was asked for nodes since the log was reset.
func asksNobody(h *acctest.Harness) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := 0
		for _, r := range h.Requests() {
			if r.Path == pdbPath || strings.HasPrefix(r.Path, "/classifier-api/") {
				got++
			}
		}
		if got != 0 {
			return fmt.Errorf("the server was asked for nodes %d times", got)
		}
		return nil
	}
}

// TestScopePreview_NodesComeAndGo plans and applies while nodes come: between a plan and its apply, and afterwards. The CLI plans once more
// while it applies, and refuses a value that is not the one that it has shown.
func TestScopePreview_NodesComeAndGo(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	add := func(name string) meanwhile {
		return func() { h.AddNode(simulator.Node{Certname: name, Connected: true}) }
	}
	body := func(more string) string {
		return h.Config(acctest.TaskBody("task = \"facts\"\n"+everyNode+more), previews)
	}
	seven := append(nodesTo(6), "node7.example.com")
	h.RunCLI(t,
		resource.TestStep{
			Config: body(""), ConfigPlanChecks: acctest.Planned(plancheck.ExpectUnknownValue(acctest.Task, acctest.At("scope_preview")), add("node7.example.com")),
			ConfigStateChecks: []statecheck.StateCheck{previewed(seven...)}, Check: h.Launches(1),
		},
		resource.TestStep{
			PreConfig: func() { add("node8.example.com")(); h.ResetRequests() }, Config: body(""), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{previewed(seven...)}, Check: asksNobody(h),
		},
		// What changes nothing about the job keeps what was known of its nodes.
		resource.TestStep{
			Config: body("max_nodes = 1"), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)),
			ConfigStateChecks: []statecheck.StateCheck{previewed(seven...)}, Check: resource.ComposeTestCheckFunc(h.Launches(1), asksNobody(h)),
		},
		resource.TestStep{
			Config: h.Config(acctest.TaskBody("task = \"facts\"\n" + everyNode)), ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)),
			ConfigStateChecks: []statecheck.StateCheck{previewed(seven...)}, Check: resource.ComposeTestCheckFunc(h.Launches(1), asksNobody(h)),
		},
		resource.TestStep{
			Config: body("triggers = { x = 1 }"), ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)),
			ConfigStateChecks: []statecheck.StateCheck{previewed(append(seven, "node8.example.com")...)}, Check: h.Launches(2),
		},
	)
}

// TestScopePreview_OfEachScope previews every form of scope on each generation.
func TestScopePreview_OfEachScope(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			for name, test := range map[string]struct {
				scope string
				nodes []string
			}{
				"names":               {`{ nodes = ["node2.example.com", "node1.example.com"] }`, nodesTo(2)},
				"a query":             {`{ query = "nodes[certname] { certname ~ 'node[123]' }" }`, nodesTo(3)},
				"a tree":              {`{ query = ["from", "nodes", ["extract", ["certname"], ["~", "certname", "node[12]"]]] }`, nodesTo(2)},
				"several rows a node": {`{ query = "facts[certname] { certname ~ 'node[12]' }" }`, nodesTo(2)},
				"all nodes":           {`{ node_group = "` + simulator.AllNodesGroup + `" }`, nodesTo(6)},
				"a group":             {`{ node_group = "` + simulator.WebServersGroup + `" }`, []string{acctest.Node(1), acctest.Node(3), acctest.Node(5)}},
			} {
				t.Run(name, func(t *testing.T) {
					h.Run(t, resource.TestStep{
						Config: h.Config(acctest.TaskBody("task = \"facts\"\nscope = "+test.scope), previews), ConfigStateChecks: []statecheck.StateCheck{previewed(test.nodes...)},
					})
				})
			}
		})
	}
}

// TestScopePreview_IsToldByThePlan hears what a plan tells, which a reviewer reads.
func TestScopePreview_IsToldByThePlan(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.Nodes = 12 })
	var heard, planned acctest.Warnings
	h.RunHearingPlans(t, &heard, &planned,
		resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\n"+everyNode), previews)},
	)
	if !planned.Say(`Task "facts" hits 12 nodes`, "`scope` matches 12 nodes now: node1.example.com, node10.example.com, ", "node7.example.com and 2 more.") {
		t.Errorf("the plan says %q", planned.All())
	}
	planned.Forget()
	h.RunHearingPlans(t, &heard, &planned, resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\nallow_empty_scope = true\nscope = { query = \"nodes[certname] { certname = 'x' }\" }"), previews)})
	if !planned.Say(`Task "facts" hits 0 nodes`, "`scope` matches no node now.") {
		t.Errorf("the plan says %q", planned.All())
	}
	planned.Forget()
	h.ResetRequests()
	h.RunHearingPlans(t, &heard, &planned, resource.TestStep{
		Config: h.Config(acctest.TaskBody("task = \"facts\"\n" + everyNode)), Check: asksNobody(h),
		ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.Task, "scope_preview", knownvalue.Null())},
	})
	if len(planned.All()) != 0 {
		t.Errorf("it is off, and the plan says %q", planned.All())
	}
}

// TestScopePreview_FailsQuietly has a PuppetDB that cannot be asked, for several resources: one warning, and the jobs run.
func TestScopePreview_FailsQuietly(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Path: pdbPath, Action: simulator.AnswerStatus, Status: 403, Body: "Permission denied"})
	var heard, planned acctest.Warnings
	h.RunHearingPlans(t, &heard, &planned, resource.TestStep{
		Config: h.Config(acctest.TaskBody("task = \"facts\"\n"+everyNode)+deployBody("environment = \"production\"\n"+everyNode), previews), Check: h.Launches(2),
		ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.Task, "scope_preview", knownvalue.Null())},
	})
	told := 0
	for _, warning := range planned.All() {
		if acctest.Contains(warning, "Scopes are not previewed") {
			told++
		}
	}
	// The configuration is planned by two processes: before the apply, and after it.
	if told > 2 || !planned.Say("Scopes are not previewed", "nodes:view_data:*", "preview_scopes = false") {
		t.Errorf("the plan says %q", planned.All())
	}
}

// TestMaxNodes_RefusesMore plans jobs with more nodes than there may be, with and without previews: nothing is started.
func TestMaxNodes_RefusesMore(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, setting string }{
		"a query":            {acctest.TaskBody("task = \"facts\"\nmax_nodes = 5\n" + everyNode), ""},
		"a query, previewed": {acctest.TaskBody("task = \"facts\"\nmax_nodes = 5\n" + everyNode), previews},
		"a deploy":           {deployBody("environment = \"production\"\nmax_nodes = 5\n" + everyNode), ""},
		"a group":            {acctest.TaskBody("task = \"facts\"\nmax_nodes = 5\nscope = { node_group = \"" + simulator.AllNodesGroup + "\" }"), ""},
		"names":              {acctest.TaskBody("task = \"facts\"\nmax_nodes = 5\nscope = { nodes = [for i in range(1, 7) : \"node${i}.example.com\"] }"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.RunCLI(t, resource.TestStep{Config: h.Config(test.body, test.setting), ExpectError: acctest.SaysAll(
				"has more nodes than max_nodes … max_nodes = 5 … `scope` matches 6 nodes now: node1.example.com, … `max_nodes` allows 5, so nothing is done",
			)})
			if n := h.LaunchesReceived(); n != 0 {
				t.Errorf("%d launches", n)
			}
		})
	}
}

// TestMaxNodes_IsAskedAgainByTheApply has a node that joins between the plan and its apply, and a scope that only the apply knows.
func TestMaxNodes_IsAskedAgainByTheApply(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const more = "has more nodes than max_nodes"
	h.RunCLI(t, resource.TestStep{
		Config: h.Config(acctest.TaskBody("task = \"facts\"\nmax_nodes = 6\n" + everyNode)), ExpectError: acctest.Says(more),
		ConfigPlanChecks: acctest.Planned(meanwhile(func() { h.AddNode(simulator.Node{Certname: "node7.example.com", Connected: true}) })),
	})
	h.RunCLI(t, resource.TestStep{
		Config: h.Config("resource \"terraform_data\" \"q\" { input = \"nodes[certname] { }\" }\n" +
			acctest.TaskBody("task = \"facts\"\nmax_nodes = 6\nscope = { query = terraform_data.q.output }")), ExpectError: acctest.Says(more),
	})
	if n := h.LaunchesReceived(); n != 0 {
		t.Errorf("%d launches", n)
	}
	// Where core does not plan again, the apply itself asks.
	h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\nmax_nodes = 7\n" + everyNode)), Check: h.Launches(1)})
}

// TestMaxNodes_WithoutAnAnswer cannot count the nodes: the belt holds.
func TestMaxNodes_WithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  string
	}{
		"refused":  {simulator.Fault{Path: pdbPath, Action: simulator.AnswerStatus, Status: 403, Body: "Permission denied"}, "nodes:view_data:*"},
		"fails":    {simulator.Fault{Path: pdbPath, Action: simulator.AnswerStatus, Status: 500, Body: "Query 0f1e exceeded timeout"}, "exceeded timeout"},
		"cut":      {simulator.Fault{Path: pdbPath, Action: simulator.Truncate}, "instead of the JSON"},
		"too late": {simulator.Fault{Path: pdbPath, Action: simulator.DelayAnswer, Delay: 20 * time.Second}, "within 5s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			h.Run(t, resource.TestStep{Config: h.Config(acctest.TaskBody("task = \"facts\"\nmax_nodes = 50\n"+everyNode), "max_retries = 0"), ExpectError: acctest.SaysAll(
				"the nodes of its scope could not be counted … " + test.says + " … leave `max_nodes` out",
			)})
			if n := h.LaunchesReceived(); n != 0 {
				t.Errorf("%d launches", n)
			}
		})
	}
}

// TestMaxNodes_BadInput refuses limits that make no sense.
func TestMaxNodes_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for body, says := range map[string]string{
		acctest.TaskBody("task = \"facts\"\nmax_nodes = 2\nmin_nodes = 3\n" + everyNode):                                       "max_nodes is below min_nodes",
		acctest.TaskBody("task = \"facts\"\nmax_nodes = 0\n" + everyNode):                                                      "max_nodes",
		deployBody("environment = \"production\"\nmax_nodes = 5"):                                                              "The nodes cannot be counted",
		deployBody("environment = \"production\"\nmax_nodes = 5\nscope = { application = \"App[main]\" }"):                     "The nodes cannot be counted",
		acctest.TaskBody("task = \"facts\"\nmax_nodes = 5\nscope = { node_group = \"00000000-0000-4000-8000-00000000dead\" }"): "00000000-0000-4000-8000-00000000dead … No node group has this id. `data.pe_node_group` finds a group by its name",
		acctest.TaskBody("task = \"facts\"\nmax_nodes = 1.5\n" + everyNode):                                                    "max_nodes",
		acctest.TaskBody("task = \"facts\"\nmax_nodes = 5\nscope = { query = \"nodes[certname] { x = 1 }\" }"):                 "not a queryable object",
	} {
		h.Run(t, resource.TestStep{Config: h.Config(body), ExpectError: acctest.SaysAll(says)})
	}
}

// TestScopePreview_NamesWhatAJobLeftOut has a user who may use two of the six nodes that a query finds.
func TestScopePreview_NamesWhatAJobLeftOut(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	target := acctest.Started(t)(h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{
		DisplayName: "two nodes", Tasks: []string{"facts"}, Nodes: []string{acctest.Node(1), acctest.Node(2)}, NodeGroups: []string{},
	}))
	h.AddUser("robot", "x", acctest.Grant("tasks:run_with_constraints:"+target), acctest.Grant("orchestrator:view:*"), acctest.Grant("nodes:view_data:*"))
	token := h.IssueToken("robot", 0)
	for setting, body := range map[string]string{previews: "", "": "max_nodes = 6"} {
		var heard acctest.Warnings
		h.RunListening(t, &heard, resource.TestStep{
			Config: h.ConfigAs(token, acctest.TaskBody("task = \"facts\"\nvalidate_params = false\n"+everyNode+body), setting),
		})
		if !heard.Say(`Task "facts" did not run on 4 nodes`, "`scope` matches 6 nodes, and job ", " took 2. It did not take: node3.example.com, node4.example.com, node5.example.com, node6.example.com.", "`min_nodes`") {
			t.Errorf("%q %q: the apply says %q", setting, body, heard.All())
		}
	}
}
