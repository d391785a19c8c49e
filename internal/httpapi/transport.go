// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"cmp"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// Defaults of [Config].
const (
	DefaultRequestTimeout        = 60 * time.Second
	DefaultMaxRetries            = 6
	DefaultRetryMaxWait          = 30 * time.Second
	DefaultMaxConcurrentRequests = 16

	defaultRetryMinWait = 500 * time.Millisecond
	// A node list of 20,000 nodes with results has some tens of megabytes; anything larger is not an answer of PE.
	defaultMaxBodyBytes = 256 << 20

	idleConnTimeout     = 90 * time.Second
	dialTimeout         = 10 * time.Second
	tlsHandshakeTimeout = 15 * time.Second
)

// Config says how to reach the services of one Puppet Enterprise, and as whom. The zero value of every field is usable.
type Config struct {
	// Token is sent as X-Authentication. An empty token sends none.
	Token string
	// RenewToken reads the token anew from where it came from. It is asked when the server does not accept the token, and what it returns is
	// used from then on. Nil means that there cannot be another one.
	RenewToken func() (string, error)
	// UserAgent identifies this client in the server's access log.
	UserAgent string
	// TLS holds the certificates. See [TLSConfig].
	TLS TLSConfig
	// RequestTimeout limits one attempt, from the first byte sent to the last byte of the answer.
	RequestTimeout time.Duration
	// MaxRetries is how many times a request is sent again after the first attempt. Negative means never.
	MaxRetries int
	// RetryMinWait and RetryMaxWait bound the wait between attempts. A Retry-After of the server wins over both.
	RetryMinWait, RetryMaxWait time.Duration
	// MaxConcurrentRequests is how many attempts may be in progress at once, over all services.
	MaxConcurrentRequests int
	// RequestsPerSecond limits the attempts over all services. Zero means no limit.
	RequestsPerSecond float64
	// MaxBodyBytes limits the size of one answer.
	MaxBodyBytes int64
	// Logger receives one line an attempt at debug level, and redacted bodies at [LevelTrace]. Nil means no log.
	Logger *slog.Logger
}

// Transport is a pool of connections to the services of one PE, with one identity. It is safe for concurrent use.
type Transport struct {
	client   *retryablehttp.Client
	pool     *http.Transport
	proxies  proxies
	redactor *Redactor
	tokens   *tokens
	clock    *serverClock
	log      wireLog
}

// New builds a Transport. It makes no request. It fails only when a certificate or key of cfg.TLS cannot be used; the
// error is then a [*CertificateError].
func New(cfg Config) (*Transport, error) {
	cfg = cfg.withDefaults()
	tlsConfig, err := cfg.TLS.clientConfig()
	if err != nil {
		return nil, err
	}

	proxies := proxiesOfEnvironment()
	pool := &http.Transport{
		Proxy:                  func(r *http.Request) (*url.URL, error) { return proxies.of(r.URL) },
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    tlsHandshakeTimeout,
		// Go keeps two idle connections a host by default. With ten concurrent operations every other request would then reconnect, and a TLS
		// handshake costs more than most answers.
		MaxIdleConns:        2 * cfg.MaxConcurrentRequests,
		MaxIdleConnsPerHost: cfg.MaxConcurrentRequests,
		MaxConnsPerHost:     cfg.MaxConcurrentRequests,
		IdleConnTimeout:     idleConnTimeout,
	}
	redactor := NewRedactor(cfg.Token, string(cfg.TLS.ClientKeyPEM))

	t := &Transport{
		pool: pool, proxies: proxies, redactor: redactor, clock: &serverClock{}, log: wireLog{logger: cfg.Logger, redactor: redactor},
		tokens: &tokens{token: cfg.Token, renew: cfg.RenewToken, redactor: redactor},
	}
	t.client = &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     newAttemptTripper(cfg, throughProxy{pool, proxies}, t),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryWaitMin: cfg.RetryMinWait,
		RetryWaitMax: cfg.RetryMaxWait,
		RetryMax:     max(cfg.MaxRetries, 0),
		CheckRetry:   checkRetry,
		Backoff:      backoff{now: time.Now, jitter: rand.Float64}.wait,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return t, nil
}

// Redactor returns the transport's redactor, with which callers register the secret values that they send.
func (t *Transport) Redactor() *Redactor { return t.redactor }

// ServerNow returns the time on the server's clock to within a second, as its latest answer shows it. ok is false before the first answer.
func (t *Transport) ServerNow() (now time.Time, ok bool) { return t.clock.now(time.Now()) }

// Close closes the idle connections.
func (t *Transport) Close() { t.pool.CloseIdleConnections() }

// Service binds the transport to one service, which is called name in errors and logs. The base URL is absolute, http or
// https; a path in it is kept. The error is a [*ProxySettingError] where the environment names a proxy for it that cannot be used: without
// that, the connection would be made directly, past the proxy.
func (t *Transport) Service(name, baseURL string) (*Service, error) {
	base, err := url.Parse(strings.TrimRight(baseURL, "/"))
	if err != nil {
		return nil, fmt.Errorf("parsing the URL of %s: %w", name, err)
	}
	if base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fmt.Errorf("the URL of %s, %q, is not an absolute http or https URL", name, baseURL)
	}
	if err := t.proxies.check(base); err != nil {
		return nil, err
	}
	return &Service{name: name, base: base, transport: t}, nil
}

func (c Config) withDefaults() Config {
	c.RequestTimeout = cmp.Or(c.RequestTimeout, DefaultRequestTimeout)
	c.RetryMinWait = cmp.Or(c.RetryMinWait, defaultRetryMinWait)
	c.RetryMaxWait = cmp.Or(c.RetryMaxWait, DefaultRetryMaxWait)
	c.RetryMinWait = min(c.RetryMinWait, c.RetryMaxWait)
	c.MaxConcurrentRequests = cmp.Or(c.MaxConcurrentRequests, DefaultMaxConcurrentRequests)
	c.MaxBodyBytes = cmp.Or(c.MaxBodyBytes, defaultMaxBodyBytes)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// newAttemptTripper builds what one attempt passes through: limits, timeout, the pool, the bounded read, the log.
func newAttemptTripper(cfg Config, pool http.RoundTripper, t *Transport) *attemptTripper {
	limit := rate.Inf
	if cfg.RequestsPerSecond > 0 {
		limit = rate.Limit(cfg.RequestsPerSecond)
	}
	return &attemptTripper{
		next:     pool,
		timeout:  cfg.RequestTimeout,
		slots:    semaphore.NewWeighted(int64(cfg.MaxConcurrentRequests)),
		pace:     rate.NewLimiter(limit, 1),
		respite:  &respite{least: cfg.RetryMinWait, now: time.Now, jitter: rand.Float64},
		maxBody:  cfg.MaxBodyBytes,
		memory:   newMemory(smallBody, middleBody),
		identity: identity{tokens: t.tokens, userAgent: cfg.UserAgent, certificate: len(cfg.TLS.ClientCertPEM) > 0},
		hosts:    &hosts{},
		clock:    t.clock,
		log:      t.log,
	}
}
