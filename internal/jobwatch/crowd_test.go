// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
)

// latency is how long a request takes.
const latency = 100 * time.Millisecond

// crowd is an apply of jobs that take 4 to 6 seconds, as many at once as core has lanes.
type crowd struct {
	jobs, lanes int
	// listErr is what the server answers to lists.
	listErr error
	// partial has a list that says less than the jobs.
	partial bool
	// listTakes is how long a list takes.
	listTakes time.Duration

	mu   sync.Mutex
	ends map[string]time.Time
	late time.Duration

	gets, lists atomic.Int32
}

// takes is how long a job takes.
func (c *crowd) takes(i int) time.Duration {
	return 4*time.Second + time.Duration((i*37)%c.jobs)*2*time.Second/time.Duration(c.jobs)
}

func (c *crowd) at(id string) job {
	c.mu.Lock()
	defer c.mu.Unlock()
	return job{id: id, ended: !time.Now().Before(c.ends[id])}
}

func (c *crowd) source() jobwatch.Source[job] {
	source := jobwatch.Source[job]{
		Get: func(_ context.Context, id string) (job, error) {
			c.gets.Add(1)
			time.Sleep(latency)
			return c.at(id), nil
		},
		Recent: func(ctx context.Context, _ int) (all []job, err error) {
			c.lists.Add(1)
			select {
			case <-time.After(max(latency, c.listTakes)):
			case <-ctx.Done():
				return nil, &httpapi.ConnectionError{Err: ctx.Err()}
			}
			for i := range c.jobs {
				all = append(all, c.at(fmt.Sprint(i)))
			}
			return all, c.listErr
		},
		ID:    func(j job) string { return j.id },
		Ended: func(j job) bool { return j.ended },
	}
	if c.partial {
		source.Same = func(listed, last job) bool { return !listed.ended && !last.ended }
	}
	return source
}

// run has the jobs started and awaited, and returns how long that took.
func (c *crowd) run(tb testing.TB) time.Duration {
	tb.Helper()
	c.ends = map[string]time.Time{}
	begun := time.Now()
	watcher := jobwatch.New(c.source(), settle)
	queue := make(chan int, c.jobs)
	for i := range c.jobs {
		queue <- i
	}
	close(queue)
	var all sync.WaitGroup
	for range c.lanes {
		all.Go(func() {
			for i := range queue {
				time.Sleep(latency) // the launch
				id, end := fmt.Sprint(i), time.Now().Add(c.takes(i))
				c.mu.Lock()
				c.ends[id] = end
				c.mu.Unlock()
				if last, _, err := watcher.Wait(tb.Context(), id, nil); err != nil || !last.ended {
					tb.Errorf("job %s: %+v, %v", id, last, err)
				}
				c.mu.Lock()
				c.late += time.Since(end)
				c.mu.Unlock()
			}
		})
	}
	all.Wait()
	return time.Since(begun)
}

// least is how long it takes at least: each lane takes the next job when it is free.
func (c *crowd) least() time.Duration {
	lanes := make([]time.Duration, c.lanes)
	for i := range c.jobs {
		slices.Sort(lanes)
		lanes[0] += latency + c.takes(i)
	}
	return slices.Max(lanes)
}

// TestWait_ManyJobsOfFewSeconds awaits as many jobs as core starts at once, ten, and checks how late their ends are noticed, what that costs
// the server, and what it adds to the apply. The clock is that of the test.
func TestWait_ManyJobsOfFewSeconds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		crowd *crowd
		// requests are the most for each job, and late how much later than it ends that may be noticed.
		requests float64
		late     time.Duration
		// longer is what the apply may take at most, compared with one that notices each end at once.
		longer float64
	}{
		"20 jobs":                 {&crowd{jobs: 20, lanes: 10}, 2.5, 300 * time.Millisecond, 1.1},
		"20 jobs at once":         {&crowd{jobs: 20, lanes: 20}, 2, 300 * time.Millisecond, 1.15},
		"100 jobs":                {&crowd{jobs: 100, lanes: 10}, 2.5, 300 * time.Millisecond, 1.05},
		"20 plan jobs":            {&crowd{jobs: 20, lanes: 10, partial: true}, 5.4, 300 * time.Millisecond, 1.1},
		"20 plan jobs, older":     {&crowd{jobs: 20, lanes: 10, listErr: &httpapi.Error{Status: 400, JSON: true}}, 9.5, 500 * time.Millisecond, 1.15},
		"lists that never arrive": {&crowd{jobs: 20, lanes: 10, listTakes: time.Hour}, 9.5, 700 * time.Millisecond, 1.15},
		"20 jobs, lists fail":     {&crowd{jobs: 20, lanes: 10, listErr: &httpapi.Error{Status: 503}}, 10, 500 * time.Millisecond, 1.15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := test.crowd
				took := c.run(t)
				requests := float64(c.gets.Load()+c.lists.Load()) / float64(c.jobs)
				late := c.late / time.Duration(c.jobs)
				longer := float64(took) / float64(c.least())
				t.Logf("%v late, %.1f requests a job (%d lists), %.3f times the least", late, requests, c.lists.Load(), longer)
				if late > test.late || requests > test.requests || longer > test.longer {
					t.Errorf("want at most %v, %.1f and %.3f", test.late, test.requests, test.longer)
				}
				var refused *httpapi.Error
				if errors.As(c.listErr, &refused) && refused.Status == 400 && c.lists.Load() != 1 {
					t.Errorf("a list that is refused was asked for %d times", c.lists.Load())
				}
			})
		})
	}
}
