// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"testing"
	"time"
)

// FuzzTimes looks for starts and intervals whose next run is wrong: it lies ahead, not further than an interval, and is one of the runs.
func FuzzTimes(f *testing.F) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, start := range []string{"2026-02-01T00:00:00+01:00", "2026-03-01T12:00:01Z", "1970-01-01T00:00:00.5Z", "2126-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2026-03-01T12:00:00-12:00"} {
		for _, seconds := range []int64{0, 1, 3600, 86400, 315360000} {
			f.Add(start, seconds)
		}
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		const most = int64(time.Duration(1<<63-1) / time.Second)
		start, err := time.Parse(time.RFC3339, text)
		if err != nil || seconds < 0 || seconds > most {
			return
		}
		times := Times{Start: start, Every: time.Duration(seconds) * time.Second}
		first := times.FirstFrom(now)
		latest := now.Add(startMargin).Add(times.Every)
		switch {
		case start.After(now) || seconds == 0:
			if !first.Equal(start) {
				t.Errorf("%s every %s begins at %s", text, times.Every, first)
			}
		case !first.After(now) || first.After(latest):
			t.Errorf("%s every %s goes on at %s", text, times.Every, first)
		}
		if !times.Include(first) || !times.ContinueAt(start, now) {
			t.Errorf("%s every %s does not include %s, or cannot go on", text, times.Every, first)
		}
		if written := InZoneOf(text, start).Format(time.RFC3339Nano); !sameTime(written, start) {
			t.Errorf("%q is written as %q", text, written)
		}
	})
}

func sameTime(text string, at time.Time) bool {
	parsed, err := time.Parse(time.RFC3339, text)
	return err == nil && parsed.Equal(at)
}
