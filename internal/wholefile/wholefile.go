// SPDX-License-Identifier: MPL-2.0

// Package wholefile reads small files whole, and keeps notes for other processes in them: whoever reads one finds all of it or nothing. It
// reads nothing that may have been put in the place of a note.
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

// ErrTooLarge says that a file has more bytes than may be read.
var ErrTooLarge = errors.New("it is larger than any file of this kind")

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
	content, err := ReadAtMost(name, most)
	if errors.Is(err, ErrTooLarge) { // it has grown meanwhile
		return nil, fmt.Errorf("%s is larger than %d bytes: %w", name, most, ErrForeign)
	}
	return content, err
}

// ReadAtMost reads a file, or what a link to one leads to, of at most so many bytes. The error is [ErrTooLarge] where there are more.
func ReadAtMost(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if int64(len(content)) > most {
		return nil, ErrTooLarge
	}
	return content, nil
}

// Write writes a note so that a reader finds either all of it or none. A process that is killed meanwhile leaves a file beside it whose
// name is unfinished and a number.
func Write(name, unfinished string, content []byte) error {
	return write(name, unfinished, content, func(*os.File) error { return nil })
}

// WriteDurably is [Write] for what has to be there after a power failure as well, which takes as long as the disk does.
func WriteDurably(name, unfinished string, content []byte) error {
	return write(name, unfinished, content, (*os.File).Sync)
}

func write(name, unfinished string, content []byte, sync func(*os.File) error) (err error) {
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
	if err = errors.Join(err, sync(file), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
