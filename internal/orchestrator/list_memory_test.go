// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// first reads the first item of a list, and measures the heap while it has it.
func first[T any](t *testing.T, items iter.Seq2[T, error]) (held uint64) {
	t.Helper()
	before := liveHeap()
	for _, err := range items {
		if err != nil {
			t.Fatal(err)
		}
		now := liveHeap()
		return now - min(before, now)
	}
	t.Error("there are no items")
	return 0
}

// TestLists_AreNotHeldWhole reads lists of many small items that come in one answer, as from servers without pages, and measures that little
// of the answer is held when the first item arrives. Decoded, each item takes a multiple of its text.
//
//nolint:paralleltest // the heap is that of the whole process
func TestLists_AreNotHeldWhole(t *testing.T) {
	item := func(i int) string {
		n := strconv.Itoa(i)
		return `{"name":"` + n + `","node":"` + n + `","id":"` + n + `"}`
	}
	const count = 20_000
	items := []string{item(1)}
	for i := 2; i <= count; i++ {
		items = append(items, item(i))
	}
	body := `{"items":[` + strings.Join(items, ",") + `]}`
	client := clientAt(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	ctx := t.Context()
	for name, held := range map[string]uint64{
		"events":           first(t, client.AllJobEvents(ctx, "1", 0)),
		"plan events":      first(t, client.AllPlanJobEvents(ctx, "1", 0)),
		"report":           first(t, client.JobReport(ctx, "1")),
		"jobs":             first(t, client.Jobs(ctx, orchestrator.JobFilter{})),
		"nodes":            first(t, client.JobNodes(ctx, "1", orchestrator.JobNodeFilter{})),
		"plan jobs":        first(t, client.PlanJobs(ctx, orchestrator.PlanJobFilter{})),
		"schedules":        first(t, client.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{})),
		"legacy schedules": first(t, client.LegacyJobs(ctx)),
	} {
		if most := uint64(len(body) / 2); held > most {
			t.Errorf("%s: %d kB are held for an answer of %d kB", name, held>>10, len(body)>>10)
		}
	}
}

// TestLists_WithoutPagesHaveABound gives a list that is read as a whole more items than any list of PE has: each takes three bytes, and
// decoded a hundred times as many.
func TestLists_WithoutPagesHaveABound(t *testing.T) {
	t.Parallel()
	body := `{"items":[{}` + strings.Repeat(",{}", 1_000_000) + `]}`
	client := clientAt(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	nodes, err := client.Inventory(t.Context())
	var decode *httpapi.DecodeError
	if !errors.Is(err, orchestrator.ErrEndless) || !errors.As(err, &decode) {
		t.Errorf("got %d nodes, %v", len(nodes), err)
	}
}
