// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// manyItems is the size of a fleet, or of the log of a job, that must be readable.
const manyItems = 20_000

// intAt reads a number from a query, or a default.
func intAt(t *testing.T, r *http.Request, key string, otherwise int) int {
	t.Helper()
	if !r.URL.Query().Has(key) {
		return otherwise
	}
	n, err := strconv.Atoi(r.URL.Query().Get(key))
	if err != nil {
		t.Error(err)
	}
	return n
}

// servingJobs answers GET /jobs from a number of jobs.
func servingJobs(t *testing.T, total int) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		offset, limit := intAt(t, r, "offset", 0), intAt(t, r, "limit", 20)
		var items []string
		for i := offset; i < min(offset+limit, total); i++ {
			items = append(items, fmt.Sprintf(`{"name":"%d"}`, i+1))
		}
		_, _ = fmt.Fprintf(w, `{"items":[%s],"pagination":{"limit":%d,"offset":%d,"total":%d}}`, strings.Join(items, ","), limit, offset, total)
	}
}

func TestRange_PagesOfAList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		total       int
		part        orchestrator.Range
		first, last string
		want        int
		requests    []string
	}{
		"all, over three pages":    {450, orchestrator.Range{}, "1", "450", 450, []string{"limit=200&offset=0", "limit=200&offset=200", "limit=200&offset=400"}},
		"nothing":                  {0, orchestrator.Range{}, "", "", 0, []string{"limit=200&offset=0"}},
		"a full last page":         {400, orchestrator.Range{}, "1", "400", 400, []string{"limit=200&offset=0", "limit=200&offset=200"}},
		"less than a page":         {450, orchestrator.Range{Limit: 5}, "1", "5", 5, []string{"limit=5&offset=0"}},
		"more than a page":         {450, orchestrator.Range{Limit: 250}, "1", "250", 250, []string{"limit=200&offset=0", "limit=50&offset=200"}},
		"more than there is":       {3, orchestrator.Range{Limit: 250}, "1", "3", 3, []string{"limit=200&offset=0"}},
		"from somewhere":           {450, orchestrator.Range{Offset: 300}, "301", "450", 150, []string{"limit=200&offset=300"}},
		"from somewhere, some":     {450, orchestrator.Range{Offset: 10, Limit: 201}, "11", "211", 201, []string{"limit=200&offset=10", "limit=1&offset=210"}},
		"from behind the last one": {450, orchestrator.Range{Offset: 450}, "", "", 0, []string{"limit=200&offset=450"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := newClient(t, servingJobs(t, test.total))
			total := -1
			test.part.Total = func(n int) { total = n }
			jobs, err := orchestrator.Collect(client.Jobs(t.Context(), orchestrator.JobFilter{Range: test.part}), 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(jobs) != test.want || total != test.total {
				t.Fatalf("%d jobs of %d, want %d of %d", len(jobs), total, test.want, test.total)
			}
			if test.want > 0 && (jobs[0].ID != test.first || jobs[len(jobs)-1].ID != test.last) {
				t.Errorf("jobs %s to %s, want %s to %s", jobs[0].ID, jobs[len(jobs)-1].ID, test.first, test.last)
			}
			want := make([]string, len(test.requests))
			for i, query := range test.requests {
				want[i] = "GET /jobs?" + query
			}
			if !slices.Equal(server.requests, want) {
				t.Errorf("requests %q, want %q", server.requests, want)
			}
		})
	}
}

// TestRange_LimitOfAServerWithoutPages reads a few nodes of a server that always answers all of them (before PE 2019.8.5).
func TestRange_LimitOfAServerWithoutPages(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[{"name":"a"},{"name":"b"},{"name":"c"}]}`))
	nodes, err := orchestrator.Collect(client.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{Range: orchestrator.Range{Limit: 2}}), 0)
	if err != nil || len(nodes) != 2 || server.count() != 1 {
		t.Errorf("%d nodes with %d requests: %v", len(nodes), server.count(), err)
	}
}

func TestJobNodes_NextEvent(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, answering(200, `{"next-events":{"id":"x","event":"17"},"items":[{"name":"a","transport":"pcp","latest-event-id":16}]}`))
	var next int64
	filter := orchestrator.JobNodeFilter{NextEvent: func(id int64) { next = id }}
	nodes, err := orchestrator.Collect(client.JobNodes(t.Context(), "1", filter), 0)
	if err != nil || next != 17 || nodes[0].LatestEventID != 16 || nodes[0].Transport != "pcp" {
		t.Errorf("next event %d, nodes %+v: %v", next, nodes, err)
	}
}

func TestInventory_AsksForManyNodesInBatches(t *testing.T) {
	t.Parallel()
	names := make([]string, 2500)
	for i := range names {
		names[i] = fmt.Sprintf("node%d", i)
	}
	client, server := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"items":[{"name":"node0","connected":true}]}`)
	})
	nodes, err := client.InventoryNodes(t.Context(), names)
	if err != nil || len(nodes) != 3 || server.count() != 3 {
		t.Errorf("%d records with %d requests: %v", len(nodes), server.count(), err)
	}
	for i, body := range server.bodies {
		if got, want := strings.Count(body, `"node`)-1, []int{1000, 1000, 500}[i]; got != want {
			t.Errorf("request %d asks for %d nodes, want %d", i, got, want)
		}
	}
	if nodes, err := client.InventoryNodes(t.Context(), nil); err != nil || len(nodes) != 0 || server.count() != 3 {
		t.Errorf("asking for nothing: %d records with %d requests: %v", len(nodes), server.count()-3, err)
	}
}

