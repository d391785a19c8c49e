package orchestrator_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// The quirks are numbered as in the API reference of this project. Those that are not of the wire (Q28 pruned jobs, Q29 to
// Q32 task-targets, Q36 edits of schedules, Q39 the older API, Q42 dropped nodes, Q50 empty environments, Q54 secrets) have
// their tests in the provider, and Q26 in the client of RBAC. Q51 is a mistake in another client's documentation.

func TestTaskTarget_Q01AllTasksIsAString(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"name":"1","all_tasks":"false","tasks":["a"]}`: false,
		`{"name":"1","all_tasks":"true"}`:                true,
		`{"name":"1","all_tasks":true}`:                  true,
		`{"name":"1","all_tasks":false,"tasks":["a"]}`:   false,
		`{"name":"1","tasks":["a"]}`:                     false,
		`{"name":"1"}`:                                   true,
		`{"name":"1","all_tasks":null,"tasks":["a"]}`:    false,
	} {
		if got := decode[orchestrator.TaskTarget](t, text).AllTasks; got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
	var target orchestrator.TaskTarget
	if err := json.Unmarshal([]byte(`{"name":"1","all_tasks":"yes"}`), &target); err == nil {
		t.Error("a word that is no boolean was accepted")
	}
}

func TestJob_Q02IDComesFromTheNameNotTheURL(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.Job](t, `{"id":"https://localhost:8143:8143/orchestrator/v1/jobs/375","name":"1234"}`)
	if job.ID != "1234" {
		t.Errorf("got job %s, want what the name says", job.ID)
	}
}

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

func TestJob_Q06DurationIsAStringOrANumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{`"256.0"`: 256.0, `48.5`: 48.5, `null`: nil, `""`: nil} {
		got := decode[orchestrator.Job](t, `{"name":"1","duration":`+text+`}`).Duration
		if want == nil && got != nil || want != nil && (got == nil || *got != want) {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestJob_Q07NodeStatesAreNull(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"name":"1","node_states":null}`, `{"name":"1"}`} {
		if job := decode[orchestrator.Job](t, text); len(job.NodeStates) != 0 {
			t.Errorf("%s: got %v", text, job.NodeStates)
		}
	}
}

func TestTaskTarget_Q08DisplayNameIsAbsent(t *testing.T) {
	t.Parallel()
	if target := decode[orchestrator.TaskTarget](t, `{"name":"1","tasks":["a"]}`); target.DisplayName != "" {
		t.Errorf("got %+v", target)
	}
}

func TestTaskTarget_Q09EmptyListsAreAbsent(t *testing.T) {
	t.Parallel()
	target := decode[orchestrator.TaskTarget](t, `{"name":"1","all_tasks":true,"nodes":[],"node_groups":[]}`)
	if len(target.Tasks)+len(target.Nodes)+len(target.NodeGroups) != 0 || target.PQLQuery != "" {
		t.Errorf("got %+v", target)
	}
}

func TestJobOptions_Q10ScheduledJobIDHasTwoSpellings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"scheduled-job-id":"2"}`: "2", `{"scheduled_job_id":"3"}`: "3", `{"scheduled-job-id":null}`: "", `{}`: "",
	} {
		if got := decode[orchestrator.JobOptions](t, text).ScheduledJobID(); got != want {
			t.Errorf("%s: got %q", text, got)
		}
	}
	if got := decode[orchestrator.JobOptions](t, `{"plan_job":1234}`).PlanJob(); got != "1234" {
		t.Errorf("got %q", got)
	}
}

func TestEvent_Q11IDsAreStringsOrNumbers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"id":"80","type":"task_start","details":{"job-id":69}}`,
		`{"id":80,"type":"task_start","details":{"job-id":"69"}}`,
	} {
		event := decode[orchestrator.Event](t, text)
		if event.ID != 80 || event.JobID() != "69" {
			t.Errorf("%s: got %+v", text, event)
		}
	}
}

func TestJob_Q12JobOfAPlanHasNoEnvironment(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.Job](t, `{"name":"1","environment":{"name":""},"description":"","options":{"plan_job":1234}}`)
	if job.Environment != "" || job.Description != "" {
		t.Errorf("got %+v", job)
	}
}

