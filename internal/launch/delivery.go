// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

const (
	// brokenRepeats is how often a command is sent again after the connection broke and a search found nothing.
	brokenRepeats = 2
	// The pauses before a command is sent again to a server that asks to come back later without saying when.
	shortestPause, longestPause = 500 * time.Millisecond, 30 * time.Second
)

// delivery is one command on its way to the server: how often it was sent, and what may have come of it.
type delivery struct {
	l *Launcher
	r Request
	// note is the entry in the journal.
	note  journal.Entry
	noted bool
	// unlisted is why the objects that existed before are not known, nil if they are.
	unlisted error
	// sends counts how often the command was sent, repeats how many of those followed a lost answer.
	sends   int
	repeats map[loss]int
	// doubt is true when an earlier attempt may have been carried out.
	doubt bool
}

// run sends the command, and finds out what happened when the answer is lost.
func (d *delivery) run(ctx context.Context) (Result, error) {
	var refusal error
	for {
		id, err := d.send(ctx)
		if errors.Is(err, ErrNoUserdata) && refusal != nil {
			// It was not sent without: why it was refused may have nothing to do with userdata.
			err = fmt.Errorf("%w: %w", ErrNoUserdata, refusal)
		}
		if err == nil {
			return d.arrived(ctx, id), nil
		}
		if !d.note.Unmarked && !d.r.NeedsUserdata && mayRefuseUserdata(err) {
			// Such a server has refused every earlier attempt, too.
			d.note.Unmarked, d.doubt, refusal = true, false, err
			continue
		}
		what := lossOf(err)
		if what == nothingHappened {
			if !d.doubt {
				d.l.journal.Drop(d.note.RequestID)
				return Result{}, err
			}
			what = atWork // It says nothing about earlier attempts.
		}
		result, again, err := d.findOut(ctx, what, err)
		if !again {
			return result, err
		}
	}
}

// send sends the command once.
func (d *delivery) send(ctx context.Context) (string, error) {
	d.noted = d.l.note(ctx, d.note)
	d.sends++
	if d.r.Ledger == nil {
		return d.r.Send(ctx, carried(d.note))
	}
	end := d.r.Ledger.begin()
	defer end()
	id, err := d.r.Send(ctx, "")
	if err == nil {
		d.r.Ledger.See(id)
	}
	return id, err
}

// arrived returns what an answered command has started. It also names what an earlier attempt may have started.
func (d *delivery) arrived(ctx context.Context, id string) Result {
	d.note.ID = id
	d.l.note(ctx, d.note)
	result := Result{ID: id, RequestID: carried(d.note), Unmarked: d.r.Ledger == nil && d.note.Unmarked}
	if result.Unmarked {
		// Only now is it known that it was the userdata: the words of a refusal may be the user's own.
		d.l.unmarked.Store(true)
	}
	if !d.doubt || d.r.Ledger != nil || d.note.Unmarked {
		return result
	}
	ids, err := d.find(ctx)
	if err != nil {
		d.l.logger.WarnContext(ctx, "it is not known whether a launch was carried out twice", "error", err.Error())
	}
	result.Others = slices.DeleteFunc(ids, func(other string) bool { return other == id })
	return result
}

// findOut finds out what happened to a command whose answer was lost. again is true when the command may be sent again.
func (d *delivery) findOut(ctx context.Context, what loss, lost error) (result Result, again bool, err error) {
	again = d.mayRepeat(ctx, what, lost)
	if d.r.Ledger == nil && d.note.Unmarked {
		return d.findOutUnmarked(ctx, what, again, lost)
	}
	d.doubt = true
	ids, looked := d.search(ctx, what, again, lost)
	if result, ok := d.adopt(ids); ok {
		d.note.ID, result.RequestID = result.ID, carried(d.note)
		d.l.note(ctx, d.note)
		return result, false, nil
	}
	if again && looked == nil && ctx.Err() == nil && !d.found(ids) {
		d.repeats[what]++
		return Result{}, true, nil
	}
	return Result{}, false, d.lost(ids, looked, lost)
}

// findOutUnmarked is findOut for a server that refuses userdata. What the command started cannot be recognised there, so it is only sent
// again when PE itself says that it has done nothing.
func (d *delivery) findOutUnmarked(ctx context.Context, what loss, again bool, lost error) (Result, bool, error) {
	if what == deferred && again && wait(ctx, d.pause(what, lost)) == nil {
		d.repeats[what]++
		return Result{}, true, nil
	}
	d.l.journal.Drop(d.note.RequestID)
	if what == deferred {
		return Result{}, false, lost
	}
	err := d.l.candidates(ctx, d.r, lost)
	if unknown := (*LostError)(nil); errors.As(err, &unknown) {
		unknown.Sends = d.sends
	}
	return Result{}, false, err
}

