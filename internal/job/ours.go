package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// searches is how often a wait looks for its own job after it was given another one.
const searches = 5

// errNotOurs says that the job with the expected number belongs to somebody else.
var errNotOurs = errors.New("what has this number now was not started by this resource: its userdata are others. Puppet Enterprise may " +
	"have been reinstalled, or something in front of it mixes up answers")

// isGone reports whether nothing more can be learnt about a job: the server has no record of it, or has given its number to another job.
func isGone(err error) bool { return orchestrator.IsUnknownJob(err) || errors.Is(err, errNotOurs) }

// isOurs reports whether a reading is about the job that was asked for. Without userdata, only its number can tell.
func (t trace) isOurs(id, requestID string) bool {
	return t.id == id && (requestID == "" || !t.keepsUserdata || t.requestID == requestID)
}

// read reads the job of a record. If its number belongs to somebody else's job, read looks for the job that carries our request id and puts
// its number into the record. The error is [errNotOurs] when there is none.
func (r *jobResource[M, R, P]) read(ctx context.Context, record P, memo *jobMemo) (now R, err error) {
	id := record.job().ID.ValueString()
	now, err = r.family.Read(ctx, r.Clients, id)
	if err != nil {
		return now, err
	}
	if found := r.family.trace(now); found.isOurs(id, memo.RequestID) {
		memo.RequestID = found.requestID
		return now, nil
	}
	if err := r.relocate(ctx, record, *memo); err != nil {
		return now, err
	}
	id = record.job().ID.ValueString()
	if now, err = r.family.Read(ctx, r.Clients, id); err == nil && !r.family.trace(now).isOurs(id, memo.RequestID) {
		err = errNotOurs
	}
	return now, err
}

// relocate looks for the job that carries our request id, and puts its number into the record.
func (r *jobResource[M, R, P]) relocate(ctx context.Context, record P, memo jobMemo) error {
	ids, err := r.Launcher.Locate(ctx, memo.Launched, func(ctx context.Context) ([]string, error) {
		return r.find(ctx, memo.RequestID, time.Now())
	})
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return errNotOurs
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
		_, _, err = r.family.wait(watched, r.Clients, id, func(now R) {
			if strange = strange || !r.family.trace(now).isOurs(id, memo.RequestID); strange {
				cancel(errNotOurs)
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
			diags.AddWarning(fmt.Sprintf("%s is %s %s", record.title(), r.family.noun(), now),
				fmt.Sprintf("The %s %s, which the server had named, was started by somebody else. Something in front of it may mix up its "+
					"answers. This resource follows what carries its own request id: %s", r.family.noun(), id, record.job().URL.ValueString()))
			r.Journal.Correct(memo.RequestID, now)
		}
	}
	return last, seen, errNotOurs
}
