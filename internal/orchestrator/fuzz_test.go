// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// fuzzToken is the token of the client, which an answer may repeat. It begins with a letter that is at the end of no escape.
const fuzzToken = "zFuzzTokenThatNobodyMaySee"

// fuzzCall is a call that decodes an answer. It checks what was decoded, and returns the ids in it.
type fuzzCall struct {
	// fixtures are the answers to begin with.
	fixtures string
	call     func(t *testing.T, ctx context.Context, c *orchestrator.Client) (ids []string, err error)
}

// fuzzCalls has every call of the client. New ones go to the end, because findings name them by their number.
var fuzzCalls = []fuzzCall{
	{"jobs-id.*.json", one(askJob, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Job, error) { return c.Job(ctx, "1") })},
	{"jobs.list*.json", all(askJob, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.Job, error] {
		return c.Jobs(ctx, orchestrator.JobFilter{})
	})},
	{"jobs-id-nodes.*.json", all(askNode, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.JobNode, error] {
		return c.JobNodes(ctx, "1", orchestrator.JobNodeFilter{})
	})},
	{"jobs-id-report.*.json", all(nothing, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.ReportEntry, error] {
		return c.JobReport(ctx, "1")
	})},
	{"jobs-id-events.*.json", all(askEvent, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.Event, error] {
		return c.AllJobEvents(ctx, "1", 0)
	})},
	{"plan_jobs-id.*.json", one(askPlanJob, func(ctx context.Context, c *orchestrator.Client) (orchestrator.PlanJob, error) {
		return c.PlanJob(ctx, "1")
	})},
	{"plan_jobs.list*.json", all(askPlanJob, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.PlanJob, error] {
		return c.RecentPlanJobs(ctx)
	})},
	{"plan_jobs-id-events*.json", all(askEvent, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.Event, error] {
		return c.AllPlanJobEvents(ctx, "1", 7)
	})},
	{"plan_jobs-id-event-id.*.json", one(askEvent, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Event, error) {
		return c.PlanJobEvent(ctx, "1", 95)
	})},
	{"scopes-task_targets-id.*.json", one(askTaskTarget, func(ctx context.Context, c *orchestrator.Client) (orchestrator.TaskTarget, error) {
		return c.TaskTarget(ctx, "1")
	})},
	{"scopes-task_targets.list*.json", one(each(askTaskTarget), func(ctx context.Context, c *orchestrator.Client) ([]orchestrator.TaskTarget, error) {
		return c.TaskTargets(ctx)
	})},
	{"scheduled_jobs-environment_jobs-id.*.json", one(askEnvironmentJob, func(ctx context.Context, c *orchestrator.Client) (orchestrator.EnvironmentJob, error) {
		return c.EnvironmentJob(ctx, "1")
	})},
	{"scheduled_jobs-environment_jobs.list*.json", all(askEnvironmentJob, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.EnvironmentJob, error] {
		return c.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{})
	})},
	{"scheduled_jobs.legacy.list*.json", all(askLegacyJob, func(ctx context.Context, c *orchestrator.Client) iter.Seq2[orchestrator.LegacyJob, error] {
		return c.LegacyJobs(ctx)
	})},
	{"scheduled_jobs.legacy.list*.json", one(askLegacyJob, func(ctx context.Context, c *orchestrator.Client) (orchestrator.LegacyJob, error) {
		return c.LegacyJob(ctx, "2")
	})},
	{"tasks-module-*.json", one(askTask, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Task, error) {
		return c.Task(ctx, "production", "package::install")
	})},
	{"tasks.list*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.TaskList, error) {
		return c.TaskList(ctx, "production")
	})},
	{"plans-module-plan*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Plan, error) {
		return c.Plan(ctx, "production", "canary")
	})},
	{"plans.list*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.PlanList, error) {
		return c.PlanList(ctx, "production")
	})},
	{"inventory.list.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) ([]orchestrator.InventoryNode, error) {
		return c.Inventory(ctx)
	})},
	{"inventory-node.*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.InventoryNode, error) {
		return c.InventoryNode(ctx, "web.example.com")
	})},
	{"inventory.post.response.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) ([]orchestrator.InventoryNode, error) {
		return c.InventoryNodes(ctx, []string{"web.example.com"})
	})},
	{"usage.*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Usage, error) {
		return c.Usage(ctx, orchestrator.UsageFilter{})
	})},
	{"orchestrator-root.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Root, error) { return c.Root(ctx) })},
	{"environments.list.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) ([]orchestrator.Environment, error) {
		return c.Environments(ctx)
	})},
	{"environments-id.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Environment, error) {
		return c.Environment(ctx, "production")
	})},
	{"status-services*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (map[string]orchestrator.ServiceStatus, error) {
		return c.Services(ctx, orchestrator.StatusQuery{})
	})},
	{"command-*.response.json", one(askRef, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Ref, error) {
		return c.Deploy(ctx, orchestrator.DeployRequest{Environment: "production"})
	})},
	{"command-schedule_*.json", one(askRef, func(ctx context.Context, c *orchestrator.Client) (orchestrator.Ref, error) {
		return c.CreateEnvironmentJob(ctx, orchestrator.EnvironmentJobRequest{Type: "deploy"})
	})},
	{"command-stop.response*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (orchestrator.StopResult, error) {
		return c.Stop(ctx, orchestrator.StopRequest{Job: "81"})
	})},
	{"command-stop_plan.response.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (bool, error) { return true, c.StopPlan(ctx, "1234") })},
	{"scheduled_jobs-environment_jobs.list*.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (bool, error) {
		access, err := c.EnvironmentJobsAccess(ctx)
		return access.Exists, err
	})},
	{"error.disabled-scheduled-job.json", one(nothing, func(ctx context.Context, c *orchestrator.Client) (bool, error) {
		return true, c.DisableEnvironmentJob(ctx, "1")
	})},
}

