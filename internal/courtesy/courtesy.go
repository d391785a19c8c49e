// SPDX-License-Identifier: MPL-2.0

// Package courtesy asks for what an operation can do without: what only improves a message, a warning or a check. A person waits
// meanwhile, so that each such question has a short time of its own, also where nobody answers at all: where packets are dropped, not even
// a connection is refused.
package courtesy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Budget is how long what an operation can do without may take.
const Budget = 2 * time.Second

// ErrLate says that there was no answer within [Budget].
var ErrLate = errors.New("there was no answer within 2 seconds")

// ErrSilent says that nobody was asked, because an earlier question has had no answer.
var ErrSilent = errors.New("an earlier question has had no answer")

// Brief limits a context to [Budget]. [context.Cause] is then [ErrLate].
func Brief(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, Budget, ErrLate)
}

// Late reports whether it is the time of [Brief] that is up, and not the operation that was interrupted.
func Late(ctx context.Context) bool { return errors.Is(context.Cause(ctx), ErrLate) }

// Patience is the time for the questions of one kind. It is spent once in the life of a process, however many objects ask: whoever asks
// while others wait has what is left of their time, and after silence nobody is asked any more. The zero value is ready for use, by
// several goroutines at once.
type Patience struct {
	mu sync.Mutex
	// waiting is how many wait, until when.
	waiting int
	until   time.Time
	spent   bool
	told    bool
}

// Ask asks, within the time. The error is that of ask, with [ErrLate] where the time was up, or [ErrSilent].
func Ask[T any](ctx context.Context, p *Patience, ask func(context.Context) (T, error)) (found T, err error) {
	until, ok := p.begin(time.Now())
	if !ok {
		return found, ErrSilent
	}
	short, cancel := context.WithDeadlineCause(ctx, until, ErrLate)
	defer cancel()
	found, err = ask(short)
	late := err != nil && ctx.Err() == nil && Late(short)
	p.end(late || ctx.Err() == nil && errors.As(err, new(*httpapi.ConnectionError)))
	if late {
		err = fmt.Errorf("%w: %w", ErrLate, err)
	}
	return found, err
}

// Unanswered reports whether an error of [Ask] says that there was no answer in time, to this question or to an earlier one.
func Unanswered(err error) bool { return errors.Is(err, ErrLate) || errors.Is(err, ErrSilent) }

// Unnamed is a sentence to end the advice about what somebody else has already: who that is, the server has not said in time. It is empty
// where none of the errors of [Ask] says so.
func Unnamed(errs ...error) string {
	if !Unanswered(errors.Join(errs...)) {
		return ""
	}
	return " Which one, the server has not said in time."
}

// First reports whether it is called for the first time, for a word about a failure that is said once.
func (p *Patience) First() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := !p.told
	p.told = true
	return first
}

func (p *Patience) begin(now time.Time) (until time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spent {
		return until, false
	}
	if p.waiting == 0 {
		p.until = now.Add(Budget)
	}
	p.waiting++
	return p.until, true
}

func (p *Patience) end(silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
	p.spent = p.spent || silent
}
