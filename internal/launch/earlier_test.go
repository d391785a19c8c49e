// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

// earlier is a launch that a process noted before it was killed.
func earlier(id string, unmarked bool) journal.Entry {
	return journal.Entry{
		RequestID: "11111111-2222-3333-4444-555555555555", Fingerprint: "task facts", Collection: "jobs",
		ID: id, Unmarked: unmarked, Sent: time.Now().Add(-time.Minute),
	}
}

// notesOfTheDead returns the folder of a journal with the notes of a process that has ended.
func notesOfTheDead(t *testing.T, entries ...journal.Entry) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pe-launches", "default")
	for _, e := range entries {
		dead := journal.New(dir, time.Now).ForState(e.State)
		if err := dead.Record(e); err != nil {
			t.Fatal(err)
		}
		// Close keeps what was not delivered, like the end of the process.
		if err := dead.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestEarlier_WhatADeadProcessHasStarted(t *testing.T) {
	t.Parallel()
	anew := launch.Result{ID: "90"}
	tests := map[string]struct {
		left []journal.Entry
		// What the server knows: the ids that carry the request id of the earlier process, and whether its lists can be read.
		there   []string
		failing error
		want    launch.Result
		lost    *launch.LostError
		sends   int
	}{
		"nothing": {nil, nil, nil, anew, nil, 1},
		"it had its id": {
			[]journal.Entry{earlier("82", false)}, []string{"82"}, nil, launch.Result{ID: "82", Adopted: true, Earlier: true}, nil, 0,
		},
		"its id is gone": {
			[]journal.Entry{earlier("82", false)}, nil, nil, launch.Result{ID: "90", Forgotten: "82"}, nil, 1,
		},
		"it had no answer, and the server had started it": {
			[]journal.Entry{earlier("", false)}, []string{"82"}, nil, launch.Result{ID: "82", Adopted: true, Earlier: true}, nil, 0,
		},
		"it had no answer, and the server had started nothing": {
			[]journal.Entry{earlier("", false)}, nil, nil, anew, nil, 1,
		},
		"it had its id, and nobody can tell": {
			[]journal.Entry{earlier("82", false)}, nil, status(403), launch.Result{},
			&launch.LostError{RequestID: earlier("", false).RequestID, Noted: true, Candidates: []string{"82"}, Looked: status(403), Err: launch.ErrKilled}, 0,
		},
		"it had no answer, and nobody can tell": {
			[]journal.Entry{earlier("", false)}, nil, status(403), launch.Result{},
			&launch.LostError{RequestID: earlier("", false).RequestID, Noted: true, Looked: status(403), Err: launch.ErrKilled}, 0,
		},
		"without userdata, it had its id": {
			[]journal.Entry{earlier("82", true)}, []string{"82"}, nil, launch.Result{ID: "82", Adopted: true, Earlier: true, Unmarked: true}, nil, 0,
		},
		"without userdata, it had no answer": {
			[]journal.Entry{earlier("", true)}, []string{"82"}, nil, launch.Result{},
			&launch.LostError{Candidates: []string{"82"}, Err: launch.ErrKilled}, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := notesOfTheDead(t, test.left...)
			sends := 0
			request := launch.Request{
				Fingerprint: "task facts", Collection: "jobs",
				Send: func(context.Context, string) (string, error) { sends++; return "90", nil },
				Find: func(_ context.Context, requestID string, _ time.Time) ([]string, error) {
					if requestID != earlier("", false).RequestID {
						t.Errorf("looked for %q", requestID)
					}
					return test.there, test.failing
				},
				Confirm: func(_ context.Context, id, _ string) (bool, error) {
					return reflect.DeepEqual(test.there, []string{id}), test.failing
				},
				Candidates: func(context.Context) ([]string, error) { return test.there, nil },
			}
			notes := journal.New(dir, time.Now)
			got, err := newLauncher(notes).Launch(t.Context(), request)
			if test.want.Earlier && !test.want.Unmarked != (got.RequestID == earlier("", false).RequestID) {
				t.Errorf("the result names the request id %q", got.RequestID)
			}
			got.Past = launch.Past{}
			if got.RequestID, got.Others = "", nil; !reflect.DeepEqual(got, test.want) || sends != test.sends {
				t.Errorf("got %+v after %d sends, want %+v after %d", got, sends, test.want, test.sends)
			}
			var lost *launch.LostError
			if errors.As(err, &lost) != (test.lost != nil) {
				t.Fatalf("error %#v, want %#v", err, test.lost)
			}
			if lost != nil && (lost.RequestID != test.lost.RequestID || lost.Noted != test.lost.Noted || !slices.Equal(lost.Candidates, test.lost.Candidates) ||
				!errors.Is(lost, launch.ErrKilled) || httpapi.StatusOf(lost.Looked) != httpapi.StatusOf(test.lost.Looked)) {
				t.Errorf("error %#v, want %#v", lost, test.lost)
			}
		})
	}
}

