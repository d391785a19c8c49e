// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestUsers_Revoke(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c, dana := admin(t, sim), as(t, sim, "dana")
	mustStatus(t, dana.rbac(t, http.MethodGet, "v1/users/current", nil), http.StatusOK)
	mustStatus(t, c.rbac(t, http.MethodPost, "v1/command/users/revoke", object{"user_id": danaID}), http.StatusNoContent)
	mustRefuse(t, dana.orch(t, http.MethodGet, "tasks", nil), 401, "puppetlabs.rbac/user-revoked", "")
	login := object{"login": "dana", "password": simulator.BuiltInPassword}
	mustRefuse(t, dana.rbac(t, http.MethodPost, "v1/auth/token", login), 401, "user-revoked", "")
	mustStatus(t, c.rbac(t, http.MethodPost, "v1/command/users/reinstate", object{"user_id": danaID}), http.StatusNoContent)
	mustStatus(t, dana.orch(t, http.MethodGet, "tasks", nil), http.StatusOK)
	if users := sim.Users(); len(users) != 5 || users[3].Login != "dana" || users[3].Revoked || !users[3].Remote {
		t.Errorf("the users are %+v", users)
	}
}

func TestUsers_ListAndRead(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	if got := names(c.rbac(t, http.MethodGet, "v1/users", nil).items(t), "login"); got != "admin api_user fred dana new" {
		t.Errorf("the users are %q", got)
	}
	if got := names(c.rbac(t, http.MethodGet, "v1/users?id="+danaID+","+adminID, nil).items(t), "login"); got != "admin dana" {
		t.Errorf("the users with these ids are %q", got)
	}
	mustRefuse(t, c.rbac(t, http.MethodGet, "v1/users?id=dana", nil), 400, "invalid-id-filter", "dana")
	mustRefuse(t, c.rbac(t, http.MethodGet, "v1/users/dana", nil), 400, "invalid-uuid", "dana")
	mustRefuse(t, c.rbac(t, http.MethodGet, "v1/users/"+nobody, nil), 404, "not-found", nobody)

	body := object{"login": "eve", "email": "eve@example.com", "display_name": "Eve", "role_ids": list{3}, "password": "secret"}
	answer := c.rbac(t, http.MethodPost, "v1/users", body)
	mustStatus(t, answer, http.StatusSeeOther)
	path := strings.TrimPrefix(answer.header.Get("Location"), "/rbac-api/")
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/users", body), 409, "conflict", "eve")
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/users", with(body, object{"login": "x", "email": "", "role_ids": list{99}})), 422, "invalid-associated-id", "99")
	refused := c.rbac(t, http.MethodPost, "v1/users", with(body, object{"login": 1}))
	mustRefuse(t, refused, 400, "schema-violation", "login")
	if strings.Contains(refused.text, "secret") {
		t.Errorf("a refusal shows the password: %s", refused.text)
	}
	mustStatus(t, c.rbac(t, http.MethodPost, "v1/auth/token", object{"login": "eve", "password": "secret"}), http.StatusOK)
	eve := c.rbac(t, http.MethodGet, path, nil).object(t)
	if eve["display_name"] != "Eve" || eve["is_remote"] != false || eve["last_login"] == nil || fmt.Sprint(eve["role_ids"]) != "[3]" {
		t.Errorf("the user is %v", eve)
	}
	answer = c.rbac(t, http.MethodPut, path, with(eve, object{"display_name": "Eva", "role_ids": list{}}))
	mustStatus(t, answer, http.StatusOK)
	if text(answer.json, "display_name") != "Eva" {
		t.Errorf("the user is %s", answer.text)
	}
	mustRefuse(t, c.rbac(t, http.MethodPut, path, with(eve, object{"id": danaID})), 400, "inconsistent-id", "")
	mustRefuse(t, c.rbac(t, http.MethodPut, path, with(eve, object{"login": removed})), 400, "schema-violation", "login is required")
	mustStatus(t, c.rbac(t, http.MethodDelete, path, nil), http.StatusNoContent)
	mustStatus(t, c.rbac(t, http.MethodGet, path, nil), http.StatusNotFound)
}

