// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// errAttemptTimeout is the cause of a context that ended because one attempt took longer than Config.RequestTimeout.
var errAttemptTimeout = errors.New("no complete answer within the request timeout")

// errTooSlow says that the rate limit has no room for a request before the end of the operation.
var errTooSlow = errors.New("the operation has to end before there is time for the request")

// attemptTripper makes one attempt of one request: it waits for its turn, sends, and reads the whole answer, which a [StreamDecoder]
// decodes meanwhile. To the retry loop above it, an attempt either worked or failed, whether the connection broke before the answer or in
// the middle of it.
type attemptTripper struct {
	next     http.RoundTripper
	timeout  time.Duration
	slots    *semaphore.Weighted
	pace     *rate.Limiter
	respite  *respite
	maxBody  int64
	memory   *memory
	identity identity
	hosts    *hosts
	clock    *serverClock
	log      wireLog
}

// identity is who the client says that it is. certificate tells that it has one to present.
type identity struct {
	tokens      *tokens
	userAgent   string
	certificate bool
}

// RoundTrip implements [http.RoundTripper], but that the body of the answer is in the call, and not in the answer, so that it is held only
// once. Its error is a [*ConnectionError] unless the context ended before anything
// was tried.
func (a *attemptTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := a.slots.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("waiting for a free request slot: %w", err)
	}
	defer a.slots.Release(1)
	if err := a.respite.wait(ctx); err != nil {
		return nil, fmt.Errorf("waiting because the server has asked for fewer requests: %w", err)
	}
	if err := a.pace.Wait(ctx); err != nil {
		if ctx.Err() == nil {
			err = errTooSlow // in plain words
		}
		return nil, fmt.Errorf("waiting for the request rate limit: %w", err)
	}

	timeout := cmp.Or(callOf(ctx).timeout, a.timeout)
	attemptCtx, limit := limitAttempt(ctx, timeout)
	defer limit.end()
	own := callOf(ctx)
	own.drop()

	started := time.Now()
	own.begins(started)
	own.held = reservation{of: a.memory}
	resp, body, sent, err := a.send(attemptCtx, req, bodyReader{limit: a.maxBody, held: &own.held, time: limit})
	own.sent = own.sent || sent
	own.ended(time.Now())
	if err != nil {
		own.drop()
		if errors.Is(context.Cause(attemptCtx), errAttemptTimeout) {
			err = errAttemptTimeout // and not the end of a context, which looks like that of the operation
		}
		err = &ConnectionError{
			Method:  req.Method,
			URL:     a.log.redactor.URL(req.URL),
			Sent:    own.sent,
			Absent:  a.hosts.failed(req.URL.Host, err, time.Now()),
			Timeout: errors.Is(context.Cause(attemptCtx), errAttemptTimeout),
			Limit:   timeout,
			Tries:   own.tries(),
			Err:     err,
		}
		a.log.failure(ctx, req, time.Since(started), err)
		return nil, err
	}
	a.hosts.answered(req.URL.Host)
	a.clock.see(resp.Header, time.Now())
	a.respite.see(resp)
	a.log.answer(ctx, req, resp, body, time.Since(started))
	own.body = body
	resp.Body = http.NoBody
	return resp, nil
}

// send does the round trip and reads the body. sent is true when any of the request may have been received.
func (a *attemptTripper) send(ctx context.Context, req *http.Request, reader bodyReader) (*http.Response, content, bool, error) {
	var sent, used atomic.Bool
	trace := &httptrace.ClientTrace{
		// The pool tries another connection by itself when an idle one turns out to be dead, but only while nothing has been written; so what
		// counts is the last connection that was asked for.
		GetConn:      func(string) { sent.Store(false) },
		GotConn:      func(conn httptrace.GotConnInfo) { used.Store(conn.Reused) },
		WroteHeaders: func() { sent.Store(true) },
	}
	out := req.Clone(httptrace.WithClientTrace(ctx, trace))
	if token := a.tokenOf(callOf(ctx)); token != "" {
		out.Header.Set("X-Authentication", token)
	}
	if a.identity.userAgent != "" {
		out.Header.Set("User-Agent", a.identity.userAgent)
	}
	// Asked for here and not by net/http, which hides how much was sent.
	out.Header.Set("Accept-Encoding", "gzip")
	a.log.request(ctx, out)

	resp, err := a.next.RoundTrip(out)
	if err != nil {
		fresh := !used.Load()
		err = nameAlert(nameSchemeMismatch(err, req.URL.Scheme, fresh), fresh, a.identity.certificate)
		return nil, content{}, sent.Load() && !errors.As(err, new(*AlertError)) && !errors.Is(err, ErrTLSPort), err
	}
	body, err := a.read(ctx, resp, reader)
	if err != nil {
		return nil, content{}, true, fmt.Errorf("reading the answer (status %d): %w", resp.StatusCode, err)
	}
	return resp, body, true, nil
}

// tokenOf returns the token that an attempt of a call carries, and notes it in the call.
func (a *attemptTripper) tokenOf(c *call) string {
	if c.identity != nil {
		return c.identity.Token
	}
	c.token = a.identity.tokens.current()
	return c.token
}

// read reads the body of an answer, or has it decoded while it is read.
func (a *attemptTripper) read(ctx context.Context, resp *http.Response, reader bodyReader) (body content, err error) {
	own := callOf(ctx)
	streamed := own.streams(resp.StatusCode)
	defer func() {
		if closeErr := resp.Body.Close(); err == nil && !streamed {
			err = closeErr
		}
	}()
	if streamed {
		return reader.stream(resp, own.stream, a.log.kept(ctx))
	}
	text, err := reader.read(ctx, resp)
	return whole(text), err
}

// ErrPlainPort says that a port answers a TLS handshake with plain HTTP.
var ErrPlainPort = http.ErrSchemeMismatch

// ErrTLSPort says that a port answers a request without TLS with an alert of TLS, as the Jetty of Puppet Enterprise does.
var ErrTLSPort = errors.New("server gave TLS response to HTTP client")

// nameSchemeMismatch turns the TLS error of a port that speaks plain HTTP into [ErrPlainPort], and what plain HTTP makes of an
// alert into [ErrTLSPort], after which nothing was received. fresh tells that nothing was ever answered on the connection. http.Client does
// the former too, but only for errors that reach it unwrapped.
func nameSchemeMismatch(err error, scheme string, fresh bool) error {
	var record tls.RecordHeaderError
	if errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/" {
		return ErrPlainPort
	}
	// The library has no type for it. The text begins with the type of the record, an alert, and the version of the protocol.
	if fresh && scheme == "http" && strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`) {
		return ErrTLSPort
	}
	return err
}
