// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const theUser = "pe_user.x"

func userBody(body string) string { return block("pe_user", body) }

// amy is a user with more than what is required.
func amy(more string) string {
	return userBody("login = \"amy\"\ndisplay_name = \"Amy\"\n" + more)
}

// TestUser_WhoIsASuperuser manages a user whom the server calls a superuser, as an example of the manual has one beside the accounts that
// every PE has.
func TestUser_WhoIsASuperuser(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t,
		resource.TestStep{Config: h.Config(amy("role_ids = [\"1\"]\n"))},
		resource.TestStep{
			PreConfig: func() {
				user, _ := onServer(h, "amy")
				h.AddFault(simulator.Fault{
					Method: http.MethodGet, Path: "/rbac-api/v1/users/" + user.ID, Action: simulator.AnswerStatus, Status: http.StatusOK,
					Body: fmt.Sprintf(`{"id":%q,"login":"amy","email":"","display_name":"Amy","role_ids":[1],"is_group":false,"is_remote":false,"is_superuser":true,"is_revoked":false,"last_login":null}`, user.ID),
				})
			},
			Config:           h.Config(amy("role_ids = [\"1\"]\n")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
	if user, _ := onServer(h, "amy"); user.ID != "" {
		t.Error("the user was not deleted")
	}
}

func TestUser_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			all := amy("email = \"amy@example.com\"\nrole_ids = [\"3\", \"2\"]\nrevoked = true")
			less := amy("role_ids = []")
			other := userBody("login = \"amelia\"\ndisplay_name = \"Amelia\"\nemail = \"amelia@example.com\"\nrole_ids = [\"4\"]")
			id := ""
			keepID := func(*terraform.State) error {
				user, _ := onServer(h, "amy")
				id = user.ID
				return nil
			}
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config: h.Config(all), ConfigPlanChecks: acctest.Planned(acctest.Creates(theUser)),
					Check: resource.ComposeTestCheckFunc(has(h, "amy", "Amy amy@example.com true [2 3]"), keepID),
				},
				h.Unchanged(all),
				resource.TestStep{ResourceName: theUser, ImportState: true, ImportStateVerify: true},
				resource.TestStep{ResourceName: theUser, ImportState: true, ImportStateVerify: true, ImportStateId: "amy"},
				resource.TestStep{Config: h.Config(less), ConfigPlanChecks: acctest.Planned(acctest.Updates(theUser)), Check: has(h, "amy", "Amy  false []")},
				h.Unchanged(less),
				h.Unchanged(amy("")),
				resource.TestStep{Config: h.Config(other), ConfigPlanChecks: acctest.Planned(acctest.Updates(theUser)), Check: has(h, "amelia", "Amelia amelia@example.com false [4]")},
				resource.TestStep{Config: h.Config(other + "# same"), Check: func(*terraform.State) error {
					if user, _ := onServer(h, "amelia"); user.ID != id {
						return errors.New("the user was replaced")
					}
					return nil
				}},
			)
			if len(h.Users()) != 5 {
				t.Errorf("the users are %+v", h.Users())
			}
		})
	}
}

// mayLogIn checks with which password of two one can log in; "" is none of them.
func mayLogIn(t *testing.T, h *acctest.Harness, want string) resource.TestCheckFunc {
	t.Helper()
	client := h.RBACClient(t)
	return func(*terraform.State) error {
		got := ""
		for _, password := range []string{"first-secret", "second-secret"} {
			if _, err := client.Login(t.Context(), rbac.LoginRequest{Login: "amy", Password: password}); err == nil {
				got = password
			}
		}
		if got != want {
			return fmt.Errorf("amy logs in with %q, want %q", got, want)
		}
		return nil
	}
}

// TestUser_Password creates a user with a password, and replaces the user for another one.
func TestUser_Password(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(password, version string) string {
		return amy("password = \"" + password + "\"\n" + version)
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(amy("")), Check: mayLogIn(t, h, "")},
		resource.TestStep{
			Config: h.Config(config("first-secret", "password_version = 1")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(theUser)), Check: mayLogIn(t, h, "first-secret"),
		},
		h.Unchanged(config("second-secret", "password_version = 1")),
		resource.TestStep{
			Config: h.Config(config("second-secret", "password_version = 2")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(theUser)), Check: mayLogIn(t, h, "second-secret"),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Value(theUser, "password", knownvalue.Null())},
		},
		resource.TestStep{Config: h.Config(amy("")), ConfigPlanChecks: acctest.Planned(acctest.Updates(theUser)), Check: mayLogIn(t, h, "second-secret")},
	)
}

