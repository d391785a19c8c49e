// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// What every simulated PE has.
const (
	dana    = "0f0d2c1b-6d5e-4b7a-8c9d-1e2f3a4b5c6d"
	fred    = "4f3b8ead-5d77-4f4c-9c8a-9e4c3f5a6b74"
	webteam = "5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10"
	nobody  = "00000000-0000-4000-8000-00000000dead"
)

// startPE starts a simulated PE and returns it with a client of its administrator.
func startPE(t *testing.T, generation simulator.Generation) (*simulator.Simulator, *rbac.Client) {
	t.Helper()
	pe := petest.Start(t, simulator.Options{Generation: generation})
	return pe, clientOf(t, pe, pe.AdminToken())
}

func clientOf(t *testing.T, pe *simulator.Simulator, token string) *rbac.Client {
	t.Helper()
	transport, err := httpapi.New(httpapi.Config{Token: token, TLS: httpapi.TLSConfig{CACertPEM: pe.CACertPEM()}, MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	client, err := rbac.New(transport, pe.RBACURL())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// writes lists the changes that the server has received since the log was reset, without the common part of their paths.
func writes(pe *simulator.Simulator) (list []string) {
	for _, r := range pe.Requests() {
		if r.Method != http.MethodGet {
			list = append(list, fmt.Sprintf("%s %s %d", r.Method, strings.TrimPrefix(r.Path, "/rbac-api/v1/"), r.Status))
		}
	}
	return list
}

func runTask(name string) rbac.Permission {
	return rbac.Permission{ObjectType: "tasks", Action: "run", Instance: name}
}

// TestUpdateRole_EveryChange makes each change on each generation, and checks what was sent and the role afterwards.
func TestUpdateRole_EveryChange(t *testing.T) {
	t.Parallel()
	put := []string{"PUT roles/ID 200"}
	tests := map[string]struct {
		change func(*rbac.Role)
		// want is what is sent to servers with commands.
		want []string
	}{
		"nothing":     {func(*rbac.Role) {}, nil},
		"name":        {func(r *rbac.Role) { r.DisplayName = "Other" }, put},
		"description": {func(r *rbac.Role) { r.Description = nil }, put},
		"permissions: what is new comes first": {
			func(r *rbac.Role) { r.Permissions = []rbac.Permission{runTask("service"), runTask("facts")} },
			[]string{"POST command/roles/add-permissions 204", "POST command/roles/remove-permissions 204"},
		},
		"members: what is new comes first": {
			func(r *rbac.Role) { r.UserIDs, r.GroupIDs = []string{fred}, nil },
			[]string{"POST command/roles/add-users 204", "POST command/roles/remove-users 204", "POST command/roles/remove-groups 204"},
		},
		"permissions and members at once": {
			func(r *rbac.Role) { r.UserIDs, r.Permissions = []string{fred}, []rbac.Permission{runTask("facts")} },
			put,
		},
	}
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		for name, test := range tests {
			t.Run(string(generation)+" "+name, func(t *testing.T) {
				t.Parallel()
				pe, client := startPE(t, generation)
				description := "d"
				start := rbac.Role{
					DisplayName: "Web", Description: &description, Permissions: []rbac.Permission{runTask("service"), runTask("package")},
					UserIDs: []string{dana}, GroupIDs: []string{webteam},
				}
				id, err := client.CreateRole(t.Context(), start)
				if err != nil {
					t.Fatal(err)
				}
				pe.ResetRequests()
				if err := client.UpdateRole(t.Context(), id, test.change); err != nil {
					t.Fatal(err)
				}
				want := start
				test.change(&want)
				got, err := client.Role(t.Context(), id)
				if err != nil || !got.SameContent(want) {
					t.Errorf("the role is %+v, %v", got, err)
				}
				if generation == simulator.PE2019 {
					// A client that finds no command writes the whole role.
					if sent := writes(pe); slices.ContainsFunc(sent, func(w string) bool { return strings.HasSuffix(w, " 204") }) || (len(sent) > 0) != (test.want != nil) {
						t.Errorf("sent %v", sent)
					}
					return
				}
				sent := strings.ReplaceAll(fmt.Sprint(writes(pe)), fmt.Sprintf("roles/%d", id), "roles/ID")
				if sent != fmt.Sprint(test.want) && (len(test.want) > 0 || sent != "[]") {
					t.Errorf("sent %v, want %v", sent, test.want)
				}
			})
		}
	}
}

// TestUpdateRole_ConcurrentChangesLoseNothing changes one role concurrently, on servers with and without commands.
func TestUpdateRole_ConcurrentChangesLoseNothing(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			_, client := startPE(t, generation)
			id, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "Web", Permissions: []rbac.Permission{runTask("old")}})
			if err != nil {
				t.Fatal(err)
			}
			var group sync.WaitGroup
			do := func(change func(context.Context) error) {
				group.Go(func() {
					if err := change(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			want := rbac.Role{DisplayName: "Renamed", UserIDs: []string{dana, fred}, GroupIDs: []string{webteam}}
			for n := range 20 {
				permission := runTask(fmt.Sprintf("task%d", n))
				want.Permissions = append(want.Permissions, permission)
				do(func(ctx context.Context) error {
					return client.AddPermissions(ctx, rbac.RolePermissions{RoleID: id, Permissions: []rbac.Permission{permission}})
				})
			}
			do(func(ctx context.Context) error {
				return client.RemovePermissions(ctx, rbac.RolePermissions{RoleID: id, Permissions: []rbac.Permission{runTask("old")}})
			})
			do(func(ctx context.Context) error {
				return client.AddUsers(ctx, rbac.RoleUsers{RoleID: id, UserIDs: []string{dana}})
			})
			do(func(ctx context.Context) error {
				return client.AddUsers(ctx, rbac.RoleUsers{RoleID: id, UserIDs: []string{fred}})
			})
			do(func(ctx context.Context) error {
				return client.AddGroups(ctx, rbac.RoleGroups{RoleID: id, GroupIDs: []string{webteam}})
			})
			do(func(ctx context.Context) error {
				return client.UpdateRole(ctx, id, func(r *rbac.Role) { r.DisplayName = "Renamed" })
			})
			group.Wait()
			if got, err := client.Role(t.Context(), id); err != nil || !got.SameContent(want) {
				t.Errorf("the role is %+v, %v", got, err)
			}
		})
	}
}

// TestUpdateRole_MissingMembers distinguishes a missing role, user or group from a missing command.
func TestUpdateRole_MissingMembers(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			pe, client := startPE(t, generation)
			id, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "Web"})
			if err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			if err := client.AddUsers(ctx, rbac.RoleUsers{RoleID: id, UserIDs: []string{nobody}}); !httpapi.HasKind(err, rbac.KindInvalidAssociatedID) {
				t.Errorf("adding nobody: %v", err)
			}
			if err := client.AddGroups(ctx, rbac.RoleGroups{RoleID: id, GroupIDs: []string{nobody}}); !httpapi.HasKind(err, rbac.KindInvalidAssociatedID) {
				t.Errorf("adding no group: %v", err)
			}
			// A user who does not exist is not in the role.
			if err := client.RemoveUsers(ctx, rbac.RoleUsers{RoleID: id, UserIDs: []string{nobody}}); err != nil {
				t.Errorf("removing nobody: %v", err)
			}
			if err := client.RemoveGroups(ctx, rbac.RoleGroups{RoleID: id, GroupIDs: []string{nobody}}); err != nil {
				t.Errorf("removing no group: %v", err)
			}
			if err := client.AddPermissions(ctx, rbac.RolePermissions{RoleID: 99, Permissions: []rbac.Permission{runTask("x")}}); !rbac.IsUnknown(err) {
				t.Errorf("no role: %v", err)
			}
			if err := client.UpdateRole(ctx, 99, func(*rbac.Role) {}); !rbac.IsUnknown(err) {
				t.Errorf("no role: %v", err)
			}
			// A built-in role is refused, not written in another way.
			pe.ResetRequests()
			err = client.AddPermissions(ctx, rbac.RolePermissions{RoleID: 3, Permissions: []rbac.Permission{runTask("x")}})
			if !httpapi.HasKind(err, rbac.KindDefaultRolesImmutable) {
				t.Errorf("a built-in role: %v", err)
			}
		})
	}
}

