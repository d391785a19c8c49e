// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// The ids of subjects that every simulator has.
const (
	adminID = "42bf351c-f9ec-40af-84ad-e976fec7f4bd"
	fredID  = "4f3b8ead-5d77-4f4c-9c8a-9e4c3f5a6b74"
	danaID  = "0f0d2c1b-6d5e-4b7a-8c9d-1e2f3a4b5c6d"
	groupID = "5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10"
	nobody  = "00000000-0000-0000-0000-000000000000"
)

// view is the permission to view jobs.
var view = object{"object_type": "orchestrator", "action": "view", "instance": "*"}

// newRole is the body of a request for a role.
func newRole(name string) object {
	return object{"display_name": name, "description": "d", "permissions": list{view}, "user_ids": list{danaID}, "group_ids": list{groupID}}
}

// createRole creates a role and returns its id.
func (c *client) createRole(t *testing.T, body object) string {
	t.Helper()
	answer := c.rbac(t, http.MethodPost, "v1/roles", body)
	if answer.status != http.StatusCreated && answer.status != http.StatusSeeOther {
		t.Fatalf("creating a role: %d %s", answer.status, answer.text)
	}
	location := answer.header.Get("Location")
	id := location[strings.LastIndex(location, "/")+1:]
	if location != "/rbac-api/v1/roles/"+id || answer.text != "" {
		t.Errorf("Location %q, body %q", location, answer.text)
	}
	return id
}

func TestRoles_OfAGeneration(t *testing.T) {
	t.Parallel()
	for g, want := range map[simulator.Generation]struct {
		status int
		first  string
	}{
		simulator.PE2019: {http.StatusSeeOther, "5"},
		simulator.PE2021: {http.StatusCreated, "6"},
		simulator.PE2025: {http.StatusSeeOther, "6"},
	} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			c := admin(t, start(t, simulator.Options{Generation: g}))
			mustStatus(t, c.rbac(t, http.MethodPost, "v1/roles", newRole("first")), want.status)
			if got := c.rbac(t, http.MethodGet, "v1/roles", nil).items(t); fmt.Sprint(got[len(got)-1]["id"]) != want.first {
				t.Errorf("the first role is %v, want %s", got[len(got)-1]["id"], want.first)
			}
			commands := map[string]bool{
				"roles/add-permissions": g != simulator.PE2019, "roles/remove-permissions": g != simulator.PE2019,
				"roles/add-users": g != simulator.PE2019, "roles/remove-users": g != simulator.PE2019,
				"roles/add-user-groups": g == simulator.PE2021, "roles/add-groups": g == simulator.PE2025,
				"roles/remove-groups": g != simulator.PE2019, "users/add-roles": g != simulator.PE2019, "users/remove-roles": g != simulator.PE2019,
				"users/revoke": g != simulator.PE2019, "users/reinstate": g != simulator.PE2019, "groups/create": g == simulator.PE2025,
			}
			for command, known := range commands {
				status := http.StatusNotFound
				if known {
					status = http.StatusBadRequest
				}
				mustStatus(t, c.rbac(t, http.MethodPost, "v1/command/"+command, object{}), status)
			}
			status := http.StatusOK
			if g == simulator.PE2019 {
				status = http.StatusNotFound
			}
			mustStatus(t, c.rbac(t, http.MethodGet, "v2/users", nil), status)
		})
	}
}

