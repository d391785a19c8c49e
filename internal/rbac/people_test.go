// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

var generations = []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025}

func pointer[T any](value T) *T { return &value }

// TestCreateGroup_ByGeneration imports groups, and checks which calls are made for the first and for the second one.
func TestCreateGroup_ByGeneration(t *testing.T) {
	t.Parallel()
	v2, provider := []string{"POST /rbac-api/v2/groups 303"}, rbac.NewGroup{Login: "oncall", IdentityProviderID: pointer(simulator.DirectoryID)}
	tests := map[string]struct {
		generation simulator.Generation
		group      rbac.NewGroup
		want       []string
		tooOld     bool
	}{
		"2019":                       {simulator.PE2019, rbac.NewGroup{Login: "oncall"}, []string{"POST /rbac-api/v2/groups 404", "POST groups 201", "POST groups 201"}, false},
		"2019, not validated":        {simulator.PE2019, rbac.NewGroup{Login: "oncall", Validate: pointer(false)}, []string{"POST /rbac-api/v2/groups 404", "POST groups 201", "POST groups 201"}, false},
		"2019 knows no display name": {simulator.PE2019, rbac.NewGroup{Login: "oncall", DisplayName: pointer("x")}, []string{"POST /rbac-api/v2/groups 404"}, true},
		"2021":                       {simulator.PE2021, rbac.NewGroup{Login: "oncall", DisplayName: pointer("On call")}, append(v2, v2...), false},
		"2025":                       {simulator.PE2025, rbac.NewGroup{Login: "oncall"}, append(v2, v2...), false},
		"2025 with a provider":       {simulator.PE2025, provider, []string{"POST command/groups/create 200", "POST command/groups/create 200"}, false},
		"2025, not validated": {
			simulator.PE2025, rbac.NewGroup{Login: "oncall", IdentityProviderID: provider.IdentityProviderID, Validate: pointer(false)}, append(v2, v2...), false,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pe, client := startPE(t, test.generation)
			test.group.RoleIDs = []int64{3}
			id, err := client.CreateGroup(t.Context(), test.group)
			if errors.Is(err, rbac.ErrTooOld) != test.tooOld {
				t.Fatal(err)
			}
			if !test.tooOld {
				if err != nil {
					t.Fatal(err)
				}
				if group, err := client.Group(t.Context(), id); err != nil || group.Login != "oncall" || !slices.Equal(group.RoleIDs, []int64{3}) {
					t.Errorf("the group is %+v, %v", group, err)
				}
				test.group.Login = "dbteam"
				if _, err := client.CreateGroup(t.Context(), test.group); err != nil {
					t.Error(err)
				}
			}
			if sent := writes(pe); !slices.Equal(sent, test.want) {
				t.Errorf("sent %v, want %v", sent, test.want)
			}
		})
	}
}

