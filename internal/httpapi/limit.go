// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"sync"
	"time"
)

// attemptLimit ends the context of an attempt after a time that can be stopped meanwhile.
type attemptLimit struct {
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	timer *time.Timer
	ends  time.Time
}

// limitAttempt returns a context that ends with [errAttemptTimeout] after a time.
func limitAttempt(ctx context.Context, after time.Duration) (context.Context, *attemptLimit) {
	limited, cancel := context.WithCancelCause(ctx)
	l := &attemptLimit{cancel: cancel, ends: time.Now().Add(after)}
	l.timer = time.AfterFunc(after, func() { cancel(errAttemptTimeout) })
	return limited, l
}

// outside calls a function while the time stands still.
func (l *attemptLimit) outside(wait func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := time.Until(l.ends)
	if !l.timer.Stop() {
		return errAttemptTimeout
	}
	defer func() {
		l.ends = time.Now().Add(left)
		l.timer.Reset(left)
	}()
	return wait()
}

// end ends the context, if it has not ended yet.
func (l *attemptLimit) end() {
	l.timer.Stop()
	l.cancel(context.Canceled)
}