func TestScope_Q13QueryIsPQLOrAST(t *testing.T) {
	t.Parallel()
	for _, query := range []string{`"nodes[certname] { }"`, `["from","nodes",["=","certname","a"]]`} {
		text := `{"query":` + query + `}`
		scope := decode[orchestrator.Scope](t, text)
		encoded, err := json.Marshal(scope)
		if err != nil || string(scope.Query) != query || string(encoded) != text {
			t.Errorf("%s: got %s, %v", text, encoded, err)
		}
	}
}

func TestJob_Q14OptionsWinOverDeprecatedKeys(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.Job](t, `{"name":"1","description":"old","environment":{"name":"old"},"options":{"description":"new","environment":"new"}}`)
	if job.Description != "new" || job.Environment != "new" {
		t.Errorf("got %+v", job)
	}
	job = decode[orchestrator.Job](t, `{"name":"1","description":"old","environment":{"name":"old"},"options":{}}`)
	if job.Description != "old" || job.Environment != "old" {
		t.Errorf("got %+v", job)
	}
}

func TestJob_Q15OwnersComeInSizes(t *testing.T) {
	t.Parallel()
	for _, owner := range []string{
		`{"id":"42bf351c","login":"admin"}`,
		`{"id":"42bf351c","login":"admin","email":"","is_remote":true,"inherited_role_ids":[2],"group_ids":["x"],"identity_provider_id":null,"role_ids":[1]}`,
	} {
		if job := decode[orchestrator.Job](t, `{"name":"1","owner":`+owner+`}`); job.Owner.ID != "42bf351c" || job.Owner.Login != "admin" {
			t.Errorf("got %+v", job.Owner)
		}
	}
}

func TestReport_Q16HasTwoKeys(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"items":[{"node":"a","state":"finished","events":[]}]}`,
		`{"report":[{"node":"a","state":"finished","events":null}]}`,
		`{"items":[{"node":"a","state":"finished","events":[1,{"x":2}]}]}`,
	} {
		client, _ := newClient(t, answering(200, text))
		report, err := client.JobReport(t.Context(), "81")
		if err != nil || len(report) != 1 || report[0].Node != "a" {
			t.Errorf("%s: got %+v, %v", text, report, err)
		}
	}
}

func TestInventoryNode_Q17ImpossibleTimestampsAreKept(t *testing.T) {
	t.Parallel()
	node := decode[orchestrator.InventoryNode](t, `{"name":"a","connected":true,"timestamp":"2016-010-22T13:36:41.449Z"}`)
	if node.Timestamp != "2016-010-22T13:36:41.449Z" {
		t.Errorf("got %+v", node)
	}
	if node := decode[orchestrator.InventoryNode](t, `{"name":"a","connected":false}`); node.Broker+node.Timestamp != "" {
		t.Errorf("got %+v", node)
	}
}

func TestJobNode_Q18DetailsMayBeAbsent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"name":"a","state":"finished","details":{},"result":{}}`,
		`{"name":"a","state":"finished","details":null,"result":null,"transaction_uuid":null,"duration":null,"transport":"pcp","latest-event-id":11}`,
		`{"name":"a","state":"finished"}`,
		`{"name":"a","state":"finished","details":"text"}`,
	} {
		node := decode[orchestrator.JobNode](t, text)
		if node.Name != "a" || node.Message() != "" || node.ReportURL() != "" {
			t.Errorf("%s: got %+v", text, node)
		}
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

func TestErrorKinds_Q20toQ22AreSpeltInManyWays(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		"puppetlabs.orchestrator/unknown-job", "puppetlabs.validators/unknown-job", "puppetlabs.orchetrator/unknown-job",
		":puppetlabs.orchestrator/unknown-job", "hpuppetlabs.orchestrator/unknown-job",
	} {
		client, _ := newClient(t, answering(404, `{"kind":"`+kind+`","msg":"Unknown job 9"}`))
		_, err := client.Job(t.Context(), "9")
		if !orchestrator.IsUnknownJob(err) || !strings.Contains(err.Error(), "Unknown job 9") {
			t.Errorf("%s: got %v", kind, err)
		}
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

// TestSchedules_Q23Q24UnknownOnes tells a schedule that is gone from a permission and an API that are missing, which get the same
// answers: nobody may take a schedule for gone that he only may not see.
func TestSchedules_Q23Q24UnknownOnes(t *testing.T) {
	t.Parallel()
	list, refused, absent := answering(200, `{"items":[]}`), answering(400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`), answering(404, ``)
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
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newClient(t, answeringLists(test.list, answering(test.status, test.body)))
			_, err := client.EnvironmentJob(t.Context(), "9")
			if got := orchestrator.IsUnknownEnvironmentJob(err); got != test.want || httpapi.StatusOf(err) != test.status {
				t.Errorf("got %v for %v", got, err)
			}
		})
	}
}

func TestCommands_Q25Answer200Or202(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 202} {
		client, _ := newClient(t, answering(status, `{"job":{"id":"x/jobs/81","name":"81"}}`))
		if ref, err := client.Deploy(t.Context(), orchestrator.DeployRequest{}); err != nil || ref.ID != "81" {
			t.Errorf("%d: got %v, %v", status, ref, err)
		}
	}
}

func TestErrorKinds_Q27RefusedTokensAnswer401(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		orchestrator.KindUserUnauthenticated, orchestrator.KindTokenExpired, orchestrator.KindTokenRevoked, orchestrator.KindInvalidToken, orchestrator.KindUserRevoked,
	} {
		client, _ := newClient(t, answering(401, `{"kind":"puppetlabs.rbac/`+kind+`","msg":"no"}`))
		if _, err := client.Job(t.Context(), "9"); !httpapi.HasKind(err, kind) || httpapi.Transient(err) {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

func TestCreateTaskTarget_Q33AllTasksIsSentAsABoolean(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"task_target":{"name":"1"}}`))
	yes := true
	if _, err := client.CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{DisplayName: "x", AllTasks: &yes}); err != nil {
		t.Fatal(err)
	}
	if _, body := server.last(); body != `{"display_name":"x","all_tasks":true,"nodes":[],"node_groups":[]}` {
		t.Errorf("got %s", body)
	}
}

