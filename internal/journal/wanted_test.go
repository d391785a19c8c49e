// SPDX-License-Identifier: MPL-2.0

package journal_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// leave makes an ended process leave entries in a folder.
func leave(t *testing.T, entries ...journal.Entry) string {
	t.Helper()
	dir := folder(t)
	dead := journal.New(dir, at(noon))
	record(t, dead, entries...)
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// plan makes a process of a command plan launches and end.
func plan(t *testing.T, dir string, c command.Command, fingerprints ...string) {
	t.Helper()
	j := journal.New(dir, at(noon)).WithCommand(c)
	j.Plan(jobs)
	for _, fingerprint := range fingerprints {
		j.PlanLaunch(jobs, fingerprint)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

var (
	wholeApply = command.Command{ID: "1", Verb: "apply", CoversAll: true}
	later      = command.Command{ID: "2", Verb: "apply", CoversAll: true}
)

// TestJournal_BeginTellsWhichNotesAreOver has commands that plan with a note of an ended process: the note is over once everything was
// planned without it, and that is applied.
func TestJournal_BeginTellsWhichNotesAreOver(t *testing.T) {
	t.Parallel()
	const wanted, other = "deploy production", "another"
	for name, test := range map[string]struct {
		plan  func(t *testing.T, dir string)
		apply command.Command
		over  bool
	}{
		"planned without it":                 {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, other) }, wholeApply, true},
		"planned without any":                {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply) }, wholeApply, true},
		"planned with it":                    {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, wanted) }, wholeApply, false},
		"planned with what is not known yet": {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, other, "") }, wholeApply, false},
		"a part was planned":                 {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, command.Command{ID: "1", Verb: "apply"}) }, command.Command{ID: "1", Verb: "apply"}, false},
		"planned only":                       {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, other) }, later, false},
		"two processes, the first wants it":  {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, wanted); plan(t, dir, wholeApply) }, wholeApply, false},
		"two processes, the second wants it": {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply); plan(t, dir, wholeApply, wanted) }, wholeApply, false},
		"everything is destroyed":            {func(*testing.T, string) {}, command.Command{ID: "1", Verb: "destroy", CoversAll: true}, true},
		"a part is destroyed":                {func(*testing.T, string) {}, command.Command{ID: "1", Verb: "destroy"}, false},
		"nobody knows what the CLI is to do": {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, command.Command{}) }, command.Command{}, false},
		"a process that did not plan has ended": {func(t *testing.T, dir string) {
			t.Helper()
			_ = journal.New(dir, at(noon)).WithCommand(wholeApply).Close()
		}, wholeApply, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := leave(t, entry("first", "82", noon))
			test.plan(t, dir)
			applying := journal.New(dir, at(noon)).WithCommand(test.apply)
			over := applying.Begin(jobs)
			if again := applying.Begin(jobs); len(again) > 0 {
				t.Errorf("%v was told twice", again)
			}
			if told := len(over) == 1 && over[0].ID == "82"; told != test.over {
				t.Errorf("told %v", over)
			}
			if _, found := applying.Claim(t.Context(), wanted); found == test.over {
				t.Errorf("it can be claimed: %v", found)
			}
		})
	}
}

func TestJournal_Supersede(t *testing.T) {
	t.Parallel()
	dir := leave(t, entry("older", "82", noon.Add(-time.Minute)), entry("younger", "84", noon.Add(-time.Second)))
	journal.New(dir, at(noon)).Supersede("deploy production", noon.Add(-30*time.Second), "83's")
	next := journal.New(dir, at(noon))
	var got []string
	for range 2 {
		e, _ := next.Claim(t.Context(), "deploy production")
		got = append(got, e.RequestID+" "+e.Superseded)
	}
	if !slices.Equal(got, []string{"older 83's", "younger "}) {
		t.Errorf("got %q", got)
	}
}

