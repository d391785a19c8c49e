// SPDX-License-Identifier: MPL-2.0

package journal

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	// patience is how long Claim waits for a running process that holds a launch with the fingerprint. A provider whose CLI was killed ends
	// within a second or so.
	patience = 3 * time.Second
	// lookAgain is the time between two checks of such a process.
	lookAgain = 100 * time.Millisecond
)

// Claim adopts a launch with a fingerprint from a process that has ended. If there are several, it prefers one that was not delivered to
// Terraform, then the oldest. The entry then belongs to this process.
func (j *Journal) Claim(ctx context.Context, fingerprint string) (Entry, bool) {
	if j.dir == "" {
		return Entry{}, false
	}
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		e, found, alive := j.claim(fingerprint)
		if found || !alive {
			return e, found
		}
		pause := time.NewTimer(lookAgain)
		select {
		case <-pause.C:
		case <-deadline.C:
			pause.Stop()
			return Entry{}, false
		case <-ctx.Done():
			pause.Stop()
			return Entry{}, false
		}
	}
}

// claim looks once. alive is true when a running process has such a launch.
func (j *Journal) claim(fingerprint string) (e Entry, found, alive bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var best *abandoned
	for _, folder := range j.others() {
		entries := slices.DeleteFunc(j.withFingerprint(folder, fingerprint), j.isTheirs)
		if len(entries) == 0 {
			sweep(folder)
			continue
		}
		candidate, lives := j.inspect(folder, entries)
		alive = alive || lives
		best = older(best, candidate)
	}
	if best == nil {
		return Entry{}, false, alive
	}
	found = j.takeOver(best)
	best.release()
	sweep(filepath.Dir(best.name))
	return best.Entry, found, alive
}

// isTheirs reports whether another state has what an entry is about, as far as anybody knows.
func (j *Journal) isTheirs(e Entry) bool { return e.Delivered && j.Elsewhere(e) }

// abandoned is an entry whose process has ended. Its folder is locked.
type abandoned struct {
	Entry
	name string
	lock *flock.Flock
}

func (a *abandoned) release() { _ = a.lock.Unlock() }

func older(a, b *abandoned) *abandoned {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case inOrder(b.Entry, a.Entry) < 0:
		a.release()
		return b
	default:
		b.release()
		return a
	}
}

// inspect returns the first of the entries in the folder of a process that has ended.
func (j *Journal) inspect(folder string, entries []Entry) (oldest *abandoned, alive bool) {
	lock := lockOf(folder)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return nil, true
	}
	return &abandoned{Entry: entries[0], name: filepath.Join(folder, entries[0].RequestID+extension), lock: lock}, false
}

// withFingerprint returns the entries of a folder that have a fingerprint, in the order in which they are to be claimed. It removes entries
// that are too old for the server to have a record.
func (j *Journal) withFingerprint(folder, fingerprint string) (entries []Entry) {
	for _, name := range entriesIn(folder) {
		e, err := readEntry(name)
		switch {
		case err != nil:
		case j.now().Sub(e.Sent) > Keep:
			_ = os.Remove(name)
		case e.Fingerprint == fingerprint:
			if now := j.now(); e.Sent.After(now) {
				e.Sent = now // the clock of this machine was wrong; the launch can be found all the same
			}
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, inOrder)
	return entries
}

// inOrder compares entries by which of them is to be claimed first.
func inOrder(a, b Entry) int {
	switch {
	case a.Delivered && !b.Delivered:
		return 1
	case b.Delivered && !a.Delivered:
		return -1
	default:
		return cmp.Or(a.Sent.Compare(b.Sent), strings.Compare(a.RequestID, b.RequestID))
	}
}

// takeOver moves an entry into the folder of this process.
func (j *Journal) takeOver(a *abandoned) bool {
	if j.settleIn() != nil || os.Rename(a.name, filepath.Join(j.own, filepath.Base(a.name))) != nil {
		return false
	}
	j.mine[a.RequestID] = a.Entry
	return true
}
