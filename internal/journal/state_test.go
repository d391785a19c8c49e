// SPDX-License-Identifier: MPL-2.0

package journal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// TestStateOf_SaysWhereTheStateIs has working directories with several states, and what may change without another state.
func TestStateOf_SaysWhereTheStateIs(t *testing.T) {
	t.Parallel()
	const production = `{"version":3,"backend":{"type":"s3","config":{"bucket":"states","key":"production","access_key":"a","role_arn":null},"hash":1}}`
	of := func(t *testing.T, initialized, file string) string {
		t.Helper()
		data := t.TempDir()
		if err := os.WriteFile(filepath.Join(data, "terraform.tfstate"), []byte(initialized), 0o600); err != nil {
			t.Fatal(err)
		}
		return journal.StateOf(func(key string) (string, bool) { return data, key == "TF_DATA_DIR" }, command.Command{State: file})
	}
	first := of(t, production, "")
	for name, test := range map[string]struct {
		initialized, file string
		same              bool
	}{
		"the same":                {production, "", true},
		"other credentials":       {strings.Replace(production, `"a"`, `"b"`, 1), "", true},
		"another key":             {strings.Replace(production, `"production"`, `"test"`, 1), "", false},
		"another kind of backend": {strings.Replace(production, `"s3"`, `"oss"`, 1), "", false},
		"a file":                  {production, "a.tfstate", false},
	} {
		if got := of(t, test.initialized, test.file); got == "" || (got == first) != test.same {
			t.Errorf("%s: got %q, and %q at first", name, got, first)
		}
	}
	for name, initialized := range map[string]string{"no backend": "{}", "garbage": "{", "a backend that says no place": `{"backend":{"type":"inmem","config":{}}}`} {
		if got := of(t, initialized, ""); got != "" {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if one, other := of(t, "{}", "a.tfstate"), of(t, "{}", "b.tfstate"); one == "" || one == other {
		t.Errorf("two files: got %q and %q", one, other)
	}
}

// noteFor leaves a note of a launch for a state.
func noteFor(t *testing.T, state string, delivered bool) (dir string) {
	t.Helper()
	dir = folder(t)
	dead := journal.New(dir, at(noon)).ForState(state)
	record(t, dead, entry("first", "82", noon))
	if delivered {
		dead.Deliver(jobs, "82")
	}
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestJournal_ClaimsForItsState has notes for several states: what another state has is not for this one, and what it may not have is
// known to be for another.
func TestJournal_ClaimsForItsState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state            string
		delivered        bool
		found, elsewhere bool
	}{
		"another state has it":          {"theirs", true, false, false},
		"another state may not have it": {"theirs", false, true, true},
		"this state may have it":        {"ours", true, true, false},
		"the state is not known":        {"", true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := journal.New(noteFor(t, test.state, test.delivered), at(noon)).ForState("ours")
			left, found := next.Claim(t.Context(), "deploy production")
			if found != test.found || found && next.Elsewhere(left) != test.elsewhere {
				t.Errorf("got %+v, %v", left, found)
			}
		})
	}
}

// TestJournal_KeepsNotesOfOtherStates applies everything that belongs to one state, without what a note of another state is about.
func TestJournal_KeepsNotesOfOtherStates(t *testing.T) {
	t.Parallel()
	dir := noteFor(t, "theirs", false)
	for _, verb := range []string{"apply", "destroy"} {
		ours := func() *journal.Journal {
			return journal.New(dir, at(noon)).WithCommand(command.Command{ID: verb, Verb: verb, CoversAll: true}).ForState("ours")
		}
		planning := ours()
		planning.PlanLaunch(jobs, "another")
		if err := planning.Close(); err != nil {
			t.Fatal(err)
		}
		if over := ours().Begin(jobs); len(over) > 0 {
			t.Errorf("%s has forgotten %v", verb, over)
		}
	}
	if left, found := journal.New(dir, at(noon)).ForState("theirs").Claim(t.Context(), "deploy production"); !found || left.Unwanted != "" {
		t.Errorf("got %+v, %v", left, found)
	}
}
