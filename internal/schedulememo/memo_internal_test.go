// SPDX-License-Identifier: MPL-2.0

package schedulememo

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
)

// begin is when the schedules of these tests begin.
var begin = time.Date(2030, time.March, 1, 12, 0, 0, 0, time.UTC)

// private is private state in memory.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

// TestMemo_KeepsItsForm has the form of the memo in states of released versions.
func TestMemo_KeepsItsForm(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		memo Memo
		text string
	}{
		"nothing":         {Memo{}, `{}`},
		"the newer API":   {Memo{API: scheduling.EnvironmentJobs, RequestID: "r", Start: 5, Owner: "ann"}, `{"api":1,"request_id":"r","start":5,"owner":"ann"}`},
		"the older API":   {Memo{API: scheduling.LegacyJobs, Start: 5}, `{"api":2,"start":5}`},
		"secrets":         {Memo{API: scheduling.EnvironmentJobs, Secret: []string{"pin"}}, `{"api":1,"secret":["pin"]}`},
		"after an import": {Memo{API: scheduling.LegacyJobs, Imported: true}, `{"api":2,"imported":true}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			written := private{}
			test.memo.Write(t.Context(), written, &diags)
			if got := string(written["schedule"]); got != test.text {
				t.Errorf("it is written as %s, want %s", got, test.text)
			}
			if got := Read(t.Context(), private{"schedule": []byte(test.text)}, &diags); !reflect.DeepEqual(got, test.memo) {
				t.Errorf("it is read as %+v", got)
			}
			if diags.HasError() {
				t.Error(diags)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		var diags diag.Diagnostics
		if got := Read(t.Context(), private{}, &diags); !reflect.DeepEqual(got, Memo{}) || diags.HasError() {
			t.Errorf("it is read as %+v, %v", got, diags)
		}
	})
}

// TestMemo_WithoutSecrets hides what was sent as a secret as PE hides what a task declares as one.
func TestMemo_WithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		secret    []string
		got, want scheduling.ReportedInput
	}{
		"no secrets":            {nil, reportedInput(t, `{"a":1}`, "pin"), reportedInput(t, `{"a":1}`, "pin")},
		"one that is reported":  {[]string{"b"}, reportedInput(t, `{"a":1,"b":2}`), reportedInput(t, `{"a":1}`, "b")},
		"one that is hidden":    {[]string{"pin"}, reportedInput(t, `{"a":1}`, "pin"), reportedInput(t, `{"a":1}`, "pin", "pin")},
		"no params at all":      {[]string{"b"}, reportedInput(t, `null`), reportedInput(t, `null`)},
		"all of them":           {[]string{"a", "b"}, reportedInput(t, `{"a":1,"b":2}`), reportedInput(t, `{}`, "a", "b")},
		"one that is not there": {[]string{"c"}, reportedInput(t, `{"a":1}`), reportedInput(t, `{"a":1}`, "c")},
	} {
		if got := (Memo{Secret: test.secret}).WithoutSecrets(test.got); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestMemo_KnowsTheStartOfTheLastApply(t *testing.T) {
	t.Parallel()
	asked := Memo{Start: begin.Unix()}
	tests := map[string]struct {
		memo  Memo
		start time.Time
		every time.Duration
		want  bool
	}{
		"nothing was asked for":      {Memo{}, begin, 0, false},
		"nothing was, at the epoch":  {Memo{}, time.Unix(0, 0), 0, false},
		"once, the same":             {asked, begin, 0, true},
		"once, within the second":    {asked, begin.Add(500 * time.Millisecond), 0, true},
		"once, another":              {asked, begin.Add(time.Hour), 0, false},
		"recurring, the same":        {asked, begin, time.Hour, true},
		"recurring, another run":     {asked, begin.Add(3 * time.Hour), time.Hour, true},
		"recurring, between its run": {asked, begin.Add(90 * time.Minute), time.Hour, false},
		"not known yet":              {asked, time.Time{}, 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.memo.Asked(test.start, test.every); got != test.want {
				t.Errorf("%s was asked for: %v", test.start, got)
			}
		})
	}
}

func TestMemo_ComparesWithTheAPIThatIsUsed(t *testing.T) {
	t.Parallel()
	const newer, older = scheduling.EnvironmentJobs, scheduling.LegacyJobs
	for name, test := range map[string]struct {
		written, used        scheduling.Version
		migrated, downgraded bool
	}{
		"newer, and still":         {newer, newer, false, false},
		"older, and still":         {older, older, false, false},
		"older, newer by now":      {older, newer, true, false},
		"newer, older by now":      {newer, older, false, true},
		"not known, newer by now":  {0, newer, false, false},
		"not known, older all day": {0, older, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			memo := Memo{API: test.written}
			if memo.Migrated(test.used) != test.migrated || memo.Downgraded(test.used) != test.downgraded {
				t.Errorf("migrated: %v, downgraded: %v", memo.Migrated(test.used), memo.Downgraded(test.used))
			}
		})
	}
}
