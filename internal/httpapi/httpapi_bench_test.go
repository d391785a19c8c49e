// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// BenchmarkDo makes a request over an open connection, through the transport and, for comparison, through net/http alone.
func BenchmarkDo(b *testing.B) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"name":"81","state":"finished"}`)
	}))
	defer server.Close()
	var answer struct{ Name, State string }

	b.Run("httpapi", func(b *testing.B) {
		transport, err := httpapi.New(httpapi.Config{Token: secretToken, TLS: httpapi.TLSConfig{CACertPEM: certificateOf(server)}})
		if err != nil {
			b.Fatal(err)
		}
		defer transport.Close()
		service, err := transport.Service("orchestrator", server.URL+"/orchestrator/v1")
		if err != nil {
			b.Fatal(err)
		}
		request := get("jobs", "81")
		request.Into = &answer
		b.ReportAllocs()
		for b.Loop() {
			if _, err := service.Do(b.Context(), request); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("net_http", func(b *testing.B) {
		client := server.Client()
		b.ReportAllocs()
		for b.Loop() {
			request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server.URL+"/orchestrator/v1/jobs/81", nil)
			if err != nil {
				b.Fatal(err)
			}
			response, err := client.Do(request)
			if err != nil {
				b.Fatal(err)
			}
			if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
	})
}

// BenchmarkRedactor redacts a body of 1 MB with twelve secrets, one of them a private key: JSON, the same body cut, and the same as a string
// within JSON within JSON, which has the most escapes to undo.
func BenchmarkRedactor(b *testing.B) {
	secrets := []string{pemKey}
	for i := range 11 {
		secrets = append(secrets, fmt.Sprintf("secret-%d-of-a-usual-length", i))
	}
	redactor := httpapi.NewRedactor(secrets...)
	var nodes []map[string]any
	for i := range 2500 {
		nodes = append(nodes, map[string]any{
			"name": fmt.Sprintf("node%d.example.com", i), "state": "finished", "timestamp": "2026-01-01T00:00:00Z", "result": map[string]any{
				"_output": "line 1 \"quoted\"\nC:\\Windows\nsecret-7-of-a-usual-length\n" + strings.Repeat("sense and nonsense, ", 12),
			},
		})
	}
	body, err := json.Marshal(map[string]any{"items": nodes})
	if err != nil {
		b.Fatal(err)
	}
	inner, err := json.Marshal(string(body))
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string][]byte{"JSON": body, "cut": body[:len(body)-1], "in_JSON": inner, "in_JSON_cut": inner[:len(inner)-1]} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				redactor.JSON(text)
			}
		})
	}
}
