// SPDX-License-Identifier: MPL-2.0

package nodegroup_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const web = "pe_node_group.web"

// group is a resource with a body.
func group(body string) string { return "resource \"pe_node_group\" \"web\" {\n" + body + "\n}\n" }

// everything is a group that sets every argument.
const everything = `
  name               = "Shop"
  parent             = "` + simulator.WebServersGroup + `"
  environment        = "production"
  environment_trumps = false
  description        = "web tier"
  rule = {
    match        = "all"
    conditions   = [{ fact = "kernel", value = "Linux" }, { fact = "os.family", operator = "!=", value = "Windows" }]
    pinned_nodes = ["node1.example.com"]
  }
  classes     = { "role::frontend" = { workers = 8 }, "profile::base" = {} }
  config_data = { "profile::cache" = { size_mb = "512" } }
  variables   = { site = "north" }
`

// onServer finds a group of the server by its name.
func onServer(h *acctest.Harness, name string) simulator.NodeGroup {
	for _, g := range h.NodeGroups() {
		if g.Name == name {
			return g
		}
	}
	return simulator.NodeGroup{}
}

// has checks a group on the server: its rule and its classes, config data and variables as JSON.
func has(h *acctest.Harness, name, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		g := onServer(h, name)
		encoded, err := json.Marshal([]any{g.Rule, g.Classes, g.ConfigData, g.Variables})
		if err == nil && string(encoded) != want {
			err = fmt.Errorf("the group %s has %s, want %s", name, encoded, want)
		}
		return err
	}
}

func TestNodeGroupResource_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			const rule = `["or",["and",["=",["fact","kernel"],"Linux"],["not",["=",["fact","os","family"],"Windows"]]],["=","name","node1.example.com"]]`
			less := "name = \"Shop\"\nclasses = { \"profile::base\" = { motd = \"hi\" } }\nconfig_data = {}\nvariables = { zone = [1, true] }\nrule = []\ndescription = \"\""
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config:           h.Config(group(everything)),
					ConfigPlanChecks: acctest.Planned(acctest.Creates(web)),
					Check:            has(h, "Shop", `[`+rule+`,{"profile::base":{},"role::frontend":{"workers":8}},{"profile::cache":{"size_mb":"512"}},{"site":"north"}]`),
				},
				resource.TestStep{ResourceName: web, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"rule"}},
				resource.TestStep{ResourceName: web, ImportState: true, ImportStateId: "Shop", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"rule"}},
				resource.TestStep{
					Config: h.Config(group(less)), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)),
					Check: has(h, "Shop", `[null,{"profile::base":{"motd":"hi"}},{},{"zone":[1,true]}]`),
				},
				h.Unchanged(group(less)),
				resource.TestStep{
					Config: h.Config(group("name = \"Shop\"")), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
				},
				resource.TestStep{
					Config:           h.Config(group("name = \"Store\"\nparent = \"" + simulator.DatabasesGroup + "\"\nenvironment = \"agent-specified\"\nenvironment_trumps = true")),
					ConfigPlanChecks: acctest.Planned(acctest.Updates(web)),
					Check:            has(h, "Store", `[null,{"profile::base":{"motd":"hi"}},{},{"zone":[1,true]}]`),
				},
			)
			if onServer(h, "Store").ID != "" {
				t.Error("the group was not deleted")
			}
		})
	}
}

// TestNodeGroupResource_Defaults has a group of which only the name is configured.
func TestNodeGroupResource_Defaults(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, h.ReadStep(group(`name = "Bare"`),
		acctest.Value(web, "parent", acctest.Text(simulator.AllNodesGroup)), acctest.Value(web, "environment", acctest.Text("production")),
		acctest.Value(web, "environment_trumps", knownvalue.Bool(false)), acctest.Value(web, "description", knownvalue.Null()),
		acctest.Value(web, "rule", knownvalue.Null()), acctest.Value(web, "classes", knownvalue.ObjectExact(nil)),
	))
}

