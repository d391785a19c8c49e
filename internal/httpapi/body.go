// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/sync/semaphore"
)

const (
	// smallBody is the size up to which a body is read without a reservation: as many as there are requests at once.
	smallBody = 1 << 20
	// middleBody is the size up to which a body is of middle size, and middleBodies how many of these there may be at once.
	middleBody, middleBodies = 16 << 20, 8
	// firstRead is the size of the first buffer for a body of unknown size.
	firstRead = 32 << 10

	// A body that expands to more than freeExpansion bytes may not be more than mostExpansion times as large as what was sent. Nodes that
	// have all printed the same seven kilobytes expand by 230; what is made to fill memory, by a thousand.
	freeExpansion, mostExpansion = 64 << 20, 500
)

// errBodyTooLarge is returned, wrapped, for an answer over Config.MaxBodyBytes.
var errBodyTooLarge = errors.New("the answer is larger than any from Puppet Enterprise")

// TooLarge reports whether an answer was larger than any is allowed to be, so that a part of it may fit. One that expands more than any was
// made to fill memory, and so would be its parts.
func TooLarge(err error) bool {
	return errors.Is(err, errBodyTooLarge) && !errors.Is(err, errExpansion)
}

// errExpansion is returned, wrapped, for a compressed answer that expands to far more than was sent.
var errExpansion = fmt.Errorf("%w: what was sent expands more than any of its answers", errBodyTooLarge)

// memory limits how much the bodies of a transport that are held whole take at once. Small ones are free. What is larger takes a place for
// bodies of middle size, and what is larger still waits, with that place, until it is the only one of its kind. Nothing waits for anything
// that may wait for it, so that no two can block each other.
type memory struct {
	// small and most are the sizes up to which a body is small, or of middle size.
	small, most int64
	middle      *semaphore.Weighted
	large       *semaphore.Weighted
}

func newMemory(small, most int64) *memory {
	return &memory{small: small, most: most, middle: semaphore.NewWeighted(middleBodies), large: semaphore.NewWeighted(1)}
}

// reservation is the part of the memory that one body has. Its zero value has none.
type reservation struct {
	of            *memory
	middle, large bool
}

// grow makes room for a body of a size, and waits for it if need be.
func (r *reservation) grow(ctx context.Context, size int64) error {
	if size > r.of.small && !r.middle {
		if err := r.of.middle.Acquire(ctx, 1); err != nil {
			return fmt.Errorf("waiting for other large answers: %w", err)
		}
		r.middle = true
	}
	if size > r.of.most && !r.large {
		if err := r.of.large.Acquire(ctx, 1); err != nil {
			return fmt.Errorf("waiting for another large answer: %w", err)
		}
		r.large = true
	}
	return nil
}

// release gives back what was reserved. It may be called several times.
func (r *reservation) release() {
	if r.middle {
		r.of.middle.Release(1)
	}
	if r.large {
		r.of.large.Release(1)
	}
	r.middle, r.large = false, false
}

// bodyReader reads the body of an answer.
type bodyReader struct {
	limit int64
	held  *reservation
	// time is the time limit of the attempt, which is for the server and not for what waits or works here.
	time *attemptLimit
}

// read reads the whole body of an answer, expanded. An answer over the limit is an error.
//
// It is for errors and for single objects. A list is for a [StreamDecoder] (see the package jsonlist).
func (b bodyReader) read(ctx context.Context, resp *http.Response) ([]byte, error) {
	source, size, err := b.open(resp)
	if err != nil {
		return nil, err
	}
	return b.readAll(ctx, source, size)
}

// open returns what to read an answer from, expanded, and its size, which is negative where it is not known. An answer that promises to be
// over the limit is an error.
func (b bodyReader) open(resp *http.Response) (source io.Reader, size int64, err error) {
	if !strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		if resp.ContentLength > b.limit {
			return nil, 0, b.tooLarge()
		}
		return resp.Body, resp.ContentLength, nil
	}
	expanded, err := newExpanding(resp.Body, freeExpansion)
	if errors.Is(err, io.EOF) {
		return http.NoBody, 0, nil // an empty body, which is no archive
	}
	if err != nil {
		return nil, 0, fmt.Errorf("expanding the answer: %w", err)
	}
	return expanded, -1, nil
}

// readAll reads everything of a size, or of an unknown one if it is negative.
func (b bodyReader) readAll(ctx context.Context, source io.Reader, size int64) ([]byte, error) {
	room := max(size+1, firstRead) // one more byte shows the end
	var body []byte
	for {
		if err := b.reserve(ctx, room); err != nil {
			return nil, err
		}
		larger := make([]byte, len(body), room)
		copy(larger, body)
		body = larger
		for len(body) < cap(body) {
			n, err := source.Read(body[len(body):cap(body)])
			body = body[:len(body)+n]
			switch {
			case int64(len(body)) > b.limit:
				return nil, b.tooLarge()
			case errors.Is(err, io.EOF):
				return body, nil
			case err != nil:
				return nil, err
			}
		}
		if room = min(2*room, b.limit+1); room > b.held.of.most {
			// The only large body there is gets all the room at once: the system gives memory only when it is used, and each step would copy.
			room = b.limit + 1
		}
	}
}

func (b bodyReader) tooLarge() error {
	return fmt.Errorf("%w (over %d bytes)", errBodyTooLarge, b.limit)
}

func (b bodyReader) reserve(ctx context.Context, size int64) error {
	return b.time.outside(func() error { return b.held.grow(ctx, size) })
}

// expanding expands what it reads, as long as that stays within proportion.
type expanding struct {
	sent     *counting
	expanded *gzip.Reader
	size     int64
	// free is the size up to which the proportion does not matter.
	free int64
}

func newExpanding(body io.Reader, free int64) (*expanding, error) {
	sent := &counting{from: body}
	expanded, err := gzip.NewReader(sent)
	if err != nil {
		return nil, err
	}
	return &expanding{sent: sent, expanded: expanded, free: free}, nil
}

// Read implements [io.Reader].
func (e *expanding) Read(into []byte) (int, error) {
	n, err := e.expanded.Read(into)
	e.size += int64(n)
	if e.size > e.free && e.size > mostExpansion*e.sent.size {
		return n, fmt.Errorf("%w (%d bytes to more than %d)", errExpansion, e.sent.size, e.size)
	}
	return n, err
}

// counting counts the bytes that are read through it.
type counting struct {
	from io.Reader
	size int64
}

// Read implements [io.Reader].
func (c *counting) Read(into []byte) (int, error) {
	n, err := c.from.Read(into)
	c.size += int64(n)
	return n, err
}