// TestEarlier_LooksForALostLaunchAgain: what one process could not find, the next one looks for before it starts anything.
func TestEarlier_LooksForALostLaunchAgain(t *testing.T) {
	t.Parallel()
	dir := notesOfTheDead(t)
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(int) (error, bool) { return status(504), false }}
		request := s.request()
		request.Fingerprint, request.Collection = "task facts", "jobs"
		notes := journal.New(dir, time.Now)
		_, err := newLauncher(notes).Launch(t.Context(), request)
		var lost *launch.LostError
		if !errors.As(err, &lost) || !lost.Noted {
			t.Fatalf("got %#v", err)
		}
		if err := notes.Close(); err != nil {
			t.Fatal(err)
		}

		// The server was working on it all the time.
		s.startedAt = append(s.startedAt, time.Now())
		got, err := newLauncher(journal.New(dir, time.Now)).Launch(t.Context(), request)
		if err != nil || !got.Earlier || got.ID != "81" || s.sends != 1 {
			t.Errorf("got %+v, %v after %d sends", got, err, s.sends)
		}
	})
}

// TestEarlier_InterruptedBeforeItIsShown: an apply that is interrupted at once has no time to wait until the server shows what a process
// that was killed right before has started. The next one still looks for it.
func TestEarlier_InterruptedBeforeItIsShown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		left := earlier("", false)
		left.Sent = time.Now().Add(-2 * time.Second)
		dir := notesOfTheDead(t, left)
		s := &server{shows: 5 * time.Second, startedAt: []time.Time{left.Sent}}
		request := s.request()
		request.Fingerprint, request.Collection = left.Fingerprint, left.Collection
		notes := journal.New(dir, time.Now)
		interrupted, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newLauncher(notes).Launch(interrupted, request)
		var lost *launch.LostError
		if !errors.As(err, &lost) || !lost.Noted || lost.Looked == nil {
			t.Errorf("got %#v", err)
		}
		if err := notes.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := newLauncher(journal.New(dir, time.Now)).Launch(t.Context(), request)
		if err != nil || !got.Earlier || got.ID != "81" || s.sends != 0 {
			t.Errorf("got %+v, %v after %d sends", got, err, s.sends)
		}
	})
}

// TestEarlier_RefusedLaunchIsNotNoted: the server has refused, so the next process has nothing to look for.
func TestEarlier_RefusedLaunchIsNotNoted(t *testing.T) {
	t.Parallel()
	dir := notesOfTheDead(t)
	s := &server{answer: func(int) (error, bool) { return status(403), false }}
	request := s.request()
	request.Fingerprint, request.Collection = "task facts", "jobs"
	notes := journal.New(dir, time.Now)
	if _, err := newLauncher(notes).Launch(t.Context(), request); err == nil {
		t.Fatal("no error")
	}
	if err := notes.Close(); err != nil {
		t.Fatal(err)
	}
	if e, found := journal.New(dir, time.Now).Claim(t.Context(), "task facts"); found {
		t.Errorf("%+v was left", e)
	}
}

