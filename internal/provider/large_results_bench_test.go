// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/peak"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// inFrontOf is a server that passes requests on to a PE, but for those for the nodes of a job, which it answers by itself, without holding
// what it sends: each node has returned a result.
func inFrontOf(b *testing.B, h *acctest.Harness, nodes int, result string) string {
	b.Helper()
	target, err := url.Parse(h.ServerURL())
	if err != nil {
		b.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/nodes") {
			proxy.ServeHTTP(w, r)
			return
		}
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		_, _ = io.WriteString(w, `{"items":[`)
		for i := offset; i < min(offset+limit, nodes); i++ {
			if i > offset {
				_, _ = io.WriteString(w, ",")
			}
			_, _ = fmt.Fprintf(w, `{"name":"node%d.example.com","state":"finished","result":`, i+1)
			_, _ = io.WriteString(w, result)
			_, _ = io.WriteString(w, "}")
		}
		_, _ = io.WriteString(w, "]}")
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkResults applies a task whose nodes return what takes much time or memory, all of which is to be kept, and refreshes it. It reports
// the size of the state. CONTRIBUTING has the numbers.
func BenchmarkResults(b *testing.B) {
	nested := func(depth int) string { return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth) }
	for _, test := range []struct {
		name   string
		nodes  int
		result string
	}{
		{"3 nodes with 90 MB", 3, `{"output":"` + strings.Repeat("y", 90_000_000) + `"}`},
		{"20,000 nodes with 7 kB", fleet, `{"output":"` + strings.Repeat("y", 7_000) + `"}`},
		{"1e99999999", 1, `{"n":1e99999999}`},
		{"1e999999", 1, `{"n":1e999999}`},
		{"a million digits", 1, `{"n":` + strings.Repeat("7", 1_000_000) + `}`},
		{"nested 300 deep", 1, nested(300)},
		{"nested 1,000 deep", 1, nested(1000)},
		{"nested 3,000 deep", 1, nested(3000)},
	} {
		b.Run(test.name, func(b *testing.B) {
			h := bigFleet(b, test.nodes)
			w := newWireAt(b, h, inFrontOf(b, h, test.nodes, test.result))
			size, launches := 0, 0
			peak.Report(b, func() {
				created := w.create(b, "pe_task", map[string]any{
					"task": "simulate", "scope": map[string]any{"node_group": simulator.AllNodesGroup}, "capture_results": "all",
				})
				w.refresh(b, "pe_task", created)
				size = len(created.state.MsgPack)
				launches++
			})
			b.ReportMetric(float64(size)/1024, "state-kB")
			if got := h.LaunchesReceived(); got != launches {
				b.Errorf("%d launches for %d applies", got, launches)
			}
		})
	}
}
