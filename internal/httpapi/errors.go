// SPDX-License-Identifier: MPL-2.0

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

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Error is an answer of a PE service that reports a failure: any status from 400.
type Error struct {
	// Service is the name given to [Transport.Service].
	Service string
	// Method and URL are those of the request. The URL has no query.
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
	// RetryAfter is how long the server asks to wait, 0 when it does not. It is at most ten minutes, whatever the server asks for.
	RetryAfter time.Duration
	// JSON is true when the body was an error body of PE. Otherwise something in front of the service has answered, unless Text is true.
	JSON bool
	// Text is true when PE has answered in plain text: a service that does so, see [Service.WithErrorsAsText], or the layer that guards its
	// services. Message then has the lines of that text.
	Text bool
	// Empty is true when there was no body.
	Empty bool
	// Tries says how often the request was sent.
	Tries Tries
}

// Own reports whether Puppet Enterprise itself has answered, and nothing in front of it.
func (e *Error) Own() bool { return e.JSON || e.Text }

func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: %s", e.Method, e.URL, StatusLine(e.Status))
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
	// Sent is true when any of the request may have been received, by this attempt or an earlier one. When it is false, nothing can have
	// happened there.
	Sent bool
	// Absent tells that nobody has accepted a connection at the address for a while, and never before in the life of the
	// [Transport]. It is more likely to be wrong than a server that is starting, so that the transport does not try for long.
	Absent bool
	// Timeout tells that the attempt ran into Limit, the request timeout, and not into the end of the operation.
	Timeout bool
	Limit   time.Duration
	// Tries says how often the request was sent.
	Tries Tries
	Err   error
}

func (e *ConnectionError) Error() string {
	if e.Timeout {
		return fmt.Sprintf("%s %s: no complete answer within %s", e.Method, e.URL, duration.Text(e.Limit))
	}
	return fmt.Sprintf("%s %s: %s", e.Method, e.URL, EndReason(e.Err))
}

// EndReason says in words why a context ended. Any other error has words of its own.
func EndReason(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the time for the operation was up"
	case errors.Is(err, context.Canceled):
		return "the operation was interrupted"
	default:
		return err.Error()
	}
}

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.Err }

// Permanent reports whether trying again would end in the same way.
func (e *ConnectionError) Permanent() bool { return permanent(e.Err) }

// DecodeError says that the server answered with success but not with the JSON that the call returns: the page of a proxy, a truncated
// body, another service on the port.
type DecodeError struct {
	Service     string
	Method, URL string
	Status      int
	// Received says what came instead, in words, without secrets.
	Received string
	// Shape is what kind of body it was.
	Shape Shape
	// Tries says how often the request was sent.
	Tries Tries
	Err   error
}

// Shape is a kind of body that is not the JSON that was expected.
type Shape int

// The shapes.
const (
	// ShapeEmpty is no body.
	ShapeEmpty Shape = iota
	// ShapePage is an HTML page.
	ShapePage
	// ShapeOtherJSON is valid JSON of something else.
	ShapeOtherJSON
	// ShapeBroken is JSON that is incomplete or invalid.
	ShapeBroken
	// ShapeText is any other text.
	ShapeText
)

// Reason says what is wrong with JSON of another shape, "" where only the decoder has words for it.
func (e *DecodeError) Reason() string {
	var kind *json.UnmarshalTypeError
	if e.Err == nil || e.Shape != ShapeOtherJSON || errors.As(e.Err, &kind) {
		return ""
	}
	return e.Err.Error()
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s %s: expected JSON and got %s: %v", e.Method, e.URL, e.Received, e.Err)
}

// Unwrap returns the decoder's error.
func (e *DecodeError) Unwrap() error { return e.Err }

// AnswerWithoutIDError says that the server accepted a request that creates something, but that the answer has no id of what it has
// created.
type AnswerWithoutIDError struct{ Err error }

func (e *AnswerWithoutIDError) Error() string {
	return "the server accepted the request, but " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *AnswerWithoutIDError) Unwrap() error { return e.Err }

