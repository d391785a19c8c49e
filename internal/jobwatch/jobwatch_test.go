// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
)

// settle is how long a job may not be known after its launch.
const settle = 15 * time.Second

// unknown is PE's answer for an unknown job.
var unknown = &httpapi.Error{Status: 404, JSON: true, Kind: "puppetlabs.orchestrator/unknown-job"}

type job struct {
	id    string
	ended bool
}

// server holds jobs that end after some time. It is used with synctest, where time is simulated.
type server struct {
	start time.Time
	takes time.Duration
	// fail returns the error of a poll, by its number from 1 on.
	fail func(poll int32) error

	gets, lists atomic.Int32
}

func newServer(takes time.Duration) *server {
	return &server{start: time.Now(), takes: takes, fail: func(int32) error { return nil }}
}

func (s *server) watcher() *jobwatch.Watcher[job] {
	return jobwatch.New(jobwatch.Source[job]{
		Get: func(_ context.Context, id string) (job, error) {
			if err := s.fail(s.gets.Add(1)); err != nil {
				return job{}, err
			}
			return s.job(id), nil
		},
		Recent: func(_ context.Context, limit int) ([]job, error) {
			s.lists.Add(1)
			var jobs []job
			for i := range limit {
				jobs = append(jobs, s.job(fmt.Sprint(i)))
			}
			return jobs, nil
		},
		ID:    func(j job) string { return j.id },
		Ended: func(j job) bool { return j.ended },
	}, settle)
}

func (s *server) job(id string) job { return job{id: id, ended: time.Since(s.start) >= s.takes} }

func TestWait_NoticesTheEndSoon(t *testing.T) {
	t.Parallel()
	for _, seconds := range []int{1, 2, 3, 4, 5} {
		t.Run(fmt.Sprintf("%d s", seconds), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var late time.Duration
				var polls int32
				const samples = 50
				for i := range samples {
					s := newServer(time.Duration(seconds)*time.Second + time.Duration(i)*20*time.Millisecond)
					if _, _, err := s.watcher().Wait(t.Context(), "7", nil); err != nil {
						t.Fatal(err)
					}
					late += time.Since(s.start) - s.takes
					polls += s.gets.Load()
				}
				if average := late / samples; average > 350*time.Millisecond {
					t.Errorf("the end is noticed %v late on average", average)
				}
				if average := float64(polls) / samples; average > 2*float64(seconds+1)+1 {
					t.Errorf("%.1f polls for %d seconds", average, seconds)
				}
			})
		})
	}
}

func TestWait_SlowsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(time.Hour)
		if _, _, err := s.watcher().Wait(t.Context(), "7", nil); err != nil {
			t.Fatal(err)
		}
		if got := s.gets.Load(); got < 700 || got > 800 {
			t.Errorf("an hour took %d polls, want one in about five seconds", got)
		}
	})
}

func TestWait_ReportsReadings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(2 * time.Second)
		var readings []bool
		last, known, err := s.watcher().Wait(t.Context(), "7", func(j job) { readings = append(readings, j.ended) })
		if err != nil || !known || !last.ended || last.id != "7" {
			t.Errorf("got %+v %v %v", last, known, err)
		}
		if len(readings) != int(s.gets.Load()) || !readings[len(readings)-1] || readings[0] {
			t.Errorf("got readings %v of %d polls", readings, s.gets.Load())
		}
	})
}

func TestWait_SharesPolls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(2 * time.Minute)
		w := s.watcher()
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
				if last, _, err := w.Wait(t.Context(), fmt.Sprint(i), nil); err != nil || last.id != fmt.Sprint(i) {
					t.Errorf("got %+v %v", last, err)
				}
			})
		}
		group.Wait()
		alone := newServer(2 * time.Minute)
		if _, _, err := alone.watcher().Wait(t.Context(), "7", nil); err != nil {
			t.Fatal(err)
		}
		if together, single := s.gets.Load()+s.lists.Load(), alone.gets.Load(); together > 8*single {
			t.Errorf("20 waits made %d requests, one alone makes %d", together, single)
		}
	})
}

// TestWait_ReadsWhatTheListLacks waits for things of which the list does not say all once they have ended: each of them is read by itself then.
func TestWait_ReadsWhatTheListLacks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var gets, lists atomic.Int32
		ended := func() bool { return lists.Load() > 1 }
		w := jobwatch.New(jobwatch.Source[job]{
			Get: func(_ context.Context, id string) (job, error) {
				gets.Add(1)
				return job{id: id, ended: ended()}, nil
			},
			Recent: func(context.Context, int) ([]job, error) {
				lists.Add(1)
				var jobs []job
				for i := range 8 {
					jobs = append(jobs, job{id: fmt.Sprint(i), ended: ended()})
				}
				return jobs, nil
			},
			Lacks: func(listed job) bool { return listed.ended && listed.id < "3" },
			ID:    func(j job) string { return j.id },
			Ended: func(j job) bool { return j.ended },
		}, settle)
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				if last, _, err := w.Wait(t.Context(), fmt.Sprint(i), nil); err != nil || last.id != fmt.Sprint(i) {
					t.Errorf("got %+v %v", last, err)
				}
			})
		}
		group.Wait()
		if gets.Load() != 3 {
			t.Errorf("%d were read by themselves, want three", gets.Load())
		}
	})
}

