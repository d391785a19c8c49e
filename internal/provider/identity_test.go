// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// identityCase is a resource that is imported by its identity.
type identityCase struct {
	// body is that of a resource x, on a server that has a role 6.
	body, identity string
	// wrong are identities of which the named attribute has not the form of an id.
	wrong map[string]string
}

// numbered are resources that are identified by a number.
func numbered(body, id string) identityCase {
	return identityCase{body, `id = "` + id + `"`, map[string]string{`id = "x7"`: "id", `id = ""`: "id", `id = "07"`: "id"}}
}

func identityCases(h *acctest.Harness) map[string]identityCase {
	const scope = "scope = { nodes = [\"node1.example.com\"] }\n"
	at := "scheduled_time = \"" + h.TimeIn(time.Hour) + "\"\n"
	// The id of a new group is random, so that another one of the name is imported.
	// The ids of people follow from their logins.
	const onCallID, newUserID = "afc46439-19f8-82f2-b826-489300ab5890", "aa345e0d-5cd2-8e7d-989d-912454bfc3e8"
	const groupID = "7c1e0f52-3a4b-4d5c-8e6f-901a2b3c4d5e"
	h.AddNodeGroup(simulator.NodeGroup{ID: groupID, Name: "Shop", Environment: "staging"})
	return map[string]identityCase{
		"pe_node_group": {"name = \"Shop\"", `id = "` + groupID + `"`, map[string]string{`id = "Shop"`: "id", `id = ""`: "id"}},
		"pe_node_group_pin": {
			"node_group_id = \"" + groupID + "\"\ncertname = \"node1.example.com\"",
			`node_group_id = "` + groupID + `", certname = "node1.example.com"`,
			map[string]string{
				`node_group_id = "Shop", certname = "node1.example.com"`: "node_group_id",
				`node_group_id = "` + groupID + `", certname = ""`:       "certname",
			},
		},
		"pe_directory_group":  {"login = \"oncall\"", `id = "` + onCallID + `"`, map[string]string{`id = "oncall"`: "id", `id = ""`: "id"}},
		"pe_user":             {"login = \"x\"\ndisplay_name = \"X\"", `id = "` + newUserID + `"`, map[string]string{`id = "x"`: "id", `id = ""`: "id"}},
		"pe_task_target":      numbered("display_name = \"web\"\ntasks = [\"service\"]\nnodes = [\"node1.example.com\"]", "1"),
		"pe_task":             numbered("task = \"facts\"\n"+scope, "1"),
		"pe_deploy":           numbered("environment = \"production\"\n"+scope, "1"),
		"pe_plan_run":         numbered("plan_name = \"facts::info\"\nparams = { targets = \"node1.example.com\" }", "1"),
		"pe_scheduled_task":   numbered("task = \"facts\"\n"+at+scope, "1"),
		"pe_scheduled_deploy": numbered("environment = \"production\"\n"+at+scope, "1"),
		"pe_scheduled_plan":   numbered("plan_name = \"facts::info\"\nparams = { targets = \"node1.example.com\" }\n"+at, "1"),
		"pe_role":             numbered("display_name = \"Web\"", "7"),
		"pe_role_permission": {
			"role_id = \"6\"\nobject_type = \"tasks\"\naction = \"run\"\ninstance = \"facts\"",
			`role_id = "6", object_type = "tasks", action = "run", instance = "facts"`,
			map[string]string{
				`role_id = "Viewers", object_type = "tasks", action = "run", instance = "facts"`: "role_id",
				`role_id = "6", object_type = "tasks", action = "run", instance = ""`:            "instance",
			},
		},
		"pe_role_membership": {
			"role_id = \"2\"\nuser_id = \"" + acctest.DanaID + "\"",
			`role_id = "2", user_id = "` + acctest.DanaID + `"`,
			map[string]string{
				`role_id = "x", user_id = "` + acctest.DanaID + `"`: "role_id",
				`role_id = "2", user_id = "dana"`:                   "user_id",
				`role_id = "2", group_id = "operators"`:             "group_id",
				`role_id = "2"`:                                     "user_id",
			},
		},
	}
}

