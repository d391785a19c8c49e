package launch

import (
	"cmp"
	"context"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// Earlier is how what earlier processes have started is looked for, where that is more than notes and request ids.
type Earlier struct {
	// Keyed returns what carries the same key and inputs, and is to be taken over: "" when there is nothing. Nil without a key.
	Keyed func(ctx context.Context) (id, requestID string, err error)
}

// Past is what is known of what earlier processes have started.
type Past struct {
	// Keyed tells that what is taken over was found by its key.
	Keyed bool
}

// recall takes over what was learnt of earlier processes.
func (r *Result) recall(earlier Result) {
	r.Forgotten, r.Past = earlier.Forgotten, earlier.Past
}

// takeOver looks for what an earlier process has started and did not live to tell. The result has no id when there is nothing.
func (l *Launcher) takeOver(ctx context.Context, r Request) (Result, error) {
	var result Result
	for r.Fingerprint != "" {
		left, found := l.journal.Claim(ctx, r.Fingerprint)
		if !found {
			break
		}
		ids, err := l.trace(ctx, r, left)
		if err != nil {
			return Result{}, err
		}
		if len(ids) > 0 {
			left.ID = ids[0]
			l.note(ctx, left)
			return Result{ID: ids[0], RequestID: carried(left), Adopted: true, Earlier: true, Unmarked: left.Unmarked, Others: ids[1:]}, nil
		}
		l.journal.Drop(left.RequestID)
		result.Forgotten = cmp.Or(left.ID, result.Forgotten)
	}
	if r.Earlier.Keyed == nil {
		return result, nil
	}
	id, requestID, err := r.Earlier.Keyed(ctx)
	if id != "" {
		result = Result{ID: id, RequestID: requestID, Past: Past{Keyed: true}}
	}
	return result, err
}

// trace returns the ids of what a launch of an earlier process has started, as far as the server still knows.
func (l *Launcher) trace(ctx context.Context, r Request, left journal.Entry) ([]string, error) {
	switch {
	case left.ID != "":
		there, err := r.Confirm(ctx, left.ID, carried(left))
		if err != nil {
			return nil, &LostError{RequestID: carried(left), Noted: true, Candidates: []string{left.ID}, Looked: err, Err: ErrKilled}
		}
		if !there {
			return nil, nil
		}
		return []string{left.ID}, nil
	case left.Unmarked:
		// Whoever reads the error can look. The next apply is then meant to start it.
		l.journal.Drop(left.RequestID)
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

// Locate looks for something that was sent at a time and whose id turned out to be somebody else's.
func (l *Launcher) Locate(ctx context.Context, sent time.Time, find func(ctx context.Context) ([]string, error)) ([]string, error) {
	return l.look(ctx, sent, find, func(ids []string) bool { return len(ids) > 0 })
}
