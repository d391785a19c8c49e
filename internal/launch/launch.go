// SPDX-License-Identifier: MPL-2.0

// Package launch starts things on the server exactly once, even when the answer is lost.
//
// A command of the orchestrator starts something each time it is received, and the API has no idempotency key. So every launch carries an
// id of its own in its userdata. When the answer is lost, the launcher looks for that id instead of sending the command again.
package launch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-uuid"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// UserdataKey is the key of the request id in the userdata of what a launcher has started.
const UserdataKey = "terraform_request_id"

const (
	// DefaultSettle is the time within which the server's lists must show what was started, after a lost answer.
	DefaultSettle = 15 * time.Second
	// Farewell is how long a launcher looks for what it has started after the caller's context has ended.
	Farewell = 3 * time.Second

	// patience is how long transient failures of the lists are tolerated in an operation without a deadline of its own.
	patience = 10 * time.Minute

	shortestLook, firstLook, longestLook = time.Millisecond, 250 * time.Millisecond, time.Second
)

// newRequestID returns a fresh request id, a random UUID.
func newRequestID() (string, error) {
	id, err := uuid.GenerateUUID()
	if err != nil {
		return "", fmt.Errorf("generating a request id: %w", err)
	}
	return id, nil
}

// Mark returns userdata with a request id in it. The given map is not changed.
func Mark(userdata map[string]any, requestID string) map[string]any {
	marked := maps.Clone(userdata)
	if marked == nil {
		marked = map[string]any{}
	}
	marked[UserdataKey] = requestID
	return marked
}

// Request is something to start. It is recognised either by a request id in its userdata, or, with the help of a Ledger, by its content.
type Request struct {
	// Fingerprint identifies what is started: where, and with which inputs. It holds no secrets. The launch is noted in the journal under it;
	// "" keeps the launch out of the journal.
	Fingerprint string
	// Collection is the URL of the collection that the thing belongs to.
	Collection string
	// Ledger knows the ids that existed before, for things that carry no userdata. Nil for everything else.
	Ledger *Ledger
	// Before lists the ids of everything in the collection. It is called once a process, before the first creation, so that nothing older is
	// mistaken for what was created. Nil if the caller has filled the ledger. Only with a Ledger.
	Before func(ctx context.Context) (ids []string, err error)
	// NeedsUserdata is true when the thing cannot be created without userdata, so that no refusal can be about it.
	NeedsUserdata bool
	// Harmless is true when a second one does no harm. If the thing does not show up, the creation may then be sent again after a pause that
	// something in front of PE has asked for. Only with a Ledger: what carries a request id is recognised anyway.
	Harmless bool
	// Send sends the command and returns the id of what it has started. requestID belongs in the userdata; when it is "", the command must go
	// without userdata.
	Send func(ctx context.Context, requestID string) (id string, err error)
	// Find returns the ids of what the command may have started: things that carry the request id, which was first sent at the given time by
	// this machine's clock, or, with a Ledger, things of the same content.
	Find func(ctx context.Context, requestID string, sent time.Time) (ids []string, err error)
	// Confirm reports whether something still exists and carries the request id, which is "" for things without one. Only needed with a
	// Fingerprint.
	Confirm func(ctx context.Context, id, requestID string) (bool, error)
	// Candidates returns the ids of what the command may have started, on a server that refuses userdata. Nil where that is impossible.
	Candidates func(ctx context.Context) (ids []string, err error)
	// Earlier says how else to look for what earlier processes have started.
	Earlier Earlier
}

// Result is what was started.
type Result struct {
	ID string
	// RequestID is the request id in its userdata, "" if it has none.
	RequestID string
	// Adopted is true when the answer was lost and the thing was found in the server's lists.
	Adopted bool
	// Earlier is true when an earlier process started the thing and never reported it. Nothing was started now.
	Earlier bool
	// Forgotten is the id of something that an earlier process started and the server no longer knows, "" if there is none.
	Forgotten string
	// Unmarked is true when the server refused userdata, so that the thing has none.
	Unmarked bool
	// Others are further things with the same request id, because the command was sent again and carried out twice. There should be none.
	Others []string
	// Past is what else is known of launches by earlier processes.
	Past Past
}

// ErrKilled says that an earlier process sent a command and was killed before it got the answer.
var ErrKilled = errors.New("an earlier apply has sent the command and ended before it had the answer")

