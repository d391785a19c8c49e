package role_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const webRole = "pe_role.web"

// hasRole checks what the server has of a role. Each permission is TYPE:ACTION:INSTANCE.
func hasRole(t *testing.T, h *acctest.Harness, name string, permissions, users, groups []string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		role := h.Role(t, name)
		var texts []string
		for _, p := range role.Permissions {
			texts = append(texts, p.ObjectType+":"+p.Action+":"+p.Instance)
		}
		if !sameTexts(texts, permissions) || !sameTexts(role.UserIDs, users) || !sameTexts(role.GroupIDs, groups) {
			return fmt.Errorf("role %q permits %v to users %v and groups %v", name, texts, role.UserIDs, role.GroupIDs)
		}
		return nil
	}
}

func sameTexts(a, b []string) bool {
	count := map[string]int{}
	for _, text := range a {
		count[text]++
	}
	for _, text := range b {
		count[text]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// permissions writes a permissions argument from TYPE:ACTION:INSTANCE.
func permissions(triples ...string) string {
	var b strings.Builder
	b.WriteString("permissions = [")
	for _, triple := range triples {
		part := strings.SplitN(triple, ":", 3)
		fmt.Fprintf(&b, "{ object_type = %q, action = %q, instance = %q },", part[0], part[1], part[2])
	}
	b.WriteString("]\n")
	return b.String()
}

func triple(text string) knownvalue.Check {
	part := strings.SplitN(text, ":", 3)
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"object_type": knownvalue.StringExact(part[0]), "action": knownvalue.StringExact(part[1]), "instance": knownvalue.StringExact(part[2]),
	})
}

func setOf(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, v := range values {
		checks[i] = knownvalue.StringExact(v)
	}
	return knownvalue.SetExact(checks)
}

