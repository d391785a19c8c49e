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
	current atomic.Pointer[context.Context]
}

// during returns the context of a call, and what lets go of it when the call has ended.
func during(ctx context.Context) (call context.Context, ended func()) {
	c := &callContext{}
	c.current.Store(&ctx)
	return c, func() {
		empty := context.Background()
		c.current.Store(&empty)
	}
}

// Deadline implements [context.Context].
func (c *callContext) Deadline() (deadline time.Time, ok bool) { return (*c.current.Load()).Deadline() }

// Done implements [context.Context].
func (c *callContext) Done() <-chan struct{} { return (*c.current.Load()).Done() }

// Err implements [context.Context].
func (c *callContext) Err() error { return (*c.current.Load()).Err() }

// Value implements [context.Context].
func (c *callContext) Value(key any) any { return (*c.current.Load()).Value(key) }
