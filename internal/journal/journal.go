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
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/hashicorp/go-uuid"
)

// Keep is how long an entry is of use: the server deletes its records of jobs after 30 days by default.
const Keep = 30 * 24 * time.Hour

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

// Correct notes that something of this process has another id than the server had answered.
func (j *Journal) Correct(requestID, id string) {
	j.mu.Lock()
	n, ok := j.mine[requestID]
	j.mu.Unlock()
	if ok {
		e := n.Entry
		e.ID = id
		_ = j.Record(e) // it helps where it can
	}
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
