// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"time"
)

// attemptLimit ends the context of an attempt after a time that can be stopped meanwhile.
type attemptLimit struct {
	cancel context.CancelCauseFunc

	timer *time.Timer
	ends  time.Time
	// left is how much time there is while it stands still.
	left time.Duration
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
	if err := l.pause(); err != nil {
		return err
	}
	defer l.resume()
	return wait()
}

// pause makes the time stand still, or says that it is up. Only one goroutine may stop the time.
func (l *attemptLimit) pause() error {
	l.left = time.Until(l.ends)
	if !l.timer.Stop() {
		return errAttemptTimeout
	}
	return nil
}

// resume lets the time go on.
func (l *attemptLimit) resume() {
	l.ends = time.Now().Add(l.left)
	l.timer.Reset(l.left)
}

// end ends the context, if it has not ended yet.
func (l *attemptLimit) end() {
	l.timer.Stop()
	l.cancel(context.Canceled)
}
