// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		value string
		want  time.Duration
		// asked is false where the answer asks for no wait.
		asked bool
	}{
		"absent":         {"", 0, false},
		"seconds":        {"7", 7 * time.Second, true},
		"zero":           {"0", 0, false},
		"negative":       {"-3", 0, false},
		"date":           {"Sat, 10 Jan 2026 08:00:30 GMT", 30 * time.Second, true},
		"date passed":    {"Sat, 10 Jan 2026 07:00:00 GMT", 0, false},
		"far away":       {"86400", maxRetryAfter, true},
		"10^10 seconds":  {"10000000000", maxRetryAfter, true},
		"10^30 seconds":  {"1000000000000000000000000000000", maxRetryAfter, true},
		"what overflows": {"9223372036854775807", maxRetryAfter, true},
		"the year 9999":  {"Fri, 31 Dec 9999 23:59:59 GMT", maxRetryAfter, true},
		"the year 1":     {"Mon, 01 Jan 0001 00:00:00 GMT", 0, false},
		"spaces":         {" 7 ", 7 * time.Second, true},
		"a plus":         {"+7", 0, false},
		"garbage":        {"soon", 0, false},
		"not whole":      {"1.5", 0, false},
		"date very far":  {"Sun, 10 Jan 2027 08:00:30 GMT", maxRetryAfter, true},
		"date, RFC 850":  {"Saturday, 10-Jan-26 08:00:05 GMT", 5 * time.Second, true},
		"date, ANSI C":   {"Sat Jan 10 08:00:05 2026", 5 * time.Second, true},
		"seconds padded": {"05", 5 * time.Second, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, asked := retryAfter(http.Header{"Retry-After": {test.value}}, now)
			if got != test.want || asked != test.asked {
				t.Errorf("got %v %v, want %v %v", got, asked, test.want, test.asked)
			}
		})
	}
}

// TestRetryAfter_ByTheServersClock reads a date of a server whose clock differs from this machine's.
func TestRetryAfter_ByTheServersClock(t *testing.T) {
	t.Parallel()
	there := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	h := http.Header{"Date": {there.Format(http.TimeFormat)}, "Retry-After": {there.Add(30 * time.Second).Format(http.TimeFormat)}}
	for _, off := range []time.Duration{-time.Hour, -time.Minute, 0, time.Minute, time.Hour} {
		if got, asked := retryAfter(h, there.Add(off)); got != 30*time.Second || !asked {
			t.Errorf("with a clock that is off by %v: got %v %v", off, got, asked)
		}
	}
}

// TestMayWait asks whether a request may wait as long as the server asks, and again after that.
func TestMayWait(t *testing.T) {
	t.Parallel()
	bounded := func(limit time.Duration) func() (context.Context, context.CancelFunc) {
		return func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), limit) }
	}
	unbounded := func() (context.Context, context.CancelFunc) { return t.Context(), func() {} }
	for name, test := range map[string]struct {
		asked string
		limit func() (context.Context, context.CancelFunc)
		// want is how often it may wait, of at most six times.
		want int
	}{
		"nothing is asked":             {"", unbounded, 6},
		"seconds, without a deadline":  {"2", unbounded, 6},
		"a minute, without a deadline": {"60", unbounded, 5},
		"for ever, without a deadline": {"99999999999", unbounded, 0},
		"within the deadline":          {"60", bounded(time.Hour), 6},
		"beyond the deadline":          {"60", bounded(time.Second), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said bytes.Buffer
			c := &call{log: wireLog{logger: slog.New(slog.NewTextHandler(&said, nil)), redactor: NewRedactor()}}
			ctx, cancel := test.limit()
			defer cancel()
			resp := &http.Response{StatusCode: 503, Header: http.Header{}}
			if test.asked != "" {
				resp.Header.Set("Retry-After", test.asked)
			}
			waits := 0
			for waits < 6 && c.mayWait(ctx, resp) {
				waits++
			}
			if waits != test.want {
				t.Errorf("it waits %d times, want %d", waits, test.want)
			}
			if tells := strings.Count(said.String(), "level=WARN"); test.asked != "" && tells != waits {
				t.Errorf("it says %d times why it waits: %s", tells, said.String())
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC) }
	longest := backoff{now: now, jitter: func() float64 { return 0 }}
	shortest := backoff{now: now, jitter: func() float64 { return 1 }}
	for attempt, want := range []time.Duration{1, 2, 4, 8, 10, 10} {
		if got := longest.wait(time.Second, 10*time.Second, attempt, nil); got != want*time.Second {
			t.Errorf("attempt %d waits at most %v, want %v", attempt, got, want*time.Second)
		}
		if got := shortest.wait(time.Second, 10*time.Second, attempt, nil); got != want*time.Second/2 {
			t.Errorf("attempt %d waits at least %v, want %v", attempt, got, want*time.Second/2)
		}
	}
	for _, test := range []struct {
		asked   string
		attempt int
		want    time.Duration
	}{{"42", 0, 42 * time.Second}, {"42", 5, 42 * time.Second}, {"2", 0, 2 * time.Second}, {"2", 3, 8 * time.Second}, {"0", 0, time.Second}, {"0", 3, 8 * time.Second}} {
		resp := &http.Response{Header: http.Header{"Retry-After": {test.asked}}}
		if got := longest.wait(time.Second, 10*time.Second, test.attempt, resp); got != test.want {
			t.Errorf("attempt %d with a Retry-After of %s waits %v, want %v", test.attempt, test.asked, got, test.want)
		}
	}
}

func TestServerClock(t *testing.T) {
	t.Parallel()
	here := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	var clock serverClock
	if _, ok := clock.now(here); ok {
		t.Error("the server's clock is known before the first answer")
	}
	clock.see(http.Header{"Date": {"no date"}}, here)
	if _, ok := clock.now(here); ok {
		t.Error("the server's clock is known from an answer without a date")
	}
	clock.see(http.Header{"Date": {"Sat, 10 Jan 2026 08:05:00 GMT"}}, here)
	got, ok := clock.now(here.Add(time.Minute))
	if want := here.Add(6*time.Minute + time.Second/2); !ok || !got.Equal(want) {
		t.Errorf("a minute later the server's clock shows %v, want %v", got, want)
	}
}
