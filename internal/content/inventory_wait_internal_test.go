// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

func TestUnconnected_NamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	there := func(name string, connected bool) orchestrator.InventoryNode {
		return orchestrator.InventoryNode{Name: name, Connected: connected}
	}
	for name, test := range map[string]struct {
		names []string
		nodes []orchestrator.InventoryNode
		want  []string
	}{
		"no nodes":          {nil, nil, nil},
		"connected":         {[]string{"a"}, []orchestrator.InventoryNode{there("a", true)}, nil},
		"not connected":     {[]string{"a"}, []orchestrator.InventoryNode{there("a", false)}, []string{"a"}},
		"unknown":           {[]string{"b", "a"}, nil, []string{"a", "b"}},
		"connected one too": {[]string{"a", "b"}, []orchestrator.InventoryNode{there("b", true), there("a", false)}, []string{"a"}},
		"another one":       {[]string{"a"}, []orchestrator.InventoryNode{there("b", false)}, []string{"a"}},
	} {
		if got := unconnected(test.names, test.nodes); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestNotConnectedError_Report(t *testing.T) {
	t.Parallel()
	many := make([]string, 12)
	for i := range many {
		many[i] = fmt.Sprintf("n%02d", i)
	}
	for name, test := range map[string]struct {
		err     notConnectedError
		summary string
		detail  []string
		without string
	}{
		"one": {
			notConnectedError{missing: []string{"a"}, all: 1, limit: time.Minute}, "1 of 1 nodes are not connected after 1m",
			[]string{"Not connected: a.", "port 8142"}, "last look",
		},
		"many": {
			notConnectedError{missing: many, all: 400, limit: time.Hour}, "12 of 400 nodes are not connected after 1h",
			[]string{"n00", "n09", "and 2 more."}, "n10",
		},
		"interrupted": {
			notConnectedError{missing: []string{"a", "b"}, all: 3, cause: context.Canceled}, "The wait for nodes to connect was interrupted",
			[]string{"Terraform was interrupted while it waited. Not connected until then: a, b."}, "8142",
		},
		"after a failure": {
			notConnectedError{missing: []string{"a", "b"}, all: 2, limit: time.Second, trouble: errors.New("no route to host")},
			"2 of 2 nodes are not connected after 1s", []string{"The last attempt to read them failed: No route to host."}, "more",
		},
	} {
		var diags diag.Diagnostics
		test.err.report(prose.Sentence, &diags)
		if len(diags) != 1 || diags[0].Summary() != test.summary || strings.Contains(diags[0].Detail(), test.without) {
			t.Errorf("%s: got %v", name, diags)
			continue
		}
		for _, part := range test.detail {
			if !strings.Contains(diags[0].Detail(), part) {
				t.Errorf("%s: %q is missing in %q", name, part, diags[0].Detail())
			}
		}
	}
}

// TestWaitForNodes_Interrupted ends a wait before a look and during one.
func TestWaitForNodes_Interrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	for name, err := range map[string]error{"between two looks": nil, "in a look": context.Canceled} {
		_, got := (&inventoryDataSource{}).waitForNodes(ctx, []string{"b", "a"}, time.Minute, nil, err)
		var missing *notConnectedError
		if !errors.As(got, &missing) || !errors.Is(got, context.Canceled) || !slices.Equal(missing.missing, []string{"a", "b"}) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
