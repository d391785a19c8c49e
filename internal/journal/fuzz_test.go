// SPDX-License-Identifier: MPL-2.0

package journal_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// FuzzNotes puts any file into the folder of a dead process: a note is claimed as it is written and only once, what cannot be read is
// reported, and what is no note stays as it is, inside the folder and outside.
func FuzzNotes(f *testing.F) {
	for _, e := range []journal.Entry{
		entry("8c0b6f5e-5a0b-4d1c-9d5c-2b1d5c0b6f5e", "", noon), entry("1", "82", noon), {RequestID: "2", Fingerprint: "deploy production", Sent: noon, Unmarked: true, Delivered: true},
		{RequestID: "3", Fingerprint: "deploy production", Sent: noon.Add(2 * journal.Keep), Superseded: "1", Unwanted: "wanted by 7"}, {RequestID: "4", Fingerprint: "deploy production"},
	} {
		text, err := json.Marshal(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(e.RequestID+".json", text)
		f.Add("other.json", text)
		f.Add(e.RequestID+".json", text[:len(text)/2])
	}
	f.Add(".json", []byte(`{}`))
	f.Add("x.json", []byte(`{"request_id": "../x", "fingerprint": "deploy production"}`))
	f.Add("x.json", []byte(`null`))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		const longestName, longest = 200, 32 << 10
		if !filepath.IsLocal(name) || name != filepath.Base(name) || name == "." || len(name) > longestName || strings.ContainsRune(name, 0) || len(text) > longest {
			return
		}
		dir := folder(t)
		dead := filepath.Join(dir, "5f0c2d1e-9b3a-4c6d-8e7f-0a1b2c3d4e5f")
		outside := filepath.Join(filepath.Dir(filepath.Dir(dir)), "x.json")
		if err := os.MkdirAll(dead, 0o700); err != nil {
			t.Fatal(err)
		}
		for file, content := range map[string][]byte{filepath.Join(dead, name): text, outside: []byte("outside")} {
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		now := noon.Add(time.Minute)
		j := journal.New(dir, at(now))
		unreadable := j.Unreadable()
		_ = j.Knows(jobs, "82")
		var want journal.Entry
		readable := json.Unmarshal(text, &want) == nil && want.RequestID+".json" == name
		if isNote := filepath.Ext(name) == ".json"; slices.Contains(unreadable, filepath.Join(dead, name)) != (isNote && !readable) {
			t.Errorf("%q with %q: unreadable are %q", name, text, unreadable)
		}

		got, found := j.Claim(t.Context(), "deploy production")
		if wanted := readable && want.Fingerprint == "deploy production" && now.Sub(want.Sent) <= journal.Keep; found != wanted {
			t.Errorf("%q with %q: claimed %v", name, text, found)
		}
		if want.Sent.After(now) {
			want.Sent = now
		}
		if found && !sameEntry(got, want) {
			t.Errorf("%q with %q: claimed %+v", name, text, got)
		}
		if _, twice := j.Claim(t.Context(), "deploy production"); twice {
			t.Errorf("%q with %q: claimed twice", name, text)
		}
		j.Drop(got.RequestID)
		j.Seen(got.Collection, got.ID)
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		if content, err := os.ReadFile(outside); err != nil || string(content) != "outside" {
			t.Errorf("%q with %q: a file outside holds %q (%v)", name, text, content, err)
		}
		// Files whose names begin like those of unfinished notes are the journal's own.
		if filepath.Ext(name) == ".json" || strings.HasPrefix(name, "entry") {
			return
		}
		if content, err := os.ReadFile(filepath.Join(dead, name)); err != nil || string(content) != string(text) {
			t.Errorf("%q with %q: it is no note, and holds %q now (%v)", name, text, content, err)
		}
	})
}

func sameEntry(a, b journal.Entry) bool {
	sent := a.Sent.Equal(b.Sent)
	a.Sent, b.Sent = time.Time{}, time.Time{}
	return sent && a == b
}
