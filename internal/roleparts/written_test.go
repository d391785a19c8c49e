// SPDX-License-Identifier: MPL-2.0

package roleparts_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

func TestParts_IsWritten(t *testing.T) {
	t.Parallel()
	p := roleparts.New()
	p.Write("Web", roleparts.Users, []string{"fred", "dana"})
	p.Write("Web", roleparts.Groups, nil)
	p.Name("Other")
	for name, test := range map[string]struct {
		owner  string
		aspect roleparts.Aspect
		names  []string
		want   bool
	}{
		"in another order": {"Web", roleparts.Users, []string{"dana", "fred"}, true},
		"empty":            {"Web", roleparts.Groups, []string{}, true},
		"one less":         {"Web", roleparts.Users, []string{"dana"}, false},
		"one more":         {"Web", roleparts.Users, []string{"dana", "fred", "amy"}, false},
		"another role":     {"Other", roleparts.Users, []string{"dana", "fred"}, false},
		"another list":     {"Web", roleparts.Permissions, []string{}, false},
		// The configuration calls it something else, and `ignore_changes` keeps the name that it has on the server.
		"a name that is kept":               {"Renamed", roleparts.Users, []string{"dana", "fred"}, true},
		"a name that is kept, one less":     {"Renamed", roleparts.Users, []string{"dana"}, false},
		"a name that is kept, another list": {"Renamed", roleparts.Permissions, []string{}, false},
	} {
		if got := p.IsWritten(test.owner, test.aspect, test.names); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
