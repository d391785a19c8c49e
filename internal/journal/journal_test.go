// SPDX-License-Identifier: MPL-2.0

package journal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

const jobs = "https://pe.example.com:8143/orchestrator/v1/jobs"

// deadProcess is the name of the folder of a process.
const deadProcess = "0b6f1c5e-2c3d-4e5f-8a9b-0c1d2e3f4a5b"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func entry(requestID, id string, sent time.Time) journal.Entry {
	return journal.Entry{RequestID: requestID, Fingerprint: "deploy production", Collection: jobs, ID: id, Sent: sent}
}

// folder returns a folder for journals inside one that is not theirs.
func folder(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), ".terraform", "pe-launches", "default")
}

// A process that is killed leaves the same as one that ends regularly and has delivered nothing: its files, and no lock. So Close simulates
// both.

func record(t *testing.T, j *journal.Journal, entries ...journal.Entry) {
	t.Helper()
	for _, e := range entries {
		if err := j.Record(e); err != nil {
			t.Fatal(err)
		}
	}
}

// files lists what is left in a folder.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.Base(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestJournal_ClaimsLaunchesOfDeadProcesses(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	dead := journal.New(dir, at(noon))
	record(t, dead, entry("second", "", noon.Add(time.Second)), entry("first", "", noon), entry("first", "82", noon))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}

	next := journal.New(dir, at(noon.Add(time.Second)))
	if _, found := next.Claim(t.Context(), "another"); found {
		t.Error("a launch with another fingerprint was claimed")
	}
	for _, want := range []journal.Entry{entry("first", "82", noon), entry("second", "", noon.Add(time.Second))} {
		got, found := next.Claim(t.Context(), "deploy production")
		if !found || got != want {
			t.Errorf("claimed %+v, %v; want %+v", got, found, want)
		}
	}
	if _, found := next.Claim(t.Context(), "deploy production"); found {
		t.Error("a launch was claimed twice")
	}

	// A claimed entry belongs to the process that claimed it, and is not lost when that process dies, too.
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
	if got, found := journal.New(dir, at(noon)).Claim(t.Context(), "deploy production"); !found || got.ID != "82" {
		t.Errorf("the third process claimed %+v, %v", got, found)
	}
}

func TestJournal_LeavesLaunchesOfRunningProcesses(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	living := journal.New(dir, at(noon))
	defer runtime.KeepAlive(living) // its lock goes when it is collected
	record(t, living, entry("first", "82", noon))
	if got, found := living.Claim(t.Context(), "deploy production"); found {
		t.Errorf("a process claimed its own launch %+v", got)
	}
	if got, found := journal.New(dir, at(noon)).Claim(t.Context(), "deploy production"); found {
		t.Errorf("the launch %+v of a process that lives was claimed", got)
	}
}

func TestJournal_ForgetsWhatIsInTheState(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	dead := journal.New(dir, at(noon))
	record(t, dead, entry("first", "82", noon), entry("second", "83", noon))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	next := journal.New(dir, at(noon))
	record(t, next, entry("third", "84", noon))
	next.Seen(jobs, "82")
	next.Seen("https://elsewhere.example.com/jobs", "83")
	next.Seen(jobs, "84")
	if got, found := next.Claim(t.Context(), "deploy production"); !found || got.ID != "83" {
		t.Errorf("claimed %+v, %v; want 83", got, found)
	}
	if got, found := next.Claim(t.Context(), "deploy production"); found {
		t.Errorf("claimed %+v, which is in the state", got)
	}
}

// TestJournal_CloseLeavesWhatWasNotSeenInAState: what was passed to Terraform may be lost with the state.
func TestJournal_CloseLeavesWhatWasNotSeenInAState(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	j := journal.New(dir, at(noon.Add(time.Second)))
	record(t, j, entry("delivered", "82", noon), entry("dropped", "", noon), entry("lost", "", noon.Add(time.Second)), entry("seen", "83", noon))
	j.Deliver(jobs, "82")
	j.Deliver(jobs, "83")
	j.Drop("dropped")
	j.Seen(jobs, "83")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	next := journal.New(dir, at(noon.Add(time.Second)))
	// An entry that was never delivered comes before one that was, even if it is younger.
	for _, want := range []string{"lost", "delivered"} {
		if got, found := next.Claim(t.Context(), "deploy production"); !found || got.RequestID != want || got.Delivered != (want == "delivered") {
			t.Errorf("claimed %+v, %v; want %s", got, found, want)
		}
	}
	if got, found := next.Claim(t.Context(), "deploy production"); found {
		t.Errorf("claimed %+v", got)
	}
}