// TestCreateGroup_Refusals tells what is wrong with a group by the kind of the error.
func TestCreateGroup_Refusals(t *testing.T) {
	t.Parallel()
	_, client := startPE(t, simulator.PE2025)
	for kind, group := range map[string]rbac.NewGroup{
		rbac.KindConflict:            {Login: "webteam"},
		rbac.KindNoSuchGroup:         {Login: "nobodies"},
		rbac.KindInvalidAssociatedID: {Login: "oncall", RoleIDs: []int64{99}},
		rbac.KindSchemaViolation:     {Login: "oncall", IdentityProviderID: pointer("x")},
	} {
		if _, err := client.CreateGroup(t.Context(), group); !httpapi.HasKind(err, kind) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// TestGroup_RolesAndDeletion sets roles of a group, and deletes it twice.
func TestGroup_RolesAndDeletion(t *testing.T) {
	t.Parallel()
	for _, generation := range generations {
		_, client := startPE(t, generation)
		if group, err := client.SetGroupRoles(t.Context(), webteam, []int64{2, 4}); err != nil || !slices.Equal(group.RoleIDs, []int64{2, 4}) {
			t.Errorf("the group is %+v, %v", group, err)
		}
		if group, err := client.SetGroupRoles(t.Context(), webteam, nil); err != nil || len(group.RoleIDs) > 0 {
			t.Errorf("the group is %+v, %v", group, err)
		}
		for range 2 {
			if err := client.DeleteGroup(t.Context(), webteam); err != nil {
				t.Error(err)
			}
		}
		if _, err := client.SetGroupRoles(t.Context(), webteam, nil); !rbac.IsUnknown(err) {
			t.Errorf("got %v", err)
		}
	}
}

// TestUser_Lifecycle creates, changes, revokes and deletes a user.
func TestUser_Lifecycle(t *testing.T) {
	t.Parallel()
	for _, generation := range generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			pe, client := startPE(t, generation)
			ctx := t.Context()
			id, err := client.CreateUser(ctx, rbac.NewUser{Login: "amy", Email: "amy@example.com", DisplayName: "Amy", Password: "amys-password"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := clientOf(t, pe, "").Login(ctx, rbac.LoginRequest{Login: "amy", Password: "amys-password"}); err != nil {
				t.Error(err)
			}
			if _, err := client.CreateUser(ctx, rbac.NewUser{Login: "webteam"}); !httpapi.HasKind(err, rbac.KindConflict) {
				t.Errorf("got %v", err)
			}
			user, err := client.ChangeUser(ctx, id, rbac.UserChange{Login: pointer("amelia"), DisplayName: pointer("Amelia"), RoleIDs: &[]int64{3}})
			if got := fmt.Sprint(user.Login, user.Email, user.DisplayName, user.RoleIDs); err != nil || got != "ameliaamy@example.comAmelia[3]" {
				t.Errorf("the user is %+v, %v", user, err)
			}
			if user, err = client.ChangeUser(ctx, id, rbac.UserChange{Email: pointer("")}); err != nil || user.Email != "" || len(user.RoleIDs) != 1 {
				t.Errorf("the user is %+v, %v", user, err)
			}
			pe.ResetRequests()
			for _, revoked := range []bool{true, false} {
				if err := client.SetRevoked(ctx, id, revoked); err != nil {
					t.Error(err)
				}
				if user, err := client.User(ctx, id); err != nil || user.IsRevoked != revoked {
					t.Errorf("the user is %+v, %v", user, err)
				}
			}
			want := []string{"POST command/users/revoke 204", "POST command/users/reinstate 204"}
			if generation == simulator.PE2019 {
				want = []string{"POST command/users/revoke 404", "PUT users/" + id + " 200", "PUT users/" + id + " 200"}
			}
			if sent := writes(pe); !slices.Equal(sent, want) {
				t.Errorf("sent %v", sent)
			}
			for range 2 {
				if err := client.DeleteUser(ctx, id); err != nil {
					t.Error(err)
				}
			}
			if _, err := client.ChangeUser(ctx, id, rbac.UserChange{}); !rbac.IsUnknown(err) {
				t.Errorf("got %v", err)
			}
			if err := client.SetRevoked(ctx, nobody, true); !rbac.IsUnknown(err) {
				t.Errorf("got %v", err)
			}
			if err := client.DeleteUser(ctx, "42bf351c-f9ec-40af-84ad-e976fec7f4bd"); !httpapi.HasKind(err, rbac.KindAdminUserImmutable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestCreateUser_PasswordIsRedacted asks a server that answers with everything it got.
func TestCreateUser_PasswordIsRedacted(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, "", map[string]func(w http.ResponseWriter){"POST /v1/users": func(w http.ResponseWriter) {
		w.WriteHeader(400)
		_, _ = w.Write([]byte(`{"kind":"schema-violation","msg":"amys-password is too short"}`))
	}})
	_, err := client.CreateUser(t.Context(), rbac.NewUser{Login: "amy", Password: "amys-password"})
	if err == nil || strings.Contains(err.Error(), "amys-password") {
		t.Errorf("got %v", err)
	}
}

// TestChangeUser_LosesNoRoles changes a user while it gets roles.
func TestChangeUser_LosesNoRoles(t *testing.T) {
	t.Parallel()
	_, client := startPE(t, simulator.PE2025)
	id, err := client.CreateUser(t.Context(), rbac.NewUser{Login: "amy"})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for n := range int64(5) {
		group.Go(func() {
			if err := client.AddUsers(t.Context(), rbac.RoleUsers{RoleID: n + 1, UserIDs: []string{id}}); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if _, err := client.ChangeUser(t.Context(), id, rbac.UserChange{DisplayName: pointer(fmt.Sprint(n))}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if user, err := client.User(t.Context(), id); err != nil || len(user.RoleIDs) != 5 {
		t.Errorf("the user is %+v, %v", user, err)
	}
}

// TestPeople_AnswersAboutOthers refuses answers about another user or group than the one that was asked for.
func TestPeople_AnswersAboutOthers(t *testing.T) {
	t.Parallel()
	other := func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"id":"` + dana + `","login":"dana"}`)) }
	client, s := newClient(t, "", map[string]func(http.ResponseWriter){
		"GET /v1/users/" + fred: other, "PUT /v1/users/" + fred: other, "GET /v1/groups/" + webteam: other, "PUT /v1/groups/" + webteam: other,
	})
	defer func() {
		if slices.ContainsFunc(s.requests, func(r string) bool { return strings.HasPrefix(r, "PUT") }) {
			t.Errorf("sent %v", s.requests)
		}
	}()
	for name, call := range map[string]func() error{
		"read user":    func() error { _, err := client.User(t.Context(), fred); return err },
		"change user":  func() error { _, err := client.ChangeUser(t.Context(), fred, rbac.UserChange{}); return err },
		"revoke":       func() error { return client.SetRevoked(t.Context(), fred, true) },
		"read group":   func() error { _, err := client.Group(t.Context(), webteam); return err },
		"change group": func() error { _, err := client.SetGroupRoles(t.Context(), webteam, nil); return err },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "this id") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
