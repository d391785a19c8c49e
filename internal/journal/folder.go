package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// A process has a folder with a file for each entry, and a lock beside the folder.
const (
	lockExtension = ".lock"
	extension     = ".json"
)

// others returns the folders of other processes. There are none if they cannot be read.
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

// sweep removes the folder of an ended process that has no entries left.
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

// remove removes the folder of a process and its lock, and then the folders above it that are empty and that a journal made: the one of the
// workspace, and the one of all journals.
func remove(folder string) {
	_ = os.Remove(folder + lockExtension)
	// A process that was killed while it wrote an entry has left an incomplete file.
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

// writeFile writes a file so that a reader finds either all of it or none, even after a power failure.
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
