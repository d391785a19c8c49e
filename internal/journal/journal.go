// Package journal remembers launches across the death of the process that made them.
//
// Terraform learns the id of a job when the provider returns it. When the provider or the CLI is killed before that, nothing
// of the job is in the state, and the next apply would start it again. So each launch is written to a file before it is sent,
// and the file is removed once the id is known to be in the state. A file that a dead process has left behind tells the next
// one which request to look for on the server.
//
// A journal helps where it can and never stands in the way: a launch goes on when nothing can be written.
package journal

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/hashicorp/go-uuid"
)

const (
	// Keep is how long an entry is of use: the server deletes its records of jobs after 30 days by default.
	Keep = 30 * 24 * time.Hour
	// patience is how long Claim waits for a process that still holds a launch with the wanted fingerprint. A provider whose CLI
	// was killed ends within a second or so.
	patience = 3 * time.Second
	// lookAgain is the time between two looks at such a process.
	lookAgain = 100 * time.Millisecond

	lockExtension = ".lock"
	extension     = ".json"
)

// Entry is what is known of a launch.
type Entry struct {
	// RequestID is the request id of the launch, a UUID. It names the entry.
	RequestID string `json:"request_id"`
	// Fingerprint identifies what was to be started: where, and with which inputs. It holds no secrets.
	Fingerprint string `json:"fingerprint"`
	// Collection is the URL of the collection that the thing belongs to.
	Collection string `json:"collection"`
	// ID is the id that the server has answered, "" as long as it has not.
	ID string `json:"id,omitempty"`
	// Unmarked tells that the launch went without its request id, to a server that takes no userdata.
	Unmarked bool `json:"unmarked,omitempty"`
	// Sent is when the launch was first sent, by this machine's clock.
	Sent time.Time `json:"sent"`
}

// Journal is the entries of this process, and the way to those that others have left behind. It is safe for concurrent use.
type Journal struct {
	dir string
	now func() time.Time

	mu sync.Mutex
	// own is the folder of this process, "" until it has an entry.
	own  string
	lock *flock.Flock
	// mine are the entries of this process by request id.
	mine map[string]*note
	// left are the files of other processes by what they have started; nil until somebody asked.
	left map[thing][]string
}

// note is an entry of this process.
type note struct {
	Entry
	// delivered tells that the id was handed to Terraform.
	delivered bool
}

// thing is something on the server.
type thing struct{ collection, id string }

// New returns a journal in a folder, which is only made when there is something to write. An empty dir makes a journal that
// remembers nothing.
func New(dir string, now func() time.Time) *Journal {
	return &Journal{dir: dir, now: now, mine: map[string]*note{}}
}

// Enabled reports whether the journal remembers anything.
func (j *Journal) Enabled() bool { return j.dir != "" }

// Record writes an entry, or what is now known of it.
func (j *Journal) Record(e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" {
		return nil
	}
	j.mine[e.RequestID] = &note{Entry: e}
	if err := j.settleIn(); err != nil {
		return fmt.Errorf("noting a launch: %w", err)
	}
	content, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("noting a launch: %w", err)
	}
	if err := writeFile(filepath.Join(j.own, e.RequestID+extension), content); err != nil {
		return fmt.Errorf("noting a launch: %w", err)
	}
	return nil
}

// Drop removes an entry: nothing was started, or nothing can be found.
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
	_ = os.Remove(filepath.Join(j.own, requestID+extension)) // it is of no use, and in nobody's way
}

// Deliver notes that the id of something was handed to Terraform. Its entry goes when the process ends in good order.
func (j *Journal) Deliver(collection, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, n := range j.mine {
		if n.Collection == collection && n.ID == id {
			n.delivered = true
		}
	}
}

// Seen notes that something is in the state. Whatever entry there is of it is removed.
func (j *Journal) Seen(collection, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
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

// leftBehind finds the entries of other processes. What cannot be read is not there.
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

// Claim takes over a launch with a fingerprint from a process that has died before Terraform knew of it: the oldest, when
// there are several. The entry then belongs to this process.
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

// claim looks once. alive tells that a process that lives has such a launch.
func (j *Journal) claim(fingerprint string) (e Entry, found, alive bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var best *abandoned
	for _, folder := range j.others() {
		entries := j.wanted(folder, fingerprint)
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

// abandoned is an entry whose process is dead. Its folder is locked.
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
	case b.Sent.Before(a.Sent):
		a.release()
		return b
	default:
		b.release()
		return a
	}
}

// inspect returns the oldest of the entries in the folder of a dead process.
func (j *Journal) inspect(folder string, entries []Entry) (oldest *abandoned, alive bool) {
	lock := lockOf(folder)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return nil, true
	}
	return &abandoned{Entry: entries[0], name: filepath.Join(folder, entries[0].RequestID+extension), lock: lock}, false
}

