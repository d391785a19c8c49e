// SPDX-License-Identifier: MPL-2.0

// Package relay passes what a plan has seen to the apply of the same command. A CLI runs the provider in a process for the plan and in
// another one for the apply, which plans everything once more and would ask for it again.
//
// It is passed in a file, where a command plans everything and applies that, and the system tells which command it is. Nothing depends on
// it: who receives nothing asks the server.
package relay

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

// mostBytes is the size of the largest file that is written or read: the names of some ten thousand tasks.
const mostBytes = 1 << 20

// unfinished is how the names of files begin that are not whole yet.
const unfinished = "names"

// Relay leaves names for the next process of a command, and takes those of the one before. It is safe for concurrent use. A nil one passes
// nothing.
type Relay struct {
	dir, command string

	mu sync.Mutex
	// taken are the names of the process before by what they are about, left is what this process was to leave, and whether it has.
	taken map[string]map[string]bool
	left  map[string]bool
}

// message is the content of a file.
type message struct {
	// Command is the command whose process has left the names.
	Command string   `json:"command"`
	Names   []string `json:"names"`
}

// New returns a relay for a command, which leaves files in a folder. It is nil where the command does not plan and apply by itself.
func New(dir string, c command.Command) *Relay {
	if dir == "" || c.ID == "" || c.Verb != "apply" || !c.CoversAll {
		return nil
	}
	return &Relay{dir: dir, command: c.ID, taken: map[string]map[string]bool{}, left: map[string]bool{}}
}

// Leave leaves names for the next process, once for each thing that they are about, and reports whether that one will hold them, or names
// that were left before. It does nothing where it cannot, and where there was something to take: there is no third process.
func (r *Relay) Leave(about string, names []string) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.take(about)) > 0 {
		return true
	}
	if _, ok := r.left[about]; !ok {
		r.left[about] = r.write(about, names)
	}
	return r.left[about]
}

// write writes names, and reports whether that has worked.
func (r *Relay) write(about string, names []string) bool {
	content, err := json.Marshal(message{r.command, names})
	if err != nil || len(content) > mostBytes || r.makeFolder() != nil {
		return false
	}
	return wholefile.Write(r.file(about), unfinished, content) == nil
}

// Holds reports whether the process before has left all of these names. What it has left is removed: the next command asks anew.
func (r *Relay) Holds(about string, names []string) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.take(about)
	for _, name := range names {
		if !known[name] {
			return false
		}
	}
	return true
}

// take returns the names that the process before has left.
func (r *Relay) take(about string) map[string]bool {
	if known, ok := r.taken[about]; ok {
		return known
	}
	known := map[string]bool{}
	r.taken[about] = known
	for _, name := range r.read(r.file(about)) {
		known[name] = true
	}
	return known
}

// read returns the names in a file of this command, and removes it with the folder that it has left empty. Links are left alone.
func (r *Relay) read(name string) []string {
	if isFolder(r.dir) != nil {
		return nil
	}
	content, err := wholefile.Read(name, mostBytes)
	if errors.Is(err, wholefile.ErrForeign) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if os.Remove(name) == nil {
		_ = os.Remove(r.dir) // only when it is empty
	}
	var left message
	if err != nil || json.Unmarshal(content, &left) != nil || left.Command != r.command {
		return nil
	}
	return left.Names
}

// makeFolder makes the folder, and the one above it as a CLI does.
func (r *Relay) makeFolder() error {
	if err := os.MkdirAll(filepath.Dir(r.dir), 0o755); err != nil { //nolint:gosec // the CLI creates it with the same mode.
		return err
	}
	if err := os.Mkdir(r.dir, 0o700); err == nil {
		return nil
	}
	return isFolder(r.dir)
}

// isFolder refuses what is no folder: what a link leads to is somebody else's.
func isFolder(name string) error {
	info, err := os.Lstat(name)
	if err == nil && !info.IsDir() {
		return fs.ErrInvalid
	}
	return err
}

// file is the file for something.
func (r *Relay) file(about string) string {
	sum := sha256.Sum256([]byte(about))
	return filepath.Join(r.dir, hex.EncodeToString(sum[:8])+".json")
}
