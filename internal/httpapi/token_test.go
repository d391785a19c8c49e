// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

const renewedToken = "0RenewedTokenOfTheTest"

// accepting answers only requests with a token, and others with 401 and a body. It keeps the tokens that it has received.
type accepting struct {
	token, contentType, body string

	mu       sync.Mutex
	received []string
}

func (a *accepting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	got := r.Header.Get("X-Authentication")
	a.mu.Lock()
	a.received = append(a.received, got)
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if got == a.token {
		_, _ = io.WriteString(w, `{"token":"`+got+`","echo":"`+got+`"}`)
		return
	}
	w.Header().Set("Content-Type", a.contentType)
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, a.body)
}

const (
	jsonType    = "application/json"
	expiredBody = `{"kind":"puppetlabs.rbac/token-expired","msg":"The token has expired."}`
)

// TestToken_IsReadAnew has a token that is not accepted any more, and what is to be found where it came from.
func TestToken_IsReadAnew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		renew       func() (string, error)
		request     httpapi.Request
		accepted    string
		contentType string
		body        string
		want        []string // the tokens that the server receives
		status      int      // of the error, 0 for none
	}{
		"another token":                    {answeringToken(renewedToken), get("x"), renewedToken, jsonType, expiredBody, []string{secretToken, renewedToken}, 0},
		"another token, for a launch":      {answeringToken(renewedToken), launch(), renewedToken, jsonType, expiredBody, []string{secretToken, renewedToken}, 0},
		"another one that is not accepted": {answeringToken(renewedToken), get("x"), "0Third", jsonType, expiredBody, []string{secretToken, renewedToken}, 401},
		"the same token":                   {answeringToken(secretToken), get("x"), renewedToken, jsonType, expiredBody, []string{secretToken}, 401},
		"none any more":                    {answeringToken(""), get("x"), renewedToken, jsonType, expiredBody, []string{secretToken}, 401},
		"a file that is gone":              {func() (string, error) { return "", errors.New("no such file") }, get("x"), renewedToken, jsonType, expiredBody, []string{secretToken}, 401},
		"no file":                          {nil, get("x"), renewedToken, jsonType, expiredBody, []string{secretToken}, 401},
		"the token of a request": {
			answeringToken(renewedToken), httpapi.Request{Method: http.MethodGet, Path: []string{"x"}, Safety: httpapi.Idempotent, Identity: &httpapi.Identity{Token: "0Other"}},
			renewedToken, jsonType, expiredBody, []string{"0Other"}, 401,
		},
		"a page, for a launch": {answeringToken(renewedToken), launch(), renewedToken, "text/html", "<html>", []string{secretToken}, 401},
		// What is read is asked for again anyway, as after any answer that is not of PE.
		"a text of PuppetDB": {answeringToken(renewedToken), get("x"), renewedToken, "text/plain", "Unauthorized", []string{secretToken, secretToken, secretToken, renewedToken}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &accepting{token: test.accepted, contentType: test.contentType, body: test.body}
			service := newService(t, server, func(c *httpapi.Config) { c.RenewToken = test.renew })
			if _, err := service.Do(t.Context(), test.request); httpapi.StatusOf(err) != test.status || (err != nil) != (test.status != 0) {
				t.Errorf("got %v, want the status %d", err, test.status)
			}
			if !slices.Equal(server.received, test.want) {
				t.Errorf("the server has received %q, want %q", server.received, test.want)
			}
		})
	}
}

func answeringToken(token string) func() (string, error) {
	return func() (string, error) { return token, nil }
}

// TestToken_IsReadAnewOnce has many requests of two services at once. One of them reads the token, all use it, and no log shows it.
func TestToken_IsReadAnewOnce(t *testing.T) {
	t.Parallel()
	server := &accepting{token: renewedToken, contentType: jsonType, body: expiredBody}
	listener := httptest.NewTLSServer(server)
	t.Cleanup(listener.Close)
	var out bytes.Buffer
	var reads atomic.Int32
	transport, err := httpapi.New(httpapi.Config{
		Token: secretToken, TLS: httpapi.TLSConfig{CACertPEM: certificateOf(listener)},
		Logger: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: httpapi.LevelTrace})),
		RenewToken: func() (string, error) {
			reads.Add(1)
			return renewedToken, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	var group sync.WaitGroup
	for i := range 40 {
		name := []string{"orchestrator", "RBAC service"}[i%2]
		service, err := transport.Service(name, listener.URL)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			if _, err := service.Do(t.Context(), get("x")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	group.Wait()
	if reads.Load() != 1 {
		t.Errorf("the token was read anew %d times", reads.Load())
	}
	if text := out.String(); strings.Contains(text, renewedToken) || !strings.Contains(text, "echo") {
		t.Errorf("the log shows the token, or no answer:\n%s", text)
	}
}

// TestToken_IsReadAnewBeforeARefusal has a service whose errors are texts refuse what is sent again with a renewed token.
func TestToken_IsReadAnewBeforeARefusal(t *testing.T) {
	t.Parallel()
	var received atomic.Int64
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received.Add(1)
		if r.Header.Get("X-Authentication") == secretToken {
			w.Header().Set("Content-Type", jsonType)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, expiredBody)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "no such field")
	}), func(c *httpapi.Config) { c.RenewToken = answeringToken(renewedToken) }).WithErrorsAsText()
	_, err := service.Do(t.Context(), get("x"))
	if !httpapi.Refused(err) || received.Load() != 2 {
		t.Errorf("after %d requests: %v", received.Load(), err)
	}
}
