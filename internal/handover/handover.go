// Package handover carries what a Delete knows to the Create of the replacement. Terraform calls both in one process, one after the
// other, and tells neither of the other.
package handover

import "sync"

// Desk is where it is left. The zero value is ready for use, by several goroutines at once.
type Desk[T any] struct {
	mu sync.Mutex
	// waiting is what was left by the fingerprint of what it was started with.
	waiting map[string][]T
	// gone are the ids of what the state has let go of.
	gone map[string]bool
}

// Forget notes that the state lets go of something.
func (d *Desk[T]) Forget(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone == nil {
		d.gone = map[string]bool{}
	}
	d.gone[id] = true
}

// Forgotten reports whether the state has let go of something since this process began.
func (d *Desk[T]) Forgotten(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.gone[id]
}

// HandOver leaves something that is to go on, for whoever wants to start the same.
func (d *Desk[T]) HandOver(fingerprint string, item T) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting == nil {
		d.waiting = map[string][]T{}
	}
	d.waiting[fingerprint] = append(d.waiting[fingerprint], item)
}

// Take takes what was left first under a fingerprint. Nobody else gets it.
func (d *Desk[T]) Take(fingerprint string) (item T, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	left := d.waiting[fingerprint]
	if len(left) == 0 {
		return item, false
	}
	d.waiting[fingerprint] = left[1:]
	return left[0], true
}
