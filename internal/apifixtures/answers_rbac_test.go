// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"encoding/json"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

func checkRole(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	role, err := c.rbac.Role(t.Context(), 1)
	sameRole(t, role, asObject(t, raw))
	return err
}

func sameRole(t *testing.T, role rbac.Role, object map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(role)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "role", generic(t, encoded), any(object))
}

func checkRoles(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	roles, err := c.rbac.Roles(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		sameRole(t, roles[i], object)
	}
	return err
}

func checkUsers(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	users, err := c.rbac.Users(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		sameUser(t, users[i], object)
	}
	return err
}

func sameUser(t *testing.T, user rbac.User, object map[string]any) {
	t.Helper()
	roles, _ := object["role_ids"].([]any)
	same(t, "id", user.ID, object["id"])
	same(t, "login", user.Login, object["login"])
	same(t, "roles", len(user.RoleIDs), len(roles))
	same(t, "remote", user.IsRemote, object["is_remote"])
	same(t, "has logged in", user.LastLogin != nil, object["last_login"] != nil)
}

func checkUser(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	user, err := c.rbac.User(t.Context(), "5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85")
	sameUser(t, user, asObject(t, raw))
	return err
}

func checkCurrentUser(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	user, err := c.rbac.CurrentUser(t.Context())
	sameUser(t, user, asObject(t, raw))
	return err
}

// checkUsersV2 compares the users of an answer that the client does not request with those of the list that it does.
func checkUsersV2(t *testing.T, raw []byte) {
	t.Helper()
	var answer struct {
		Users []rbac.User `json:"users"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	for i, object := range asObjects(t, asObject(t, raw)["users"]) {
		sameUser(t, answer.Users[i], object)
	}
}

func checkGroups(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	groups, err := c.rbac.Groups(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		users, _ := object["user_ids"].([]any)
		same(t, "id", groups[i].ID, object["id"])
		same(t, "login", groups[i].Login, object["login"])
		same(t, "users", len(groups[i].UserIDs), len(users))
	}
	return err
}

func checkTypes(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	types, err := c.rbac.Types(t.Context())
	encoded, marshalErr := json.Marshal(types)
	if marshalErr != nil {
		return marshalErr
	}
	same(t, "types", generic(t, encoded), generic(t, raw))
	return err
}

func checkPermittedInstances(t *testing.T, c clients, _ []byte) error {
	t.Helper()
	instances, err := c.rbac.PermittedInstances(t.Context(), "tasks", "run_with_constraints")
	same(t, "instances", instances, []string{"1", "4"})
	return err
}

func checkLogin(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	token, err := c.rbac.Login(t.Context(), rbac.LoginRequest{Login: "dana", Password: "example-only"})
	same(t, "token", token, asObject(t, raw)["token"])
	return err
}

func checkUserTokens(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	tokens, err := c.rbac.UserTokens(t.Context(), "42bf351c-f9ec-40af-84ad-e976fec7f4bd")
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		same(t, "id", tokens[i].ID, object["id"])
		same(t, "expiration", tokens[i].ExpirationDate, object["expiration_date"])
	}
	return err
}
