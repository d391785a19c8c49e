// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
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

func answering(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
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
