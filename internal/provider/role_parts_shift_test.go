package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// shifts are changes of a list that is counted over: what one instance gives up, another one takes.
var shifts = map[string]struct{ before, after []int }{
	"the first one goes": {[]int{0, 1, 2}, []int{1, 2}},
	"two are swapped":    {[]int{0, 1}, []int{1, 0}},
	"all move on":        {[]int{0, 1, 2}, []int{1, 2, 0}},
	"one comes first":    {[]int{1, 2}, []int{0, 1, 2}},
}

// shifting applies a list before and after a shift, and looks at what the role has.
func (h *harness) shifting(t *testing.T, before, after []int, body func([]int) string, has func([]int) resource.TestCheckFunc) {
	t.Helper()
	h.run(t,
		resource.TestStep{Config: h.config(body(before)), Check: has(before)},
		resource.TestStep{Config: h.config(body(after)), Check: has(after)},
		resource.TestStep{Config: h.config(body(after)), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: h.config("locals {}"), Check: has(nil)},
	)
}

// TestPermissionsOfAShiftedList counts over a list of tasks. No instance may take away what another one gives.
func TestPermissionsOfAShiftedList(t *testing.T) {
	t.Parallel()
	tasks := []string{"facts", "package", "service"}
	for _, generation := range generations {
		for name, shift := range shifts {
			t.Run(string(generation)+", "+name, func(t *testing.T) {
				t.Parallel()
				h := newHarness(t, func(o *simulator.Options) { o.Generation = generation })
				role := h.theirRole(t, "Theirs")
				body := func(list []int) string {
					return fmt.Sprintf("resource \"pe_role_permission\" \"p\" {\n count = %d\n role_id = %q\n object_type = \"tasks\"\n action = \"run\"\n instance = %s[count.index]\n}\n",
						len(list), role, picked(tasks, list))
				}
				h.shifting(t, shift.before, shift.after, body, func(list []int) resource.TestCheckFunc {
					wanted := []string{"tasks:run:theirs"}
					for _, i := range list {
						wanted = append(wanted, "tasks:run:"+tasks[i])
					}
					return h.hasRole(t, "Theirs", wanted, []string{fredID}, nil)
				})
			})
		}
	}
}

// TestMembersOfAShiftedList is the same with users.
func TestMembersOfAShiftedList(t *testing.T) {
	t.Parallel()
	for _, generation := range generations {
		for name, shift := range shifts {
			t.Run(string(generation)+", "+name, func(t *testing.T) {
				t.Parallel()
				h := newHarness(t, func(o *simulator.Options) { o.Generation = generation })
				role := h.theirRole(t, "Theirs")
				users := []string{danaID, h.AddUser("one", "x").ID, h.AddUser("two", "x").ID}
				body := func(list []int) string {
					return fmt.Sprintf("resource \"pe_role_membership\" \"m\" {\n count = %d\n role_id = %q\n user_id = %s[count.index]\n}\n", len(list), role, picked(users, list))
				}
				h.shifting(t, shift.before, shift.after, body, func(list []int) resource.TestCheckFunc {
					wanted := []string{fredID}
					for _, i := range list {
						wanted = append(wanted, users[i])
					}
					return h.hasRole(t, "Theirs", []string{"tasks:run:theirs"}, wanted, nil)
				})
			})
		}
	}
}

// picked writes a list of some of the names.
func picked(names []string, list []int) string {
	text := "["
	for _, i := range list {
		text += fmt.Sprintf("%q,", names[i])
	}
	return text + "]"
}
