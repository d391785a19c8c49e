// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// nowhere returns a journal that remembers nothing.
func nowhere() *journal.Journal { return journal.New("", time.Now) }

func newLauncher(notes *journal.Journal) *launch.Launcher {
	return launch.New(launch.DefaultSettle, notes, slog.New(slog.DiscardHandler))
}

// How an attempt to send can go wrong.
var (
	errReset     = &httpapi.ConnectionError{Sent: true, Err: errors.New("connection reset by peer")}
	errRefused   = &httpapi.ConnectionError{Err: errors.New("connection refused")}
	errTimeout   = &httpapi.ConnectionError{Sent: true, Timeout: true, Limit: time.Minute, Err: context.DeadlineExceeded}
	errGarbage   = &httpapi.DecodeError{Status: 202, Received: "an HTML page", Err: errors.New("invalid character '<'")}
	errWithoutID = &orchestrator.AnswerWithoutIDError{Err: errors.New("it names nothing that was created")}
	errTooLarge  = &httpapi.ConnectionError{Sent: true, Err: http.ErrSchemeMismatch}
	errUserdata  = &httpapi.Error{JSON: true, Status: 400, Kind: "puppetlabs.orchestrator/validation-error", Message: "disallowed key: userdata"}
)

// status is an error of PE.
func status(code int) error {
	return &httpapi.Error{Status: code, JSON: true, Kind: "puppetlabs.orchestrator/some-kind"}
}

// page is an answer that is not PE's own: the page of a proxy, an empty body.
func page(code int) error { return &httpapi.Error{Status: code} }

// server starts things and may lose its answers.
type server struct {
	// answer returns the error of an attempt, by its number from 1 on, and whether the thing is started anyway.
	answer func(send int) (err error, started bool)
	// shows is how long after it was started a thing shows up in the list.
	shows time.Duration
	// findErr returns the error of a search, by its number from 1 on.
	findErr func(look int) error

	sends, looks int
	marked       []bool
	startedAt    []time.Time
}

func (s *server) request() launch.Request {
	return launch.Request{
		Send: func(_ context.Context, requestID string) (string, error) {
			s.sends++
			s.marked = append(s.marked, requestID != "")
			err, started := s.answer(s.sends)
			if started {
				s.startedAt = append(s.startedAt, time.Now())
			}
			if err != nil {
				return "", fmt.Errorf("starting task facts: %w", err)
			}
			return fmt.Sprint(80 + len(s.startedAt)), nil
		},
		Find:       func(context.Context, string, time.Time) ([]string, error) { return s.find() },
		Candidates: func(context.Context) ([]string, error) { return s.find() },
	}
}

func (s *server) find() (ids []string, err error) {
	s.looks++
	if s.findErr != nil {
		if err := s.findErr(s.looks); err != nil {
			return nil, err
		}
	}
	for i, at := range s.startedAt {
		if time.Since(at) >= s.shows {
			ids = append(ids, fmt.Sprint(81+i))
		}
	}
	return ids, nil
}

