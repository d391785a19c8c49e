// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

func TestDo_Retries(t *testing.T) {
	t.Parallel()
	put := httpapi.Request{Method: http.MethodPut, Path: []string{"x"}, Body: map[string]any{"enabled": false}, Safety: httpapi.Idempotent}
	tests := []struct {
		name    string
		request httpapi.Request
		status  int
		want    int32 // attempts, of at most four
	}{
		{"GET 200", get("jobs"), 200, 1},
		{"GET 404 without an error of PE", get("jobs"), 404, 3},
		{"PUT 407 without an error of PE", put, 407, 3},
		{"launch 404 without an error of PE", launch(), 404, 1},
		{"GET 429", get("jobs"), 429, 4},
		{"GET 500", get("jobs"), 500, 4},
		{"GET 502", get("jobs"), 502, 4},
		{"GET 503", get("jobs"), 503, 4},
		{"GET 504", get("jobs"), 504, 4},
		{"GET 501", get("jobs"), 501, 1},
		{"PUT 500", put, 500, 1},
		{"PUT 503", put, 503, 4},
		{"launch 429", launch(), 429, 1},
		{"launch 503", launch(), 503, 1},
		{"launch 500", launch(), 500, 1},
		{"launch 502", launch(), 502, 1},
		{"launch 504", launch(), 504, 1},
		{"launch 400", launch(), 400, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				if r.Body != nil && r.Method != http.MethodGet {
					if body, err := io.ReadAll(r.Body); err != nil || len(body) == 0 {
						t.Errorf("attempt %d came without its body", attempts.Load())
					}
				}
				w.WriteHeader(test.status)
			}))
			_, err := service.Do(t.Context(), test.request)
			if got := attempts.Load(); got != test.want {
				t.Errorf("made %d attempts, want %d", got, test.want)
			}
			if test.status != 200 && httpapi.StatusOf(err) != test.status {
				t.Errorf("the error is %v, want status %d", err, test.status)
			}
			if tries := httpapi.TriesOf(err); test.status != 200 && (tries.Count != int(test.want) || tries.Over <= 0) {
				t.Errorf("the error says that there were %+v, want %d", tries, test.want)
			}
		})
	}
}

func TestDo_LostAnswer(t *testing.T) {
	t.Parallel()
	drop := func(w http.ResponseWriter) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = connection.Close()
		}
	}
	cutShort := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"name":`)
		_ = http.NewResponseController(w).Flush()
		drop(w)
	}
	for name, lose := range map[string]func(http.ResponseWriter){"dropped": drop, "cut short": cutShort} {
		t.Run(name+" launch is not sent again", func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				attempts.Add(1)
				lose(w)
			}))
			_, err := service.Do(t.Context(), launch())
			var connErr *httpapi.ConnectionError
			if !errors.As(err, &connErr) || !connErr.Sent || connErr.Timeout {
				t.Errorf("got %#v, want a ConnectionError of a request that was sent", err)
			}
			if attempts.Load() != 1 {
				t.Errorf("the server received the launch %d times", attempts.Load())
			}
		})
		t.Run(name+" GET is asked again", func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if attempts.Add(1) < 3 {
					lose(w)
					return
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			if _, err := service.Do(t.Context(), get("jobs")); err != nil || attempts.Load() != 3 {
				t.Errorf("after %d attempts: %v", attempts.Load(), err)
			}
		})
	}
}

// TestDo_LostAnswerThenUnreachable has a server receive a request, lose the answer, and be gone when the request is sent again: what it
// received may be done. The same holds when the operation ends before the request is sent again.
func TestDo_LostAnswerThenUnreachable(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]bool{"it is sent again": false, "it is not": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, end := context.WithCancel(t.Context())
			t.Cleanup(end)
			var server *httptest.Server
			server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_ = server.Listener.Close()
				if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
					_ = connection.Close()
				}
				if ends {
					end()
				}
			}))
			t.Cleanup(server.Close)
			_, err := serviceFor(t, server).Do(ctx, httpapi.Request{Method: http.MethodPut, Path: []string{"x"}, Safety: httpapi.Idempotent})
			if !httpapi.MayBeDone(err) {
				t.Errorf("%v is said not to have happened", err)
			}
		})
	}
}

func TestDo_UnreachableServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	service := serviceFor(t, server)
	server.Close()
	for _, request := range []httpapi.Request{get("jobs"), launch()} {
		_, err := service.Do(t.Context(), request)
		var connErr *httpapi.ConnectionError
		if !errors.As(err, &connErr) || connErr.Sent || connErr.Permanent() || !httpapi.Transient(err) {
			t.Errorf("%s: got %#v, want a transient ConnectionError of a request that was not sent", request.Method, err)
		}
	}
}

func TestDo_AttemptTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var attempts atomic.Int32
	service := newService(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		attempts.Add(1)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}), func(c *httpapi.Config) { c.RequestTimeout = time.Second; c.MaxRetries = 1 })
	defer close(release)

	_, err := service.Do(t.Context(), get("jobs"))
	var connErr *httpapi.ConnectionError
	if !errors.As(err, &connErr) || !connErr.Timeout || !connErr.Sent || !httpapi.Transient(err) {
		t.Errorf("got %#v, want a timeout", err)
	}
	if want := "no complete answer within 1s"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
	if attempts.Load() != 2 {
		t.Errorf("a GET that timed out was tried %d times, want 2", attempts.Load())
	}
}

func TestDo_EndsWhileWaitingToRetry(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = http.NewResponseController(w).Flush()
		time.AfterFunc(500*time.Millisecond, cancel)
	}), func(c *httpapi.Config) { c.RetryMinWait = time.Minute; c.RetryMaxWait = time.Minute })
	_, err := service.Do(ctx, get("jobs"))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "503 Service Unavailable") || httpapi.Transient(err) {
		t.Errorf("got %v, want a cancellation that says what was waited out", err)
	}
}

// TestEndedError_Tries says after how many attempts an operation has ended.
func TestEndedError_Tries(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]string{
		1: "GET https://pe/x: the operation was interrupted while waiting to try again after: busy",
		4: "GET https://pe/x: the operation was interrupted while waiting to try again after 4 attempts, the last of which failed: busy",
	} {
		err := &httpapi.EndedError{Method: "GET", URL: "https://pe/x", Trouble: errors.New("busy"), Tries: httpapi.Tries{Count: count}, Err: context.Canceled}
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDo_RetryAfterBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "300")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := service.Do(ctx, get("jobs")); httpapi.StatusOf(err) != http.StatusTooManyRequests {
		t.Errorf("got %v, want the 429 at once", err)
	}
}

func TestDo_OnceIsNotRetried(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int32
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		attempts.Add(1)
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	_, err := service.Do(httpapi.WithoutRetries(t.Context()), get("jobs"))
	var apiErr *httpapi.Error
	if !errors.As(err, &apiErr) || apiErr.RetryAfter != 7*time.Second || attempts.Load() != 1 {
		t.Errorf("after %d attempts: %v", attempts.Load(), err)
	}
}
