// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// searches is how often a wait looks for its own job after it was given another one.
const searches = 5

// isGone reports whether nothing more can be learnt about a job: the server has no record of it, or gave its number to another.
func isGone(err error) bool {
	return orchestrator.IsUnknownJob(err) || errors.Is(err, launch.ErrNotOurs)
}

// read reads the job of a record. Where its number belongs to somebody else's, the job that carries our request id is read, and
// the record gets its number. The error is [launch.ErrNotOurs] when there is none.
func (r *jobResource[M, R, P]) read(ctx context.Context, record P, memo *jobMemo) (now R, err error) {
	id := record.job().ID.ValueString()
	now, err = r.family.Read(ctx, r.Clients, id)
	if err != nil {
		return now, err
	}
	if found := r.family.Trace(now); found.IsOurs(id, memo.RequestID) {
		memo.RequestID = found.RequestID
		return now, nil
	}
	if err := r.relocate(ctx, record, *memo); err != nil {
		return now, err
	}
	id = record.job().ID.ValueString()
	if now, err = r.family.Read(ctx, r.Clients, id); err == nil && !r.family.Trace(now).IsOurs(id, memo.RequestID) {
		err = launch.ErrNotOurs
	}
	return now, err
}

// relocate looks for the job that carries our request id, and puts its number into the record.
func (r *jobResource[M, R, P]) relocate(ctx context.Context, record P, memo jobMemo) error {
	ids, err := r.Launcher.Locate(ctx, memo.Launched, func(ctx context.Context) ([]string, error) {
		return r.find(ctx, memo.RequestID, time.Now())
	})
	if err != nil {
		return &launch.StrangerError{ID: record.job().ID.ValueString(), RequestID: memo.RequestID, Err: err}
	}
	if len(ids) == 0 {
		return launch.ErrNotOurs
	}
	record.located(r.Clients, ids[0])
	return nil
}

// watch waits for the end of the job of a record. Each reading has to be ours: it neither waits for nor judges another job, even if answers
// are mixed up or numbers are assigned again. It reports when it follows another number than before.
func (r *jobResource[M, R, P]) watch(ctx context.Context, record P, memo jobMemo, diags *diag.Diagnostics) (last R, seen bool, err error) {
	progress := r.logProgress(ctx, record)
	for range searches {
		id := record.job().ID.ValueString()
		watched, cancel := context.WithCancelCause(ctx)
		strange := false
		_, _, err = r.family.Wait(watched, r.Clients, id, func(now R) {
			if strange = strange || !r.family.Trace(now).IsOurs(id, memo.RequestID); strange {
				cancel(launch.ErrNotOurs)
				return
			}
			last, seen = now, true
			progress(now)
		})
		cancel(nil)
		if !strange {
			return last, seen, err
		}
		if err = r.relocate(ctx, record, memo); err != nil {
			return last, seen, err
		}
		if now := record.job().ID.ValueString(); now != id {
			diags.AddWarning(fmt.Sprintf("%s is %s %s", record.title(), r.family.Noun(), now),
				fmt.Sprintf("The %s %s, which the server had returned, was started by somebody else. Something in front of it may mix up its "+
					"answers. This resource follows what carries its own request id: %s", r.family.Noun(), id, record.job().URL.ValueString()))
			r.Journal.Correct(memo.RequestID, now)
		}
	}
	return last, seen, launch.ErrNotOurs
}