func TestLaunch_Outcomes(t *testing.T) {
	t.Parallel()
	ended := &httpapi.EndedError{Err: context.DeadlineExceeded}
	always := func(err error, started bool) func(int) (error, bool) {
		return func(int) (error, bool) { return err, started }
	}
	first := func(err error, started bool) func(int) (error, bool) {
		return func(send int) (error, bool) {
			if send == 1 {
				return err, started
			}
			return nil, true
		}
	}
	tests := []struct {
		name    string
		server  server
		want    launch.Result
		err     error // the error wraps it
		lost    bool  // the error is a LostError
		sends   int
		started int
	}{
		{name: "answered", server: server{answer: always(nil, true)}, want: launch.Result{ID: "81"}, sends: 1, started: 1},
		{name: "refused by the server", server: server{answer: always(status(403), false)}, err: status(403), sends: 1},
		{name: "never received", server: server{answer: always(errRefused, false)}, err: errRefused, sends: 1},
		{name: "nobody has a connection any more", server: server{answer: always(ended, false)}, err: context.DeadlineExceeded, sends: 1},

		{name: "reset after it was handled", server: server{answer: always(errReset, true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "reset, shows up late", server: server{answer: always(errReset, true), shows: 14 * time.Second}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "reset before it was handled", server: server{answer: first(errReset, false)}, want: launch.Result{ID: "81"}, sends: 2, started: 1},
		{name: "reset again and again", server: server{answer: always(errReset, false)}, err: errReset, lost: true, sends: 3},
		{name: "502 after it was handled", server: server{answer: always(status(502), true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "502 before it was handled", server: server{answer: first(status(502), false)}, want: launch.Result{ID: "81"}, sends: 2, started: 1},
		{name: "504 after it was handled", server: server{answer: always(status(504), true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "504 before it was handled", server: server{answer: first(status(504), false)}, err: status(504), lost: true, sends: 1},
		{name: "500 after it was handled", server: server{answer: always(status(500), true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "500 before it was handled", server: server{answer: first(status(500), false)}, err: status(500), lost: true, sends: 1},
		{name: "timeout after it was handled", server: server{answer: always(errTimeout, true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "timeout before it was handled", server: server{answer: first(errTimeout, false)}, err: errTimeout, lost: true, sends: 1},
		{name: "garbage after it was handled", server: server{answer: always(errGarbage, true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "an answer that is too large", server: server{answer: always(errTooLarge, true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "a redirect", server: server{answer: always(status(302), false)}, err: status(302), lost: true, sends: 1},
		{name: "garbage and nothing", server: server{answer: always(errGarbage, false)}, err: errGarbage, lost: true, sends: 1},
		{name: "accepted without an id", server: server{answer: always(errWithoutID, true)}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},

		{name: "the list fails for a while", server: server{answer: always(errReset, true), findErr: func(look int) error {
			if look < 20 {
				return status(503)
			}
			return nil
		}}, want: launch.Result{ID: "81", Adopted: true}, sends: 1, started: 1},
		{name: "the list may not be read", server: server{answer: always(errReset, true), findErr: func(int) error { return status(403) }}, err: errReset, lost: true, sends: 1, started: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got, err := newLauncher(nowhere()).Launch(t.Context(), test.server.request())
				if !errors.Is(err, test.err) && !sameStatus(err, test.err) || (err == nil) != (test.err == nil) {
					t.Errorf("error %v, want %v", err, test.err)
				}
				var lost *launch.LostError
				if errors.As(err, &lost) != test.lost {
					t.Errorf("lost %v, want %v: %v", !test.lost, test.lost, err)
				}
				if test.lost && lost.RequestID == "" {
					t.Error("the error does not say what to look for")
				}
				if got.ID != test.want.ID || got.Adopted != test.want.Adopted || len(got.Others) > 0 {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
				if test.server.sends != test.sends || len(test.server.startedAt) != test.started {
					t.Errorf("sent %d times, started %d; want %d and %d", test.server.sends, len(test.server.startedAt), test.sends, test.started)
				}
			})
		})
	}
}

func sameStatus(a, b error) bool {
	return a != nil && b != nil && httpapi.StatusOf(a) != 0 && httpapi.StatusOf(a) == httpapi.StatusOf(b)
}

func TestLaunch_WithoutUserdata(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		launcher := newLauncher(nowhere())
		old := &server{}
		old.answer = func(send int) (error, bool) {
			if old.marked[send-1] {
				return errUserdata, false
			}
			return nil, true
		}
		got, err := launcher.Launch(t.Context(), old.request())
		if err != nil || got.ID != "81" || !got.Unmarked || !reflect.DeepEqual(old.marked, []bool{true, false}) {
			t.Fatalf("got %+v, %v after %v", got, err, old.marked)
		}

		// It is remembered, and from now on a lost answer cannot be resolved.
		lossy := &server{answer: func(int) (error, bool) { return errReset, true }}
		_, err = launcher.Launch(t.Context(), lossy.request())
		var lost *launch.LostError
		if !errors.As(err, &lost) || !reflect.DeepEqual(lost.Candidates, []string{"81"}) || !reflect.DeepEqual(lossy.marked, []bool{false}) {
			t.Errorf("got %#v after %v", err, lossy.marked)
		}
	})
}

// TestLaunch_RefusalsWithTheWord has refusals that speak of userdata because the user does, in a query or as a parameter.
func TestLaunch_RefusalsWithTheWord(t *testing.T) {
	t.Parallel()
	refused := func(kind string) *httpapi.Error {
		return &httpapi.Error{JSON: true, Status: 400, Kind: "puppetlabs.orchestrator/" + kind, Message: "no such fact: ec2_userdata"}
	}
	for name, test := range map[string]struct {
		refusal *httpapi.Error
		needs   bool
		marked  []bool
	}{
		"a query":                             {refused("query-error"), false, []bool{true}},
		"what PuppetDB says":                  {refused("puppetdb-error"), false, []bool{true}},
		"no nodes":                            {refused("empty-target"), false, []bool{true}},
		"a parameter":                         {refused("validation-error"), false, []bool{true, false}},
		"something that needs it in any case": {refused("validation-error"), true, []bool{true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				launcher := newLauncher(nowhere())
				refusing := &server{answer: func(int) (error, bool) { return test.refusal, false }}
				request := refusing.request()
				request.NeedsUserdata = test.needs
				if _, err := launcher.Launch(t.Context(), request); !errors.Is(err, test.refusal) {
					t.Errorf("got the error %v", err)
				}
				if !reflect.DeepEqual(refusing.marked, test.marked) {
					t.Errorf("it was sent with userdata: %v, want %v", refusing.marked, test.marked)
				}
				next := &server{answer: func(int) (error, bool) { return nil, true }}
				if got, err := launcher.Launch(t.Context(), next.request()); err != nil || got.Unmarked || got.RequestID == "" {
					t.Errorf("the next one has no userdata: %+v, %v", got, err)
				}
			})
		})
	}
}

func TestLaunch_ThingsThatCarryNoUserdata(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before []string // seen by this process earlier
		found  []string // have the same content
		want   string
	}{
		"exactly one new":     {nil, []string{"7"}, "7"},
		"one old and one new": {[]string{"7"}, []string{"7", "9"}, "9"},
		"only an old one":     {[]string{"7"}, []string{"7"}, ""},
		"several":             {nil, []string{"7", "9"}, ""},
		"none":                {nil, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: func(int) (error, bool) { return errReset, false }}
				request := s.request()
				request.Ledger = &launch.Ledger{}
				request.Ledger.See(test.before...)
				request.Find = func(context.Context, string, time.Time) ([]string, error) { return test.found, nil }
				got, err := newLauncher(nowhere()).Launch(t.Context(), request)
				if got.ID != test.want || (err == nil) != (test.want != "") || s.sends != 1 || s.marked[0] {
					t.Errorf("got %+v, %v after %d sends", got, err, s.sends)
				}
				var lost *launch.LostError
				if err != nil && (!errors.As(err, &lost) || !reflect.DeepEqual(slices.Concat(lost.Before, lost.Candidates), test.found)) {
					t.Errorf("got %#v", err)
				}
				// What existed before is not proposed for an import.
				if lost != nil && !reflect.DeepEqual(lost.Before, test.before) {
					t.Errorf("%v were there before, got %v", test.before, lost.Before)
				}
			})
		})
	}
}

// TestLaunch_NoTwoAdoptTheSame loses the answers of two equal requests, of which the server has carried out only one.
func TestLaunch_NoTwoAdoptTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ledger := &launch.Ledger{}
		adopted := 0
		for range 2 {
			s := &server{answer: func(int) (error, bool) { return errReset, false }}
			request := s.request()
			request.Ledger = ledger
			request.Find = func(context.Context, string, time.Time) ([]string, error) { return []string{"7"}, nil }
			if got, err := newLauncher(nowhere()).Launch(t.Context(), request); err == nil && got.ID == "7" {
				adopted++
			}
		}
		if adopted != 1 {
			t.Errorf("%d callers think that the one thing is theirs", adopted)
		}
	})
}

