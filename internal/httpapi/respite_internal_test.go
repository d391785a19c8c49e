// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// busyServer answers its first request with 429, and all others with an empty object. It notes when each came.
type busyServer struct {
	retryAfter string
	began      time.Time
	came       []time.Duration
}

func (s *busyServer) RoundTrip(*http.Request) (*http.Response, error) {
	s.came = append(s.came, time.Since(s.began))
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody}
	if len(s.came) == 1 {
		answer.StatusCode = http.StatusTooManyRequests
		if s.retryAfter != "" {
			answer.Header.Set("Retry-After", s.retryAfter)
		}
	}
	return answer, nil
}

// TestRespite_HoldsForAllRequests has one request answered with 429, and another one follow to another service.
func TestRespite_HoldsForAllRequests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		retryAfter string
		timeout    time.Duration
		from, to   time.Duration
	}{
		{name: "as long as the server asks", retryAfter: "8", from: 8 * time.Second, to: 10 * time.Second},
		{name: "when the server does not say", from: time.Second, to: 5 * time.Second / 4},
		{name: "when the server asks for no wait", retryAfter: "0", from: time.Second, to: 5 * time.Second / 4},
		{name: "at most half a minute", retryAfter: "600", from: 30 * time.Second, to: 38 * time.Second},
		{name: "a request that has to end before goes at once", retryAfter: "8", timeout: 5 * time.Second, from: 0, to: 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &busyServer{retryAfter: test.retryAfter, began: time.Now()}
				send := respiteTripper(t, server)
				ctx := t.Context()
				if test.timeout > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.timeout)
					defer cancel()
				}
				if err := errors.Join(send(ctx, "https://orchestrator.example.com:8143/jobs"), send(ctx, "https://rbac.example.com:4433/roles")); err != nil {
					t.Fatal(err)
				}
				if came := server.came[1]; came < test.from || came > test.to {
					t.Errorf("the second request came after %s, want %s to %s", came, test.from, test.to)
				}
			})
		})
	}
}

// TestRespite_EndsWithTheOperation interrupts a request that waits for the end of a respite.
func TestRespite_EndsWithTheOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &busyServer{retryAfter: "20", began: time.Now()}
		send := respiteTripper(t, server)
		if err := send(t.Context(), "https://pe.example.com:8143/jobs"); err != nil {
			t.Fatal(err)
		}
		interrupted := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(interrupted) })
		err := send(ctx, "https://pe.example.com:8143/jobs")
		if !errors.Is(err, interrupted) || !strings.Contains(err.Error(), "fewer requests") {
			t.Errorf("got %v", err)
		}
		if len(server.came) != 1 {
			t.Errorf("the server has received requests after %v", server.came)
		}
	})
}

// respiteTripper returns what sends a request through the limits of a transport.
func respiteTripper(t *testing.T, server http.RoundTripper) func(ctx context.Context, url string) error {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	tripper := newAttemptTripper(Config{Logger: quiet, RetryMinWait: time.Second}.withDefaults(), server, &Transport{tokens: &tokens{}, log: wireLog{quiet, NewRedactor()}, clock: &serverClock{}})
	return func(ctx context.Context, url string) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := tripper.RoundTrip(request)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
}
