// SPDX-License-Identifier: MPL-2.0

package safeserver

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext is the context of one call until that has ended, and then an empty one. The framework keeps the context of each call for as
// long as it serves (terraform-plugin-framework 1.19, registerContext), and with it everything that a context of the plugin protocol holds:
// some 14 kB a call, which a plan of a thousand objects makes four thousand times.
type callContext struct {
	during atomic.Pointer[context.Context]
}

// during returns the context of a call, and what lets go of it when the call has ended.
func during(ctx context.Context) (call context.Context, ended func()) {
	c := &callContext{}
	c.during.Store(&ctx)
	return c, func() { c.during.Store(nil) }
}

// Deadline implements [context.Context].
func (c *callContext) Deadline() (deadline time.Time, ok bool) {
	if ctx := c.during.Load(); ctx != nil {
		return (*ctx).Deadline()
	}
	return time.Time{}, false
}

// Done implements [context.Context].
func (c *callContext) Done() <-chan struct{} {
	if ctx := c.during.Load(); ctx != nil {
		return (*ctx).Done()
	}
	return nil
}

// Err implements [context.Context].
func (c *callContext) Err() error {
	if ctx := c.during.Load(); ctx != nil {
		return (*ctx).Err()
	}
	return nil
}

// Value implements [context.Context].
func (c *callContext) Value(key any) any {
	if ctx := c.during.Load(); ctx != nil {
		return (*ctx).Value(key)
	}
	return nil
}
