// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

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

// TestTransport_AProxyThatRefuses runs a proxy that refuses each CONNECT. Only a refusal that may pass is tried again, and no error shows
// the login.
//
//nolint:paralleltest // it changes the environment.
func TestTransport_AProxyThatRefuses(t *testing.T) {
	for status, attempts := range map[int]int32{http.StatusProxyAuthRequired: 1, http.StatusForbidden: 2, http.StatusBadGateway: 2} {
		var asked atomic.Int32
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			w.WriteHeader(status)
		}))
		t.Setenv("HTTPS_PROXY", strings.Replace(proxy.URL, "http://", "http://jane:s3cret@", 1))
		t.Setenv("NO_PROXY", "")
		service := mustService(t, httpapi.Config{MaxRetries: 1, RetryMinWait: time.Millisecond, RetryMaxWait: time.Millisecond}, "https://pe.example.com:8143")
		_, err := service.Do(t.Context(), get("jobs"))
		var connErr *httpapi.ConnectionError
		var refused *httpapi.ProxyError
		if !errors.As(err, &connErr) || connErr.Sent || !errors.As(err, &refused) || refused.Status != status || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%d: got %v", status, err)
		}
		if asked.Load() != attempts {
			t.Errorf("%d: the proxy was asked %d times, want %d", status, asked.Load(), attempts)
		}
		proxy.Close()
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
