// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestSchedules_LargePages reads schedules through both APIs, of servers that send fewer than they are asked for, and of some that do not
// say how many there are.
func TestSchedules_LargePages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		schedules, most int
		total           bool
		requests        int
	}{
		{schedules: 500, most: 1 << 20, total: true, requests: 1},
		{schedules: 1000, most: 1 << 20, total: true, requests: 1},
		{schedules: 500, most: 200, total: true, requests: 3},
		{schedules: 500, most: 1 << 20, requests: 2},
		{schedules: 500, most: 200, requests: 3},
		{schedules: 150, most: 1 << 20, requests: 1},
	} {
		client, server := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
			offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			var items []string
			for i := offset; i < min(offset+min(limit, test.most), test.schedules); i++ {
				items = append(items, fmt.Sprintf(`{"id":"%d","name":"%d","type":"task"}`, i+1, i+1))
			}
			pagination := ""
			if test.total {
				pagination = fmt.Sprintf(`,"pagination":{"total":%d}`, test.schedules)
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"items":[%s]%s}`, strings.Join(items, ","), pagination)
		})
		for api, read := range map[string]func() (int, error){
			"environment jobs": func() (int, error) {
				found, err := orchestrator.Collect(client.EnvironmentJobs(t.Context(), orchestrator.EnvironmentJobFilter{}), 0)
				return len(found), err
			},
			"older API": func() (int, error) {
				found, err := orchestrator.Collect(client.LegacyJobs(t.Context()), 0)
				return len(found), err
			},
		} {
			before := server.count()
			n, err := read()
			if requests := server.count() - before; err != nil || n != test.schedules || requests != test.requests {
				t.Errorf("%s, %+v: %d schedules with %d requests, %v", api, test, n, requests, err)
			}
		}
	}
}

// TestJobNodes_LargePages reads nodes of which it is known how many there are, from servers that send as many as asked for, and from one that
// never sends more than it likes: each node comes once, and none is left out.
func TestJobNodes_LargePages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ nodes, expected, most, requests int }{
		{nodes: 4500, expected: 4500, most: 1 << 20, requests: 5},
		{nodes: 4500, expected: 4500, most: 300, requests: 15},
		{nodes: 1000, expected: 1000, most: 1 << 20, requests: 1},
		{nodes: 200, expected: 200, most: 1 << 20, requests: 1},
		{nodes: 450, expected: 0, most: 1 << 20, requests: 3},
	} {
		client, server := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
			offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			var items []string
			for i := offset; i < min(offset+min(limit, test.most), test.nodes); i++ {
				items = append(items, fmt.Sprintf(`{"name":"node%d","state":"finished"}`, i))
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(items, ","))
		})
		names := map[string]int{}
		for node, err := range client.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{Expected: test.expected}) {
			if err != nil {
				t.Fatal(err)
			}
			names[node.Name]++
		}
		if len(names) != test.nodes || server.count() != test.requests {
			t.Errorf("%+v: %d nodes with %d requests", test, len(names), server.count())
		}
	}
}
