// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"sync"
)

// pagesAhead is how many pages of a list are read at a time, once the server has shown that it keeps to offset and limit.
const pagesAhead = 4

// largestAhead is the size in bytes up to which the pages that follow a page are read ahead, because they are held until their turn comes.
const largestAhead = 8 << 20

// ahead reads pages of a list before their turn. Its zero value, with fetch, reads none.
type ahead[T any] struct {
	fetch fetch[T]

	ctx    context.Context //nolint:containedctx // that of the requests in progress, so that they can be ended
	cancel context.CancelFunc
	group  sync.WaitGroup
	// queue are the pages that have been asked for and not been taken, in order.
	queue []*upcoming[T]
	// on tells that pages are read ahead, and alone that they are not any more, whatever comes.
	on, alone bool
}

// upcoming is a page that has been asked for.
type upcoming[T any] struct {
	limit, offset int
	// done is closed when the answer is there.
	done chan struct{}
	got  page[T]
	err  error
}

// begin reads ahead from now on.
func (a *ahead[T]) begin(ctx context.Context) {
	if a.on || a.alone {
		return
	}
	a.ctx, a.cancel = context.WithCancel(ctx) //nolint:gosec // G118: end calls it
	a.on = true
}

// end ends what is in progress, and waits for it. No page is read ahead any more.
func (a *ahead[T]) end() {
	a.alone = true
	if a.on {
		a.on = false
		a.cancel()
		a.group.Wait()
		a.queue = nil
	}
}

// ask asks for a page.
func (a *ahead[T]) ask(limit, offset int) {
	next := &upcoming[T]{limit: limit, offset: offset, done: make(chan struct{})}
	a.queue = append(a.queue, next)
	a.group.Go(func() {
		defer close(next.done)
		next.got, next.err = a.fetch(a.ctx, limit, offset, nil)
	})
}

// pending is how many items have been asked for and not been taken.
func (a *ahead[T]) pending() (items int) {
	for _, asked := range a.queue {
		items += asked.limit
	}
	return items
}

// take waits for a page that has been asked for. ok is false when another one has, or none: the list is not what it seemed to be.
func (a *ahead[T]) take(limit, offset int) (got page[T], err error, ok bool) { //nolint:revive // an error that belongs to the page
	if len(a.queue) == 0 {
		return page[T]{}, nil, false
	}
	next := a.queue[0]
	if next.limit != limit || next.offset != offset {
		a.end()
		return page[T]{}, nil, false
	}
	a.queue = a.queue[1:]
	<-next.done
	return next.got, next.err, true
}
