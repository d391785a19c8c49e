// SPDX-License-Identifier: MPL-2.0

package scheduling_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
)

// at is a time after the beginning of the tests' calendar.
func at(after time.Duration) time.Time {
	return time.Date(2030, time.March, 1, 12, 0, 0, 0, time.UTC).Add(after)
}

func TestSameInstant_IsExactToTheSecond(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b time.Time
		want bool
	}{
		"the same":               {at(0), at(0), true},
		"another zone":           {at(0), at(0).In(time.FixedZone("", 5400)), true},
		"fractions of a second":  {at(0), at(999 * time.Millisecond), true},
		"across a second":        {at(999 * time.Millisecond), at(time.Second), false},
		"a second apart":         {at(0), at(time.Second), false},
		"neither is known":       {time.Time{}, time.Time{}, true},
		"one of them is unknown": {time.Time{}, at(0), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := scheduling.SameInstant(test.a, test.b); got != test.want {
				t.Errorf("SameInstant(%s, %s) = %v", test.a, test.b, got)
			}
		})
	}
}

func TestTimesFirstFrom_IsTheNextRunThatTheServerTakes(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := map[string]struct {
		every time.Duration
		now   time.Time
		want  time.Time
	}{
		"once, to come":                {0, at(-time.Hour), at(0)},
		"once, now":                    {0, at(0), at(0)},
		"once, long ago":               {0, at(100 * day), at(0)},
		"again and again, to come":     {day, at(-100 * day), at(0)},
		"a second before it begins":    {day, at(-time.Second), at(0)},
		"as it begins":                 {day, at(0), at(day)},
		"within the first interval":    {day, at(time.Hour), at(day)},
		"many intervals later":         {day, at(10*day + time.Hour), at(11 * day)},
		"just before a run":            {day, at(day - 6*time.Second), at(day)},
		"too shortly before a run":     {day, at(day - 5*time.Second), at(2 * day)},
		"an interval below the margin": {time.Second, at(time.Minute), at(66 * time.Second)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := scheduling.Times{Start: at(0), Every: test.every}.FirstFrom(test.now)
			if !got.Equal(test.want) {
				t.Errorf("the first run from %s on is %s, want %s", test.now, got, test.want)
			}
		})
	}
}

func TestTimesFirstFrom_StartOfCenturiesAgo(t *testing.T) {
	t.Parallel()
	start := time.Date(1, 1, 1, 3, 0, 0, 0, time.UTC)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	times := scheduling.Times{Start: start, Every: 24 * time.Hour}
	if got, want := times.FirstFrom(now), time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC); !got.Equal(want) || !times.Include(got) {
		t.Errorf("the first run is %s, want %s", got, want)
	}
	if times.Include(now) {
		t.Error("any time is a run")
	}
}

func TestTimesInclude_KnowsTheRuns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		every time.Duration
		at    time.Time
		want  bool
	}{
		"once, the start":             {0, at(0), true},
		"once, within the second":     {0, at(500 * time.Millisecond), true},
		"once, another time":          {0, at(time.Hour), false},
		"the start":                   {time.Hour, at(0), true},
		"a run":                       {time.Hour, at(3 * time.Hour), true},
		"a run, within the second":    {time.Hour, at(3*time.Hour + 500*time.Millisecond), true},
		"a run in another zone":       {time.Hour, at(time.Hour).In(time.FixedZone("", 5400)), true},
		"between two runs":            {time.Hour, at(90 * time.Minute), false},
		"a second beside a run":       {time.Hour, at(time.Hour + time.Second), false},
		"a whole interval before":     {time.Hour, at(-2 * time.Hour), true},
		"a part of an interval early": {time.Hour, at(-time.Minute), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (scheduling.Times{Start: at(0), Every: test.every}).Include(test.at); got != test.want {
				t.Errorf("the runs include %s: %v", test.at, got)
			}
		})
	}
}

func TestTimesContinueAt_TellsAScheduleThatGoesOnFromOneThatWasMoved(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := map[string]struct {
		every      time.Duration
		start, now time.Time
		want       bool
	}{
		"once, its time":                      {0, at(0), at(-day), true},
		"once, its time in another zone":      {0, at(0).In(time.FixedZone("", 3600)), at(-day), true},
		"once, moved":                         {0, at(day), at(-day), false},
		"once, moved after it ran":            {0, at(day), at(time.Hour), false},
		"its start":                           {day, at(0), at(-day), true},
		"its start, long ago":                 {day, at(0), at(100 * day), true},
		"another run, before it began":        {day, at(day), at(-time.Second), false},
		"its next run, as it begins":          {day, at(day), at(0), true},
		"its next run":                        {day, at(2 * day), at(30 * time.Hour), true},
		"its next run, by a slower clock":     {day, at(2 * day), at(day - time.Minute), true},
		"its next run, by a clock too slow":   {day, at(2 * day), at(day - 61*time.Second), false},
		"the run after the next":              {day, at(3 * day), at(30 * time.Hour), false},
		"a run that has passed":               {day, at(day), at(10 * day), true},
		"between its runs, after it began":    {day, at(30 * time.Hour), at(26 * time.Hour), false},
		"a whole interval early, as it began": {day, at(-day), at(time.Hour), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (scheduling.Times{Start: at(0), Every: test.every}).ContinueAt(test.start, test.now); got != test.want {
				t.Errorf("at %s, it may begin at %s: %v", test.now, test.start, got)
			}
		})
	}
}

func TestScheduleFinishedOnce_NeedsARunAndNoOther(t *testing.T) {
	t.Parallel()
	every, run := interval(3600), lastRun("81")
	tests := map[string]struct {
		schedule scheduling.Schedule
		want     bool
	}{
		"nothing is known":           {scheduling.Schedule{}, false},
		"to come":                    {scheduling.Schedule{NextRun: "2030-03-01T12:00:00Z"}, false},
		"has run":                    {scheduling.Schedule{LastRun: run}, true},
		"has failed to run":          {scheduling.Schedule{LastRun: lastRun("")}, true},
		"runs and has another to do": {scheduling.Schedule{LastRun: run, NextRun: "2030-03-01T12:00:00Z"}, false},
		"recurs":                     {scheduling.Schedule{LastRun: run, NextRun: "2030-03-01T12:00:00Z", Interval: every}, false},
		"recurs, without a next run": {scheduling.Schedule{LastRun: run, Interval: every}, false},
		"an interval of nothing":     {scheduling.Schedule{LastRun: run, Interval: interval(0)}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.schedule.FinishedOnce(); got != test.want {
				t.Errorf("finished once: %v", got)
			}
		})
	}
}

func TestInZoneOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-01-10T08:00:00Z":      "2026-07-01T12:00:00Z",
		"2026-01-10T08:00:00+01:00": "2026-07-01T13:00:00+01:00",
		"2026-01-10T08:00:00-03:30": "2026-07-01T08:30:00-03:30",
		"2026-01-10T08:00:00+00:00": "2026-07-01T12:00:00Z",
		"":                          "2026-07-01T12:00:00Z",
		"tomorrow":                  "2026-07-01T12:00:00Z",
	} {
		if got := scheduling.InZoneOf(text, at); got.Format(time.RFC3339) != want || !got.Equal(at) {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