// TestIdentity_Imports imports each resource by its identity, which plans no change, and refuses what is none at its attribute.
func TestIdentity_Imports(t *testing.T) {
	t.Parallel()
	server, err := provider.Server("test", provider.ThisMachine())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	cases := identityCases(acctest.New(t))
	want := slices.DeleteFunc(slices.Sorted(maps.Keys(schemasOf(t).ResourceSchemas)), standsForNothing)
	if got := slices.Sorted(maps.Keys(cases)); !slices.Equal(got, want) {
		t.Errorf("there are cases for %q, and resources %q", got, want)
	}
	for kind := range cases {
		if schema := schemas.IdentitySchemas[kind]; schema == nil || schema.Version != 0 {
			t.Errorf("%s: the schema of the identity is %+v", kind, schema)
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := identityCases(h)[kind]
			if _, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "Theirs"}); err != nil {
				t.Fatal(err)
			}
			block := "resource \"" + kind + "\" \"x\" {\n" + c.body + "\n}\n"
			imports := func(identity string) string {
				return h.Config(block + "import {\n  to = " + kind + ".x\n  identity = { " + identity + " }\n}\n")
			}
			var steps []resource.TestStep
			for _, wrong := range slices.Sorted(maps.Keys(c.wrong)) {
				steps = append(steps, resource.TestStep{Config: imports(wrong), ExpectError: acctest.Says("with " + kind + ".x." + c.wrong[wrong] + ",")})
			}
			if problems, err := protocoltest.Attempt(t.Context(), h.Factories()["pe"], h.Config(block)); err != nil || len(problems) > 0 {
				t.Fatalf("%v, %v", problems, err)
			}
			protocoltest.Run(t, h.Factories()["pe"], append(steps, resource.TestStep{
				Config:           imports(c.identity),
				ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(kind+".x", plancheck.ResourceActionNoop)),
			})...)
		})
	}
}

// TestIdentity_OfOldStates refreshes stored states, which have no identity: each gets one, with the id that it has.
func TestIdentity_OfOldStates(t *testing.T) {
	t.Parallel()
	for name, schema := range schemasOf(t).ResourceSchemas {
		if standsForNothing(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stored := storedFor(t, name, schema.Version, schema)
			h := acctest.New(t)
			repeat(t, h, stored.Requests)
			c := acctest.NewCLI(t, h, configOfState(t, name, schema.Version)).Attached()
			c.NeedsIdentity(t)
			c.Write(t, "terraform.tfstate", stateOfStored(t, h, stored))
			if strings.Contains(c.Read(t, "terraform.tfstate"), `"identity":`) {
				t.Fatal("the stored state has an identity, so that it is no old one")
			}
			c.MustRun(t, "apply", "-refresh-only", "-auto-approve")
			for address, kept := range c.Resources(t) {
				identity, _ := kept[acctest.IdentityKey].(map[string]any)
				for attribute, value := range identity {
					if value != nil && value != kept[attribute] {
						t.Errorf("the identity of %s is %v, of %v", address, identity, kept)
					}
				}
				if len(identity) == 0 {
					t.Errorf("%s has no identity", address)
				}
			}
		})
	}
}

// TestExamples_ImportsByIdentity applies the examples of each resource and imports one of them by its identity, with the block of the
// example: the attributes of the identity are those of the object.
func TestExamples_ImportsByIdentity(t *testing.T) {
	t.Parallel()
	parts := regexp.MustCompile(`(?m)^    (\w+) += ".*"$`)
	for _, name := range matching(t, "resources/*/import-by-identity.tf") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			block := readExample(t, name)
			folder := strings.TrimSuffix(name, "import-by-identity.tf")
			to := importBlock.FindStringSubmatch(readExample(t, folder+"import-by-string-id.tf"))[1]
			kind, label, _ := strings.Cut(to, ".")
			for _, example := range matching(t, folder+"resource*.tf") {
				text := readExample(t, example)
				if !strings.Contains(text, fmt.Sprintf("resource %q %q {", kind, label)) {
					continue
				}
				h := exampleWorld(t)
				c := acctest.NewCLI(t, h, text).Attached()
				c.NeedsIdentity(t)
				withVariables(c)
				c.MustRun(t, "apply", "-auto-approve")
				made := c.Resources(t)[to]
				again := acctest.NewCLI(t, h, text+parts.ReplaceAllStringFunc(block, func(line string) string {
					attribute := parts.FindStringSubmatch(line)[1]
					return fmt.Sprintf("    %s = %q", attribute, made[attribute])
				}))
				withVariables(again)
				planned := again.MustRun(t, "plan")
				if !strings.Contains(planned, "Plan: 1 to import") || strings.Contains(planned, " 0 to add") && !strings.Contains(planned, " 0 to destroy") {
					t.Errorf("the import plans\n%s", planned)
				}
				return
			}
			t.Errorf("no example has %s", to)
		})
	}
}

// TestIdentity_WrongThroughTheCLI shows that people see what is wrong with an identity.
func TestIdentity_WrongThroughTheCLI(t *testing.T) {
	t.Parallel()
	c := acctest.NewCLI(t, acctest.New(t), block("pe_task", taskOfAll+firstNode)+"import {\n  to = pe_task.x\n  identity = { id = \"job 7\" }\n}\n").Attached()
	c.NeedsIdentity(t)
	printed, err := c.Run(t, nil, "plan")
	if err == nil {
		t.Errorf("it is planned:\n%s", printed)
	}
	acctest.MustSay(t, printed, "The import id is not a positive number", `"job 7" is not the id of a job.`)
}