// TestRole takes a role through each of its changes.
func TestRole(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			minimal := h.Config(acctest.RoleBody(`display_name = "Web"`))
			full := `description = "Restarts of the web tier"
` + permissions("tasks:run_with_constraints:1", "orchestrator:view:*") + `user_ids = ["` + acctest.DanaID + `"]
group_ids = ["` + acctest.WebteamID + `"]`
			named := h.Config(acctest.RoleBody("display_name = \"Web operators\"\n" + full))
			empty := resource.TestStep{ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())}
			again := func(config string) resource.TestStep { s := empty; s.Config = config; return s }
			imports := resource.TestStep{ResourceName: webRole, ImportState: true, ImportStateVerify: true}
			change := func(body string, permissions, users, groups []string) resource.TestStep {
				return resource.TestStep{
					Config:           h.Config(acctest.RoleBody("display_name = \"Web operators\"\n" + body)),
					ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					Check:            hasRole(t, h, "Web operators", permissions, users, groups),
				}
			}
			h.RunGeneration(t, generation,
				resource.TestStep{
					PreConfig:        h.ResetRequests,
					Config:           minimal,
					ConfigPlanChecks: acctest.Planned(acctest.Creates(webRole)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(webRole, "id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9]+$`))),
						acctest.Value(webRole, "description", knownvalue.Null()),
						acctest.Value(webRole, "permissions", knownvalue.SetExact(nil)),
						acctest.Value(webRole, "user_ids", setOf()),
						acctest.Value(webRole, "group_ids", setOf()),
					},
					// A create is one POST.
					Check: resource.ComposeAggregateTestCheckFunc(
						hasRole(t, h, "Web", nil, nil, nil), h.Writes(1, "POST", "/v1/roles"), h.Writes(0, "PUT", "/v1/roles/*"), h.Writes(0, "POST", "/v1/command/roles/*"),
					),
				},
				again(minimal),
				imports,
				resource.TestStep{
					Config:           named,
					ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					ConfigStateChecks: []statecheck.StateCheck{
						acctest.Value(webRole, "permissions", knownvalue.SetExact([]knownvalue.Check{triple("orchestrator:view:*"), triple("tasks:run_with_constraints:1")})),
						acctest.Value(webRole, "user_ids", setOf(acctest.DanaID)),
						acctest.Value(webRole, "group_ids", setOf(acctest.WebteamID)),
					},
					Check: hasRole(t, h, "Web operators", []string{"tasks:run_with_constraints:1", "orchestrator:view:*"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				},
				again(named),
				imports,
				resource.TestStep{ResourceName: webRole, ImportState: true, ImportStateId: "Web operators", ImportStateVerify: true},
				// Each attribute by itself.
				change(strings.Replace(full, "Restarts", "Reloads", 1), []string{"tasks:run_with_constraints:1", "orchestrator:view:*"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				change(permissions("tasks:run_with_constraints:2")+`user_ids = ["`+acctest.DanaID+`"]`, []string{"tasks:run_with_constraints:2"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				change(permissions("tasks:run_with_constraints:2")+`user_ids = ["`+acctest.FredID+`"]`, []string{"tasks:run_with_constraints:2"}, []string{acctest.FredID}, []string{acctest.WebteamID}),
				change(permissions("tasks:run_with_constraints:2")+`group_ids = []`, []string{"tasks:run_with_constraints:2"}, []string{acctest.FredID}, nil),
				change(permissions()+"user_ids = []\n group_ids = [\""+acctest.WebteamID+"\"]", nil, nil, []string{acctest.WebteamID}),
				// What is left out is left alone, and an order says nothing.
				again(h.Config(acctest.RoleBody(`display_name = "Web operators"`))),
				resource.TestStep{Config: h.Config("locals {}"), Check: func(*terraform.State) error {
					for _, role := range h.Roles() {
						if role.DisplayName == "Web operators" {
							return fmt.Errorf("the role is still there")
						}
					}
					return nil
				}},
			)
		})
	}
}

// TestRoleDrift changes a role behind Terraform's back: what the configuration manages is mended, what it leaves out is not.
func TestRoleDrift(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			client := h.RBACClient(t)
			config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:package", "tasks:run:service") + "user_ids = [\"" + acctest.DanaID + "\"]"))
			meddle := func(change func(*rbac.Role)) func() {
				return func() {
					if err := client.UpdateRole(t.Context(), int64(h.Role(t, "Web").ID), change); err != nil {
						t.Error(err)
					}
				}
			}
			mended := func(change func(*rbac.Role), groups ...string) resource.TestStep {
				return resource.TestStep{
					PreConfig: meddle(change), Config: config, ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					Check: hasRole(t, h, "Web", []string{"tasks:run:package", "tasks:run:service"}, []string{acctest.DanaID}, groups),
				}
			}
			h.Run(t,
				resource.TestStep{Config: config},
				mended(func(r *rbac.Role) { r.Permissions = r.Permissions[:1] }),
				mended(func(r *rbac.Role) {
					r.Permissions = append(r.Permissions, rbac.Permission{ObjectType: "tasks", Action: "run", Instance: "*"})
				}),
				mended(func(r *rbac.Role) { r.UserIDs = append(r.UserIDs, acctest.FredID) }),
				mended(func(r *rbac.Role) { r.UserIDs = nil }),
				mended(func(r *rbac.Role) { text := "changed"; r.Description = &text }),
				resource.TestStep{
					PreConfig: meddle(func(r *rbac.Role) { r.GroupIDs = []string{acctest.WebteamID} }), Config: config,
					ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
				},
				// A rename mends the name and keeps the group that is managed elsewhere.
				resource.TestStep{
					PreConfig: func() {
						if err := client.UpdateRole(t.Context(), int64(h.Role(t, "Web").ID), func(r *rbac.Role) { r.DisplayName = "Theirs" }); err != nil {
							t.Error(err)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Updates(webRole)),
					Check: hasRole(t, h, "Web", []string{"tasks:run:package", "tasks:run:service"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				},
				// A role that is gone is made again.
				resource.TestStep{
					PreConfig: func() {
						if err := client.DeleteRole(t.Context(), int64(h.Role(t, "Web").ID)); err != nil {
							t.Error(err)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates(webRole)),
				},
			)
		})
	}
}

// TestRoleNameTaken makes and renames a role into a name that is taken.
func TestRoleNameTaken(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2021))
	client := h.RBACClient(t)
	id, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "Taken"})
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t,
		resource.TestStep{
			Config:      h.Config(acctest.RoleBody(`display_name = "Taken"`)),
			ExpectError: acctest.Says(fmt.Sprintf("terraform import <address> %d or with import { to = <address> id = \"%d\" }", id, id)),
		},
		resource.TestStep{
			Config:      h.Config(acctest.RoleBody(`display_name = "Viewers"`)),
			ExpectError: acctest.Says(`id = "3" } It is one of the roles that every Puppet Enterprise has`),
		},
		resource.TestStep{Config: h.Config(acctest.RoleBody(`display_name = "Mine"`))},
		resource.TestStep{
			Config:      h.Config(acctest.RoleBody(`display_name = "Taken"`)),
			ExpectError: acctest.Says(fmt.Sprintf("belongs to role %d. Choose another", id)),
		},
	)
}

