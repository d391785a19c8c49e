// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestGuide_PatchingCalendarRuns lets two weeks of the calendar pass.
func TestGuide_PatchingCalendarRuns(t *testing.T) {
	t.Parallel()
	h := readmeWorld(t)
	onASaturday(h)
	c := newGuide(t, h, "guides/patching-calendar")
	const begin = "-var=after=2040-01-01T12:00:00Z"
	c.MustRun(t, "apply", "-auto-approve", begin)
	c.NoChanges(t, begin)
	want := map[string]any{
		"canaries-1": "2040-01-02T22:00:00+01:00", "web-1": "2040-01-04T02:00:00+01:00", "web-2": "2040-01-04T02:45:00+01:00", "databases-1": "2040-01-05T03:00:00+01:00",
	}
	for wave, next := range want {
		if got := nextRuns(t, c)[wave]; got != next {
			t.Errorf("%s runs at %v, want %v", wave, got, next)
		}
	}

	// The calendar begins earlier, before the token expires, and two weeks pass.
	now := "-var=after=" + h.TimeIn(0)
	c.MustRun(t, "apply", "-auto-approve", now)
	h.Advance(15 * 24 * time.Hour)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", now), "0 added, 0 changed, 0 destroyed")
	if n := len(h.Jobs()); n != 16 {
		t.Errorf("there were %d runs in two weeks, want 16", n)
	}
	for _, job := range h.Jobs() {
		if job.State != "finished" || job.Userdata["calendar"] != "weekly patching" || job.Userdata["wave"] == nil {
			t.Errorf("job %s ended as %s, with the userdata %v", job.ID, job.State, job.Userdata)
		}
	}

	// Other parameters of what has begun are edited in place.
	edited(`reboot = "never"`, `reboot = "smart"`)(t, h, c)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", now), "0 added, 1 changed, 0 destroyed")
	c.NoChanges(t, now)

	// Another night of one group moves that group only, weeks after the calendar has begun.
	before := nextRuns(t, c)
	edited(`day    = "thursday"`, `day    = "friday"`)(t, h, c)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", now), "0 added, 2 changed, 0 destroyed")
	for wave, next := range nextRuns(t, c) {
		if moved := next != before[wave]; moved != (wave == "databases-1") {
			t.Errorf("%s ran next at %v, and now at %v", wave, before[wave], next)
		}
	}
	c.NoChanges(t, now)
	c.MustRun(t, "destroy", "-auto-approve", now)
	if left := h.EnabledSchedules(); len(left) != 0 {
		t.Errorf("the schedules %v are left", left)
	}
}

// TestGuide_PatchingCalendarInAFreshState applies the calendar years after its first week.
func TestGuide_PatchingCalendarInAFreshState(t *testing.T) {
	t.Parallel()
	h := readmeWorld(t)
	onASaturday(h)
	// Not attached: a process that is still there after the plan forgets the clock of the server, which is a week ahead on a Saturday afternoon.
	c := newGuide(t, h, "guides/patching-calendar")
	c.MustRun(t, "apply", "-auto-approve")
	next, ok := nextRuns(t, c)["databases-1"].(string)
	at, err := time.Parse(time.RFC3339, next)
	if !ok || err != nil || !strings.HasSuffix(next, "T03:00:00+01:00") || !at.After(h.Now()) || at.After(h.Now().Add(7*24*time.Hour)) {
		t.Errorf("in a fresh state, the databases run next at %v", next)
	}
	c.NoChanges(t)
}

// TestGuide_PatchingCalendarFollowsTheClock moves the calendar past a change of the clocks, after which it runs at its local times again.
func TestGuide_PatchingCalendarFollowsTheClock(t *testing.T) {
	t.Parallel()
	h := readmeWorld(t)
	c := newGuide(t, h, "guides/patching-calendar").Attached()
	for _, season := range []struct{ after, want, changes string }{
		{"2040-03-13T12:00:00Z", "2040-03-15T03:00:00+01:00", "8 added, 0 changed, 0 destroyed"},
		{"2040-03-25T12:00:00Z", "2040-03-29T03:00:00+02:00", "0 added, 8 changed, 0 destroyed"},
		{"2040-10-28T12:00:00Z", "2040-11-01T03:00:00+01:00", "0 added, 8 changed, 0 destroyed"},
	} {
		after := "-var=after=" + season.after
		acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", after), season.changes)
		if got := nextRuns(t, c)["databases-1"]; got != season.want {
			t.Errorf("after %s, the databases run at %v, want %s", season.after, got, season.want)
		}
		c.NoChanges(t, after)
	}
}

