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
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

// always answers every attempt in the same way, first only the first one; the others are carried out.
func always(err error, started bool) func(int) (error, bool) {
	return func(int) (error, bool) { return err, started }
}

func first(err error, started bool) func(int) (error, bool) {
	return func(send int) (error, bool) {
		if send == 1 {
			return err, started
		}
		return nil, true
	}
}

// TestLaunch_OnlyPEMaySayNo answers launches with each status, as PE's own error and as anything else. Only some of PE's own are believed;
// after all others the launch is looked for, found if it was carried out, and not sent again if it was not.
func TestLaunch_OnlyPEMaySayNo(t *testing.T) {
	t.Parallel()
	refusals := []int{400, 401, 403, 404, 405, 409, 415, 422}
	for _, code := range []int{
		302, 400, 401, 403, 404, 405, 406, 407, 408, 409, 410, 413, 415, 418, 421, 422, 425, 431, 499, 500, 501, 504, 505, 507, 520, 522, 524, 599,
	} {
		for name, answer := range map[string]error{"PE": status(code), "a proxy": page(code), "what guards PE": &httpapi.Error{Status: code, Text: code == http.StatusForbidden}} {
			for _, started := range []bool{true, false} {
				t.Run(fmt.Sprintf("%d of %s, started %v", code, name, started), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						s := &server{answer: always(answer, started)}
						got, err := newLauncher(nowhere()).Launch(t.Context(), s.request())
						var lost *launch.LostError
						switch refused := name == "PE" && slices.Contains(refusals, code) || name == "what guards PE" && code == http.StatusForbidden; {
						case refused && (!errors.Is(err, answer) || errors.As(err, &lost) || s.looks > 0):
							t.Errorf("it was refused, and not: %+v, %v after %d looks", got, err, s.looks)
						case !refused && started && (err != nil || got.ID != "81" || !got.Adopted):
							t.Errorf("it was not found: %+v, %v", got, err)
						case !refused && !started && (!errors.As(err, &lost) || lost.Sends != 1):
							t.Errorf("nobody knows, and not: %+v, %v", got, err)
						}
						if s.sends != 1 {
							t.Errorf("it was sent %d times", s.sends)
						}
					})
				})
			}
		}
	}
}