// TestNodeGroupResource_LeavesAlone edits in the console what the configuration does not name, which is no change, and stays.
func TestNodeGroupResource_LeavesAlone(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := group("name = \"Shop\"\nclasses = { \"role::frontend\" = { workers = 8 } }\nvariables = { site = \"north\" }\n" +
		"rule = { match = \"any\", conditions = [{ fact = \"kernel\", value = \"Linux\" }] }")
	edit := func() {
		g := onServer(h, "Shop")
		g.Classes["role::frontend"]["threads"], g.Classes["profile::base"] = 4, map[string]any{}
		g.ConfigData, g.Variables = map[string]map[string]any{"profile::cache": {"size_mb": "1"}}, map[string]any{"site": "north", "rack": "7"}
		g.Rule = []any{"or", []any{"=", []any{"fact", "kernel"}, "Linux"}, []any{"=", "name", "node2.example.com"}}
		text := "edited"
		g.Description = &text
		h.AddNodeGroup(g)
	}
	kept := `{"profile::base":{},"role::frontend":{"threads":4,"workers":9}},{"profile::cache":{"size_mb":"1"}},{"rack":"7","site":"south"}]`
	h.Run(t,
		resource.TestStep{Config: h.Config(body)},
		resource.TestStep{PreConfig: edit, Config: h.Config(body), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{
			Config: h.Config(group("name = \"Shop\"\nclasses = { \"role::frontend\" = { workers = 9 } }\nvariables = { site = \"south\" }\n" +
				"rule = { match = \"any\", conditions = [{ fact = \"kernel\", value = \"Darwin\" }] }")),
			Check: has(h, "Shop", `[["or",["or",["=",["fact","kernel"],"Darwin"]],["=","name","node2.example.com"]],`+kept),
		},
	)
}

// later is a value that is known only while it is applied.
func later(value string) string {
	return "resource \"terraform_data\" \"later\" {\n input = " + value + "\n}\n"
}

// TestNodeGroupResource_EmptyConfigData has classes without parameters in the config data, which the classifier does not store.
func TestNodeGroupResource_EmptyConfigData(t *testing.T) {
	t.Parallel()
	const empty, full = `config_data = { "profile::base" = {} }`, `config_data = { "profile::base" = { motd = "hi" } }`
	with := func(text string) string { return group("name = \"Shop\"\n" + text) }
	for name, test := range map[string]struct{ first, then string }{
		"from the start":             {"", ""},
		"later":                      {with(""), ""},
		"in the place of parameters": {with(full), ""},
		"unknown while planning":     {"", later(`{ "profile::base" = {} }`) + with(`config_data = terraform_data.later.output`)},
		"unknown in part":            {"", later(`{}`) + with(`config_data = { "profile::base" = terraform_data.later.output }`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			var steps []resource.TestStep
			if test.first != "" {
				steps = append(steps, resource.TestStep{Config: h.Config(test.first)})
			}
			config := test.then
			if config == "" {
				config = with(empty)
			}
			h.Run(t, append(steps,
				resource.TestStep{Config: h.Config(config), Check: has(h, "Shop", `[null,{},{},{}]`)},
				h.Unchanged(config),
				resource.TestStep{Config: h.Config(with(full)), Check: has(h, "Shop", `[null,{},{"profile::base":{"motd":"hi"}},{}]`)},
			)...)
		})
	}
}

// TestNodeGroupResource_EmptyConfigDataImported imports a group without config data into a configuration with a class without parameters.
func TestNodeGroupResource_EmptyConfigDataImported(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddNodeGroup(simulator.NodeGroup{ID: shop, Name: "Shop"})
	h.Run(t, resource.TestStep{
		Config:           h.Config(group("name = \"Shop\"\nconfig_data = { \"profile::base\" = {} }") + "import {\n  to = pe_node_group.web\n  id = \"Shop\"\n}\n"),
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(web, plancheck.ResourceActionNoop)),
	})
}