// onASaturday moves the server's clock to the noon of a Saturday, when nothing of the calendar is near.
func onASaturday(h *acctest.Harness) {
	now := h.Now().UTC()
	noon := time.Date(now.Year(), now.Month(), now.Day()+int(time.Saturday-now.Weekday()), 12, 0, 0, 0, time.UTC)
	if noon.Before(now) {
		noon = noon.AddDate(0, 0, 7)
	}
	h.Advance(noon.Sub(now))
}

// nextRuns are the next runs of the waves of the calendar.
func nextRuns(t *testing.T, c *acctest.CLI) map[string]any {
	t.Helper()
	runs, _ := outputs(t, c)["next_runs"].Value.(map[string]any)
	return runs
}

// TestGuide_OneOffMaintenanceRuns lets the maintenance pass.
func TestGuide_OneOffMaintenanceRuns(t *testing.T) {
	t.Parallel()
	for _, g := range acctest.Generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			c := newGuide(t, h, "guides/one-off-maintenance").Attached()
			window := "-var=window=" + h.TimeIn(2*time.Hour)
			c.MustRun(t, "apply", "-auto-approve", window)
			h.Advance(4 * time.Hour)
			c.MustRun(t, "apply", "-auto-approve", window)
			outputs := outputs(t, c)
			for name, job := range map[string]string{"upgrade": "1", "follow_up": "2"} {
				if run, _ := outputs[name].Value.(map[string]any); run["job_id"] != job || run["error"] != nil {
					t.Errorf("the last run of %s is %v", name, run)
				}
			}
			c.NoChanges(t, window)
			jobs := h.Jobs()
			if len(jobs) != 2 || jobs[0].Type != "task" || jobs[1].Type != "deploy" || jobs[1].State != "finished" {
				t.Errorf("the jobs are %+v", jobs)
			}
			if g != simulator.PE2019 && jobs[1].Userdata["change"] != "CHG0001" {
				t.Errorf("the follow-up carries %v", jobs[1].Userdata)
			}
			c.MustRun(t, "destroy", "-auto-approve", window)
		})
	}
}

// TestGuide_NightlyRunsRun lets three nights pass, of which one fails.
func TestGuide_NightlyRunsRun(t *testing.T) {
	t.Parallel()
	h := readmeWorld(t)
	c := newGuide(t, h, "guides/nightly-runs").Attached()
	night := "-var=first_night=" + h.TimeIn(2*time.Hour)
	c.MustRun(t, "apply", "-auto-approve", night)
	h.Advance(52 * time.Hour)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", night), "0 added, 0 changed, 0 destroyed")
	if jobs := h.Jobs(); len(jobs) != 6 || jobs[0].Type != "deploy" || jobs[1].Type != "task" || jobs[5].State != "finished" {
		t.Errorf("the jobs are %+v", jobs)
	}
	for name, job := range map[string]string{"deploy": "5", "status": "6"} {
		runs, _ := outputs(t, c)["last_night"].Value.(map[string]any)
		if run, _ := runs[name].(map[string]any); run["job_id"] != job {
			t.Errorf("the last run of %s is %v", name, run)
		}
	}
	// What has begun is changed in place, and goes on.
	edited("concurrency    = 8", "concurrency    = 4")(t, h, c)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve", night), "0 added, 1 changed, 0 destroyed")
	c.NoChanges(t, night)
}

// stateServer is a backend for states as the CLIs know it under the name http.
type stateServer struct {
	mutex    sync.Mutex
	state    []byte
	requests []string
}

func (s *stateServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	switch {
	case r.URL.Path == "/lock":
	case r.Method == http.MethodPost:
		s.state, _ = io.ReadAll(r.Body)
	case len(s.state) == 0:
		w.WriteHeader(http.StatusNotFound)
	default:
		_, _ = w.Write(s.state)
	}
}

// TestGuide_Backend keeps a state in the backend that a guide configures, with a lock, and finds it there from another directory.
func TestGuide_Backend(t *testing.T) {
	t.Parallel()
	states := &stateServer{}
	server := httptest.NewServer(states)
	defer server.Close()
	h := acctest.New(t)
	for _, resources := range []string{"1 added, 0 changed, 0 destroyed", "0 added, 0 changed, 0 destroyed"} {
		c := newGuide(t, h, "guides/in-ci/backend")
		c.Write(t, "main.tf", "resource \"terraform_data\" \"this\" {}\n")
		withEnvironment("TF_HTTP_ADDRESS="+server.URL+"/state", "TF_HTTP_LOCK_ADDRESS="+server.URL+"/lock", "TF_HTTP_UNLOCK_ADDRESS="+server.URL+"/lock")(t, h, c)
		c.MustRun(t, "init")
		acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), resources)
	}
	for _, request := range []string{"POST /lock", "DELETE /lock", "POST /state", "GET /state"} {
		if !slices.Contains(states.requests, request) {
			t.Errorf("the backend was never asked %s: %v", request, states.requests)
		}
	}
}
