// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// syncBuffer is a buffer that one goroutine writes and another one reads.
type syncBuffer struct {
	mu      sync.Mutex
	content bytes.Buffer
}

// Write implements [io.Writer].
func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.content.Write(p)
}

// String returns what was written so far.
func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.content.String()
}

// started runs the program in this process until it is ready, and returns what it prints and what ends it.
func started(t *testing.T, args ...string) (stdout, stderr *syncBuffer, stop func() error) {
	t.Helper()
	stdout, stderr = &syncBuffer{}, &syncBuffer{}
	c, err := parse(args, stderr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, c, stdout, stderr) }()
	stop = func() error {
		cancel()
		return <-done
	}
	for deadline := time.Now().Add(time.Minute); !strings.Contains(stdout.String(), "\n"); {
		select {
		case err := <-done:
			cancel()
			t.Fatalf("the program ended with %v: %s", err, stderr)
		case <-time.After(time.Millisecond):
		}
		if time.Now().After(deadline) {
			cancel()
			t.Fatal("the program is not ready")
		}
	}
	return stdout, stderr, stop
}

// ask sends a request to the orchestrator of the ready line, as the administrator, and returns the body of the answer, which must be a
// success.
func ask(t *testing.T, line, method, path, body string) string {
	t.Helper()
	var r ready
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(r.CACertFile)
	if err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile(r.TokenFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	url := r.ServerURL
	if strings.HasPrefix(path, "/rbac-api/") {
		url = strings.TrimSuffix(r.RBACURL, "/rbac-api")
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Authentication", string(token))
	request.Header.Set("Content-Type", "application/json")
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s", method, path, response.StatusCode, answer)
	}
	return string(answer)
}
