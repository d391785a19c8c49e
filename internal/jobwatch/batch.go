// SPDX-License-Identifier: MPL-2.0

package jobwatch

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/gather"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

const (
	// batchWindow is how long the first poll of a moment waits for others.
	batchWindow = 10 * time.Millisecond
	// batchFrom is the number of polls from which one list replaces them.
	batchFrom = 4
	// The list is longer than needed, because other people's jobs are in it too.
	listFactor, listLeast, listMost = 4, 50, 200
	// lateRest is how long nothing is listed after a list that took too long, and failRest after one that failed: no wait depends on it.
	lateRest = time.Minute
	failRest = 5 * time.Second
)

// batcher serves polls that come at about the same time with one list request where that is cheaper.
type batcher[T any] struct {
	source Source[T]
	polls  *gather.Window[*recent[T]]
	// unlists is true once the server has turned out to have no such list.
	unlists atomic.Bool
	// rests is until when nothing is listed, in Unix nanoseconds, after a list that took too long or failed.
	rests atomic.Int64
}

// recent is a list request for a group of polls. Once it is done, it has its answer, which is nothing when it failed.
type recent[T any] struct {
	done  chan struct{}
	found map[string]T
}

func newBatcher[T any](source Source[T]) *batcher[T] {
	b := &batcher[T]{source: source}
	b.polls = gather.NewWindow(batchWindow, b.list)
	return b
}

// read returns the thing as it is now. Things that the shared list lacks, because they changed long ago, are read singly, and so is
// everything when the list fails, because the answer for the single thing says more.
// What was read last is repeated where the list says no more than that nothing has changed.
func (b *batcher[T]) read(ctx context.Context, id string, last T, known bool) (T, error) {
	item, ok, err := b.shared(ctx, id)
	switch {
	case err != nil || ok && b.source.Same == nil && !b.lacks(item):
		return item, err
	case ok && known && b.source.Same != nil && b.source.Same(item, last):
		return last, nil
	}
	return b.source.Get(ctx, id)
}

func (b *batcher[T]) lacks(listed T) bool { return b.source.Lacks != nil && b.source.Lacks(listed) }

// shared looks for a thing in the list that it shares with other polls; ok is false when there is no list, or the thing is not in it.
func (b *batcher[T]) shared(ctx context.Context, id string) (item T, ok bool, err error) {
	if !b.lists() {
		return item, false, nil
	}
	list, err := b.polls.Join(ctx)
	if err != nil || list == nil {
		return item, false, err
	}
	select {
	case <-list.done:
		item, ok = list.found[id]
		return item, ok, nil
	case <-ctx.Done():
		return item, false, context.Cause(ctx)
	}
}

// list begins the list request for a group of polls; nil means that each poll reads by itself.
func (b *batcher[T]) list(ctx context.Context, size int) *recent[T] {
	if size < batchFrom {
		return nil
	}
	list := &recent[T]{done: make(chan struct{})}
	go func() {
		defer close(list.done)
		ctx, cancel := courtesy.Brief(ctx)
		defer cancel()
		items, err := b.source.Recent(ctx, min(max(size*listFactor, listLeast), listMost))
		if err != nil {
			b.trouble(courtesy.Late(ctx), err)
			return
		}
		list.found = make(map[string]T, len(items))
		for _, item := range items {
			list.found[b.source.ID(item)] = item
		}
	}()
	return list
}

// lists reports whether polls can share a list now.
func (b *batcher[T]) lists() bool {
	return b.source.Recent != nil && !b.unlists.Load() && time.Now().UnixNano() >= b.rests.Load()
}

// trouble notes that a list has failed. One that a server refuses is refused each time.
func (b *batcher[T]) trouble(late bool, err error) {
	switch {
	case late:
		b.rests.Store(time.Now().Add(lateRest).UnixNano())
	case httpapi.ListOutage(err):
		b.rests.Store(time.Now().Add(failRest).UnixNano())
	default:
		b.unlists.Store(true)
	}
}
