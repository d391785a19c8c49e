// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// fleet is a server with the nodes of a job, by pages. It keeps which pages were asked for, and how many at once at most.
type fleet struct {
	nodes int
	// before, if it is set, is called before a page is sent, which it may do itself. Then it returns false.
	before func(w http.ResponseWriter, r *http.Request, offset, limit int) bool
	// shift is by how many nodes a page begins before its offset, for each thousand: the list grows at its beginning meanwhile.
	shift int
	// result is the size of the result of a node.
	result func(node int) int

	mu        sync.Mutex
	asked     []string
	now, most int
}

func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	f.mu.Lock()
	f.asked = append(f.asked, fmt.Sprintf("%d+%d", offset, limit))
	f.now++
	f.most = max(f.most, f.now)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.now--
		f.mu.Unlock()
	}()
	if f.before != nil && !f.before(w, r, offset, limit) {
		return
	}
	offset -= f.shift * (offset / 1000)
	const longest = 1 << 14
	output := strings.Repeat("x", longest)
	var items []string
	for i := offset; i < min(offset+limit, f.nodes); i++ {
		size := 0
		if f.result != nil {
			size = f.result(i)
		}
		items = append(items, fmt.Sprintf(`{"name":"node%d","state":"finished","result":{"_output":"%s"}}`, i, output[:size]))
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(items, ","))
}

// pages are the pages that were asked for, in the order of the list.
func (f *fleet) pages() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	sorted := slices.Clone(f.asked)
	slices.SortFunc(sorted, func(a, b string) int {
		from := func(text string) int {
			number, _, _ := strings.Cut(text, "+")
			n, _ := strconv.Atoi(number)
			return n
		}
		return from(a) - from(b)
	})
	return sorted
}

func (f *fleet) client(t *testing.T, config httpapi.Config) *orchestrator.Client {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	config.MaxRetries = -1
	transport, err := httpapi.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	client, err := orchestrator.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// read reads nodes up to an error, and checks that they come in order and once.
func read(t *testing.T, client *orchestrator.Client, filter orchestrator.JobNodeFilter) (count int, last error) {
	t.Helper()
	for node, err := range client.JobNodes(t.Context(), "1", filter) {
		if err != nil {
			return count, err
		}
		if want := fmt.Sprintf("node%d", filter.Range.Offset+count); node.Name != want {
			t.Fatalf("got %s, want %s", node.Name, want)
		}
		count++
	}
	return count, nil
}

// together returns a function for [fleet.before] that keeps pages from an offset on waiting until a number of them are asked for.
func together(from, number int) func(http.ResponseWriter, *http.Request, int, int) bool {
	var mu sync.Mutex
	waiting, open := 0, make(chan struct{})
	return func(_ http.ResponseWriter, r *http.Request, offset, _ int) bool {
		if offset < from {
			return true
		}
		mu.Lock()
		if waiting++; waiting == number {
			close(open)
		}
		mu.Unlock()
		select {
		case <-open:
		case <-r.Context().Done():
		}
		return true
	}
}

// TestPagesAhead_AreReadAtTheSameTime has a server that sends no page from the third on before it is asked for four of them.
func TestPagesAhead_AreReadAtTheSameTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		part  orchestrator.Range
		nodes int
		want  []string
	}{
		"all":   {orchestrator.Range{}, 6500, []string{"0+1000", "1000+1000", "2000+1000", "3000+1000", "4000+1000", "5000+1000", "6000+1000"}},
		"part":  {orchestrator.Range{Limit: 5200}, 5200, []string{"0+1000", "1000+1000", "2000+1000", "3000+1000", "4000+1000", "5000+200"}},
		"other": {orchestrator.Range{Offset: 500}, 6000, []string{"500+1000", "1500+1000", "2500+1000", "3500+1000", "4500+1000", "5500+1000"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &fleet{nodes: 6500, before: together(2000, 4)}
			count, err := read(t, server.client(t, httpapi.Config{RequestTimeout: 20 * time.Second}), orchestrator.JobNodeFilter{Expected: 6500, Range: test.part})
			if err != nil || count != test.nodes || server.most != 4 || !slices.Equal(server.pages(), test.want) {
				t.Errorf("%d nodes, at most %d pages at once, %q: %v", count, server.most, server.pages(), err)
			}
		})
	}
}

// TestPagesAhead_KeepToTheLimitOfRequests allows two requests at a time.
func TestPagesAhead_KeepToTheLimitOfRequests(t *testing.T) {
	t.Parallel()
	server := &fleet{nodes: 9000, before: together(2000, 2)}
	count, err := read(t, server.client(t, httpapi.Config{MaxConcurrentRequests: 2}), orchestrator.JobNodeFilter{Expected: 9000})
	if err != nil || count != 9000 || server.most != 2 || len(server.asked) != 9 {
		t.Errorf("%d nodes, at most %d pages at once: %v", count, server.most, err)
	}
}

