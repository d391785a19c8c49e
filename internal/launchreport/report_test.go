// SPDX-License-Identifier: MPL-2.0

package launchreport_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
)

func TestLacking_SaysWhereTheTokenComesFrom(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		"":           "The user of the token needs `tasks` / `run`, through one of the user's roles in PE.",
		"the file x": "The user of the token needs `tasks` / `run`, through one of the user's roles in PE. The token comes from the file x.",
	} {
		if got := launchreport.Lacking("`tasks` / `run`", origin); got != want {
			t.Errorf("%q: got %q, want %q", origin, got, want)
		}
	}
}

func TestReports_SayWhatBecomesOfAJob(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		report          func(diags *diag.Diagnostics)
		summary, detail string
	}{
		"to be adopted": {
			func(diags *diag.Diagnostics) {
				launchreport.WillAdopt(`Task "x"`, "job", "2", "https://pe/jobs/2", diags)
			},
			`Task "x": the apply adopts job 2`, "https://pe/jobs/2",
		},
		"needed by nothing": {
			func(diags *diag.Diagnostics) {
				launchreport.Untracked("job", "https://pe/jobs/2", journal.Entry{ID: "2"}, diags)
			},
			"Nothing tracks job 2", "If it has not ended, it keeps running: https://pe/jobs/2",
		},
		"needed by nothing, without a number": {
			func(diags *diag.Diagnostics) {
				launchreport.Untracked("job", "https://pe/jobs", journal.Entry{RequestID: "u-u-i-d"}, diags)
			},
			"Nothing tracks job terraform_request_id u-u-i-d", "it keeps running: https://pe/jobs",
		},
		"replaced first": {
			func(diags *diag.Diagnostics) {
				launchreport.Replaced(`Task "x"`, "job", "2", "3", "https://pe/jobs/2", diags)
			},
			`Task "x": nothing tracks job 2 any more`, "job 3 was started beside it",
		},
	} {
		var diags diag.Diagnostics
		test.report(&diags)
		if len(diags) != 1 || diags[0].Summary() != test.summary || !strings.Contains(diags[0].Detail(), test.detail) {
			t.Errorf("%s: got %v, want %q with %q", name, diags, test.summary, test.detail)
		}
	}
}
