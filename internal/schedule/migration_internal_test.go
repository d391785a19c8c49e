// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedulememo"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// begin is when the schedules of these tests begin.
var begin = time.Date(2030, time.March, 1, 12, 0, 0, 0, time.UTC)

// atOnce calls a function for each number concurrently, and returns the results.
func atOnce[T any](n int, call func(i int) T) []T {
	results := make([]T, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			results[i] = call(i)
		})
	}
	done.Wait()
	return results
}

func TestMigrationsClaim_IsExclusiveAtTheSameTime(t *testing.T) {
	t.Parallel()
	for round := range 100 {
		var migrated migrations
		got := atOnce(4, func(i int) bool { return migrated.claim("9", fmt.Sprint(i)) })
		winners := 0
		for i, claimed := range got {
			if claimed {
				winners++
			}
			if again := migrated.claim("9", fmt.Sprint(i)); again != claimed {
				t.Errorf("round %d: %d claims with %v, and again with %v", round, i, claimed, again)
			}
			if other := migrated.claimedByOther("9", fmt.Sprint(i)); other == claimed {
				t.Errorf("round %d: claimed by %d: %v, by another: %v", round, i, claimed, other)
			}
		}
		if winners != 1 {
			t.Fatalf("round %d: %d have taken the same schedule", round, winners)
		}
	}
}

func TestMigrationsClaim_LeavesOtherSchedulesAlone(t *testing.T) {
	t.Parallel()
	var migrated migrations
	if migrated.claimedByOther("9", "1") {
		t.Error("what nobody has taken is taken")
	}
	for _, ids := range [][2]string{{"9", "1"}, {"9", "1"}, {"10", "2"}} {
		if !migrated.claim(ids[0], ids[1]) {
			t.Errorf("%s is free, or its own, and %s cannot take it", ids[0], ids[1])
		}
	}
	if migrated.claim("10", "1") || migrated.claimedByOther("9", "1") || !migrated.claimedByOther("9", "2") {
		t.Error("what is another's can be taken")
	}
}

// nodeScope is a scope attribute with nodes.
func nodeScope(names ...string) types.Dynamic {
	return workload.ScopeValue(&orchestrator.Scope{Nodes: names}, false, &diag.Diagnostics{})
}

// daily is a schedule in the state, of the older API: the task facts, every day.
func daily(t *testing.T, id, params string) *scheduledTaskModel {
	t.Helper()
	m := &scheduledTaskModel{Task: types.StringValue("facts"), Scope: nodeScope("a", "b"), Params: dynamic(t, params)}
	m.ID, m.Environment = types.StringValue(id), types.StringValue("production")
	m.ScheduledTime, m.Interval = types.StringValue(begin.Format(time.RFC3339)), types.StringValue("24h")
	return m
}

// migratedDaily is what the server reports of such a schedule after its upgrade.
func migratedDaily(t *testing.T, id, params string) scheduling.Schedule {
	t.Helper()
	schedule := scheduling.Schedule{
		ID: id, Type: orchestrator.ScheduleTask, Environment: "production", Owner: orchestrator.Subject{Login: "ann"},
		Start: begin.Format(time.RFC3339), Interval: orchestrator.EverySeconds(86400), Enabled: true, Input: reportedInput(t, params),
	}
	schedule.Input.Name, schedule.Input.Scope = "facts", &orchestrator.Scope{Nodes: []string{"b", "a"}}
	return schedule
}

