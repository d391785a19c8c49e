// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func TestEnvironmentJob_Q03IDAndNameSwapped(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"id":"2","name":"https://pe.example.com:8143/orchestrator/v1/scheduled_jobs/environment_jobs/2"}`,
		`{"id":"https://pe.example.com:8143/orchestrator/v1/scheduled_jobs/environment_jobs/2","name":"2"}`,
		`{"id":"https://pe.example.com:8143/orchestrator/v1/scheduled_jobs/environment_jobs/2"}`,
	} {
		if got := decode[orchestrator.EnvironmentJob](t, text).ID; got != "2" {
			t.Errorf("%s: got %q", text, got)
		}
	}
	var job orchestrator.EnvironmentJob
	if err := json.Unmarshal([]byte(`{"id":"x","name":"y"}`), &job); err == nil {
		t.Error("an object without a number was accepted")
	}
}

func TestEnvironmentJob_Q04LastRunNameIsANumber(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`42`, `"42"`} {
		job := decode[orchestrator.EnvironmentJob](t, `{"name":"2","last_run":{"time":"2026-01-12T18:50:08Z","job":{"name":`+name+`}}}`)
		if job.LastRun.JobID != "42" {
			t.Errorf("%s: got %q", name, job.LastRun.JobID)
		}
	}
}

func TestEnvironmentJob_Q05LastRunThatWasNotSubmitted(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.EnvironmentJob](t, `{"name":"2","last_run":{"time":"x","job":{"name":33,"submission_error":{"kind":"a/unknown-environment","msg":"gone"}}}}`)
	if job.LastRun.JobID != "" || job.LastRun.SubmissionError == nil || job.LastRun.SubmissionError.Message != "gone" {
		t.Errorf("got %+v", job.LastRun)
	}
	if job := decode[orchestrator.EnvironmentJob](t, `{"name":"2","last_run":{"time":"x","job":{}}}`); job.LastRun.JobID != "" {
		t.Errorf("got %+v", job.LastRun)
	}
}

func TestEnvironmentJob_Q19EnabledMayBeAbsent(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.EnvironmentJob](t, `{"name":"5","start_time":"2026-10-05T19:50:08Z","schedule":{"start_time":"2025-10-05T19:50:08Z","interval":null}}`)
	if !job.Enabled || job.Schedule.StartTime != "2025-10-05T19:50:08Z" {
		t.Errorf("got %+v", job)
	}
	if decode[orchestrator.EnvironmentJob](t, `{"name":"5","enabled":false}`).Enabled {
		t.Error("a disabled schedule counts as enabled")
	}
}

// answeringLists answers lists with one answer, and everything else with another.
func answeringLists(list, other http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/environment_jobs") {
			list(w, r)
			return
		}
		other(w, r)
	}
}

