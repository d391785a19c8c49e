// SPDX-License-Identifier: MPL-2.0

// Package collection lets many concurrent reads of single objects share one list call.
//
// Terraform refreshes every object by itself, ten at a time. Against a server with 100 ms of latency that makes the plan of
// 1,000 objects wait for 1,000 answers, where one list call would do.
package collection

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/gather"
)

const (
	// window is how long the first read of a batch waits for others.
	window = 20 * time.Millisecond
	// listFrom is the number of simultaneous reads from which one list call replaces them. Below it, the list, which may hold thousands of
	// objects, can cost more than it saves.
	listFrom = 4
	// singlesMost is how many objects are read one by one before the list is read anyway.
	singlesMost = 8
	// maxAge is how long a list answers later reads.
	maxAge = 30 * time.Second
)

// ErrNotListed is what [Reader.Read] returns for an object that is in neither of two lists, in a collection that can only be listed.
var ErrNotListed = errors.New("not in the list")

// Source is how the objects of a collection are read from the server.
type Source[T any] struct {
	// Get reads one object. Nil for a collection that the server only lists.
	Get func(ctx context.Context, id string) (T, error)
	// List reads all objects, by id.
	List func(ctx context.Context) (map[string]T, error)
	// Transient reports which errors of List say nothing about the list itself. After any other, such as a missing permission to list,
	// objects are only read one by one.
	Transient func(error) bool
}

// Reader reads single objects of one collection. It is safe for concurrent use.
type Reader[T any] struct {
	source Source[T]
	reads  *gather.Window[*call[T]] // the reads that wait for others

	mu      sync.Mutex
	version int      // counts the writes of this process
	list    *call[T] // the latest list call, in progress or done
	singles int      // objects read one by one since the last write
	unlists bool     // true when the server refuses the list
}

// call is one list call and its answer.
type call[T any] struct {
	version int
	done    chan struct{}
	waiting int
	cancel  context.CancelFunc

	items map[string]T
	err   error
	at    time.Time
	// before is the list that had been read before this one, which is to confirm what is missing there. Nil for most.
	before map[string]T
}

// New returns a Reader over a source.
func New[T any](source Source[T]) *Reader[T] {
	r := &Reader[T]{source: source}
	r.reads = gather.NewWindow(window, r.decide)
	return r
}

// Invalidate says that this process has written to the collection, so that later reads must not be answered from before.
func (r *Reader[T]) Invalidate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	r.singles = 0
}

// Read returns one object. Its error is what [Source.Get] returns; an object that is not in the list is read by itself, so that the server
// says whether it is gone.
func (r *Reader[T]) Read(ctx context.Context, id string) (T, error) {
	list, err := r.join(ctx)
	if err != nil {
		var none T
		return none, err
	}
	if list != nil {
		item, err := r.pick(ctx, list, id)
		if !errors.Is(err, ErrNotListed) {
			return item, err
		}
		if r.source.Get == nil {
			return r.confirm(ctx, list, id)
		}
	}
	return r.source.Get(ctx, id)
}

// pick returns an object of a list call. The error is [ErrNotListed] when it is not there.
func (r *Reader[T]) pick(ctx context.Context, list *call[T], id string) (T, error) {
	items, err := r.wait(ctx, list)
	if err != nil {
		var none T
		return none, err
	}
	item, ok := items[id]
	if !ok {
		return item, ErrNotListed
	}
	return item, nil
}

// confirm looks for an object that a list does not have in the next one: what moves while the pages of a list are read may be in none of
// them. The lists of two such reads answer those that follow.
func (r *Reader[T]) confirm(ctx context.Context, list *call[T], id string) (T, error) {
	if list.before != nil {
		if _, ok := list.before[id]; !ok {
			var none T
			return none, ErrNotListed
		}
	}
	r.mu.Lock()
	next := r.usable()
	if next == nil || next == list {
		next = r.start(ctx)
		next.before = list.items
	}
	next.waiting++
	r.mu.Unlock()
	return r.pick(ctx, next, id)
}

// All returns the whole collection, which the caller must not change. Calls share the list with each other and with the reads. The error is
// what [Source.List] returns.
func (r *Reader[T]) All(ctx context.Context) (map[string]T, error) {
	r.mu.Lock()
	list := r.wanted(ctx)
	list.waiting++
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.leave(list)
	}()
	select {
	case <-list.done:
		return list.items, list.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// join decides how a read is answered: by a list call (not nil), or by a request of its own.
func (r *Reader[T]) join(ctx context.Context) (*call[T], error) {
	if list, known := r.atOnce(ctx); known {
		return list, nil
	}
	return r.reads.Join(ctx)
}

// atOnce decides about a read that need not wait for others.
func (r *Reader[T]) atOnce(ctx context.Context) (list *call[T], known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unlists {
		return nil, true
	}
	if r.singles < singlesMost && r.usable() == nil {
		return nil, false
	}
	list = r.wanted(ctx)
	list.waiting++
	return list, true
}

// decide decides about the reads of one window.
func (r *Reader[T]) decide(ctx context.Context, size int) *call[T] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unlists || size < listFrom && r.source.Get != nil {
		r.singles += size
		return nil
	}
	list := r.wanted(ctx)
	list.waiting += size
	return list
}

// wanted returns a list call that may answer a read that arrives now. The caller holds the lock and counts who waits.
func (r *Reader[T]) wanted(ctx context.Context) *call[T] {
	if list := r.usable(); list != nil {
		return list
	}
	return r.start(ctx)
}

// usable returns the list call that may answer a read that arrives now, or nil.
func (r *Reader[T]) usable() *call[T] {
	if r.list == nil || r.list.version != r.version {
		return nil
	}
	select {
	case <-r.list.done:
		if r.list.err != nil || time.Since(r.list.at) > maxAge {
			return nil
		}
	default:
	}
	return r.list
}

// start begins a list call. The caller holds the lock. The call belongs to everyone who waits for it, so it outlives the context of the
// caller that started it and ends when nobody waits any more.
func (r *Reader[T]) start(ctx context.Context) *call[T] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &call[T]{version: r.version, done: make(chan struct{}), cancel: cancel}
	r.list = c
	go func() {
		defer cancel()
		c.items, c.err = r.source.List(ctx)
		c.at = time.Now()
		close(c.done)
	}()
	return c
}

// wait returns what a list call found. For an error of the list that is not transient it returns nothing and no error: the caller then
// reads its object by itself, and so will all later reads.
func (r *Reader[T]) wait(ctx context.Context, c *call[T]) (map[string]T, error) {
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.leave(c)
	}()
	select {
	case <-c.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if c.err == nil {
		return c.items, nil
	}
	if r.source.Get == nil || r.source.Transient(c.err) || errors.Is(c.err, context.Canceled) {
		return nil, c.err
	}
	r.mu.Lock()
	r.unlists = true
	r.mu.Unlock()
	return nil, nil
}

// leave removes one waiter from a list call. The caller holds the lock.
func (r *Reader[T]) leave(c *call[T]) {
	c.waiting--
	if c.waiting > 0 {
		return
	}
	select {
	case <-c.done:
	default:
		// Nobody waits for an answer that has not come: cancel it, and let the next read start afresh.
		c.cancel()
		if r.list == c {
			r.list = nil
		}
	}
}