// TestBuiltInRoles imports a role that every PE has, and tries to change and delete it.
func TestBuiltInRoles(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
			importing := "import {\n to = pe_role.web\n id = \"Viewers\"\n}\n"
			kept := "display_name = \"Viewers\"\ndescription = \"View the console, nodes and node groups\"\n"
			h.RunCLI(t,
				// Who has it can be managed.
				resource.TestStep{
					Config: h.Config(importing + acctest.RoleBody(kept+"user_ids = [\""+acctest.DanaID+"\"]")),
					Check:  hasRole(t, h, "Viewers", []string{"console_page:view:*", "node_groups:view:*", "nodes:view_data:*"}, []string{acctest.DanaID}, []string{acctest.WebteamID}),
				},
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(kept + permissions("tasks:run:*"))), PlanOnly: true,
					ExpectError: acctest.Says("This is one of the roles that every Puppet Enterprise has. Its name, description and permissions cannot be changed"),
				},
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(strings.Replace(kept, "Viewers", "Onlookers", 1))), PlanOnly: true,
					ExpectError: acctest.SaysAll("The display_name of role \"Viewers\" cannot be changed", "Write `display_name = \"Viewers\"`."),
				},
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(`display_name = "Viewers"`)), PlanOnly: true,
					ExpectError: acctest.Says("Write `description = \"View the console, nodes and node groups\"`."),
				},
				// What the role has may be written down.
				resource.TestStep{
					Config: h.Config(acctest.RoleBody(kept + permissions("console_page:view:*", "node_groups:view:*", "nodes:view_data:*"))), PlanOnly: true,
				},
				resource.TestStep{Config: h.Config("locals {}"), ExpectError: acctest.Says("terraform state rm <address>")},
				resource.TestStep{Config: h.Config("removed {\n from = pe_role.web\n lifecycle {\n destroy = false\n }\n}")},
			)
		})
	}
}

// TestBuiltInRoleIsDestroyed says while planning what the server will refuse.
func TestBuiltInRoleIsDestroyed(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.RoleBody("display_name = \"Viewers\"\ndescription = \"View the console, nodes and node groups\""))
	if out, err := c.Run(t, nil, "import", "pe_role.web", "Viewers"); err != nil {
		t.Fatal(out)
	}
	out, err := c.Run(t, nil, "plan", "-destroy")
	if err != nil {
		t.Fatal(out)
	}
	acctest.MustSay(t, out, "Role \"Viewers\" cannot be deleted", "the server will refuse to delete it", "terraform state rm <address>")
}

func TestTheAdministratorStays(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.RunCLI(t,
		resource.TestStep{
			Config: h.Config(`
resource "pe_role_membership" "admin" {
  role_id = "1"
  user_id = "42bf351c-f9ec-40af-84ad-e976fec7f4bd"
}`),
		},
		resource.TestStep{Config: h.Config("locals {}"), ExpectError: acctest.Says("The account `admin` must keep the role Administrators")},
		resource.TestStep{Config: h.Config("removed {\n from = pe_role_membership.admin\n lifecycle {\n destroy = false\n }\n}")},
	)
}

func TestRoleImportOfNothing(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for _, id := range []string{"No such role", "99"} {
		h.RunCLI(t, resource.TestStep{
			Config: h.Config(acctest.RoleBody(`display_name = "x"`)), ResourceName: webRole, ImportState: true, ImportStateId: id,
			ExpectError: acctest.Says(fmt.Sprintf("%q is neither the number nor the display name of a role", id)),
		})
	}
	// A name may be a number.
	client := h.RBACClient(t)
	if _, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "2024"}); err != nil {
		t.Fatal(err)
	}
	h.RunCLI(t, resource.TestStep{
		Config:           h.Config("import {\n to = pe_role.web\n id = \"2024\"\n}\n" + acctest.RoleBody(`display_name = "2024"`)),
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(webRole, plancheck.ResourceActionNoop)),
	})
}

