package jobwatch

import (
	"context"
	"sync"
	"time"
)

const (
	// batchWindow is how long the first poll of a moment waits for others.
	batchWindow = 10 * time.Millisecond
	// batchFrom is the number of polls from which one list replaces them.
	batchFrom = 4
	// The list is asked for more than is needed, because other people's jobs are in it too.
	listFactor, listLeast, listMost = 4, 50, 200
)

// batcher serves polls that come at about the same moment with one list request where that is cheaper.
type batcher[T any] struct {
	source Source[T]

	mu      sync.Mutex
	current *batch[T]
}

// batch is a group of polls of one moment.
type batch[T any] struct {
	size  int
	ready chan struct{}
	found map[string]T
}

// read returns the thing as it is now. What the shared list lacks, because it changed long ago, is read by itself, and so is
// everything when the list fails: the answer for the single thing says more.
func (b *batcher[T]) read(ctx context.Context, id string) (T, error) {
	if b.source.Recent == nil {
		return b.source.Get(ctx, id)
	}
	group := b.join(ctx)
	select {
	case <-group.ready:
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
	if item, ok := group.found[id]; ok {
		return item, nil
	}
	return b.source.Get(ctx, id)
}

func (b *batcher[T]) join(ctx context.Context) *batch[T] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current == nil {
		group := &batch[T]{ready: make(chan struct{})}
		b.current = group
		// The list serves the whole group, so it does not end with the one that came first.
		time.AfterFunc(batchWindow, func() { b.serve(context.WithoutCancel(ctx), group) })
	}
	b.current.size++
	return b.current
}

func (b *batcher[T]) serve(ctx context.Context, group *batch[T]) {
	b.mu.Lock()
	b.current = nil
	size := group.size
	b.mu.Unlock()
	defer close(group.ready)

	if size < batchFrom {
		return
	}
	items, err := b.source.Recent(ctx, min(max(size*listFactor, listLeast), listMost))
	if err != nil {
		return
	}
	group.found = make(map[string]T, len(items))
	for _, item := range items {
		group.found[b.source.ID(item)] = item
	}
}
