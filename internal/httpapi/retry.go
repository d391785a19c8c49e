// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Safety says what a request may do when it is sent twice, and so when it may be sent again.
type Safety int

const (
	// Launches marks a request that starts or creates something each time it is received. It is sent again only when it cannot have been
	// received. No answer leads to another attempt, not even 429 or 503: something in front of the server may have answered after the server
	// had received the request, so the caller has to find out first. It is the zero value, so that forgetting to choose is safe.
	Launches Safety = iota
	// Idempotent marks a request whose repetition changes nothing more: GET, PUT, DELETE, and POSTs that only read.
	Idempotent
)

// call is what the retry loop needs to know of the request that it repeats. It travels in the request's context, the only thing that
// retryablehttp passes to its policy.
type call struct {
	safety Safety
	accept []int
	// identity is nil for the transport's own.
	identity *Identity
	// token is the transport's own that the last attempt carried.
	token string
	// timeout is 0 for the transport's own.
	timeout time.Duration
	// foreign counts the answers with a 4xx status that were not PE's own.
	foreign int
	// trouble is why the last attempt failed, for the error of an operation that ends between two attempts.
	trouble error
	// sent is true when any of the attempts may have been received.
	sent bool
	// attempts is how many there were, and first and last are when the first one began and the last one ended.
	attempts    int
	first, last time.Time
	// waited is how long the request has waited because the server has asked for that.
	waited time.Duration
	// unlogged are the members of the answer that are left out of the log.
	unlogged []string
	// log says why it waits.
	log wireLog
	// texts are the answers in plain text that are PE's own.
	texts texts
	// stream decodes the answer while it is read, nil where the answer is held whole.
	stream StreamDecoder
	// body is the body of the last answer, and held what is reserved for it.
	body content
	held reservation
}

// drop gives up the body of the last answer.
func (c *call) drop() {
	c.body = content{}
	c.held.release()
}

type (
	callKey   struct{}
	singleKey struct{}
)

// WithoutRetries returns a context whose requests are tried only once, for callers that repeat them on a schedule of their own.
func WithoutRetries(ctx context.Context) context.Context {
	return context.WithValue(ctx, singleKey{}, true)
}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// checkRetry is the retry policy (retryablehttp.CheckRetry). It never returns an error of its own: the last answer or error is passed on as
// it is.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil || ctx.Value(singleKey{}) != nil {
		return false, nil //nolint:nilerr // the attempt's own error is passed on, see above.
	}
	c := callOf(ctx)
	if err != nil {
		c.trouble = err
		return retryError(c.safety, err), nil
	}
	if slices.Contains(c.accept, resp.StatusCode) || !c.retryAnswer(resp) || !c.mayWait(ctx, resp) {
		return false, nil
	}
	c.trouble = fmt.Errorf("the server answered %s", StatusLine(resp.StatusCode))
	return true, nil
}

func retryError(s Safety, err error) bool {
	var conn *ConnectionError
	if !errors.As(err, &conn) || conn.Permanent() || conn.Absent {
		return false
	}
	return s == Idempotent || !conn.Sent
}

// foreignRetries is how often a request is sent again after 4xx answers that are not PE's own. It is low: if such answers are not
// transient, the URL is wrong, or a proxy wants something.
const foreignRetries = 2

func (c *call) retryAnswer(resp *http.Response) bool {
	if c.safety != Idempotent {
		return false
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError:
		return resp.Request != nil && resp.Request.Method == http.MethodGet
	}
	if !isForeign(resp.StatusCode, c.saysError(resp)) {
		return false
	}
	c.foreign++
	return c.foreign <= foreignRetries
}

// accepts reports whether an answer with a status is one that the call wants, and none of a failure.
func (c *call) accepts(status int) bool {
	return status < http.StatusMultipleChoices || slices.Contains(c.accept, status)
}

// saysError reports whether the body of an answer is an error of PE.
func (c *call) saysError(resp *http.Response) bool {
	if resp.StatusCode < http.StatusBadRequest || resp.StatusCode >= http.StatusInternalServerError {
		return false
	}
	_, ok := decodeError(c.body.text)
	return ok || c.texts.own(resp, c.body.text)
}

const (
	// maxRetryAfter is the longest wait that a server can ask for.
	maxRetryAfter = 10 * time.Minute
	// mostWaiting limits how long a server can delay, in all, a request of an operation that has no deadline of its own. Nobody sees why
	// such an operation takes so long, so it had better fail and say so.
	mostWaiting = 5 * time.Minute
)

// mayWait reports whether there is time for the wait that the server asks for, and says that it waits.
func (c *call) mayWait(ctx context.Context, resp *http.Response) bool {
	wait, asked := retryAfter(resp.Header, time.Now())
	if !asked {
		return true
	}
	if deadline, bounded := ctx.Deadline(); bounded {
		if time.Now().Add(wait).After(deadline) {
			return false // waiting would be pointless
		}
	} else if c.waited+wait > mostWaiting {
		return false
	}
	c.waited += wait
	c.log.waits(ctx, resp, wait)
	return true
}

// retryAfter reads a Retry-After header in both forms of RFC 9110 §10.2.3, whole seconds or an HTTP date, which counts from the date of the
// answer: the server's clock may differ from this machine's, whose time is now. What is longer than the longest wait, be it a number of any
// size, counts as that. No wait at all is nothing that a server has asked for.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, asked bool) {
	wait = min(max(retryAfterIn(h, now), 0), maxRetryAfter)
	return wait, wait > 0
}

func retryAfterIn(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(maxRetryAfter/time.Second) {
			return maxRetryAfter // a number that does not fit is a long wait
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if there, err := http.ParseTime(h.Get("Date")); err == nil {
		now = there
	}
	return at.Sub(now)
}

// backoff computes the waits between attempts. Its functions are fields so that tests can set them.
type backoff struct {
	now    func() time.Time
	jitter func() float64 // in [0, 1)
}

// wait implements retryablehttp.Backoff: minWait doubled for each attempt up to maxWait, minus a random part of up to half of it, so that
// clients do not all come back at once, and no less than the server's Retry-After. A server that always asks for a second may need longer.
func (b backoff) wait(minWait, maxWait time.Duration, attempt int, resp *http.Response) time.Duration {
	var asked time.Duration
	if resp != nil {
		asked, _ = retryAfter(resp.Header, b.now())
	}
	wait := minWait
	for range attempt {
		if wait >= maxWait {
			break
		}
		wait *= 2
	}
	wait = min(wait, maxWait)
	return max(asked, wait-time.Duration(b.jitter()*float64(wait)/2))
}

// permanent reports whether another attempt would end in the same way: a certificate that one of the two sides does not accept, a port that
// does not speak TLS, or speaks nothing else, a name that does not exist, an answer that is too large, a proxy that asks for a login or
// forbids the connection.
func permanent(err error) bool {
	if errors.Is(err, ErrPlainPort) || errors.Is(err, ErrTLSPort) || errors.Is(err, errBodyTooLarge) || refusedByRule(err) {
		return true
	}
	var certificate *tls.CertificateVerificationError
	var alert *AlertError
	var record tls.RecordHeaderError
	if errors.As(err, &certificate) || errors.As(err, &alert) || errors.As(err, &record) {
		return true
	}
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