// EndedError says that the time for an operation was up, or that it was interrupted, before an attempt was made or between two attempts. No
// request was in progress then.
type EndedError struct {
	Method, URL string
	// Sent is true when an earlier attempt may have been received.
	Sent bool
	// Trouble is why the last attempt failed, nil if there was none. The operation was waiting to try again, so this is not what the caller
	// has to act on, and it is not in the chain of the error.
	Trouble error
	// Tries says how often the request was sent.
	Tries Tries
	// Err is the cause of the context's end.
	Err error
}

func (e *EndedError) Error() string {
	text := e.Method + " " + e.URL + ": " + EndReason(e.Err)
	switch {
	case e.Trouble != nil && e.Tries.Count > 1:
		return fmt.Sprintf("%s while waiting to try again after %d attempts, the last of which failed: %v", text, e.Tries.Count, e.Trouble)
	case e.Trouble != nil:
		return text + " while waiting to try again after: " + e.Trouble.Error()
	}
	return text + " before the request could be sent"
}

// Unwrap returns the cause of the end.
func (e *EndedError) Unwrap() error { return e.Err }

// Transient reports whether err is a transient failure, so that a caller with time left may ask again later: no connection, an incomplete
// answer, an answer that cannot be used, such as a redirect or a 4xx status without an error of PE, 408, 425, 429 and the 5xx statuses. The
// end of the caller's own context is not transient.
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
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError || isRedirect(status) || ForeignRefusal(err)
}

// UnusableAnswer reports whether err is an answer that Puppet Enterprise does not give: a page, a redirect, something other than the
// expected JSON. It may be transient, but if it is not, the server is not PE, so nobody should wait long for it to end.
func UnusableAnswer(err error) bool {
	var decode *DecodeError
	return errors.As(err, &decode) || isRedirect(StatusOf(err)) || ForeignRefusal(err)
}

// ForeignRefusal reports whether err is an answer with a 4xx status that is not Puppet Enterprise's own: the page of a proxy, an empty
// body, or a status that says nothing about the request. It is no reason to believe that something does not exist or is not allowed.
func ForeignRefusal(err error) bool {
	var e *Error
	return errors.As(err, &e) && isForeign(e.Status, e.Own())
}

func isForeign(status int, saysError bool) bool {
	switch {
	case status < http.StatusBadRequest, status >= http.StatusInternalServerError, status == http.StatusTooManyRequests:
		return false
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return true
	default:
		return !saysError
	}
}

// ListOutage reports whether an error of a list says nothing about the list itself. Something in front of the server that always answers
// lists with 4xx may let single reads through.
func ListOutage(err error) bool { return Transient(err) && !ForeignRefusal(err) }

// NotFound reports whether err is a 404 that may come from the service itself: its error, or an empty body, because the manuals leave open
// what some services answer. A page or a text comes from something in front of it.
func NotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound && (e.JSON || e.Empty)
}

// OwnNotFound reports whether err is a 404 with the service's own error. An empty one may come from a gateway that has lost its route.
func OwnNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound && e.JSON
}

// Refused reports whether err is Puppet Enterprise's own refusal of a request, after which nothing can have happened: its error with a
// status that says that the request was not carried out. Any other answer, including 429 and the 5xx statuses, may come from something in
// front of PE after PE has carried out the request.
func Refused(err error) bool {
	var e *Error
	if !errors.As(err, &e) || !e.Own() {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusConflict, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	default:
		return false
	}
}

// Busy reports whether err is an answer that asks to come back later: 429 or 503.
func Busy(err error) bool {
	status := StatusOf(err)
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}

// MayBeDone reports whether a request that has failed may have been carried out all the same: it writes, some of it may have been received,
// and Puppet Enterprise itself has not refused it.
func MayBeDone(err error) bool {
	var conn *ConnectionError
	var ended *EndedError
	var decode *DecodeError
	var answer *Error
	switch {
	case errors.As(err, &conn):
		return conn.Sent && conn.Method != http.MethodGet
	case errors.As(err, &ended):
		return ended.Sent && ended.Method != http.MethodGet
	case errors.As(err, &decode):
		return decode.Method != http.MethodGet
	default:
		return errors.As(err, &answer) && answer.Method != http.MethodGet && !Refused(err)
	}
}

// RetryAfter returns how long the server asks to wait, 0 when it does not.
func RetryAfter(err error) time.Duration {
	var e *Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.RetryAfter
}

