// SPDX-License-Identifier: MPL-2.0

// Package once asks for something a single time in the life of a process, however many callers need it.
package once

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"
)

// Map remembers answers by key. The zero value is ready for use, by several goroutines at once.
type Map[T any] struct {
	flight singleflight.Group

	mu      sync.Mutex
	answers map[string]T
}

// Get returns the answer for a key. The first call asks; calls at the same time share its answer, and later ones get the remembered answer.
// An error is shared, but not remembered: where an error counts as an answer, T holds it.
//
// The context that ask gets has the values of ctx but does not end with it, because other callers may wait for the same answer. ask has to
// limit itself. The caller stops waiting when ctx ends.
func (m *Map[T]) Get(ctx context.Context, key string, ask func(context.Context) (T, error)) (T, error) {
	m.mu.Lock()
	answer, ok := m.answers[key]
	m.mu.Unlock()
	if ok {
		return answer, nil
	}
	flight := m.flight.DoChan(key, func() (any, error) {
		answer, err := ask(context.WithoutCancel(ctx))
		if err == nil {
			m.remember(key, answer)
		}
		return nil, err
	})
	select {
	case result := <-flight:
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.answers[key], result.Err
	case <-ctx.Done():
		return answer, fmt.Errorf("waiting for an answer: %w", context.Cause(ctx))
	}
}

func (m *Map[T]) remember(key string, answer T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answers == nil {
		m.answers = map[string]T{}
	}
	m.answers[key] = answer
}

// Value remembers one answer. The zero value is ready for use, by several goroutines at once.
type Value[T any] struct{ answers Map[T] }

// Get returns the answer. See [Map.Get].
func (v *Value[T]) Get(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	return v.answers.Get(ctx, "", ask)
}