func TestLaunch_DoesNotAdoptWhatWasAnsweredToAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ledger := &launch.Ledger{}
		answered := &server{answer: func(int) (error, bool) { return nil, true }}
		request := answered.request()
		request.Ledger = ledger
		if got, err := newLauncher(nowhere()).Launch(t.Context(), request); err != nil || got.ID != "81" || got.Unmarked {
			t.Fatalf("got %+v, %v", got, err)
		}
		request.Send = func(context.Context, string) (string, error) { return "", errReset }
		request.Find = func(context.Context, string, time.Time) ([]string, error) { return []string{"81"}, nil }
		if got, err := newLauncher(nowhere()).Launch(t.Context(), request); err == nil {
			t.Errorf("got %+v", got)
		}
	})
}

func TestLaunch_Interrupted(t *testing.T) {
	t.Parallel()
	for _, started := range []bool{true, false} {
		t.Run(fmt.Sprintf("started %v", started), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				s := &server{shows: time.Second}
				s.answer = func(int) (error, bool) {
					cancel()
					return &httpapi.ConnectionError{Sent: true, Err: context.Canceled}, started
				}
				begun := time.Now()
				got, err := newLauncher(nowhere()).Launch(ctx, s.request())
				if started && (err != nil || got.ID != "81" || !got.Adopted) {
					t.Errorf("got %+v, %v", got, err)
				}
				var lost *launch.LostError
				if !started && !errors.As(err, &lost) {
					t.Errorf("got %+v, %v", got, err)
				}
				if took := time.Since(begun); took > 4*time.Second || s.sends != 1 {
					t.Errorf("took %v, sent %d times", took, s.sends)
				}
			})
		})
	}
}