// TestNodeGroupResource_NestedValues has values that are objects lose members, on servers that merge such values and on those that replace
// them. Those of others stay, and so do objects of which a value is not changed.
func TestNodeGroupResource_NestedValues(t *testing.T) {
	t.Parallel()
	body := func(value string) string {
		return group("name = \"Shop\"\nclasses = { \"profile::base\" = { motd = " + value + " } }\nconfig_data = { \"profile::cache\" = { size_mb = " + value +
			" } }\nvariables = { site = " + value + " }")
	}
	for name, test := range map[string]struct {
		merges bool
		writes int
	}{"merged": {true, 3}, "replaced": {false, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Variants = simulator.Variants{simulator.NestedMerge: test.merges} })
			after := func(value string, writes int) resource.TestStep {
				want := fmt.Sprintf(`[null,{"profile::base":{"motd":%[1]s}},{"profile::cache":{"other":{"z":1},"size_mb":%[1]s}},{"rack":{"y":1},"site":%[1]s}]`, value)
				return resource.TestStep{
					PreConfig: h.ResetRequests, Config: h.Config(body(value)),
					Check: resource.ComposeAggregateTestCheckFunc(has(h, "Shop", want), h.Writes(writes, http.MethodPost, groupPaths)),
				}
			}
			others := func() {
				g := onServer(h, "Shop")
				g.ConfigData["profile::cache"]["other"], g.Variables["rack"] = map[string]any{"z": 1}, map[string]any{"y": 1}
				h.AddNodeGroup(g)
				h.ResetRequests()
			}
			first := after(`{"a":1,"b":{"c":2,"d":3},"e":[1]}`, 0)
			first.PreConfig = others
			h.Run(t,
				resource.TestStep{Config: h.Config(body(`{"a":1,"b":{"c":2,"d":3},"e":[1]}`))},
				first,
				after(`{"a":1,"b":{"c":2},"e":[1]}`, test.writes),
				after(`{"b":{"c":2,"f":4}}`, test.writes),
				after(`{"b":{"c":2,"f":4},"g":1}`, 1),
				after(`"x"`, 1),
				after(`{"b":1}`, 1),
				h.Unchanged(body(`{"b":1}`)),
			)
		})
	}
}

// TestNodeGroupResource_NestedNulls has values that are null in objects, which a server may store or not.
func TestNodeGroupResource_NestedNulls(t *testing.T) {
	t.Parallel()
	for _, merges := range []bool{true, false} {
		t.Run(fmt.Sprint("merges: ", merges), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Variants = simulator.Variants{simulator.NestedMerge: merges} })
			body := func(value string) string {
				return group("name = \"Shop\"\nvariables = { site = " + value + ", zone = \"n\" }\nclasses = { \"profile::base\" = { motd = " + value + " } }")
			}
			var steps []resource.TestStep
			for _, value := range []string{`{ a = null, b = 2 }`, `{ a = null, b = 3 }`, `{ a = 1, b = { c = null } }`, `{ a = null, b = null }`, `"x"`, `{ a = null }`} {
				steps = append(steps, resource.TestStep{Config: h.Config(body(value))}, h.Unchanged(body(value)))
			}
			h.Run(t, steps...)
		})
	}
}

// TestNodeGroupResource_ParametersAsText has a server that reads parameters of classes as texts. They are no change, and a change is seen.
func TestNodeGroupResource_ParametersAsText(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.Variants = simulator.Variants{simulator.ParametersAsText: true} })
	body := func(workers string) string {
		return group("name = \"Shop\"\nclasses = { \"role::frontend\" = { workers = " + workers + " } }")
	}
	drifted := resource.TestStep{
		PreConfig: func() {
			g := onServer(h, "Shop")
			g.Classes["role::frontend"]["workers"] = 9
			h.AddNodeGroup(g)
		},
		Config: h.Config(body("7")), ConfigPlanChecks: acctest.Planned(acctest.Updates("pe_node_group.web")),
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(body("8"))}, h.Unchanged(body("8")),
		resource.TestStep{Config: h.Config(body("7")), ConfigPlanChecks: acctest.Planned(acctest.Updates("pe_node_group.web"))}, h.Unchanged(body("7")),
		drifted, h.Unchanged(body("7")),
		resource.TestStep{Config: h.Config(body("true"))}, h.Unchanged(body("true")),
	)
}