func TestIsMigrated_ComparesAllThatTheOlderAPIHasReported(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := map[string]struct {
		owner  string
		now    time.Time
		change func(*scheduling.Schedule)
		want   bool
	}{
		"the same":               {"ann", begin, func(*scheduling.Schedule) {}, true},
		"an owner not known":     {"", begin, func(*scheduling.Schedule) {}, true},
		"another owner":          {"bob", begin, func(*scheduling.Schedule) {}, false},
		"another id":             {"ann", begin, func(s *scheduling.Schedule) { s.ID = "70" }, true},
		"another type":           {"ann", begin, func(s *scheduling.Schedule) { s.Type = orchestrator.SchedulePlan }, false},
		"another task":           {"ann", begin, func(s *scheduling.Schedule) { s.Input.Name = "package" }, false},
		"another time":           {"ann", begin, func(s *scheduling.Schedule) { s.Start = begin.Add(time.Hour).Format(time.RFC3339) }, false},
		"no time":                {"ann", begin, func(s *scheduling.Schedule) { s.Start = "" }, false},
		"its next run":           {"ann", begin.Add(time.Hour), func(s *scheduling.Schedule) { s.Start = begin.Add(day).Format(time.RFC3339) }, true},
		"a run too early for it": {"ann", begin.Add(-time.Hour), func(s *scheduling.Schedule) { s.Start = begin.Add(day).Format(time.RFC3339) }, false},
		"another interval":       {"ann", begin, func(s *scheduling.Schedule) { s.Interval = orchestrator.EverySeconds(3600) }, false},
		"once":                   {"ann", begin, func(s *scheduling.Schedule) { s.Interval = nil }, false},
		"other nodes":            {"ann", begin, func(s *scheduling.Schedule) { s.Input.Scope = &orchestrator.Scope{Nodes: []string{"a"}} }, false},
		"a group":                {"ann", begin, func(s *scheduling.Schedule) { s.Input.Scope = &orchestrator.Scope{NodeGroup: "g"} }, false},
		"no scope is reported":   {"ann", begin, func(s *scheduling.Schedule) { s.Input.Scope = nil }, true},
		"a query that is broken": {"ann", begin, func(s *scheduling.Schedule) { s.Input.Scope = &orchestrator.Scope{Query: []byte("[")} }, false},
		"what nobody compares":   {"ann", begin, func(s *scheduling.Schedule) { s.Description, s.Environment = "x", "development" }, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			candidate := migratedDaily(t, "7", `{}`)
			test.change(&candidate)
			if got := isMigrated(candidate, daily(t, "7", ""), schedulememo.Memo{Owner: test.owner}, test.now); got != test.want {
				t.Errorf("it is the schedule of the state: %v", got)
			}
		})
	}
}

func TestAlike_TellsSchedulesApartByTheirParameters(t *testing.T) {
	t.Parallel()
	otherEnvironment, otherDescription := migratedDaily(t, "5", `{"a": 1}`), migratedDaily(t, "6", `{"a": 1}`)
	otherEnvironment.Environment, otherDescription.Description = "development", "x"
	same, changed, hidden := migratedDaily(t, "7", `{"a": 1}`), migratedDaily(t, "8", `{"a": 2}`), migratedDaily(t, "9", `{}`)
	hidden.Input.Sensitive = []string{"a"}
	for name, test := range map[string]struct {
		found []scheduling.Schedule
		want  []string
	}{
		"none":          {nil, nil},
		"one":           {[]scheduling.Schedule{same}, []string{"7"}},
		"another":       {[]scheduling.Schedule{changed}, nil},
		"one of two":    {[]scheduling.Schedule{changed, same}, []string{"7"}},
		"both":          {[]scheduling.Schedule{same, hidden}, []string{"7", "9"}},
		"one of many":   {[]scheduling.Schedule{otherEnvironment, otherDescription, same, changed}, []string{"7"}},
		"none of those": {[]scheduling.Schedule{otherEnvironment, otherDescription}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := len(test.found)
			var got []string
			for _, schedule := range alike(test.found, daily(t, "7", `{"a": 1}`), schedulememo.Memo{}) {
				got = append(got, schedule.ID)
			}
			if !slices.Equal(got, test.want) || len(test.found) != before || slices.ContainsFunc(test.found, func(s scheduling.Schedule) bool { return s.ID == "" }) {
				t.Errorf("alike are %v, want %v", got, test.want)
			}
		})
	}
}

// migratedServer is the newer API of an upgraded server that has given its schedules other ids.
type migratedServer struct {
	scheduling.API
	schedules []scheduling.Schedule
}