// TestUser_ImportedPassword notes the first version of the password of an imported user, with a warning, and replaces at the next one.
func TestUser_ImportedPassword(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	id, err := h.RBACClient(t).CreateUser(t.Context(), rbac.NewUser{Login: "amy", DisplayName: "Amy", Password: "first-secret"})
	if err != nil {
		t.Fatal(err)
	}
	config := func(version string) string {
		return h.Config(amy("password = \"second-secret\"\npassword_version = "+version) + "import {\n  to = pe_user.x\n  id = \"amy\"\n}\n")
	}
	h.Run(t,
		resource.TestStep{Config: config("1"), ConfigPlanChecks: acctest.Planned(acctest.Updates(theUser)), Check: mayLogIn(t, h, "first-secret")},
		resource.TestStep{Config: config("1"), PlanOnly: true},
		resource.TestStep{Config: config("2"), ConfigPlanChecks: acctest.Planned(acctest.Replaces(theUser)), Check: mayLogIn(t, h, "second-secret")},
	)
	if user, _ := onServer(h, "amy"); user.ID == id {
		t.Error("the user was not replaced")
	}
}

// TestUser_Drift changes and removes a user behind Terraform's back.
func TestUser_Drift(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := "email = \"amy@example.com\"\nrole_ids = [\"3\"]"
	back := has(h, "amy", "Amy amy@example.com false [3]")
	drift := func(change func(id string) error) resource.TestStep {
		return resource.TestStep{
			PreConfig: func() {
				user, _ := onServer(h, "amy")
				if err := change(user.ID); err != nil {
					t.Error(err)
				}
			},
			Config: h.Config(amy(body)), ConfigPlanChecks: acctest.Planned(acctest.Updates(theUser)), Check: back,
		}
	}
	client := h.RBACClient(t)
	changed := func(change rbac.UserChange) func(string) error {
		return func(id string) error {
			_, err := client.ChangeUser(t.Context(), id, change)
			return err
		}
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(amy(body)), Check: back},
		drift(changed(rbac.UserChange{Email: acctest.Pointer("")})),
		drift(changed(rbac.UserChange{DisplayName: acctest.Pointer("Somebody")})),
		drift(changed(rbac.UserChange{RoleIDs: &[]int64{1, 2}})),
		drift(func(id string) error { return client.SetRevoked(t.Context(), id, true) }),
		resource.TestStep{
			PreConfig: func() { h.RemoveUser("amy") }, Config: h.Config(amy(body)), ConfigPlanChecks: acctest.Planned(acctest.Creates(theUser)), Check: back,
		},
	)
}

// TestUser_BesideRoles gives a user roles by a membership and by a role, which the user leaves alone, also when something else changes.
func TestUser_BesideRoles(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := func(name string) string {
		return userBody("login = \"amy\"\ndisplay_name = \""+name+"\"") + `
resource "pe_role" "web" {
  display_name = "Web"
  user_ids     = [pe_user.x.id]
}
resource "pe_role_membership" "viewers" {
  role_id = "3"
  user_id = pe_user.x.id
}
`
	}
	h.RunCLI(t,
		resource.TestStep{Config: h.Config(config("Amy")), Check: has(h, "amy", "Amy  false [3 6]")}, h.Unchanged(config("Amy")),
		resource.TestStep{Config: h.Config(config("Amelia")), Check: has(h, "amy", "Amelia  false [3 6]")},
	)
}

func TestUser_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for body, says := range map[string][]string{
		`login = "amy"`:                                                       {"display_name"},
		"login = \"\"\ndisplay_name = \"x\"":                                  {"login"},
		"login = \"amy\"\ndisplay_name = \"\"":                                {"display_name"},
		"login = \"amy\"\ndisplay_name = \"x\"\nrole_ids = [\"Viewers\"]":     {"role_ids", "A name does not do"},
		"login = \"amy\"\ndisplay_name = \"x\"\nrole_ids = [\"99\"]":          {"role_ids", `User "amy" was not created`, "each must be the number of a role that exists"},
		"login = \"amy\"\ndisplay_name = \"x\"\npassword = \"five5\"":         {"password", "at least six characters"},
		"login = \"amy\"\ndisplay_name = \"x\"\npassword_version = 1":         {"password_version"},
		"login = \"new\"\ndisplay_name = \"x\"":                               {`User "new" was not created`, "terraform import <address> 5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85"},
		"login = \"dana\"\ndisplay_name = \"x\"":                              {"The login belongs to a user of the directory", "pe_role_membership"},
		"login = \"webteam\"\ndisplay_name = \"x\"":                           {"The login belongs to the directory group " + acctest.WebteamID},
		"login = \"amy\"\ndisplay_name = \"x\"\nemail = \"dana@example.com\"": {"email", "The mail address belongs to the user dana"},
	} {
		h.Run(t, resource.TestStep{Config: h.Config(userBody(body)), ExpectError: acctest.SaysAll(says...)})
	}
	if got := len(h.Users()); got != 5 {
		t.Errorf("there are %d users", got)
	}
	h.Run(t,
		resource.TestStep{Config: h.Config(amy(""))},
		resource.TestStep{
			Config: h.Config(userBody("login = \"new\"\ndisplay_name = \"Amy\"")), ExpectError: acctest.SaysAll(`User "amy" was not changed`, "The login belongs to the local user",
				"If this configuration changes or deletes the other one as well, apply again"),
		},
		resource.TestStep{
			Config: h.Config(amy(`email = "fred@example.com"`)), ExpectError: acctest.SaysAll(`User "amy" was not changed`, "The mail address belongs to the user fred"),
		},
		resource.TestStep{Config: h.Config(amy(""))},
	)
}

