// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

func TestReportCreated_SaysWhatIsWorthKnowing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		result launch.Result
		// summary and detail are of the only warning, "" where none is given.
		summary, detail string
	}{
		"all went well":          {launch.Result{ID: "7", RequestID: "x"}, "", ""},
		"found by its id":        {launch.Result{ID: "7", RequestID: "x", Adopted: true}, "", ""},
		"found by its content":   {launch.Result{ID: "7", Adopted: true}, "It was not clear at first whether the schedule of x was created", "so it is adopted as the new one"},
		"of an earlier apply":    {launch.Result{ID: "7", RequestID: "x", Adopted: true, Earlier: true}, "Schedule of x was created by an earlier apply", "created schedule 7, so the state did not know of it. It is adopted, and no second one is created."},
		"several":                {launch.Result{ID: "7", RequestID: "x", Others: []string{"8", "9"}}, "Schedule of x was created more than once", "manages schedule 7. The others run as well: 8, 9."},
		"by two applies at once": {launch.Result{ID: "7", RequestID: "x", Past: launch.Past{LaunchedElsewhere: true}}, "Schedule of x is created twice at once", "-lock=false"},
	} {
		var diags diag.Diagnostics
		reportCreated("Schedule of x", test.result, &diags)
		var summary, detail string
		if len(diags) > 0 {
			summary, detail = diags[0].Summary(), diags[0].Detail()
		}
		if summary != test.summary || !strings.Contains(detail, test.detail) || len(diags) > 1 || diags.HasError() {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

func TestLostSchedule_SaysWhatToDo(t *testing.T) {
	t.Parallel()
	r := &scheduleResource[scheduledTaskModel, *scheduledTaskModel]{}
	r.Clients = &pe.Clients{Redactor: httpapi.NewRedactor("hunter2")}
	reset := errors.New("connection reset")
	const once, lookFor, again = "It was not sent again", "Look for it in the console.", "Apply again, in the same directory"
	for name, test := range map[string]struct {
		lost launch.LostError
		want []string
		not  []string
	}{
		"nothing alike":         {launch.LostError{Err: reset, Sends: 1}, []string{once, "It is not in the list of schedules.", lookFor}, []string{again}},
		"new ones":              {launch.LostError{Err: reset, Sends: 1, Candidates: []string{"8", "9"}}, []string{"new schedules with this content: 8, 9."}, []string{"not in the list"}},
		"those of before":       {launch.LostError{Err: reset, Sends: 1, Before: []string{"8"}}, []string{"No new one is in the list", "belong to other resources: 8."}, nil},
		"sent several times":    {launch.LostError{Err: reset, Sends: 3, RequestID: "x"}, []string{"sent 3 times"}, []string{once}},
		"no list":               {launch.LostError{Err: reset, Sends: 1, Looked: errors.New("no hunter2 there")}, []string{"could not be read: No (redacted) there."}, []string{"hunter2"}},
		"noted":                 {launch.LostError{Err: reset, Sends: 1, RequestID: "x", Noted: true}, []string{once, again}, []string{lookFor}},
		"of an apply that died": {launch.LostError{Err: launch.ErrKilled, RequestID: "x", Noted: true}, []string{"Nothing is created as long as that is not known.", again}, []string{"was lost"}},
	} {
		got := r.lostSchedule(&test.lost)
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
