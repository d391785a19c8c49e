// SPDX-License-Identifier: MPL-2.0

package jobrun

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

const (
	// searches is how often a wait looks for its own job after it was given another one.
	searches = 5
	// Farewell is how long the last read of a job may take after a person has interrupted the wait for it.
	Farewell = 2 * time.Second
)

// IsGone reports whether nothing more can be learnt about a job: the server has no record of it, or gave its number to another.
func IsGone(err error) bool {
	return orchestrator.IsUnknownJob(err) || errors.Is(err, launch.ErrNotOurs)
}

// IsStranger reports whether the number of a job was found to be somebody else's.
func IsStranger(err error) bool {
	return errors.As(err, new(*launch.StrangerError)) || errors.Is(err, launch.ErrNotOurs)
}

// Follower follows one job by its number and its request id: each reading has to be ours, even if answers are mixed up or numbers are
// assigned again.
type Follower[R any] struct {
	Jobs Jobs[R]
	// Title names what runs, as the beginning of a sentence; Keeper is who follows it, such as "resource".
	Title, Keeper string
	// ID is the number that is followed, and RequestID what the job carries, "" where that is not known.
	ID, RequestID string
	// Launched is when the job was launched, by the clock of this machine.
	Launched time.Time
	// Moved is called when another number is followed, nil if nobody wants to know.
	Moved func(id string)
}

// Read reads the job. Where its number belongs to somebody else's, the job that carries our request id is read. The error is
// [launch.ErrNotOurs] when there is none.
func (f *Follower[R]) Read(ctx context.Context) (now R, err error) {
	now, err = f.Jobs.Family.Read(ctx, f.Jobs.Clients, f.ID)
	if err != nil {
		return now, err
	}
	if found := f.trace(now); found.IsOurs(f.ID, f.RequestID) {
		f.RequestID = found.RequestID
		return now, nil
	}
	if err := f.relocate(ctx); err != nil {
		return now, err
	}
	if now, err = f.Jobs.Family.Read(ctx, f.Jobs.Clients, f.ID); err == nil && !f.trace(now).IsOurs(f.ID, f.RequestID) {
		err = launch.ErrNotOurs
	}
	return now, err
}

func (f *Follower[R]) trace(now R) launch.Trace { return f.Jobs.Family.Trace(now) }

// relocate looks for the job that carries our request id, and follows its number from then on.
func (f *Follower[R]) relocate(ctx context.Context) error {
	ids, err := f.Jobs.Launcher.Locate(ctx, f.Launched, func(ctx context.Context) ([]string, error) {
		return f.Jobs.Find(ctx, f.RequestID, time.Now())
	})
	if err != nil {
		return &launch.StrangerError{ID: f.ID, RequestID: f.RequestID, Err: err}
	}
	if len(ids) == 0 {
		return launch.ErrNotOurs
	}
	f.ID = ids[0]
	if f.Moved != nil {
		f.Moved(f.ID)
	}
	return nil
}

// Watch waits for the end of the job. changed is called with every reading that is ours. It reports when it follows another number than
// before.
func (f *Follower[R]) Watch(ctx context.Context, changed func(R), diags *diag.Diagnostics) (last R, seen bool, err error) {
	for range searches {
		id := f.ID
		watched, cancel := context.WithCancelCause(ctx)
		strange := false
		_, _, err = f.Jobs.Family.Wait(watched, f.Jobs.Clients, id, func(now R) {
			if strange = strange || !f.trace(now).IsOurs(id, f.RequestID); strange {
				cancel(launch.ErrNotOurs)
				return
			}
			last, seen = now, true
			changed(now)
		})
		cancel(nil)
		if !strange {
			return last, seen, err
		}
		if err = f.relocate(ctx); err != nil {
			return last, seen, err
		}
		if f.ID != id {
			noun := f.Jobs.Family.Noun()
			diags.AddWarning(fmt.Sprintf("%s is %s %s", f.Title, noun, f.ID),
				fmt.Sprintf("The %s %s, which the server had returned, was started by somebody else. Something in front of it may mix up its "+
					"answers. This %s follows what carries its own request id: %s", noun, id, f.Keeper, f.Jobs.URL(f.ID)))
			f.Jobs.Journal.Correct(f.RequestID, f.ID)
		}
	}
	return last, seen, launch.ErrNotOurs
}

// Ours reads the job once. The error is [launch.ErrNotOurs] where its number belongs to somebody else's.
func (f *Follower[R]) Ours(ctx context.Context) error {
	now, err := f.Jobs.Family.Read(ctx, f.Jobs.Clients, f.ID)
	if err == nil && !f.trace(now).IsOurs(f.ID, f.RequestID) {
		return launch.ErrNotOurs
	}
	return err
}

// ReadOnceMore reads the job once more after a person has interrupted the wait for it, on a short context of its own. It returns what was
// known before where that fails, and no error for a job that has ended.
func (f *Follower[R]) ReadOnceMore(ctx context.Context, last R, seen bool, err error) (R, bool, error) {
	short, cancel := context.WithTimeout(context.WithoutCancel(ctx), Farewell)
	defer cancel()
	now, readErr := f.Jobs.Family.Read(httpapi.WithoutRetries(short), f.Jobs.Clients, f.ID)
	switch {
	case readErr != nil || !f.trace(now).IsOurs(f.ID, f.RequestID):
		return last, seen, err
	case f.Jobs.Family.Ended(now):
		return now, true, nil
	default:
		return now, true, err
	}
}

// ProgressOf describes in brackets how far a job is, or returns nothing for a job that was never read.
func (f *Follower[R]) ProgressOf(last R, seen bool) string {
	if !seen {
		return ""
	}
	return " (" + f.Jobs.Family.Progress(last) + ")"
}

// Trouble says what kept a wait from seeing more before its time was up, "" if nothing did.
func (f *Follower[R]) Trouble(seen bool, err error) string {
	if seen && err.Error() == context.DeadlineExceeded.Error() {
		return ""
	}
	return f.Jobs.Sentence(err.Error())
}