// TestNodeGroupResource_BadInputLater has values that turn out to be wrong when they are known: nothing is sent.
func TestNodeGroupResource_BadInputLater(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	before := len(h.NodeGroups())
	for body, says := range map[string][]string{
		later(`{ "role::frontend" = { workers = null } }`) + group("name = \"Shop\"\nclasses = terraform_data.later.output"): {"A value is null"},
		later(`"x"`) + group("name = \"Shop\"\nconfig_data = { \"profile::base\" = terraform_data.later.output }"):           {"A value is not valid"},
		later(`["is"]`) + group("name = \"Shop\"\nrule = terraform_data.later.output"):                                       {"The rule is not valid"},
	} {
		h.RunCLI(t, resource.TestStep{Config: h.Config(body), ExpectError: acctest.SaysAll(says...)})
	}
	if after := len(h.NodeGroups()); after != before {
		t.Errorf("%d groups were created", after-before)
	}
}

// TestNodeGroupResource_RuleForms writes one rule in several ways, none of which is a change.
func TestNodeGroupResource_RuleForms(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	rule := func(text string) string { return group("name = \"Shop\"\nrule = " + text) }
	steps := []resource.TestStep{{Config: h.Config(rule(`["and", ["=", ["fact", "kernel"], "Linux"], [">", ["fact", "processorcount"], "2"]]`))}}
	for _, text := range []string{
		`["and", [">", ["fact", "processorcount"], "2"], ["=", ["fact", "kernel"], "Linux"]]`,
		`["and", ["and", [">", ["fact", "processorcount"], "2"]], ["=", ["fact", "kernel"], "Linux"]]`,
		`{ match = "all", conditions = [{ fact = "kernel", value = "Linux" }, { fact = "processorcount", operator = ">", value = 2 }], pinned_nodes = [] }`,
		`{ match = "all", conditions = [{ fact = "kernel", value = "Linux" }, { fact = "processorcount", operator = ">", value = 2 }] }`,
	} {
		steps = append(steps, h.Unchanged(rule(text)))
	}
	h.Run(t, steps...)
}

// TestNodeGroupResource_ImportKeepsPins imports a group with a pinned node into a configuration that says nothing of these, which is no
// change, neither then nor after another node was pinned.
func TestNodeGroupResource_ImportKeepsPins(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	pinned := func(names ...string) {
		rule := []any{"or", []any{"and", []any{"=", []any{"fact", "kernel"}, "Linux"}}}
		for _, name := range names {
			rule = append(rule, []any{"=", "name", name})
		}
		h.AddNodeGroup(simulator.NodeGroup{ID: shop, Name: "Shop", Rule: rule})
	}
	pinned("node1.example.com")
	config := func(kernel string) string {
		return h.Config(group("name = \"Shop\"\nrule = { match = \"all\", conditions = [{ fact = \"kernel\", value = \""+kernel+"\" }] }") +
			"import {\n  to = pe_node_group.web\n  id = \"Shop\"\n}\n")
	}
	h.Run(t,
		resource.TestStep{Config: config("Linux"), ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(web, plancheck.ResourceActionNoop))},
		resource.TestStep{
			PreConfig: func() { pinned("node1.example.com", "node2.example.com") }, Config: config("Linux"),
			ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
		},
		resource.TestStep{
			Config: config("Darwin"), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)),
			Check: has(h, "Shop", `[["or",["and",["=",["fact","kernel"],"Darwin"]],["=","name","node1.example.com"],["=","name","node2.example.com"]],{},{},{}]`),
		},
	)
}

