// SPDX-License-Identifier: MPL-2.0

package nodegroup_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	pinned = "pe_node_group_pin.p"
	second = "2b7d9a14-6c3e-4f80-9a5b-7d6c5e4f3a21"
)

// pinBody is a pin.
func pinBody(group, certname string) string {
	return fmt.Sprintf("resource \"pe_node_group_pin\" \"p\" {\n node_group_id = %s\n certname = %q\n}\n", group, certname)
}

// literal is a group's id in a configuration.
func literal(id string) string { return fmt.Sprintf("%q", id) }

// theirGroups have two groups that something else owns: one with a rule and a pin, one with nothing.
func theirGroups(h *acctest.Harness) {
	h.AddNodeGroup(simulator.NodeGroup{
		ID: shop, Name: "Shop", Rule: []any{"or", []any{"=", []any{"fact", "kernel"}, "Linux"}, []any{"=", "name", "theirs"}},
	})
	h.AddNodeGroup(simulator.NodeGroup{ID: second, Name: "Second"})
}

// ruleIs checks the rule of a group on the server.
func ruleIs(h *acctest.Harness, id, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, g := range h.NodeGroups() {
			if g.ID == id {
				if encoded, err := json.Marshal(g.Rule); err != nil || string(encoded) != want {
					return fmt.Errorf("the rule of %s is %s, %w, want %s", g.Name, encoded, err, want)
				}
			}
		}
		return nil
	}
}

const linux, theirs = `["=",["fact","kernel"],"Linux"]`, `["=","name","theirs"]`

func TestNodeGroupPin_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			theirGroups(h)
			config := h.Config(pinBody(literal(shop), "node1.example.com"))
			moved := h.Config(pinBody(literal(second), "node2.example.com"))
			both := ruleIs(h, shop, `["or",`+linux+`,`+theirs+`,["=","name","node1.example.com"]]`)
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates(pinned)), Check: both,
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(pinned, "id", knownvalue.StringExact(shop+"/node1.example.com"))},
				},
				resource.TestStep{Config: config, PlanOnly: true},
				resource.TestStep{ResourceName: pinned, ImportState: true, ImportStateVerify: true},
				resource.TestStep{
					Config: h.Config(pinBody(literal(shop), "not-yet-known")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(pinned)),
					Check: ruleIs(h, shop, `["or",`+linux+`,`+theirs+`,["=","name","not-yet-known"]]`),
				},
				resource.TestStep{
					Config: moved, ConfigPlanChecks: acctest.Planned(acctest.Replaces(pinned)),
					Check: resource.ComposeAggregateTestCheckFunc(ruleIs(h, shop, `["or",`+linux+`,`+theirs+`]`), ruleIs(h, second, `["or",["=","name","node2.example.com"]]`)),
				},
				// Somebody takes the node out, then deletes the group.
				resource.TestStep{
					PreConfig: func() {
						h.AddNodeGroup(simulator.NodeGroup{ID: second, Name: "Second", Rule: []any{"or", []any{"=", "name", "theirs"}}})
					},
					Config: moved, ConfigPlanChecks: acctest.Planned(acctest.Creates(pinned)),
					Check: ruleIs(h, second, `["or",`+theirs+`,["=","name","node2.example.com"]]`),
				},
				resource.TestStep{
					PreConfig: func() { h.RemoveNodeGroup(second) }, Config: moved, ExpectError: acctest.SaysAll("There is no node group "+second, "data.pe_node_group"),
				},
				resource.TestStep{Config: h.Config("locals {}")},
			)
		})
	}
}

// TestNodeGroupPin_TakesOver pins a node that is pinned already, and takes it out in the end, also from a group that is gone by then.
func TestNodeGroupPin_TakesOver(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	h.Run(t,
		resource.TestStep{Config: h.Config(pinBody(literal(shop), "theirs")), Check: ruleIs(h, shop, `["or",`+linux+`,`+theirs+`]`)},
		resource.TestStep{Config: h.Config("locals {}"), Check: ruleIs(h, shop, linux)},
		resource.TestStep{Config: h.Config(pinBody(literal(shop), "theirs"))},
	)
	if err := ruleIs(h, shop, linux)(nil); err != nil {
		t.Error(err)
	}
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: "/classifier-api/v1/groups/" + shop + "/unpin", Action: simulator.NoAction, Hook: func(simulator.Request) { h.RemoveNodeGroup(shop) },
	})
	h.Run(t, resource.TestStep{Config: h.Config(pinBody(literal(shop), "x"))})
}

