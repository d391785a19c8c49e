package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

const secretToken = "0SecretTokenOfTheTest"

// newService starts an HTTPS server and returns a service bound to it that retries fast.
func newService(t *testing.T, handler http.Handler, change ...func(*httpapi.Config)) *httpapi.Service {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return serviceFor(t, server, change...)
}

func serviceFor(t *testing.T, server *httptest.Server, change ...func(*httpapi.Config)) *httpapi.Service {
	t.Helper()
	cfg := httpapi.Config{
		Token:        secretToken,
		UserAgent:    "terraform-provider-pe/test",
		TLS:          httpapi.TLSConfig{CACertPEM: certificateOf(server)},
		RetryMinWait: time.Millisecond,
		RetryMaxWait: 4 * time.Millisecond,
		MaxRetries:   3,
	}
	for _, c := range change {
		c(&cfg)
	}
	return mustService(t, cfg, server.URL+"/orchestrator/v1")
}

func mustService(t *testing.T, cfg httpapi.Config, url string) *httpapi.Service {
	t.Helper()
	transport, err := httpapi.New(cfg)
	if err != nil {
		t.Fatalf("building the transport: %v", err)
	}
	t.Cleanup(transport.Close)
	service, err := transport.Service("orchestrator", url)
	if err != nil {
		t.Fatalf("binding the service: %v", err)
	}
	return service
}

func certificateOf(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func get(path ...string) httpapi.Request {
	return httpapi.Request{Method: http.MethodGet, Path: path, Safety: httpapi.Idempotent}
}

func launch() httpapi.Request {
	return httpapi.Request{Method: http.MethodPost, Path: []string{"command", "deploy"}, Body: map[string]any{"environment": "production"}}
}

func TestDo_SendsIdentityAndJSON(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body map[string]any
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("the body is not JSON: %v", err)
		}
		w.Header().Set("Location", "/roles/7")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"name":"81"}`)
	}))

	var answer struct{ Name string }
	request := launch()
	request.Path = []string{"tasks", "my module", "a/b"}
	request.Query = map[string][]string{"environment": {"production"}}
	request.Into = &answer
	response, err := service.Do(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"X-Authentication": secretToken,
		"User-Agent":       "terraform-provider-pe/test",
		"Accept":           "application/json",
		"Content-Type":     "application/json",
	} {
		if got.Header.Get(header) != want {
			t.Errorf("header %s is %q, want %q", header, got.Header.Get(header), want)
		}
	}
	if want := "/orchestrator/v1/tasks/my%20module/a%2Fb?environment=production"; got.RequestURI != want {
		t.Errorf("asked for %s, want %s", got.RequestURI, want)
	}
	if body["environment"] != "production" || answer.Name != "81" || response.Status != http.StatusAccepted || response.Header.Get("Location") != "/roles/7" {
		t.Errorf("body %v, answer %+v, response %+v", body, answer, response)
	}
}

func TestDo_AsAnotherIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		identity *httpapi.Identity
		want     string
	}{
		"the transport's own": {nil, secretToken},
		"another token":       {&httpapi.Identity{Token: "0Other"}, "0Other"},
		"nobody":              {&httpapi.Identity{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 2)
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got <- r.Header.Get("X-Authentication")
				if len(got) == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			}))
			request := get("x")
			request.Identity = test.identity
			if _, err := service.Do(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			if first, again := <-got, <-got; first != test.want || again != test.want {
				t.Errorf("the requests came from %q and %q, want %q", first, again, test.want)
			}
		})
	}
}

func TestDo_ReturnsTypedErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		status      int
		contentType string
		body        string
		wantKind    string
		wantMessage string
		wantJSON    bool
	}{
		{"orchestrator", 404, "application/json", `{"kind":"puppetlabs.orchestrator/unknown-job","msg":"Unknown job 9","details":{"job":"9"}}`, "unknown-job", "Unknown job 9", true},
		{"second namespace", 400, "application/json", `{"kind":"puppetlabs.validators/validation-error","msg":"limit"}`, "validation-error", "limit", true},
		{"leading colon", 404, "application/json", `{"kind":":puppetlabs.orchestrator/unknown-task-target","msg":"x"}`, "unknown-task-target", "x", true},
		{"rbac has no namespace", 409, "application/json", `{"kind":"conflict","msg":"taken","details":"Web"}`, "conflict", "taken", true},
		{"secrets in the message", 400, "application/json", `{"kind":"a/b","msg":"token ` + secretToken + ` is bad"}`, "b", "token (redacted) is bad", true},
		{"plain text", 403, "text/plain", "Forbidden request: /orchestrator/v1/jobs", "", `the answer was text: "Forbidden request: /orchestrator/v1/jobs"`, false},
		{"html", 403, "text/html; charset=utf-8", "<html><head><title>Access\n denied</title></head></html>", "", `the answer was an HTML page titled "Access denied"`, false},
		{"empty", 404, "", "", "", "the answer was an empty body", false},
		{"json of something else", 404, "application/json", `{"error":"x"}`, "", "the answer was JSON of another shape", false},
		{"cut off", 404, "application/json", `{"kind":"puppet`, "", "the answer was 15 bytes of incomplete or invalid JSON", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			service := newService(t, answering(test.status, test.contentType, test.body))
			_, err := service.Do(t.Context(), get("jobs", "9"))
			var apiErr *httpapi.Error
			if !errors.As(err, &apiErr) {
				t.Fatalf("got %T %v, want an *Error", err, err)
			}
			if httpapi.Transient(err) == test.wantJSON {
				t.Errorf("transient %v, though it being PE's own answer is %v", httpapi.Transient(err), test.wantJSON)
			}
			if apiErr.Status != test.status || apiErr.KindName() != test.wantKind || apiErr.Message != test.wantMessage || apiErr.JSON != test.wantJSON {
				t.Errorf("got %+v", apiErr)
			}
			if apiErr.Service != "orchestrator" || !strings.HasSuffix(apiErr.URL, "/orchestrator/v1/jobs/9") {
				t.Errorf("the error does not say what was asked: %+v", apiErr)
			}
			if test.wantKind != "" && !httpapi.HasKind(err, "other", test.wantKind) {
				t.Errorf("HasKind does not find %q", test.wantKind)
			}
		})
	}
}

