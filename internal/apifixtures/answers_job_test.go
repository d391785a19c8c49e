// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"cmp"
	"iter"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func checkStop(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	result, err := c.orchestrator.Stop(t.Context(), orchestrator.StopRequest{Job: "81"})
	job, _ := asObject(t, raw)["job"].(map[string]any)
	nodes, _ := job["nodes"].(map[string]any)
	same(t, "number of states", len(result.Nodes), len(nodes))
	same(t, "id", result.ID, job["name"])
	return err
}

func checkJob(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	job, err := c.orchestrator.Job(t.Context(), "1")
	object := asObject(t, raw)
	if _, counted := object["node_states"]; !counted && job.State.Terminal() {
		object["node_states"] = map[string]any{"finished": 2} // those of the nodes that [serve] answers with
	}
	sameJob(t, job, object)
	if len(job.Status) == 0 {
		t.Error("the history of states is lost")
	}
	return err
}

func sameJob(t *testing.T, job orchestrator.Job, object map[string]any) {
	t.Helper()
	options, _ := object["options"].(map[string]any)
	owner, _ := object["owner"].(map[string]any)
	userdata, _ := object["userdata"].(map[string]any)
	states, _ := object["node_states"].(map[string]any)
	same(t, "id", job.ID, object["name"])
	same(t, "state", string(job.State), object["state"])
	sameOwner(t, job.Owner, owner)
	same(t, "nodes", float64(job.NodeCount), object["node_count"])
	same(t, "number of node states", len(job.NodeStates), len(states))
	same(t, "environment", job.Environment, str(options["environment"]))
	same(t, "description", job.Description, str(options["description"]))
	same(t, "task", job.Options.Task(), str(options["task"]))
	same(t, "plan job", job.Options.PlanJob(), str(options["plan_job"]))
	same(t, "schedule", job.Options.ScheduledJobID(), str(options["scheduled-job-id"]))
	same(t, "userdata", len(job.Userdata), len(userdata))
	same(t, "timestamp", job.Timestamp, object["timestamp"])
	same(t, "start", job.StartedTimestamp, cmp.Or(str(object["started_timestamp"]), str(object["created_timestamp"])))
	same(t, "end", job.FinishedTimestamp, str(object["finished_timestamp"]))
	if wantType := str(object["type"]); wantType != "" {
		same(t, "type", job.Type, wantType)
	} else {
		same(t, "type of a job that does not tell it", job.Type, "deploy")
	}
	if _, there := object["duration"]; there != (job.Duration != nil) {
		t.Errorf("duration: got %v, in the fixture %v", job.Duration, object["duration"])
	}
}

// sameOwner compares every key of an owner.
func sameOwner(t *testing.T, owner orchestrator.Subject, object map[string]any) {
	t.Helper()
	count := func(key string) int { list, _ := object[key].([]any); return len(list) }
	same(t, "owner", owner.Login, object["login"])
	same(t, "id of the owner", owner.ID, object["id"])
	same(t, "email of the owner", owner.Email, str(object["email"]))
	same(t, "last login of the owner", owner.LastLogin, str(object["last_login"]))
	same(t, "remoteness of the owner is told", owner.IsRemote != nil, object["is_remote"] != nil)
	same(t, "roles of the owner", len(owner.RoleIDs), count("role_ids"))
	same(t, "inherited roles of the owner", len(owner.InheritedRoleIDs), count("inherited_role_ids"))
	same(t, "groups of the owner", len(owner.GroupIDs), count("group_ids"))
}

func checkJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	// The page of one item out of 42 would be asked for repeatedly; the client notices that nothing new arrives.
	jobs, err := orchestrator.Collect(c.orchestrator.Jobs(t.Context(), orchestrator.JobFilter{}), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.Job) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		sameJob(t, jobs[i], object)
	}
	return err
}

func checkNodes(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	nodes, err := orchestrator.Collect(c.orchestrator.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{}), 0)
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		details, _ := object["details"].(map[string]any)
		same(t, "name", nodes[i].Name, object["name"])
		same(t, "state", string(nodes[i].State), object["state"])
		same(t, "report", nodes[i].ReportURL(), str(details["report-url"]))
		same(t, "has a result", nodes[i].Result != nil, object["result"] != nil)
		same(t, "has a duration", nodes[i].Duration != nil, object["duration"] != nil)
		if nodes[i].State == orchestrator.NodeFailed || nodes[i].State == orchestrator.NodeErrored {
			if message := nodes[i].Message(); message == "" || !strings.Contains(string(raw), strings.Split(message, "\n")[0]) {
				t.Errorf("%s: the reason of the failure is %q", nodes[i].Name, message)
			}
		}
	}
	return err
}

func checkReport(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	report, err := orchestrator.Collect(c.orchestrator.JobReport(t.Context(), "1"), 0)
	object := asObject(t, raw)
	list := object["items"]
	if list == nil {
		list = object["report"]
	}
	for i, want := range asObjects(t, list) {
		same(t, "node", report[i].Node, want["node"])
		same(t, "state", string(report[i].State), want["state"])
		same(t, "timestamp", report[i].Timestamp, want["timestamp"])
	}
	return err
}

func checkEvents(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	return sameEvents(t, c.orchestrator.AllJobEvents(t.Context(), "1", 0), raw)
}

func sameEvents(t *testing.T, all iter.Seq2[orchestrator.Event, error], raw []byte) error {
	t.Helper()
	events, err := orchestrator.Collect(all, 0)
	items := asObjects(t, asObject(t, raw)["items"])
	// The server here gives one answer to every request. If the cursor had not advanced past the last event, there would be no second
	// request; and as it does not advance further, there is no third.
	same(t, "events of two answers", len(events), 2*len(items))
	for i, object := range items {
		details, _ := object["details"].(map[string]any)
		same(t, "id", str(float64(events[i].ID)), str(object["id"]))
		same(t, "type", events[i].Type, object["type"])
		same(t, "message", events[i].Message, strings.TrimSpace(str(object["message"])))
		same(t, "node", events[i].Node(), str(details["node"]))
		same(t, "job", events[i].JobID(), str(details["job-id"]))
	}
	return err
}