// TestNodeGroupResource_ImportedNames imports rules with conditions for the name, which are changed or removed then: no node stays behind.
func TestNodeGroupResource_ImportedNames(t *testing.T) {
	t.Parallel()
	const name, other, linux = `{ fact = "name", value = "a" }`, `{ fact = "name", value = "b" }`, `{ fact = "kernel", value = "Linux" }`
	for about, test := range map[string]struct {
		match, before, after, want string
		imported                   plancheck.ResourceActionType
	}{
		"all":            {"all", name, other, `["and",["=","name","b"]]`, plancheck.ResourceActionNoop},
		"any":            {"any", name, other, `["or",["=","name","b"]]`, plancheck.ResourceActionUpdate},
		"any of several": {"any", name + ", " + linux, linux, `["or",["=",["fact","kernel"],"Linux"]]`, plancheck.ResourceActionUpdate},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			config := func(conditions string) string {
				return group("name = \"Shop\"\nrule = { match = \"" + test.match + "\", conditions = [" + conditions + "] }")
			}
			imported := h.Config(config(test.before) + "import {\n  to = pe_node_group.web\n  id = \"Shop\"\n}\n")
			h.RunCLI(t,
				resource.TestStep{Config: h.Config(config(test.before))},
				resource.TestStep{Config: h.Config("removed {\n  from = pe_node_group.web\n  lifecycle {\n    destroy = false\n  }\n}\n")},
				resource.TestStep{Config: imported, ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(web, test.imported))},
				h.Unchanged(config(test.before)),
				resource.TestStep{Config: h.Config(config(test.after)), Check: has(h, "Shop", `[`+test.want+`,{},{},{}]`)},
				h.Unchanged(config(test.after)),
			)
		})
	}
}

// TestNodeGroupResource_ImportTellsOfPins imports a group with nodes that others have pinned into a configuration that pins one. The plan
// names those that this takes out, once.
func TestNodeGroupResource_ImportTellsOfPins(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddNodeGroup(simulator.NodeGroup{ID: shop, Name: "Shop", Rule: []any{
		"or", []any{"=", []any{"fact", "kernel"}, "Linux"}, []any{"=", "name", "mine"}, []any{"=", "name", "theirs"},
	}})
	const rule = `rule = { match = "all", conditions = [{ fact = "kernel", value = "Linux" }], pinned_nodes = [`
	pinning := func(pins string) string { return group("name = \"Shop\"\n" + rule + pins + "] }") }
	var heard, planned acctest.Warnings
	h.RunHearingPlans(t, &heard, &planned, resource.TestStep{
		Config: h.Config(pinning(`"mine"`) + "import {\n  to = pe_node_group.web\n  id = \"Shop\"\n}\n"),
		Check:  has(h, "Shop", `[["or",["and",["=",["fact","kernel"],"Linux"]],["=","name","mine"]],{},{},{}]`),
	})
	if !planned.Say("1 pinned node will be taken out", "does not name them: theirs.", "Without `pinned_nodes`, all of them stay.") {
		t.Errorf("the plan says %q", planned.All())
	}
	planned.Forget()
	h.RunHearingPlans(t, &heard, &planned,
		resource.TestStep{Config: h.Config(pinning(`"mine", "theirs"`))}, resource.TestStep{Config: h.Config(pinning(`"mine"`))})
	if len(planned.All()) > 0 {
		t.Errorf("of a node that the rule has pinned, the plan says %q", planned.All())
	}
}

// TestNodeGroupResource_Drift edits and removes what the configuration names.
func TestNodeGroupResource_Drift(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := group(everything)
	back := has(h, "Shop", `[["or",["and",["=",["fact","kernel"],"Linux"],["not",["=",["fact","os","family"],"Windows"]]],["=","name","node1.example.com"]],`+
		`{"profile::base":{},"role::frontend":{"workers":8}},{"profile::cache":{"size_mb":"512"}},{"site":"north"}]`)
	drift := func(change func(*simulator.NodeGroup)) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				g := onServer(h, "Shop")
				change(&g)
				h.AddNodeGroup(g)
			},
			Config: h.Config(body), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)), Check: back,
		}
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(body)},
		drift(func(g *simulator.NodeGroup) { g.Rule = nil }),
		drift(func(g *simulator.NodeGroup) { g.Classes = nil }),
		drift(func(g *simulator.NodeGroup) { g.Classes["role::frontend"]["workers"] = 1 }),
		drift(func(g *simulator.NodeGroup) { g.ConfigData, g.Variables = nil, nil }),
		drift(func(g *simulator.NodeGroup) { g.EnvironmentTrumps, g.Description = true, nil }),
		drift(func(g *simulator.NodeGroup) { g.Parent, g.Environment = simulator.AllNodesGroup, "agent-specified" }),
		resource.TestStep{
			PreConfig: func() { h.RemoveNodeGroup(onServer(h, "Shop").ID) }, Config: h.Config(body),
			ConfigPlanChecks: acctest.Planned(acctest.Creates(web)), Check: back,
		},
	)
}