func TestRoles_Lifecycle(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.createRole(t, newRole("Web restarters"))
	role := c.rbac(t, http.MethodGet, "v1/roles/"+id, nil)
	if got, want := encode(t, role.json), `{"description":"d","display_name":"Web restarters","group_ids":["`+groupID+`"],"id":6,`+
		`"permissions":[{"action":"view","instance":"*","object_type":"orchestrator"}],"user_ids":["`+danaID+`"]}`; got != want {
		t.Errorf("the role is %s, want %s", got, want)
	}
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/roles", newRole("Web restarters")), 409, "conflict",
		"There was a database conflict due to the value(s): Web restarters")

	replaced := role.object(t)
	replaced["description"], replaced["permissions"], replaced["user_ids"], replaced["group_ids"] = nil, list{}, list{}, list{}
	answer := c.rbac(t, http.MethodPut, "v1/roles/"+id, replaced)
	mustStatus(t, answer, http.StatusOK)
	if got, want := encode(t, answer.json), `{"description":null,"display_name":"Web restarters","group_ids":[],"id":6,"permissions":[],"user_ids":[]}`; got != want {
		t.Errorf("the role is %s, want %s", got, want)
	}
	other := c.createRole(t, with(newRole("Other"), object{"description": removed, "user_ids": nil, "group_ids": nil}))
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/roles/"+other, with(replaced, object{"id": 7})), 409, "conflict", "Web restarters")
	answer = c.rbac(t, http.MethodPut, "v1/roles/"+other, replaced)
	mustRefuse(t, answer, 400, "inconsistent-id", "")
	if got, want := encode(t, at(answer.json, "details")), `{"body-id":"6","url-id":"7"}`; got != want {
		t.Errorf("details %s, want %s", got, want)
	}

	mustStatus(t, c.rbac(t, http.MethodDelete, "v1/roles/"+id, nil), http.StatusOK)
	mustStatus(t, c.rbac(t, http.MethodDelete, "v1/roles/"+id, nil), http.StatusNotFound)
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/roles/"+id, nil), http.StatusNotFound)
	mustStatus(t, c.rbac(t, http.MethodPut, "v1/roles/"+id, replaced), http.StatusNotFound)
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/roles/x", nil), http.StatusBadRequest)
	if again := c.createRole(t, newRole("Web restarters")); again == id {
		t.Errorf("id %s was given again", id)
	}
	if roles := sim.Roles(); roles[len(roles)-1].DisplayName != "Web restarters" || roles[0].DisplayName != "Administrators" || !roles[0].BuiltIn {
		t.Errorf("the roles are %+v", roles)
	}
}

func TestRoles_Refusals(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	permission := func(objectType, action, instance string) object {
		return object{"permissions": list{object{"object_type": objectType, "action": action, "instance": instance}}}
	}
	for name, tc := range map[string]struct {
		changes object
		status  int
		kind    string
		message string
	}{
		"no name":              {object{"display_name": removed}, 400, "schema-violation", "display_name"},
		"empty name":           {object{"display_name": ""}, 400, "schema-violation", "display_name"},
		"no permissions":       {object{"permissions": removed}, 400, "schema-violation", "permissions"},
		"no users":             {object{"user_ids": removed}, 400, "schema-violation", "user_ids"},
		"no groups":            {object{"group_ids": removed}, 400, "schema-violation", "group_ids"},
		"unknown key":          {object{"id": 7}, 400, "schema-violation", "id is not a known key"},
		"wrong type":           {object{"user_ids": "x"}, 400, "schema-violation", "user_ids"},
		"half a permission":    {object{"permissions": list{object{"object_type": "tasks"}}}, 400, "schema-violation", "permissions[0].action"},
		"permission that none": {permission("tasks", "fly", "*"), 400, "schema-violation", `no action "fly"`},
		"no instances":         {permission("orchestrator", "view", "1"), 400, "schema-violation", "has no instances"},
		"empty instance":       {permission("tasks", "run", ""), 400, "schema-violation", "is empty"},
		"unknown user":         {object{"user_ids": list{nobody}}, 422, "invalid-associated-id", nobody},
		"unknown group":        {object{"group_ids": list{nobody}}, 422, "invalid-associated-id", nobody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, c.rbac(t, http.MethodPost, "v1/roles", with(newRole("x"), tc.changes)), tc.status, tc.kind, tc.message)
		})
	}
	answer := c.rbac(t, http.MethodPost, "v1/roles", object{"display_name": "x"})
	if got := text(answer.json, "details", "error", "permissions"); got != "missing-required-key" {
		t.Errorf("details %s", answer.text)
	}
	if got := text(answer.json, "details", "submitted", "display_name"); got != "x" {
		t.Errorf("details %s", answer.text)
	}
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/roles", `{"display_name":`), 400, "malformed-request", "")
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/roles/1", newRole("x")), 400, "schema-violation", "id is required")
}

