package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Error is an answer of a PE service that says no: any status from 400.
type Error struct {
	// Service is the name given to [Transport.Service].
	Service string
	// Method and URL are what was asked. The URL has no query.
	Method, URL string
	// Status is the HTTP status.
	Status int
	// Kind is the error kind as sent, such as "puppetlabs.orchestrator/unknown-job", or "" when the body is not JSON. Compare
	// [Error.KindName]: PE spells the part before the slash in several ways.
	Kind string
	// Message is the server's text for people, with known secrets removed. For a body that is not JSON it says what came
	// instead.
	Message string
	// Details is the JSON value of the body's details key: an object in the orchestrator, sometimes a string in RBAC, often
	// absent.
	Details json.RawMessage
	// RetryAfter is how long the server asks to wait, 0 when it does not.
	RetryAfter time.Duration
	// JSON tells whether the body was an error body of PE. Otherwise something in front of the service has answered.
	JSON bool
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: %d %s", e.Method, e.URL, e.Status, http.StatusText(e.Status))
	if e.Kind != "" {
		text += " (" + e.Kind + ")"
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// KindName is the part of Kind after the slash, such as "unknown-job". Servers and manuals spell the part before it
// differently for the same error ("puppetlabs.validators/…", "puppetlabs.orchetrator/…", a leading colon), and RBAC has none.
func (e *Error) KindName() string {
	return e.Kind[strings.LastIndexByte(e.Kind, '/')+1:]
}

// StatusOf returns the status of the [*Error] in err's chain, or 0.
func StatusOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// HasKind reports whether err is an [*Error] of one of the kinds, which are given without the part before the slash.
func HasKind(err error, kinds ...string) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, kind := range kinds {
		if e.KindName() == kind {
			return true
		}
	}
	return false
}

// ConnectionError says that no complete answer came.
type ConnectionError struct {
	Service     string
	Method, URL string
	// Sent tells whether any of the request may have reached the server. When it is false, nothing can have happened there.
	Sent bool
	// Timeout tells that the attempt ran into Limit, the request timeout, and not into the end of the operation.
	Timeout bool
	Limit   time.Duration
	Err     error
}

func (e *ConnectionError) Error() string {
	if e.Timeout {
		return fmt.Sprintf("%s %s: no complete answer within %s", e.Method, e.URL, e.Limit)
	}
	return fmt.Sprintf("%s %s: %v", e.Method, e.URL, e.Err)
}

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.Err }

// Permanent reports whether trying again would end in the same way.
func (e *ConnectionError) Permanent() bool { return permanent(e.Err) }

// DecodeError says that the server answered with success but not with the JSON that the call gives: a page of a proxy, a
// cut-off body, another service on the port.
type DecodeError struct {
	Service     string
	Method, URL string
	Status      int
	// Received says what came instead, in words, without secrets.
	Received string
	Err      error
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s %s: expected JSON and got %s: %v", e.Method, e.URL, e.Received, e.Err)
}

// Unwrap returns the decoder's error.
func (e *DecodeError) Unwrap() error { return e.Err }

// Transient reports whether err is trouble that passes by itself, so that a caller with time left may ask again later: no
// connection, no complete or no sensible answer, such as a redirect, 429 and the 5xx statuses. The end of the caller's own context is not
// transient.
func Transient(err error) bool {
	if errors.Is(err, context.Canceled) || (errors.Is(err, context.DeadlineExceeded) && !timedOut(err)) {
		return false
	}
	var conn *ConnectionError
	if errors.As(err, &conn) {
		return !conn.Permanent()
	}
	var decode *DecodeError
	if errors.As(err, &decode) {
		return true
	}
	status := StatusOf(err)
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError || isRedirect(status)
}

// Senseless reports whether err is an answer that Puppet Enterprise does not give: a page, a redirect, something that is not
// the JSON that was expected.
func Senseless(err error) bool {
	var decode *DecodeError
	return errors.As(err, &decode) || isRedirect(StatusOf(err))
}

func isRedirect(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest
}

func timedOut(err error) bool {
	var conn *ConnectionError
	return errors.As(err, &conn) && conn.Timeout
}

func (s *Service) answerError(r Request, resp *http.Response, body []byte) *Error {
	e := &Error{
		Service: s.name,
		Method:  r.Method,
		URL:     s.url(r.Path, nil).String(),
		Status:  resp.StatusCode,
	}
	if wait, ok := retryAfter(resp.Header, time.Now()); ok {
		e.RetryAfter = wait
	}
	var decoded struct {
		Kind    string          `json:"kind"`
		Message string          `json:"msg"`
		Details json.RawMessage `json:"details"`
	}
	if err := json.Unmarshal(body, &decoded); err == nil && (decoded.Kind != "" || decoded.Message != "") {
		e.JSON = true
		e.Kind = strings.TrimSpace(decoded.Kind)
		e.Message = s.transport.redactor.Text(strings.TrimSpace(decoded.Message))
		e.Details = decoded.Details
		return e
	}
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode < http.StatusBadRequest {
		e.Message = "the answer was a redirect to " + s.transport.redactor.Text(excerpt([]byte(to)))
		return e
	}
	e.Message = "the answer was " + s.transport.redactor.Text(describeBody(resp.Header, body))
	return e
}

func (s *Service) decodeError(r Request, resp *http.Response, body []byte, err error) *DecodeError {
	return &DecodeError{
		Service:  s.name,
		Method:   r.Method,
		URL:      s.url(r.Path, nil).String(),
		Status:   resp.StatusCode,
		Received: s.transport.redactor.Text(describeBody(resp.Header, body)),
		Err:      err,
	}
}

var titlePattern = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// describeBody says in words what a body is that is not the JSON that was expected.
func describeBody(h http.Header, body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return "an empty body"
	}
	switch {
	case isHTML(h, body):
		if title := titlePattern.FindSubmatch(body); title != nil {
			return fmt.Sprintf("an HTML page titled %q", excerpt(title[1]))
		}
		return "an HTML page"
	case json.Valid(body):
		return "JSON of another shape"
	case bytes.ContainsAny(bytes.TrimSpace(body)[:1], "{["):
		return fmt.Sprintf("%d bytes of incomplete or invalid JSON", len(body))
	default:
		return fmt.Sprintf("text: %q", excerpt(body))
	}
}

// isHTML reports whether a body is a page.
func isHTML(h http.Header, body []byte) bool {
	if len(bytes.TrimSpace(body)) == 0 {
		return false
	}
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		mediaType = http.DetectContentType(body)
	}
	return strings.Contains(mediaType, "html")
}

// excerpt is the beginning of a text on one line, short enough for an error message.
func excerpt(text []byte) string {
	const longest = 160
	line := strings.Join(strings.FieldsFunc(string(text), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if runes := []rune(line); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return line
}