func TestNodeGroupResource_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	before := len(h.NodeGroups())
	named := func(text string) string { return "name = \"Shop\"\n" + text }
	for body, says := range map[string][]string{
		`name = ""`:                     {"name"},
		`name = "Web servers"`:          {"Node group \"Web servers\" was not created", "terraform import <address> " + simulator.WebServersGroup},
		named(`parent = "Web servers"`): {"is not the UUID of a node group"},
		named(`parent = "7D3A1C9E-52B4-4F0E-9A63-1F2E3D4C5B6A"`):                                         {"Ids of node groups are in lower case: " + simulator.WebServersGroup},
		named(`parent = "00000000-0000-4000-8000-00000000dead"`):                                         {"No node group has the id in `parent`"},
		named(`environment = "prodaction"`):                                                              {`The node classifier knows no environment "prodaction"`, `Did you mean "production"?`, "update_classes = true"},
		named(`classes = { "role::frontent" = {} }`):                                                     {"the class role::frontent in the environment production", "update_classes = true"},
		named(`classes = { "role::frontend" = { x = 1 } }`):                                              {"the parameter x in the environment production"},
		named("environment = \"staging\"\nclasses = { \"role::frontend\" = {} }"):                        {"the class role::frontend in the environment staging"},
		named(`classes = ["role::frontend"]`):                                                            {"The values are no object"},
		named(`classes = { "role::frontend" = "x" }`):                                                    {"A value is not valid", "The value of role::frontend is a text."},
		named(`classes = { "role::frontend" = { workers = null } }`):                                     {"A value is null"},
		named(`variables = { site = null }`):                                                             {"A value is not valid"},
		named(`rule = "kernel = Linux"`):                                                                 {"The rule is not valid", "neither an array"},
		named(`rule = ["is", ["fact", "kernel"], "Linux"]`):                                              {"The rule is not valid", "begins with a text and not with an operator"},
		named(`rule = ["~", "name", "web("]`):                                                            {"The rule is not valid", "compares with a text that is no regular expression: missing closing )"},
		named(`rule = { match = "all", conditions = [{ fact = "a", operator = "!~", value = "[a-" }] }`): {"condition (number 1) that compares with a text that is no regular"},
		named(`rule = { match = "some", conditions = [{ fact = "a", value = "b" }] }`):                   {"is neither \"all\" nor \"any\""},
	} {
		h.Run(t, resource.TestStep{Config: h.Config(group(body)), ExpectError: acctest.SaysAll(says...)})
	}
	if after := len(h.NodeGroups()); after != before {
		t.Errorf("%d groups were created", after-before)
	}
}

// TestNodeGroupResource_BadInputShowsNoSecret has sensitive values where they are refused.
func TestNodeGroupResource_BadInputShowsNoSecret(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for _, text := range []string{
		`classes = { "role::frontend" = var.secret }`, `config_data = { "role::frontend" = var.secret }`, `variables = var.secret`,
		`rule = [var.secret, "name", "x"]`, `rule = ["~", "name", "${var.secret}("]`,
	} {
		c := acctest.NewCLI(t, h, "variable \"secret\" {\n default = \"s3cret\"\n sensitive = true\n}\n"+group("name = \"Shop\"\n"+text)).Attached()
		if out, err := c.Run(t, nil, "plan"); err == nil || !strings.Contains(out, "valid") && !strings.Contains(out, "no object") || strings.Contains(out, "s3cret") {
			t.Errorf("%s: %v, %s", text, err, out)
		}
	}
}

// two are the groups a and b, with more in the body of each.
func two(a, b string) string {
	return "resource \"pe_node_group\" \"a\" {\n name = \"A\"\n" + a + "\n}\nresource \"pe_node_group\" \"b\" {\n name = \"B\"\n" + b + "\n}\n"
}

