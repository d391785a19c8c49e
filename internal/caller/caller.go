// SPDX-License-Identifier: MPL-2.0

// Package caller tells a call of the CLI whether anybody still waits for its answer.
//
// What cancels a call does not say that: Ctrl-C does, and the CLI keeps what is answered. A CLI that was killed keeps nothing.
package caller

import "context"

type key struct{}

// Await returns the context for what a call does. ctx is that of the plugin protocol, which ends with the connection to the CLI.
func Await(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, ctx) }

// Waits reports whether the CLI still waits for the answer of the call that a context belongs to. It is true for a context that belongs to
// none.
func Waits(ctx context.Context) bool {
	call, ok := ctx.Value(key{}).(context.Context)
	return !ok || call.Err() == nil
}
