// SPDX-License-Identifier: MPL-2.0

// Package jobwatch waits for jobs and plan jobs to end.
//
// It polls quickly at first and more slowly later, continues after transient failures, and lets all waits of a process share their
// requests.
package jobwatch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// The pace of polling. An end is noticed, on average, half an interval late.
const (
	firstPoll       = 125 * time.Millisecond // the least time before the first poll
	shortestPoll    = 550 * time.Millisecond
	longestPoll     = 5 * time.Second
	elapsedPerPoll  = 10 // once a wait has lasted this many intervals, the interval grows with it
	jitter          = 0.1
	gridPerInterval = 4
	// crowdGrid is how many moments a crowd has in an interval. Together they cost what one wait alone costs twice.
	crowdGrid = 2

	// longestPause is the longest pause that a server can ask of a wait.
	longestPause = 30 * time.Second
	// lastPoll is how long before the end of a wait the last poll begins, so that its answer can still arrive.
	lastPoll = time.Second
)

// Source is how things of one kind are read.
type Source[T any] struct {
	// Get reads one thing.
	Get func(ctx context.Context, id string) (T, error)
	// Recent reads, with one request, the things that changed last. Nil if the server has no such list.
	Recent func(ctx context.Context, limit int) ([]T, error)
	// Same reports whether what the list says is what was read last. Nil if the list says everything.
	Same func(listed, last T) bool
	// Lacks reports whether the list does not say of a thing what it says of others, so that the thing itself is read. Nil if it always does.
	Lacks func(listed T) bool
	// ID and Ended return a thing's id and whether it has ended.
	ID    func(T) string
	Ended func(T) bool
}

// Watcher waits for things of one kind. It is safe for concurrent use.
type Watcher[T any] struct {
	source Source[T]
	polls  *batcher[T]
	// waits is how many waits there are now.
	waits  atomic.Int32
	epoch  time.Time
	settle time.Duration
	// patience is how long nothing but answers of one wrong shape are taken for transient.
	patience time.Duration
}

// New returns a Watcher. settle is how long after its launch the server may not know a thing yet.
func New[T any](source Source[T], settle time.Duration) *Watcher[T] {
	return &Watcher[T]{source: source, polls: newBatcher(source), epoch: time.Now(), settle: settle, patience: DefaultPatience}
}

// WithPatience sets how long nothing but answers of one wrong shape are taken for transient; 0 leaves the default. It returns the watcher,
// which must not be in use yet.
func (w *Watcher[T]) WithPatience(d time.Duration) *Watcher[T] {
	if d > 0 {
		w.patience = d
	}
	return w
}

// Jobs returns a watcher of jobs. See [New].
func Jobs(client *orchestrator.Client, settle time.Duration) *Watcher[orchestrator.Job] {
	return New(Source[orchestrator.Job]{
		Get:    client.Job,
		Recent: client.RecentJobs,
		// A job whose nodes are not counted would be taken at its word.
		Lacks: orchestrator.Job.Uncounted,
		ID:    func(j orchestrator.Job) string { return j.ID },
		Ended: func(j orchestrator.Job) bool { return j.State.Terminal() },
	}, settle)
}

// PlanJobs returns a watcher of plan jobs. Servers before PE 2019.8.8 do not list them in order of change, so each is read by itself there.
// What a list says of a plan job is less than the plan job itself, so that one that has changed is read.
func PlanJobs(client *orchestrator.Client, settle time.Duration) *Watcher[orchestrator.PlanJob] {
	return New(Source[orchestrator.PlanJob]{
		Get:    client.PlanJob,
		Recent: client.LatestPlanJobs,
		Same: func(listed, last orchestrator.PlanJob) bool {
			return listed.State == last.State && listed.Timestamp == last.Timestamp && !listed.State.Terminal()
		},
		ID:    func(j orchestrator.PlanJob) string { return j.ID },
		Ended: func(j orchestrator.PlanJob) bool { return j.State.Terminal() },
	}, settle)
}

// ErrGone says that the record disappeared while it was being watched: the server has pruned it.
var ErrGone = errors.New("the server no longer knows it")

