// SPDX-License-Identifier: MPL-2.0

package engine

import "slices"

// registry holds records by ids that count up from 1.
type registry[T any] struct {
	records map[int]T
	ids     []int
	last    int
}

// nextID returns the next id.
func (r *registry[T]) nextID() int {
	r.last++
	return r.last
}

// add adds a record under an id.
func (r *registry[T]) add(id int, record T) {
	if r.records == nil {
		r.records = make(map[int]T)
	}
	r.records[id] = record
	at, _ := slices.BinarySearch(r.ids, id)
	r.ids = slices.Insert(r.ids, at, id)
	r.last = max(r.last, id)
}

func (r *registry[T]) get(id int) (T, bool) {
	record, ok := r.records[id]
	return record, ok
}

// remove removes a record and reports whether there was one.
func (r *registry[T]) remove(id int) bool {
	if _, ok := r.records[id]; !ok {
		return false
	}
	delete(r.records, id)
	if at, found := slices.BinarySearch(r.ids, id); found {
		r.ids = slices.Delete(r.ids, at, at+1)
	}
	return true
}

// all returns the records by id.
func (r *registry[T]) all() []T {
	records := make([]T, len(r.ids))
	for i, id := range r.ids {
		records[i] = r.records[id]
	}
	return records
}
