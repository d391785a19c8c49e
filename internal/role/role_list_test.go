// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// listedRoles returns a PE with two roles of its own, 6 and 7. The first has permissions and a member.
func listedRoles(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t)
	for _, role := range []rbac.Role{
		{
			DisplayName: "Web operators", Description: acctest.Pointer("run the web"), UserIDs: []string{acctest.DanaID},
			Permissions: []rbac.Permission{{ObjectType: "tasks", Action: "run", Instance: "mysql::sql"}, {ObjectType: "orchestrator", Action: "view", Instance: "*"}},
		},
		{DisplayName: "Empty"},
	} {
		if _, err := h.RBACClient(t).CreateRole(t.Context(), role); err != nil {
			t.Fatal(err)
		}
	}
	h.ResetRequests()
	return h
}

func TestRoleLists_Filters(t *testing.T) {
	t.Parallel()
	h := listedRoles(t)
	builtIn := []string{"Administrators", "Operators", "Viewers", "Code Deployers", "Project Deployers"}
	const ours = "role_id = \"6\""
	for name, c := range map[string]acctest.QueryCase{
		"roles":                    {List: acctest.List("pe_role", "", ""), Want: []string{"Web operators", "Empty"}},
		"roles without config":     {List: "list \"pe_role\" \"x\" {\n  provider = pe\n}", Want: []string{"Web operators", "Empty"}},
		"not the built-in":         {List: acctest.List("pe_role", "", "include_built_in = false"), Want: []string{"Web operators", "Empty"}},
		"the built-in, too":        {List: acctest.List("pe_role", "", "include_built_in = true"), Want: append(builtIn, "Web operators", "Empty")},
		"limit of roles":           {List: acctest.List("pe_role", "limit = 1", ""), Want: []string{"Web operators"}, Warns: []string{"1 of 2 roles are listed"}},
		"permissions":              {List: acctest.List("pe_role_permission", "", ours), Want: []string{"Web operators: tasks:run on mysql::sql", "Web operators: orchestrator:view on everything"}},
		"limit of permissions":     {List: acctest.List("pe_role_permission", "limit = 1", ours), Want: []string{"Web operators: tasks:run on mysql::sql"}, Warns: []string{"1 of 2 permissions are listed"}},
		"of a role of every PE":    {List: acctest.List("pe_role_permission", "", `role_id = "3"`), Want: []string{"Viewers: console_page:view on everything", "Viewers: node_groups:view on everything", "Viewers: nodes:view_data on everything"}, Warns: []string{`The permissions of role "Viewers" cannot be managed`}},
		"no permissions":           {List: acctest.List("pe_role_permission", "", `role_id = "7"`)},
		"permissions of no role":   {List: acctest.List("pe_role_permission", "", `role_id = "99"`), Says: []string{"pe_role_permission.x.role_id", "There is no role 99"}},
		"permissions of a name":    {List: acctest.List("pe_role_permission", "", `role_id = "Viewers"`), Says: []string{"pe_role_permission.x.role_id", "A name does not do"}},
		"permissions of something": {List: acctest.List("pe_role_permission", "", ""), Says: []string{"role_id"}},
		"members":                  {List: acctest.List("pe_role_membership", "", ours), Want: []string{"Web operators: user dana"}},
		"no members":               {List: acctest.List("pe_role_membership", "", `role_id = "7"`)},
		"limit of members":         {List: acctest.List("pe_role_membership", "limit = 1", ours), Want: []string{"Web operators: user dana"}},
		"members of no role":       {List: acctest.List("pe_role_membership", "", `role_id = "99"`), Says: []string{"pe_role_membership.x.role_id", "There is no role 99"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.CheckQuery(t, h.AdminToken(), c)
		})
	}
}

// TestRoleLists_Requests counts the requests of each list.
func TestRoleLists_Requests(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]int{"pe_role": 1, "pe_role_permission": 1, "pe_role_membership": 2} {
		h := listedRoles(t)
		config := "role_id = \"6\""
		if kind == "pe_role" {
			config = ""
		}
		h.Query(t, acctest.List(kind, "", config))
		if got := len(h.Requests()); got != want {
			t.Errorf("%s: the server has received %d requests, want %d", kind, got, want)
		}
	}
}

// TestRoleMembershipList_WithoutLogins lists members whose logins the user of the token may not see.
func TestRoleMembershipList_WithoutLogins(t *testing.T) {
	t.Parallel()
	h := listedRoles(t)
	groups, err := h.RBACClient(t).Groups(t.Context())
	if err != nil || len(groups) == 0 {
		t.Fatalf("there are no groups: %v", err)
	}
	group := groups[0]
	if err := h.RBACClient(t).AddGroups(t.Context(), rbac.RoleGroups{RoleID: 6, GroupIDs: []string{group.ID}}); err != nil {
		t.Fatal(err)
	}
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{
		List: acctest.List("pe_role_membership", "", `role_id = "6"`), Want: []string{"Web operators: user dana", "Web operators: group " + group.Login},
	})
	for _, path := range []string{"users", "groups"} {
		h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/rbac-api/v1/" + path, Action: simulator.AnswerStatus, Status: http.StatusForbidden})
	}
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{
		List: acctest.List("pe_role_membership", "", `role_id = "6"`),
		Want: []string{"Web operators: user " + acctest.DanaID, "Web operators: group " + group.ID},
	})
}

func TestRoleLists_Refused(t *testing.T) {
	t.Parallel()
	for kind, says := range map[string]string{
		"pe_role": "Roles were not listed", "pe_role_permission": "The permissions of the role were not listed", "pe_role_membership": "The members of the role were not listed",
	} {
		h := listedRoles(t)
		list := acctest.List(kind, "", "role_id = \"6\"")
		if kind == "pe_role" {
			list = acctest.List(kind, "", "")
		}
		h.CheckQuery(t, "no-such-token", acctest.QueryCase{List: list, Says: []string{says}})
		h.AddFault(simulator.Fault{Method: http.MethodGet, Action: simulator.AnswerStatus, Status: http.StatusForbidden})
		h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: list, Says: []string{says, fmt.Sprint(http.StatusForbidden)}})
	}
}
