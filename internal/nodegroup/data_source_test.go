// SPDX-License-Identifier: MPL-2.0

package nodegroup_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	one  = "data.pe_node_group.g"
	many = "data.pe_node_groups.g"
	shop = "7c1e0f52-3a4b-4d5c-8e6f-901a2b3c4d5e"
)

// groupData and groupsData are data sources with a body.
func groupData(body string) string { return "data \"pe_node_group\" \"g\" {\n" + body + "\n}\n" }

func groupsData(body string) string { return "data \"pe_node_groups\" \"g\" {\n" + body + "\n}\n" }

// aShop adds a group that has everything, with a rule and a pin, below the web servers.
func aShop(h *acctest.Harness) {
	description := "web tier"
	h.AddNodeGroup(simulator.NodeGroup{
		ID: shop, Name: "Shop frontends", Parent: simulator.WebServersGroup, Environment: "production", Description: &description,
		Rule:       []any{"or", []any{"=", []any{"fact", "kernel"}, "Linux"}, []any{"=", "name", acctest.Node(2)}},
		Classes:    map[string]map[string]any{"role::frontend": {"workers": 8}, "profile::base": {}},
		ConfigData: map[string]map[string]any{"profile::cache": {"size_mb": "512"}},
		Variables:  map[string]any{"site": "north"},
	})
}

func TestNodeGroup_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			aShop(h)
			// The second node is pinned, but it is none of the web servers.
			nodes := acctest.Texts(acctest.Node(1), acctest.Node(3), acctest.Node(5))
			if generation == simulator.PE2019 {
				nodes = knownvalue.Null()
			}
			text := func(texts ...string) knownvalue.Check {
				var all []knownvalue.Check
				for _, text := range texts {
					all = append(all, acctest.Text(text))
				}
				return knownvalue.TupleExact(all)
			}
			checks := func() []resource.TestStep {
				var steps []resource.TestStep
				for _, body := range []string{`name = "Shop frontends"`, `id = "` + shop + `"`, "name = \"Shop frontends\"\nenvironment = \"production\""} {
					steps = append(steps, h.ReadStep(groupData(body),
						acctest.Value(one, "id", acctest.Text(shop)), acctest.Value(one, "name", acctest.Text("Shop frontends")),
						acctest.Value(one, "parent", acctest.Text(simulator.WebServersGroup)), acctest.Value(one, "environment", acctest.Text("production")),
						acctest.Value(one, "environment_trumps", knownvalue.Bool(false)), acctest.Value(one, "description", acctest.Text("web tier")),
						acctest.Value(one, "nodes", nodes),
						acctest.Value(one, "rule", knownvalue.TupleExact([]knownvalue.Check{
							acctest.Text("or"),
							knownvalue.TupleExact([]knownvalue.Check{acctest.Text("="), text("fact", "kernel"), acctest.Text("Linux")}),
							text("=", "name", acctest.Node(2)),
						})),
						acctest.Value(one, "classes", knownvalue.ObjectExact(map[string]knownvalue.Check{
							"role::frontend": knownvalue.ObjectExact(map[string]knownvalue.Check{"workers": acctest.Number(8)}),
							"profile::base":  knownvalue.ObjectExact(nil),
						})),
						acctest.Value(one, "config_data", knownvalue.ObjectExact(map[string]knownvalue.Check{
							"profile::cache": knownvalue.ObjectExact(map[string]knownvalue.Check{"size_mb": acctest.Text("512")}),
						})),
						acctest.Value(one, "variables", knownvalue.ObjectExact(map[string]knownvalue.Check{"site": acctest.Text("north")})),
					))
				}
				return steps
			}
			bare := h.ReadStep(groupData(`id = "`+simulator.NoRulesGroup+`"`),
				acctest.Value(one, "rule", knownvalue.Null()), acctest.Value(one, "description", knownvalue.Null()),
				acctest.Value(one, "classes", knownvalue.ObjectExact(nil)))
			h.RunGeneration(t, generation, append(checks(), bare)...)
		})
	}
}

