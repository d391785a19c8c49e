// SPDX-License-Identifier: MPL-2.0

// Package journal remembers launches when the process that made them dies.
//
// Terraform learns the id of a job when the provider returns it. When the provider or the CLI is killed before that, the state has nothing
// of the job, and the next apply would start it again. So each launch is written to a file before it is sent, and the file is removed once
// the id is known to be in the state. A file that a dead process has left behind tells the next one which request to look for on the
// server.
//
// A note is not always meant for whoever finds it. The state may have the job, if it was delivered; a later launch may have replaced it;
// and a later apply may have wanted something else. The note holds what is known of that.
//
// A journal helps where it can and never gets in the way: a launch goes on when nothing can be written.
package journal

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/hashicorp/go-uuid"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

const (
	// Keep is how long an entry is kept: the server deletes its records of jobs after 30 days by default.
	Keep = 30 * 24 * time.Hour
	// Lifetime is how long somebody still expects what an entry is about to be adopted after it has ended.
	Lifetime = 6 * time.Hour
)

// Entry is what is known of a launch.
type Entry struct {
	// RequestID is the request id of the launch, a UUID. It names the entry.
	RequestID string `json:"request_id"`
	// Fingerprint identifies what was to be started: where, and with which inputs. It holds no secrets.
	Fingerprint string `json:"fingerprint"`
	// Collection is the URL of the collection that the launched thing belongs to.
	Collection string `json:"collection"`
	// ID is the id that the server has answered, "" before that.
	ID string `json:"id,omitempty"`
	// Unmarked is true when the launch was sent without its request id, to a server that accepts no userdata.
	Unmarked bool `json:"unmarked,omitempty"`
	// Sent is when the launch was first sent, by this machine's clock.
	Sent time.Time `json:"sent"`
	// Delivered is true when the id was passed to Terraform, so that a state may have it.
	Delivered bool `json:"delivered,omitempty"`
	// Superseded is the request id of something that was started later, whose replacement is planned with the same inputs.
	Superseded string `json:"superseded,omitempty"`
	// State identifies the state that the launch was for, as [StateOf] does; "" where that is not known.
	State string `json:"state,omitempty"`
	// Unwanted is the id of the command that has planned everything without this.
	Unwanted string `json:"unwanted,omitempty"`
	// Unplanned is true once a later apply of everything had nothing to do in the collection. Either nobody wants this any more, or
	// something that this provider does not see has kept that apply from planning it.
	Unplanned bool `json:"unplanned,omitempty"`
}

// Old reports whether the entry is so old that nobody expects something that has ended to be adopted.
func (e Entry) Old(now time.Time) bool { return now.Sub(e.Sent) > Lifetime }

// Journal holds the entries of this process, and finds those that others have left behind. It is safe for concurrent use.
type Journal struct {
	dir     string
	now     func() time.Time
	command command.Command
	state   string

	mu sync.Mutex
	// own is the folder of this process, "" before it has an entry.
	own  string
	lock *flock.Flock
	// mine are the entries of this process by request id.
	mine map[string]Entry
	// left are the files of other processes by what they have started; nil before the first search.
	left map[thing][]string
	// planned are the fingerprints of what this process has planned to start, by collection; "" stands for an unknown fingerprint.
	planned map[string]map[string]bool
	// seen is what this process has seen in the state.
	seen map[thing]bool
	// begun are the collections in which this process has begun to apply, and acts those in which it has planned a change.
	begun, acts map[string]bool
	// incomplete tells that this process has not planned everything that is configured.
	incomplete bool
	// checked tells that this process has looked for what cannot be read.
	checked bool
}

// thing is something on the server.
type thing struct{ collection, id string }

// New returns a journal in a folder, which is only created when there is something to write. With an empty dir, the journal remembers
// nothing.
func New(dir string, now func() time.Time) *Journal {
	return &Journal{
		dir: dir, now: now,
		mine: map[string]Entry{}, planned: map[string]map[string]bool{}, seen: map[thing]bool{},
		begun: map[string]bool{}, acts: map[string]bool{},
	}
}

// WithCommand tells the journal which command the CLI runs. It returns the journal, which must not be in use yet.
func (j *Journal) WithCommand(c command.Command) *Journal {
	j.command = c
	return j
}