// wanted returns the entries of a folder with a fingerprint, the oldest first. Entries that are too old for anything to be
// found are removed.
func (j *Journal) wanted(folder, fingerprint string) (entries []Entry) {
	for _, name := range entriesIn(folder) {
		e, err := readEntry(name)
		switch {
		case err != nil:
		case j.now().Sub(e.Sent) > Keep:
			_ = os.Remove(name)
		case e.Fingerprint == fingerprint:
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Or(a.Sent.Compare(b.Sent), strings.Compare(a.RequestID, b.RequestID)) })
	return entries
}

// takeOver moves an entry into the folder of this process.
func (j *Journal) takeOver(a *abandoned) bool {
	if j.settleIn() != nil || os.Rename(a.name, filepath.Join(j.own, filepath.Base(a.name))) != nil {
		return false
	}
	j.mine[a.RequestID] = &note{Entry: a.Entry}
	return true
}

// settleIn makes the folder of this process and locks it for as long as the process lives.
func (j *Journal) settleIn() error {
	if j.own != "" {
		return nil
	}
	name, err := uuid.GenerateUUID()
	if err != nil {
		return err
	}
	// The folder of a CLI is not secret; what is in this one is nobody else's business.
	if err := os.MkdirAll(filepath.Dir(filepath.Dir(j.dir)), 0o755); err != nil { //nolint:gosec // as the CLI makes it.
		return err
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	own := filepath.Join(j.dir, name)
	// The lock is there before the folder, so that nobody takes a new folder for one of the dead.
	lock := lockOf(own)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return fmt.Errorf("locking %s: %w", own, cmp.Or(err, errors.New("somebody else holds it")))
	}
	if err := os.Mkdir(own, 0o700); err != nil {
		return errors.Join(err, lock.Unlock())
	}
	j.own, j.lock = own, lock
	return nil
}

// Close ends the journal of a process that ends in good order: Terraform has everything that was delivered, so those entries
// are removed. Others stay for the next process.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.own == "" {
		return nil
	}
	for requestID, n := range j.mine {
		if n.delivered {
			j.drop(requestID)
		}
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

// others returns the folders of other processes. A folder that cannot be read has none.
func (j *Journal) others() (folders []string) {
	if j.dir == "" {
		return nil
	}
	items, err := os.ReadDir(j.dir)
	if err != nil {
		return nil
	}
	for _, item := range items {
		if name := filepath.Join(j.dir, item.Name()); item.IsDir() && name != j.own {
			folders = append(folders, name)
		}
	}
	return folders
}

// entriesIn returns the files of the entries in a folder.
func entriesIn(folder string) (names []string) {
	items, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	for _, item := range items {
		if filepath.Ext(item.Name()) == extension {
			names = append(names, filepath.Join(folder, item.Name()))
		}
	}
	return names
}

// lockOf returns the lock of the process that a folder belongs to.
func lockOf(folder string) *flock.Flock {
	return flock.New(folder+lockExtension, flock.SetPermissions(0o600))
}

// sweep removes the folder of a dead process when it has no entries left.
func sweep(folder string) {
	if len(entriesIn(folder)) > 0 {
		return
	}
	lock := lockOf(folder)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return
	}
	_ = lock.Unlock()
	remove(folder)
}

// remove removes the folder of a process and its lock, and the folders above it that are then empty and that a journal has
// made: the one of the workspace, and the one of all journals.
func remove(folder string) {
	_ = os.Remove(folder + lockExtension)
	// A process that was killed while it wrote has left a file that is no entry yet.
	_ = os.RemoveAll(folder)
	for range 2 {
		folder = filepath.Dir(folder)
		if os.Remove(folder) != nil {
			return
		}
	}
}

func readEntry(name string) (e Entry, err error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(content, &e); err != nil {
		return e, fmt.Errorf("reading %s: %w", name, err)
	}
	if e.RequestID+extension != filepath.Base(name) {
		return e, fmt.Errorf("reading %s: %w", name, fs.ErrInvalid)
	}
	return e, nil
}

// writeFile writes a file so that a reader, or a machine that lost its power, finds either all of it or none.
func writeFile(name string, content []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(name), "entry")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	_, err = temporary.Write(content)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