func TestDisableEnvironmentJob_Q34TwiceSucceeds(t *testing.T) {
	t.Parallel()
	list, refused := answering(200, `{"items":[]}`), answering(400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`)
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

func TestRunTask_Q43Q44Request(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(202, `{"job":{"name":"82"}}`))
	if _, err := client.RunTask(t.Context(), orchestrator.TaskRequest{Environment: "production", Task: "facts", Scope: orchestrator.Scope{Nodes: []string{"a"}}}); err != nil {
		t.Fatal(err)
	}
	// targets only where there are some; environment and params always.
	if _, body := server.last(); body != `{"environment":"production","task":"facts","params":{},"scope":{"nodes":["a"]}}` {
		t.Errorf("sent %s", body)
	}
}

func TestJobEvents_Q45CursorThatDoesNotAdvance(t *testing.T) {
	t.Parallel()
	for cursor, want := range map[string]string{`{"event":"1272"}`: "1273", `{"event":"1273"}`: "1273", `{"event":"1300"}`: "1300", `{}`: "1273"} {
		client, server := newClient(t, answering(200, `{"next-events":`+cursor+`,"items":[{"id":"1272","type":"node_running"}]}`))
		// The server answers the same to the second request, so that there is no third.
		_, err := orchestrator.Collect(client.AllJobEvents(t.Context(), "81", 1272), 0)
		if got, _ := server.last(); err != nil || server.count() != 2 || got != "GET /jobs/81/events?start="+want {
			t.Errorf("%s: got %s as request %d, %v", cursor, got, server.count(), err)
		}
	}
}

func TestJob_Q46StateDecidesWhetherItHasEnded(t *testing.T) {
	t.Parallel()
	terminal := map[orchestrator.JobState]bool{"new": false, "ready": false, "running": false, "stopping": false, "finished": true, "failed": true, "stopped": true, "unheard-of": false}
	for state, want := range terminal {
		if state.Terminal() != want {
			t.Errorf("%s: got %v", state, !want)
		}
	}
	for state, want := range map[orchestrator.PlanJobState]bool{"running": false, "success": true, "failure": true} {
		if state.Terminal() != want {
			t.Errorf("%s: got %v", state, !want)
		}
	}
}

func TestPlanJobEvent_Q47Q48SingleEvent(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"id":"95","type":"out_message","details":{"message":"whole"}}`))
	event, err := client.PlanJobEvent(t.Context(), "1234", 95)
	if request, _ := server.last(); err != nil || event.OutMessage() != "whole" || request != "GET /plan_jobs/1234/event/95" {
		t.Errorf("got %+v, %v from %s", event, err, request)
	}
}