// TestNodeGroupPin_LostAnswer loses the answers, so that requests are sent again, which pins once.
func TestNodeGroupPin_LostAnswer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/classifier-api/v1/groups/*/*", Times: 1, Action: simulator.DropAfterHandling})
	h.Run(t, resource.TestStep{
		Config: h.Config(pinBody(literal(second), "a")),
		Check:  resource.ComposeAggregateTestCheckFunc(ruleIs(h, second, `["or",["=","name","a"]]`), h.Writes(2, http.MethodPost, "/classifier-api/v1/groups/*/pin")),
	})
}

// TestNodeGroupPin_UnknownEnd gets no answer, or one of somebody else, however often it asks: the node is pinned all the same, is tracked, and
// is taken out by a destroy.
func TestNodeGroupPin_UnknownEnd(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"lost":                {Action: simulator.DropAfterHandling},
		"the page of a proxy": {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusNotFound, Body: "<html>not here</html>"},
		"the server fails":    {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusInternalServerError, Body: `{"kind":"application-error","msg":"No."}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			theirGroups(h)
			fails := func(command string) func() {
				return func() {
					fault := fault
					fault.Method, fault.Path = http.MethodPost, "/classifier-api/v1/groups/*/"+command
					h.AddFault(fault)
				}
			}
			config := h.Config(pinBody(literal(second), "a"), "max_retries = 1")
			there := ruleIs(h, second, `["or",["=","name","a"]]`)
			h.Run(t,
				resource.TestStep{
					PreConfig: fails("pin"), Config: config,
					ExpectError: acctest.SaysAll("It is not known whether a was pinned to the node group "+second, "The pin is in the state"),
				},
				resource.TestStep{
					PreConfig: h.ClearFaults, Config: config, ConfigPlanChecks: acctest.Planned(acctest.Replaces(pinned)), Check: there,
				},
				h.Unchanged(pinBody(literal(second), "a")),
				resource.TestStep{
					PreConfig: fails("unpin"), Config: config, Destroy: true,
					ExpectError: acctest.SaysAll("It is not known whether a was taken out of the node group " + second),
				},
				resource.TestStep{
					PreConfig: func() { h.ClearFaults(); fails("pin")() }, Config: config,
					ExpectError: acctest.SaysAll("It is not known whether a was pinned"),
				},
				resource.TestStep{PreConfig: h.ClearFaults, Config: h.Config("locals {}"), Check: ruleIs(h, second, `null`)},
			)
		})
	}
}

// TestNodeGroupPin_Refused is refused, so that there is no pin, and none in the state.
func TestNodeGroupPin_Refused(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: "/classifier-api/v1/groups/*/pin", Times: 1, Action: simulator.AnswerStatus, Status: http.StatusForbidden,
		Body: `{"kind":"permission-denied","msg":"No."}`,
	})
	config := h.Config(pinBody(literal(second), "a"))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.SaysAll("a was not pinned to the node group " + second)},
		resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates(pinned))},
	)
}

// besides are forms of a rule, each beside pins of other resources.
var besides = map[string]struct{ before, after, want string }{
	"an object": {
		`{ match = "all", conditions = [{ fact = "kernel", value = "Linux" }] }`, `{ match = "all", conditions = [{ fact = "kernel", value = "Darwin" }] }`,
		`["or",["and",["=",["fact","kernel"],"Darwin"]],["=","name","a"],["=","name","b"]]`,
	},
	"one name": {
		`{ match = "all", conditions = [{ fact = "name", value = "x" }] }`, `{ match = "all", conditions = [{ fact = "name", value = "y" }] }`,
		`["or",["and",["=","name","y"]],["=","name","a"],["=","name","b"]]`,
	},
	"one name of any": {
		`{ match = "any", conditions = [{ fact = "name", value = "x" }] }`, `{ match = "any", conditions = [{ fact = "name", value = "y" }] }`,
		`["or",["=","name","y"],["=","name","a"],["=","name","b"]]`,
	},
	"any of them": {
		`{ match = "any", conditions = [{ fact = "name", value = "x" }, { fact = "kernel", value = "Linux" }] }`, `{ match = "any", conditions = [{ fact = "name", value = "y" }, { fact = "kernel", value = "Linux" }] }`,
		`["or",["=","name","y"],` + linux + `,["=","name","a"],["=","name","b"]]`,
	},
	"an object with pins": {
		`{ pinned_nodes = ["x"] }`, `{ pinned_nodes = ["y"] }`, `["or",["=","name","y"],["=","name","a"],["=","name","b"]]`,
	},
	"an array": {
		`["=", ["fact", "kernel"], "Linux"]`, `["=", ["fact", "kernel"], "Darwin"]`, `["or",["=",["fact","kernel"],"Darwin"],["=","name","a"],["=","name","b"]]`,
	},
	"an array with pins": {
		`["or", ["=", ["fact", "kernel"], "Linux"], ["=", "name", "x"]]`, `["or", ["=", ["fact", "kernel"], "Linux"], ["=", "name", "y"]]`,
		`["or",` + linux + `,["=","name","y"],["=","name","a"],["=","name","b"]]`,
	},
	"no rule": {`[]`, `["=", ["fact", "kernel"], "Linux"]`, `["or",` + linux + `,["=","name","a"],["=","name","b"]]`},
}

// TestNodeGroupPin_BesideRule pins nodes to a group whose rule another resource owns, in every form of it: neither undoes what the other does.
func TestNodeGroupPin_BesideRule(t *testing.T) {
	t.Parallel()
	for name, test := range besides {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			single := pinBody("pe_node_group.web.id", "a") + strings.Replace(pinBody("pe_node_group.web.id", "b"), "\"p\"", "\"q\"", 1)
			ruled := func(rule string) string { return group("name = \"Shop\"\nrule = " + rule) }
			check := func(*terraform.State) error { return ruleIs(h, onServer(h, "Shop").ID, test.want)(nil) }
			drift := func() {
				g := onServer(h, "Shop")
				g.Rule = []any{"or", []any{"~", "name", "drift"}, []any{"=", "name", "a"}, []any{"=", "name", "b"}, []any{"=", "name", "c"}}
				h.AddNodeGroup(g)
			}
			withC := func(*terraform.State) error {
				return ruleIs(h, onServer(h, "Shop").ID, strings.TrimSuffix(test.want, "]")+`,["=","name","c"]]`)(nil)
			}
			h.Run(t,
				resource.TestStep{Config: h.Config(ruled(test.before) + single)},
				h.Unchanged(ruled(test.before)+single),
				resource.TestStep{Config: h.Config(ruled(test.after) + single), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)), Check: check},
				h.Unchanged(ruled(test.after)+single),
				resource.TestStep{PreConfig: drift, Config: h.Config(ruled(test.after) + single), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)), Check: withC},
				h.Unchanged(ruled(test.after)+single),
			)
			if name == "an object" || name == "one name" {
				h.Run(t,
					resource.TestStep{Config: h.Config(ruled(test.before) + single)},
					resource.TestStep{Config: h.Config(ruled(test.after) + single), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)), Check: check},
					h.Unchanged(ruled(test.after)+single),
				)
			}
		})
	}
}

// TestNodeGroupPin_RuleLater has a group that gets a rule after nodes were pinned to it: they stay.
func TestNodeGroupPin_RuleLater(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	ruled := group("name = \"Shop\"\nrule = [\"=\", [\"fact\", \"kernel\"], \"Linux\"]")
	pin := pinBody("pe_node_group.web.id", "a")
	h.Run(t,
		resource.TestStep{Config: h.Config(group(`name = "Shop"`) + pin)},
		h.Unchanged(group(`name = "Shop"`)+pin),
		resource.TestStep{Config: h.Config(ruled + pin), Check: has(h, "Shop", `[["or",`+linux+`,["=","name","a"]],{},{},{}]`)},
		h.Unchanged(ruled+pin),
	)
}

// TestNodeGroupPin_WhileRuleIsWritten pins a node between the read and the write of a change of the rule: the change begins again.
func TestNodeGroupPin_WhileRuleIsWritten(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	ruled := func(kernel string) string {
		return group("name = \"Shop\"\nrule = { match = \"all\", conditions = [{ fact = \"kernel\", value = \"" + kernel + "\" }] }")
	}
	pinMeanwhile := func() {
		id := onServer(h, "Shop").ID
		h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/classifier-api/v1/groups/" + id, Times: 1, Action: simulator.NoAction, Hook: func(simulator.Request) {
			g := onServer(h, "Shop")
			g.Rule = []any{"or", g.Rule, []any{"=", "name", "meanwhile"}}
			h.AddNodeGroup(g)
		}})
		h.ResetRequests()
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(ruled("Linux"))},
		resource.TestStep{
			PreConfig: pinMeanwhile, Config: h.Config(ruled("Darwin")),
			Check: resource.ComposeAggregateTestCheckFunc(
				has(h, "Shop", `[["or",["and",["=",["fact","kernel"],"Darwin"]],["=","name","meanwhile"]],{},{},{}]`),
				h.Writes(2, http.MethodPost, "/classifier-api/v1/groups/*"),
			),
		},
		// Somebody who never stops is an error that says so.
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/classifier-api/v1/groups/*", Times: 11, Action: simulator.NoAction, Hook: func(simulator.Request) { h.AddNodeGroup(onServer(h, "Shop")) }})
			},
			Config: h.Config(ruled("Linux")), ExpectError: acctest.SaysAll("Node group \"Shop\" was not changed", "ten times in a row"),
		},
	)
}

// TestNodeGroupPin_AtOnce has several processes pin nodes to one group while another one changes its rule. Nothing is lost.
func TestNodeGroupPin_AtOnce(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	var wait sync.WaitGroup
	for process := range 4 {
		client := classifierOf(t, h)
		wait.Go(func() {
			for i := range 10 {
				if err := client.Pin(t.Context(), shop, fmt.Sprintf("p%d-%d", process, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writer, changes := classifierOf(t, h), 0
	wait.Go(func() {
		for range 10 {
			_, err := writer.Change(t.Context(), shop, func(g classifier.Group) (classifier.Delta, error) {
				return classifier.Delta{Rule: g.Rule}, nil
			})
			if err == nil {
				changes++
			}
		}
	})
	wait.Wait()
	rule, err := json.Marshal(onServer(h, "Shop").Rule)
	if got := strings.Count(string(rule), `"name"`); err != nil || got != 41 || changes == 0 {
		t.Errorf("%d pins, %d changes, %v: %s", got, changes, err, rule)
	}
}

// classifierOf is a client for changes outside Terraform.
func classifierOf(t *testing.T, h *acctest.Harness) *classifier.Client {
	t.Helper()
	transport, err := httpapi.New(httpapi.Config{Token: h.AdminToken(), TLS: httpapi.TLSConfig{CACertPEM: h.CACertPEM()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	client, err := classifier.New(transport, h.RBACURL())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestNodeGroupPin_ShiftedList counts over a list of nodes, at the same time, beside the rule of the group. No instance takes out what another
// one pins.
func TestNodeGroupPin_ShiftedList(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	counted := func(names ...string) string {
		encoded, err := json.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		return group("name = \"Shop\"\nrule = [\"=\", [\"fact\", \"kernel\"], \"Linux\"]") +
			fmt.Sprintf("locals {\n nodes = %s\n}\nresource \"pe_node_group_pin\" \"p\" {\n count = length(local.nodes)\n node_group_id = pe_node_group.web.id\n certname = local.nodes[count.index]\n}\n", encoded)
	}
	check := func(names ...string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			rule, ok := onServer(h, "Shop").Rule.([]any)
			var got []string
			for _, part := range rule[min(2, len(rule)):] {
				got = append(got, fmt.Sprint(part))
			}
			var want []string
			for _, name := range names {
				want = append(want, "[= name "+name+"]")
			}
			if slices.Sort(got); !ok || !slices.Equal(got, want) {
				return fmt.Errorf("the rule is %v, want %v", rule, want)
			}
			return nil
		}
	}
	h.RunCLI(t,
		resource.TestStep{Config: h.Config(counted("a", "b", "c")), Check: check("a", "b", "c")},
		resource.TestStep{Config: h.Config(counted("b", "c")), Check: check("b", "c")},
		resource.TestStep{Config: h.Config(counted("c", "a", "b")), Check: check("a", "b", "c")},
		h.Unchanged(counted("c", "a", "b")),
	)
}

// TestNodeGroupPin_TwoResourcesForOne has two resources pin the same node, which is told while planning. One that is replaced asks twice, too.
func TestNodeGroupPin_TwoResourcesForOne(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	const twice = "Two resources pin the same node to the node group " + second
	one := pinBody(literal(second), "a")
	two := strings.Replace(one, "\"p\"", "\"q\"", 1)
	h.WarnsOfTwo(t, acctest.Two{
		First: one, FirstAddress: pinned, Second: two, SecondAddress: "pe_node_group_pin.q", Apart: strings.Replace(two, "\"a\"", "\"b\"", 1),
	}, twice)
}

func TestNodeGroupPin_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	const nowhere = "00000000-0000-4000-8000-00000000dead"
	later := "resource \"terraform_data\" \"id\" {\n input = %q\n}\n"
	for body, says := range map[string][]string{
		pinBody(literal("Web servers"), "a"):                                                   {"is not the UUID of a node group"},
		pinBody(literal(shop), ""):                                                             {"certname"},
		pinBody(literal(shop), "a/b"):                                                          {"no slash"},
		pinBody(literal(strings.ToUpper(shop)), "a"):                                           {"Ids of node groups are in lower case: " + shop},
		pinBody(literal(nowhere), "a"):                                                         {"There is no node group " + nowhere, "node_group_id"},
		fmt.Sprintf(later, nowhere) + pinBody("terraform_data.id.output", "a"):                 {"There is no node group " + nowhere},
		pinBody(literal(simulator.AllNodesGroup), "a"):                                         {"All Nodes takes no pins", "Choose a group below it"},
		fmt.Sprintf(later, simulator.AllNodesGroup) + pinBody("terraform_data.id.output", "a"): {"All Nodes takes no pins"},
		fmt.Sprintf(later, "Web servers") + pinBody("terraform_data.id.output", "a"):           {"is not the UUID of a node group"},
		"resource \"pe_node_group_pin\" \"p\" {\n certname = \"a\"\n}\n":                       {"node_group_id"},
	} {
		h.Run(t, resource.TestStep{Config: h.Config(body), ExpectError: acctest.SaysAll(says...)})
	}
	if err := ruleIs(h, shop, `["or",`+linux+`,`+theirs+`]`)(nil); err != nil {
		t.Error(err)
	}
}

// TestNodeGroupPin_Permissions lacks the permission to edit the rule.
func TestNodeGroupPin_Permissions(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	h.AddUser("olga", "secret", acctest.Grant("node_groups:view:"+shop))
	token := h.IssueToken("olga", 0)
	config := h.ConfigAs(token, pinBody(literal(shop), "a"))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.SaysAll("a was not pinned to the node group "+shop, "node_groups:edit_child_rules", "node_groups:modify_children on one above it")},
		resource.TestStep{PreConfig: func() { h.Grant("olga", acctest.Grant("node_groups:edit_child_rules:"+simulator.AllNodesGroup)) }, Config: config},
		resource.TestStep{
			PreConfig: func() { h.Withdraw("olga", acctest.Grant("node_groups:edit_child_rules:"+simulator.AllNodesGroup)) }, Config: config, Destroy: true,
			ExpectError: acctest.SaysAll("a stays pinned to the node group "+shop, "node_groups:edit_child_rules"),
		},
		resource.TestStep{PreConfig: func() { h.Grant("olga", acctest.Grant("node_groups:edit_child_rules:"+simulator.AllNodesGroup)) }, Config: config},
	)
}

// TestNodeGroupPin_Import has ids by which nothing is imported.
func TestNodeGroupPin_Import(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	step := func(id, says string) resource.TestStep {
		return resource.TestStep{
			Config: h.Config(pinBody(literal(shop), "theirs")), ResourceName: pinned, ImportState: true, ImportStateId: id, ExpectError: acctest.Says(says),
		}
	}
	h.Run(t,
		step("theirs", "does not have the form GROUP/CERTNAME"),
		step(shop+"/", "does not have the form GROUP/CERTNAME"),
		step("Shop/theirs", "The group is its id (UUID)"),
		step(shop+"/nobody", "Cannot import non-existent remote object"),
		step("00000000-0000-4000-8000-00000000dead/theirs", "Cannot import non-existent remote object"),
	)
	h.Run(t, resource.TestStep{
		Config:           h.Config(pinBody(literal(shop), "theirs") + "import {\n  to = " + pinned + "\n  id = \"" + shop + "/theirs\"\n}\n"),
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(pinned, plancheck.ResourceActionNoop)),
	})
}

// TestNodeGroupPinList finds pins, of all groups or one.
func TestNodeGroupPinList(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	theirGroups(h)
	h.AddNodeGroup(simulator.NodeGroup{ID: second, Name: "Second", Rule: []any{"or", []any{"=", "name", "b"}, []any{"=", "name", "a"}}})
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_node_group_pin", "", ""), Want: []string{"Second: a", "Second: b", "Shop: theirs"}})
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_node_group_pin", "", "node_group_id = \""+shop+"\""), Want: []string{"Shop: theirs"}})
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_node_group_pin", "", "node_group_id = \"Shop\""), Says: []string{"is not the UUID of a node group"}})
	h.CheckQuery(t, "none", acctest.QueryCase{List: acctest.List("pe_node_group_pin", "", ""), Says: []string{"Pinned nodes were not listed"}})
}
