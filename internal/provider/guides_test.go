package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// newGuide returns a working directory with the configuration of a guide, as the documentation shows it.
func newGuide(t *testing.T, h *acctest.Harness, name string) *acctest.CLI {
	t.Helper()
	c := acctest.NewCLI(t, h, "")
	text, err := os.ReadFile(filepath.Join(examples, "guides", name, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	c.Write(t, "main.tf", string(text))
	return c
}

// outputs returns the outputs of a state.
func outputs(t *testing.T, c *acctest.CLI) map[string]struct{ Value map[string]any } {
	t.Helper()
	values := map[string]struct{ Value map[string]any }{}
	if err := json.Unmarshal([]byte(c.MustRun(t, "output", "-json")), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// TestGuide_GettingStarted applies the first configuration, and then runs it again as the guide says.
func TestGuide_GettingStarted(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := newGuide(t, h, "getting-started")
	if printed := c.MustRun(t, "apply", "-auto-approve"); !strings.Contains(printed, "2 added, 0 changed, 0 destroyed") {
		t.Errorf("the first apply printed\n%s", printed)
	}
	c.NoChanges(t)
	if versions := outputs(t, c)["openssl"].Value; len(versions) != 3 || versions[acctest.Node(1)] == nil {
		t.Errorf("the versions are %v", versions)
	}
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), `run = "1"`, `run = "2"`, 1))
	if printed := c.MustRun(t, "apply", "-auto-approve"); !strings.Contains(printed, "2 added, 0 changed, 2 destroyed") {
		t.Errorf("the second apply printed\n%s", printed)
	}
	if n := h.LaunchesReceived(); n != 4 {
		t.Errorf("the server has received %d launches", n)
	}
	c.MustRun(t, "destroy", "-auto-approve")
}

// TestGuide_PatchingCalendar applies the calendar, lets two weeks pass, and changes it.
func TestGuide_PatchingCalendar(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", simulator.Task{
		Name:       "pe_patch::patch_server",
		Parameters: map[string]simulator.Parameter{"reboot": {Type: "Optional[Enum[always, never, patched, smart]]"}},
		Run: func(simulator.TaskRun) simulator.TaskOutcome {
			return simulator.TaskOutcome{State: simulator.TaskFinished}
		},
	})
	c := newGuide(t, h, "patching-calendar")
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	if n := len(h.EnabledSchedules()); n != 8 {
		t.Fatalf("there are %d schedules, want 8", n)
	}
	want := map[string]any{
		"canaries-1": "2040-01-02T21:00:00Z", "web-1": "2040-01-04T01:00:00Z", "web-2": "2040-01-04T01:45:00Z", "databases-1": "2040-01-05T02:00:00Z",
	}
	for wave, next := range outputs(t, c)["next_runs"].Value {
		if next != want[wave] {
			t.Errorf("%s runs at %v, want %v", wave, next, want[wave])
		}
	}

	// The calendar begins earlier, before the token expires, and two weeks pass.
	monday := "-var=monday=" + h.TimeIn(24*time.Hour)
	c.MustRun(t, "apply", "-auto-approve", monday)
	h.Advance(15 * 24 * time.Hour)
	if printed := c.MustRun(t, "apply", "-auto-approve", monday); !strings.Contains(printed, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("the apply after two weeks printed\n%s", printed)
	}
	if n := len(h.Jobs()); n != 16 {
		t.Errorf("there were %d runs in two weeks, want 16", n)
	}
	for _, job := range h.Jobs() {
		if job.State != "finished" || job.Userdata["calendar"] != "weekly patching" || job.Userdata["wave"] == nil {
			t.Errorf("job %s ended as %s, with the userdata %v", job.ID, job.State, job.Userdata)
		}
	}

	// Other parameters of a schedule that has begun are edited in place.
	c.Write(t, "main.tf", strings.ReplaceAll(c.Read(t, "main.tf"), `reboot = "never"`, `reboot = "smart"`))
	if printed := c.MustRun(t, "apply", "-auto-approve", monday); !strings.Contains(printed, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("the edit printed\n%s", printed)
	}
	c.NoChanges(t, monday)
	c.MustRun(t, "destroy", "-auto-approve", monday)
	if left := h.EnabledSchedules(); len(left) != 0 {
		t.Errorf("the schedules %v are left", left)
	}
}

// TestGuide_OneOffMaintenance applies the maintenance and lets it pass.
func TestGuide_OneOffMaintenance(t *testing.T) {
	t.Parallel()
	for _, g := range acctest.Generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(g))
			c := newGuide(t, h, "one-off-maintenance")
			c.MustRun(t, "apply", "-auto-approve")
			c.NoChanges(t)
			window := h.TimeIn(2 * time.Hour)
			c.MustRun(t, "apply", "-auto-approve", "-var=window="+window)
			h.Advance(4 * time.Hour)
			c.MustRun(t, "apply", "-auto-approve", "-var=window="+window)
			outputs := outputs(t, c)
			for name, job := range map[string]string{"upgrade": "1", "follow_up": "2"} {
				if run := outputs[name].Value; run["job_id"] != job || run["error"] != nil {
					t.Errorf("the last run of %s is %v", name, run)
				}
			}
			c.NoChanges(t, "-var=window="+window)
			jobs := h.Jobs()
			if len(jobs) != 2 || jobs[0].Type != "task" || jobs[1].Type != "deploy" || jobs[1].State != "finished" {
				t.Errorf("the jobs are %+v", jobs)
			}
			if g != simulator.PE2019 && jobs[1].Userdata["change"] != "CHG0001" {
				t.Errorf("the follow-up carries %v", jobs[1].Userdata)
			}
			c.MustRun(t, "destroy", "-auto-approve", "-var=window="+window)
		})
	}
}
