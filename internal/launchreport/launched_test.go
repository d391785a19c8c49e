// SPDX-License-Identifier: MPL-2.0

package launchreport_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
)

var (
	task     = launchreport.Job(`Task "x"`, "job")
	schedule = launchreport.Schedule("Schedule of x")
	action   = launchreport.Invocation(`Task "x"`, "job", "terraform apply -invoke=x")
)

func TestLaunched_Summaries(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		task.NotDone(): `Task "x" was not started`, schedule.NotDone(): "Schedule of x was not created",
		task.NotKnown():     `It is not known whether task "x" was started`,
		schedule.NotKnown(): "It is not known whether the schedule of x was created",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLaunched_Lost_SaysWhatToLookFor(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor("hunter2")
	reset := errors.New("connection reset")
	const once, lookFor = "It was not sent again", "Look for it in the console."
	const again, anew = "Apply again, in the same directory: the job is looked for once more", "apply again to start the job"
	const againSchedule = "Apply again, in the same directory: the schedule is looked for once more and adopted if it is there, and created if it is not."
	const nothing = "Nothing is created as long as that is not known."
	for name, test := range map[string]struct {
		what launchreport.Launched
		lost launch.LostError
		want []string
		not  []string
	}{
		"without userdata, nothing alike": {task, launch.LostError{Err: reset}, []string{"(before PE 2019.8.5), so the job cannot be recognised. None with the same content has shown up.", lookFor, "import it: terraform import <address> <id>"}, []string{"terraform_request_id", again}},
		"without userdata, some alike":    {task, launch.LostError{Err: reset, Candidates: []string{"82", "81"}}, []string{"It may be one of these: 82, 81. If it is, import it: terraform import <address> 82."}, []string{lookFor}},
		"it did not show up":              {task, launch.LostError{RequestID: "u-u-i-d", Err: reset}, []string{`terraform_request_id = "u-u-i-d"`, once, "did not show up.", lookFor, anew}, []string{again}},
		"it is noted":                     {task, launch.LostError{RequestID: "u-u-i-d", Noted: true, Err: reset}, []string{`terraform_request_id = "u-u-i-d"`, again}, []string{lookFor}},
		"the server did not tell":         {task, launch.LostError{RequestID: "u-u-i-d", Looked: errors.New("no hunter2 there"), Err: reset}, []string{"the server did not tell: No (redacted) there."}, []string{"did not show up", "hunter2"}},
		"killed":                          {task, launch.LostError{RequestID: "u-u-i-d", Noted: true, Err: launch.ErrKilled}, []string{"Nothing is started as long as that is not known.", again}, []string{"was lost"}},
		"an answer that does not tell":    {task, launch.LostError{RequestID: "u-u-i-d", Sends: 1, Err: &httpapi.Error{Status: 500}}, []string{"The request was answered with 500 Internal Server Error, which does not say whether it was carried out. " + once}, []string{"was lost"}},
		"several such answers":            {task, launch.LostError{RequestID: "u-u-i-d", Sends: 3, Err: &httpapi.Error{Status: 502}}, []string{"answered with 502 Bad Gateway", "It had been sent 3 times, each time after the job had been looked for"}, []string{"was lost", once}},
		"such an answer, no userdata":     {task, launch.LostError{Err: &httpapi.Error{Status: 500}}, []string{"answered with 500", "This server does not keep userdata"}, []string{"was lost"}},
		"an answer that makes no sense":   {task, launch.LostError{RequestID: "u-u-i-d", Err: &httpapi.AnswerWithoutIDError{}}, []string{"makes no sense"}, []string{"was lost"}},

		"an action":                 {action, launch.LostError{Err: reset, Sends: 1, RequestID: "x"}, []string{once, lookFor, "If it is there, wait for its end there. If it is not there, invoke the action again (terraform apply -invoke=x) to start the job."}, []string{"import", "Apply again"}},
		"an action, new ones":       {action, launch.LostError{Err: reset, Sends: 1, Candidates: []string{"8", "9"}}, []string{"It may be one of these: 8, 9. If it is, wait for its end there. Otherwise invoke the action again (terraform apply -invoke=x)."}, []string{"import"}},
		"a schedule":                {schedule, launch.LostError{RequestID: "u-u-i-d", Err: reset, Sends: 1, Noted: true}, []string{once, `The schedule would carry the userdata terraform_request_id = "u-u-i-d".`, againSchedule}, []string{lookFor, "job"}},
		"a schedule, unmarked":      {schedule, launch.LostError{Err: reset, Sends: 1}, []string{once, "(before PE 2021.7), so the schedule cannot be recognised. None with the same content has shown up.", lookFor, "apply again to create the schedule"}, []string{"job"}},
		"a schedule, new ones":      {schedule, launch.LostError{Err: reset, Sends: 1, Candidates: []string{"8", "9"}}, []string{"It may be one of these: 8, 9. If it is, import it: terraform import <address> 8."}, []string{lookFor}},
		"a schedule, earlier ones":  {schedule, launch.LostError{Err: reset, Sends: 1, Before: []string{"8"}}, []string{"None that is new has shown up.", "belong to other resources: 8.", lookFor}, []string{"may be one of these"}},
		"a schedule, several times": {schedule, launch.LostError{Err: reset, Sends: 3, RequestID: "x"}, []string{"sent 3 times, each time after the schedule"}, []string{once}},
		"a schedule, no list":       {schedule, launch.LostError{Err: reset, Sends: 1, Looked: errors.New("no hunter2 there")}, []string{"did not tell: No (redacted) there."}, []string{"hunter2"}},
		"a schedule, killed":        {schedule, launch.LostError{Err: launch.ErrKilled, RequestID: "x", Noted: true}, []string{nothing, againSchedule}, []string{"was lost"}},
	} {
		got := test.what.Lost(&test.lost, redactor.Line)
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

func TestLaunched_Report_SaysWhatIsWorthKnowing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		what   launchreport.Launched
		result launch.Result
		own    bool
		// summary and detail are of the only warning, "" where none is given.
		summary, detail string
	}{
		"all went well":                {task, launch.Result{ID: "81", RequestID: "x"}, true, "", ""},
		"found after a lost answer":    {task, launch.Result{ID: "81", RequestID: "x", Adopted: true}, true, "", ""},
		"of an earlier apply":          {task, launch.Result{ID: "81", RequestID: "x", Adopted: true, Earlier: true}, true, `Task "x" was started by an earlier apply`, "That apply had started job 81, of which the state does not know: the apply was killed, it had no clear answer, or the state has let go of it. It is adopted, and nothing is started a second time. To run it again all the same, apply with -replace."},
		"forgotten":                    {task, launch.Result{ID: "81", RequestID: "x", Forgotten: "80"}, true, `Task "x" is started again`, "started it as job 80"},
		"no userdata is kept":          {task, launch.Result{ID: "81", Unmarked: true}, true, "The server does not keep userdata", "It refuses the key (before PE 2019.8.5), so job 81 was started without userdata."},
		"no userdata is kept or given": {task, launch.Result{ID: "81", Unmarked: true}, false, "", ""},
		"several":                      {task, launch.Result{ID: "81", RequestID: "x", Others: []string{"82", "83"}}, true, `Task "x" was started more than once`, "This resource tracks job 81; the others are: 82, 83."},
		"by its key":                   {task, launch.Result{ID: "81", RequestID: "x", Past: launch.Past{Keyed: true}}, true, `Task "x" was started before: job 81`, "the same `launch_key`"},
		"nothing tracks another":       {task, launch.Result{ID: "81", RequestID: "x", Past: launch.Past{Over: []string{"80"}}}, true, `Task "x" was started again`, "had started job 80 with the same inputs."},

		"an action, several":    {action, launch.Result{ID: "81", RequestID: "x", Others: []string{"82"}}, true, `Task "x" was started more than once`, "This action follows job 81; the others are: 82."},
		"an action, by its key": {action, launch.Result{ID: "81", RequestID: "x", Past: launch.Past{Keyed: true}}, true, `Task "x" was started before: job 81`, "nothing is started. To run it again, change `launch_key`."},

		"a schedule":                {schedule, launch.Result{ID: "7", RequestID: "x"}, false, "", ""},
		"a schedule, by its id":     {schedule, launch.Result{ID: "7", RequestID: "x", Adopted: true}, false, "", ""},
		"a schedule, its content":   {schedule, launch.Result{ID: "7", Adopted: true}, false, "It was not clear at first whether the schedule of x was created", "The schedule 7 has turned up since"},
		"a schedule, earlier apply": {schedule, launch.Result{ID: "7", RequestID: "x", Adopted: true, Earlier: true}, false, "Schedule of x was created by an earlier apply", "That apply had created schedule 7, of which the state does not know: the apply was killed, it had no clear answer, or the state has let go of it. It is adopted, and nothing is created a second time."},
		"a schedule, several":       {schedule, launch.Result{ID: "7", RequestID: "x", Others: []string{"8", "9"}}, false, "Schedule of x was created more than once", "This resource manages schedule 7; the others are: 8, 9. They run as well: delete them in the console."},
		"a schedule, two applies":   {schedule, launch.Result{ID: "7", RequestID: "x", Past: launch.Past{LaunchedElsewhere: true}}, false, "Schedule of x is created twice at once", "-lock=false"},
	} {
		var diags diag.Diagnostics
		test.what.Report(test.result, test.own, &diags)
		var summary, detail string
		if len(diags) > 0 {
			summary, detail = diags[0].Summary(), diags[0].Detail()
		}
		if summary != test.summary || !strings.Contains(detail, test.detail) || len(diags) > 1 || diags.HasError() {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

// TestLaunched_Unclear_NamesEveryWayOut has what an earlier apply has launched belong to another resource, perhaps.
func TestLaunched_Unclear_NamesEveryWayOut(t *testing.T) {
	t.Parallel()
	const saved = "apply without a saved plan, -target and -refresh=false, so that it is seen there."
	for name, test := range map[string]struct {
		what    launchreport.Launched
		unclear launch.UnclearError
		summary string
		want    []string
		not     string
	}{
		"a job": {task, launch.UnclearError{ID: "81"}, `It is not known whether task "x" is job 81`, []string{
			"An earlier apply started job 81 with the same inputs, and handed it to Terraform.", "Nothing is started as long as that is not known: https://pe/81",
			"import the job: terraform import <address> 81", saved + " To run this one anew, change a value of `triggers`.",
		}, "killed"},
		"a job that was replaced": {task, launch.UnclearError{ID: "81", Why: launch.Superseded}, `It is not known whether task "x" is job 81`, []string{"and was killed. Something else has been started since"}, "handed"},
		"a job for another state": {task, launch.UnclearError{ID: "81", Why: launch.Elsewhere}, `It is not known whether task "x" is job 81`, []string{
			"and was killed. It worked on the state of another backend, or of another file, in this directory.",
			"If the state of this apply is to have job 81, import it: terraform import <address> 81. To run this one anew, change a value of `triggers`.",
		}, "errored.tfstate"},
		"a job that a later apply did not plan": {task, launch.UnclearError{ID: "81", Why: launch.Unplanned}, `It is not known whether task "x" is job 81`, []string{
			"An earlier apply started job 81 with the same inputs, and was killed. An apply since then had nothing to do: either it was not wanted any more, or something failed before it could be planned.",
			"If job 81 is the one that task \"x\" was to be, import it: terraform import <address> 81. To run this one anew, change a value of `triggers`.",
		}, "errored.tfstate"},
		"a schedule": {schedule, launch.UnclearError{ID: "7"}, "It is not known whether the schedule of x is schedule 7", []string{
			"An earlier apply created schedule 7 with the same inputs, and handed it to Terraform.", "Nothing is created as long as that is not known: https://pe/7",
			"import the schedule: terraform import <address> 7", saved,
		}, "triggers"},
	} {
		var diags diag.Diagnostics
		test.what.Unclear("https://pe/"+test.unclear.ID, &test.unclear, &diags)
		if len(diags) != 1 || !diags.HasError() || diags[0].Summary() != test.summary {
			t.Errorf("%s: got %v", name, diags)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(diags[0].Detail(), want) {
				t.Errorf("%s: %q is not said in %q", name, want, diags[0].Detail())
			}
		}
		if strings.Contains(diags[0].Detail(), test.not) {
			t.Errorf("%s: %q is said in %q", name, test.not, diags[0].Detail())
		}
	}
}
