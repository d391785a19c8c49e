// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const theGroup = "pe_directory_group.x"

func groupBody(body string) string { return block("pe_directory_group", body) }

func TestDirectoryGroup_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			with := groupBody("login = \"dbteam\"\nrole_ids = [\"3\", \"2\"]")
			none := groupBody("login = \"dbteam\"\nrole_ids = []")
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config: h.Config(with), ConfigPlanChecks: acctest.Planned(acctest.Creates(theGroup)), Check: has(h, "dbteam", "Database team [2 3]"),
				},
				h.Unchanged(with),
				resource.TestStep{ResourceName: theGroup, ImportState: true, ImportStateVerify: true},
				resource.TestStep{ResourceName: theGroup, ImportState: true, ImportStateVerify: true, ImportStateId: "dbteam"},
				resource.TestStep{
					Config: h.Config(none), ConfigPlanChecks: acctest.Planned(acctest.Updates(theGroup)), Check: has(h, "dbteam", "Database team []"),
				},
				h.Unchanged(none),
				h.Unchanged(groupBody("login = \"dbteam\"")),
				resource.TestStep{
					Config: h.Config(groupBody("login = \"oncall\"")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(theGroup)), Check: has(h, "oncall", "oncall []"),
				},
			)
			if left := h.Groups(); len(left) != 1 || left[0].Login != "webteam" {
				t.Errorf("the groups are %+v", left)
			}
		})
	}
}

// TestDirectoryGroup_DisplayName gives a name, which a directory with one of its own overrides.
func TestDirectoryGroup_DisplayName(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(name string) string {
		return groupBody("login = \"oncall\"\ndisplay_name = \"" + name + "\"\n")
	}
	overridden := groupBody("login = \"dbteam\"\ndisplay_name = \"Databases\"\n")
	h.Run(t,
		resource.TestStep{Config: h.Config(config("On call")), Check: has(h, "oncall", "On call []")},
		h.Unchanged(config("On call")),
		h.Unchanged(groupBody("login = \"oncall\"")),
		resource.TestStep{
			Config: h.Config(config("On call team")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(theGroup)), Check: has(h, "oncall", "On call team []"),
		},
		resource.TestStep{Config: h.Config(overridden), Check: has(h, "dbteam", "Database team []")},
		h.Unchanged(overridden),
		resource.TestStep{ResourceName: theGroup, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"display_name"}},
	)
}

// TestDirectoryGroup_Validate imports what the directory does not have yet, and changes `validate` without a request.
func TestDirectoryGroup_Validate(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	later, checked := groupBody("login = \"later\"\nvalidate = false"), groupBody("login = \"later\"\nvalidate = true")
	h.Run(t,
		resource.TestStep{
			Config:      h.Config(groupBody(`login = "later"`)),
			ExpectError: acctest.SaysAll(`Group "later" was not imported`, "no-such-group-LDAP", "Check the spelling of `login`", "`validate = false`"),
		},
		resource.TestStep{Config: h.Config(later), Check: has(h, "later", "later []")},
		h.Unchanged(later),
		resource.TestStep{
			PreConfig: h.ResetRequests, Config: h.Config(checked), ConfigPlanChecks: acctest.Planned(acctest.Updates(theGroup)), Check: h.SentOnlyReads,
		},
	)
}

// TestDirectoryGroup_IdentityProvider names the provider, which only PE 2025 knows.
func TestDirectoryGroup_IdentityProvider(t *testing.T) {
	t.Parallel()
	for generation, want := range map[simulator.Generation]string{
		simulator.PE2019: "does not take `identity_provider_id` when it imports a group",
		simulator.PE2021: "Puppet Enterprise before 2025 does not know `identity_provider_id`",
		simulator.PE2025: "",
	} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			config := groupBody("login = \"oncall\"\nidentity_provider_id = \"" + simulator.DirectoryID + "\"")
			if want != "" {
				h.Run(t, resource.TestStep{Config: h.Config(config), ExpectError: acctest.SaysAll("identity_provider_id", want)})
				return
			}
			h.RunCLI(t,
				resource.TestStep{Config: h.Config(config), Check: h.Writes(1, "POST", "/v1/command/groups/create")},
				h.Unchanged(config),
				resource.TestStep{ResourceName: theGroup, ImportState: true, ImportStateVerify: true},
				resource.TestStep{
					Config:           h.Config(groupBody("login = \"oncall\"\nvalidate = false\nidentity_provider_id = \"" + acctest.NobodyID + "\"")),
					ConfigPlanChecks: acctest.Planned(acctest.Replaces(theGroup)), Check: h.Writes(1, "POST", "/v2/groups"),
				},
			)
		})
	}
}