// TestRoleIdentity needs a CLI that has identities.
func TestRoleIdentity(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.RoleBody("display_name = \"Web\"\n"+permissions("tasks:run:a")) + `
resource "pe_role_permission" "p" {
  role_id     = data.pe_role.other.id
  object_type = "tasks"
  action      = "run"
  instance    = "package::install"
}
resource "pe_role_membership" "m" {
  role_id = data.pe_role.other.id
  user_id = "` + acctest.DanaID + `"
}
data "pe_role" "other" { display_name = "Other" }`)
	id, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	other := knownvalue.StringExact(fmt.Sprint(id))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: h.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.12.0")))},
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(webRole, acctest.At("id")),
				statecheck.ExpectIdentity("pe_role_permission.p", map[string]knownvalue.Check{
					"role_id": other, "object_type": knownvalue.StringExact("tasks"), "action": knownvalue.StringExact("run"),
					"instance": knownvalue.StringExact("package::install"),
				}),
				statecheck.ExpectIdentity("pe_role_membership.m", map[string]knownvalue.Check{
					"role_id": other, "user_id": knownvalue.StringExact(acctest.DanaID), "group_id": knownvalue.Null(),
				}),
			}},
			{ResourceName: webRole, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{ResourceName: "pe_role_permission.p", ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{ResourceName: "pe_role_membership.m", ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestLostAnswerOfARole loses the answer to a creation: the role is found by its name and content, and created once.
func TestLostAnswerOfARole(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Method: "POST", Path: "/rbac-api/v1/roles", Times: 1, Action: simulator.DropAfterHandling})
	config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
	h.Run(t,
		resource.TestStep{Config: config, Check: h.Writes(1, "POST", "/v1/roles")},
		resource.TestStep{Config: config, PlanOnly: true},
	)
	h = acctest.New(t)
	h.AddFault(simulator.Fault{Method: "POST", Path: "/rbac-api/v1/roles", Times: 1, Action: simulator.DropBeforeHandling})
	config = h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Says("It is not known whether role \"Web\" was created")},
		resource.TestStep{Config: config},
	)
}

func TestManyRolesShareOneRead(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(`
resource "pe_role" "web" {
  count        = 30
  display_name = "role ${count.index}"
  permissions  = [{ object_type = "tasks", action = "run", instance = "task${count.index}" }]
}`)
	h.RunCLI(t,
		resource.TestStep{Config: config, Check: func(*terraform.State) error {
			// Once while planning, and once while applying: these are two processes for a user.
			if n := h.Count("GET", "/v1/types"); n < 1 || n > 3 {
				return fmt.Errorf("the types were read %d times for 30 roles", n)
			}
			return nil
		}},
		resource.TestStep{
			PreConfig: h.ResetRequests, Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()),
			Check: func(*terraform.State) error {
				lists, singles := h.Count("GET", "/v1/roles"), h.Count("GET", "/v1/roles/*")
				if singles > 10 || lists < 1 || h.Count("GET", "/v1/types") > 0 {
					return fmt.Errorf("30 roles were refreshed with %d lists, %d single reads, %d reads of the types", lists, singles, h.Count("GET", "/v1/types"))
				}
				return nil
			},
		},
	)
}

func TestRoleBadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	named := "display_name = \"x\"\n"
	tests := map[string]struct{ body, want string }{
		"no name":        {`display_name = " "`, "must not be empty"},
		"a login":        {named + `user_ids = ["dana"]`, `"dana" is not the UUID of a user, in lower case. A login does not do`},
		"a group's name": {named + `group_ids = ["webteam"]`, `"webteam" is not the UUID of a group`},
		"upper case":     {named + `user_ids = ["` + strings.ToUpper(acctest.DanaID) + `"]`, "in lower case"},
		"empty type":     {named + permissions(":run:x"), `object_type` + "`" + `: "" must not be empty; give a text`},
		"empty instance": {named + permissions("tasks:run: "), `instance` + "`" + `: " " must not be empty; give a text`},
		"object type":    {named + permissions("task:run:x"), "`object_type`: " + `There is no object type "task". The server knows: cert_requests`},
		"display name":   {named + permissions("Job orchestrator:view:*"), `The system name of the object type "Job orchestrator" is "orchestrator".`},
		"action":         {named + permissions("tasks:execute:x"), "`action`: " + `The object type "tasks" has no action "execute". The server knows: run, run_with_constraints.`},
		"instance":       {named + permissions("orchestrator:view:7"), "`instance`: " + `orchestrator:view cannot be limited to "7", because the action has no instances. Its ` + "`instance`" + ` must be "*".`},
		"missing part":   {named + `permissions = [{ object_type = "tasks", action = "run" }]`, "a permission needs `instance`"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(acctest.RoleBody(test.body)), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
	t.Run("unknown user", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{
			Config:      h.Config(acctest.RoleBody("display_name = \"nobodies\"\nuser_ids = [\"" + acctest.NobodyID + "\"]")),
			ExpectError: acctest.Says("Check the ids: users and groups must exist."),
		})
	})
	t.Run("unknown values are not judged", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: h.Config(`
resource "terraform_data" "later" { input = { type = "orchestrator", action = "view", instance = "*", users = ["` + acctest.DanaID + `"] } }
resource "pe_role" "web" {
  display_name = "later"
  permissions = [
    { object_type = terraform_data.later.output.type, action = "view", instance = "*" },
    { object_type = "nodes", action = terraform_data.later.output.action == "view" ? "view_data" : "x", instance = "*" },
    { object_type = "orchestrator", action = "view", instance = terraform_data.later.output.instance },
  ]
  user_ids = terraform_data.later.output.users
}`)})
	})
	t.Run("what is known of a permission is judged", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{
			Config: h.Config(`
resource "terraform_data" "later" { input = "1" }
resource "pe_role" "web" {
  display_name = "later"
  permissions  = [{ object_type = "tasks", action = "runs", instance = terraform_data.later.output }]
}`),
			PlanOnly: true, ExpectError: acctest.Says(`has no action "runs"`),
		})
	})
}

// TestTypesThatCannotBeRead plans on although permissions cannot be checked.
func TestTypesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(simulator.Fault{Method: "GET", Path: "/rbac-api/v1/types", Action: simulator.AnswerStatus, Status: status})
			config := `
resource "pe_role" "web" {
  count        = 3
  display_name = "role ${count.index}"
  permissions  = [{ object_type = "tasks", action = "run", instance = "a" }]
}`
			c := acctest.NewCLI(t, h, "provider \"pe\" {\n max_retries = 0\n}\n"+config)
			out, err := c.Run(t, nil, "plan")
			if err != nil {
				t.Fatal(out)
			}
			acctest.MustSay(t, out, "Permissions were not checked", fmt.Sprintf("was answered with %d", status), "This is said once")
			if n := strings.Count(out, "Permissions were not checked"); n != 1 {
				t.Errorf("it is said %d times:\n%s", n, out)
			}
			h.ResetRequests()
			h.RunCLI(t, resource.TestStep{
				Config: h.Config(config, "max_retries = 0"),
				Check: func(*terraform.State) error {
					if n := h.Count("GET", "/v1/types"); n > 3 {
						return fmt.Errorf("the types were asked for %d times", n)
					}
					return nil
				},
			})
		})
	}
}

// TestWithoutThePermissionToEditRoles has a token that may not do what is asked.
func TestWithoutThePermissionToEditRoles(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("amy", "x")
	h.Run(t, resource.TestStep{
		Config:      h.ConfigAs(h.IssueToken("amy", 0), acctest.RoleBody(`display_name = "Web"`)),
		ExpectError: acctest.Says("Managing roles needs the permissions user_roles:create:* and user_roles:edit:*"),
	})
	h.Run(t,
		resource.TestStep{Config: h.Config(acctest.RoleBody(`display_name = "Web"`), `max_retries = 0`)},
		resource.TestStep{
			Config: h.Config(acctest.RoleBody(`display_name = "Web"`), `max_retries = 0`),
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: "GET", Times: 1, Path: "/rbac-api/v1/roles/*", Action: simulator.HTML, Status: 502})
			},
			ExpectError: acctest.Says("/var/log/puppetlabs/console-services/"),
		},
	)
}
