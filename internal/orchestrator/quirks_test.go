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

// The quirks are numbered as in the API reference of this project. Those that are not about the wire format (Q28 pruned jobs, Q29 to Q32
// task-targets, Q36 edits of schedules, Q39 the older API, Q42 dropped nodes, Q50 empty environments, Q54 secrets) are tested in the
// provider, and Q26 in the client of RBAC. Q51 is a mistake in another client's documentation.

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

func TestRunTask_Q43Q44Request(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(202, `{"job":{"name":"82"}}`))
	if _, err := client.RunTask(t.Context(), orchestrator.TaskRequest{Environment: "production", Task: "facts", Scope: orchestrator.Scope{Nodes: []string{"a"}}}); err != nil {
		t.Fatal(err)
	}
	// targets is only sent if there are any; environment and params always are.
	if _, body := server.last(); body != `{"environment":"production","task":"facts","params":{},"scope":{"nodes":["a"]}}` {
		t.Errorf("sent %s", body)
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