// TestLaunch_ServersThatAskToComeBackLater answers 429 and 503, before and after the fact.
func TestLaunch_ServersThatAskToComeBackLater(t *testing.T) {
	t.Parallel()
	after := func(d time.Duration) error { return &httpapi.Error{Status: 429, RetryAfter: d} }
	tests := map[string]struct {
		server               server
		id                   string // "" if nobody knows
		others               []string
		sends, looks, atMost int
		least, most          time.Duration
	}{
		"503 of a proxy after the fact":  {server: server{answer: always(page(503), true)}, id: "81", sends: 1, looks: 1, most: time.Second},
		"503 of PE after the fact":       {server: server{answer: always(status(503), true)}, id: "81", sends: 1, looks: 1, most: time.Second},
		"429 after the fact":             {server: server{answer: always(page(429), true)}, id: "81", sends: 1, looks: 1, most: time.Second},
		"503 before the fact":            {server: server{answer: first(page(503), false)}, id: "81", sends: 2, looks: 2, most: time.Second},
		"429 of PE before the fact":      {server: server{answer: first(status(429), false)}, id: "81", sends: 2, looks: 2, most: time.Second},
		"429 with a time to come back":   {server: server{answer: first(after(7*time.Second), false)}, id: "81", sends: 2, looks: 2, least: 7 * time.Second, most: 8 * time.Second},
		"429 with a long time":           {server: server{answer: always(after(5*time.Minute), true)}, id: "81", sends: 1, looks: 1, least: 15 * time.Second, most: 16 * time.Second},
		"429 with a long time, for real": {server: server{answer: first(after(5*time.Minute), false)}, id: "81", sends: 2, looks: 3, least: 5 * time.Minute, most: 6 * time.Minute},
		"503 for ever":                   {server: server{answer: always(page(503), false)}, sends: 7, least: 40 * time.Second, most: 2 * time.Minute},
		"it shows up too late": {
			server: server{answer: first(page(503), true), shows: 800 * time.Millisecond},
			id:     "82", others: []string{"81"}, sends: 2, most: 2 * time.Second,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				s := &test.server
				request := s.request()
				if len(test.others) > 0 {
					find := request.Find
					request.Find = func(ctx context.Context, id string, sent time.Time) ([]string, error) {
						if s.sends > 1 {
							time.Sleep(time.Second)
						}
						return find(ctx, id, sent)
					}
				}
				got, err := newLauncher(nowhere()).Launch(t.Context(), request)
				var lost *launch.LostError
				if got.ID != test.id || !slices.Equal(got.Others, test.others) || errors.As(err, &lost) != (test.id == "") {
					t.Errorf("got %+v, %v", got, err)
				}
				if s.sends != test.sends || test.looks > 0 && s.looks != test.looks {
					t.Errorf("sent %d times and looked %d times, want %d and %d", s.sends, s.looks, test.sends, test.looks)
				}
				if lost != nil && lost.Sends != test.sends {
					t.Errorf("the error says that it was sent %d times", lost.Sends)
				}
				if took := time.Since(begun); took < test.least || took > test.most {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestLaunch_RefusedAfterADoubt: what PE refuses the second time may have been carried out the first time.
func TestLaunch_RefusedAfterADoubt(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{true, false} {
		t.Run(fmt.Sprintf("carried out the first time: %v", late), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{shows: 5 * time.Second}
				s.answer = func(send int) (error, bool) {
					if send == 1 {
						return page(503), late
					}
					return status(401), false
				}
				dir := t.TempDir() + "/pe-launches/default"
				notes := journal.New(dir, time.Now)
				request := s.request()
				request.Fingerprint = "task facts"
				got, err := newLauncher(notes).Launch(t.Context(), request)
				var lost *launch.LostError
				if late && (err != nil || got.ID != "81") || !late && (!errors.As(err, &lost) || !lost.Noted || httpapi.StatusOf(err) != 401) {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		})
	}
}

// TestLaunch_InterruptedInThePause presses Ctrl-C while the launcher waits for a busy server. Nothing more is sent; what was started is
// found, and otherwise the note is kept.
func TestLaunch_InterruptedInThePause(t *testing.T) {
	t.Parallel()
	for _, started := range []bool{true, false} {
		t.Run(fmt.Sprintf("started %v", started), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				s := &server{answer: always(&httpapi.Error{Status: 503, RetryAfter: 10 * time.Second}, started)}
				notes := journal.New(t.TempDir()+"/pe-launches/default", time.Now)
				request := s.request()
				request.Fingerprint = "task facts"
				begun := time.Now()
				got, err := newLauncher(notes).Launch(ctx, request)
				var lost *launch.LostError
				if started && (err != nil || got.ID != "81") || !started && (!errors.As(err, &lost) || !lost.Noted || lost.Looked != nil) {
					t.Errorf("got %+v, %v", got, err)
				}
				if took := time.Since(begun); s.sends != 1 || took > 6*time.Second {
					t.Errorf("it was sent %d times, in %v", s.sends, took)
				}
			})
		})
	}
}

// TestLaunch_NoTimeForThePause is asked to come back after the end of the operation.
func TestLaunch_NoTimeForThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s := &server{answer: always(&httpapi.Error{Status: 503, RetryAfter: 10 * time.Minute}, false)}
		begun := time.Now()
		_, err := newLauncher(nowhere()).Launch(ctx, s.request())
		var lost *launch.LostError
		if took := time.Since(begun); !errors.As(err, &lost) || lost.Looked != nil || s.sends != 1 || took > 20*time.Second {
			t.Errorf("got %v after %d sends and %v", err, s.sends, took)
		}
	})
}

// TestLaunch_LessTimeThanTheSettlingTime has a time limit that is shorter than what a launch may take to show up.
func TestLaunch_LessTimeThanTheSettlingTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		find func(int) error
		says string
	}{
		"the list does not hold it":  {nil, "the time for the operation was up, so it was looked for during 5s only. It was not in the list, but it may take up to 15s to show up there"},
		"the list cannot be read":    {func(int) error { return page(502) }, "the time for the operation was up, so it was looked for during 5s only, and the last attempt to read the list failed:"},
		"the list does not answer":   {func(int) error { return &httpapi.ConnectionError{Sent: true, Err: context.DeadlineExceeded} }, "the time for the operation was up"},
		"the list may not be read":   {func(int) error { return status(403) }, "403"},
		"the list is of another one": {func(int) error { return page(404) }, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				defer cancel()
				s := &server{answer: always(errReset, false), findErr: test.find}
				_, err := newLauncher(nowhere()).Launch(ctx, s.request())
				var lost *launch.LostError
				if !errors.As(err, &lost) || lost.Looked == nil || !strings.Contains(lost.Looked.Error(), test.says) || s.sends != 1 {
					t.Fatalf("got %#v after %d sends", err, s.sends)
				}
				if text := err.Error() + lost.Looked.Error(); strings.Contains(text, "deadline") {
					t.Errorf("nobody understands %q", text)
				}
			})
		})
	}
}

