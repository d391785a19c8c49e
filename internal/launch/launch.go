// Package launch starts things on the server exactly once, even when the answer is lost.
//
// A command of the orchestrator starts something each time it is received, and the API has no idempotency key. So every
// launch carries an id of its own in its userdata. When the answer is lost, the launcher looks for the id instead of sending
// the command again.
package launch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-uuid"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// UserdataKey is the key of the request id in the userdata of what a launcher has started.
const UserdataKey = "terraform_request_id"

const (
	// DefaultSettle is how long after a lost answer what was started must show up in the server's lists.
	DefaultSettle = 15 * time.Second
	// maxSends bounds how often a command is sent again after its answer was lost and nothing was found.
	maxSends = 3
	// farewell is how long a launcher looks for what it has started after the caller's context has ended.
	farewell = 3 * time.Second

	firstLook   = 250 * time.Millisecond
	longestLook = time.Second
)

// NewRequestID returns a fresh request id, a random UUID.
func NewRequestID() (string, error) {
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

// Request is something to start. It either carries a RequestID, or is recognised by its content and needs a Ledger.
type Request struct {
	// RequestID is what Find looks for. "" for something that can carry no userdata.
	RequestID string
	// Ledger knows the ids that were there before, for something without a RequestID.
	Ledger *Ledger
	// Send sends the command and returns the id of what it has started. When marked is false, the command must go without
	// userdata.
	Send func(ctx context.Context, marked bool) (id string, err error)
	// Find returns the ids of what the command may have started. With a RequestID, they carry it. Without one, they have the
	// same content.
	Find func(ctx context.Context) (ids []string, err error)
	// Candidates returns the ids of what the command may have started, on a server that refuses userdata. Nil where that
	// cannot be.
	Candidates func(ctx context.Context) (ids []string, err error)
}

// Result is what was started.
type Result struct {
	ID string
	// Adopted tells that the answer was lost and that the thing was found in the server's lists.
	Adopted bool
	// Unmarked tells that the server refuses userdata, so that the thing went without any.
	Unmarked bool
	// Others are further things that carry the same request id. There should be none.
	Others []string
}

// LostError says that the answer to a command was lost and that it is not known whether the command was carried out.
type LostError struct {
	RequestID string
	// Candidates are the ids of things that the command may have started.
	Candidates []string
	// Looked is why the server's lists could not tell, nil if they were read and hold nothing.
	Looked error
	// Err is how the answer was lost.
	Err error
}

func (e *LostError) Error() string {
	return "the answer was lost and it is not known whether the command was carried out: " + e.Err.Error()
}

// Unwrap returns how the answer was lost.
func (e *LostError) Unwrap() error { return e.Err }

// Launcher starts things on one server. It is safe for concurrent use.
type Launcher struct {
	settle time.Duration
	// unmarked is set once the server has refused userdata.
	unmarked atomic.Bool
}

// New returns a Launcher. settle is how long what was started may take to show up in lists; see [DefaultSettle].
func New(settle time.Duration) *Launcher { return &Launcher{settle: settle} }

// Launch starts something once. The error is what the server said, if it said no; a [*httpapi.ConnectionError] if it cannot
// have received anything; and a [*LostError] if nobody knows. When ctx ends while an answer is outstanding, Launch still
// looks for what it has started, for a few seconds, and returns it without an error: the caller must see to ctx itself.
func (l *Launcher) Launch(ctx context.Context, r Request) (Result, error) {
	marked := r.RequestID != "" && !l.unmarked.Load()
	for sends := 1; ; sends++ {
		id, err := r.Send(ctx, marked)
		if err == nil {
			if r.Ledger != nil {
				r.Ledger.See(id)
			}
			return Result{ID: id, Unmarked: r.RequestID != "" && !marked}, nil
		}
		if marked && refusesUserdata(err) {
			l.unmarked.Store(true)
			marked = false
			continue
		}
		loss := lossOf(err)
		if loss == nothingHappened {
			return Result{}, err
		}

		if r.RequestID != "" && !marked {
			return Result{}, l.candidates(ctx, r, err)
		}
		ids, looked := l.look(ctx, r)
		if result, ok := r.adopt(ids); ok {
			return result, nil
		}
		// Only what can be recognised may be sent again: another one could not be told from the first.
		if loss == atWork || looked != nil || r.Ledger != nil || sends >= maxSends || ctx.Err() != nil {
			return Result{}, &LostError{RequestID: r.RequestID, Candidates: ids, Looked: looked, Err: err}
		}
	}
}

// adopt chooses what the command has started among what was found. Things that were recognised by their content are adopted
// only when there is no doubt: exactly one is new, and nobody else has taken it.
func (r Request) adopt(ids []string) (Result, bool) {
	if r.Ledger == nil {
		if len(ids) == 0 {
			return Result{}, false
		}
		return Result{ID: ids[0], Adopted: true, Others: ids[1:]}, true
	}
	fresh := r.Ledger.unseen(ids)
	if len(fresh) != 1 || !r.Ledger.claim(fresh[0]) {
		return Result{}, false
	}
	return Result{ID: fresh[0], Adopted: true}, true
}

// found reports whether looking on is pointless.
func (r Request) found(ids []string) bool {
	if r.Ledger != nil {
		ids = r.Ledger.unseen(ids)
	}
	return len(ids) > 0
}

// look reads the server's lists until something is found, or until a list that was read after the settling time holds
// nothing. Trouble that passes is outlived while ctx lasts.
func (l *Launcher) look(ctx context.Context, r Request) ([]string, error) {
	settle := l.settle
	if ctx.Err() != nil {
		settle = min(settle, farewell/2)
	}
	settled := time.Now().Add(settle)
	ctx, cancel := outlasting(ctx)
	defer cancel()

	for pause := min(firstLook, settle/4); ; pause = min(2*pause, longestLook) {
		asked := time.Now()
		ids, err := r.Find(ctx)
		switch {
		case err == nil && (r.found(ids) || !asked.Before(settled)):
			return ids, nil
		case err != nil && !httpapi.Transient(err):
			return nil, err
		}
		if wait(ctx, pause) != nil {
			return nil, fmt.Errorf("looking for what was started: %w", errors.Join(context.Cause(ctx), err))
		}
	}
}

// candidates makes the error for a server that refuses userdata.
func (l *Launcher) candidates(ctx context.Context, r Request, lost error) error {
	ctx, cancel := outlasting(ctx)
	defer cancel()
	ids, err := r.Candidates(ctx)
	return &LostError{Candidates: ids, Looked: err, Err: lost}
}

// outlasting returns a context that goes on for a few seconds after ctx has ended, so that an interrupted launch is not
// forgotten.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(farewell, func() { cancel(context.Cause(ctx)) })
	})
	return longer, func() {
		stop()
		cancel(context.Canceled)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// loss tells what may have become of a command that has failed.
type loss int

const (
	// nothingHappened: the server said no, or it cannot have received the command.
	nothingHappened loss = iota
	// broken: the connection broke. What does not show up within the settling time was not carried out.
	broken
	// atWork: the server, or something in front of it, may still be at work on the command, or has accepted it.
	atWork
)

func lossOf(err error) loss {
	var conn *httpapi.ConnectionError
	if errors.As(err, &conn) {
		switch {
		case !conn.Sent:
			return nothingHappened
		case conn.Timeout, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return atWork
		default:
			return broken
		}
	}
	var decode *httpapi.DecodeError
	var without *orchestrator.AnswerWithoutIDError
	if errors.As(err, &decode) || errors.As(err, &without) {
		return atWork
	}
	switch httpapi.StatusOf(err) {
	case http.StatusBadGateway:
		return broken
	case http.StatusGatewayTimeout, http.StatusInternalServerError:
		return atWork
	default:
		return nothingHappened
	}
}

// refusesUserdata reports whether the server has refused a command because it does not know userdata (before PE 2019.8.5). A
// 400 ran nothing.
func refusesUserdata(err error) bool {
	var apiErr *httpapi.Error
	return errors.As(err, &apiErr) && apiErr.Status == http.StatusBadRequest &&
		strings.Contains(strings.ToLower(apiErr.Message+string(apiErr.Details)), "userdata")
}