func TestClient_LookUpsByName(t *testing.T) {
	t.Parallel()
	_, client := startPE(t, simulator.PE2025)
	ctx := t.Context()
	if user, ok, err := client.UserWithLogin(ctx, "dana"); err != nil || !ok || user.ID != dana {
		t.Errorf("got %+v, %v, %v", user, ok, err)
	}
	// A look-up after a change shows the change.
	id, err := client.CreateRole(ctx, rbac.Role{DisplayName: "Web", UserIDs: []string{dana}})
	if err != nil {
		t.Fatal(err)
	}
	if user, _, err := client.UserWithLogin(ctx, "dana"); err != nil || !slices.Contains(user.RoleIDs, id) {
		t.Errorf("got %+v, %v", user, err)
	}
	if err := client.RemoveUsers(ctx, rbac.RoleUsers{RoleID: id, UserIDs: []string{dana}}); err != nil {
		t.Fatal(err)
	}
	if user, _, err := client.UserWithLogin(ctx, "dana"); err != nil || slices.Contains(user.RoleIDs, id) {
		t.Errorf("got %+v, %v", user, err)
	}
	if _, ok, err := client.UserWithLogin(ctx, "nobody"); err != nil || ok {
		t.Errorf("got %v, %v", ok, err)
	}
	if group, ok, err := client.GroupWithLogin(ctx, "webteam"); err != nil || !ok || group.ID != webteam {
		t.Errorf("got %+v, %v, %v", group, ok, err)
	}
	if role, ok, err := client.RoleNamed(ctx, "Viewers"); err != nil || !ok || role.ID != 3 {
		t.Errorf("got %+v, %v, %v", role, ok, err)
	}
	if _, ok, err := client.RoleNamed(ctx, "viewers"); err != nil || ok {
		t.Errorf("got %v, %v", ok, err)
	}
}

