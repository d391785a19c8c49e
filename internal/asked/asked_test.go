// SPDX-License-Identifier: MPL-2.0

package asked_test

import (
	"slices"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
)

type thing string

func (t thing) About() string { return string(t) }

// TestFor_Twice has several resources ask for one thing, and one that is replaced.
func TestFor_Twice(t *testing.T) {
	t.Parallel()
	var things asked.For[thing]
	for i, test := range []struct {
		walk   string
		thing  thing
		exists bool
		want   bool
	}{
		{"plan", "a", true, false},
		{"plan", "b", true, false},
		{"plan", "a", false, false}, // It is replaced.
		{"plan", "a", true, true},
		{"plan", "a", true, false}, // It has been said.
		{"plan", "a", false, true},
		{"apply", "a", false, false},
		{"apply", "a", false, true},
	} {
		if got := things.Twice(asked.Walk{ID: test.walk}, test.thing, test.exists); got != test.want {
			t.Errorf("%d: got %v", i, got)
		}
	}
}

// TestFor_DropAndRest has one resource drop a thing for which another asks that needs no change, in either order, with an apply that follows
// in the same command and without one.
func TestFor_DropAndRest(t *testing.T) {
	t.Parallel()
	for _, relayed := range []bool{true, false} {
		dir := t.TempDir()
		walk := func(id, server string) asked.Walk {
			w := asked.Walk{ID: id, Server: server}
			if relayed {
				w.Relay = relay.New(dir, command.Command{ID: "1", Verb: "apply", CoversAll: true})
			}
			return w
		}
		saved := func(what thing) bool { return asked.Saved(walk("apply", "pe"), what) }
		plan := walk("plan", "pe")
		var first asked.For[thing]
		if first.Drop(plan, "a") {
			t.Error("something rests before it has asked")
		}
		if lost := first.Rest(plan, "a", "b"); slices.Equal(lost, []thing{"a"}) == relayed || relayed && lost != nil {
			t.Errorf("relayed: %v, the drop comes first: lost %v", relayed, lost)
		}
		if saved("a") != relayed || saved("b") {
			t.Errorf("relayed: %v: saved %v and %v", relayed, saved("a"), saved("b"))
		}
		if asked.Saved(walk("apply", "another"), thing("a")) {
			t.Error("it is saved for another server")
		}
		plan = walk("plan", "pe")
		var second asked.For[thing]
		if lost := second.Rest(plan, "c"); lost != nil {
			t.Errorf("nobody drops it, and it is lost: %v", lost)
		}
		if !second.Drop(plan, "c") || second.Drop(walk("another", "pe"), "c") {
			t.Errorf("relayed: %v: the drop comes second, and nothing rests, or something in another walk", relayed)
		}
	}
}
