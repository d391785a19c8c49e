// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"context"
	"fmt"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// look reads the server's lists until something is found, or until a list that was read after the settling time of a launch holds nothing:
// without an error, and without anything found, nothing was started. Transient failures are tolerated while ctx lasts, unusable answers
// only for the settling time: what gives them is not Puppet Enterprise.
func (l *Launcher) look(
	ctx context.Context, sent time.Time, find func(context.Context) ([]string, error), found func(ids []string) bool,
) ([]string, error) {
	if ctx.Err() == nil {
		return l.lookUntil(ctx, sent.Add(l.settle), find, found)
	}
	// A user who has pressed Ctrl-C does not want to wait.
	begun := time.Now()
	short := min(l.settle, Farewell/2)
	ids, err := l.lookUntil(ctx, sent.Add(short), find, found)
	if err == nil && !found(ids) && time.Now().Before(sent.Add(l.settle)) {
		err = &cutShortError{looked: time.Since(begun), settle: l.settle, err: endOf(ctx)}
	}
	return ids, err
}

// lookUntil is look with the time after which a list must have been read to count. It returns the ids of the last list that could be read,
// even with an error.
func (l *Launcher) lookUntil(
	ctx context.Context, settled time.Time, find func(context.Context) ([]string, error), found func(ids []string) bool,
) (ids []string, err error) {
	begun := time.Now()
	bears := latest(settled, begun.Add(l.settle))
	longer, cancel := outlasting(ctx)
	defer cancel()

	for pause := l.firstPause(); ; pause = min(2*pause, longestLook) {
		asked := time.Now()
		read, err := find(longer)
		if err == nil {
			ids = read
		}
		switch {
		case err == nil && (found(ids) || !asked.Before(settled)):
			return ids, nil
		case err != nil && longer.Err() == nil && (!httpapi.Transient(err) || asked.After(bears.Add(outlives(err)))):
			return ids, err
		}
		if wait(longer, pause) != nil {
			return ids, &cutShortError{looked: time.Since(begun), settle: l.settle, trouble: err, err: endOf(longer)}
		}
	}
}

// firstPause is the time between the first two looks.
func (l *Launcher) firstPause() time.Duration {
	return max(min(firstLook, l.settle/4), shortestLook)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// outlives is how much longer than the settling time failures of the lists are tolerated.
func outlives(err error) time.Duration {
	if httpapi.UnusableAnswer(err) {
		return 0
	}
	return patience
}

// confirm reports whether what an earlier process has started exists and carries its request id. When the server does not know something so
// soon after the launch, it may only not show it yet.
func (l *Launcher) confirm(ctx context.Context, r Request, left journal.Entry) (bool, error) {
	// A clock may have been wrong, so that the launch appears to be in the future.
	settled := left.Sent.Add(l.settle)
	if most := time.Now().Add(l.settle); settled.After(most) {
		settled = most
	}
	for pause := l.firstPause(); ; pause = min(2*pause, longestLook) {
		asked := time.Now()
		there, err := r.Confirm(ctx, left.ID, carried(left))
		if there || err != nil || !asked.Before(settled) {
			return there, err
		}
		if err := wait(ctx, pause); err != nil {
			return false, fmt.Errorf("the server did not know it yet when %w", err)
		}
	}
}

// cutShortError says that the search for what was started ended before the settling time was over.
type cutShortError struct {
	looked, settle time.Duration
	// trouble is why the last list could not be read, nil if it was read and did not hold it.
	trouble error
	err     error
}

func (e *cutShortError) Error() string {
	if e.trouble != nil {
		return fmt.Sprintf("%s, so it was looked for during %s only, and the last attempt to read the list failed: %s",
			e.err, duration.Text(rounded(e.looked)), e.trouble)
	}
	return fmt.Sprintf("%s, so it was looked for during %s only. It was not in the list, but it may take up to %s to show up there",
		e.err, duration.Text(rounded(e.looked)), duration.Text(e.settle))
}

// Unwrap returns the end of the context and the failure of the list.
func (e *cutShortError) Unwrap() []error { return []error{e.err, e.trouble} }

func rounded(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }

// endedError is the end of a context in words.
type endedError struct{ cause error }

func (e *endedError) Error() string { return httpapi.EndReason(e.cause) }

// Unwrap returns the cause.
func (e *endedError) Unwrap() error { return e.cause }

// endOf returns why a context has ended.
func endOf(ctx context.Context) error { return &endedError{context.Cause(ctx)} }

// outlasting returns a context that lasts a few seconds longer than ctx, so that an interrupted launch is not forgotten.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(Farewell, func() { cancel(context.Cause(ctx)) })
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
		return endOf(ctx)
	}
}
