// SPDX-License-Identifier: MPL-2.0

// Package asked keeps what the resources of one walk of core ask for, where several may ask for the same thing: a part of a role, a pin. A
// resource that no longer asks for it must not take it away from one that does, and an apply does not see those that need no change.
package asked

import (
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
)

// Thing is something that a resource can ask for. About says what it is, to be told from all other things on a server.
type Thing interface {
	comparable
	About() string
}

// Walk is one walk of core through the configuration, for one server.
type Walk struct {
	// ID is any value that identifies the walk.
	ID     any
	Server string
	// Relay passes something from the plan to the apply of the same command, nil for nothing.
	Relay *relay.Relay
}

// Save has the apply of this command know that the configuration asks for a thing that a resource drops, and reports whether it will. The
// apply does not see for itself what needs no change.
func Save[T Thing](w Walk, thing T) bool {
	return w.Relay.Leave(about(w, thing), []string{thing.About()})
}

// Saved reports whether the plan of this command has saved a thing.
func Saved[T Thing](w Walk, thing T) bool {
	return w.Relay.Holds(about(w, thing), []string{thing.About()})
}

func about[T Thing](w Walk, thing T) string { return thing.About() + " at " + w.Server }

// For keeps which resources of a walk ask for things of a kind. The zero value is ready for use, by several goroutines at once.
type For[T Thing] struct {
	mu   sync.Mutex
	walk any
	// asked counts the resources that have asked for a thing, apart for those that are to be created. dropped are the things for which one
	// of its resources no longer asks, resting those for which something asks that needs no change.
	asked            map[asking[T]]int
	dropped, resting map[T]bool
}

// asking is how a resource asks for a thing.
type asking[T Thing] struct {
	thing  T
	exists bool
}

// begin forgets what belongs to another walk.
func (f *For[T]) begin(walk any) {
	if f.asked == nil || walk != f.walk {
		f.walk, f.asked, f.dropped, f.resting = walk, map[asking[T]]int{}, map[T]bool{}, map[T]bool{}
	}
}

// Twice notes that a resource that exists, or is to be created, asks for a thing, and reports whether it is the second one to do so in the
// walk. A resource that is replaced asks once as each of both, so that these are counted apart.
func (f *For[T]) Twice(w Walk, thing T, exists bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begin(w.ID)
	f.asked[asking[T]{thing, exists}]++
	return f.asked[asking[T]{thing, exists}] == 2
}

// Drop notes that a resource which has asked for a thing no longer does so, and reports whether something asks for it that needs no change,
// so that an apply does not see it.
func (f *For[T]) Drop(w Walk, thing T) (resting bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begin(w.ID)
	f.dropped[thing] = true
	return f.resting[thing]
}

// Rest notes that something which needs no change asks for things. It saves those that a resource of the same walk drops, and returns those
// of which the apply will not know.
func (f *For[T]) Rest(w Walk, things ...T) (lost []T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begin(w.ID)
	for _, thing := range things {
		f.resting[thing] = true
		if f.dropped[thing] && !Save(w, thing) {
			lost = append(lost, thing)
		}
	}
	return lost
}
