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