func TestStop_Q49AnswersOnlySomeStates(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(202, `{"job":{"name":"81","nodes":{"finished":3}}}`))
	force := true
	result, err := client.Stop(t.Context(), orchestrator.StopRequest{Job: "81", Force: &force})
	if err != nil || !reflect.DeepEqual(result.Nodes, map[string]int64{"finished": 3}) || result.Nodes["running"] != 0 {
		t.Errorf("got %+v, %v", result, err)
	}
	if _, body := server.last(); body != `{"job":"81","force":true}` {
		t.Errorf("sent %s", body)
	}
}

func TestPlanList_Q52SendsTheEnvironment(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[]}`))
	if _, err := client.TaskList(t.Context(), "development"); err != nil {
		t.Fatal(err)
	}
	if got, _ := server.last(); got != "GET /tasks?environment=development" {
		t.Errorf("got %s", got)
	}
}

func TestJobOptions_Q55NamesOfSensitiveParameters(t *testing.T) {
	t.Parallel()
	options := decode[orchestrator.JobOptions](t, `{"sensitive":["password"],"params":{"name":"httpd"}}`)
	if !reflect.DeepEqual(options.Sensitive(), []string{"password"}) || len(options.Params()) != 1 {
		t.Errorf("got %v, %v", options.Sensitive(), options.Params())
	}
}

func TestHasEnvironmentJobs_Q56AsksTheEndpointNotTheRoot(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[]}`))
	if has, err := client.HasEnvironmentJobs(t.Context()); err != nil || !has {
		t.Errorf("got %v, %v", has, err)
	}
	if got, _ := server.last(); !strings.HasPrefix(got, "GET /scheduled_jobs/environment_jobs?") {
		t.Errorf("abilities were looked for at %s", got)
	}
}

func TestJob_Q57PlainTextRefusal(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, answering(403, "Forbidden request"))
	_, err := client.Job(t.Context(), "9")
	if httpapi.StatusOf(err) != 403 || !strings.Contains(err.Error(), "Forbidden request") {
		t.Errorf("got %v", err)
	}
}

func TestJobNode_ErrorFromItsResult(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ node, want string }{
		"structured output":    {`{"result":{"status":"ok"}}`, ""},
		"task error":           {`{"result":{"_error":{"msg":"Task exited 1:\nSomething","kind":"puppetlabs.tasks/task-error"}}}`, "Task exited 1:\nSomething"},
		"error beside output":  {`{"result":{"partial":true,"_error":{"msg":"Division by zero"}}}`, "Division by zero"},
		"error as a text":      {`{"result":{"_error":"something went wrong"}}`, "something went wrong"},
		"error without a text": {`{"result":{"_error":{"kind":"a/b"}}}`, "a/b"},
		"could not run":        {`{"result":{"msg":"too old","kind":"puppetlabs.orchestrator/execution-failure"}}`, "too old"},
		"no such task":         {`{"result":{"error":"Invalid task name 'x'"}}`, "Invalid task name 'x'"},
		"a task's own msg key": {`{"result":{"msg":"hello","kind":"greeting"}}`, ""},
		"not connected":        {`{"result":null,"details":{"message":"not connected "}}`, "not connected"},
		"detail instead":       {`{"details":{"detail":"skipped"}}`, "skipped"},
		"the result wins":      {`{"result":{"_error":"why"},"details":{"message":"Finished"}}`, "why"},
		"nothing":              {`{}`, ""},
		"a list":               {`{"result":[1]}`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := decode[orchestrator.JobNode](t, test.node).Message(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCommands_AnswersWithoutAnID(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"job":{}}`, `{"job":{"id":"x","name":"y"}}`} {
		client, _ := newClient(t, answering(202, body))
		_, err := client.Deploy(t.Context(), orchestrator.DeployRequest{})
		var without *orchestrator.AnswerWithoutIDError
		if !asError(err, &without) {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestUsage_Q53DatesHaveDashes(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[]}`))
	if _, err := client.Usage(t.Context(), orchestrator.UsageFilter{StartDate: "2022-04-30"}); err != nil {
		t.Fatal(err)
	}
	if got, _ := server.last(); got != "GET /usage?start_date=2022-04-30" {
		t.Errorf("got %s", got)
	}
}
