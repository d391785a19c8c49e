// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

const (
	// startMargin is how far ahead of the server's clock, which is known to within a second, a start is chosen, so that it has not passed
	// when the request arrives.
	startMargin = 5 * time.Second
	// nextRunMargin is how far beyond its interval the next run of a schedule may appear to be: it is chosen slightly ahead of a clock that
	// may not be the server's.
	nextRunMargin = time.Minute
)

// Times are when a schedule runs.
type Times struct {
	Start time.Time
	// Every is the time between two runs, 0 for a schedule that runs once.
	Every time.Duration
}

// SameInstant reports whether two times are the same to the second, the precision of the server's reports.
func SameInstant(a, b time.Time) bool {
	return a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// InZoneOf writes a time with the offset of a text, which is a time, too. The rest of its zone is not known, so that the offset is the
// same the whole year.
func InZoneOf(text string, t time.Time) time.Time {
	given, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t.UTC()
	}
	if _, offset := given.Zone(); offset != 0 {
		return t.In(time.FixedZone("", offset))
	}
	return t.UTC()
}

// FirstFrom returns the first run of a schedule that is created now: its start or, when that has passed and the schedule recurs, one
// of its runs soon after now. The server takes no start that has passed.
func (t Times) FirstFrom(now time.Time) time.Time {
	if t.Start.After(now) || t.Every <= 0 {
		return t.Start
	}
	return t.After(now.Add(startMargin))
}

// After returns the first run that is later than a time, of a schedule that recurs.
func (t Times) After(at time.Time) time.Time {
	if t.Start.After(at) {
		return t.Start
	}
	passed, every := at.Unix()-t.Start.Unix(), t.seconds()
	if at.Nanosecond() < t.Start.Nanosecond() {
		passed--
	}
	return time.Unix(t.Start.Unix()+(passed/every+1)*every, int64(t.Start.Nanosecond())).In(t.Start.Location())
}

// seconds is the time between two runs of a schedule that recurs. Its runs are counted in seconds, because a [time.Duration] holds no more
// than 292 years, and a start may lie further back.
func (t Times) seconds() int64 { return max(int64(t.Every/time.Second), 1) }

// Include reports whether a time is one of the runs, to the second. Times before the start count, too.
func (t Times) Include(at time.Time) bool {
	if t.Every <= 0 {
		return SameInstant(at, t.Start)
	}
	return (at.Unix()-t.Start.Unix())%t.seconds() == 0
}

// ContinueAt reports whether a schedule with these times may now begin at another start and still be the same: the start is its own or, if
// that has passed, no later than the next run. A recurring schedule that was changed after it had begun begins again at one of its runs.
func (t Times) ContinueAt(start, now time.Time) bool {
	if SameInstant(start, t.Start) {
		return true
	}
	return t.Every > 0 && !t.Start.After(now) && t.Include(start) && !start.After(now.Add(t.Every+nextRunMargin))
}

// startTime is the start as both APIs expect it: in UTC, with fractions of a second only if there are any.
func (t Times) startTime() string { return t.Start.UTC().Format(time.RFC3339Nano) }

// interval is the time between two runs as both APIs expect it, nil for a schedule that runs once.
func (t Times) interval() *orchestrator.Interval {
	if t.Every <= 0 {
		return nil
	}
	return orchestrator.EverySeconds(int64(t.Every / time.Second))
}