func TestNodeGroup_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddNodeGroup(simulator.NodeGroup{ID: shop, Name: "Web servers", Environment: "staging"})
	for body, says := range map[string]string{
		`name = "Web server"`:                             `Did you mean "Web servers"?`,
		`name = "Databasis"`:                              `Did you mean "Databases"?`,
		`name = "Payroll"`:                                "Only groups that the user of the token may view are found",
		"name = \"Databases\"\nenvironment = \"staging\"": `The node group "Databases" is not in the environment staging, but in production`,
		`name = "Web servers"`:                            "Names are unique within an environment only. The environments with a group of this name are production, staging",
		`name = ""`:                                       "name",
		`id = "Web servers"`:                              "is not the UUID of a node group",
		`id = "00000000-0000-4000-8000-00000000dead"`:     "There is no node group 00000000-0000-4000-8000-00000000dead",
		``: "id",
		"name = \"Databases\"\nid = \"" + shop + "\"":      "id",
		"id = \"" + shop + "\"\nenvironment = \"staging\"": "environment",
	} {
		h.Run(t, resource.TestStep{Config: h.Config(groupData(body)), ExpectError: acctest.Says(says)})
	}
	h.Run(t, h.ReadStep(groupData("name = \"Web servers\"\nenvironment = \"staging\""), acctest.Value(one, "id", acctest.Text(shop))))
}

// TestNodeGroup_Forbidden reads as somebody who may view only one group.
func TestNodeGroup_Forbidden(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("olga", "secret", acctest.Grant("node_groups:view:"+simulator.WebServersGroup))
	token := h.IssueToken("olga", 0)
	h.Run(t,
		resource.TestStep{Config: h.ConfigAs(token, groupData(`name = "Web servers"`))},
		resource.TestStep{Config: h.ConfigAs(token, groupData(`name = "Databases"`)), ExpectError: acctest.Says("There is no node group Databases")},
		resource.TestStep{
			Config: h.ConfigAs(token, groupData(`id = "`+simulator.DatabasesGroup+`"`)), ExpectError: acctest.Says("The user of the token needs a permission on node groups"),
		},
	)
}

func TestNodeGroups_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			aShop(h)
			item := func(name, parent string, more map[string]knownvalue.Check) map[string]knownvalue.Check {
				object := map[string]knownvalue.Check{"name": acctest.Text(name), "parent": acctest.Text(parent), "environment": acctest.Text("production"), "description": knownvalue.Null(), "classes": acctest.Texts()}
				for key, check := range more {
					object[key] = check
				}
				return object
			}
			frontends := item("Shop frontends", simulator.WebServersGroup, map[string]knownvalue.Check{
				"id": acctest.Text(shop), "description": acctest.Text("web tier"), "classes": acctest.Texts("profile::base", "role::frontend"),
			})
			root := simulator.AllNodesGroup
			h.RunGeneration(t, generation,
				h.ReadStep(groupsData(""), acctest.Value(many, "groups", acctest.Items(
					item("All Nodes", root, nil), item("Databases", root, nil), item("No rules", root, nil), frontends, item("Web servers", root, nil),
				))),
				h.ReadStep(groupsData(`parent = "`+simulator.WebServersGroup+`"`), acctest.Value(many, "groups", acctest.Items(frontends))),
				h.ReadStep(groupsData(`environment = "staging"`), acctest.Value(many, "groups", acctest.Items())),
				h.ReadStep(groupsData(`parent = "`+root+`"`), acctest.Value(many, "groups", acctest.Items(
					item("Databases", root, nil), item("No rules", root, nil), item("Web servers", root, nil),
				))),
				resource.TestStep{Config: h.Config(groupsData(`parent = "Web servers"`)), ExpectError: acctest.Says("is not the UUID of a node group")},
			)
		})
	}
}