// TestLaunch_OldServersThatAskToComeBackLater: without userdata nothing can be recognised. A command that PE itself defers is sent again;
// one that a proxy defers is not.
func TestLaunch_OldServersThatAskToComeBackLater(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer  error
		started bool
		id      string
		sends   int
	}{
		"PE":                       {status(503), false, "81", 3},
		"a proxy":                  {page(503), false, "", 2},
		"a proxy, after the fact":  {page(503), true, "", 2},
		"a refusal after PE's 503": {status(403), false, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{}
				s.answer = func(send int) (error, bool) {
					switch send {
					case 1:
						return errUserdata, false
					case 2:
						return test.answer, test.started
					default:
						return nil, true
					}
				}
				got, err := newLauncher(nowhere()).Launch(t.Context(), s.request())
				if got.ID != test.id || (err == nil) != (test.id != "") || s.sends != test.sends || len(s.startedAt) > 1 {
					t.Errorf("got %+v, %v after %d sends of which %d were carried out", got, err, s.sends, len(s.startedAt))
				}
			})
		})
	}
}

// TestLaunch_HowOftenIsSet limits how often a busy server is asked again.
func TestLaunch_HowOftenIsSet(t *testing.T) {
	t.Parallel()
	for _, times := range []int{0, 1, 3} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{answer: always(page(503), false)}
			launcher := launch.New(launch.DefaultSettle, nowhere(), slog.New(slog.DiscardHandler)).WithRepeats(times)
			if _, err := launcher.Launch(t.Context(), s.request()); httpapi.StatusOf(err) != http.StatusServiceUnavailable || s.sends != times+1 {
				t.Errorf("%d: %v after %d sends", times, err, s.sends)
			}
		})
	}
}

// creation is a request for something that carries no userdata.
func (s *server) creation(ledger *launch.Ledger, before ...string) launch.Request {
	request := s.request()
	request.Ledger = ledger
	request.Before = func(context.Context) ([]string, error) { return before, nil }
	return request
}

// TestCreation_TakesNobodyElsesThing has something of the same content on the server before the first creation, whose answer is lost.
func TestCreation_TakesNobodyElsesThing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before     []string
		unlisted   error
		found      []string
		want       string
		candidates []string
		old        []string
	}{
		"it was there before":             {before: []string{"7"}, found: []string{"7"}, old: []string{"7"}},
		"one was there, one is new":       {before: []string{"7"}, found: []string{"7", "9"}, want: "9"},
		"it is new":                       {found: []string{"9"}, want: "9"},
		"two are new":                     {found: []string{"9", "10"}, candidates: []string{"9", "10"}},
		"nobody knows what was there":     {unlisted: status(403), found: []string{"9"}, candidates: []string{"9"}},
		"nobody knows, and there is none": {unlisted: status(403)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: always(errReset, false)}
				request := s.creation(&launch.Ledger{})
				request.Before = func(context.Context) ([]string, error) { return test.before, test.unlisted }
				request.Find = func(context.Context, string, time.Time) ([]string, error) { return test.found, nil }
				got, err := newLauncher(nowhere()).Launch(t.Context(), request)
				if got.ID != test.want || got.Adopted != (test.want != "") || (err == nil) != got.Adopted || s.sends != 1 {
					t.Fatalf("got %+v, %v after %d sends", got, err, s.sends)
				}
				var lost *launch.LostError
				if errors.As(err, &lost) && (!reflect.DeepEqual(lost.Candidates, test.candidates) || !reflect.DeepEqual(lost.Before, test.old) || !errors.Is(lost.Unlisted, test.unlisted)) {
					t.Errorf("got %+v", lost)
				}
			})
		})
	}
}

