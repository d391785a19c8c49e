// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestJobNodes_PagesThatAreTooLarge reads nodes whose results do not fit into one answer.
func TestJobNodes_PagesThatAreTooLarge(t *testing.T) {
	t.Parallel()
	const most = 100_000
	for name, test := range map[string]struct {
		nodes, size, expected int
		paged, fails          bool
		limits                []string
	}{
		"three large ones":         {3, 40_000, 3, true, false, []string{"200", "1", "1", "1"}},
		"many, of unknown number":  {60, 1_900, 0, true, false, []string{"200", "50", "50"}},
		"many, of known number":    {60, 1_900, 60, true, false, []string{"200", "15", "15", "15", "15"}},
		"one that is too large":    {1, 150_000, 1, true, true, []string{"200", "1"}},
		"of a server without them": {3, 40_000, 3, false, true, []string{"200", "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var limits []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				limits = append(limits, r.URL.Query().Get("limit"))
				mu.Unlock()
				offset, limit := intAt(t, r, "offset", 0), intAt(t, r, "limit", 0)
				if !test.paged {
					offset, limit = 0, test.nodes
				}
				var items []string
				for i := offset; i < min(offset+limit, test.nodes); i++ {
					items = append(items, fmt.Sprintf(`{"name":"n%d","result":%q}`, i, strings.Repeat("y", test.size)))
				}
				_, _ = fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(items, ","))
			}))
			t.Cleanup(server.Close)
			transport, err := httpapi.New(httpapi.Config{MaxRetries: -1, MaxBodyBytes: most})
			if err != nil {
				t.Fatal(err)
			}
			client, err := orchestrator.New(transport, server.URL)
			if err != nil {
				t.Fatal(err)
			}
			nodes, err := orchestrator.Collect(client.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{Expected: test.expected}), 0)
			if (err != nil) != test.fails || httpapi.TooLarge(err) != test.fails || !test.fails && len(nodes) != test.nodes {
				t.Errorf("%d nodes, %v", len(nodes), err)
			}
			if !slices.Equal(limits, test.limits) {
				t.Errorf("pages of %q, want %q", limits, test.limits)
			}
		})
	}
}
