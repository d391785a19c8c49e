// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Service is one PE service behind one base URL.
type Service struct {
	name      string
	base      *url.URL
	transport *Transport
	texts     texts
}

// Request is one call of a service.
type Request struct {
	Method string
	// Path holds the unescaped segments below the base URL. Each is escaped as one segment.
	Path []string
	// Query is optional.
	Query url.Values
	// Body is sent as JSON. Nil sends no body.
	Body any
	// Safety decides when the request may be sent again.
	Safety Safety
	// Timeout limits one attempt in place of [Config.RequestTimeout]. 0 leaves that.
	Timeout time.Duration
	// Identity is the user that the request is made as. Nil is the transport's own identity.
	Identity *Identity
	// Accept lists statuses from 300 on that are normal answers: not tried again, and decoded into Into.
	Accept []int
	// Unlogged are names of members of the answer, at any depth, whose values are left out of the log, because they may hold secrets that
	// nobody here knows.
	Unlogged []string
	// Into receives the decoded JSON body of a 2xx answer, and may be a [Checker] or a [StreamDecoder]. Nil ignores it.
	Into any
}

// Identity is a token that one request carries instead of the transport's.
type Identity struct {
	// Token is sent as X-Authentication. An empty token sends none, for calls that authenticate in another way.
	Token string
}

// Response is what remains of an answer once its body has been decoded.
type Response struct {
	Status int
	Header http.Header
}

// URL returns the absolute URL of a path below the service's base.
func (s *Service) URL(path ...string) string { return s.url(path, nil).String() }

// Redactor returns the redactor of the service's transport.
func (s *Service) Redactor() *Redactor { return s.transport.redactor }

// Do sends the request and decodes its answer. Any 2xx status is a success, because PE's documents and clients disagree about the status of
// some calls. A redirect is not, unless the request accepts it: a proxy that asks for a login answers with one, and following it would lose
// the request. A request whose token is not accepted is sent once more when there is another token, see [Config.RenewToken].
//
// Errors are an [*Error] for an answer of the server that reports a failure, a [*ConnectionError] when there was no complete answer, a
// [*DecodeError] for an answer that is not the expected JSON, and an [*EndedError] with the context's error when it ended between attempts.
func (s *Service) Do(ctx context.Context, r Request) (*Response, error) {
	c := s.newCall(r)
	resp, err := s.do(ctx, c, r)
	if !s.mayRepeat(ctx, c, err) {
		return resp, err
	}
	again := s.newCall(r)
	again.waited = c.waited
	// Of what is not sent twice, the attempt that was answered is the only one that was sent.
	again.sent = c.sent && c.safety == Idempotent
	return s.do(ctx, again, r)
}

func (s *Service) newCall(r Request) *call {
	c := &call{
		safety: r.Safety, accept: r.Accept, identity: r.Identity, timeout: r.Timeout, unlogged: r.Unlogged, log: s.transport.log,
		texts: s.texts,
	}
	c.stream, _ = r.Into.(StreamDecoder)
	return c
}

// do is [Service.Do] with the token that there is.
func (s *Service) do(ctx context.Context, c *call, r Request) (*Response, error) {
	req, err := s.newRequest(withCall(ctx, c), r)
	if err != nil {
		return nil, err
	}
	defer c.drop()
	resp, err := s.transport.client.Do(req)
	if err != nil {
		return nil, s.attemptError(ctx, c, r, err)
	}
	// The attempt has read the whole body, and left none to read.
	_ = resp.Body.Close()
	body := c.body

	out := &Response{Status: resp.StatusCode, Header: resp.Header}
	if !c.accepts(resp.StatusCode) {
		return out, s.answerError(c, r, resp, body.text)
	}
	if r.Into == nil {
		if isHTML(resp.Header, body.text) {
			return out, s.decodeError(c, r, resp, body, errNotPE)
		}
		return out, nil
	}
	err = body.err
	if !body.streamed {
		err = decode(body.text, r.Into)
	}
	if err != nil {
		return out, s.decodeError(c, r, resp, body, err)
	}
	return out, nil
}

// Checker is implemented by values for [Request.Into] that can tell when JSON of the right shape is still not a valid answer.
type Checker interface {
	// Check is called once the value has been decoded.
	Check() error
}

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return err
	}
	if checked, ok := into.(Checker); ok {
		return checked.Check()
	}
	return nil
}

// Unusable returns the error for an answer to a GET that had the right shape as a whole, but not in a part that was decoded later.
func (s *Service) Unusable(err error, path ...string) *DecodeError {
	return &DecodeError{
		Service: s.name, Method: http.MethodGet, URL: s.URL(path...), Status: http.StatusOK, Received: "JSON of another shape",
		Shape: ShapeOtherJSON, Err: err,
	}
}

// errNotPE is the error for a page where no body is expected.
var errNotPE = errors.New("a web page is not an answer from Puppet Enterprise")

// errPathSegment says that a name cannot be a part of a path. Escaping does not help: what is between here and the server undoes it, and
// the request would be another one.
var errPathSegment = errors.New("the name cannot be a part of the path of a request")

// checkPath refuses names that would lead elsewhere.
func checkPath(path []string) error {
	for _, segment := range path {
		if segment == "" || segment == "." || segment == ".." {
			return fmt.Errorf("%w: %q", errPathSegment, segment)
		}
	}
	return nil
}

func (s *Service) newRequest(ctx context.Context, r Request) (*retryablehttp.Request, error) {
	if err := checkPath(r.Path); err != nil {
		return nil, fmt.Errorf("building %s %s: %w", r.Method, s.base.Redacted(), err)
	}
	var body any
	if r.Body != nil {
		encoded, err := json.Marshal(r.Body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body of %s %s: %w", r.Method, s.url(r.Path, nil), err)
		}
		body = encoded
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.Method, s.url(r.Path, r.Query).String(), body)
	if err != nil {
		return nil, fmt.Errorf("building %s %s: %w", r.Method, s.url(r.Path, nil), err)
	}
	// RBAC answers errors as text unless JSON is requested (PE 2019.7).
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

func (s *Service) url(path []string, query url.Values) *url.URL {
	u := *s.base
	if len(path) > 0 {
		escaped := make([]string, len(path))
		for i, segment := range path {
			escaped[i] = url.PathEscape(segment)
		}
		u.Path = s.base.Path + "/" + strings.Join(path, "/")
		u.RawPath = s.base.EscapedPath() + "/" + strings.Join(escaped, "/")
	}
	u.RawQuery = query.Encode()
	return &u
}

// attemptError names the service in the error of the last attempt, without the wrapping of net/http, whose text repeats the URL with its
// query. When an operation ended while it waited to try again, the error also says why it waited.
func (s *Service) attemptError(ctx context.Context, c *call, r Request, err error) error {
	if named := s.named(err); named != nil {
		return named
	}
	at := s.url(r.Path, nil).String()
	if ctx.Err() != nil {
		trouble := c.trouble
		if named := s.named(trouble); named != nil {
			trouble = named
		}
		return &EndedError{Method: r.Method, URL: at, Sent: c.sent, Trouble: trouble, Tries: c.tries(), Err: context.Cause(ctx)}
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fmt.Errorf("%s %s: %w", r.Method, at, err)
}

// named is a connection error with the name of the service; nil for other errors.
func (s *Service) named(err error) error {
	var conn *ConnectionError
	if !errors.As(err, &conn) {
		return nil
	}
	named := *conn
	named.Service = s.name
	return &named
}