func TestUsers_SecondVersionOfTheAPI(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	for query, want := range map[string]string{
		"":                                   "dana admin fred new api_user",
		"?order_by=login":                    "admin api_user dana fred new",
		"?order_by=login&order=desc":         "new fred dana api_user admin",
		"?order_by=login&limit=2&offset=1":   "api_user dana",
		"?filter=EXAMPLE&order_by=login":     "dana fred",
		"?order_by=email":                    "admin new api_user dana fred",
		"?order_by=display_name":             "api_user admin dana fred new",
		"?order_by=last_login&filter=a":      "api_user dana admin fred",
		"?order_by=creation_date&filter=new": "new",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			answer := c.rbac(t, http.MethodGet, "v2/users"+query, nil)
			mustStatus(t, answer, http.StatusOK)
			users, ok := answer.object(t)["users"].([]any)
			if !ok {
				t.Fatalf("no users: %s", answer.text)
			}
			logins := make([]string, len(users))
			for i, u := range users {
				logins[i] = text(u, "login")
				if at(u, "role_ids") != nil {
					t.Errorf("roles are shown unasked: %v", u)
				}
			}
			if got := strings.Join(logins, " "); got != want {
				t.Errorf("users %q, want %q", got, want)
			}
		})
	}
	if got := at(c.rbac(t, http.MethodGet, "v2/users?include_roles=true&filter=administrator", nil).json, "users"); !strings.Contains(encode(t, got), `"role_ids":[1]`) {
		t.Errorf("with roles there is %v", got)
	}
	mustStatus(t, c.rbac(t, http.MethodGet, "v2/users?limit=x", nil), http.StatusBadRequest)
}

func TestGroups_ListAndRead(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	group := c.rbac(t, http.MethodGet, "v1/groups/"+groupID, nil).object(t)
	if group["login"] != "webteam" || group["is_group"] != true || group["is_remote"] != true {
		t.Errorf("the group is %v", group)
	}
	mustStatus(t, c.rbac(t, http.MethodPut, "v1/groups/"+groupID, with(group, object{"role_ids": list{2, 3}, "display_name": "ignored"})), http.StatusOK)
	if got := c.rbac(t, http.MethodGet, "v1/groups/"+groupID, nil).object(t); fmt.Sprint(got["role_ids"]) != "[2 3]" || got["display_name"] != "Web team" {
		t.Errorf("the group is %v", got)
	}
	if got := fmt.Sprint(c.rbac(t, http.MethodGet, "v1/users/"+danaID, nil).object(t)["inherited_role_ids"]); got != "[2 3]" {
		t.Errorf("a member inherits %s", got)
	}
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/groups/"+groupID, with(group, object{"role_ids": list{99}})), 422, "invalid-associated-id", "99")
	mustRefuse(t, c.rbac(t, http.MethodGet, "v1/groups/x", nil), 400, "invalid-uuid", "x")
}

// TestGroups_Import imports groups by each call of each generation.
func TestGroups_Import(t *testing.T) {
	t.Parallel()
	oncall := object{"login": "oncall", "role_ids": list{3}}
	provider := object{"identity_provider_id": simulator.DirectoryID}
	for g, calls := range map[simulator.Generation]map[string]int{
		simulator.PE2019: {"v1/groups": 201, "v2/groups": 404, "v1/command/groups/create": 404},
		simulator.PE2021: {"v1/groups": 201, "v2/groups": 303, "v1/command/groups/create": 404},
		simulator.PE2025: {"v1/groups": 201, "v2/groups": 303, "v1/command/groups/create": 200},
	} {
		for path, status := range calls {
			t.Run(string(g)+" "+path, func(t *testing.T) {
				t.Parallel()
				sim := start(t, simulator.Options{Generation: g})
				c, body := admin(t, sim), oncall
				if path == "v1/command/groups/create" {
					body = with(oncall, provider)
				}
				answer := c.rbac(t, http.MethodPost, path, body)
				mustStatus(t, answer, status)
				if status == 404 {
					return
				}
				mustRefuse(t, c.rbac(t, http.MethodPost, path, body), 409, "conflict", "oncall")
				mustRefuse(t, c.rbac(t, http.MethodPost, path, with(body, object{"login": "fred"})), 409, "conflict", "fred")
				mustRefuse(t, c.rbac(t, http.MethodPost, path, with(body, object{"login": "x", "x": 1})), 400, "schema-violation", "x")
				unknown := c.rbac(t, http.MethodPost, path, with(body, object{"login": "nobodies"}))
				if path == "v1/groups" {
					mustStatus(t, unknown, 201)
				} else {
					mustRefuse(t, unknown, 422, "no-such-group-LDAP", "nobodies")
				}
				group := sim.Groups()[1]
				if group.Login != "oncall" || fmt.Sprint(group.RoleIDs, group.UserIDs) != "[3] ["+fredID+"]" {
					t.Errorf("the group is %+v", group)
				}
				if location := answer.header.Get("Location"); (location == "") != (status == 200) || !strings.HasSuffix("/rbac-api/v1/groups/"+group.ID, location) {
					t.Errorf("the group is at %q", location)
				}
				mustStatus(t, c.rbac(t, http.MethodDelete, "v1/groups/"+group.ID, nil), 204)
				mustStatus(t, c.rbac(t, http.MethodGet, "v1/groups/"+group.ID, nil), 404)
				mustStatus(t, c.rbac(t, http.MethodPost, path, body), status)
				if again := sim.Groups(); again[len(again)-1].ID == group.ID {
					t.Error("an id is used again")
				}
			})
		}
	}
}

