// SPDX-License-Identifier: MPL-2.0

package foresight_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/foresight"
)

// TestRunning_SaysWhatBecomesOfAJob has one warning for each thing that can become of a job that runs.
func TestRunning_SaysWhatBecomesOfAJob(t *testing.T) {
	t.Parallel()
	running := foresight.Running{
		Title: `Task "package"`, Noun: "job", ID: "56", URL: "https://pe/jobs/56",
		Sighting: foresight.Sighting{Progress: "running, 3 of 10 nodes have ended"},
	}
	nameless, ended, missing := running, running, running
	nameless.ID, ended.Ended, missing.Missing = "", true, true
	for name, test := range map[string]struct {
		tell    func(*diag.Diagnostics)
		summary string
		detail  []string
	}{
		"a second one is started":   {running.Second, "a new job is started while job 56 still runs", []string{"Job 56 is running, 3 of 10 nodes"}},
		"it is destroyed":           {running.Left, "keeps running after the destroy: job 56", []string{"Job 56 is running", "set `on_destroy` to \"stop\""}},
		"it is awaited":             {running.Awaited, "the apply waits for job 56", []string{"Job 56 is running", "Nothing is started."}},
		"it has ended":              {ended.Awaited, "the apply reports how job 56 ended", []string{"Job 56 has ended", "Nothing is started."}},
		"its record is missing":     {missing.Awaited, "the apply looks for job 56 again", []string{"no record of job 56", "if not, it fails", "Nothing is started."}},
		"its replacement goes on":   {running.GoesOn, "the replacement continues with job 56", []string{"nothing is started a second time", "\n\nThis does not hold with `create_before_destroy`"}},
		"nobody knows its number":   {nameless.GoesOn, "continues with the job that is replaced", []string{"the end of the job that is replaced"}},
		"it is stopped":             {running.Stopped, "the apply stops job 56 and starts a new one", []string{"because of `on_destroy`", "terraform untaint"}},
		"it is stopped, whichever":  {nameless.Stopped, "the apply stops the job that is replaced", nil},
		"its description is a text": {func(diags *diag.Diagnostics) { running.Kept([]string{"description"}, diags) }, "job 56 keeps its description", []string{"cannot change a job after its launch"}},
	} {
		var diags diag.Diagnostics
		test.tell(&diags)
		if len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Summary(), test.summary) || !strings.Contains(diags[0].Summary(), `Task "package"`) {
			t.Errorf("%s: got %v, want %q", name, diags, test.summary)
			continue
		}
		for _, part := range test.detail {
			if !strings.Contains(diags[0].Detail(), part) {
				t.Errorf("%s: %q is missing in %q", name, part, diags[0].Detail())
			}
		}
	}
}

func TestWait_AfterMixUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attribute, onDestroy string
		want, not            string
	}{
		"created":              {"create", "", "keeps waiting for it.\n\nThis does not hold with `create_before_destroy`", "stops it"},
		"created, and stopped": {"create", "stop", "stops it, because `on_destroy` is \"stop\", and starts a new one.", "keeps waiting"},
		"updated":              {"update", "stop", "keeps waiting for it.", "create_before_destroy"},
	} {
		got := foresight.Wait{Noun: "job", ID: "56", Attribute: test.attribute, OnDestroy: test.onDestroy}.AfterMixUp()
		if !strings.Contains(got, "the number 56, which the server had returned, belongs to another job") || !strings.Contains(got, test.want) || strings.Contains(got, test.not) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}
