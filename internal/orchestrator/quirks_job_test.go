// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func TestJob_Q02IDComesFromTheNameNotTheURL(t *testing.T) {
	t.Parallel()
	job := decode[orchestrator.Job](t, `{"id":"https://localhost:8143:8143/orchestrator/v1/jobs/375","name":"1234"}`)
	if job.ID != "1234" {
		t.Errorf("got job %s, want what the name says", job.ID)
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
		report, err := orchestrator.Collect(client.JobReport(t.Context(), "81"), 0)
		if err != nil || len(report) != 1 || report[0].Node != "a" {
			t.Errorf("%s: got %+v, %v", text, report, err)
		}
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

func TestJobEvents_Q45CursorThatDoesNotAdvance(t *testing.T) {
	t.Parallel()
	for cursor, want := range map[string]string{`{"event":"1272"}`: "1273", `{"event":"1273"}`: "1273", `{"event":"1300"}`: "1300", `{}`: "1273"} {
		client, server := newClient(t, answering(200, `{"next-events":`+cursor+`,"items":[{"id":"1272","type":"node_running"}]}`))
		// The server answers the same to the second request, so there is no third.
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

func TestJobOptions_Q55NamesOfSensitiveParameters(t *testing.T) {
	t.Parallel()
	options := decode[orchestrator.JobOptions](t, `{"sensitive":["password"],"params":{"name":"httpd"}}`)
	if !reflect.DeepEqual(options.Sensitive(), []string{"password"}) || len(options.Params()) != 1 {
		t.Errorf("got %v, %v", options.Sensitive(), options.Params())
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
