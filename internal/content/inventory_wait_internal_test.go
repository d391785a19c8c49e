// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
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

// TestWaitForNodes_Ends ends a wait by an interruption, or when its time is up, also in the middle of a look that gets no answer.
func TestWaitForNodes_Ends(t *testing.T) {
	t.Parallel()
	connected := func(names ...string) (nodes []orchestrator.InventoryNode) {
		for _, name := range names {
			nodes = append(nodes, orchestrator.InventoryNode{Name: name, Connected: true})
		}
		return nodes
	}
	silence := func(ctx context.Context) ([]orchestrator.InventoryNode, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	busy := &httpapi.Error{Status: http.StatusServiceUnavailable}
	for name, test := range map[string]struct {
		looks []nodeLook
		// interrupt is when the wait is interrupted, 0 for never.
		interrupt time.Duration
		took      time.Duration
		missing   []string
		cause     error
		trouble   bool
	}{
		"nobody connects": {
			[]nodeLook{func(context.Context) ([]orchestrator.InventoryNode, error) { return connected("a"), nil }},
			0, 57500 * time.Millisecond, []string{"b"}, nil, false,
		},
		"a server that is silent": {[]nodeLook{silence}, 0, time.Minute, []string{"a", "b"}, nil, true},
		"a server that falls silent": {
			[]nodeLook{func(context.Context) ([]orchestrator.InventoryNode, error) { return connected("b"), nil }, silence},
			0, time.Minute, []string{"a"}, nil, true,
		},
		"a busy server": {
			[]nodeLook{func(context.Context) ([]orchestrator.InventoryNode, error) { return nil, busy }},
			0, 57500 * time.Millisecond, []string{"a", "b"}, nil, true,
		},
		"interrupted in a look": {[]nodeLook{silence}, time.Second, time.Second, []string{"a", "b"}, context.Canceled, false},
		"interrupted between two looks": {
			[]nodeLook{func(context.Context) ([]orchestrator.InventoryNode, error) { return connected("a"), nil }, silence},
			100 * time.Millisecond, 100 * time.Millisecond, []string{"b"}, context.Canceled, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				if test.interrupt > 0 {
					time.AfterFunc(test.interrupt, interrupt)
				}
				d := &inventoryDataSource{DataSource: pe.DataSource{Clients: &pe.Clients{Logger: slog.New(slog.DiscardHandler)}}}
				began, number := time.Now(), 0
				_, err := d.waitForNodes(ctx, []string{"b", "a"}, time.Minute, func(ctx context.Context) ([]orchestrator.InventoryNode, error) {
					look := test.looks[min(number, len(test.looks)-1)]
					number++
					return look(ctx)
				})
				var got *notConnectedError
				if !errors.As(err, &got) || !slices.Equal(got.missing, test.missing) || !errors.Is(got.cause, test.cause) || (got.trouble != nil) != test.trouble {
					t.Errorf("got %+v", err)
				}
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %s, want %s", took, test.took)
				}
			})
		})
	}
}