func TestJournal_CloseRemovesWhatWasSeenInTheState(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	j := journal.New(dir, at(noon))
	record(t, j, entry("delivered", "82", noon))
	j.Deliver(jobs, "82")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	journal.New(dir, at(noon)).Seen(jobs, "82")
	if _, err := os.Stat(filepath.Dir(dir)); err == nil {
		t.Errorf("%v is left", files(t, dir))
	}
	if _, err := os.Stat(filepath.Dir(filepath.Dir(dir))); err != nil {
		t.Errorf("the folder of the CLI is gone: %v", err)
	}
}

// TestJournal_EntryFromTheFuture: the clock of the machine was ahead when something was launched.
func TestJournal_EntryFromTheFuture(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	dead := journal.New(dir, at(noon.Add(time.Hour)))
	record(t, dead, entry("first", "82", noon.Add(time.Hour)))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if got, found := journal.New(dir, at(noon)).Claim(t.Context(), "deploy production"); !found || !got.Sent.Equal(noon) {
		t.Errorf("claimed %+v, %v", got, found)
	}
}

// TestJournal_RemovesHalfWrittenEntries: a process was killed while it wrote.
func TestJournal_RemovesHalfWrittenEntries(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	dead := journal.New(dir, at(noon))
	record(t, dead, entry("first", "82", noon))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(dir, "*-*[0-9a-f]"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%v, %v", folders, err)
	}
	if err := os.WriteFile(filepath.Join(folders[0], "entry123"), []byte(`{"requ`), 0o600); err != nil {
		t.Fatal(err)
	}
	next := journal.New(dir, at(noon))
	next.Seen(jobs, "82")
	if left := files(t, filepath.Dir(filepath.Dir(dir))); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestJournal_IgnoresOldEntries(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	dead := journal.New(dir, at(noon))
	record(t, dead, entry("old", "82", noon.Add(-journal.Keep-time.Hour)))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if got, found := journal.New(dir, at(noon)).Claim(t.Context(), "deploy production"); found {
		t.Errorf("claimed %+v", got)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestJournal_WithoutAUsableDirectory(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"no folder": "", "a file in the way": filepath.Join(blocked, "pe-launches", "default")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := journal.New(dir, at(noon))
			if err := j.Record(entry("first", "", noon)); (err != nil) != (dir != "") {
				t.Errorf("Record: %v", err)
			}
			j.Deliver(jobs, "82")
			j.Seen(jobs, "82")
			j.Drop("first")
			if _, found := j.Claim(t.Context(), "deploy production"); found {
				t.Error("something was claimed")
			}
			if err := j.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

// TestJournal_LeavesOtherFilesAlone: a file that is not an entry is not read as one.
func TestJournal_LeavesOtherFilesAlone(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	dead := journal.New(dir, at(noon))
	record(t, dead, entry("first", "82", noon))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if filepath.Ext(name) != ".json" {
			return err
		}
		return os.WriteFile(name, []byte(`{"request_id": "first", "finger`), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	next := journal.New(dir, at(noon))
	next.Seen(jobs, "82")
	if got, found := next.Claim(t.Context(), "deploy production"); found {
		t.Errorf("claimed %+v", got)
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "environment"), []byte("staging\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"nothing set":              {nil, ".terraform/pe-launches/default"},
		"a data directory":         {map[string]string{"TF_DATA_DIR": data}, data + "/pe-launches/staging"},
		"a workspace":              {map[string]string{"TF_DATA_DIR": data, "TF_WORKSPACE": "prod"}, data + "/pe-launches/prod"},
		"a workspace that escapes": {map[string]string{"TF_WORKSPACE": "../.."}, ".terraform/pe-launches/default"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := journal.Locate(func(key string) (string, bool) { v, ok := c.env[key]; return v, ok })
			if got != filepath.FromSlash(c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