// LostError says that the answer to a command was lost, and that it is not known whether the command was carried out.
type LostError struct {
	RequestID string
	// Noted is true when the journal holds the launch, so that the next process looks for it before it starts anything.
	Noted bool
	// Sends is how often the command was sent; 0 when an earlier process sent it.
	Sends int
	// Candidates are the ids of things that the command may have started.
	Candidates []string
	// Before are the ids of things of the same content that the command cannot have created: they existed before, or belong to others.
	Before []string
	// Unlisted is why it is not known whether the candidates existed before, nil if they did not.
	Unlisted error
	// Looked is why the server's lists gave no answer, nil if they were read and hold nothing.
	Looked error
	// Err is how the answer was lost; [ErrKilled] when an earlier process sent the command.
	Err error
}

func (e *LostError) Error() string {
	return "it is not known whether the command was carried out: " + e.Err.Error()
}

// Fate says in a sentence why that is not known. An answer that does not tell was not lost.
func (e *LostError) Fate() string {
	switch status := httpapi.StatusOf(e.Err); {
	case status != 0:
		return fmt.Sprintf("The request was answered with %s, which does not say whether it was carried out.", httpapi.StatusLine(status))
	case isAnswer(e.Err):
		return "The answer to the request makes no sense, so it does not say whether it was carried out."
	default:
		return "The answer to the request was lost."
	}
}

// Unwrap returns how the answer was lost.
func (e *LostError) Unwrap() error { return e.Err }

// Launcher starts things on one server. It is safe for concurrent use.
type Launcher struct {
	settle time.Duration
	// repeats limits how often a command is sent again to a server that asks to come back later.
	repeats int
	journal *journal.Journal
	logger  *slog.Logger
	// unmarked is true once the server has refused something with userdata, and accepted it without.
	unmarked atomic.Bool
}

// New returns a Launcher. settle is how long the lists may take to show what was started; see [DefaultSettle]. Launches are noted in the
// journal. If that fails, the failure is logged and the launch goes on.
func New(settle time.Duration, notes *journal.Journal, logger *slog.Logger) *Launcher {
	return &Launcher{settle: settle, repeats: httpapi.DefaultMaxRetries, journal: notes, logger: logger}
}

// WithRepeats sets how often, at most, a command is sent again to a server that asks to come back later (429, 503). It returns the
// launcher, which must not be in use yet.
func (l *Launcher) WithRepeats(times int) *Launcher {
	l.repeats = times
	return l
}

// Launch starts something once. If an earlier process has started it and never reported it, that is adopted instead.
//
// The error is PE's own refusal; a [*httpapi.ConnectionError] or the end of ctx if nothing was sent; and a [*LostError] if nobody knows.
// When ctx ends while an answer is outstanding, Launch still looks for what it has started, for a few seconds, and returns it without an
// error: the caller must check ctx itself.
func (l *Launcher) Launch(ctx context.Context, r Request) (Result, error) {
	earlier, err := l.takeOver(ctx, r)
	if err != nil || earlier.ID != "" {
		return earlier, err
	}
	result, err := l.start(ctx, r)
	result.recall(earlier)
	return result, err
}

// start sends a command, and finds out what happened when the answer is lost.
func (l *Launcher) start(ctx context.Context, r Request) (Result, error) {
	d := &delivery{l: l, r: r, repeats: map[loss]int{}}
	requestID := ""
	var err error
	switch {
	case r.Ledger == nil:
		requestID, err = newRequestID()
	case r.Before != nil:
		d.unlisted, err = r.Ledger.open(ctx, r.Before)
	}
	if err != nil {
		return Result{}, err
	}
	d.note = journal.Entry{
		RequestID: requestID, Fingerprint: r.Fingerprint, Collection: r.Collection,
		Unmarked: r.Ledger != nil || !r.NeedsUserdata && l.unmarked.Load(), Sent: time.Now(),
	}
	return d.run(ctx)
}

// carried returns the request id that a launch carries.
func carried(note journal.Entry) string {
	if note.Unmarked {
		return ""
	}
	return note.RequestID
}

// note writes what is known of a launch into the journal and reports whether the journal has it.
func (l *Launcher) note(ctx context.Context, note journal.Entry) bool {
	if note.Fingerprint == "" || !l.journal.Enabled() {
		return false
	}
	if err := l.journal.Record(note); err != nil {
		l.logger.WarnContext(ctx, "a launch is not noted, so it cannot be found again should this process be killed", "error", err.Error())
		return false
	}
	return true
}

// candidates makes the error for a server that refuses userdata.
func (l *Launcher) candidates(ctx context.Context, r Request, lost error) error {
	ctx, cancel := outlasting(ctx)
	defer cancel()
	ids, err := r.Candidates(ctx)
	return &LostError{Candidates: ids, Looked: err, Err: lost}
}
