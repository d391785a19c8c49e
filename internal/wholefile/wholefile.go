// SPDX-License-Identifier: MPL-2.0

// Package wholefile keeps small notes for other processes in files: whoever reads one finds all of it or nothing. It reads nothing that may
// have been put in the place of a note.
package wholefile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrForeign says that something else is in the place of a note: a folder, a link, a pipe, or more than any note.
var ErrForeign = errors.New("no note of this provider, so it is left alone")

// Read reads a note of at most so many bytes. It opens neither links nor pipes, which could take for ever: the error is then [ErrForeign].
func Read(name string, most int64) ([]byte, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file: %w", name, ErrForeign)
	case info.Size() > most:
		return nil, fmt.Errorf("%s is larger than %d bytes: %w", name, most, ErrForeign)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if int64(len(content)) > most { // it has grown meanwhile
		return nil, fmt.Errorf("%s is larger than %d bytes: %w", name, most, ErrForeign)
	}
	return content, nil
}

// Write writes a note so that a reader finds either all of it or none, even after a power failure. A process that is killed meanwhile
// leaves a file beside it whose name is unfinished and a number.
func Write(name, unfinished string, content []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), unfinished)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