// TestEarlier_NotesOfOthers has notes that are not meant for the launch, or may not be.
func TestEarlier_NotesOfOthers(t *testing.T) {
	t.Parallel()
	note := func(change func(*journal.Entry)) journal.Entry {
		e := earlier("82", false)
		change(&e)
		return e
	}
	delivered := note(func(e *journal.Entry) { e.Delivered = true })
	superseded := note(func(e *journal.Entry) { e.Superseded = "83's" })
	theirs := note(func(e *journal.Entry) { e.State = "theirs" })
	unplanned := note(func(e *journal.Entry) { e.Unplanned = true })
	both := note(func(e *journal.Entry) { e.Superseded, e.Unplanned = "83's", true })
	old := note(func(e *journal.Entry) { e.Sent = time.Now().Add(-journal.Lifetime - time.Minute) })
	oldAndDelivered := note(func(e *journal.Entry) { e.Sent, e.Delivered = old.Sent, true })
	for name, test := range map[string]struct {
		left    journal.Entry
		state   string
		whole   bool
		letGo   bool
		runs    bool
		want    string
		over    []string
		unclear *launch.UnclearError
	}{
		"delivered, and everything in the state was seen": {delivered, "", true, false, true, "82", nil, nil},
		"delivered, and only a part was seen":             {delivered, "", false, false, true, "", nil, &launch.UnclearError{ID: "82", RequestID: delivered.RequestID}},
		"superseded, and let go":                          {superseded, "", true, true, true, "90", []string{"82"}, nil},
		"superseded, and not let go":                      {superseded, "", true, false, true, "", nil, &launch.UnclearError{ID: "82", RequestID: delivered.RequestID, Why: launch.Superseded}},
		"an apply since then had nothing to do":           {unplanned, "", true, false, true, "", nil, &launch.UnclearError{ID: "82", RequestID: delivered.RequestID, Why: launch.Unplanned}},
		"superseded, and an apply had nothing to do":      {both, "", true, false, true, "", nil, &launch.UnclearError{ID: "82", RequestID: delivered.RequestID, Why: launch.Superseded}},
		"old, and it runs":                                {old, "", true, false, true, "82", nil, nil},
		"old, and it has ended":                           {old, "", true, false, false, "90", []string{"82"}, nil},
		"old and delivered, and it has ended":             {oldAndDelivered, "", false, false, false, "90", []string{"82"}, nil},
		"young, and it has ended":                         {earlier("82", false), "", true, false, false, "82", nil, nil},
		"for another state":                               {theirs, "ours", true, false, true, "", nil, &launch.UnclearError{ID: "82", RequestID: delivered.RequestID, Why: launch.Elsewhere}},
		"for the same state":                              {theirs, "theirs", true, false, true, "82", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notes := journal.New(notesOfTheDead(t, test.left), time.Now).WithCommand(command.Command{ID: "1", Verb: "apply", CoversAll: test.whole}).
				ForState(test.state)
			got, err := newLauncher(notes).Launch(t.Context(), launch.Request{
				Fingerprint: "task facts", Collection: "jobs",
				Send:    func(context.Context, string) (string, error) { return "90", nil },
				Confirm: func(context.Context, string, string) (bool, error) { return true, nil },
				Earlier: launch.Earlier{
					Runs:      func(context.Context, string) (bool, error) { return test.runs, nil },
					Forgotten: func(requestID string) bool { return test.letGo && requestID == "83's" },
				},
			})
			var unclear *launch.UnclearError
			if errors.As(err, &unclear); !reflect.DeepEqual(unclear, test.unclear) || (err != nil) != (test.unclear != nil) {
				t.Fatalf("got %v, want %v", err, test.unclear)
			}
			if got.ID != test.want || !reflect.DeepEqual(got.Past.Over, test.over) {
				t.Errorf("got %+v", got)
			}
		})
	}
}
