package httpapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
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
	// foreign counts the answers with a 4xx status that were not PE's own.
	foreign int
	// trouble is why the last attempt failed, for the error of an operation that ends between two attempts.
	trouble error
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
	if slices.Contains(c.accept, resp.StatusCode) || !c.retryAnswer(resp) || beyondDeadline(ctx, resp) {
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
	if !isForeign(resp.StatusCode, saysError(resp)) {
		return false
	}
	c.foreign++
	return c.foreign <= foreignRetries
}

// saysError reports whether the body of an answer is an error of PE. The body is in memory and can be read again.
func saysError(resp *http.Response) bool {
	if resp.StatusCode < http.StatusBadRequest || resp.StatusCode >= http.StatusInternalServerError || resp.Body == nil {
		return false
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	_, ok := decodeError(body)
	return err == nil && ok
}

// beyondDeadline reports whether the server asks for a wait that ends after ctx does: waiting would be pointless.
func beyondDeadline(ctx context.Context, resp *http.Response) bool {
	wait, ok := retryAfter(resp.Header, time.Now())
	if !ok {
		return false
	}
	deadline, bounded := ctx.Deadline()
	return bounded && time.Now().Add(wait).After(deadline)
}

// maxRetryAfter limits how long the server can delay an operation that has no deadline of its own.
const maxRetryAfter = 10 * time.Minute

// retryAfter reads a Retry-After header in both forms of RFC 9110 §10.2.3, whole seconds or an HTTP date.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	value := h.Get("Retry-After")
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		if seconds < 0 {
			return 0, false
		}
		return min(time.Duration(seconds)*time.Second, maxRetryAfter), true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(at.Sub(now), 0), maxRetryAfter), true
}

// backoff computes the waits between attempts. Its functions are fields so that tests can set them.
type backoff struct {
	now    func() time.Time
	jitter func() float64 // in [0, 1)
}

// wait implements retryablehttp.Backoff: the server's Retry-After, or else minWait doubled for each attempt up to maxWait, minus a random
// part of up to half of it, so that clients do not all come back at once.
func (b backoff) wait(minWait, maxWait time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if asked, ok := retryAfter(resp.Header, b.now()); ok {
			return asked
		}
	}
	wait := minWait
	for range attempt {
		if wait >= maxWait {
			break
		}
		wait *= 2
	}
	wait = min(wait, maxWait)
	return wait - time.Duration(b.jitter()*float64(wait)/2)
}

// permanent reports whether another attempt would end in the same way: a certificate that one of the two sides does not accept, a port that
// does not speak TLS, a name that does not exist, an answer that is too large.
func permanent(err error) bool {
	if errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, errBodyTooLarge) {
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
