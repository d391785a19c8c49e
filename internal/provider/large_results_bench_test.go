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
// what it sends: each node has returned an output of a size.
func inFrontOf(b *testing.B, h *acctest.Harness, nodes, size int) string {
	b.Helper()
	target, err := url.Parse(h.ServerURL())
	if err != nil {
		b.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	output := strings.Repeat("y", size)
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
			_, _ = fmt.Fprintf(w, `{"name":"node%d.example.com","state":"finished","result":{"output":"`, i+1)
			_, _ = io.WriteString(w, output)
			_, _ = io.WriteString(w, `"}}`)
		}
		_, _ = io.WriteString(w, "]}")
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkLargeResults applies a task whose nodes return a lot, all of which is to be kept. It reports the size of the state.
func BenchmarkLargeResults(b *testing.B) {
	for name, test := range map[string]struct{ nodes, size int }{
		"3 nodes with 90 MB":     {3, 90_000_000},
		"20,000 nodes with 7 kB": {fleet, 7_000},
	} {
		b.Run(name, func(b *testing.B) {
			h := bigFleet(b, test.nodes)
			w := newWireAt(b, h, inFrontOf(b, h, test.nodes, test.size))
			size, launches := 0, 0
			peak.Report(b, func() {
				created := w.create(b, "pe_task", map[string]any{
					"task": "simulate", "scope": map[string]any{"node_group": simulator.AllNodesGroup}, "capture_results": "all",
				})
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
