// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
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
