// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"net/http"
	"sync/atomic"
	"time"
)

// serverClock follows the clock of the server by the Date of its answers.
type serverClock struct {
	// skew is how far the server's clock is ahead of this machine's; nil before the first answer.
	skew atomic.Pointer[time.Duration]
}

func (c *serverClock) see(h http.Header, now time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	// The header has no fractions, so the middle of the second is the best guess.
	skew := date.Add(time.Second / 2).Sub(now)
	c.skew.Store(&skew)
}

func (c *serverClock) now(here time.Time) (time.Time, bool) {
	skew := c.skew.Load()
	if skew == nil {
		return time.Time{}, false
	}
	return here.Add(*skew), true
}
