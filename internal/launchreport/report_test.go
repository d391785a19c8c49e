// SPDX-License-Identifier: MPL-2.0

package launchreport_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
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

func TestLost_SaysWhatToLookFor(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor("hunter2")
	reset := errors.New("connection reset")
	const lookFor, again = "Look for it in the console.", "Apply again, in the same directory: the job is looked for once more and adopted if it is there"
	for name, test := range map[string]struct {
		lost launch.LostError
		want []string
		not  []string
	}{
		"without userdata, nothing alike": {launch.LostError{Err: reset}, []string{"cannot be recognised", lookFor, "import it: terraform import <address> <id>"}, []string{"terraform_request_id", again}},
		"without userdata, some alike":    {launch.LostError{Err: reset, Candidates: []string{"82", "81"}}, []string{"It may be one of these: 82, 81. If it is, import it: terraform import <address> 82."}, []string{lookFor}},
		"it did not show up":              {launch.LostError{RequestID: "u-u-i-d", Err: reset}, []string{`terraform_request_id = "u-u-i-d"`, "It was not sent again", "did not show up.", lookFor, "apply again to start the job"}, []string{again}},
		"it is noted":                     {launch.LostError{RequestID: "u-u-i-d", Noted: true, Err: reset}, []string{`terraform_request_id = "u-u-i-d"`, again}, []string{lookFor}},
		"the server did not tell":         {launch.LostError{RequestID: "u-u-i-d", Looked: errors.New("no hunter2 there"), Err: reset}, []string{"the server did not tell: No (redacted) there."}, []string{"did not show up", "hunter2"}},
		"killed":                          {launch.LostError{RequestID: "u-u-i-d", Noted: true, Err: launch.ErrKilled}, []string{"Nothing is started as long as that is not known.", again}, []string{"was lost"}},
		"an answer that does not tell":    {launch.LostError{RequestID: "u-u-i-d", Sends: 1, Err: &httpapi.Error{Status: 500}}, []string{"The request was answered with 500 Internal Server Error, which does not say whether it was carried out. It was not sent again"}, []string{"was lost"}},
		"several such answers":            {launch.LostError{RequestID: "u-u-i-d", Sends: 3, Err: &httpapi.Error{Status: 502}}, []string{"answered with 502 Bad Gateway", "It had been sent 3 times"}, []string{"was lost"}},
		"such an answer, no userdata":     {launch.LostError{Err: &httpapi.Error{Status: 500}}, []string{"answered with 500", "This server does not keep userdata"}, []string{"was lost"}},
		"an answer that makes no sense":   {launch.LostError{RequestID: "u-u-i-d", Err: &httpapi.AnswerWithoutIDError{}}, []string{"makes no sense"}, []string{"was lost"}},
	} {
		got := launchreport.Lost("job", &test.lost, redactor.Text)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not said in %q", name, want, got)
			}
		}
		for _, not := range test.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %q is said in %q", name, not, got)
			}
		}
	}
}

func TestStarted_SaysWhatIsWorthKnowing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		result launch.Result
		own    bool
		want   string
	}{
		"all went well":                {launch.Result{ID: "81", RequestID: "x"}, true, ""},
		"found after a lost answer":    {launch.Result{ID: "81", RequestID: "x", Adopted: true}, true, ""},
		"of an earlier apply":          {launch.Result{ID: "81", RequestID: "x", Adopted: true, Earlier: true}, true, `Task "x" was started by an earlier apply`},
		"forgotten":                    {launch.Result{ID: "81", RequestID: "x", Forgotten: "80"}, true, `Task "x" is started again`},
		"no userdata is kept":          {launch.Result{ID: "81", Unmarked: true}, true, "The server does not keep userdata"},
		"no userdata is kept or given": {launch.Result{ID: "81", Unmarked: true}, false, ""},
		"several":                      {launch.Result{ID: "81", RequestID: "x", Others: []string{"82", "83"}}, true, `Task "x" was started more than once`},
	} {
		var diags diag.Diagnostics
		launchreport.Started(`Task "x"`, "job", test.result, test.own, &diags)
		got := ""
		if len(diags) > 0 {
			got = diags[0].Summary()
		}
		if got != test.want || len(diags) > 1 || diags.HasError() {
			t.Errorf("%s: got %v, want %q", name, diags, test.want)
		}
	}
}

func TestReports_SayWhatBecomesOfAJob(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		report  func(diags *diag.Diagnostics)
		summary string
		detail  []string
	}{
		"of an earlier apply": {
			func(diags *diag.Diagnostics) {
				launchreport.Started(`Task "x"`, "job", launch.Result{ID: "2", Earlier: true}, false, diags)
			},
			`Task "x" was started by an earlier apply`, []string{"It is adopted, and nothing is started a second time."},
		},
		"of the same key": {
			func(diags *diag.Diagnostics) {
				launchreport.Started(`Task "x"`, "job", launch.Result{ID: "2", Past: launch.Past{Keyed: true}}, false, diags)
			},
			`Task "x" was started before: job 2`, []string{"It is adopted, and nothing is started."},
		},
		"to be adopted": {
			func(diags *diag.Diagnostics) {
				launchreport.WillAdopt(`Task "x"`, "job", "2", "https://pe/jobs/2", diags)
			},
			`Task "x": the apply adopts job 2`, []string{"https://pe/jobs/2", "Nothing is started."},
		},
		"needed by nothing": {
			func(diags *diag.Diagnostics) {
				launchreport.Untracked("job", "https://pe/jobs/2", journal.Entry{ID: "2"}, diags)
			},
			"Nothing tracks job 2", []string{"If it has not ended, it keeps running: https://pe/jobs/2"},
		},
		"needed by nothing, without a number": {
			func(diags *diag.Diagnostics) {
				launchreport.Untracked("job", "https://pe/jobs", journal.Entry{RequestID: "u-u-i-d"}, diags)
			},
			"Nothing tracks job terraform_request_id u-u-i-d", []string{"it keeps running: https://pe/jobs"},
		},
		"replaced first": {
			func(diags *diag.Diagnostics) {
				launchreport.Replaced(`Task "x"`, "job", "2", "3", "https://pe/jobs/2", diags)
			},
			`Task "x": nothing tracks job 2 any more`, []string{"job 3 was started beside it"},
		},
		"unclear": {
			func(diags *diag.Diagnostics) {
				launchreport.Unclear(`Task "x"`, "job", "https://pe/jobs/2", &launch.UnclearError{ID: "2"}, diags)
			},
			`It is not known whether task "x" is job 2`, []string{"apply without a saved plan, -target and -refresh=false", "terraform import <address> 2"},
		},
	} {
		var diags diag.Diagnostics
		test.report(&diags)
		if len(diags) != 1 || diags[0].Summary() != test.summary {
			t.Errorf("%s: got %v, want %q", name, diags, test.summary)
			continue
		}
		for _, want := range test.detail {
			if !strings.Contains(diags[0].Detail(), want) {
				t.Errorf("%s: %q is not said in %q", name, want, diags[0].Detail())
			}
		}
	}
}
