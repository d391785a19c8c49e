// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// start is when the schedules of the tests begin.
var start = time.Date(2030, time.March, 1, 12, 0, 0, 0, time.UTC)

func TestLegacyMatches_ComparesAllContent(t *testing.T) {
	t.Parallel()
	text := "nightly"
	request := Request{
		Type: orchestrator.ScheduleTask, Environment: "production", Description: &text,
		Times: Times{Start: start.Add(250 * time.Millisecond), Every: time.Hour},
		Input: Input{Name: "facts", Scope: &orchestrator.Scope{Nodes: []string{"a", "b"}}},
	}
	job := orchestrator.LegacyJob{
		ID: "7", Type: orchestrator.ScheduleTask, Name: "facts", Environment: "production", Description: "nightly",
		ScheduledTime: start.Format(time.RFC3339), Interval: orchestrator.EverySeconds(3600), Scope: orchestrator.Scope{Nodes: []string{"b", "a"}},
	}
	tests := map[string]struct {
		change func(*orchestrator.LegacyJob, *Request)
		want   bool
	}{
		"the same":              {func(*orchestrator.LegacyJob, *Request) {}, true},
		"another id":            {func(j *orchestrator.LegacyJob, _ *Request) { j.ID = "8" }, true},
		"another type":          {func(j *orchestrator.LegacyJob, _ *Request) { j.Type = orchestrator.SchedulePlan }, false},
		"another task":          {func(j *orchestrator.LegacyJob, _ *Request) { j.Name = "package" }, false},
		"no name":               {func(j *orchestrator.LegacyJob, _ *Request) { j.Name = "" }, false},
		"another environment":   {func(j *orchestrator.LegacyJob, _ *Request) { j.Environment = "development" }, false},
		"another description":   {func(j *orchestrator.LegacyJob, _ *Request) { j.Description = "" }, false},
		"no description wanted": {func(_ *orchestrator.LegacyJob, r *Request) { r.Description = nil }, false},
		"no description at all": {func(j *orchestrator.LegacyJob, r *Request) { j.Description, r.Description = "", nil }, true},
		"a second later": {func(j *orchestrator.LegacyJob, _ *Request) {
			j.ScheduledTime = start.Add(time.Second).Format(time.RFC3339)
		}, false},
		"no time":             {func(j *orchestrator.LegacyJob, _ *Request) { j.ScheduledTime = "" }, false},
		"a time that is none": {func(j *orchestrator.LegacyJob, _ *Request) { j.ScheduledTime = "soon" }, false},
		"another interval":    {func(j *orchestrator.LegacyJob, _ *Request) { j.Interval = orchestrator.EverySeconds(60) }, false},
		"once":                {func(j *orchestrator.LegacyJob, _ *Request) { j.Interval = nil }, false},
		"once, as wanted":     {func(j *orchestrator.LegacyJob, r *Request) { j.Interval, r.Times.Every = nil, 0 }, true},
		"other nodes":         {func(j *orchestrator.LegacyJob, _ *Request) { j.Scope.Nodes = []string{"a", "c"} }, false},
		"fewer nodes":         {func(j *orchestrator.LegacyJob, _ *Request) { j.Scope.Nodes = []string{"a"} }, false},
		"a group of nodes":    {func(j *orchestrator.LegacyJob, _ *Request) { j.Scope = orchestrator.Scope{NodeGroup: "g"} }, false},
		"no scope":            {func(j *orchestrator.LegacyJob, _ *Request) { j.Scope = orchestrator.Scope{} }, false},
		"no scope, as wanted": {func(j *orchestrator.LegacyJob, r *Request) { j.Scope, r.Input.Scope = orchestrator.Scope{}, nil }, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j, r := job, request
			test.change(&j, &r)
			if got := legacyMatches(j, r); got != test.want {
				t.Errorf("it matches: %v", got)
			}
		})
	}
}

func TestSameQuery_ComparesMeaning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		a, b string
		want bool
	}{
		"none":                {"", "", true},
		"one is missing":      {`"nodes {}"`, "", false},
		"the same PQL":        {`"nodes {}"`, `"nodes {}"`, true},
		"other PQL":           {`"nodes {}"`, `"nodes { certname = 'a' }"`, false},
		"the same AST":        {`["from","nodes",["=","certname","a"]]`, `[ "from", "nodes", ["=", "certname", "a"] ]`, true},
		"another AST":         {`["from","nodes"]`, `["from","facts"]`, false},
		"a text and an AST":   {`"nodes {}"`, `["from","nodes"]`, false},
		"escaped differently": {`"\u0061"`, `"a"`, true},
		"not JSON":            {`nodes`, `nodes`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sameQuery(json.RawMessage(test.a), json.RawMessage(test.b)); got != test.want {
				t.Errorf("sameQuery(%s, %s) = %v", test.a, test.b, got)
			}
		})
	}
}

func TestBeganBefore_BelievesOnlyATime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		began string
		want  bool
	}{
		"not reported":               {"", false},
		"not a time":                 {"yesterday", false},
		"long before":                {"2029-03-01T12:00:00Z", true},
		"a second before":            {"2030-03-01T11:59:59Z", true},
		"at that second":             {"2030-03-01T12:00:00Z", false},
		"at that second, in a zone":  {"2030-03-01T13:00:00+01:00", false},
		"before it, within a second": {"2030-03-01T11:59:59.999Z", true},
		"later":                      {"2030-03-01T12:00:01Z", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := beganBefore(test.began, start.Add(500*time.Millisecond)); got != test.want {
				t.Errorf("%q is before: %v", test.began, got)
			}
		})
	}
}
