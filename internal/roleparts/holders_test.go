// SPDX-License-Identifier: MPL-2.0

package roleparts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// TestParts_Disputed has what is said of a user's roles differ from what others say of it, in either order.
func TestParts_Disputed(t *testing.T) {
	t.Parallel()
	dana := roleparts.Holder{Aspect: roleparts.Users, ID: "dana"}
	part := roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "dana"}
	list := roleparts.List{Role: "7", Aspect: roleparts.Users}
	member := func(p *roleparts.Parts, of roleparts.Part) []roleparts.Part { p.Keep(of); return p.Disputed(of) }
	whole := func(p *roleparts.Parts, of roleparts.List, names ...string) []roleparts.Part {
		complete := roleparts.Complete{DisplayName: "Web", Names: map[string]bool{}}
		for _, name := range names {
			complete.Names[name] = true
		}
		p.Completes(of, complete)
		return p.DisputedIn(of)
	}
	for name, test := range map[string]struct {
		other func(p *roleparts.Parts) []roleparts.Part
		roles []string
		want  bool
	}{
		"a member that has the role": {func(p *roleparts.Parts) []roleparts.Part { return member(p, part) }, []string{"7", "8"}, false},
		"a member that has it not":   {func(p *roleparts.Parts) []roleparts.Part { return member(p, part) }, []string{"8"}, true},
		"a member that has none":     {func(p *roleparts.Parts) []roleparts.Part { return member(p, part) }, nil, true},
		"another member": {func(p *roleparts.Parts) []roleparts.Part {
			return member(p, roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "fred"})
		}, nil, false},
		"a group of the same id": {func(p *roleparts.Parts) []roleparts.Part {
			return member(p, roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: "dana"})
		}, nil, false},
		"a list that has it, and it not": {func(p *roleparts.Parts) []roleparts.Part { return whole(p, list, "dana", "fred") }, []string{"8"}, true},
		"a list that lacks it":           {func(p *roleparts.Parts) []roleparts.Part { return whole(p, list, "fred") }, []string{"7"}, true},
		"a list that has it, as it says": {func(p *roleparts.Parts) []roleparts.Part { return whole(p, list, "dana") }, []string{"7"}, false},
		"an empty list, and no role":     {func(p *roleparts.Parts) []roleparts.Part { return whole(p, list) }, nil, false},
		"a list of another role": {func(p *roleparts.Parts) []roleparts.Part {
			return whole(p, roleparts.List{Role: "8", Aspect: roleparts.Users})
		}, []string{"7"}, false},
		"a list of groups of the same id": {func(p *roleparts.Parts) []roleparts.Part {
			return whole(p, roleparts.List{Role: "7", Aspect: roleparts.Groups})
		}, []string{"7"}, false},
	} {
		first, second := roleparts.New(), roleparts.New()
		if got := append(test.other(first), first.Holds(dana, test.roles)...); slices.Equal(got, []roleparts.Part{part}) != test.want || !test.want && got != nil {
			t.Errorf("%s, the user comes second: got %v", name, got)
		}
		if got := append(second.Holds(dana, test.roles), test.other(second)...); slices.Equal(got, []roleparts.Part{part}) != test.want || !test.want && got != nil {
			t.Errorf("%s, the user comes first: got %v", name, got)
		}
		if got := append(second.Holds(dana, test.roles), test.other(second)...); got != nil {
			t.Errorf("%s: told again: %v", name, got)
		}
	}
}

func TestDispute_NamesBothResources(t *testing.T) {
	t.Parallel()
	for aspect, want := range map[roleparts.Aspect][]string{
		roleparts.Users:  {"`role_ids` of a pe_user says all roles that the user x has, and a pe_role_membership, or `user_ids` of a pe_role,", "leave `role_ids` out of the pe_user, or the user out of"},
		roleparts.Groups: {"`role_ids` of a pe_directory_group says all roles that the group x has, and a pe_role_membership, or `group_ids`", "or the group out of"},
	} {
		summary, detail := roleparts.Dispute(roleparts.Part{Role: "7", Aspect: aspect, Name: "x"})
		if summary != "Two resources disagree about who has role 7" {
			t.Errorf("got %q", summary)
		}
		for _, text := range want {
			if !strings.Contains(detail, text) {
				t.Errorf("%q is missing in %q", text, detail)
			}
		}
	}
}
