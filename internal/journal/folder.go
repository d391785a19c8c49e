// SPDX-License-Identifier: MPL-2.0

package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/gofrs/flock"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

// A process has a folder, whose name is a UUID, with a file for each entry, and a lock beside the folder. Nothing else is the journal's: it
// is neither read nor changed, whatever lies in the same place.
const (
	lockExtension = ".lock"
	extension     = ".json"
	temporary     = "entry"
)

// mostNote is the size of the largest file that is read. Notes have some hundred bytes.
const mostNote = 64 << 10

var (
	processName   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	temporaryName = regexp.MustCompile(`^` + temporary + `[0-9]+$`)
)

// foreignError says that something is in the place of the journal, or of the folder that it is in, that the journal has not made, such as a
// link.
type foreignError struct{ name string }

func (e *foreignError) Error() string {
	return e.name + " is not a folder, or it is a link: the journal of launches has not made it, so it is left alone"
}

// checkPlace refuses a folder of the journal that is something else: what a link leads to is somebody else's. The folders above it, such as
// a data directory of the CLI, may be links.
func (j *Journal) checkPlace() error {
	for _, name := range []string{filepath.Dir(j.dir), j.dir} {
		info, err := os.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case !info.IsDir():
			return &foreignError{name}
		}
	}
	return nil
}

// others returns the folders of other processes. There are none if they cannot be read.
func (j *Journal) others() (folders []string) {
	if j.dir == "" || j.checkPlace() != nil {
		return nil
	}
	items, err := os.ReadDir(j.dir)
	if err != nil {
		return nil
	}
	for _, item := range items {
		name := filepath.Join(j.dir, item.Name())
		if item.IsDir() && processName.MatchString(item.Name()) && name != j.own && lockable(name) {
			folders = append(folders, name)
		}
	}
	return folders
}

// lockable reports whether the lock of a folder is a file, or is not there. To open anything else could have effects elsewhere, or take for
// ever.
func lockable(folder string) bool {
	info, err := os.Lstat(folder + lockExtension)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular()
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

// leftovers returns the incomplete files that a process has left that was killed while it wrote an entry. ok is false when the folder holds
// anything else, or cannot be read.
func leftovers(folder string) (names []string, ok bool) {
	items, err := os.ReadDir(folder)
	if err != nil {
		return nil, false
	}
	for _, item := range items {
		if !item.Type().IsRegular() || !temporaryName.MatchString(item.Name()) {
			return nil, false
		}
		names = append(names, filepath.Join(folder, item.Name()))
	}
	return names, true
}

// sweep removes the folder of an ended process that has no entries left.
func sweep(folder string) {
	if _, ok := leftovers(folder); !ok {
		return
	}
	lock := lockOf(folder)
	if locked, err := lock.TryLock(); err != nil || !locked {
		return
	}
	_ = lock.Unlock()
	remove(folder)
}

// remove removes the folder of a process and its lock, and then the folders above it that are empty and that a journal made: the one of the
// workspace, and the one of all journals.
func remove(folder string) {
	names, ok := leftovers(folder)
	if !ok {
		return
	}
	_ = os.Remove(folder + lockExtension)
	for _, name := range names {
		_ = os.Remove(name)
	}
	if os.Remove(folder) != nil {
		return
	}
	for range 2 {
		folder = filepath.Dir(folder)
		if os.Remove(folder) != nil {
			return
		}
	}
}

func readEntry(name string) (e Entry, err error) {
	content, err := wholefile.Read(name, mostNote)
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
