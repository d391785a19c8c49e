// SPDX-License-Identifier: MPL-2.0

// Package keylock locks single things of a process by their keys.
package keylock

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"
)

// everybody is how many may share a key at once.
const everybody = 1 << 20

// Locks are locks by key. The zero value is ready for use, by several goroutines at once. A lock that was used once is kept for the life of
// the process, so there should be few keys.
type Locks[K comparable] struct {
	mu    sync.Mutex
	locks map[K]*semaphore.Weighted
}

// Lock waits until nobody else holds the key, shared or not. It fails only when ctx ends first.
func (l *Locks[K]) Lock(ctx context.Context, key K) (unlock func(), err error) {
	return l.acquire(ctx, key, everybody)
}

// LockShared waits until nobody holds the key exclusively. Others may share it. It fails only when ctx ends first.
func (l *Locks[K]) LockShared(ctx context.Context, key K) (unlock func(), err error) {
	return l.acquire(ctx, key, 1)
}

func (l *Locks[K]) acquire(ctx context.Context, key K, weight int64) (unlock func(), err error) {
	lock := l.of(key)
	if err := lock.Acquire(ctx, weight); err != nil {
		return nil, fmt.Errorf("waiting for another change of the same thing: %w", err)
	}
	return func() { lock.Release(weight) }, nil
}

func (l *Locks[K]) of(key K) *semaphore.Weighted {
	l.mu.Lock()
	defer l.mu.Unlock()
	lock, ok := l.locks[key]
	if !ok {
		if l.locks == nil {
			l.locks = map[K]*semaphore.Weighted{}
		}
		lock = semaphore.NewWeighted(everybody)
		l.locks[key] = lock
	}
	return lock
}
