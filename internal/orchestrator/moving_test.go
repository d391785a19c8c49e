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

// TestSchedules_ThatMoveWhileTheyAreRead reads a list of 2,500 schedules in pages of 1,000, of which one goes to another place between two
// pages, or out of the list. Every schedule that is there all the time has to come, and each of them once.
func TestSchedules_ThatMoveWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	const many = 2500
	toTheEnd := func(_ int, ids []int) []int {
		moved := ids[149]
		return append(slices.Delete(ids, 149, 150), moved)
	}
	once := func(change func(int, []int) []int) func(int, []int) []int {
		return func(request int, ids []int) []int {
			if request != 1 {
				return ids
			}
			return change(request, ids)
		}
	}
	stay := func(_ int, ids []int) []int { return ids }
	for name, test := range map[string]struct {
		total    func(int) string
		change   func(request int, ids []int) []int
		limit    int
		want     int
		requests int
		fails    bool
	}{
		"nothing moves":                       {exact, stay, 0, many, 3, false},
		"one goes to the end":                 {exact, once(toTheEnd), 0, many, 6, false},
		"one goes to the end after each page": {exact, toTheEnd, 0, many, 12, true},
		"one is removed":                      {exact, once(func(_ int, ids []int) []int { return slices.Delete(ids, 0, 1) }), 0, many, 6, false},
		"one comes to the beginning":          {exact, once(func(_ int, ids []int) []int { return slices.Insert(ids, 0, 9999) }), 0, many + 1, 6, false},
		"the same one is missed twice": {exact, func(request int, ids []int) []int {
			switch request % 3 {
			case 1:
				return append(slices.Delete(slices.Clone(ids), 0, 1), ids[0])
			case 0:
				return append([]int{ids[len(ids)-1]}, ids[:len(ids)-1]...)
			}
			return ids
		}, 0, many - 1, 12, true},
		"the total counts more": {func(n int) string { return fmt.Sprint(n + 7) }, stay, 0, many, 8, false},
		"there is no total":     {func(int) string { return "null" }, once(toTheEnd), 0, many - 1, 4, false},
		"enough has come":       {exact, toTheEnd, 1200, 1200, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, requests := newClient(t, movingList(t, upTo(many), test.total, test.change))
			seen, count := map[string]bool{}, 0
			var failure error
			for job, err := range client.FilterLegacyJobs(t.Context(), orchestrator.LegacyJobFilter{Range: orchestrator.Range{Limit: test.limit}}) {
				if err != nil {
					failure = err
					break
				}
				seen[job.ID] = true
				count++
			}
			if errors.Is(failure, orchestrator.ErrMoving) != test.fails || failure != nil != test.fails || count != test.want || len(seen) != test.want || len(requests.requests) != test.requests {
				t.Errorf("%d schedules, %d of them different, with %d requests: %v", count, len(seen), len(requests.requests), failure)
			}
		})
	}
}

// TestJobs_ThatMoveWhileTheyAreRead reads jobs of which others are new all the time: the list keeps its order, and is read once.
func TestJobs_ThatMoveWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	next := 1000
	client, requests := newClient(t, movingList(t, upTo(450), exact, func(_ int, ids []int) []int {
		next++
		return slices.Insert(ids, 0, next)
	}))
	jobs, err := orchestrator.Collect(client.Jobs(t.Context(), orchestrator.JobFilter{}), 0)
	if err != nil || len(jobs) != 450 || jobs[449].ID != "450" || len(requests.requests) != 3 {
		t.Errorf("%d jobs with %d requests: %v", len(jobs), len(requests.requests), err)
	}
}

// TestSchedules_OfAServerWithoutOffset reads a list whose first page comes whatever is asked for: it is read once, as far as it goes.
func TestSchedules_OfAServerWithoutOffset(t *testing.T) {
	t.Parallel()
	client, requests := newClient(t, answering(http.StatusOK, `{"items":[{"id":"1","name":"1","type":"task"}],"pagination":{"limit":1,"offset":0,"total":15}}`))
	if jobs, err := client.ListedLegacyJobs(t.Context()); err != nil || len(jobs) != 1 || len(requests.requests) != 2 {
		t.Errorf("%d schedules with %d requests: %v", len(jobs), len(requests.requests), err)
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
