// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRole_WrittenWhileItsMembersChange has a user or a group get or lose a role between the moment when that role is read to be written as a
// whole, and the moment when it is. Neither change undoes the other.
func TestRole_WrittenWhileItsMembersChange(t *testing.T) {
	t.Parallel()
	changes := map[string]struct {
		of func(t *testing.T, c *rbac.Client, user, group string, role int64) error
		// had is whether the user and the group have the role at first; users and groups are how many have it at last.
		had           bool
		users, groups int
	}{
		"a user gets it": {func(t *testing.T, c *rbac.Client, user, _ string, role int64) error {
			t.Helper()
			_, err := c.ChangeUser(t.Context(), user, rbac.UserChange{RoleIDs: &[]int64{role}})
			return err
		}, false, 1, 0},
		"a user loses it": {func(t *testing.T, c *rbac.Client, user, _ string, _ int64) error {
			t.Helper()
			_, err := c.ChangeUser(t.Context(), user, rbac.UserChange{RoleIDs: &[]int64{}})
			return err
		}, true, 0, 1},
		"a group gets it": {func(t *testing.T, c *rbac.Client, _, group string, role int64) error {
			t.Helper()
			_, err := c.SetGroupRoles(t.Context(), group, []int64{role})
			return err
		}, false, 0, 1},
		"a group loses it": {func(t *testing.T, c *rbac.Client, _, group string, _ int64) error {
			t.Helper()
			_, err := c.SetGroupRoles(t.Context(), group, nil)
			return err
		}, true, 1, 0},
		"a new user has it": {func(t *testing.T, c *rbac.Client, _, _ string, role int64) error {
			t.Helper()
			_, err := c.CreateUser(t.Context(), rbac.NewUser{Login: "bob", RoleIDs: []int64{role}})
			return err
		}, true, 2, 1},
		"a new group has it": {func(t *testing.T, c *rbac.Client, _, _ string, role int64) error {
			t.Helper()
			_, err := c.CreateGroup(t.Context(), rbac.NewGroup{Login: "dbteam", RoleIDs: []int64{role}})
			return err
		}, true, 1, 2},
		"a user goes": {func(t *testing.T, c *rbac.Client, user, _ string, _ int64) error {
			t.Helper()
			return c.DeleteUser(t.Context(), user)
		}, true, 0, 1},
		"a group goes": {func(t *testing.T, c *rbac.Client, _, group string, _ int64) error {
			t.Helper()
			return c.DeleteGroup(t.Context(), group)
		}, true, 1, 0},
	}
	writes := map[string]struct {
		of   func(t *testing.T, c *rbac.Client, role int64) error
		skip int
		done func(simulator.Role) bool
	}{
		"renamed": {func(t *testing.T, c *rbac.Client, role int64) error {
			t.Helper()
			return c.UpdateRole(t.Context(), role, func(r *rbac.Role) { r.DisplayName = "Renamed" })
		}, 1, func(r simulator.Role) bool { return r.DisplayName == "Renamed" }},
		"edited": {func(t *testing.T, c *rbac.Client, role int64) error {
			t.Helper()
			return c.AddPermissions(t.Context(), rbac.RolePermissions{RoleID: role, Permissions: []rbac.Permission{runTask("facts")}})
		}, 0, func(r simulator.Role) bool { return len(r.Permissions) == 1 }},
	}
	for name, change := range changes {
		for how, write := range writes {
			t.Run(how+" while "+name, func(t *testing.T) {
				t.Parallel()
				// This server has no commands, so that each change writes the whole role.
				pe, client := startPE(t, simulator.PE2019)
				role, user, group := roleWithMembers(t, client, change.had)
				read := make(chan struct{})
				pe.AddFault(simulator.Fault{
					Method: "GET", Path: fmt.Sprintf("/rbac-api/v1/roles/%d", role), Skip: write.skip, Times: 1, Action: simulator.DelayAnswer,
					Delay: 200 * time.Millisecond, AfterHook: func(simulator.Request) { close(read) },
				})
				done := make(chan error, 1)
				go func() { done <- write.of(t, client, role) }()
				<-read
				if err := change.of(t, client, user, group, role); err != nil {
					t.Error(err)
				}
				if err := <-done; err != nil {
					t.Error(err)
				}
				roles := pe.Roles()
				i := slices.IndexFunc(roles, func(r simulator.Role) bool { return int64(r.ID) == role })
				if got := roles[i]; len(got.UserIDs) != change.users || len(got.GroupIDs) != change.groups || !write.done(got) {
					t.Errorf("got %+v", got)
				}
			})
		}
	}
}

// roleWithMembers creates a role, a user and a group, which have the role or not.
func roleWithMembers(t *testing.T, client *rbac.Client, had bool) (role int64, user, group string) {
	t.Helper()
	role, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "Web"})
	if err != nil {
		t.Fatal(err)
	}
	var roles []int64
	if had {
		roles = []int64{role}
	}
	if user, err = client.CreateUser(t.Context(), rbac.NewUser{Login: "amy", RoleIDs: roles}); err != nil {
		t.Fatal(err)
	}
	if group, err = client.CreateGroup(t.Context(), rbac.NewGroup{Login: "ops", RoleIDs: roles}); err != nil {
		t.Fatal(err)
	}
	return role, user, group
}