func isRedirect(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest
}

// StatusLine writes a status with its name, where it has one: those that only some proxies use, such as 520, have none.
func StatusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

func timedOut(err error) bool {
	var conn *ConnectionError
	return errors.As(err, &conn) && conn.Timeout
}

func (s *Service) answerError(c *call, r Request, resp *http.Response, body []byte) *Error {
	e := &Error{
		Tries:   c.tries(),
		Service: s.name,
		Method:  r.Method,
		URL:     s.url(r.Path, nil).String(),
		Status:  resp.StatusCode,
		Empty:   len(bytes.TrimSpace(body)) == 0,
	}
	if wait, ok := retryAfter(resp.Header, time.Now()); ok {
		e.RetryAfter = wait
	}
	if decoded, ok := decodeError(body); ok {
		e.JSON = true
		e.Kind = s.transport.redactor.Line(decoded.Kind)
		e.Message = s.transport.redactor.Line(decoded.Message)
		e.Details = decoded.Details
		return e
	}
	if s.texts.own(resp, body) {
		e.Text = true
		e.Message = visible.Block(strings.TrimSpace(s.transport.redactor.Text(string(beginning(body)))), longestText)
		return e
	}
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode < http.StatusBadRequest {
		e.Message = "the answer was a redirect to " + s.excerpt(to)
		return e
	}
	e.Message = "the answer was " + s.describeBody(resp.Header, whole(body))
	return e
}

// errorBody is the body of an error of PE.
type errorBody struct {
	Kind    string          `json:"kind"`
	Message string          `json:"msg"`
	Details json.RawMessage `json:"details"`
}

// decodeError decodes the body of an error of PE, which always has a kind and a message. ok is false when it is something else, such
// as the JSON of a proxy, which may well have a "msg".
func decodeError(body []byte) (decoded errorBody, ok bool) {
	err := json.Unmarshal(body, &decoded)
	return decoded, err == nil && decoded.Kind != "" && decoded.Message != ""
}

func (s *Service) decodeError(c *call, r Request, resp *http.Response, body content, err error) *DecodeError {
	return &DecodeError{
		Service:  s.name,
		Method:   r.Method,
		URL:      s.url(r.Path, nil).String(),
		Status:   resp.StatusCode,
		Received: s.describeBody(resp.Header, body),
		Shape:    shapeOf(resp.Header, body),
		Tries:    c.tries(),
		Err:      err,
	}
}

var titlePattern = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// shapeOf tells what a body is.
func shapeOf(h http.Header, body content) Shape {
	trimmed := bytes.TrimSpace(body.text)
	switch {
	case len(trimmed) == 0:
		return ShapeEmpty
	case isHTML(h, body.text):
		return ShapePage
	case body.isJSON():
		return ShapeOtherJSON
	case bytes.ContainsAny(trimmed[:1], "{["):
		return ShapeBroken
	default:
		return ShapeText
	}
}

// describeBody describes a body that is not the JSON that was expected.
func (s *Service) describeBody(h http.Header, body content) string {
	switch shapeOf(h, body) {
	case ShapeEmpty:
		return "an empty body"
	case ShapePage:
		if title := titlePattern.FindSubmatch(beginning(body.text)); title != nil {
			return fmt.Sprintf("an HTML page titled \"%s\"", s.excerpt(string(title[1])))
		}
		return "an HTML page"
	case ShapeOtherJSON:
		return "JSON of another shape"
	case ShapeBroken:
		return fmt.Sprintf("%d bytes of incomplete or invalid JSON", body.size)
	default:
		return fmt.Sprintf("text: \"%s\"", s.excerpt(string(beginning(body.text))))
	}
}

// mostDescribed is how much of a body is looked at to describe it.
const mostDescribed = 64 << 10

func beginning(body []byte) []byte { return body[:min(len(body), mostDescribed)] }

// isHTML reports whether a body is an HTML page.
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

// excerpt is the beginning of a text on one line, short enough for an error message. Secrets are removed first, because a part of one could
// not be told any more.
func (s *Service) excerpt(text string) string {
	const longest = 160
	return visible.Line(strings.Join(strings.Fields(s.transport.redactor.Text(text)), " "), longest)
}