func TestRBAC_ErrorsWithoutAcceptAreHTML(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	r := c.request(t, http.MethodGet, c.sim.RBACURL()+"/v1/roles/99", nil)
	r.Header.Set("Accept", "*/*")
	answer := c.send(t, r)
	mustStatus(t, answer, http.StatusNotFound)
	if !strings.HasPrefix(answer.header.Get("Content-Type"), "text/html") || answer.text != "There is no role with the id 99" {
		t.Errorf("%s: %s", answer.header.Get("Content-Type"), answer.text)
	}
}

func TestRoles_BuiltInRolesAndAccounts(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	viewers := c.rbac(t, http.MethodGet, "v1/roles/3", nil).object(t)
	mustRefuse(t, c.rbac(t, http.MethodDelete, "v1/roles/3", nil), 403, "default-roles-immutable", "")
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/roles/3", with(viewers, object{"display_name": "x"})), 403, "default-roles-immutable", "")
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/roles/3", with(viewers, object{"description": nil})), 403, "default-roles-immutable", "")
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/roles/3", with(viewers, object{"permissions": list{}})), 403, "default-roles-immutable", "")
	mustStatus(t, c.rbac(t, http.MethodPut, "v1/roles/3", with(viewers, object{"user_ids": list{danaID}})), http.StatusOK)
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/command/roles/add-permissions", object{"role_id": 3, "permissions": list{view}}), 403, "default-roles-immutable", "")

	administrators := c.rbac(t, http.MethodGet, "v1/roles/1", nil).object(t)
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/roles/1", with(administrators, object{"user_ids": list{}})), 403, "admin-user-not-in-admin-role", "")
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/command/roles/remove-users", object{"role_id": 1, "user_ids": list{adminID}}), 403, "admin-user-not-in-admin-role", "")
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/command/users/remove-roles", object{"user_id": adminID, "role_ids": list{1}}), 403, "admin-user-not-in-admin-role", "")
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/command/users/revoke", object{"user_id": adminID}), 403, "admin-user-immutable", "")
	mustRefuse(t, c.rbac(t, http.MethodDelete, "v1/users/"+adminID, nil), 403, "admin-user-immutable", "")
	account := c.rbac(t, http.MethodGet, "v1/users/"+adminID, nil).object(t)
	mustRefuse(t, c.rbac(t, http.MethodPut, "v1/users/"+adminID, with(account, object{"email": "x"})), 403, "admin-user-immutable", "")
}

