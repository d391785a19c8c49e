// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// movingList serves a list whose items change after each page. It says how many there are, unless total says otherwise.
func movingList(t *testing.T, ids []int, total func(items int) string, change func(request int, ids []int) []int) http.HandlerFunc {
	t.Helper()
	request := 0
	return func(w http.ResponseWriter, r *http.Request) {
		offset := min(intAt(t, r, "offset", 0), len(ids))
		end := min(offset+intAt(t, r, "limit", 0), len(ids))
		var items []string
		for _, id := range ids[offset:end] {
			items = append(items, fmt.Sprintf(`{"id":"%d","name":"%d","type":"task","state":"finished"}`, id, id))
		}
		_, _ = fmt.Fprintf(w, `{"items":[%s],"pagination":{"total":%s}}`, strings.Join(items, ","), total(len(ids)))
		request++
		ids = change(request, ids)
	}
}

func upTo(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i + 1
	}
	return ids
}

func exact(items int) string { return fmt.Sprint(items) }

// TestLists_ThatMoveWhileTheyAreRead reads lists of 450 jobs in pages of 200, of which an item goes to another place between two pages, or
// out of the list. Every item that is there all the time has to come, and each of them once.
func TestLists_ThatMoveWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	toTheEnd := func(_ int, ids []int) []int {
		moved := ids[149]
		return append(slices.Delete(ids, 149, 150), moved)
	}
	for name, test := range map[string]struct {
		total    func(int) string
		change   func(request int, ids []int) []int
		limit    int
		want     int
		requests int
	}{
		"nothing moves": {exact, func(_ int, ids []int) []int { return ids }, 0, 450, 3},
		"one goes to the end": {exact, func(request int, ids []int) []int {
			if request > 1 {
				return ids
			}
			return toTheEnd(request, ids)
		}, 0, 450, 6},
		"one goes to the end after each page": {exact, toTheEnd, 0, 450, 9},
		"one is removed": {exact, func(request int, ids []int) []int {
			if request != 1 {
				return ids
			}
			return slices.Delete(ids, 0, 1)
		}, 0, 450, 6},
		"one comes to the beginning": {exact, func(request int, ids []int) []int {
			if request != 1 {
				return ids
			}
			return slices.Insert(ids, 0, 1000)
		}, 0, 451, 6},
		"the total counts more": {func(n int) string { return fmt.Sprint(n + 7) }, func(_ int, ids []int) []int { return ids }, 0, 450, 8},
		"there is no total":     {func(int) string { return "null" }, toTheEnd, 0, 448, 3},
		"enough has come":       {exact, toTheEnd, 300, 300, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, requests := newClient(t, movingList(t, upTo(450), test.total, test.change))
			jobs, err := orchestrator.Collect(client.Jobs(t.Context(), orchestrator.JobFilter{Range: orchestrator.Range{Limit: test.limit}}), 0)
			seen := map[string]bool{}
			for _, job := range jobs {
				seen[job.ID] = true
			}
			if err != nil || len(jobs) != test.want || len(seen) != test.want || len(requests.requests) != test.requests {
				t.Errorf("%d jobs, %d of them different, with %d requests: %v", len(jobs), len(seen), len(requests.requests), err)
			}
		})
	}
}

// TestSchedules_ThatNeverStandStill reads schedules of which one is gone and two are new after each page: what is not found might be there.
func TestSchedules_ThatNeverStandStill(t *testing.T) {
	t.Parallel()
	const many = 2500
	next := many
	client, requests := newClient(t, movingList(t, upTo(many), exact, func(_ int, ids []int) []int {
		next += 2
		return slices.Insert(slices.Delete(ids, 0, 1), 0, next-1, next)
	}))
	if _, err := client.ListedLegacyJobs(t.Context()); !errors.Is(err, orchestrator.ErrMoving) || len(requests.requests) != 4*3 {
		t.Errorf("%d requests: %v", len(requests.requests), err)
	}
}
