// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// longestRespite limits for how long one answer keeps all requests back. A request that comes too early after it hears the same itself.
const longestRespite = 30 * time.Second

// respite is time that a PE has asked for with 429 Too Many Requests. All requests of the process wait for its end, not only the one that
// was answered: they come from the same users of the same server.
type respite struct {
	// least is how long it is when the server does not say.
	least  time.Duration
	now    func() time.Time
	jitter func() float64 // in [0, 1)

	mu   sync.Mutex
	ends time.Time
}

// see takes note of an answer.
func (r *respite) see(resp *http.Response) {
	if resp.StatusCode != http.StatusTooManyRequests {
		return
	}
	asked, ok := retryAfter(resp.Header, r.now())
	if !ok {
		asked = r.least
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if ends := r.now().Add(min(asked, longestRespite)); ends.After(r.ends) {
		r.ends = ends
	}
}

// wait waits for the end of the respite, and a random part of up to a quarter of it longer, so that not all requests come at once. A
// request that has to end before does not wait: what the server answers says more than a time that is over.
func (r *respite) wait(ctx context.Context) error {
	r.mu.Lock()
	left := r.ends.Sub(r.now())
	r.mu.Unlock()
	if left <= 0 {
		return nil
	}
	left += time.Duration(r.jitter() * float64(left) / 4)
	if deadline, bounded := ctx.Deadline(); bounded && deadline.Before(r.now().Add(left)) {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
