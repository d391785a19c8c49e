// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// noLimit is a time that is not up before the test is.
func noLimit(t *testing.T) *attemptLimit {
	t.Helper()
	_, limit := limitAttempt(t.Context(), time.Hour)
	t.Cleanup(limit.end)
	return limit
}

// TestMemory_LargeBodiesWaitForEachOther reads bodies of several sizes at once. Of the largest, one is in memory at a time, and none waits for
// ever.
func TestMemory_LargeBodiesWaitForEachOther(t *testing.T) {
	t.Parallel()
	const small, middle = firstRead, 4 * firstRead
	for name, test := range map[string]struct {
		size   int
		length bool // the server says how long the answer is
		most   int32
	}{
		"large, of known length":   {middle + 1, true, 1},
		"large, of unknown length": {middle + 1, false, 1},
		"much larger":              {20 * middle, false, 1},
		"middle":                   {small + 1, false, middleBodies},
		"middle, of known length":  {middle - 1, true, middleBodies},
		"small":                    {small - 1, true, 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shared := newMemory(small, middle)
			var now, most atomic.Int32
			var group sync.WaitGroup
			for range 40 {
				group.Go(func() {
					held := reservation{of: shared}
					defer held.release()
					resp := &http.Response{ContentLength: -1, Body: io.NopCloser(strings.NewReader(strings.Repeat("x", test.size)))}
					if test.length {
						resp.ContentLength = int64(test.size)
					}
					body, err := bodyReader{limit: 40 * middle, held: &held, time: noLimit(t)}.read(t.Context(), resp)
					if err != nil || len(body) != test.size {
						t.Errorf("%d bytes: %v", len(body), err)
					}
					reading := now.Add(1)
					for seen := most.Load(); reading > seen && !most.CompareAndSwap(seen, reading); seen = most.Load() {
					}
					time.Sleep(time.Millisecond) // so that others would be seen beside it
					now.Add(-1)
				})
			}
			group.Wait()
			if got := most.Load(); got > test.most {
				t.Errorf("%d bodies were in memory at once, want at most %d", got, test.most)
			}
		})
	}
}

// TestMemory_EndsWithTheOperation has a body wait for another one when the operation ends.
func TestMemory_EndsWithTheOperation(t *testing.T) {
	t.Parallel()
	shared := newMemory(1, 10)
	first, second := reservation{of: shared}, reservation{of: shared}
	if err := first.grow(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := second.grow(ended, 11); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	second.release()
	first.release()
	first.release()
	if err := second.grow(t.Context(), 11); err != nil || !second.large || !second.middle {
		t.Errorf("after the other was released: %v", err)
	}
}

// TestBodyReader_Limit reads bodies up to the limit, and no further.
func TestBodyReader_Limit(t *testing.T) {
	t.Parallel()
	const limit = 3*firstRead + 7
	for size, fits := range map[int]bool{0: true, 1: true, firstRead - 1: true, firstRead: true, firstRead + 1: true, limit: true, limit + 1: false, 2 * limit: false} {
		for _, length := range []int64{-1, int64(size)} {
			held := reservation{of: newMemory(smallBody, middleBody)}
			resp := &http.Response{ContentLength: length, Body: io.NopCloser(strings.NewReader(strings.Repeat("x", size)))}
			body, err := bodyReader{limit: limit, held: &held, time: noLimit(t)}.read(t.Context(), resp)
			if (err == nil) != fits || fits && len(body) != size || !fits && !errors.Is(err, errBodyTooLarge) {
				t.Errorf("%d bytes, length %d: got %d, %v", size, length, len(body), err)
			}
		}
	}
}

// TestExpanding_Proportion expands what was made to fill memory, and what nodes print that do all the same.
func TestExpanding_Proportion(t *testing.T) {
	t.Parallel()
	compress := func(text string) io.Reader {
		var archive bytes.Buffer
		writer := gzip.NewWriter(&archive)
		_, err := io.WriteString(writer, text)
		if err = errors.Join(err, writer.Close()); err != nil {
			t.Error(err)
		}
		return &archive
	}
	const free = 1 << 20
	nodes := strings.Repeat(`{"name":"node1.example.com","result":{"_output":"`+strings.Repeat("The service was restarted. ", 260)+`"}},`, 300)
	for name, test := range map[string]struct {
		text string
		fits bool
	}{
		"nodes that print the same": {nodes, true},
		"a thousandfold, but small": {strings.Repeat("x", free), true},
		"a thousandfold":            {strings.Repeat("x", 4*free), false},
	} {
		expanded, err := newExpanding(compress(test.text), free)
		if err != nil {
			t.Fatal(err)
		}
		size, err := io.Copy(io.Discard, expanded)
		if (err == nil) != test.fits || test.fits && size != int64(len(test.text)) || !test.fits && !permanent(err) {
			t.Errorf("%s: %d bytes, %v", name, size, err)
		}
	}
}

func TestTooLarge_IsNotWhatExpandsTooFar(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		fmt.Errorf("reading the answer: %w (over 5 bytes)", errBodyTooLarge): true,
		fmt.Errorf("reading the answer: %w", errExpansion):                   false,
		io.ErrUnexpectedEOF: false,
	} {
		if got := TooLarge(err); got != want {
			t.Errorf("%v: got %v", err, got)
		}
	}
}