func TestRoles_Commands(t *testing.T) {
	t.Parallel()
	c := admin(t, start(t, simulator.Options{}))
	c.createRole(t, object{"display_name": "x", "permissions": list{}, "user_ids": list{}, "group_ids": list{}})
	command := func(name string, body object, status int) {
		t.Helper()
		answer := c.rbac(t, http.MethodPost, "v1/command/"+name, body)
		mustStatus(t, answer, status)
		if status == http.StatusNoContent && answer.text != "" {
			t.Errorf("%s: a body %q", name, answer.text)
		}
	}
	role := func(want string) {
		t.Helper()
		r := c.rbac(t, http.MethodGet, "v1/roles/6", nil).object(t)
		if got := fmt.Sprint(size(r["permissions"]), size(r["user_ids"]), size(r["group_ids"])); got != want {
			t.Errorf("the role has %s permissions, users and groups, want %s", got, want)
		}
	}
	tasks := object{"object_type": "tasks", "action": "run_with_constraints", "instance": "1"}
	for range 2 {
		command("roles/add-permissions", object{"role_id": 6, "permissions": list{view, tasks}}, 204)
		command("roles/add-users", object{"role_id": 6, "user_ids": list{danaID}}, 204)
		command("roles/add-groups", object{"role_id": 6, "group_ids": list{groupID}}, 204)
		role("2 1 1")
	}
	for range 2 {
		command("roles/remove-permissions", object{"role_id": 6, "permissions": list{view}}, 204)
		command("roles/remove-users", object{"role_id": 6, "user_ids": list{danaID}}, 204)
		command("roles/remove-groups", object{"role_id": 6, "group_ids": list{groupID}}, 204)
		role("1 0 0")
	}
	command("users/add-roles", object{"user_id": danaID, "role_ids": list{6}}, 204)
	role("1 1 0")
	if got := fmt.Sprint(c.rbac(t, http.MethodGet, "v1/users/"+danaID, nil).object(t)["role_ids"]); got != "[6]" {
		t.Errorf("role_ids %s", got)
	}
	command("users/remove-roles", object{"user_id": danaID, "role_ids": list{6}}, 204)
	role("1 0 0")

	command("roles/add-permissions", object{"role_id": 99, "permissions": list{view}}, 404)
	command("roles/add-permissions", object{"role_id": "6", "permissions": list{view}}, 400)
	command("roles/add-users", object{"role_id": 6, "user_ids": list{nobody}}, 404)
	command("roles/add-users", object{"role_id": 99, "user_ids": list{danaID}}, 404)
	command("roles/remove-users", object{"role_id": 99, "user_ids": list{danaID}}, 204)
	command("roles/remove-users", object{"role_id": 6, "user_ids": list{nobody}}, 400)
	command("roles/add-groups", object{"role_id": 6, "group_ids": list{nobody}}, 404)
	command("roles/add-groups", object{"role_id": 6}, 400)
	command("users/add-roles", object{"user_id": nobody, "role_ids": list{6}}, 404)
	command("users/add-roles", object{"user_id": danaID, "role_ids": list{99}}, 404)
	command("users/reinstate", object{"user_id": nobody}, 404)
}

func TestRBAC_Permissions(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	id := c.createRole(t, newRole("x"))
	for _, tc := range []struct{ name, method, path, grant string }{
		{"read roles", "GET", "v1/roles", "user_roles:edit:*"},
		{"read a role", "GET", "v1/roles/" + id, "user_roles:edit_members:" + id},
		{"delete a role", "DELETE", "v1/roles/99", "user_roles:edit:*"},
		{"create a role", "POST", "v1/roles", "user_roles:create:*"},
		{"add permissions", "POST", "v1/command/roles/add-permissions", "user_roles:edit:*"},
		{"add users", "POST", "v1/command/roles/add-users", "user_roles:edit_members:" + id},
		{"revoke a user", "POST", "v1/command/users/revoke", "users:disable:" + danaID},
		{"create a user", "POST", "v1/users", "users:create:*"},
		{"delete a user", "DELETE", "v1/users/5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85", "users:edit:5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85"},
		{"see tokens", "GET", "v1/users/" + danaID + "/tokens", "users:disable:*"},
		{"import a group", "POST", "v1/groups", "user_groups:import:*"},
		{"delete a group", "DELETE", "v1/groups/" + nobody, "user_groups:delete:*"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			login := strings.ReplaceAll(tc.name, " ", "-")
			sim.AddUser(login, "x")
			user := as(t, sim, login)
			bodies := map[string]object{
				"v1/roles":                         {"display_name": login, "permissions": list{}, "user_ids": list{}, "group_ids": list{}},
				"v1/command/roles/add-permissions": {"role_id": 99, "permissions": list{}},
				"v1/command/roles/add-users":       {"role_id": 6, "user_ids": list{danaID}},
				"v1/command/users/revoke":          {"user_id": danaID},
				"v1/users":                         {"login": "x", "email": "", "display_name": "", "role_ids": list{}},
				"v1/groups":                        {"login": "x", "role_ids": list{}},
			}
			var body any
			if tc.method == http.MethodPost {
				body = bodies[tc.path]
			}
			mustRefuse(t, user.rbac(t, tc.method, tc.path, body), 403, "permission-denied", "You do not have permission")
			sim.Grant(login, may(tc.grant))
			if answer := user.rbac(t, tc.method, tc.path, body); answer.status == http.StatusForbidden {
				t.Errorf("with %s: %s", tc.grant, answer.text)
			}
		})
	}
}

