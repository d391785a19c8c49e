// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// StreamDecoder is implemented by values for [Request.Into] that decode an answer while it is read, so that it is never held whole. The
// time that decoding takes does not count as time of the server. It has the request slot of the attempt, so it must not make requests.
type StreamDecoder interface {
	// DecodeStream decodes an answer up to its end. It is called for each attempt whose answer may be decoded: when the connection breaks in
	// the middle, the attempt that follows has the answer from its beginning. An error of the reader fails the attempt, any other error the
	// call, and nil in the middle of an answer leaves the rest of it unread.
	DecodeStream(r io.Reader) error
}

// content is the body of an answer: all of it, or its beginning where it has been decoded while it was read.
type content struct {
	text []byte
	// size is how much was read.
	size int64
	// streamed tells that it has been decoded while it was read, and err how that ended.
	streamed bool
	err      error
}

// whole is a body that is held whole.
func whole(text []byte) content { return content{text: text, size: int64(len(text))} }

// cut reports whether there was more than the text.
func (c *content) cut() bool { return c.size > int64(len(c.text)) }

// isJSON reports whether it was valid JSON, as far as anybody has looked.
func (c *content) isJSON() bool {
	if c.streamed {
		return !errors.As(c.err, new(*json.SyntaxError))
	}
	return json.Valid(c.text)
}

// streamBuffer is how much of a stream is read at once.
const streamBuffer = 32 << 10

// streams reports whether the answer of a call is decoded while it is read. The others are the answers of a failure.
func (c *call) streams(status int) bool { return c.stream != nil && c.accepts(status) }

// stream decodes an answer while it is read, and keeps the beginning of it. Its error is that of reading; that of decoding is in the
// content.
func (b bodyReader) stream(resp *http.Response, into StreamDecoder, keep int) (content, error) {
	source, _, err := b.open(resp)
	if err != nil {
		return content{}, err
	}
	reader := &streamReader{from: source, body: b, keep: keep, got: content{streamed: true}}
	if err := b.time.pause(); err != nil {
		return content{}, err
	}
	buffered := bufio.NewReaderSize(reader, streamBuffer)
	err = into.DecodeStream(buffered)
	if err == nil {
		return reader.got, nil
	}
	if reader.failed == nil {
		// What cannot be decoded is described by its beginning. A part of that could end in the middle of a secret.
		_, _ = io.CopyN(io.Discard, buffered, mostDescribed)
		reader.got.err = err
	}
	return reader.got, reader.failed
}

// streamReader reads an answer for a decoder. The time of the attempt passes only while it reads.
type streamReader struct {
	from io.Reader
	body bodyReader
	keep int
	got  content
	// failed is why there is nothing more to read, nil at the end of the answer.
	failed error
}

// Read implements [io.Reader].
func (s *streamReader) Read(into []byte) (int, error) {
	if s.failed != nil {
		return 0, s.failed
	}
	s.body.time.resume()
	n, err := s.from.Read(into)
	if late := s.body.time.pause(); late != nil && !errors.Is(err, io.EOF) {
		err = late
	}
	s.got.size += int64(n)
	s.got.text = append(s.got.text, into[:min(n, s.keep-len(s.got.text))]...)
	if s.got.size > s.body.limit {
		n, err = 0, s.body.tooLarge()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.failed = err
	}
	return n, err
}
