// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
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

// TestTLS_PortWithTLS asks a port without TLS that answers with an alert, as Jetty does.
func TestTLS_PortWithTLS(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	var asked atomic.Int32
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			_, _ = connection.Read(make([]byte, 4096))
			_, _ = io.WriteString(connection, "\x15\x03\x03\x00\x02\x02\x50")
			_ = connection.Close()
		}
	}()
	service := mustService(t, httpapi.Config{MaxRetries: 2, RetryMinWait: time.Millisecond}, "http://"+listener.Addr().String())
	_, err = service.Do(t.Context(), get("jobs"))
	var connErr *httpapi.ConnectionError
	if !errors.As(err, &connErr) || !errors.Is(err, httpapi.ErrTLSPort) || !connErr.Permanent() || connErr.Sent || asked.Load() != 1 {
		t.Errorf("got %v after %d attempts", err, asked.Load())
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
		"key is encrypted":     {httpapi.TLSConfig{ClientCertPEM: []byte("x"), ClientKeyPEM: encryptedKey("ENCRYPTED PRIVATE KEY", nil)}, httpapi.PartKey},
		"key was encrypted":    {httpapi.TLSConfig{ClientCertPEM: []byte("x"), ClientKeyPEM: encryptedKey("RSA PRIVATE KEY", map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,0A"})}, httpapi.PartKey},
		"key of the old form":  {httpapi.TLSConfig{ClientCertPEM: []byte("x"), ClientKeyPEM: encryptedKey("RSA PRIVATE KEY", nil)}, httpapi.PartClient},
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

// encryptedKey is a text in PEM form like that of a key.
func encryptedKey(kind string, headers map[string]string) []byte {
	return append([]byte("a comment\n"), pem.EncodeToMemory(&pem.Block{Type: kind, Headers: headers, Bytes: []byte("x")})...)
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
	for status, attempts := range map[int]int32{http.StatusProxyAuthRequired: 1, http.StatusForbidden: 1, http.StatusBadGateway: 2} {
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

// TestTransport_AProxyThatIsNotThere names the proxy that was not reached, without its login.
func TestTransport_AProxyThatIsNotThere(t *testing.T) {
	proxy := httptest.NewServer(http.NotFoundHandler())
	proxy.Close()
	host := strings.TrimPrefix(proxy.URL, "http://")
	t.Setenv("HTTPS_PROXY", "http://jane:s3cret@"+host)
	t.Setenv("NO_PROXY", "")
	service := mustService(t, httpapi.Config{MaxRetries: 1, RetryMinWait: time.Millisecond, RetryMaxWait: time.Millisecond}, "https://pe.example.com:8143")
	_, err := service.Do(t.Context(), get("jobs"))
	var connErr *httpapi.ConnectionError
	var unreached *httpapi.ProxyError
	if !errors.As(err, &connErr) || connErr.Sent || connErr.Permanent() || !errors.As(err, &unreached) || unreached.Host != host ||
		unreached.Status != 0 || !errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

// TestTransport_ProxyThatIsNoURL refuses a proxy that would be ignored, which is to connect past it, and never shows the value.
func TestTransport_ProxyThatIsNoURL(t *testing.T) {
	const pe, plain = "https://pe.example.com:8143", "http://pe.example.com:8143"
	for name, test := range map[string]struct {
		variable, value string
		without         string // NO_PROXY
		url             string
		want            string // the variable in the error, "" for none
	}{
		"a percent sign":             {"HTTPS_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"in lower case":              {"https_proxy", "http://user:s3%zzcr3t@127.0.0.1:21900", "", pe, "https_proxy"},
		"without a scheme":           {"HTTPS_PROXY", "user:s3%zzcr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a number sign":              {"HTTPS_PROXY", "http://user:s3#cr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a number sign after digits": {"HTTPS_PROXY", "http://user:33#s3cr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a slash":                    {"HTTPS_PROXY", "http://user:s3/cr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a slash in the name":        {"HTTPS_PROXY", "http://us/er:s3cr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a question mark":            {"HTTPS_PROXY", "http://user:33?s3cr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a space":                    {"HTTPS_PROXY", "http://user:s3 cr3t@127.0.0.1:21900", "", pe, "HTTPS_PROXY"},
		"a line break":               {"HTTPS_PROXY", "http://user:s3cr3t@127.0.0.1:21900\n", "", pe, "HTTPS_PROXY"},
		"a port that is no number":   {"HTTPS_PROXY", "http://s3cr3t:x", "", pe, "HTTPS_PROXY"},
		"no host":                    {"HTTPS_PROXY", "http://", "", pe, "HTTPS_PROXY"},
		"of plain URLs":              {"HTTP_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", "", plain, "HTTP_PROXY"},
		"of other URLs":              {"HTTP_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", "", pe, ""},
		"not for this host":          {"HTTPS_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", ".example.com", pe, ""},
		"not for any host":           {"HTTPS_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", "*", pe, ""},
		"not for this machine":       {"HTTPS_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", "", "https://127.0.0.1:8143", ""},
		"not supported":              {"ALL_PROXY", "http://user:s3%zzcr3t@127.0.0.1:21900", "", pe, ""},
		"encoded":                    {"HTTPS_PROXY", "http://user:s3%25zz%23%2F%20cr3t@127.0.0.1:21900", "", pe, ""},
		"an @ in the password":       {"HTTPS_PROXY", "http://user:s3@cr3t@127.0.0.1:21900", "", pe, ""},
		"host and port":              {"HTTPS_PROXY", "proxy.example.com:3128", "", pe, ""},
		"an address and port":        {"HTTPS_PROXY", "127.0.0.1:3128", "", pe, ""},
		"a host":                     {"HTTPS_PROXY", "proxy", "", pe, ""},
		"a login without a scheme":   {"HTTPS_PROXY", "user:s3cr3t@proxy:3128", "", pe, ""},
		"SOCKS":                      {"HTTPS_PROXY", "socks5://user:s3cr3t@proxy:1080", "", pe, ""},
		"with a slash at the end":    {"HTTPS_PROXY", "http://user:s3cr3t@proxy:3128/", "", pe, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, other := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "no_proxy"} {
				t.Setenv(other, "")
			}
			t.Setenv(test.variable, test.value)
			t.Setenv("NO_PROXY", test.without)
			transport, err := httpapi.New(httpapi.Config{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = transport.Service("orchestrator", test.url)
			var bad *httpapi.ProxySettingError
			switch {
			case test.want == "" && err != nil, test.want != "" && (!errors.As(err, &bad) || bad.Variable != test.want):
				t.Errorf("got %v, want one about %q", err, test.want)
			case err != nil && (strings.Contains(err.Error(), "cr3t") || strings.Contains(err.Error(), "21900")):
				t.Errorf("the error shows the value: %v", err)
			}
		})
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