// TestDirectoryGroup_Drift changes and removes a group behind Terraform's back.
func TestDirectoryGroup_Drift(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := groupBody("login = \"oncall\"\nrole_ids = [\"3\"]")
	others := func(roles ...int64) func() {
		return func() {
			_, group := onServer(h, "oncall")
			if _, err := h.RBACClient(t).SetGroupRoles(t.Context(), group.ID, roles); err != nil {
				t.Error(err)
			}
		}
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(config)},
		resource.TestStep{PreConfig: others(2, 4), Config: h.Config(config), ConfigPlanChecks: acctest.Planned(acctest.Updates(theGroup)), Check: has(h, "oncall", "oncall [3]")},
		resource.TestStep{
			PreConfig: others(2, 4), Config: h.Config(groupBody(`login = "oncall"`)), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: has(h, "oncall", "oncall [2 4]"),
		},
		resource.TestStep{
			PreConfig: func() { h.RemoveGroup("oncall") }, Config: h.Config(config), ConfigPlanChecks: acctest.Planned(acctest.Creates(theGroup)), Check: has(h, "oncall", "oncall [3]"),
		},
	)
}

// TestDirectoryGroup_BesideRoles gives a group its role by a membership and by a role, which the group leaves alone.
func TestDirectoryGroup_BesideRoles(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := groupBody(`login = "oncall"`) + `
resource "pe_role" "web" {
  display_name = "Web"
  group_ids    = [pe_directory_group.x.id]
}
resource "pe_role_membership" "viewers" {
  role_id  = "3"
  group_id = pe_directory_group.x.id
}
`
	h.RunCLI(t, resource.TestStep{Config: h.Config(config), Check: has(h, "oncall", "oncall [3 6]")}, h.Unchanged(config))
}

func TestDirectoryGroup_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for body, says := range map[string][]string{
		`login = ""`: {"login"},
		``:           {"login"},
		"login = \"oncall\"\nrole_ids = [\"Viewers\"]":      {"role_ids", "A name does not do"},
		"login = \"oncall\"\nrole_ids = [\"99\"]":           {"role_ids", `Group "oncall" was not imported`, "each must be the number of a role that exists"},
		"login = \"oncall\"\nrole_ids = [null]":             {"role_ids"},
		"login = \"oncall\"\nidentity_provider_id = \"ad\"": {"identity_provider_id", "is not the UUID of an identity provider"},
		"login = \"oncall\"\ndisplay_name = \"\"":           {"display_name"},
		`login = "webteam"`:                                 {`Group "webteam" was not imported`, "terraform import <address> " + acctest.WebteamID},
		`login = "fred"`:                                    {"The login belongs to a user of the directory, " + acctest.FredID},
		`login = "new"`:                                     {"The login belongs to the local user"},
	} {
		h.Run(t, resource.TestStep{Config: h.Config(groupBody(body)), ExpectError: acctest.SaysAll(says...)})
	}
	if got := h.Groups(); len(got) != 1 {
		t.Errorf("there are %+v", got)
	}
	old := acctest.New(t, acctest.Generation(simulator.PE2019))
	old.Run(t, resource.TestStep{
		Config: old.Config(groupBody("login = \"oncall\"\ndisplay_name = \"On call\"")), ExpectError: acctest.SaysAll("display_name", "that needs PE 2021"),
	})
}

// TestDirectoryGroup_Import has ids by which nothing is imported.
func TestDirectoryGroup_Import(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	step := func(id, says string) resource.TestStep {
		return resource.TestStep{
			Config: h.Config(groupBody(`login = "webteam"`)), ResourceName: theGroup, ImportState: true, ImportStateId: id, ExpectError: acctest.Says(says),
		}
	}
	h.Run(t,
		step("oncall", "A group that it does not know yet is not imported by Terraform: create it with this resource"),
		step(acctest.NobodyID, "Cannot import non-existent remote object"),
	)
}

