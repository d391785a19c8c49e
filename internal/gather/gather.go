// SPDX-License-Identifier: MPL-2.0

// Package gather lets calls that come at about the same time be served together.
package gather

import (
	"context"
	"sync"
	"time"
)

// Window gathers calls into groups and has one decision made for each group. It is safe for concurrent use.
type Window[D any] struct {
	length time.Duration
	decide func(ctx context.Context, size int) D

	mu   sync.Mutex
	open *group[D]
}

// group is the calls that came within one window.
type group[D any] struct {
	size     int
	decided  chan struct{}
	decision D
}

// NewWindow returns a Window. The first call of a group waits for others for the given length; then decide is called with the size of the
// group. decide must not block: it only begins what takes time. Its context has the values of the first call's and is never cancelled,
// because the decision belongs to all.
func NewWindow[D any](length time.Duration, decide func(ctx context.Context, size int) D) *Window[D] {
	return &Window[D]{length: length, decide: decide}
}

// Join waits for the decision about the group that the call belongs to. A call whose context ends before that is not counted and gets the
// cause as an error; a call that was counted always gets the decision.
func (w *Window[D]) Join(ctx context.Context) (D, error) {
	g := w.enter(ctx)
	select {
	case <-g.decided:
	case <-ctx.Done():
		if w.leave(g) {
			var none D
			return none, context.Cause(ctx)
		}
		<-g.decided
	}
	return g.decision, nil
}

// enter adds a call to the open group, or opens one.
func (w *Window[D]) enter(ctx context.Context) *group[D] {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		g := &group[D]{decided: make(chan struct{})}
		w.open = g
		time.AfterFunc(w.length, func() { w.close(context.WithoutCancel(ctx), g) })
	}
	w.open.size++
	return w.open
}

// leave takes a call out of its group, unless the window has ended.
func (w *Window[D]) leave(g *group[D]) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open != g {
		return false
	}
	g.size--
	return true
}

// close ends the window of a group. If everybody has left, there is nothing to decide.
func (w *Window[D]) close(ctx context.Context, g *group[D]) {
	w.mu.Lock()
	w.open = nil
	size := g.size
	w.mu.Unlock()
	if size > 0 {
		g.decision = w.decide(ctx, size)
	}
	close(g.decided)
}