// TestGroups_ImportOptions has the keys of the second version.
func TestGroups_ImportOptions(t *testing.T) {
	t.Parallel()
	for g, knowsProvider := range map[simulator.Generation]bool{simulator.PE2021: false, simulator.PE2025: true} {
		sim := start(t, simulator.Options{Generation: g})
		c := admin(t, sim)
		add := func(more object) reply {
			return c.rbac(t, http.MethodPost, "v2/groups", with(object{"role_ids": list{}}, more))
		}
		mustStatus(t, add(object{"login": "saml", "validate": false, "display_name": "SAML"}), 303)
		mustStatus(t, add(object{"login": "dbteam", "display_name": "ignored"}), 303)
		named := map[string]string{}
		for _, group := range sim.Groups() {
			named[group.Login] = group.DisplayName
		}
		if named["saml"] != "SAML" || named["dbteam"] != "Database team" {
			t.Errorf("%s: the groups are %v", g, named)
		}
		answer := add(object{"login": "oncall", "identity_provider_id": simulator.DirectoryID})
		if !knowsProvider {
			mustRefuse(t, answer, 400, "schema-violation", "identity_provider_id")
			continue
		}
		mustStatus(t, answer, 303)
		mustRefuse(t, add(object{"login": "x", "identity_provider_id": "x"}), 400, "schema-violation", "identity_provider_id")
		mustStatus(t, add(object{"login": "other", "identity_provider_id": nobody}), 303)
		if got := c.rbac(t, http.MethodGet, "v1/groups", nil).items(t); got[0]["identity_provider_id"] != nil || got[3]["identity_provider_id"] != simulator.DirectoryID {
			t.Errorf("the groups are %v", got)
		}
	}
}

// TestGroups_FromTheDirectory changes the directory, behind a group that PE knows and one that it does not.
func TestGroups_FromTheDirectory(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddDirectoryGroup(simulator.DirectoryGroup{Login: "webteam", Members: []string{"fred", "new", "nobody"}})
	if got := sim.Groups(); len(got) != 1 || fmt.Sprint(got[0].UserIDs) != "["+fredID+"]" {
		t.Errorf("the groups are %+v", got)
	}
	sim.RemoveGroup("webteam")
	sim.RemoveUser("fred")
	if len(sim.Groups()) != 0 || len(sim.Users()) != 4 {
		t.Errorf("there are %v and %v", sim.Groups(), sim.Users())
	}
}

// TestUsers_UniqueNames refuses what another user or a group has.
func TestUsers_UniqueNames(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	eve := object{"login": "eve", "email": "eve@example.com", "display_name": "Eve", "role_ids": list{}}
	for key, value := range map[string]string{"login": "webteam", "email": "dana@example.com"} {
		mustRefuse(t, c.rbac(t, http.MethodPost, "v1/users", with(eve, object{key: value})), 409, "conflict", value)
	}
	mustStatus(t, c.rbac(t, http.MethodPost, "v1/users", eve), 303)
}

// TestRoles_GivenToPeople gives and takes roles by each call that writes users and groups, as somebody who may edit the members of role 2.
func TestRoles_GivenToPeople(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	sim.AddUser("amy", "x", may("users:create:*"), may("users:edit:*"), may("user_groups:import:*"), may("user_roles:edit_members:2"))
	amy := as(t, sim, "amy")
	eve := object{"login": "eve", "email": "", "display_name": "Eve", "role_ids": list{2, 3}}
	mustRefuse(t, amy.rbac(t, http.MethodPost, "v1/users", eve), 403, "permission-denied", "members of the role")
	answer := amy.rbac(t, http.MethodPost, "v1/users", with(eve, object{"role_ids": list{2}}))
	mustStatus(t, answer, 303)
	path := strings.TrimPrefix(answer.header.Get("Location"), "/rbac-api/")
	user := c.rbac(t, http.MethodGet, path, nil).object(t)
	mustRefuse(t, amy.rbac(t, http.MethodPut, path, with(user, object{"role_ids": list{2, 3}})), 403, "permission-denied", "")
	mustStatus(t, amy.rbac(t, http.MethodPut, path, with(user, object{"role_ids": list{}})), 200)

	mustRefuse(t, amy.rbac(t, http.MethodPost, "v2/groups", object{"login": "oncall", "role_ids": list{3}}), 403, "permission-denied", "")
	mustStatus(t, amy.rbac(t, http.MethodPost, "v2/groups", object{"login": "oncall", "role_ids": list{2}}), 303)
	// The group has role 3, which stays.
	group := c.rbac(t, http.MethodGet, "v1/groups/"+groupID, nil).object(t)
	mustStatus(t, amy.rbac(t, http.MethodPut, "v1/groups/"+groupID, with(group, object{"role_ids": list{2, 3}})), 200)
	mustRefuse(t, amy.rbac(t, http.MethodPut, "v1/groups/"+groupID, with(group, object{"role_ids": list{2}})), 403, "permission-denied", "")
}