// TestPagesAhead_OneAfterTheOther has servers and lists whose pages are not read ahead.
func TestPagesAhead_OneAfterTheOther(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server          *fleet
		expected        int
		count, requests int
	}{
		"of unknown number": {&fleet{nodes: 1900}, 0, 1900, 10},
		"that knows no offset": {&fleet{nodes: 9000, before: func(w http.ResponseWriter, _ *http.Request, _, limit int) bool {
			(&fleet{nodes: 9000}).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?offset=0&limit="+strconv.Itoa(limit), nil))
			return false
		}}, 9000, 1000, 2},
		"with large pages":            {&fleet{nodes: 4000, result: large(2000)}, 4000, 4000, 4},
		"that is shorter than it was": {&fleet{nodes: 1500}, 5000, 1500, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			count, err := read(t, test.server.client(t, httpapi.Config{}), orchestrator.JobNodeFilter{Expected: test.expected})
			if err != nil || count != test.count || len(test.server.asked) != test.requests || test.server.most != 1 {
				t.Errorf("%d nodes with %d requests, %d at once: %v", count, len(test.server.asked), test.server.most, err)
			}
		})
	}
}

// large is the size of the result of a node, when the first nodes have large ones.
func large(first int) func(node int) int {
	return func(node int) int {
		if node < first {
			return 9000
		}
		return 0
	}
}

// TestPagesAhead_NodesThatComeTwice grows the list at its beginning while it is read: each page begins with nodes of the page before.
func TestPagesAhead_NodesThatComeTwice(t *testing.T) {
	t.Parallel()
	for _, part := range []orchestrator.Range{{}, {Limit: 5500}} {
		server := &fleet{nodes: 6000, shift: 10}
		names := map[string]int{}
		for node, err := range server.client(t, httpapi.Config{}).JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{Expected: 6000, Range: part}) {
			if err != nil {
				t.Fatal(err)
			}
			names[node.Name]++
		}
		want := 5950 // what is known of the number is that of the beginning
		if part.Limit > 0 {
			want = part.Limit
		}
		if len(names) != want {
			t.Errorf("%+v: %d nodes", part, len(names))
		}
	}
}

// TestPagesAhead_PagesThatAreTooLarge has some nodes with results of which fewer fit into an answer.
func TestPagesAhead_PagesThatAreTooLarge(t *testing.T) {
	t.Parallel()
	server := &fleet{nodes: 7000, result: func(node int) int {
		if node >= 4200 && node < 4300 {
			return 5000
		}
		return 1
	}}
	count, err := read(t, server.client(t, httpapi.Config{MaxBodyBytes: 400_000}), orchestrator.JobNodeFilter{Expected: 7000})
	if err != nil || count != 7000 {
		t.Errorf("%d nodes, %v", count, err)
	}
}

// TestPagesAhead_AnError has a page in the middle that cannot be had, while others hang: what comes before it is there, and nothing waits.
func TestPagesAhead_AnError(t *testing.T) {
	t.Parallel()
	server := &fleet{nodes: 9000, before: func(w http.ResponseWriter, r *http.Request, offset, _ int) bool {
		switch {
		case offset == 3000:
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"kind":"puppetlabs.rbac/permission-denied","msg":"No"}`))
			return false
		case offset > 3000:
			<-r.Context().Done()
		}
		return true
	}}
	count, err := read(t, server.client(t, httpapi.Config{}), orchestrator.JobNodeFilter{Expected: 9000})
	if count != 3000 || httpapi.StatusOf(err) != http.StatusForbidden {
		t.Errorf("%d nodes, then %v", count, err)
	}
}

// TestPagesAhead_WhoWantsNoMore stops while pages are being read that hang: nothing is left in progress.
func TestPagesAhead_WhoWantsNoMore(t *testing.T) {
	t.Parallel()
	hanging, ended := make(chan struct{}, 9), make(chan struct{}, 9)
	server := &fleet{nodes: 9000, before: func(_ http.ResponseWriter, r *http.Request, offset, _ int) bool {
		if offset >= 3000 {
			hanging <- struct{}{}
			<-r.Context().Done()
			ended <- struct{}{}
		}
		return true
	}}
	client := server.client(t, httpapi.Config{})
	for end, stop := range map[string]func(cancel func()) bool{
		"the list is left":         func(func()) bool { return true },
		"the operation is stopped": func(cancel func()) bool { cancel(); return false },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		count, last := 0, error(nil)
		for _, err := range client.JobNodes(ctx, "1", orchestrator.JobNodeFilter{Expected: 9000}) {
			if last = err; err != nil {
				break
			}
			if count++; count == 2500 {
				for range 3 {
					<-hanging
				}
				if stop(cancel) {
					break
				}
			}
		}
		for range 3 {
			<-ended
		}
		if count < 2500 || count > 3000 || (last != nil) != (count == 3000) {
			t.Errorf("%s: %d nodes, then %v", end, count, last)
		}
		cancel()
	}
}