// TestUser_Import has users who are not managed, and ids by which nothing is imported.
func TestUser_Import(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	step := func(id string, says ...string) resource.TestStep {
		return resource.TestStep{
			Config: h.Config(amy("")), ResourceName: theUser, ImportState: true, ImportStateId: id, ExpectError: acctest.SaysAll(says...),
		}
	}
	h.Run(t,
		step("dana", `"dana" is a user of the directory`, "`pe_role_membership`"),
		step(acctest.DanaID, `"dana" is a user of the directory`),
		step("admin", "is an account that every Puppet Enterprise has"),
		step("api_user", "is an account that every Puppet Enterprise has"),
		step("amy", "is neither the id nor the login of a user"),
		step(acctest.NobodyID, "Cannot import non-existent remote object"),
	)
}

// TestUser_LostAnswer loses the answer to a creation: the user is found, and nobody else is taken.
func TestUser_LostAnswer(t *testing.T) {
	t.Parallel()
	config := amy("email = \"amy@example.com\"\nrole_ids = [\"3\"]")
	for name, fault := range map[string]simulator.Fault{
		"dropped":          {Action: simulator.DropAfterHandling},
		"without Location": {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusCreated},
		"an empty 404":     {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			fault.Method, fault.Path, fault.Times = http.MethodPost, "/rbac-api/v1/users", 1
			h.AddFault(fault)
			h.Run(t, resource.TestStep{Config: h.Config(config), Check: h.Writes(1, "POST", "/v1/users")}, h.Unchanged(config))
		})
	}
	h := acctest.New(t)
	if _, err := h.RBACClient(t).CreateUser(t.Context(), rbac.NewUser{Login: "amy", DisplayName: "Amy", Email: "amy@example.com", RoleIDs: []int64{3}}); err != nil {
		t.Fatal(err)
	}
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/rbac-api/v1/users", Times: 1, Action: simulator.DropBeforeHandling})
	h.Run(t, resource.TestStep{
		Config: h.Config(config), ExpectError: acctest.SaysAll(`It is not known whether user "amy" was created`, "it was there before, so it belongs to somebody else"),
	})
}