func TestDo_UnexpectedAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ contentType, body, want string }{
		"html":      {"text/html", "<html><title>Login</title></html>", `an HTML page titled "Login"`},
		"truncated": {"application/json", `{"items":[{"name":"1"`, "21 bytes of incomplete or invalid JSON"},
		"other":     {"application/json", `[1,2]`, "JSON of another shape"},
		"empty":     {"application/json", "", "an empty body"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newService(t, answering(http.StatusOK, test.contentType, test.body))
			request := get("jobs")
			request.Into = &struct{ Items []any }{}
			_, err := service.Do(t.Context(), request)
			var decodeErr *httpapi.DecodeError
			if !errors.As(err, &decodeErr) {
				t.Fatalf("got %T %v, want a *DecodeError", err, err)
			}
			if decodeErr.Received != test.want || !httpapi.Transient(err) {
				t.Errorf("received %q, want %q; transient %v", decodeErr.Received, test.want, httpapi.Transient(err))
			}
		})
	}
}

// TestDo_ChangeAnsweredBySomethingElse: a change that something else than PE has answered was not made, whatever the status looks like.
func TestDo_ChangeAnsweredBySomethingElse(t *testing.T) {
	t.Parallel()
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><title>Login</title></html>")
	}
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://sso.example.com/login", http.StatusFound)
	}
	seeOther := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/rbac-api/v1/roles/8")
		w.WriteHeader(http.StatusSeeOther)
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		accept  []int
		says    string // "" for a success
	}{
		"a login page":          {page, nil, `an HTML page titled "Login"`},
		"a redirect to a login": {redirect, nil, "a redirect to https://sso.example.com/login"},
		"an accepted redirect":  {seeOther, []int{http.StatusSeeOther}, ""},
		"nothing":               {func(http.ResponseWriter, *http.Request) {}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := httpapi.Request{Method: http.MethodPut, Path: []string{"roles", "8"}, Body: map[string]any{}, Safety: httpapi.Idempotent, Accept: test.accept}
			_, err := newService(t, test.handler).Do(t.Context(), request)
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

func TestDo_Retries(t *testing.T) {
	t.Parallel()
	put := httpapi.Request{Method: http.MethodPut, Path: []string{"x"}, Body: map[string]any{"enabled": false}, Safety: httpapi.Idempotent}
	tests := []struct {
		name    string
		request httpapi.Request
		status  int
		want    int32 // attempts, of at most four
	}{
		{"GET 200", get("jobs"), 200, 1},
		{"GET 404 without an error of PE", get("jobs"), 404, 3},
		{"PUT 407 without an error of PE", put, 407, 3},
		{"launch 404 without an error of PE", launch(), 404, 1},
		{"GET 429", get("jobs"), 429, 4},
		{"GET 500", get("jobs"), 500, 4},
		{"GET 502", get("jobs"), 502, 4},
		{"GET 503", get("jobs"), 503, 4},
		{"GET 504", get("jobs"), 504, 4},
		{"GET 501", get("jobs"), 501, 1},
		{"PUT 500", put, 500, 1},
		{"PUT 503", put, 503, 4},
		{"launch 429", launch(), 429, 1},
		{"launch 503", launch(), 503, 1},
		{"launch 500", launch(), 500, 1},
		{"launch 502", launch(), 502, 1},
		{"launch 504", launch(), 504, 1},
		{"launch 400", launch(), 400, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				if r.Body != nil && r.Method != http.MethodGet {
					if body, err := io.ReadAll(r.Body); err != nil || len(body) == 0 {
						t.Errorf("attempt %d came without its body", attempts.Load())
					}
				}
				w.WriteHeader(test.status)
			}))
			_, err := service.Do(t.Context(), test.request)
			if got := attempts.Load(); got != test.want {
				t.Errorf("made %d attempts, want %d", got, test.want)
			}
			if test.status != 200 && httpapi.StatusOf(err) != test.status {
				t.Errorf("the error is %v, want status %d", err, test.status)
			}
		})
	}
}

