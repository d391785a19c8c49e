// SPDX-License-Identifier: MPL-2.0

// Package calendar finds the times at which the clock of a time zone shows what somebody wants it to show.
package calendar

import "time"

// Weekly is a time of the clock on one day of the week.
type Weekly struct {
	Day                  time.Weekday
	Hour, Minute, Second int
	Zone                 *time.Location
}

// After returns the first time later than another one at which the clock shows that of the week.
func (w Weekly) After(after time.Time) time.Time {
	const week = 7
	local := after.In(w.Zone)
	// The week before counts, too: its time may be put off to the next day.
	for day := local.Day() + int(w.Day-local.Weekday()) - week; ; day += week {
		if at := w.on(local.Year(), local.Month(), day); at.After(after) {
			return at
		}
	}
}

// on is the time of the clock on a day. As in calendars (RFC 5545), the first of two such times counts, and a time that the clock skips is
// counted on from before it skips.
func (w Weekly) on(year int, month time.Month, day int) time.Time {
	wanted := time.Date(year, month, day, w.Hour, w.Minute, w.Second, 0, time.UTC)
	at := time.Date(year, month, day, w.Hour, w.Minute, w.Second, 0, w.Zone)
	if early := wanted.Sub(clock(at)); early > 0 {
		at = at.Add(early) // [time.Date] has counted back from after the skip
	}
	if change, _ := at.ZoneBounds(); !change.IsZero() {
		_, before := change.Add(-time.Second).Zone()
		first := wanted.Add(-time.Duration(before) * time.Second).In(w.Zone)
		if first.Before(at) && clock(first).Equal(wanted) {
			return first
		}
	}
	return at
}

// clock is what the clock shows, as a time in UTC.
func clock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
