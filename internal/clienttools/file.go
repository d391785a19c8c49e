// SPDX-License-Identifier: MPL-2.0

package clienttools

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

// mostConfiguration is the size of the largest configuration that is read.
const mostConfiguration = 1 << 20

// Reasons why a file is not read.
var (
	ErrNotAFile = errors.New("it is not a file: a folder, a pipe or a device cannot be read more than once")
	ErrTooLarge = wholefile.ErrTooLarge
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
	content, err := wholefile.ReadAtMost(name, most)
	if errors.Is(err, ErrTooLarge) {
		return nil, fmt.Errorf("reading %s: %w (over %d bytes)", name, ErrTooLarge, most)
	}
	return content, err
}
