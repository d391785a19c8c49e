// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// BenchmarkPageSize reads the nodes of a job over 20,000 nodes, with results of two kilobytes, by pages of several sizes. Each request takes
// 100 ms and what the nodes take. It reports the number of requests, and the most memory that is in use while a page is read.
func BenchmarkPageSize(b *testing.B) {
	const fleet = 20_000
	result := strings.Repeat("x", 2000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		time.Sleep(100 * time.Millisecond)
		w.Header().Set("Content-Type", "application/json")
		var page strings.Builder
		page.WriteString(`{"items":[`)
		for i := offset; i < min(offset+limit, fleet); i++ {
			if i > offset {
				page.WriteString(",")
			}
			fmt.Fprintf(&page, `{"name":"node%d.example.com","state":"finished","result":{"_output":%q}}`, i, result)
		}
		page.WriteString("]}")
		_, _ = w.Write([]byte(page.String()))
	}))
	b.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{})
	if err != nil {
		b.Fatal(err)
	}
	client, err := New(transport, server.URL)
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{200, 500, 1000, 2000, 5000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var most uint64
			requests := 0
			for b.Loop() {
				runtime.GC()
				nodes, pages := 0, list[JobNode]{
					what: "nodes", fetch: pagesOf[JobNode](client, nil, "jobs", "1", "nodes"), size: size, expected: fleet,
					key: func(n JobNode) string { return n.Name },
					read: func(page[JobNode]) {
						requests++
						var stats runtime.MemStats
						runtime.ReadMemStats(&stats)
						most = max(most, stats.HeapAlloc)
					},
				}
				for _, err := range pages.all(b.Context()) {
					if err != nil {
						b.Fatal(err)
					}
					nodes++
				}
				if nodes != fleet {
					b.Fatalf("%d nodes", nodes)
				}
			}
			b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
			b.ReportMetric(float64(most)/(1<<20), "heap-MB")
		})
	}
}