// TestCreation_ListsOnce has many concurrent creations: what exists before them is listed once, even if that fails.
func TestCreation_ListsOnce(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]error{"listed": nil, "not listed": status(403)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := &launch.Ledger{}
			lists, sends := make(chan bool, 100), make(chan bool, 100)
			done := make(chan error, 100)
			launcher := newLauncher(nowhere())
			for i := range 100 {
				go func() {
					_, err := launcher.Launch(t.Context(), launch.Request{
						Ledger: ledger,
						Before: func(context.Context) ([]string, error) { lists <- true; return nil, fails },
						Send:   func(context.Context, string) (string, error) { sends <- true; return fmt.Sprint(i), nil },
					})
					done <- err
				}()
			}
			for range 100 {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
			if len(lists) != 1 || len(sends) != 100 {
				t.Errorf("%d lists for %d creations", len(lists), len(sends))
			}
		})
	}
}

// TestCreation_InterruptedBeforeItIsSent ends while existing objects are listed.
func TestCreation_InterruptedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s := &server{answer: always(nil, true)}
		request := s.creation(&launch.Ledger{})
		request.Before = func(ctx context.Context) ([]string, error) { <-ctx.Done(); return nil, ctx.Err() }
		_, err := newLauncher(nowhere()).Launch(ctx, request)
		var lost *launch.LostError
		if err == nil || errors.As(err, &lost) || strings.Contains(err.Error(), "deadline") || !errors.Is(err, context.DeadlineExceeded) || s.sends != 0 {
			t.Errorf("got %v after %d sends", err, s.sends)
		}
		time.Sleep(time.Minute) // the list ends by itself
	})
}

// TestCreation_WaitsForTheAnswersOfOthers has two equal creations in progress: the first was lost before the server received it, and finds
// what the second has created before the second knows it.
func TestCreation_WaitsForTheAnswersOfOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ledger, launcher := &launch.Ledger{}, newLauncher(nowhere())
		var there atomic.Pointer[[]string]
		there.Store(&[]string{})
		request := func(send func(context.Context, string) (string, error)) launch.Request {
			return launch.Request{
				Ledger: ledger, Send: send,
				Before: func(context.Context) ([]string, error) { return nil, nil },
				Find:   func(context.Context, string, time.Time) ([]string, error) { return *there.Load(), nil },
			}
		}
		second := make(chan string)
		go func() {
			got, err := launcher.Launch(t.Context(), request(func(context.Context, string) (string, error) {
				there.Store(&[]string{"7"})
				time.Sleep(5 * time.Second)
				return "7", nil
			}))
			if err != nil {
				t.Error(err)
			}
			second <- got.ID
		}()
		time.Sleep(time.Second)
		got, err := launcher.Launch(t.Context(), request(func(context.Context, string) (string, error) { return "", errReset }))
		var lost *launch.LostError
		if !errors.As(err, &lost) || !reflect.DeepEqual(lost.Before, []string{"7"}) {
			t.Errorf("the first got %+v, %v", got, err)
		}
		if id := <-second; id != "7" {
			t.Errorf("the second got %q", id)
		}
	})
}

// TestCreation_ServersThatAskToComeBackLater answers creations with 429 and 503. They are sent again when PE itself defers them, or when a
// second one does no harm and none has shown up.
func TestCreation_ServersThatAskToComeBackLater(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer   error
		started  bool
		harmless bool
		found    bool // in the list, if it was started
		sends    int
		took     time.Duration
	}{
		"PE puts it off":                             {status(503), false, false, true, 2, time.Second},
		"a proxy, after the fact":                    {page(503), true, false, true, 1, time.Second},
		"a proxy, after the fact, harmless":          {page(429), true, true, true, 1, time.Second},
		"a proxy, before the fact":                   {page(503), false, false, false, 1, 16 * time.Second},
		"a proxy, before the fact, harmless":         {page(503), false, true, true, 2, 17 * time.Second},
		"the connection broke, harmless all the way": {errReset, false, true, false, 1, 16 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: first(test.answer, test.started)}
				request := s.creation(&launch.Ledger{})
				request.Harmless = test.harmless
				begun := time.Now()
				got, err := newLauncher(nowhere()).Launch(t.Context(), request)
				var lost *launch.LostError
				if (got.ID == "81") != test.found || errors.As(err, &lost) == test.found || s.sends != test.sends || len(s.startedAt) > 1 {
					t.Errorf("got %+v, %v after %d sends", got, err, s.sends)
				}
				if took := time.Since(begun); took > test.took {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}