// oddAnswers are answers that no fixture shows.
var oddAnswers = []struct {
	call uint8
	body string
}{
	{0, `{"id": "7", "options": {"targets": [{"hostnames": ["a"], "password": "x", "sudo-password": "y", "port": 22}], "scope": {"query": ["from", "nodes"]}, "project": {"project_id": "p"}}, "node_states": {"finished": 1e0}}`},
	{0, `{"name": 7, "options": {"targets": {"private-key-content": "x"}, "concurrency": "5", "params": null, "parameters": {"a": [1]}}}`},
	{2, `{"items": [{"name": "a", "result": {"_error": {"kind": "x", "msg": " failed\n"}, "_output": "out"}}, {"name": "b", "result": {"_sensitive": "s", "_output": "s"}}, {"name": "c", "result": {"metrics": {"changed": "3", "out_of_sync": 4}}}]}`},
	{2, `{"items": [{"name": "a", "result": {"kind": "puppetlabs.orchestrator/execution-failure", "msg": "m"}, "details": []}, {"name": "b", "result": {"error": "e"}, "details": {"metrics": {"changed": 1}}}], "next-events": {"event": "9"}}`},
	{7, `{"items": [{"id": "8", "type": "plan_end", "details": {"duration": "1.5", "plan": "p", "plan-id": 3}}], "next-events": {"event": 9223372036854775807}}`},
	{11, `{"id": "1", "input": {"name": "t", "parameters": {"a": {"value": 1, "type": "query"}, "b": {"value": {"value": 2}}}, "sensitive_parameters": ["c"]}, "last_run": {"job": {"id": "https://pe/jobs/5"}}, "enabled": "false"}`},
	{15, `{"name": "m::t", "metadata": {"description": 1, "private": "yes", "parameters": {"a": "x", "b": {"type": 5, "default": null, "sensitive": "true"}}, "implementations": [1, {"name": "i", "requirements": "shell"}], "files": {}, "extensions": {}}}`},
	{15, `{"name": "m", "metadata": []}`},
}

// FuzzAnswers sends any answer to each call: what is decoded makes sense, what is not is an error of a known kind, and no error shows the
// token.
func FuzzAnswers(f *testing.F) {
	for i, call := range fuzzCalls {
		for _, name := range fixtures(f, call.fixtures) {
			body := fixture(f, name)
			status := uint16(http.StatusOK)
			if strings.HasPrefix(name, "error.") {
				status = http.StatusBadRequest
			}
			f.Add(uint8(i), status, body)
		}
		f.Add(uint8(i), uint16(http.StatusNotFound), fixture(f, "error.unknown-job.json"))
		f.Add(uint8(i), uint16(http.StatusBadGateway), []byte("<html><title>"+fuzzToken+"</title></html>"))
	}
	for _, seed := range oddAnswers {
		f.Add(seed.call, uint16(http.StatusOK), []byte(seed.body))
	}
	var status int
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	f.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{Token: fuzzToken})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(transport.Close)

	f.Fuzz(func(t *testing.T, call uint8, answer uint16, text []byte) {
		const longest = 1 << 16
		if len(text) > longest {
			return
		}
		status, body = statusOf(answer), text
		client, err := orchestrator.New(transport, server.URL)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := fuzzCalls[int(call)%len(fuzzCalls)].call(t, t.Context(), client)
		for _, id := range ids {
			if !orchestrator.IsID(id) || !bytes.Contains(text, []byte(id)) {
				t.Errorf("%q is no id, or is not in the answer", id)
			}
		}
		checkError(t, err, status)
	})
}

