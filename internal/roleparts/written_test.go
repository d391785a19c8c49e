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
	} {
		if got := p.IsWritten(test.owner, test.aspect, test.names); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