// TestNodeGroupResource_ReplacedParent replaces a group that has another one below it, which the error says how to do.
func TestNodeGroupResource_ReplacedParent(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, two("", "parent = pe_node_group.a.id")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	first := onServer(h, "B")
	out, err := c.Run(t, nil, "apply", "-auto-approve", "-replace=pe_node_group.a")
	if err == nil || !acctest.SaysAll("Node group \"A\" was not deleted", "replace them as well, with `-replace` for each").MatchString(out) {
		t.Errorf("%v, %s", err, out)
	}
	c.MustRun(t, "apply", "-auto-approve", "-replace=pe_node_group.a", "-replace=pe_node_group.b")
	if second := onServer(h, "B"); second.ID == first.ID || second.Parent != onServer(h, "A").ID {
		t.Errorf("the group below is %+v, was %+v", second, first)
	}
}

// TestNodeGroupResource_InvertedHierarchy puts a group below the one that was below it, which takes a parent for that one.
func TestNodeGroupResource_InvertedHierarchy(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const below = "parent = pe_node_group.b.id"
	h.RunCLI(t,
		resource.TestStep{Config: h.Config(two("", "parent = pe_node_group.a.id"))},
		resource.TestStep{Config: h.Config(two(below, "")), ExpectError: acctest.SaysAll(
			"Node group \"A\" was not changed", "whose `parent` is left out keeps the one that it has … `parent = \""+simulator.AllNodesGroup+"\"` for All Nodes",
		)},
		resource.TestStep{
			Config: h.Config(two(below, "parent = \""+simulator.AllNodesGroup+"\"")), Check: func(*terraform.State) error {
				if a, b := onServer(h, "A"), onServer(h, "B"); a.Parent != b.ID || b.Parent != simulator.AllNodesGroup {
					return fmt.Errorf("the groups are %+v, %+v", a, b)
				}
				return nil
			},
		},
	)
}

// TestNodeGroupResource_AllNodes imports the group that cannot be deleted, and takes it out of the configuration: the plan warns, the apply
// sends nothing, and a removed block has the state forget it.
func TestNodeGroupResource_AllNodes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	before := len(h.NodeGroups())
	c := acctest.NewCLI(t, h, "").Attached()
	head := c.Read(t, "main.tf")
	c.Write(t, "main.tf", head+group(`name = "All Nodes"`)+"import {\n to = pe_node_group.web\n id = \"All Nodes\"\n}\n")
	c.MustRun(t, "apply", "-auto-approve")
	c.Write(t, "main.tf", head)
	const forget = "lifecycle { destroy = false }"
	if out := c.MustRun(t, "plan"); !acctest.SaysAll("Warning: Node group \"All Nodes\" cannot be deleted", forget).MatchString(out) {
		t.Errorf("the plan says %s", out)
	}
	out, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil || !acctest.SaysAll("Node group \"All Nodes\" was not deleted", forget).MatchString(out) || strings.Contains(out, "Delete them first") {
		t.Errorf("the apply says %v, %s", err, out)
	}
	if deleted := h.Count(http.MethodDelete, groupPaths); deleted > 0 || len(h.NodeGroups()) != before {
		t.Errorf("%d requests to delete the group were sent", deleted)
	}
	c.Write(t, "main.tf", head+"removed {\n from = pe_node_group.web\n lifecycle {\n destroy = false\n }\n}\n")
	if out := c.MustRun(t, "apply", "-auto-approve"); strings.Contains(out, "cannot be deleted") {
		t.Errorf("the apply of the removed block says %s", out)
	}
	c.MustRun(t, "plan", "-detailed-exitcode")
}