func (migratedServer) Version() scheduling.Version { return scheduling.EnvironmentJobs }

func (s migratedServer) Read(_ context.Context, id string) (scheduling.Schedule, error) {
	for _, schedule := range s.schedules {
		if schedule.ID == id {
			return schedule, nil
		}
	}
	return scheduling.Schedule{}, fmt.Errorf("reading %s: %w", id, scheduling.ErrGone)
}

func (s migratedServer) List(_ context.Context, f scheduling.Filter) iter.Seq2[scheduling.Schedule, error] {
	return func(yield func(scheduling.Schedule, error) bool) {
		for _, schedule := range s.schedules {
			if schedule.Type == f.Type && !yield(schedule, nil) {
				return
			}
		}
	}
}

// taskResource is a resource for schedules of tasks whose server's clock does not move.
func taskResource() *scheduledTaskResource {
	r := &scheduledTaskResource{}
	r.process = &processState{}
	r.Clients = &pe.Clients{ServerClock: func() (time.Time, bool) { return begin.Add(-time.Hour), true }}
	return r
}

// TestLocate_GivesOneMigratedScheduleToOneOfTwo has two schedules in the state and one of their content on the server, which both are
// looking for at the same time.
func TestLocate_GivesOneMigratedScheduleToOneOfTwo(t *testing.T) {
	t.Parallel()
	memo := schedulememo.Memo{API: scheduling.LegacyJobs, Owner: "ann"}
	for round := range 50 {
		r := taskResource()
		server := migratedServer{schedules: []scheduling.Schedule{migratedDaily(t, "70", `{}`)}}
		states := []*scheduledTaskModel{daily(t, "1", ""), daily(t, "2", "")}
		errs := atOnce(len(states), func(i int) error {
			found, err := r.locate(t.Context(), server, states[i], memo)
			if err == nil && found.ID != "70" {
				return fmt.Errorf("schedule %s was found", found.ID)
			}
			return err
		})
		first, second := errs[0], errs[1]
		if first != nil {
			first, second = second, first
		}
		if first != nil || !errors.Is(second, scheduling.ErrGone) {
			t.Fatalf("round %d: the schedules are found with %v and %v", round, first, second)
		}
	}
}

func TestLocate_BelievesAnIDOnlyOfTheSameSchedule(t *testing.T) {
	t.Parallel()
	other := migratedDaily(t, "1", `{}`)
	other.Input.Name = "package"
	memo := schedulememo.Memo{API: scheduling.LegacyJobs, Owner: "ann"}
	for name, test := range map[string]struct {
		memo      schedulememo.Memo
		schedules []scheduling.Schedule
		want      string
		wantErr   string
	}{
		"it keeps its id":                  {memo, []scheduling.Schedule{migratedDaily(t, "1", `{}`)}, "1", ""},
		"it has another id":                {memo, []scheduling.Schedule{other, migratedDaily(t, "70", `{}`)}, "70", ""},
		"it is gone":                       {memo, []scheduling.Schedule{other}, "", scheduling.ErrGone.Error()},
		"there is nothing":                 {memo, nil, "", scheduling.ErrGone.Error()},
		"two cannot be told apart":         {memo, []scheduling.Schedule{migratedDaily(t, "70", `{}`), migratedDaily(t, "71", `{}`)}, "", "it is not clear which of its schedules was schedule 1: 70, 71"},
		"nothing was migrated":             {schedulememo.Memo{API: scheduling.EnvironmentJobs}, []scheduling.Schedule{other}, "1", ""},
		"nothing was migrated, and gone":   {schedulememo.Memo{API: scheduling.EnvironmentJobs}, nil, "", scheduling.ErrGone.Error()},
		"nothing is remembered of the API": {schedulememo.Memo{}, []scheduling.Schedule{other}, "1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := taskResource().locate(t.Context(), migratedServer{schedules: test.schedules}, daily(t, "1", ""), test.memo)
			if found.ID != test.want {
				t.Errorf("schedule %q was found", found.ID)
			}
			if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
