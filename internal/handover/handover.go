// SPDX-License-Identifier: MPL-2.0

// Package handover passes what a Delete knows to the Create of the replacement. Terraform calls both in one process, one after the other,
// and does not tell one about the other.
package handover

import "sync"

// Desk is where Delete leaves it. The zero value is ready for use, by several goroutines at once.
type Desk[T any] struct {
	mu sync.Mutex
	// waiting is what was left, by the fingerprint of its launch.
	waiting map[string][]T
	// gone are the ids that were removed from the state.
	gone map[string]bool
}

// Forget notes that something is removed from the state.
func (d *Desk[T]) Forget(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone == nil {
		d.gone = map[string]bool{}
	}
	d.gone[id] = true
}

// Forgotten reports whether this process has removed something from the state.
func (d *Desk[T]) Forgotten(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.gone[id]
}

// HandOver leaves something that continues for whoever wants to start the same.
func (d *Desk[T]) HandOver(fingerprint string, item T) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting == nil {
		d.waiting = map[string][]T{}
	}
	d.waiting[fingerprint] = append(d.waiting[fingerprint], item)
}

// Take removes and returns what was left first under a fingerprint. Nobody else gets it.
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