func TestJournal_LaunchedElsewhere(t *testing.T) {
	t.Parallel()
	dir := leave(t, entry("dead", "82", noon))
	living := journal.New(dir, at(noon))
	j := journal.New(dir, at(noon))
	if j.LaunchedElsewhere("deploy production") {
		t.Error("the dead are no rivals")
	}
	record(t, living, entry("living", "83", noon))
	if !j.LaunchedElsewhere("deploy production") || j.LaunchedElsewhere("another") {
		t.Error("one that lives has launched the same, and nothing else")
	}
}

// TestJournal_UnplannedAfterAnApplyWithoutChanges: no process applies where nothing is to be changed. Whether the note of an earlier launch
// is over since cannot be said then, because whatever kept that apply from its end would look the same, but for failures in this process.
func TestJournal_UnplannedAfterAnApplyWithoutChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plan      func(t *testing.T, dir string)
		unplanned bool
	}{
		"nothing was to be changed": {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply) }, true},
		"it was planned only": {func(t *testing.T, dir string) {
			t.Helper()
			plan(t, dir, command.Command{ID: "1", Verb: "plan", CoversAll: true})
		}, false},
		"it was wanted":               {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, "deploy production") }, false},
		"something else was wanted":   {func(t *testing.T, dir string) { t.Helper(); plan(t, dir, wholeApply, "another") }, false},
		"something was to be changed": {func(t *testing.T, dir string) { t.Helper(); planning(t, dir, func(j *journal.Journal) { j.Act(jobs) }) }, false},
		"something has failed":        {func(t *testing.T, dir string) { t.Helper(); planning(t, dir, (*journal.Journal).Incomplete) }, false},
		"it was wanted after that": {func(t *testing.T, dir string) {
			t.Helper()
			plan(t, dir, wholeApply)
			plan(t, dir, later, "deploy production")
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := leave(t, entry("first", "82", noon))
			test.plan(t, dir)
			next := journal.New(dir, at(noon)).WithCommand(later)
			if over := next.Begin(jobs); len(over) > 0 {
				t.Errorf("forgotten: %v", over)
			}
			if left, found := next.Claim(t.Context(), "deploy production"); !found || left.Unplanned != test.unplanned {
				t.Errorf("got %+v, %v", left, found)
			}
		})
	}
}

// planning has a process of an apply plan jobs, do something else, and end.
func planning(t *testing.T, dir string, other func(*journal.Journal)) {
	t.Helper()
	j := journal.New(dir, at(noon)).WithCommand(wholeApply)
	j.Plan(jobs)
	other(j)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestJournal_TwoProcessesEndAtOnce has the process that wants a note end while another one of the same command works on the notes.
func TestJournal_TwoProcessesEndAtOnce(t *testing.T) {
	t.Parallel()
	dir := leave(t, entry("first", "82", noon))
	locks, err := filepath.Glob(filepath.Join(dir, "*.lock"))
	if err != nil || len(locks) != 1 {
		t.Fatal(locks, err)
	}
	busy := flock.New(locks[0])
	if locked, err := busy.TryLock(); err != nil || !locked {
		t.Fatal(locked, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		plan(t, dir, wholeApply, "deploy production")
	}()
	time.AfterFunc(50*time.Millisecond, func() { _ = busy.Unlock() })
	<-ended
	plan(t, dir, wholeApply, "another")
	if over := journal.New(dir, at(noon)).WithCommand(wholeApply).Begin(jobs); len(over) > 0 {
		t.Errorf("forgotten: %v", over)
	}
}

func TestJournal_Unreadable(t *testing.T) {
	t.Parallel()
	dir := leave(t, entry("first", "82", noon))
	if names := journal.New(dir, at(noon)).Unreadable(); len(names) > 0 {
		t.Errorf("%v cannot be read", names)
	}
	dead := filepath.Join(dir, deadProcess)
	if err := os.MkdirAll(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dead, "a.json")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	next := journal.New(dir, at(noon))
	if names := next.Unreadable(); !slices.Equal(names, []string{broken}) {
		t.Errorf("got %v", names)
	}
	if again := next.Unreadable(); len(again) > 0 {
		t.Errorf("%v was told twice", again)
	}
}
