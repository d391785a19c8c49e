// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// Earlier says how to look for what earlier processes have started, beyond notes and request ids.
type Earlier struct {
	// Keyed returns the job that carries the same key and inputs and is to be adopted, "" if there is none. Nil without a key.
	Keyed func(ctx context.Context) (id, requestID string, err error)
	// Runs reports whether something still runs. Nil for things that do not end.
	Runs func(ctx context.Context, id string) (bool, error)
	// Candidates returns the ids of what a launch that was sent at a given time may have started, where nothing else identifies it. Nil means
	// the candidates of the request.
	Candidates func(ctx context.Context, sent time.Time) (ids []string, err error)
	// Forgotten reports whether this process has removed from the state what carries a request id. Nil where that is not known.
	Forgotten func(requestID string) bool
}

// Past is what is known of launches by earlier processes.
type Past struct {
	// Keyed is true when the adopted thing was found by its key.
	Keyed bool
	// Over are the ids of what earlier processes have started and nobody waits for any more.
	Over []string
	// LaunchedElsewhere is true when another running process has started the same in the same directory.
	LaunchedElsewhere bool
	// Sent is when the adopted thing was first sent, zero if that is not known.
	Sent time.Time
}

// ErrUnclear says that an earlier process has started something that may or may not be what is asked for.
var ErrUnclear = errors.New("an earlier apply has started the same")

// Doubt is why something may not be what is asked for.
type Doubt int

const (
	// Unseen means that it was delivered to Terraform, but has not been seen in the state.
	Unseen Doubt = iota
	// Superseded means that a replacement for something that was started later is planned with the same inputs.
	Superseded
	// Unplanned means that a later apply had nothing to do.
	Unplanned
	// Elsewhere means that it was started for another state.
	Elsewhere
)

// UnclearError names what could not be told apart.
type UnclearError struct {
	ID, RequestID string
	Why           Doubt
}

func (e *UnclearError) Error() string { return ErrUnclear.Error() + ": " + e.ID }

// Unwrap returns [ErrUnclear].
func (e *UnclearError) Unwrap() error { return ErrUnclear }

// fate is what to do with a note that was claimed.
type fate int

const (
	// takeIt: the note is about what is asked for.
	takeIt fate = iota
	// itIsOver: something that was started later has replaced it.
	itIsOver
	// itIsUnclear: it may belong to something else.
	itIsUnclear
)

// fateOf decides on a note, and says why it is unclear if it is.
func fateOf(left journal.Entry, j *journal.Journal, letGo func(requestID string) bool) (fate, Doubt) {
	switch {
	case j.Elsewhere(left):
		return itIsUnclear, Elsewhere
	case left.Superseded != "" && letGo != nil && letGo(left.Superseded):
		return itIsOver, 0
	case left.Superseded != "":
		return itIsUnclear, Superseded
	case left.Unplanned:
		return itIsUnclear, Unplanned
	case left.Delivered && !j.CoversAll(): // What is in the state was not all seen.
		return itIsUnclear, Unseen
	default:
		return takeIt, 0
	}
}

// recall copies what was found out about earlier processes.
func (r *Result) recall(earlier Result) {
	r.Forgotten, r.Past = earlier.Forgotten, earlier.Past
}

// takeOver looks for something that an earlier process started but never reported. The result has no id if there is nothing.
func (l *Launcher) takeOver(ctx context.Context, r Request) (Result, error) {
	var result Result
	for r.Fingerprint != "" {
		left, found := l.journal.Claim(ctx, r.Fingerprint)
		if !found {
			result.Past.LaunchedElsewhere = l.journal.LaunchedElsewhere(r.Fingerprint)
			break
		}
		taken, err := l.consider(ctx, r, left, &result)
		if err != nil || taken.ID != "" {
			return taken, err
		}
	}
	if r.Earlier.Keyed == nil {
		return result, nil
	}
	id, requestID, err := r.Earlier.Keyed(ctx)
	if id != "" {
		result.ID, result.RequestID, result.Past.Keyed = id, requestID, true
	}
	return result, err
}

// consider decides on a note that was claimed, and adopts what it is about. Otherwise the result says why not.
func (l *Launcher) consider(ctx context.Context, r Request, left journal.Entry, result *Result) (Result, error) {
	verdict, why := fateOf(left, l.journal, r.Earlier.Forgotten)
	if verdict == itIsOver {
		l.journal.Drop(left.RequestID)
		result.Past.Over = append(result.Past.Over, cmp.Or(left.ID, left.RequestID))
		return Result{}, nil
	}
	ids, err := l.trace(ctx, r, left)
	if err != nil {
		return Result{}, err
	}
	if len(ids) == 0 {
		l.journal.Drop(left.RequestID)
		result.Forgotten = cmp.Or(left.ID, result.Forgotten)
		return Result{}, nil
	}
	old, err := l.old(ctx, r, left, ids[0])
	switch {
	case err != nil:
		return Result{}, err
	case old:
		l.journal.Drop(left.RequestID)
		result.Past.Over = append(result.Past.Over, ids[0])
		return Result{}, nil
	case verdict == itIsUnclear:
		return Result{}, &UnclearError{ID: ids[0], RequestID: left.RequestID, Why: why}
	}
	left.ID, left.Delivered = ids[0], false
	l.note(ctx, left)
	return Result{
		ID: ids[0], RequestID: carried(left), Adopted: true, Earlier: true, Unmarked: left.Unmarked, Others: ids[1:],
		Past: Past{Over: result.Past.Over, Sent: left.Sent},
	}, nil
}

// old reports whether something was started so long ago that nobody waits for it, and has ended.
func (l *Launcher) old(ctx context.Context, r Request, left journal.Entry, id string) (bool, error) {
	if r.Earlier.Runs == nil || !left.Old(time.Now()) {
		return false, nil
	}
	runs, err := r.Earlier.Runs(ctx, id)
	if err != nil {
		return false, &LostError{RequestID: carried(left), Noted: true, Candidates: []string{id}, Looked: err, Err: ErrKilled}
	}
	return !runs, nil
}

// trace returns the ids of what a launch of an earlier process has started, if the server still knows them.
func (l *Launcher) trace(ctx context.Context, r Request, left journal.Entry) ([]string, error) {
	switch {
	case left.ID != "":
		there, err := l.confirm(ctx, r, left)
		if err != nil {
			return nil, &LostError{RequestID: carried(left), Noted: true, Candidates: []string{left.ID}, Looked: err, Err: ErrKilled}
		}
		if !there {
			return nil, nil
		}
		return []string{left.ID}, nil
	case left.Unmarked:
		// The user who reads the error can look. The next apply is then meant to start it.
		l.journal.Drop(left.RequestID)
		if r.Earlier.Candidates != nil {
			r.Candidates = func(ctx context.Context) ([]string, error) { return r.Earlier.Candidates(ctx, left.Sent) }
		}
		return nil, l.candidates(ctx, r, ErrKilled)
	default:
		find := func(ctx context.Context) ([]string, error) { return r.Find(ctx, left.RequestID, left.Sent) }
		ids, err := l.look(ctx, left.Sent, find, func(ids []string) bool { return len(ids) > 0 })
		if err != nil {
			return nil, &LostError{RequestID: left.RequestID, Noted: true, Looked: err, Err: ErrKilled}
		}
		return ids, nil
	}
}

// Locate looks for something that was sent at a given time and turned out to have another id than the server answered.
func (l *Launcher) Locate(ctx context.Context, sent time.Time, find func(ctx context.Context) ([]string, error)) ([]string, error) {
	return l.look(ctx, sent, find, func(ids []string) bool { return len(ids) > 0 })
}
