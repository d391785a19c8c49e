// SPDX-License-Identifier: MPL-2.0

package jobwatch

import (
	"context"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/gather"
)

const (
	// batchWindow is how long the first poll of a moment waits for others.
	batchWindow = 10 * time.Millisecond
	// batchFrom is the number of polls from which one list replaces them.
	batchFrom = 4
	// The list is longer than needed, because other people's jobs are in it too.
	listFactor, listLeast, listMost = 4, 50, 200
)

// batcher serves polls that come at about the same time with one list request where that is cheaper.
type batcher[T any] struct {
	source Source[T]
	polls  *gather.Window[*recent[T]]
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
func (b *batcher[T]) read(ctx context.Context, id string) (T, error) {
	item, ok, err := b.shared(ctx, id)
	if err != nil || ok {
		return item, err
	}
	return b.source.Get(ctx, id)
}

// shared looks for a thing in the list that it shares with other polls; ok is false when there is no list, or the thing is not in it.
func (b *batcher[T]) shared(ctx context.Context, id string) (item T, ok bool, err error) {
	if b.source.Recent == nil {
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
		items, err := b.source.Recent(ctx, min(max(size*listFactor, listLeast), listMost))
		if err != nil {
			return
		}
		list.found = make(map[string]T, len(items))
		for _, item := range items {
			list.found[b.source.ID(item)] = item
		}
	}()
	return list
}