// servingNodes answers GET /jobs/:id/nodes with nodes whose results have two kilobytes each.
func servingNodes(tb testing.TB, nodes int) http.HandlerFunc {
	tb.Helper()
	weight := strings.Repeat("x", 2000)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		_, _ = io.WriteString(w, `{"items":[`)
		for i := offset; i < min(offset+limit, nodes); i++ {
			if i > offset {
				_, _ = io.WriteString(w, ",")
			}
			_, _ = fmt.Fprintf(w, `{"name":"node%d","state":"finished","result":{"_output":"%s"}}`, i, weight)
		}
		_, _ = io.WriteString(w, "]}")
	}
}

// liveHeap is how much of the heap is in use.
func liveHeap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// TestJobNodes_HoldOnePageInMemory reads 10 MB of nodes and measures that only a page of them is ever held. It runs alone,
// because the heap is that of the whole process.
//
//nolint:paralleltest // see above
func TestJobNodes_HoldOnePageInMemory(t *testing.T) {
	const nodes = 5000
	client, server := newClient(t, servingNodes(t, nodes))
	before, peak, count := liveHeap(), uint64(0), 0
	for node, err := range client.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(node.Result) < 2000 {
			t.Fatalf("%s has no result", node.Name)
		}
		if count++; count%490 == 0 {
			peak = max(peak, liveHeap())
		}
	}
	if count != nodes || server.count() != nodes/200+1 {
		t.Errorf("%d nodes with %d requests", count, server.count())
	}
	// The names of all nodes are kept, so that none comes twice.
	if most := before + 3<<20; peak > most {
		t.Errorf("%d kB are held while 10 MB pass", (peak-before)>>10)
	}
}

// BenchmarkJobNodes reads 20,000 nodes with results of two kilobytes.
func BenchmarkJobNodes(b *testing.B) {
	client := newBenchClient(b, servingNodes(b, manyItems))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range client.JobNodes(b.Context(), "1", orchestrator.JobNodeFilter{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// servingEvents answers GET /jobs/:id/events with many events in one answer, as servers do.
func servingEvents(tb testing.TB) http.HandlerFunc {
	tb.Helper()
	var all strings.Builder
	for i := range manyItems {
		if i > 0 {
			all.WriteString(",")
		}
		fmt.Fprintf(&all, `{"id":"%d","type":"node_finished","timestamp":"2026-01-10T08:01:10Z","message":"Finished","details":{"node":"node%d","detail":{"noop":false,"metrics":{"total":1,"changed":2,"failed":3}}}}`, i+1, i)
	}
	text := all.String()
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Query().Has("start") {
			_, _ = io.WriteString(w, `{"items":[]}`)
			return
		}
		for _, part := range []string{`{"next-events":{"event":"20001"},"items":[`, text, "]}"} {
			_, _ = io.WriteString(w, part) // not as one more text, which would be held here
		}
	}
}

// TestJobEvents_AreNotHeld reads all events of a job, which come in one answer of 3.5 MB, and measures that neither the answer nor the events
// are held. Only their numbers are.
//
//nolint:paralleltest // the heap is that of the whole process
func TestJobEvents_AreNotHeld(t *testing.T) {
	serve := servingEvents(t)
	client, server := newClient(t, serve)
	before, held, count := liveHeap(), uint64(0), 0
	for event, err := range client.AllJobEvents(t.Context(), "1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; event.ID != int64(count) || event.Node() == "" {
			t.Fatalf("event %d is %+v", count, event)
		}
		if count == 10 || count == manyItems/2 || count == manyItems-10 {
			now := liveHeap()
			held = max(held, now-min(before, now))
		}
	}
	if count != manyItems || server.count() != 2 {
		t.Errorf("%d events with %d requests", count, server.count())
	}
	if held > 1<<20 {
		t.Errorf("%d kB are held", held>>10)
	}
}

// BenchmarkJobEvents reads 20,000 events.
func BenchmarkJobEvents(b *testing.B) {
	client := newBenchClient(b, servingEvents(b))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range client.AllJobEvents(b.Context(), "1", 0) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
