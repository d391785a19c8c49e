// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestRole_NamesThatMoveOn gives a role the name that another one loses in the same apply, which may take two, and swaps two names, which has
// no order that works.
func TestRole_NamesThatMoveOn(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	roles := func(one, two string) string {
		return "resource \"pe_role\" \"one\" {\n display_name = \"" + one + "\"\n}\nresource \"pe_role\" \"two\" {\n display_name = \"" + two + "\"\n}\n"
	}
	c := acctest.NewCLI(t, h, "").Attached()
	head := c.Read(t, "main.tf")
	apply := func(config string) (string, error) {
		c.Write(t, "main.tf", head+config)
		return c.Run(t, nil, "apply", "-auto-approve")
	}
	if printed, err := apply(roles("A", "B")); err != nil {
		t.Fatal(printed)
	}
	printed, err := apply(roles("B", "A"))
	if err == nil {
		t.Errorf("two names were swapped:\n%s", printed)
	}
	acctest.MustSay(t, printed, "If this configuration renames or deletes that role as well, apply again; to swap two names, go through a third one.")
	if strings.Contains(printed, "create_before_destroy") {
		t.Errorf("nothing is replaced:\n%s", printed)
	}
	for _, names := range [][2]string{{"B", "C"}, {"A", "C"}, {"A", "B"}} {
		if _, err := apply(roles(names[0], names[1])); err != nil {
			if printed, err := apply(roles(names[0], names[1])); err != nil {
				t.Errorf("%v: %s", names, printed)
			}
		}
	}
	c.NoChanges(t)
}
