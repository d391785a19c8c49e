// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
)

// listPatience limits how long the list of existing objects may take before the first creation. A creation does not depend on it.
const listPatience = 30 * time.Second

// Ledger remembers the ids of a collection that this process has seen, so that something new can be told from what existed before, and so
// that no two callers adopt the same thing. The zero value is ready for use, by several goroutines at once.
type Ledger struct {
	// listed is why the objects that existed before the first creation are not known, nil if they are.
	listed once.Value[error]

	mu   sync.Mutex
	seen map[string]bool
	// underWay are the creations that have no answer yet. Each channel is closed when the answer arrives.
	underWay map[chan struct{}]bool
}

// See notes ids that exist.
func (l *Ledger) See(ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		l.note(id)
	}
}

// open notes what exists, once a process and before its first creation. unlisted is why that is not known: a creation can go ahead all the
// same, but nothing that is found after a lost answer is then known to be new. err is the end of ctx.
func (l *Ledger) open(ctx context.Context, list func(context.Context) ([]string, error)) (unlisted, err error) {
	unlisted, err = l.listed.Get(ctx, func(ctx context.Context) (error, error) {
		ctx, cancel := context.WithTimeout(ctx, listPatience)
		defer cancel()
		ids, err := list(ctx)
		l.See(ids...)
		return err, nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing what is there already: %w", endOf(ctx))
	}
	return unlisted, nil
}

// begin notes that a creation is in progress. The function that it returns notes that its answer has arrived, or is lost.
func (l *Ledger) begin() (end func()) {
	done := make(chan struct{})
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.underWay == nil {
		l.underWay = map[chan struct{}]bool{}
	}
	l.underWay[done] = true
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.underWay, done)
		close(done)
	}
}

// quiet waits until all creations that are now in progress have their answers. Whatever exists by now and has not been claimed by then
// belongs to a caller that lost an answer.
func (l *Ledger) quiet(ctx context.Context) error {
	l.mu.Lock()
	waits := make([]chan struct{}, 0, len(l.underWay))
	for done := range l.underWay {
		waits = append(waits, done)
	}
	l.mu.Unlock()
	for _, done := range waits {
		select {
		case <-done:
		case <-ctx.Done():
			return endOf(ctx)
		}
	}
	return nil
}

// Claim reserves an id for one caller. It fails for an id that has been seen before.
func (l *Ledger) Claim(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.note(id)
}

// split separates the ids that have not been seen from those that have.
func (l *Ledger) split(ids []string) (fresh, old []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if l.seen[id] {
			old = append(old, id)
		} else {
			fresh = append(fresh, id)
		}
	}
	return fresh, old
}

func (l *Ledger) note(id string) (isNew bool) {
	if l.seen[id] {
		return false
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[id] = true
	return true
}