// TestNodeGroupResource_Cycle puts a group below the one that is below it.
func TestNodeGroupResource_Cycle(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	below := func() {
		h.AddNodeGroup(simulator.NodeGroup{ID: shop, Name: "Below", Parent: onServer(h, "Shop").ID})
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(group(`name = "Shop"`))},
		resource.TestStep{
			PreConfig: below, Config: h.Config(group("name = \"Shop\"\nparent = \"" + shop + "\"")),
			ExpectError: acctest.SaysAll("Node group \"Shop\" was not changed", "The group above is this group itself, or one below it"),
		},
		resource.TestStep{
			Config: h.Config(group(`name = "Shop"`)), Destroy: true,
			ExpectError: acctest.SaysAll("Node group \"Shop\" was not deleted", "Below ("+shop+", environment production)", "Delete them first"),
		},
		resource.TestStep{PreConfig: func() { h.RemoveNodeGroup(shop) }, Config: h.Config(group(`name = "Shop"`))},
	)
}

// TestNodeGroupResource_LostAnswer loses the answer to the creation, or gets one that cannot be read. The group is there, and is in the
// state.
func TestNodeGroupResource_LostAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action simulator.FaultAction
		sent   int
	}{
		"lost":     {simulator.DropAfterHandling, 2},
		"garbage":  {simulator.Garbage, 1},
		"cut":      {simulator.Truncate, 1},
		"mid-word": {simulator.DropDuringAnswer, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(simulator.Fault{Method: http.MethodPut, Path: groupPaths, Times: 1, Action: test.action})
			before := len(h.NodeGroups())
			h.Run(t, resource.TestStep{Config: h.Config(group(everything)), Check: func(*terraform.State) error {
				if got := len(h.NodeGroups()) - before; got != 1 {
					return fmt.Errorf("%d groups were created", got)
				}
				return h.Writes(test.sent, http.MethodPut, groupPaths)(nil)
			}})
		})
	}
}

// groupPaths is the pattern of the paths of node groups.
const groupPaths = "/classifier-api/v1/groups/*"

// TestNodeGroupResource_UnknownEnd creates a group, gets an answer that cannot be read, and cannot look whether the group is there.
func TestNodeGroupResource_UnknownEnd(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Path: groupPaths, Action: simulator.Garbage})
	h.Run(t, resource.TestStep{Config: h.Config(group(`name = "Shop"`)), ExpectError: acctest.SaysAll(
		"It is not known whether node group \"Shop\" was created … If the next apply says that its name is taken, it was … terraform import <address> ",
	)})
}

// TestNodeGroupResource_ForeignAnswer has something in front of the server answer what the server has done: a group that is created is in
// the state, and one that is changed is not said to be as it was.
func TestNodeGroupResource_ForeignAnswer(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"not found": http.StatusNotFound, "forbidden": http.StatusForbidden, "too many": http.StatusTooManyRequests} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			before := len(h.NodeGroups())
			fails := func(method string) func() {
				return func() {
					h.AddFault(simulator.Fault{
						Method: method, Path: groupPaths, Action: simulator.AnswerStatusAfterHandling, Status: status, Body: "<html>a proxy</html>",
					})
				}
			}
			created := func(*terraform.State) error {
				if got := len(h.NodeGroups()) - before; got != 1 {
					return fmt.Errorf("%d groups were created", got)
				}
				return nil
			}
			retries := "max_retries = 2"
			h.Run(t,
				resource.TestStep{PreConfig: fails(http.MethodPut), Config: h.Config(group(`name = "Shop"`), retries), Check: created},
				resource.TestStep{
					PreConfig: fails(http.MethodPost), Config: h.Config(group(`name = "Store"`), retries),
					ExpectError: acctest.SaysAll("It is not known whether node group \"Store\" was changed"),
				},
				resource.TestStep{PreConfig: h.ClearFaults, Config: h.Config(group(`name = "Store"`)), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
			)
		})
	}
}

// TestNodeGroupResource_Import has ids by which nothing is imported.
func TestNodeGroupResource_Import(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	step := func(id, says string) resource.TestStep {
		return resource.TestStep{
			Config: h.Config(group(`name = "Web servers"`)), ResourceName: web, ImportState: true, ImportStateId: id, ExpectError: acctest.Says(says),
		}
	}
	h.Run(t,
		step("Web server", "Node groups are imported by their id (UUID) or by their name"),
		step("00000000-0000-4000-8000-00000000dead", "Cannot import non-existent remote object"),
	)
}