// TestSchedules_Q23Q24UnknownOnes distinguishes a schedule that is gone from a missing permission and a missing API, which get the same
// answers: a schedule that the user may not see must not count as gone.
func TestSchedules_Q23Q24UnknownOnes(t *testing.T) {
	t.Parallel()
	list, refused, absent := answering(200, `{"items":[]}`), answering(400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`), answering(404, ``)
	listed := answering(200, `{"items":[{"id":".../9","name":"9"}]}`)
	tests := map[string]struct {
		list   http.HandlerFunc
		status int
		body   string
		want   bool
	}{
		"query-error":    {list, 400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"Invalid scheduled job id 9"}`, true},
		"404":            {list, 404, ``, true},
		"other 400":      {list, 400, `{"kind":"puppetlabs.orchestrator/validation-error","msg":"limit"}`, false},
		"401":            {list, 401, `{"kind":"puppetlabs.rbac/token-expired","msg":"expired"}`, false},
		"no permission":  {refused, 400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`, false},
		"no such an API": {absent, 404, ``, false},
		"listed, 400":    {listed, 400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`, false},
		"listed, 404":    {listed, 404, `{"kind":"puppetlabs.orchestrator/unknown-environment","msg":"no"}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newClient(t, answeringLists(test.list, answering(test.status, test.body)))
			job, err := client.EnvironmentJob(t.Context(), "9")
			if strings.HasPrefix(name, "listed") {
				if err != nil || job.ID != "9" {
					t.Errorf("got %+v, %v", job, err)
				}
				return
			}
			if got := orchestrator.IsUnknownEnvironmentJob(err); got != test.want || httpapi.StatusOf(err) != test.status {
				t.Errorf("got %v for %v", got, err)
			}
		})
	}
}

func TestDisableEnvironmentJob_Q34TwiceSucceeds(t *testing.T) {
	t.Parallel()
	list, refused := answering(200, `{"items":[]}`), answering(400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`)
	listed := answering(200, `{"items":[{"id":".../2","name":"2"}]}`)
	tests := map[string]struct {
		list   http.HandlerFunc
		status int
		body   string
		fails  bool
	}{
		"first":         {list, 200, `{"scheduled_job":{"name":"2"}}`, false},
		"again":         {list, 400, `{"kind":"puppetlabs.orchestrator/disabled-scheduled-job","msg":"x"}`, false},
		"gone":          {list, 400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"x"}`, false},
		"404":           {list, 404, ``, false},
		"no right":      {list, 403, `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"x"}`, true},
		"nor to look":   {refused, 400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"x"}`, true},
		"broken":        {list, 500, ``, true},
		"bad requests":  {list, 400, `{"kind":"puppetlabs.orchestrator/validation-error","msg":"x"}`, true},
		"another place": {answering(404, ``), 404, ``, true},
		"still there":   {listed, 400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"x"}`, true},
		"still listed":  {listed, 404, `{"kind":"puppetlabs.orchestrator/unknown-environment","msg":"x"}`, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := newClient(t, answeringLists(test.list, answering(test.status, test.body)))
			if err := client.DisableEnvironmentJob(t.Context(), "2"); (err != nil) != test.fails {
				t.Errorf("got %v", err)
			}
			if request, body := server.requests[0], server.bodies[0]; request != "PUT /scheduled_jobs/environment_jobs/2" || body != `{"enabled":false}` {
				t.Errorf("sent %s %s", request, body)
			}
		})
	}
}

func TestUpdateEnvironmentJob_Q35SendsOnlyWhatIsGiven(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"scheduled_job":{"name":"2"}}`))
	description := ""
	update := orchestrator.EnvironmentJobUpdate{
		Description: &description,
		Schedule:    &orchestrator.Schedule{StartTime: "2031-01-01T00:00:00Z"},
	}
	if err := client.UpdateEnvironmentJob(t.Context(), "2", update); err != nil {
		t.Fatal(err)
	}
	if _, body := server.last(); body != `{"schedule":{"start_time":"2031-01-01T00:00:00Z","interval":null},"description":""}` {
		t.Errorf("sent %s", body)
	}
}

func TestEnvironmentJob_Q37ParametersAreBareOrWrapped(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`1`: `1`, `{"value":1}`: `1`, `{"value":null}`: `null`, `{"type":"query","value":"nodes {}"}`: `"nodes {}"`,
		`{"value":1,"other":2}`: `{"value":1,"other":2}`, `{}`: `{}`, `[1]`: `[1]`, `{"value":{"value":1}}`: `{"value":1}`,
	} {
		if got := string(orchestrator.Unwrap(json.RawMessage(text))); got != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestLegacyJobs_Q38ListWithoutPagination(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[]}`))
	jobs, err := orchestrator.Collect(client.LegacyJobs(t.Context()), 0)
	if err != nil || len(jobs) != 0 || server.count() != 1 {
		t.Errorf("got %v, %v", jobs, err)
	}
}

func TestSchedulePlan_Q40PlanHasTwoKeys(t *testing.T) {
	t.Parallel()
	plan := "facts"
	for text, request := range map[string]orchestrator.SchedulePlanRequest{
		`"plan":"facts"`: {Plan: &plan}, `"plan_name":"facts"`: {PlanName: &plan},
	} {
		client, server := newClient(t, answering(202, `{"scheduled_job":{"id":"x/2","name":"1234"}}`))
		ref, err := client.SchedulePlan(t.Context(), request)
		if err != nil || ref.ID != "1234" {
			t.Errorf("got %v, %v", ref, err)
		}
		if _, body := server.last(); !strings.Contains(body, text) {
			t.Errorf("sent %s", body)
		}
	}
	client, _ := newClient(t, answering(202, `{"job":{"id":"x/jobs/90","name":"90"}}`))
	if ref, err := client.ScheduleDeploy(t.Context(), orchestrator.ScheduleDeployRequest{}); err != nil || ref.ID != "90" {
		t.Errorf("got %v, %v", ref, err)
	}
}

func TestLegacyJob_Q41EnvironmentIsMisspelt(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"enviroment", "environment"} {
		if job := decode[orchestrator.LegacyJob](t, `{"name":"1","`+key+`":"production"}`); job.Environment != "production" {
			t.Errorf("%s: got %+v", key, job)
		}
	}
}

func TestEnvironmentJobsAccess_Q56AsksTheEndpointNotTheRoot(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[]}`))
	if access, err := client.EnvironmentJobsAccess(t.Context()); err != nil || !access.Exists {
		t.Errorf("got %+v, %v", access, err)
	}
	if got, _ := server.last(); !strings.HasPrefix(got, "GET /scheduled_jobs/environment_jobs?") {
		t.Errorf("abilities were looked for at %s", got)
	}
}
