// SPDX-License-Identifier: MPL-2.0

package clienttools

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// mostConfiguration is the size of the largest configuration that is read.
const mostConfiguration = 1 << 20

// Reasons why a file is not read.
var (
	ErrNotAFile = errors.New("it is not a file: a folder, a pipe or a device cannot be read more than once")
	ErrTooLarge = errors.New("it is larger than any file of this kind")
)

// ReadFile reads a small file, or what a link to one leads to. It neither waits for the other end of a pipe nor fills memory.
func ReadFile(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	var missing *fs.PathError
	switch {
	case errors.As(err, &missing):
		return nil, &fs.PathError{Op: "open", Path: name, Err: missing.Err} // what people know from everywhere
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("reading %s: %w", name, ErrNotAFile)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if int64(len(content)) > most {
		return nil, fmt.Errorf("reading %s: %w (over %d bytes)", name, ErrTooLarge, most)
	}
	return content, nil
}