// mayRepeat reports whether a command may be sent again if nothing is found.
//
// A command that can be recognised by its request id may be repeated a few times: if an earlier attempt was carried out after all and its
// result shows up too late to be found, both are seen and reported. A command that cannot be recognised would leave two results that nobody
// can tell apart. It is only repeated when PE itself says that it has done nothing, or when the request says that a second one does no
// harm.
func (d *delivery) mayRepeat(ctx context.Context, what loss, lost error) bool {
	switch {
	case ctx.Err() != nil:
		return false
	case what == broken:
		return d.r.Ledger == nil && d.repeats[what] < brokenRepeats
	case what == deferred, what == busy && (d.r.Ledger == nil && !d.note.Unmarked || d.r.Harmless):
		deadline, bounded := ctx.Deadline()
		return d.repeats[what] < d.l.repeats && (!bounded || time.Now().Add(d.pause(what, lost)).Before(deadline))
	default:
		return false
	}
}

// pause is how long to leave alone a server that asks to come back later.
func (d *delivery) pause(what loss, lost error) time.Duration {
	if asked := httpapi.RetryAfter(lost); asked > 0 {
		return asked
	}
	return min(shortestPause<<min(d.repeats[what], 10), longestPause)
}

// search looks for what the command has started until the settling time is over. When the command is to be sent again to a server that
// asked for a pause, search looks once, right before that; in a long pause it looks once more, halfway.
func (d *delivery) search(ctx context.Context, what loss, again bool, lost error) ([]string, error) {
	sent := time.Now()
	if !again || what != deferred && what != busy {
		return d.look(ctx, sent)
	}
	pause := spread(d.pause(what, lost))
	first := min(pause, d.l.settle)
	if wait(ctx, first) == nil && pause > first {
		ids, err := d.l.lookUntil(ctx, time.Now(), d.find, d.found)
		if err != nil || d.found(ids) {
			return ids, err
		}
		_ = wait(ctx, pause-first) // The list is read once more, whether or not the wait was cut short.
	}
	if what == busy && d.r.Ledger != nil {
		return d.look(ctx, sent)
	}
	return d.l.lookUntil(ctx, time.Now(), d.find, d.found)
}

// look looks for what the command has started, if only for a short time because somebody has pressed Ctrl-C. They know why.
func (d *delivery) look(ctx context.Context, sent time.Time) ([]string, error) {
	interrupted := ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded)
	ids, err := d.l.look(ctx, sent, d.find, d.found)
	var short *cutShortError
	if interrupted && errors.As(err, &short) && short.trouble == nil {
		return ids, nil
	}
	return ids, err
}

// spread makes a pause a little longer, by up to a tenth, so that many launches do not come back at once.
func spread(d time.Duration) time.Duration {
	return d + time.Duration(float64(d)/10*rand.Float64()) //nolint:gosec // it only has to differ between launches.
}

// find returns what the command may have started. When there is a new id, it waits for the answers to all creations in progress, because
// the id may belong to one of them.
func (d *delivery) find(ctx context.Context) ([]string, error) {
	ids, err := d.r.Find(ctx, d.note.RequestID, d.note.Sent)
	if err == nil && d.r.Ledger != nil {
		if fresh, _ := d.r.Ledger.split(ids); len(fresh) > 0 {
			err = d.r.Ledger.quiet(ctx)
		}
	}
	return ids, err
}

// found reports whether the search is over.
func (d *delivery) found(ids []string) bool {
	if d.r.Ledger != nil {
		ids, _ = d.r.Ledger.split(ids)
	}
	return len(ids) > 0
}

// adopt chooses what the command has started from what was found. Things that were recognised by their content are only adopted when there
// is no doubt: the earlier objects are known, exactly one is new, and nobody else has claimed it.
func (d *delivery) adopt(ids []string) (Result, bool) {
	if d.r.Ledger == nil {
		if len(ids) == 0 {
			return Result{}, false
		}
		return Result{ID: ids[0], Adopted: true, Others: ids[1:]}, true
	}
	fresh, _ := d.r.Ledger.split(ids)
	if d.unlisted != nil || len(fresh) != 1 || !d.r.Ledger.Claim(fresh[0]) {
		return Result{}, false
	}
	return Result{ID: fresh[0], Adopted: true}, true
}

// lost makes the error for a command whose fate is unknown.
func (d *delivery) lost(ids []string, looked, err error) *LostError {
	lost := &LostError{
		RequestID: carried(d.note), Noted: d.noted, Sends: d.sends, Candidates: ids, Unlisted: d.unlisted, Looked: looked, Err: err,
	}
	if d.r.Ledger != nil {
		lost.Candidates, lost.Before = d.r.Ledger.split(ids)
	}
	return lost
}