// TestWait_SharesPollsFromFourOn waits for a few things that have ended, all at the same moment: a list may be long, so it only replaces
// four or more polls.
func TestWait_SharesPollsFromFourOn(t *testing.T) {
	t.Parallel()
	for waits, want := range map[int]struct{ gets, lists int32 }{1: {1, 0}, 2: {2, 0}, 3: {3, 0}, 4: {0, 1}, 5: {0, 1}} {
		t.Run(fmt.Sprintf("%d waits", waits), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(0)
				w := s.watcher()
				var group sync.WaitGroup
				for i := range waits {
					group.Go(func() {
						if last, _, err := w.Wait(t.Context(), fmt.Sprint(i), nil); err != nil || last.id != fmt.Sprint(i) {
							t.Errorf("got %+v %v", last, err)
						}
					})
				}
				group.Wait()
				if s.gets.Load() != want.gets || s.lists.Load() != want.lists {
					t.Errorf("made %d single polls and %d lists, want %d and %d", s.gets.Load(), s.lists.Load(), want.gets, want.lists)
				}
			})
		})
	}
}

func TestWait_ContinuesAfterTransientFailures(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]error{
		"refused":    &httpapi.ConnectionError{Err: errors.New("connection refused")},
		"cut off":    &httpapi.ConnectionError{Sent: true, Err: errors.New("EOF")},
		"timeout":    &httpapi.ConnectionError{Sent: true, Timeout: true, Err: context.DeadlineExceeded},
		"500":        &httpapi.Error{Status: 500},
		"502":        &httpapi.Error{Status: 502},
		"503":        &httpapi.Error{Status: 503},
		"504":        &httpapi.Error{Status: 504},
		"429":        &httpapi.Error{Status: 429},
		"a web page": &httpapi.DecodeError{Err: errors.New("invalid character '<'")},

		"a proxy's 404 page":   &httpapi.Error{Status: 404},
		"a proxy's 403":        &httpapi.Error{Status: 403},
		"an empty 400":         &httpapi.Error{Status: 400, Empty: true},
		"407":                  &httpapi.Error{Status: 407},
		"418":                  &httpapi.Error{Status: 418},
		"408 in PE's own form": &httpapi.Error{Status: 408, JSON: true},
		"425":                  &httpapi.Error{Status: 425},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(5 * time.Minute)
				s.fail = func(poll int32) error {
					if since := time.Since(s.start); poll == 1 || since > 10*time.Second && since < 130*time.Second {
						return trouble
					}
					return nil
				}
				if last, known, err := s.watcher().Wait(t.Context(), "7", nil); err != nil || !known || !last.ended {
					t.Errorf("got %+v %v %v", last, known, err)
				}
			})
		})
	}
}

func TestWait_HonoursRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(0)
		s.fail = func(poll int32) error {
			if poll == 1 {
				return &httpapi.Error{Status: 429, RetryAfter: 20 * time.Second}
			}
			return nil
		}
		if _, _, err := s.watcher().Wait(t.Context(), "7", nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(s.start); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("polled again after %v", took)
		}
	})
}

func TestWait_EndsAtOnceWhenRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err   error
		after int32 // polls that succeed before
		gone  bool
	}{
		"401":                       {&httpapi.Error{Status: 401, JSON: true, Kind: "puppetlabs.rbac/token-expired"}, 3, false},
		"403":                       {&httpapi.Error{Status: 403, JSON: true}, 0, false},
		"404 after it was seen":     {unknown, 2, true},
		"a certificate of nobody's": {&httpapi.ConnectionError{Err: fmt.Errorf("x: %w", http.ErrSchemeMismatch)}, 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(time.Hour)
				s.fail = func(poll int32) error {
					if poll > test.after {
						return test.err
					}
					return nil
				}
				_, known, err := s.watcher().Wait(t.Context(), "7", nil)
				if !errors.Is(err, test.err) || errors.Is(err, jobwatch.ErrGone) != test.gone || known != (test.after > 0) {
					t.Errorf("got %v, known %v", err, known)
				}
				if s.gets.Load() != test.after+1 {
					t.Errorf("polled %d times", s.gets.Load())
				}
			})
		})
	}
}

func TestWait_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		last, known, err := s.watcher().Wait(ctx, "7", nil)
		if !errors.Is(err, context.DeadlineExceeded) || !known || last.ended {
			t.Errorf("got %+v %v %v", last, known, err)
		}
		if took := time.Since(s.start); took != 30*time.Second {
			t.Errorf("ended after %v", took)
		}
	})
}

func TestWait_ReportsTheLastFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(time.Hour)
		s.fail = func(int32) error { return &httpapi.ConnectionError{Err: errors.New("connection refused")} }
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, known, err := s.watcher().Wait(ctx, "7", nil)
		if !errors.Is(err, context.DeadlineExceeded) || known || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("got %v, known %v", err, known)
		}
	})
}

func TestWait_WithoutAList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(2 * time.Second)
		w := jobwatch.New(jobwatch.Source[job]{
			Get:   func(_ context.Context, id string) (job, error) { return s.job(id), nil },
			ID:    func(j job) string { return j.id },
			Ended: func(j job) bool { return j.ended },
		}, settle)
		var group sync.WaitGroup
		for i := range 10 {
			group.Go(func() {
				if last, _, err := w.Wait(t.Context(), fmt.Sprint(i), nil); err != nil || !last.ended {
					t.Errorf("got %+v %v", last, err)
				}
			})
		}
		group.Wait()
	})
}
