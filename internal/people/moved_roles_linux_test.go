// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestRoleIDs_FromMembership moves a role from a pe_role_membership to role_ids, in either order of planning. The user has it already, so that
// the apply sees nothing but the destruction. Within one command, the role is kept; a saved plan keeps it, or says that it does not.
func TestRoleIDs_FromMembership(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		// slow is what the resource that is planned second has to wait for.
		slow         string
		saved, warns bool
	}{
		"the membership is planned second": {"roles", false, false},
		"the user is planned second":       {"users", false, false},
		"the membership of a saved plan":   {"roles", true, false},
		"the user of a saved plan":         {"users", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			number, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "R"})
			if err != nil {
				t.Fatal(err)
			}
			role := strconv.FormatInt(number, 10)
			// How many there are is known once the role has been read.
			memberships := func(there, elsewhere int) string {
				return fmt.Sprintf("data \"pe_role\" \"r\" {\n display_name = \"R\"\n}\nresource \"pe_role_membership\" \"m\" {\n count = data.pe_role.r.id == %q ? %d : %d\n"+
					" role_id = %s\n user_id = pe_user.x.id\n}\n", role, there, elsewhere, role)
			}
			c := acctest.NewCLI(t, h, "")
			head := c.Read(t, "main.tf")
			c.Write(t, "main.tf", head+amy("")+memberships(1, 0))
			c.MustRun(t, "apply", "-auto-approve")
			after := memberships(0, 1)
			if test.slow == "users" {
				after = "" // Otherwise the membership refers to the user, and is planned after it.
			}
			c.Write(t, "main.tf", head+amy("role_ids = ["+role+"]")+after)
			for _, path := range []string{"", "/*"} {
				h.AddFault(simulator.Fault{Method: "GET", Path: "/rbac-api/v1/" + test.slow + path, Action: simulator.DelayAnswer, Delay: time.Second})
			}
			steps := [][]string{{"apply", "-auto-approve"}}
			if test.saved {
				steps = [][]string{{"plan", "-out=saved.tfplan"}, {"apply", "saved.tfplan"}}
			}
			printed := ""
			for _, args := range steps {
				printed += c.MustRun(t, args...)
			}
			if got := strings.Contains(printed, "may lose the user"); got != test.warns {
				t.Errorf("it warns: %v\n%s", got, printed)
			}
			if test.warns {
				if err := has(h, "amy", "Amy  false []")(nil); err != nil {
					t.Error(err)
				}
				c.MustRun(t, "apply", "-auto-approve")
			}
			if err := has(h, "amy", "Amy  false ["+role+"]")(nil); err != nil {
				t.Errorf("%v\n%s", err, printed)
			}
			c.NoChanges(t)
		})
	}
}
