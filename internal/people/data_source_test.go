// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestDataSources_Read(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			if _, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "Theirs", UserIDs: []string{acctest.FredID}}); err != nil {
				t.Fatal(err)
			}
			role := strconv.Itoa(h.Role(t, "Theirs").ID)
			h.Run(t, resource.TestStep{
				Config: h.Config(`
data "pe_user" "by_login" { login = "fred" }
data "pe_user" "by_id" { id = "5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85" }
data "pe_group" "by_login" { login = "webteam" }
data "pe_group" "by_id" { id = "` + acctest.WebteamID + `" }
`),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Value("data.pe_user.by_login", "id", knownvalue.StringExact(acctest.FredID)),
					acctest.Value("data.pe_user.by_login", "role_ids", set(role)),
					acctest.Value("data.pe_user.by_login", "group_ids", set(acctest.WebteamID)),
					acctest.Value("data.pe_user.by_login", "email", knownvalue.StringExact("fred@example.com")),
					acctest.Value("data.pe_user.by_login", "is_remote", knownvalue.Bool(true)),
					acctest.Value("data.pe_user.by_login", "is_revoked", knownvalue.Bool(false)),
					acctest.Value("data.pe_user.by_login", "last_login", knownvalue.NotNull()),
					acctest.Value("data.pe_user.by_id", "login", knownvalue.StringExact("new")),
					acctest.Value("data.pe_user.by_id", "last_login", knownvalue.Null()),
					acctest.Value("data.pe_user.by_id", "inherited_role_ids", set()),
					acctest.Value("data.pe_group.by_login", "id", knownvalue.StringExact(acctest.WebteamID)),
					acctest.Value("data.pe_group.by_login", "role_ids", set("3")),
					acctest.Value("data.pe_group.by_id", "login", knownvalue.StringExact("webteam")),
					acctest.Value("data.pe_group.by_id", "display_name", knownvalue.StringExact("Web team")),
					acctest.Value("data.pe_group.by_login", "user_ids", set(acctest.FredID, acctest.DanaID)),
				},
			})
		})
	}
}

// TestUserDataSource_ManyShareOneList looks up people by login, for which RBAC has only the list.
func TestUserDataSource_ManyShareOneList(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.RunCLI(t, resource.TestStep{
		Config: h.Config(`
data "pe_user" "u" {
  for_each = toset(["fred", "dana", "new", "admin"])
  login    = each.key
}`),
		PlanOnly:  true,
		PreConfig: h.ResetRequests,
	})
	if n := h.Count("GET", "/v1/users"); n < 1 || n > 3 {
		t.Errorf("four users were looked up with %d lists", n)
	}
}

// TestDataSources_IdentityProvider has servers that say which provider somebody comes from, and others that do not.
func TestDataSources_IdentityProvider(t *testing.T) {
	t.Parallel()
	body := func(provider string) string {
		return `[{"id":"` + acctest.FredID + `","login":"fred","display_name":"Fred","role_ids":[],"is_remote":true` + provider + `}]`
	}
	for name, test := range map[string]struct {
		provider string
		want     knownvalue.Check
	}{
		"said":     {`,"identity_provider_id":"` + simulator.DirectoryID + `"`, acctest.Text(simulator.DirectoryID)},
		"null":     {`,"identity_provider_id":null`, knownvalue.Null()},
		"not said": {"", knownvalue.Null()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			for _, people := range []string{"users", "groups"} {
				h.AddFault(simulator.Fault{
					Method: http.MethodGet, Path: "/rbac-api/v1/" + people, Action: simulator.AnswerStatus, Status: http.StatusOK, Body: body(test.provider),
					Header: http.Header{"Content-Type": {"application/json"}},
				})
			}
			config := "data \"pe_user\" \"p\" {\n login = \"fred\"\n}\ndata \"pe_users\" \"p\" {}\ndata \"pe_group\" \"p\" {\n login = \"fred\"\n}\ndata \"pe_groups\" \"p\" {}\n"
			var checks []statecheck.StateCheck
			for _, one := range []string{"data.pe_user.p", "data.pe_group.p"} {
				checks = append(checks, acctest.Value(one, "identity_provider_id", test.want))
			}
			for _, many := range []string{"users", "groups"} {
				checks = append(checks, acctest.Value("data.pe_"+many+".p", many, acctest.Items(map[string]knownvalue.Check{"identity_provider_id": test.want})))
			}
			h.Run(t, resource.TestStep{Config: h.Config(config), ConfigStateChecks: checks})
		})
	}
}

func TestDataSources_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for name, test := range map[string]struct{ body, want string }{
		"no such login":    {`data "pe_user" "x" { login = "nobody" }`, "There is no user nobody"},
		"no such user":     {`data "pe_user" "x" { id = "` + acctest.NobodyID + `" }`, "There is no user " + acctest.NobodyID},
		"user by both":     {`data "pe_user" "x" { ` + "\nid = \"" + acctest.NobodyID + "\"\nlogin = \"x\"\n}", "Exactly one of these attributes must be configured: [id,login]"},
		"a login as an id": {`data "pe_user" "x" { id = "dana" }`, `"dana" is not the UUID of a user`},
		"no such group":    {`data "pe_group" "x" { login = "Web team" }`, "There is no group Web team"},
		"no group id":      {`data "pe_group" "x" { id = "` + acctest.NobodyID + `" }`, "There is no group " + acctest.NobodyID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.body), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
}