// TestLaunch_InterruptedLooksForAShortTime looks for a launch that was interrupted by Ctrl-C and that the server never received. The error
// says that the lists do not hold it, not that there was no time to look: the search ends before its time is up.
func TestLaunch_InterruptedLooksForAShortTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &server{}
		s.answer = func(int) (error, bool) {
			cancel()
			return &httpapi.ConnectionError{Sent: true, Err: context.Canceled}, false
		}
		begun := time.Now()
		_, err := newLauncher(nowhere()).Launch(ctx, s.request())
		var lost *launch.LostError
		if !errors.As(err, &lost) || lost.Looked != nil || lost.RequestID == "" || s.sends != 1 {
			t.Errorf("got %#v after %d sends", err, s.sends)
		}
		if took := time.Since(begun); took < 1500*time.Millisecond || took > 2500*time.Millisecond || s.looks < 3 {
			t.Errorf("took %v for %d looks", took, s.looks)
		}
	})
}

func TestLaunch_InterruptedWhileLooking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		s := &server{answer: func(int) (error, bool) { return errReset, true }, shows: 4 * time.Second}
		got, err := newLauncher(nowhere()).Launch(ctx, s.request())
		if err != nil || got.ID != "81" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestLaunch_ServerIsAwayForTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		s := &server{answer: func(int) (error, bool) { return errReset, true }, findErr: func(int) error { return errRefused }}
		_, err := newLauncher(nowhere()).Launch(ctx, s.request())
		var lost *launch.LostError
		if !errors.As(err, &lost) || lost.Looked == nil || s.sends != 1 {
			t.Errorf("got %v after %d sends", err, s.sends)
		}
	})
}

// TestLaunch_UnusableList: something other than Puppet Enterprise answers, and there is no deadline.
func TestLaunch_UnusableList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err   error
		limit time.Duration
	}{
		"a page instead of JSON": {errGarbage, 20 * time.Second},
		"no connection":          {errRefused, 11 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: func(int) (error, bool) { return errGarbage, true }, findErr: func(int) error { return test.err }}
				begun := time.Now()
				_, err := newLauncher(nowhere()).Launch(t.Context(), s.request())
				var lost *launch.LostError
				if !errors.As(err, &lost) || !errors.Is(lost.Looked, test.err) || s.sends != 1 {
					t.Errorf("got %v after %d sends", err, s.sends)
				}
				if took := time.Since(begun); took > test.limit {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func TestMark(t *testing.T) {
	t.Parallel()
	own := map[string]any{"ticket": "CHG0001"}
	if got := launch.Mark(own, "id"); !reflect.DeepEqual(got, map[string]any{"ticket": "CHG0001", launch.UserdataKey: "id"}) || len(own) != 1 {
		t.Errorf("got %v, and the given map is now %v", got, own)
	}
	if got := launch.Mark(nil, "id"); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestLaunch_EachHasItsOwnRequestID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	request := launch.Request{Send: func(_ context.Context, requestID string) (string, error) {
		seen[requestID] = true
		return "81", nil
	}}
	for range 3 {
		if _, err := newLauncher(nowhere()).Launch(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	for id := range seen {
		if len(id) != 36 {
			t.Errorf("%q is no UUID", id)
		}
	}
	if len(seen) != 3 {
		t.Errorf("three launches had the request ids %v", seen)
	}
}