// FuzzCompareIDs compares ids, which are numbers of up to 18 digits.
func FuzzCompareIDs(f *testing.F) {
	for _, pair := range [][2]string{{"1", "2"}, {"9", "10"}, {"0", "00"}, {"999999999999999999", "1000000000000000000"}, {"1", ""}, {"-1", "1"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !orchestrator.IsID(a) || !orchestrator.IsID(b) || a[0] == '0' || b[0] == '0' {
			return
		}
		first, err := strconv.ParseInt(a, 10, 64)
		second, other := strconv.ParseInt(b, 10, 64)
		if err != nil || other != nil || cmp.Compare(first, second) != cmp.Compare(orchestrator.CompareIDs(a, b), 0) {
			t.Errorf("%q and %q compare as %d", a, b, orchestrator.CompareIDs(a, b))
		}
	})
}

// statusOf makes a status with a body out of any number.
func statusOf(number uint16) int {
	status := int(http.StatusOK + number%400)
	if number >= http.StatusOK && number < 600 {
		status = int(number)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		return http.StatusOK
	}
	return status
}

// checkError checks that an error is one of those that callers know, belongs to the status, and shows no token.
func checkError(t *testing.T, err error, status int) {
	t.Helper()
	if err == nil {
		return
	}
	if strings.Contains(err.Error(), fuzzToken) {
		t.Errorf("the token is in the error: %v", err)
	}
	var refused *httpapi.Error
	var decode *httpapi.DecodeError
	var withoutID *httpapi.AnswerWithoutIDError
	switch {
	case errors.As(err, &refused):
		if refused.Status != status || status < http.StatusMultipleChoices {
			t.Errorf("the server answered %d, and the error is %v", status, err)
		}
	case errors.As(err, &decode), errors.As(err, &withoutID):
		const longest = 2000
		if (status >= http.StatusMultipleChoices && status != http.StatusServiceUnavailable) || len(err.Error()) > longest {
			t.Errorf("the server answered %d, and the error is %.*q", status, longest, err.Error())
		}
	case errors.Is(err, collection.ErrNotListed), strings.HasPrefix(err.Error(), "decoding an event: "):
	default:
		t.Errorf("an error that nobody knows: %T %v", err, err)
	}
}

// one checks an answer that is one value.
func one[T any](ask func(*testing.T, T) []string, call func(context.Context, *orchestrator.Client) (T, error)) func(*testing.T, context.Context, *orchestrator.Client) ([]string, error) {
	return func(t *testing.T, ctx context.Context, c *orchestrator.Client) ([]string, error) {
		t.Helper()
		value, err := call(ctx, c)
		if err != nil {
			return nil, err
		}
		return ask(t, value), nil
	}
}

// all checks the values of a list.
func all[T any](ask func(*testing.T, T) []string, call func(context.Context, *orchestrator.Client) iter.Seq2[T, error]) func(*testing.T, context.Context, *orchestrator.Client) ([]string, error) {
	return one(each(ask), func(ctx context.Context, c *orchestrator.Client) ([]T, error) {
		return orchestrator.Collect(call(ctx, c), 0)
	})
}

func each[T any](ask func(*testing.T, T) []string) func(*testing.T, []T) []string {
	return func(t *testing.T, values []T) (ids []string) {
		t.Helper()
		for _, value := range values {
			ids = append(ids, ask(t, value)...)
		}
		return ids
	}
}

func nothing[T any](*testing.T, T) []string { return nil }

func askRef(_ *testing.T, ref orchestrator.Ref) []string { return []string{ref.ID} }

func askJob(t *testing.T, j orchestrator.Job) []string {
	t.Helper()
	askDuration(t, j.Duration)
	askOptions(t, j.Options)
	if j.Type == "" {
		t.Error("a job has no type")
	}
	return []string{j.ID}
}

func askPlanJob(t *testing.T, j orchestrator.PlanJob) []string {
	t.Helper()
	askDuration(t, j.Duration)
	askOptions(t, j.Options)
	askText(t, j.Message())
	askJSON(t, j.Result)
	if ids := j.JobIDs(); !slices.IsSortedFunc(ids, orchestrator.CompareIDs) {
		t.Errorf("%q are in no order", ids)
	}
	return []string{j.ID}
}

