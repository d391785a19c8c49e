// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// policyExample returns a working directory with the example of a policy in it.
func policyExample(t *testing.T, h *acctest.Harness) *acctest.CLI {
	t.Helper()
	c := acctest.NewCLI(t, h, "").Attached()
	source := filepath.Join(examples, "policy-as-code")
	if err := os.Remove(filepath.Join(c.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(c.Dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPolicyExample_Rules runs the example's own tests, which need no server, against its policy and against ones that break the rules.
func TestPolicyExample_Rules(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := policyExample(t, h)
	h.ResetRequests()
	serverless := []string{"PE_SERVER_URL=", "PE_RBAC_URL=", "PE_TOKEN_FILE=", "PE_CA_CERT_FILE="}
	if out, err := c.Run(t, serverless, "test"); err != nil || !strings.Contains(out, "5 passed, 0 failed") {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := len(h.Requests()); n > 0 {
		t.Errorf("the tests have made %d requests", n)
	}
	policy := c.Read(t, "policy.yaml")
	for name, change := range map[string]struct{ old, new, want string }{
		"everything everywhere": {"nodes: [node6.example.com]", `query: "nodes[certname] { }"`, "Every task may only be allowed on at most three nodes"},
		"any command":           {"tasks: [facts]", "tasks: [exec]", "nobody may be allowed to run it by name"},
		"nowhere":               {"nodes: [node6.example.com]", "nodes: []", "A grant without nodes, node groups or a query allows nothing"},
		"nobody":                {"users: [new]", "users: []", "A team without people is a role that nobody reviews"},
		"too much":              {"orchestrator:view:*", "tasks:run:*", "Neither the rights to manage users and roles nor tasks:run"},
		"nobody named":          {"users: [new]", "users:", "A team without people is a role that nobody reviews"},
		"a misspelt key":        {"nodes: [node1.example.com, node3.example.com]", "node: [node1.example.com]", "spelt wrongly: Web operators: facts: node"},
		"misspelt people":       {"users: [new]", "user: [new]", "spelt wrongly: Canary crew: user"},
		"no teams":              {"teams:", "team:", "spelt wrongly: team"},
		"a misspelt list":       {"directory_groups:", "directory_group:", "spelt wrongly: directory_group"},
		"an unknown group":      {"node_groups: [databases]", "node_groups: [warehouses]", "names a node group that is not in node_groups of the policy"},
	} {
		if !strings.Contains(policy, change.old) {
			t.Fatalf("the policy does not hold %q", change.old)
		}
		c.Write(t, "policy.yaml", strings.Replace(policy, change.old, change.new, 1))
		if out, err := c.Run(t, serverless, "test"); err == nil || !acctest.Says(change.want).MatchString(out) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// TestPolicyExample_Effect applies the example's policy, and checks what its users may do.
func TestPolicyExample_Effect(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := policyExample(t, h)
	dana, fred, latest := h.As(t, "dana"), h.As(t, "fred"), h.As(t, "new")
	// Dana is an operator of the web servers and, with fred, in the group of the database administrators. Fred is in a group that PE does
	// not know before.
	rights := func(when string, want map[string]string) {
		t.Helper()
		got := map[string]string{
			"dana service": dana.RunTask(t, "service", 1, 2, 3, 4, 5, 6), "dana facts": dana.RunTask(t, "facts", 1, 2, 3, 4, 5, 6),
			"fred service": fred.RunTask(t, "service", 1, 2, 3, 4, 5, 6), "fred package": fred.RunTask(t, "package", 1, 2, 3, 4, 5, 6), "new service": latest.RunTask(t, "service", 1, 2, 3, 4, 5, 6),
			"new facts": latest.RunTask(t, "facts", 1, 2, 3, 4, 5, 6),
		}
		for what, right := range got {
			if expected, ok := want[what]; right != expected && (ok || right != acctest.Refused) {
				t.Errorf("%s: %s runs on %q, want %q", when, what, right, expected)
			}
		}
	}
	policy := map[string]string{"dana service": "1 3 5", "dana facts": "1 3", "fred package": "2 4 6", "fred service": "2", "new service": "6", "new facts": "6"}
	apply := func() {
		t.Helper()
		if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
			t.Fatal(out)
		}
	}
	plan := func(want int, says ...string) {
		t.Helper()
		out, err := c.Run(t, nil, "plan", "-detailed-exitcode")
		if acctest.ExitCode(err) != want {
			t.Fatalf("the plan ended with %v, want %d:\n%s", err, want, out)
		}
		for _, text := range says {
			if !strings.Contains(out, text) {
				t.Errorf("the plan does not say %q:\n%s", text, out)
			}
		}
	}
	rights("before", nil)
	apply()
	rights("applied", policy)
	plan(0)
	if groups := h.Groups(); len(groups) != 2 || groups[1].Login != "oncall" {
		t.Errorf("the groups are %+v", groups)
	}

	// Somebody removes a permission, and adds a member.
	role := h.Role(t, "Web operators")
	meddle := func(change func(*rbac.Role)) {
		t.Helper()
		if err := h.RBACClient(t).UpdateRole(t.Context(), int64(role.ID), change); err != nil {
			t.Fatal(err)
		}
	}
	meddle(func(r *rbac.Role) { r.Permissions, r.UserIDs = r.Permissions[:1], append(r.UserIDs, acctest.FredID) })
	plan(2, `pe_role.team["Web operators"] will be updated in-place`, `- "`+acctest.FredID+`"`, `+ "action"      = "run_with_constraints"`)
	apply()
	rights("mended", policy)

	// The policy changes: the task-target is replaced, and the role follows it.
	text := c.Read(t, "policy.yaml")
	c.Write(t, "policy.yaml", strings.Replace(text, "[node1.example.com, node3.example.com]", "[node1.example.com, node4.example.com]", 1))
	plan(2, `pe_task_target.grant["Web operators: facts"] must be replaced`)
	apply()
	policy["dana facts"] = "1 4"
	rights("changed", policy)
	plan(0)

	if out, err := c.Run(t, nil, "destroy", "-auto-approve"); err != nil || strings.Contains(out, "It is still granted") {
		t.Fatalf("%v\n%s", err, out)
	}
	rights("destroyed", nil)
	if groups := h.Groups(); len(groups) != 1 {
		t.Errorf("these groups are left: %+v", groups)
	}
}

// TestExamples_EphemeralToken plans with the examples of an ephemeral token.
func TestExamples_EphemeralToken(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{
		"ephemeral-resource.tf":           nil,
		"ephemeral-resource_realistic.tf": {"PE_TOKEN_FILE=", "TF_VAR_password=ci-password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			user := h.AddUser("ci", "ci-password", acctest.Grant("user_roles:create:*"), acctest.Grant("user_roles:edit:*"), acctest.Grant("user_roles:edit_members:*"))
			c := acctest.NewCLI(t, h, readExample(t, "ephemeral-resources/pe_token/"+name)+acctest.RoleBody(`display_name = "Web"`)).Attached()
			c.NeedsEphemeral(t)
			if out, err := c.Run(t, env, "apply", "-auto-approve"); err != nil {
				t.Fatal(out)
			}
			h.Role(t, "Web")
			if left := h.TokensOf(t, user.ID); len(left) > 0 {
				t.Errorf("these tokens are left: %v", left)
			}
		})
	}
}
