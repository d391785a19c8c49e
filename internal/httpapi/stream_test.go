// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// taken is an answer that is read to its end, unless it is stopped before, and counts the attempts.
type taken struct {
	text     []byte
	attempts int
	// most is how many bytes are wanted, 0 for all, and err what is wrong with them.
	most int64
	err  error
}

// DecodeStream implements [httpapi.StreamDecoder].
func (d *taken) DecodeStream(r io.Reader) (err error) {
	d.attempts++
	if d.most > 0 {
		r = io.LimitReader(r, d.most)
	}
	if d.text, err = io.ReadAll(r); err != nil {
		return fmt.Errorf("decoding: %w", err)
	}
	return d.err
}

func TestStream_AttemptsBeginAnew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		safety httpapi.Safety
		err    error
		broken int
		want   int
		fails  bool
	}{
		"read at once":                  {httpapi.Idempotent, nil, 0, 1, false},
		"broken once":                   {httpapi.Idempotent, nil, 1, 2, false},
		"broken too often":              {httpapi.Idempotent, nil, 9, 3, true},
		"a launch":                      {httpapi.Launches, nil, 1, 1, true},
		"what is no answer":             {httpapi.Idempotent, errors.New("not this"), 0, 1, true},
		"broken, and then no answer":    {httpapi.Idempotent, errors.New("not this"), 1, 2, true},
		"an error that looks like both": {httpapi.Idempotent, io.ErrUnexpectedEOF, 0, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, strings.Repeat("x", 100_000))
				if requests++; requests <= test.broken {
					_ = http.NewResponseController(w).Flush()
					panic(http.ErrAbortHandler) //nolint:forbidigo // it breaks the connection.
				}
			}), func(c *httpapi.Config) {
				c.MaxRetries, c.RetryMinWait, c.RetryMaxWait = 2, time.Millisecond, time.Millisecond
			})
			into := taken{err: test.err}
			request := get("jobs")
			request.Safety, request.Into = test.safety, &into
			_, err := service.Do(t.Context(), request)
			if (err != nil) != test.fails || into.attempts != test.want || !test.fails && len(into.text) != 100_000 {
				t.Errorf("%d attempts, %d bytes, %v", into.attempts, len(into.text), err)
			}
			if test.err != nil && (!errors.Is(err, test.err) || !errors.As(err, new(*httpapi.DecodeError))) {
				t.Errorf("got %v, want a DecodeError", err)
			}
		})
	}
}

// TestStream_ErrorsAreNotDecoded answers with statuses, of which one is accepted.
func TestStream_ErrorsAreNotDecoded(t *testing.T) {
	t.Parallel()
	for status, decoded := range map[int]bool{200: true, 202: true, 302: false, 404: false, 409: true, 500: false} {
		service := newService(t, answering(status, "application/json", `{"kind":"x/unknown","msg":"No"}`), func(c *httpapi.Config) { c.MaxRetries = -1 })
		var into taken
		request := get("jobs")
		request.Into, request.Accept = &into, []int{409}
		_, err := service.Do(t.Context(), request)
		if (into.attempts == 1) != decoded || (err == nil) != decoded || !decoded && !httpapi.HasKind(err, "unknown") {
			t.Errorf("%d: %d times decoded, %v", status, into.attempts, err)
		}
	}
}

// TestStream_CompressedAnswers expands answers for whoever decodes them.
func TestStream_CompressedAnswers(t *testing.T) {
	t.Parallel()
	var archive bytes.Buffer
	writer := gzip.NewWriter(&archive)
	_, err := io.WriteString(writer, strings.Repeat("x", 100_000))
	if err = errors.Join(err, writer.Close()); err != nil {
		t.Fatal(err)
	}
	whole := archive.String()
	for body, want := range map[string]string{
		whole: "", "": "", whole[:len(whole)/2]: "unexpected EOF", whole[:len(whole)-8] + "12345678": "checksum", "no archive": "expanding the answer",
	} {
		service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, body)
		}), func(c *httpapi.Config) { c.MaxRetries = -1 })
		var into taken
		request := get("jobs")
		request.Into = &into
		_, err := service.Do(t.Context(), request)
		var conn *httpapi.ConnectionError
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || !errors.As(err, &conn)) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
}

// TestStream_AnswerThatPromisesTooMuch has a length over the limit: nothing of it is decoded.
func TestStream_AnswerThatPromisesTooMuch(t *testing.T) {
	t.Parallel()
	service := newService(t, http.HandlerFunc(promisingTooMuch), func(c *httpapi.Config) { c.MaxRetries = -1 })
	var into taken
	request := get("jobs")
	request.Into = &into
	if _, err := service.Do(t.Context(), request); !httpapi.TooLarge(err) || into.attempts != 0 {
		t.Errorf("got %v", err)
	}
}

// TestStream_LogHasTheBeginning logs an answer that is not held whole. A secret that is cut at the end of what is held is not shown in part.
func TestStream_LogHasTheBeginning(t *testing.T) {
	t.Parallel()
	const secret, size = "s3cret-that-is-rather-long", 4_000_000
	// Each secret gives way to something shorter, so that the end of what is held could be shown.
	body := strings.Repeat("a "+secret+" ", size/(len(secret)+3))
	for level, want := range map[slog.Level]string{httpapi.LevelTrace: "answer body", slog.LevelDebug: "request answered"} {
		var out bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))
		service := newService(t, answering(http.StatusOK, "application/json", body), func(c *httpapi.Config) { c.Logger = logger })
		service.Redactor().Add(secret)
		request := get("jobs")
		request.Into = &taken{}
		if _, err := service.Do(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		if !strings.Contains(text, want) || !strings.Contains(text, fmt.Sprintf("bytes=%d", len(body))) || strings.Contains(text, "s3c") {
			t.Errorf("%v: the log of %d bytes lacks %q, or shows a part of the secret", level, len(text), want)
		}
		if level == httpapi.LevelTrace && !strings.Contains(text, "…") {
			t.Error("the log does not show that the answer goes on")
		}
	}
}

// TestStream_DescriptionShowsNoPartOfASecret has a server that sends an answer in pieces, between two of which is a secret.
func TestStream_DescriptionShowsNoPartOfASecret(t *testing.T) {
	t.Parallel()
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for _, piece := range []string{"The token is " + secretToken[:len(secretToken)/2], secretToken[len(secretToken)/2:] + ", use it"} {
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	}), func(c *httpapi.Config) { c.MaxRetries = -1 })
	request := get("jobs")
	request.Into = &taken{most: 5, err: fmt.Errorf("what is this: %w", invalid())}
	_, err := service.Do(t.Context(), request)
	var decode *httpapi.DecodeError
	if !errors.As(err, &decode) || decode.Shape != httpapi.ShapeText || strings.Contains(err.Error(), secretToken[:len(secretToken)/2]) {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(err.Error(), "use it") {
		t.Errorf("the description is cut: %v", err)
	}
}

// invalid is the error for a text that is not JSON.
func invalid() error { return json.Unmarshal([]byte("T"), new(any)) }