func TestDo_LostAnswer(t *testing.T) {
	t.Parallel()
	drop := func(w http.ResponseWriter) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = connection.Close()
		}
	}
	cutShort := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"name":`)
		_ = http.NewResponseController(w).Flush()
		drop(w)
	}
	for name, lose := range map[string]func(http.ResponseWriter){"dropped": drop, "cut short": cutShort} {
		t.Run(name+" launch is not sent again", func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				attempts.Add(1)
				lose(w)
			}))
			_, err := service.Do(t.Context(), launch())
			var connErr *httpapi.ConnectionError
			if !errors.As(err, &connErr) || !connErr.Sent || connErr.Timeout {
				t.Errorf("got %#v, want a ConnectionError of a request that was sent", err)
			}
			if attempts.Load() != 1 {
				t.Errorf("the server received the launch %d times", attempts.Load())
			}
		})
		t.Run(name+" GET is asked again", func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if attempts.Add(1) < 3 {
					lose(w)
					return
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			if _, err := service.Do(t.Context(), get("jobs")); err != nil || attempts.Load() != 3 {
				t.Errorf("after %d attempts: %v", attempts.Load(), err)
			}
		})
	}
}

func TestDo_UnreachableServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	service := serviceFor(t, server)
	server.Close()
	for _, request := range []httpapi.Request{get("jobs"), launch()} {
		_, err := service.Do(t.Context(), request)
		var connErr *httpapi.ConnectionError
		if !errors.As(err, &connErr) || connErr.Sent || connErr.Permanent() || !httpapi.Transient(err) {
			t.Errorf("%s: got %#v, want a transient ConnectionError of a request that was not sent", request.Method, err)
		}
	}
}

func TestDo_AttemptTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var attempts atomic.Int32
	service := newService(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		attempts.Add(1)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}), func(c *httpapi.Config) { c.RequestTimeout = time.Second; c.MaxRetries = 1 })
	defer close(release)

	_, err := service.Do(t.Context(), get("jobs"))
	var connErr *httpapi.ConnectionError
	if !errors.As(err, &connErr) || !connErr.Timeout || !connErr.Sent || !httpapi.Transient(err) {
		t.Errorf("got %#v, want a timeout", err)
	}
	if want := "no complete answer within 1s"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
	if attempts.Load() != 2 {
		t.Errorf("a GET that timed out was tried %d times, want 2", attempts.Load())
	}
}

func TestDo_EndsWhileWaitingToRetry(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = http.NewResponseController(w).Flush()
		time.AfterFunc(500*time.Millisecond, cancel)
	}), func(c *httpapi.Config) { c.RetryMinWait = time.Minute; c.RetryMaxWait = time.Minute })
	_, err := service.Do(ctx, get("jobs"))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "503 Service Unavailable") || httpapi.Transient(err) {
		t.Errorf("got %v, want a cancellation that says what was waited out", err)
	}
}

func TestDo_RetryAfterBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "300")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := service.Do(ctx, get("jobs")); httpapi.StatusOf(err) != http.StatusTooManyRequests {
		t.Errorf("got %v, want the 429 at once", err)
	}
}

func TestDo_OnceIsNotRetried(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int32
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		attempts.Add(1)
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	_, err := service.Do(httpapi.Once(t.Context()), get("jobs"))
	var apiErr *httpapi.Error
	if !errors.As(err, &apiErr) || apiErr.RetryAfter != 7*time.Second || attempts.Load() != 1 {
		t.Errorf("after %d attempts: %v", attempts.Load(), err)
	}
}

func TestDo_BoundsBodies(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int32
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		attempts.Add(1)
		_, _ = io.WriteString(w, strings.Repeat("x", 2000))
	}), func(c *httpapi.Config) { c.MaxBodyBytes = 1000 })
	_, err := service.Do(t.Context(), get("jobs"))
	if err == nil || !strings.Contains(err.Error(), "over 1000 bytes") || attempts.Load() != 1 {
		t.Errorf("after %d attempts: %v", attempts.Load(), err)
	}
}

func TestDo_ConcurrencyLimit(t *testing.T) {
	t.Parallel()
	var current, most atomic.Int32
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		now := current.Add(1)
		defer current.Add(-1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		_, _ = io.WriteString(w, "{}")
	}), func(c *httpapi.Config) { c.MaxConcurrentRequests = 2 })
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := service.Do(t.Context(), get("jobs")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most.Load() > 2 {
		t.Errorf("%d requests were on the wire at once, want at most 2", most.Load())
	}
}

func TestDo_KeepsConnections(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(answering(http.StatusOK, "application/json", "{}"))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	service := serviceFor(t, server, func(c *httpapi.Config) { c.MaxConcurrentRequests = 8 })
	for range 10 {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, err := service.Do(t.Context(), get("jobs")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	if connections.Load() > 8 {
		t.Errorf("80 requests, 8 at a time, opened %d connections", connections.Load())
	}
}

func TestDo_RequestsPerSecond(t *testing.T) {
	t.Parallel()
	service := newService(t, answering(http.StatusOK, "application/json", "{}"), func(c *httpapi.Config) { c.RequestsPerSecond = 0.001 })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := service.Do(ctx, get("jobs")); err != nil {
		t.Fatalf("the first request is within the limit: %v", err)
	}
	if _, err := service.Do(ctx, get("jobs")); err == nil || !strings.Contains(err.Error(), "rate limit") {
		t.Errorf("the second request cannot be sent before the deadline, got %v", err)
	}
}

func TestTLS_Certificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(answering(http.StatusOK, "application/json", "{}"))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewServer(answering(http.StatusOK, "application/json", "{}"))
	t.Cleanup(plain.Close)
	ca := httpapi.TLSConfig{CACertPEM: certificateOf(server)}

	tests := map[string]struct {
		tls  httpapi.TLSConfig
		url  string
		want string // in the error; "" means success
	}{
		"trusted":             {ca, server.URL, ""},
		"another CA":          {httpapi.TLSConfig{}, server.URL, "certificate signed by unknown authority"},
		"another host":        {ca, "https://localhost:" + port, "certificate is valid for"},
		"verification is off": {httpapi.TLSConfig{InsecureSkipVerify: true}, server.URL, ""},
		"plain HTTP":          {ca, "https://" + plain.Listener.Addr().String(), "server gave HTTP response to HTTPS client"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := mustService(t, httpapi.Config{TLS: test.tls, RetryMinWait: time.Hour, RetryMaxWait: time.Hour}, test.url)
			_, err := service.Do(t.Context(), get("jobs"))
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			var connErr *httpapi.ConnectionError
			if !errors.As(err, &connErr) || !connErr.Permanent() || connErr.Sent || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a permanent error that says %q", err, test.want)
			}
		})
	}
}

func TestTLS_UnusableCertificates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tls  httpapi.TLSConfig
		part httpapi.CertificatePart
	}{
		"CA is no PEM":         {httpapi.TLSConfig{CACertPEM: []byte("hello")}, httpapi.PartCA},
		"client key missing":   {httpapi.TLSConfig{ClientCertPEM: []byte("x")}, httpapi.PartClient},
		"client cert unusable": {httpapi.TLSConfig{ClientCertPEM: []byte("x"), ClientKeyPEM: []byte("y")}, httpapi.PartClient},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := httpapi.New(httpapi.Config{TLS: test.tls})
			var certErr *httpapi.CertificateError
			if !errors.As(err, &certErr) || certErr.Part != test.part {
				t.Errorf("got %v, want a CertificateError about the %s", err, test.part)
			}
		})
	}
}

func TestService_URLs(t *testing.T) {
	t.Parallel()
	transport, err := httpapi.New(httpapi.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"pe.example.com:8143", "ftp://pe.example.com", "https://", ":", ""} {
		if _, err := transport.Service("orchestrator", bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	service, err := transport.Service("orchestrator", "https://pe.example.com:8143/orchestrator/v1/")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := service.URL("jobs", "81"), "https://pe.example.com:8143/orchestrator/v1/jobs/81"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTransport_ProxyFromEnvironment runs a proxy that tunnels every CONNECT to the test server, whatever host was asked for.
func TestTransport_ProxyFromEnvironment(t *testing.T) {
	server := httptest.NewTLSServer(answering(http.StatusOK, "application/json", "{}"))
	defer server.Close()
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.Host)
		tunnel(r.Context(), t, w, server.Listener.Addr().String())
	}))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("NO_PROXY", "")

	service := mustService(t, httpapi.Config{TLS: httpapi.TLSConfig{InsecureSkipVerify: true}}, "https://pe.example.com:8143")
	if _, err := service.Do(t.Context(), get("jobs")); err != nil {
		t.Fatal(err)
	}
	if asked.Load() != "pe.example.com:8143" {
		t.Errorf("the proxy was asked for %v", asked.Load())
	}
}

func tunnel(ctx context.Context, t *testing.T, w http.ResponseWriter, to string) {
	t.Helper()
	upstream, err := (&net.Dialer{}).DialContext(context.WithoutCancel(ctx), "tcp", to)
	if err != nil {
		t.Errorf("dialling through the proxy: %v", err)
		return
	}
	downstream, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Errorf("taking over the connection: %v", err)
		return
	}
	_, _ = io.WriteString(downstream, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(upstream, downstream); _ = upstream.Close() }()
	go func() { _, _ = io.Copy(downstream, upstream); _ = downstream.Close() }()
}

func TestLog_HoldsNoSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: httpapi.LevelTrace}))
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"echo":"`+r.Header.Get("X-Authentication")+`","login":"dana","password":"hunter2-answer"}`)
	}), func(c *httpapi.Config) { c.Logger = logger })
	service.Redactor().Add("s3cret \"quoted\"\nvalue", "")

	request := launch()
	request.Query = map[string][]string{"q": {"s3cret \"quoted\"\nvalue"}}
	request.Body = map[string]any{
		"params":   map[string]any{"db_password": "hunter2", "note": "s3cret \"quoted\"\nvalue", "size": 12},
		"targets":  []any{map[string]any{"user": "deploy", "private-key-content": "KEY", "sudo-password": "sudo-pw"}},
		"_private": "kept",
	}
	if _, err := service.Do(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, secret := range []string{secretToken, "hunter2", "s3cret", `"KEY"`, "sudo-pw"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log contains %q:\n%s", secret, text)
		}
	}
	for _, kept := range []string{"request body", "answer body", "dana", "deploy", "kept", `"status":200`, `\"size\":12`} {
		if !strings.Contains(text, kept) {
			t.Errorf("the log lacks %q:\n%s", kept, text)
		}
	}
}

func TestLog_OffAtInfo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo}))
	service := newService(t, answering(http.StatusOK, "application/json", "{}"), func(c *httpapi.Config) { c.Logger = logger })
	if _, err := service.Do(t.Context(), launch()); err != nil || out.Len() > 0 {
		t.Errorf("error %v, log %q", err, out.String())
	}
}

func answering(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}