func TestRoles_HideMembersWithoutThePermissionToEditThem(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	id := admin(t, sim).createRole(t, newRole("x"))
	sim.AddUser("amy", "x", may("user_roles:edit:*"))
	amy := as(t, sim, "amy")
	if got := encode(t, amy.rbac(t, http.MethodGet, "v1/roles/"+id, nil).object(t)["user_ids"]); got != "[]" {
		t.Errorf("the members are %s", got)
	}
	mustRefuse(t, amy.rbac(t, http.MethodPost, "v1/command/roles/add-users", object{"role_id": 6, "user_ids": list{}}), 403, "permission-denied", "")
	sim.Grant("amy", may("user_roles:edit_members:"+id))
	if got := encode(t, amy.rbac(t, http.MethodGet, "v1/roles/"+id, nil).object(t)["user_ids"]); got != `["`+danaID+`"]` {
		t.Errorf("the members are %s", got)
	}
}

func TestRBAC_Permitted(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	user := sim.AddUser("amy", "x", may("tasks:run_with_constraints:4"), may("tasks:run_with_constraints:1"), may("tasks:run:*"), may("tasks:run:facts"))
	amy := as(t, sim, "amy")
	ask := func(token string, triples ...string) reply {
		permissions := make(list, len(triples))
		for i, triple := range triples {
			permissions[i] = may(triple)
		}
		return c.rbac(t, http.MethodPost, "v1/permitted", object{"token": token, "permissions": permissions})
	}
	if got := ask(user.ID, "tasks:run_with_constraints:1", "tasks:run_with_constraints:2", "tasks:run:x", "users:disable:*").text; got != "[true,false,true,false]" {
		t.Errorf("the user is permitted %s", got)
	}
	if got := ask(groupID, "console_page:view:*", "tasks:run:x").text; got != "[true,false]" {
		t.Errorf("the group is permitted %s", got)
	}
	if got := ask(adminID, "users:disable:*").text; got != "[true]" {
		t.Errorf("the administrator is permitted %s", got)
	}
	mustStatus(t, ask(nobody, "users:disable:*"), http.StatusNotFound)
	for path, want := range map[string]string{
		"tasks/run_with_constraints":            `["4","1"]`,
		"tasks/run":                             `["*"]`,
		"plans/run":                             `[]`,
		"tasks/run/" + adminID:                  `["*"]`,
		"tasks/run_with_constraints/" + user.ID: `["4","1"]`,
	} {
		if got := amy.rbac(t, http.MethodGet, "v1/permitted/"+path, nil).text; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	for _, path := range []string{"x/run", "tasks/x", "tasks/run/" + nobody} {
		mustStatus(t, amy.rbac(t, http.MethodGet, "v1/permitted/"+path, nil), http.StatusNotFound)
	}
	types := c.rbac(t, http.MethodGet, "v1/types", nil).text
	if !strings.Contains(types, `{"name":"run_with_constraints","display_name":"Run tasks with constraints","description":"Run tasks with constraints","has_instances":true}`) {
		t.Errorf("the types are %s", types)
	}
}

// size returns how many items a list has, -1 for something else.
func size(value any) int {
	items, ok := value.([]any)
	if !ok {
		return -1
	}
	return len(items)
}