// Wait returns a thing once it has ended. changed, if it is not nil, is called with every new reading, from the calling goroutine.
//
// Wait continues after connection failures, answers that are unusable or not PE's own, 429 and the 5xx statuses until ctx ends, and reads
// the thing once more right before that. It then returns what was read last; known tells whether anything was; and the error wraps the
// context's cause and names the last failure. When, for the patience of the watcher, there is nothing but answers of one wrong shape, the
// wait ends with an [UselessError]. Any other error of the server ends the wait at once; it is [ErrGone], wrapped, if the thing
// had been seen before. If the server does not know a thing that was never seen, Wait continues for the settling time: right after a launch
// the server may not show it yet.
func (w *Watcher[T]) Wait(ctx context.Context, id string, changed func(T)) (last T, known bool, err error) {
	started := time.Now()
	var trouble error
	end, wrong := ending{}, streak{}
	w.waits.Add(1)
	defer w.waits.Add(-1)
	for delay := w.first(started); ; delay = w.delay(started, trouble) {
		if err := sleep(ctx, end.shorten(ctx, delay)); err != nil {
			return last, known, interrupted(err, trouble, known)
		}
		reading, err := w.polls.read(httpapi.WithoutRetries(ctx), id, last, known)
		useless := wrong.add(err, time.Now(), w.patience)
		switch {
		case err == nil:
			trouble = nil
			last, known = reading, true
			if changed != nil {
				changed(reading)
			}
			if w.source.Ended(reading) {
				return last, true, nil
			}
		case ctx.Err() != nil:
			return last, known, interrupted(context.Cause(ctx), trouble, known)
		case useless != nil:
			return last, known, useless
		case httpapi.Transient(err), orchestrator.IsUnknownJob(err) && !known && time.Since(started) < w.settle:
			trouble = err
		case orchestrator.IsUnknownJob(err) && known:
			return last, true, fmt.Errorf("%w: %w", ErrGone, err)
		default:
			return last, known, err
		}
	}
}

// ending makes sure that a thing is read once more right before the end of a wait.
type ending struct{ seen bool }

// shorten shortens, once, the delay before a poll that would otherwise come after the end of the wait.
func (e *ending) shorten(ctx context.Context, delay time.Duration) time.Duration {
	deadline, bounded := ctx.Deadline()
	left := time.Until(deadline)
	if !bounded || e.seen || delay < left-lastPoll {
		return delay
	}
	e.seen = true
	return min(delay, max(left-lastPoll, left/2))
}

// interruptedError describes a wait whose context has ended.
type interruptedError struct {
	text  string
	cause error
}

func (e *interruptedError) Error() string { return e.text }

// Unwrap returns the cause of the context's end.
func (e *interruptedError) Unwrap() error { return e.cause }

func interrupted(cause, trouble error, known bool) error {
	switch {
	case trouble != nil:
		return &interruptedError{"the last poll failed: " + trouble.Error(), cause}
	case !known:
		return &interruptedError{"there was no time to read it", cause}
	default:
		return cause
	}
}

// delay is the time until the next poll. After a failure it honours what the server asks for, within limits.
func (w *Watcher[T]) delay(started time.Time, trouble error) time.Duration {
	now := time.Now()
	interval := min(max(now.Sub(started)/elapsedPerPoll, shortestPoll), longestPoll)
	var apiErr *httpapi.Error
	if errors.As(trouble, &apiErr) && apiErr.RetryAfter > 0 {
		return min(apiErr.RetryAfter, longestPause)
	}
	if w.crowded() {
		return tick(now.Sub(w.epoch), interval) - now.Sub(w.epoch)
	}
	spread := jitter * (2*rand.Float64() - 1) //nolint:gosec // it only has to differ between processes.
	jittered := time.Duration(float64(interval) * (1 + spread))
	return align(now.Sub(w.epoch)+jittered, interval) - now.Sub(w.epoch)
}

// first is the time until the first poll. It is at a moment of a crowd, because others may start at about the same time.
func (w *Watcher[T]) first(started time.Time) time.Duration {
	since := started.Sub(w.epoch)
	return tick(since+firstPoll, shortestPoll) - since
}

// crowded reports whether there are so many waits that one list replaces their polls.
func (w *Watcher[T]) crowded() bool { return int(w.waits.Load()) >= batchFrom && w.polls.lists() }

// align moves a poll to the nearest point of a grid that all waits of a watcher share, so that waits of about the same age poll at the same
// moment and one request can serve them. Times are since the beginning of the watcher.
func align(at, interval time.Duration) time.Duration {
	return at.Round(interval.Truncate(shortestPoll) / gridPerInterval)
}

// tick is the next moment at which a crowd polls, all of it at once: one request serves them, so that it can come more often.
// Moments of long intervals are among those of short ones.
func tick(now, interval time.Duration) time.Duration {
	grid := interval.Truncate(shortestPoll) / crowdGrid
	return now.Truncate(grid) + grid
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
