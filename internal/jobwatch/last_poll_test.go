// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
)

// TestWait_NotKnownYet has a server that does not know a job for a while after its launch.
func TestWait_NotKnownYet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to time.Duration // when it is not known
		gone     bool
		err      error
		most     time.Duration
	}{
		"for a moment":             {0, 3 * time.Second, false, nil, 66 * time.Second},
		"for the settling time":    {0, settle - time.Second, false, nil, 66 * time.Second},
		"for ever":                 {0, time.Hour, false, unknown, settle + 2*time.Second},
		"after it was known":       {2 * time.Second, 4 * time.Second, true, unknown, 4 * time.Second},
		"long after it was known":  {30 * time.Second, time.Hour, true, unknown, 36 * time.Second},
		"at once after it was new": {time.Second, time.Hour, true, unknown, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(time.Minute)
				s.fail = func(int32) error {
					if since := time.Since(s.start); since >= test.from && since < test.to {
						return unknown
					}
					return nil
				}
				_, known, err := s.watcher().Wait(t.Context(), "7", nil)
				if !errors.Is(err, test.err) || errors.Is(err, jobwatch.ErrGone) != test.gone || known != (test.gone || test.err == nil) {
					t.Errorf("got %v, known %v", err, known)
				}
				if took := time.Since(s.start); took > test.most {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestWait_RetryAfterIsCapped is asked once to come back in an hour.
func TestWait_RetryAfterIsCapped(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(10 * time.Second)
			s.fail = func(poll int32) error {
				if poll == 1 {
					return &httpapi.Error{Status: status, RetryAfter: time.Hour}
				}
				return nil
			}
			if last, _, err := s.watcher().Wait(t.Context(), "7", nil); err != nil || !last.ended {
				t.Errorf("got %+v, %v", last, err)
			}
			if took := time.Since(s.start); took > 31*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestWait_ReadsOnceMoreBeforeTheTimeIsUp has a job that ends during a pause that the server asked for, or between two polls.
func TestWait_ReadsOnceMoreBeforeTheTimeIsUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		takes, limit time.Duration
		fail         func(poll int32) error
	}{
		"between two polls": {176*time.Second + 500*time.Millisecond, 179 * time.Second, func(int32) error { return nil }},
		"in a pause that was asked for": {10 * time.Second, 20 * time.Second, func(poll int32) error {
			if poll == 2 {
				return &httpapi.Error{Status: 503, RetryAfter: time.Hour}
			}
			return nil
		}},
		"in a limit of a moment": {100 * time.Millisecond, 240 * time.Millisecond, func(int32) error { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 20 {
				synctest.Test(t, func(t *testing.T) {
					s := newServer(test.takes)
					s.fail = test.fail
					ctx, cancel := context.WithTimeout(t.Context(), test.limit)
					defer cancel()
					if last, _, err := s.watcher().Wait(ctx, "7", nil); err != nil || !last.ended {
						t.Errorf("it ended after %v and was not seen after %v: %v", test.takes, test.limit, err)
					}
				})
			}
		})
	}
}

// TestWait_SaysWhyInWords does not show the error texts of the Go library to users.
func TestWait_SaysWhyInWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		trouble error
		limit   time.Duration
		says    string
	}{
		"trouble to the end": {&httpapi.ConnectionError{Err: errors.New("connection refused")}, 5 * time.Second, "the last poll failed: "},
		"never known":        {unknown, 5 * time.Second, "unknown-job"},
		"no time at all":     {nil, 0, "there was no time to read it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(time.Hour)
				s.fail = func(int32) error { return test.trouble }
				ctx, cancel := context.WithTimeout(t.Context(), test.limit)
				defer cancel()
				_, known, err := s.watcher().Wait(ctx, "7", nil)
				if !errors.Is(err, context.DeadlineExceeded) || known || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "deadline") {
					t.Errorf("got %v, known %v", err, known)
				}
			})
		})
	}
}