// TestDirectoryGroup_LostAnswer loses the answer to an import: the group is found, and nobody else's is taken.
func TestDirectoryGroup_LostAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"dropped":          {Action: simulator.DropAfterHandling},
		"without Location": {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusCreated},
		"a login page":     {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusSeeOther, Header: http.Header{"Location": {"https://sso.example.com/login"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			fault.Method, fault.Path, fault.Times = http.MethodPost, "/rbac-api/v2/groups", 1
			h.AddFault(fault)
			config := groupBody("login = \"oncall\"\nrole_ids = [\"3\"]")
			h.Run(t, resource.TestStep{Config: h.Config(config), Check: h.Writes(1, "POST", "/v2/groups")}, h.Unchanged(config))
		})
	}
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/rbac-api/v2/groups", Times: 1, Action: simulator.DropBeforeHandling})
	h.Run(t, resource.TestStep{
		Config:      h.Config(groupBody("login = \"webteam\"\nrole_ids = [\"3\"]")),
		ExpectError: acctest.SaysAll(`It is not known whether group "webteam" was created`, "it was there before, so it belongs to somebody else"),
	})
}

// TestDirectoryGroup_Deleted changes a group that was removed since the plan was made, and destroys it.
func TestDirectoryGroup_Deleted(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t,
		resource.TestStep{Config: h.Config(groupBody(`login = "oncall"`))},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: http.MethodPut, Path: "/rbac-api/v1/groups/*", Times: 1, Action: simulator.AnswerStatus, Status: 404, Body: `{"kind":"not-found","msg":"gone"}`})
			},
			Config:      h.Config(groupBody("login = \"oncall\"\nrole_ids = [\"3\"]")),
			ExpectError: acctest.Says("It was deleted since the plan was made: plan and apply again"),
		},
	)
}

func TestGroupLists_Filters(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	if _, err := h.RBACClient(t).CreateGroup(t.Context(), rbac.NewGroup{Login: "oncall", RoleIDs: []int64{4}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]acctest.QueryCase{
		"all":         {List: acctest.List("pe_directory_group", "", ""), Want: []string{"oncall", "webteam"}},
		"of a role":   {List: acctest.List("pe_directory_group", "", `role_id = "3"`), Want: []string{"webteam"}},
		"of nobody":   {List: acctest.List("pe_directory_group", "", `role_id = "99"`)},
		"of a name":   {List: acctest.List("pe_directory_group", "", `role_id = "Viewers"`), Says: []string{"role_id", "A name does not do"}},
		"limit":       {List: acctest.List("pe_directory_group", "limit = 1", ""), Want: []string{"oncall"}, Warns: []string{"1 of 2 groups are listed"}},
		"local users": {List: acctest.List("pe_user", "", ""), Want: []string{"new"}},
		"no users":    {List: acctest.List("pe_user", "", `role_id = "3"`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.CheckQuery(t, h.AdminToken(), c)
		})
	}
}

// TestGroups_Read lists groups.
func TestGroups_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			read := func(body string) string { return "data \"pe_groups\" \"g\" {\n" + body + "\n}\n" }
			webteam := map[string]knownvalue.Check{
				"id": acctest.Text(acctest.WebteamID), "login": acctest.Text("webteam"), "display_name": acctest.Text("Web team"),
				"role_ids": set("3"), "user_ids": set(acctest.FredID, acctest.DanaID),
			}
			h.RunGeneration(t, generation,
				h.ReadStep(read(""), acctest.Value("data.pe_groups.g", "groups", acctest.Items(webteam)),
					acctest.Value("data.pe_groups.g", "ids", knownvalue.MapExact(map[string]knownvalue.Check{"webteam": acctest.Text(acctest.WebteamID)}))),
				h.ReadStep(read(`role_id = "2"`), acctest.Value("data.pe_groups.g", "groups", acctest.Items()), acctest.Value("data.pe_groups.g", "ids", knownvalue.MapExact(nil))),
				resource.TestStep{Config: h.Config(read(`role_id = "Viewers"`)), ExpectError: acctest.Says("A name does not do")},
			)
		})
	}
}
