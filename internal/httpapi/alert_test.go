// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// selfSigned returns a certificate that nobody trusts, and its key.
func selfSigned(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

// strictServer asks for a client certificate that nobody has, over one version of TLS. It counts connections and requests.
func strictServer(t *testing.T, version uint16) (server *httptest.Server, connections, requests *atomic.Int32) {
	t.Helper()
	connections, requests = &atomic.Int32{}, &atomic.Int32{}
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	server.TLS = &tls.Config{
		MinVersion: version, MaxVersion: version, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool(),
	}
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, connections, requests
}

// TestAlert_AServerThatAsksForACertificate sends a launch and a read to a server that wants a client certificate, with none and with one that
// it does not trust. Each fails at once, is not tried again, and was not received.
func TestAlert_AServerThatAsksForACertificate(t *testing.T) {
	t.Parallel()
	certificate, key := selfSigned(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, presents := range []bool{false, true} {
			for name, request := range map[string]httpapi.Request{
				"launch": {Method: http.MethodPost, Path: []string{"command", "task"}, Body: map[string]any{"task": "facts"}},
				"read":   get("jobs"),
			} {
				t.Run(fmt.Sprintf("%s over %s, certificate %v", name, tls.VersionName(version), presents), func(t *testing.T) {
					t.Parallel()
					server, connections, requests := strictServer(t, version)
					cfg := httpapi.Config{TLS: httpapi.TLSConfig{CACertPEM: certificateOf(server)}, RetryMinWait: time.Hour, RetryMaxWait: time.Hour}
					if presents {
						cfg.TLS.ClientCertPEM, cfg.TLS.ClientKeyPEM = certificate, key
					}
					_, err := mustService(t, cfg, server.URL).Do(t.Context(), request)
					var connErr *httpapi.ConnectionError
					var alert *httpapi.AlertError
					if !errors.As(err, &connErr) || connErr.Sent || !connErr.Permanent() || httpapi.Transient(err) {
						t.Fatalf("got %v, want a permanent error of something that was not received", err)
					}
					if !errors.As(err, &alert) || !alert.AboutCertificate() || alert.Certificate != presents {
						t.Errorf("got %v, want an alert about the certificate", err)
					}
					if connections.Load() != 1 || requests.Load() != 0 {
						t.Errorf("%d connections, %d requests", connections.Load(), requests.Load())
					}
				})
			}
		}
	}
}

// TestAlert_NoCommonVersion meets a server that only speaks an old TLS.
func TestAlert_NoCommonVersion(t *testing.T) {
	t.Parallel()
	server, _, _ := strictServer(t, tls.VersionTLS11)
	cfg := httpapi.Config{TLS: httpapi.TLSConfig{CACertPEM: certificateOf(server)}, RetryMinWait: time.Hour, RetryMaxWait: time.Hour}
	_, err := mustService(t, cfg, server.URL).Do(t.Context(), get("jobs"))
	var alert *httpapi.AlertError
	if !errors.As(err, &alert) || alert.AboutCertificate() {
		t.Errorf("got %v", err)
	}
}

// TestAlert_AResetIsALostAnswer breaks the connection of a launch in other ways: it may have been received.
func TestAlert_AResetIsALostAnswer(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(conn *tls.Conn) error{
		"reset": func(conn *tls.Conn) error {
			if tcp, ok := conn.NetConn().(*net.TCPConn); ok {
				return errors.Join(tcp.SetLinger(0), tcp.Close())
			}
			return errors.New("not a TCP connection")
		},
		"close": func(conn *tls.Conn) error { return conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				if secured, ok := conn.(*tls.Conn); !ok || end(secured) != nil {
					t.Error("the connection cannot be ended")
				}
			}))
			t.Cleanup(server.Close)
			service := mustService(t, httpapi.Config{TLS: httpapi.TLSConfig{CACertPEM: certificateOf(server)}}, server.URL)
			_, err := service.Do(t.Context(), launch())
			var connErr *httpapi.ConnectionError
			if !errors.As(err, &connErr) || !connErr.Sent || connErr.Permanent() || errors.As(err, new(*httpapi.AlertError)) {
				t.Errorf("got %v, want a lost answer", err)
			}
		})
	}
}