// TestTokens_RevokeThemselves logs in without a token, and lets the new token end itself.
func TestTokens_RevokeThemselves(t *testing.T) {
	t.Parallel()
	pe, _ := startPE(t, simulator.PE2025)
	pe.AddUser("amy", "amys-password")
	client := clientOf(t, pe, "")
	token, err := client.Login(t.Context(), rbac.LoginRequest{Login: "amy", Password: "amys-password", Lifetime: "5m", Label: "ci"})
	if err != nil {
		t.Fatal(err)
	}
	if user, err := clientOf(t, pe, token).CurrentUser(t.Context()); err != nil || user.Login != "amy" {
		t.Errorf("the token is of %q, %v", user.Login, err)
	}
	for range 2 {
		if err := client.RevokeItself(t.Context(), token); err != nil {
			t.Error(err)
		}
	}
	if _, err := clientOf(t, pe, token).CurrentUser(t.Context()); !httpapi.HasKind(err, rbac.KindTokenRevoked) {
		t.Errorf("got %v", err)
	}
}

// TestUpdateRole_KeepsKeysThatItDoesNotKnow writes a role of a server whose roles have a key more: a whole role has to have all of them.
func TestUpdateRole_KeepsKeysThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	const role = `{"id":7,"display_name":"Web","description":null,"permissions":[],"user_ids":["z"],"group_ids":[],"new_key":{"a":1.0}}`
	client, s := newClient(t, "", map[string]func(http.ResponseWriter){"GET /v1/roles/7": body(200, role), "PUT /v1/roles/7": body(200, role)})
	if err := client.UpdateRole(t.Context(), 7, func(r *rbac.Role) { r.DisplayName = "Website" }); err != nil {
		t.Fatal(err)
	}
	put := s.requests[len(s.requests)-1]
	for _, part := range []string{"PUT /v1/roles/7", `"new_key":{"a":1.0}`, `"display_name":"Website"`, `"user_ids":["z"]`, `"id":7`} {
		if !strings.Contains(put, part) {
			t.Errorf("%s is missing in %s", part, put)
		}
	}
}
