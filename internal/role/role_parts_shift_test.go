// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// shifts are changes of a list that is counted over: what one instance no longer has, another one gets.
var shifts = map[string]struct{ before, after []int }{
	"the first one goes": {[]int{0, 1, 2}, []int{1, 2}},
	"two are swapped":    {[]int{0, 1}, []int{1, 0}},
	"all move on":        {[]int{0, 1, 2}, []int{1, 2, 0}},
	"one comes first":    {[]int{1, 2}, []int{0, 1, 2}},
}

// shifting applies a list before and after a shift, and checks what the role has. With a CLI the resources are counted, and change at the
// same time; in this process they have numbers in their names, which is the same to the provider. Each step expects the plans after it to be
// empty.
func shifting(
	t *testing.T, h *acctest.Harness, g simulator.Generation, before, after []int, body func([]int) string,
	has func([]int) resource.TestCheckFunc,
) {
	t.Helper()
	h.RunGeneration(t, g,
		resource.TestStep{Config: h.Config(body(before)), Check: has(before)},
		resource.TestStep{Config: h.Config(body(after)), Check: has(after)},
		resource.TestStep{Config: h.Config("locals {}"), Check: has(nil)},
	)
}

// TestRolePermission_ShiftedList counts over a list of tasks. No instance may remove what another one adds.
func TestRolePermission_ShiftedList(t *testing.T) {
	t.Parallel()
	tasks := []string{"facts", "package", "service"}
	for _, generation := range acctest.Generations {
		for name, shift := range shifts {
			t.Run(string(generation)+", "+name, func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
				role := theirRole(t, h, "Theirs")
				body := counted(generation, "pe_role_permission", "instance", tasks,
					fmt.Sprintf("role_id = %q\nobject_type = \"tasks\"\naction = \"run\"", role))
				shifting(t, h, generation, shift.before, shift.after, body, func(list []int) resource.TestCheckFunc {
					wanted := []string{"tasks:run:theirs"}
					for _, i := range list {
						wanted = append(wanted, "tasks:run:"+tasks[i])
					}
					return hasRole(t, h, "Theirs", wanted, []string{acctest.FredID}, nil)
				})
			})
		}
	}
}

// TestRoleMembership_ShiftedList is the same with users.
func TestRoleMembership_ShiftedList(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		for name, shift := range shifts {
			t.Run(string(generation)+", "+name, func(t *testing.T) {
				t.Parallel()
				h := acctest.New(t, func(o *simulator.Options) { o.Generation = generation })
				role := theirRole(t, h, "Theirs")
				users := []string{acctest.DanaID, h.AddUser("one", "x").ID, h.AddUser("two", "x").ID}
				body := counted(generation, "pe_role_membership", "user_id", users, fmt.Sprintf("role_id = %q", role))
				shifting(t, h, generation, shift.before, shift.after, body, func(list []int) resource.TestCheckFunc {
					wanted := []string{acctest.FredID}
					for _, i := range list {
						wanted = append(wanted, users[i])
					}
					return hasRole(t, h, "Theirs", []string{"tasks:run:theirs"}, wanted, nil)
				})
			})
		}
	}
}

// counted returns the configuration of resources that take their values from a list of names, each by its place in the list.
func counted(g simulator.Generation, kind, attribute string, names []string, rest string) func(list []int) string {
	return func(list []int) string {
		if g == simulator.PE2025 {
			return fmt.Sprintf("resource %q \"r\" {\ncount = %d\n%s\n%s = %s[count.index]\n}\n", kind, len(list), rest, attribute, picked(names, list))
		}
		text := ""
		for place, i := range list {
			text += fmt.Sprintf("resource %q \"r%d\" {\n%s\n%s = %q\n}\n", kind, place, rest, attribute, names[i])
		}
		return text
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