// askOptions asks for each option, and for the secrets of targets.
func askOptions(t *testing.T, o orchestrator.JobOptions) {
	t.Helper()
	_, _, _, _, _ = o.Task(), o.Noop(), o.Int("concurrency"), o.PlanJob(), o.ScheduledJobID()
	_, _, _ = o.Sensitive(), o.Project(), o.Scope()
	for _, value := range o.Params() {
		askJSON(t, value)
	}
	cleared := o.WithoutCredentials()
	if len(o)-len(cleared) > 1 {
		t.Errorf("of %d options %d are left", len(o), len(cleared))
	}
	var targets []map[string]any
	if json.Unmarshal(cleared["targets"], &targets) != nil {
		return
	}
	for _, target := range targets {
		for _, key := range []string{"password", "private-key-content", "sudo-password"} {
			if _, ok := target[key]; ok {
				t.Errorf("%s is left in %s", key, cleared["targets"])
			}
		}
	}
}

func askNode(t *testing.T, n orchestrator.JobNode) []string {
	t.Helper()
	askDuration(t, n.Duration)
	askText(t, n.Message())
	askJSON(t, n.Result)
	var result map[string]json.RawMessage
	if json.Unmarshal(n.Result, &result) == nil && result[orchestrator.SensitiveKey] != nil && n.Output() != "" {
		t.Errorf("the output %q may be a secret", n.Output())
	}
	if resources, told := n.Deviation(); resources < 0 || !told && resources > 0 {
		t.Errorf("%d resources deviate (%v): %s", resources, told, n.Result)
	}
	_ = n.ReportURL()
	return nil
}

func askEvent(t *testing.T, e orchestrator.Event) []string {
	t.Helper()
	askDuration(t, e.Duration())
	askText(t, e.Message)
	_, _, _, _, _ = e.Node(), e.JobID(), e.Plan(), e.PlanID(), e.MayBeCut()
	return nil
}

func askTaskTarget(t *testing.T, target orchestrator.TaskTarget) []string {
	t.Helper()
	query := target.PQLQuery
	if !target.Matches(orchestrator.TaskTargetRequest{
		DisplayName: target.DisplayName, Tasks: target.Tasks, AllTasks: &target.AllTasks, Nodes: target.Nodes, NodeGroups: target.NodeGroups, PQLQuery: &query,
	}) {
		t.Errorf("%+v does not match itself", target)
	}
	return []string{target.ID}
}

func askEnvironmentJob(t *testing.T, j orchestrator.EnvironmentJob) []string {
	t.Helper()
	_, _, _ = j.Input.Name(), j.Input.SensitiveParameters(), j.Input.Scope()
	for _, value := range j.Input.Parameters() {
		askJSON(t, value)
		askJSON(t, orchestrator.Unwrap(value))
	}
	if j.LastRun != nil && j.LastRun.JobID != "" {
		return []string{j.ID, j.LastRun.JobID}
	}
	return []string{j.ID}
}

func askLegacyJob(t *testing.T, j orchestrator.LegacyJob) []string {
	t.Helper()
	askOptions(t, j.Options)
	return []string{j.ID}
}

func askTask(t *testing.T, task orchestrator.Task) []string {
	t.Helper()
	if (task.MetadataProblem() == "") != (len(task.Metadata.Problems) == 0) {
		t.Errorf("%v: %s", task.Metadata.Problems, task.MetadataProblem())
	}
	for _, parameter := range task.Metadata.Parameters {
		askJSON(t, parameter.Default)
	}
	return nil
}

// askDuration checks that a state can hold a duration.
func askDuration(t *testing.T, seconds *float64) {
	t.Helper()
	if seconds != nil && (math.IsNaN(*seconds) || math.IsInf(*seconds, 0)) {
		t.Errorf("a duration is %s", strconv.FormatFloat(*seconds, 'g', -1, 64))
	}
}

// askText checks that a message has nothing around it.
func askText(t *testing.T, text string) {
	t.Helper()
	if text != strings.TrimSpace(text) {
		t.Errorf("%q has spaces around it", text)
	}
}

// askJSON checks that what is passed on as JSON is JSON.
func askJSON(t *testing.T, raw json.RawMessage) {
	t.Helper()
	if len(raw) > 0 && !json.Valid(raw) {
		t.Errorf("%q is no JSON", raw)
	}
}

// fixtures returns the names of the answers that match a pattern.
func fixtures(f *testing.F, pattern string) []string {
	f.Helper()
	names, err := fs.Glob(apifixtures.Files, pattern)
	if err != nil || len(names) == 0 {
		f.Fatalf("no fixture is called %s (%v)", pattern, err)
	}
	return names
}

func fixture(f *testing.F, name string) []byte {
	f.Helper()
	body, err := apifixtures.Files.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	return body
}
