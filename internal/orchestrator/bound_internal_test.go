// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
	"testing"
)

// readAll counts the items of a list up to its end.
func readAll[T any](items iter.Seq2[T, error]) (count int, err error) {
	for _, err := range items {
		if err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

// numbers is a page of a list of numbers.
func numbers(offset, size, total int) page[int] {
	p := page[int]{pagination: &pagination{Total: &total}, count: size}
	for i := range size {
		p.items = append(p.items, offset+i)
	}
	return p
}

func TestList_OfFreshItemsForEverEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		size, wantItems int
	}{
		"full pages":    {pageLimit, mostItems},
		"single items":  {1, mostRequests},
		"beyond a page": {10 * pageLimit, mostItems},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endless := list[int]{
				what: "things",
				fetch: func(_ context.Context, _, offset int, _ func(int) error) (page[int], error) {
					return numbers(offset, test.size, offset+2*test.size), nil
				},
				key: strconv.Itoa,
			}
			count, err := readAll(endless.all(t.Context()))
			if !errors.Is(err, ErrEndless) || count != test.wantItems {
				t.Errorf("%d items, then %v; want %d", count, err, test.wantItems)
			}
		})
	}
}

func TestList_AsLongAsTheLargestEnds(t *testing.T) {
	t.Parallel()
	const total = mostItems
	full := list[int]{
		fetch: func(_ context.Context, limit, offset int, _ func(int) error) (page[int], error) {
			return numbers(offset, limit, total), nil
		},
		key: strconv.Itoa,
	}
	if count, err := readAll(full.all(t.Context())); err != nil || count != mostItems {
		t.Errorf("%d items, then %v", count, err)
	}
}

func TestAllEvents_ForEverEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		size, wantItems int
	}{
		"many at a time": {500, mostItems},
		"one at a time":  {1, mostRequests},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := allEvents(1, func(start int64, each func(Event) bool) (int64, error) {
				for i := range test.size {
					if !each(Event{ID: start + int64(i)}) {
						break
					}
				}
				return 0, nil
			})
			count, err := readAll(events)
			if !errors.Is(err, ErrEndless) || count != test.wantItems {
				t.Errorf("%d events, then %v; want %d", count, err, test.wantItems)
			}
		})
	}
}

func TestJob_CountsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		`{"id":"7","node_count":2,"node_states":{"finished":1,"failed":1}}`:                      true,
		`{"id":"7","node_states":null}`:                                                          true,
		`{"id":"7","node_count":0,"node_states":{"finished":1,"failed":-1}}`:                     false,
		`{"id":"7","node_count":-1}`:                                                             false,
		`{"id":"7","node_states":{"finished":9223372036854775807,"failed":9223372036854775807}}`: false,
		`{"id":"0"}`: false,
		`{"id":-1}`:  false,
		`{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/0","name":"0"}`: false,
		`{"id":"7","duration":"NaN"}`:                                            false,
		`{"id":"7","duration":"Inf"}`:                                            false,
	} {
		var job Job
		if err := json.Unmarshal([]byte(text), &job); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestEvent_IDsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{`{"id":1}`: true, `{"id":"80"}`: true, `{"id":0}`: false, `{"id":-1}`: false, `{"id":"x"}`: false} {
		var event Event
		if err := json.Unmarshal([]byte(text), &event); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestPlanJob_JobIDsAreNumbers(t *testing.T) {
	t.Parallel()
	job := PlanJob{Status: map[string][]StatusPeriod{"12": nil, "9": nil, "0": nil, "-1": nil, "..": nil, "a/b": nil}}
	if got := job.JobIDs(); len(got) != 2 || got[0] != "9" || got[1] != "12" {
		t.Errorf("got %q", got)
	}
}

func TestCreated_IDsThatCannotBe(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"job":{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/7","name":"7"}}`:   "7",
		`{"job":{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/0","name":"0"}}`:   "",
		`{"job":{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/-1","name":"-1"}}`: "",
		`{"name":"0"}`: "", `{"name":-1}`: "", `{"name":"abc"}`: "", `{}`: "",
	} {
		var answer created
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(err)
		}
		if ref, err := answer.ref(); ref.ID != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", text, ref.ID, err)
		}
	}
}