// Enabled reports whether the journal remembers anything.
func (j *Journal) Enabled() bool { return j.dir != "" }

// Record writes an entry, or updates it.
func (j *Journal) Record(e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" {
		return nil
	}
	return j.record(e)
}

func (j *Journal) record(e Entry) error {
	e.State = j.state
	j.mine[e.RequestID] = e
	if err := j.settleIn(); err != nil {
		return fmt.Errorf("noting a launch: %w", err)
	}
	content, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("noting a launch: %w", err)
	}
	if err := wholefile.WriteDurably(filepath.Join(j.own, e.RequestID+extension), temporary, content); err != nil {
		return fmt.Errorf("noting a launch: %w", err)
	}
	return nil
}

// Correct notes that something started by this process has another id than the server answered.
func (j *Journal) Correct(requestID, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e, ok := j.mine[requestID]; ok {
		e.ID = id
		_ = j.record(e) // best effort
	}
}

// Drop removes an entry when nothing was started, or nothing can be found.
func (j *Journal) Drop(requestID string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.drop(requestID)
}

func (j *Journal) drop(requestID string) {
	if _, ok := j.mine[requestID]; !ok {
		return
	}
	delete(j.mine, requestID)
	_ = os.Remove(filepath.Join(j.own, requestID+extension)) // best effort: a file that is left does no harm
}

// Deliver notes that the id of something was passed to Terraform. Whether the state was written is only known once the id was seen there.
func (j *Journal) Deliver(collection, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.mine {
		if e.Collection == collection && e.ID == id && j.dir != "" {
			e.Delivered = true
			_ = j.record(e) // best effort
		}
	}
}

// Seen notes that something is in the state, and removes any entry about it.
func (j *Journal) Seen(collection, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen[thing{collection, id}] = true
	for requestID, n := range j.mine {
		if n.Collection == collection && n.ID == id {
			j.drop(requestID)
		}
	}
	if j.left == nil {
		j.left = j.leftBehind()
	}
	for _, name := range j.left[thing{collection, id}] {
		_ = os.Remove(name)
		sweep(filepath.Dir(name))
	}
	delete(j.left, thing{collection, id})
}

// Knows reports whether this process has seen something in the state, or an entry is about it.
func (j *Journal) Knows(collection, id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.mine {
		if e.Collection == collection && e.ID == id {
			return true
		}
	}
	return j.seen[thing{collection, id}] || len(j.leftBehind()[thing{collection, id}]) > 0
}

// leftBehind finds the entries of other processes. It skips what cannot be read.
func (j *Journal) leftBehind() map[thing][]string {
	left := map[thing][]string{}
	for _, folder := range j.others() {
		for _, name := range entriesIn(folder) {
			if e, err := readEntry(name); err == nil && e.ID != "" {
				key := thing{e.Collection, e.ID}
				left[key] = append(left[key], name)
			}
		}
	}
	return left
}

// settleIn creates the folder of this process and locks it until the process ends.
func (j *Journal) settleIn() error {
	if j.own != "" {
		return nil
	}
	if err := j.checkPlace(); err != nil {
		return err
	}
	name, err := uuid.GenerateUUID()
	if err != nil {
		return err
	}
	// The folder of a CLI is not secret; this one is only for the user.
	if err := os.MkdirAll(filepath.Dir(filepath.Dir(j.dir)), 0o755); err != nil { //nolint:gosec // the CLI creates it with the same mode.
		return err
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	own := filepath.Join(j.dir, name)
	// The lock is taken before the folder exists, so that no process mistakes a new folder for an abandoned one.
	lock := lockOf(own)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return fmt.Errorf("locking %s: %w", own, cmp.Or(err, errors.New("another process holds it")))
	}
	if err := os.Mkdir(own, 0o700); err != nil {
		return errors.Join(err, lock.Unlock())
	}
	j.own, j.lock = own, lock
	return nil
}

// Close ends the journal of a process that ends regularly. The entries stay for the next process: only what is seen in a state is known to
// be there.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.markUnwanted()
	if j.own == "" {
		return nil
	}
	if err := j.lock.Unlock(); err != nil {
		return fmt.Errorf("closing the journal of launches: %w", err)
	}
	if len(entriesIn(j.own)) == 0 {
		remove(j.own)
	}
	j.own = ""
	return nil
}
