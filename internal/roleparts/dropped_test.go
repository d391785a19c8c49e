// SPDX-License-Identifier: MPL-2.0

package roleparts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// TestParts_DropAndRest has one resource drop a part for which something asks that needs no change, in either order, with an apply that
// follows in the same command and without one.
func TestParts_DropAndRest(t *testing.T) {
	t.Parallel()
	part := roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "dana"}
	list := roleparts.List{Role: "7", Aspect: roleparts.Users}
	asks := map[string]func(*roleparts.Parts) []roleparts.Part{
		"a single resource": func(p *roleparts.Parts) []roleparts.Part { p.Keep(part); return []roleparts.Part{part} },
		"a list": func(p *roleparts.Parts) []roleparts.Part {
			p.Completes(list, roleparts.Complete{Names: map[string]bool{"dana": true, "fred": true}})
			return list.Parts([]string{"dana", "fred"})
		},
		"the roles of a user": func(p *roleparts.Parts) []roleparts.Part {
			dana := roleparts.Holder{Aspect: roleparts.Users, ID: "dana"}
			p.Holds(dana, []string{"7", "8"})
			return dana.Parts([]string{"7", "8"})
		},
	}
	for name, ask := range asks {
		for _, relayed := range []bool{true, false} {
			dir := t.TempDir()
			walk := func(id string) asked.Walk {
				w := asked.Walk{ID: id, Server: "https://pe.example.com"}
				if relayed {
					w.Relay = relay.New(dir, command.Command{ID: "1", Verb: "apply", CoversAll: true})
				}
				return w
			}
			first, plan := roleparts.New(), walk("plan")
			if first.Drop(plan, part) {
				t.Errorf("%s: something asks for a part before it does", name)
			}
			if lost := first.Rest(plan, ask(first)...); slices.Equal(lost, []roleparts.Part{part}) == relayed || relayed && lost != nil {
				t.Errorf("%s, relayed: %v, the drop comes first: lost %v", name, relayed, lost)
			}
			if got := asked.Saved(walk("apply"), part); got != relayed {
				t.Errorf("%s, relayed: %v: saved %v", name, relayed, got)
			}
			second, plan := roleparts.New(), walk("plan")
			if lost := second.Rest(plan, ask(second)...); lost != nil {
				t.Errorf("%s: nobody drops it, and it is lost: %v", name, lost)
			}
			if !second.Drop(plan, part) {
				t.Errorf("%s, the drop comes second: nothing rests", name)
			}
			if got := asked.Save(plan, part); got != relayed || asked.Saved(walk("apply"), part) != relayed {
				t.Errorf("%s, relayed: %v, the drop comes second: saved %v", name, relayed, got)
			}
			if second.Drop(walk("another"), part) {
				t.Errorf("%s, in another walk: something rests", name)
			}
			other := roleparts.Part{Role: "9", Aspect: roleparts.Users, Name: "dana"}
			if second.Drop(plan, other) || asked.Saved(walk("apply"), other) {
				t.Errorf("%s: the same user in another role is kept", name)
			}
		}
	}
}

func TestLoss_SaysHowToAvoidIt(t *testing.T) {
	t.Parallel()
	summary, detail := roleparts.Loss(roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: "web"}, "group_ids")
	if summary != "Role 7 may lose the group web until the next apply" {
		t.Errorf("got %q", summary)
	}
	for _, text := range []string{"A pe_role_membership that this plan", "for which `group_ids` asks here", "apply twice", "`removed` block that has `lifecycle { destroy = false }`"} {
		if !strings.Contains(detail, text) {
			t.Errorf("%q is missing in %q", text, detail)
		}
	}
}
