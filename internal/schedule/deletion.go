package schedule

import (
	"slices"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
)

// deletions are the starts of the schedules that this process has deleted. The zero value is ready for use, by several goroutines at
// once. See [scheduleResource.replaces].
type deletions struct {
	mu     sync.Mutex
	starts []deletedStart
}

// deletedStart is what a schedule and its replacement have in common when the time of the first run has not changed.
type deletedStart struct {
	scheduleType string
	at           time.Time
}

// note remembers the start of a schedule that was deleted.
func (d *deletions) note(scheduleType string, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.starts = append(d.starts, deletedStart{scheduleType, at})
}

// replacedBy reports whether a schedule with these times may replace a deleted one: it begins at one of its runs.
func (d *deletions) replacedBy(scheduleType string, times scheduling.Times) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.starts, func(deleted deletedStart) bool {
		runs := scheduling.Times{Start: deleted.at, Every: times.Every}
		return deleted.scheduleType == scheduleType && runs.Include(times.Start)
	})
}
