// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"errors"
	"net"
	"sync"
	"time"
)

// absentAfter is how long connections are tried to a host that has never answered: a closed port, a machine that is off, a network
// that is not there. A person waits for the plan meanwhile, and what is wrong is the address, most of the time. One that has
// answered before is only restarting.
const absentAfter = 3 * time.Second

// hosts remembers which hosts have answered, and since when nobody accepts connections at the others. The zero value is ready for
// use, by several goroutines at once.
type hosts struct {
	mu sync.Mutex
	// known are those that have answered.
	known map[string]bool
	// silent is when the first connection failed.
	silent map[string]time.Time
}

// answered notes that a host has given an answer.
func (h *hosts) answered(host string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]bool{}
	}
	h.known[host] = true
}

// failed notes an error of an attempt, and reports whether nobody has been at the host for long enough to give up.
func (h *hosts) failed(host string, err error, now time.Time) (absent bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known[host] || !isDialError(err) {
		return false
	}
	if h.silent == nil {
		h.silent = map[string]time.Time{}
	}
	since, ok := h.silent[host]
	if !ok {
		h.silent[host] = now
		return false
	}
	return now.Sub(since) >= absentAfter
}

// isDialError reports whether no connection was made. A name that cannot be looked up for now is trouble of another service.
func isDialError(err error) bool {
	var operation *net.OpError
	var dns *net.DNSError
	return errors.As(err, &operation) && (operation.Op == "dial" || operation.Op == "proxyconnect") && !errors.As(err, &dns)
}