// TestUser_HalfWay creates a user who cannot be revoked, and changes one whom the server does not rename.
func TestUser_HalfWay(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("olga", "secret", acctest.Grant("users:create:*"), acctest.Grant("users:edit:*"))
	token := h.IssueToken("olga", 0)
	refused := h.ConfigAs(token, amy("revoked = true"))
	h.Run(t,
		resource.TestStep{Config: refused, ExpectError: acctest.SaysAll(`User "amy" was not revoked`, "The user was created, and is not revoked", "users:disable")},
		resource.TestStep{Config: h.ConfigAs(token, amy("")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(theUser)), Check: has(h, "amy", "Amy  false []")},
		resource.TestStep{Config: refused, ExpectError: acctest.SaysAll(`User "amy" was not changed`, "users:disable")},
		resource.TestStep{
			PreConfig: func() {
				user, _ := onServer(h, "amy")
				h.AddFault(simulator.Fault{Method: http.MethodPut, Path: "/rbac-api/v1/users/*", Times: 1, Action: simulator.AnswerStatus, Status: 200, Body: `{"id":"` + user.ID + `","login":"amy","display_name":"Amy"}`})
			},
			Config:      h.ConfigAs(token, userBody("login = \"amelia\"\ndisplay_name = \"Amy\"")),
			ExpectError: acctest.SaysAll("login", "The server has accepted the change, but `login` is \"amy\" afterwards"),
		},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/rbac-api/v1/users/*", Skip: 1, Times: 1, Action: simulator.AnswerStatus, Status: 404, Body: `{"kind":"not-found","msg":"gone"}`})
			},
			Config:      h.ConfigAs(token, userBody("login = \"amelia\"\ndisplay_name = \"Amy\"")),
			ExpectError: acctest.Says("It was deleted since the plan was made: plan and apply again"),
		},
	)
}

// TestUsers_Read lists users by each filter.
func TestUsers_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			h.RevokeUser("new")
			read := func(body string) string { return "data \"pe_users\" \"u\" {\n" + body + "\n}\n" }
			ids := map[string]string{}
			for _, user := range h.Users() {
				ids[user.Login] = user.ID
			}
			step := func(body, logins string) resource.TestStep {
				items, byLogin := []map[string]knownvalue.Check{}, map[string]knownvalue.Check{}
				for _, login := range strings.Fields(logins) {
					byLogin[login] = acctest.Text(ids[login])
					items = append(items, map[string]knownvalue.Check{"login": acctest.Text(login), "id": byLogin[login], "is_revoked": knownvalue.Bool(login == "new")})
				}
				return h.ReadStep(read(body), acctest.Value("data.pe_users.u", "users", acctest.Items(items...)), acctest.Value("data.pe_users.u", "ids", knownvalue.MapExact(byLogin)))
			}
			h.RunGeneration(t, generation,
				step("", "admin api_user dana fred new"),
				step("remote = true", "dana fred"),
				step("remote = false", "admin api_user new"),
				step("include_revoked = false", "admin api_user dana fred"),
				step("include_revoked = true\nremote = false", "admin api_user new"),
				step(`role_id = "1"`, "admin api_user"),
				step(`role_id = "3"`, "dana fred"),
				step(`role_id = "4"`, ""),
				resource.TestStep{Config: h.Config(read(`role_id = "Viewers"`)), ExpectError: acctest.Says("A name does not do")},
			)
		})
	}
}

// TestUsers_ShareOneList looks many people up in one apply.
func TestUsers_ShareOneList(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.RunCLI(t, resource.TestStep{
		PreConfig: h.ResetRequests, PlanOnly: true,
		Config: h.Config(`
data "pe_users" "all" {}
data "pe_users" "local" { remote = false }
data "pe_groups" "all" {}
data "pe_user" "one" {
  for_each = toset(["fred", "dana", "new", "admin"])
  login    = each.key
}
`),
	})
	if users, groups := h.Count("GET", "/v1/users"), h.Count("GET", "/v1/groups"); users < 1 || users > 3 || groups < 1 || groups > 3 {
		t.Errorf("there were %d lists of users and %d of groups", users, groups)
	}
}

// TestUser_ImportedPasswordIsSaid reads the warning about the password of an imported user in a plan.
func TestUser_ImportedPasswordIsSaid(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, h.Config(userBody("login = \"new\"\ndisplay_name = \"New User\"\npassword = \"second-secret\"\npassword_version = 1"))+
		"import {\n  to = pe_user.x\n  id = \"new\"\n}\n").Attached()
	c.NeedsWriteOnly(t)
	printed := c.MustRun(t, "plan")
	acctest.MustSay(t, printed, "The password of the imported user stays as it is", "pe_user.x", "Plan: 1 to import")
	if acctest.Contains(printed, "second-secret") {
		t.Error("the plan shows the password")
	}
}

// TestCreateBeforeDestroy replaces a user and a group while they are there, which cannot be done, and says what to change.
func TestCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	const first = "lifecycle {\n  create_before_destroy = true\n}\n"
	const says = "take `create_before_destroy` out of its `lifecycle`"
	for name, test := range map[string]struct{ before, after, address string }{
		"user": {
			amy("password = \"first-secret\"\npassword_version = 1\n"), amy("password = \"first-secret\"\npassword_version = 2\n" + first), theUser,
		},
		"group": {
			groupBody("login = \"oncall\"\ndisplay_name = \"On call\"\n"), groupBody("login = \"oncall\"\ndisplay_name = \"Duty\"\n" + first), theGroup,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, test.before).Attached()
			c.NeedsWriteOnly(t)
			c.MustRun(t, "apply", "-auto-approve")
			id := c.Resources(t)[test.address]["id"]
			head, _, _ := strings.Cut(c.Read(t, "main.tf"), "resource")
			c.Write(t, "main.tf", head+test.after)
			out, err := c.Run(t, nil, "apply", "-auto-approve")
			if err == nil {
				t.Fatalf("it was replaced:\n%s", out)
			}
			acctest.MustSay(t, out, "The login belongs to", says)
			if now := c.Resources(t)[test.address]["id"]; now != id {
				t.Errorf("the state has %v, want %v", now, id)
			}
			c.Write(t, "main.tf", head+strings.Replace(test.after, first, "", 1))
			acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "1 added, 0 changed, 1 destroyed")
			c.NoChanges(t)
		})
	}
}
