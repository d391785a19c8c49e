// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
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

// TestDo_ChangeAnsweredBySomethingElse: a change that something other than PE has answered was not made, whatever the status.
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

// TestDo_LimitsHoldOverAllServices has two services of one PE: what one of them takes, the other one cannot.
func TestDo_LimitsHoldOverAllServices(t *testing.T) {
	t.Parallel()
	var current, most atomic.Int32
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		now := current.Add(1)
		defer current.Add(-1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		_, _ = io.WriteString(w, "{}")
	})
	both := func(cfg httpapi.Config) (orchestrator, rbac *httpapi.Service) {
		transport, err := httpapi.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(transport.Close)
		var services [2]*httpapi.Service
		for i, name := range []string{"orchestrator", "rbac"} {
			server := httptest.NewServer(handler)
			t.Cleanup(server.Close)
			if services[i], err = transport.Service(name, server.URL); err != nil {
				t.Fatal(err)
			}
		}
		return services[0], services[1]
	}

	orchestrator, rbac := both(httpapi.Config{MaxConcurrentRequests: 1})
	var group sync.WaitGroup
	for range 20 {
		for _, service := range []*httpapi.Service{orchestrator, rbac} {
			group.Go(func() {
				if _, err := service.Do(t.Context(), get("x")); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	if most.Load() != 1 {
		t.Errorf("%d requests were on the wire at once, want 1", most.Load())
	}

	orchestrator, rbac = both(httpapi.Config{RequestsPerSecond: 0.001})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := orchestrator.Do(ctx, get("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := rbac.Do(ctx, get("x")); err == nil || !strings.Contains(err.Error(), "rate limit") {
		t.Errorf("the other service is asked beyond the limit: %v", err)
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
	// A request that finds no idle connection opens one, even if another one is released meanwhile. Were only two kept, there were 60.
	if connections.Load() > 16 {
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
