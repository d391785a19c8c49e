// SPDX-License-Identifier: MPL-2.0

package journal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

// CoversAll reports whether the CLI works on everything that is configured and refreshes it first. Everything in the state was then seen
// before anything is applied.
func (j *Journal) CoversAll() bool { return j.command.CoversAll }

// Plan notes that this process plans resources of a collection.
func (j *Journal) Plan(collection string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.planned[collection] == nil {
		j.planned[collection] = map[string]bool{}
	}
}

// PlanLaunch notes that a launch is planned; "" stands for an unknown fingerprint.
func (j *Journal) PlanLaunch(collection, fingerprint string) {
	j.Plan(collection)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.planned[collection][fingerprint] = true
}

// Act notes that something that belongs to a collection is planned to change.
func (j *Journal) Act(collection string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.acts[collection] = true
}

// Incomplete notes that something has failed, or was interrupted, so that what this process has planned may not be everything.
func (j *Journal) Incomplete() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.incomplete = true
}

// wanted is what an entry says that somebody has planned to start in a command. A provider that is configured twice plans in two
// processes, and what one of them wants the other one does not know.
func (j *Journal) wanted() string { return "wanted by " + j.command.ID }

// markUnwanted marks the entries of ended processes that a plan of everything does not need. They are over once that plan is applied, which
// no process does where nothing is to be changed.
func (j *Journal) markUnwanted() {
	if j.dir == "" || j.command.Verb != "apply" || !j.command.CoversAll || j.incomplete || len(j.begun) > 0 {
		return
	}
	j.eachAbandoned(whileOthersMark, func(name string, e Entry) {
		planned, ok := j.planned[e.Collection]
		switch {
		case !ok || e.Unwanted == j.wanted():
			return
		case planned[""] || planned[e.Fingerprint]:
			e.Unwanted = j.wanted()
		case len(planned) == 0 && !j.acts[e.Collection]:
			e.Unplanned, e.Unwanted = true, j.command.ID
		default:
			e.Unwanted = j.command.ID
		}
		j.rewrite(name, e)
	})
}

// Begin notes that this process applies. The first time, it removes and returns the entries of a collection that nothing tracks any more,
// because the plan of everything does not need them, or everything is destroyed.
func (j *Journal) Begin(collection string) (over []Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" || j.command.ID == "" || j.begun[collection] {
		return nil
	}
	j.begun[collection] = true
	destroys := j.command.Verb == "destroy" && j.command.CoversAll
	return j.forget(func(e Entry) bool {
		return e.Collection == collection && (destroys || e.Unwanted == j.command.ID)
	})
}

// forget removes entries of the dead, and returns them.
func (j *Journal) forget(over func(e Entry) bool) (gone []Entry) {
	j.eachAbandoned(0, func(name string, e Entry) {
		if over(e) && os.Remove(name) == nil {
			gone = append(gone, e)
		}
	})
	return gone
}

// Unreadable returns what is in the place of notes and cannot be read: a link in the place of the journal, locks that are no files, and
// files of other processes that hold no entry. They may tell of launches. It looks once.
func (j *Journal) Unreadable() (names []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.checked {
		return nil
	}
	j.checked = true
	if j.dir == "" {
		return nil
	}
	var foreign *foreignError
	if errors.As(j.checkPlace(), &foreign) {
		return []string{foreign.name + ", which is a link or no folder, so that nothing can be noted there"}
	}
	names = j.oddLocks()
	for _, folder := range j.others() {
		for _, name := range entriesIn(folder) {
			if _, err := readEntry(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				names = append(names, name)
			}
		}
	}
	return names
}

// oddLocks returns the locks that are no files. What they belong to is not looked at.
func (j *Journal) oddLocks() (names []string) {
	items, err := os.ReadDir(j.dir)
	if err != nil {
		return nil
	}
	for _, item := range items {
		folder, isLock := strings.CutSuffix(item.Name(), lockExtension)
		if isLock && processName.MatchString(folder) && !item.Type().IsRegular() {
			names = append(names, filepath.Join(j.dir, item.Name()))
		}
	}
	return names
}

// Supersede notes that a launch with a fingerprint is planned to replace something that was launched at a given time, with a request id.
// Entries of earlier launches are not meant for it.
func (j *Journal) Supersede(fingerprint string, launched time.Time, requestID string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" || launched.IsZero() || requestID == "" {
		return
	}
	j.eachAbandoned(0, func(name string, e Entry) {
		if e.Fingerprint == fingerprint && e.Sent.Before(launched) && e.RequestID != requestID {
			e.Superseded = requestID
			j.rewrite(name, e)
		}
	})
}

// whileOthersMark is how long a process that ends waits for the entries that another one of the same command may be marking.
const whileOthersMark = 500 * time.Millisecond

// lookSoon is the time between two attempts to get at the entries that another process works on.
const lookSoon = 10 * time.Millisecond

// eachAbandoned calls a function for every entry of a process that has ended, but for those of other states. It waits some time for entries
// that somebody else works on.
func (j *Journal) eachAbandoned(patience time.Duration, call func(name string, e Entry)) {
	for _, folder := range j.others() {
		names := slices.DeleteFunc(entriesIn(folder), unreadable)
		if len(names) == 0 {
			continue
		}
		lock := lockOf(folder)
		if locked, err := tryLock(lock, patience); err != nil || !locked {
			continue
		}
		for _, name := range names {
			if e, err := readEntry(name); err == nil && !j.Elsewhere(e) {
				call(name, e)
			}
		}
		_ = lock.Unlock()
		sweep(folder)
	}
}

// tryLock takes a lock, unless somebody else holds it for longer than some time.
func tryLock(lock *flock.Flock, patience time.Duration) (bool, error) {
	for ; ; patience -= lookSoon {
		if locked, err := lock.TryLock(); locked || err != nil || patience <= 0 {
			return locked, err
		}
		time.Sleep(lookSoon)
	}
}

func unreadable(name string) bool {
	_, err := readEntry(name)
	return err != nil
}

// rewrite updates an entry of an ended process, as well as it can.
func (j *Journal) rewrite(name string, e Entry) {
	if content, err := json.Marshal(e); err == nil {
		_ = wholefile.WriteDurably(name, temporary, content)
	}
}

// LaunchedElsewhere reports whether a running process has a launch with a fingerprint: two applies work in one directory at once.
func (j *Journal) LaunchedElsewhere(fingerprint string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, folder := range j.others() {
		if len(j.withFingerprint(folder, fingerprint)) == 0 {
			continue
		}
		lock := lockOf(folder)
		if locked, err := lock.TryLock(); err != nil || !locked {
			return true
		}
		_ = lock.Unlock()
	}
	return false
}
