// SPDX-License-Identifier: MPL-2.0

package nodeprogress_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestFollower_NamesTheWorstFewOfAFleet follows a job over a hundred nodes that end at once.
func TestFollower_NamesTheWorstFewOfAFleet(t *testing.T) {
	t.Parallel()
	pe := petest.Start(t, simulator.Options{Nodes: 100, TimeScale: 1})
	client := petest.Client(t, pe)
	job, err := client.RunTask(t.Context(), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Scope: orchestrator.Scope{NodeGroup: simulator.AllNodesGroup},
		Params: map[string]any{"duration": 600, "fail_on": []string{"node7.example.com"}, "error_on": []string{"node8.example.com"}, "message": "no hunter2 here"},
	})
	if err != nil {
		t.Fatal(err)
	}
	follower := nodeprogress.New(client, job.ID, httpapi.NewRedactor("hunter2").Text)
	if lines := follower.Lines(t.Context()); len(lines) != 0 {
		t.Errorf("before anything has ended: %q", lines)
	}
	pe.FinishAll()
	lines := follower.Lines(t.Context())
	if len(lines) != 21 || lines[20] != "80 more finished" {
		t.Fatalf("got %d lines: %q", len(lines), lines)
	}
	slices.Sort(lines[:2])
	if !strings.HasPrefix(lines[0], "node7.example.com failed: ") || !strings.HasPrefix(lines[1], "node8.example.com errored: ") || !strings.HasSuffix(lines[2], " finished") {
		t.Errorf("got %q", lines)
	}
	if text := strings.Join(lines, "\n"); strings.Contains(text, "hunter2") {
		t.Errorf("it tells the secret: %s", text)
	}
	if again := follower.Lines(t.Context()); len(again) != 0 {
		t.Errorf("what was told is told again: %q", again)
	}
}

// TestFollower_TellsTheNextTimeWhatCouldNotBeRead has a server that fails in between.
func TestFollower_TellsTheNextTimeWhatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	pe := petest.Start(t, simulator.Options{Nodes: 6})
	client := petest.Client(t, pe)
	id := petest.RunTask(t, pe, "facts", map[string]any{}, "node1.example.com")
	pe.AddFault(simulator.Fault{Method: "GET", Path: "/orchestrator/v1/jobs/" + id + "/events", Action: simulator.AnswerStatus, Status: 503, Times: 1})
	follower := nodeprogress.New(client, id, httpapi.NewRedactor().Text)
	if lines := follower.Lines(t.Context()); len(lines) != 0 {
		t.Errorf("got %q", lines)
	}
	if lines := follower.Lines(t.Context()); !slices.Equal(lines, []string{"node1.example.com finished"}) {
		t.Errorf("got %q", lines)
	}
}

// TestFollower_ASilentServer follows a job whose events are not told: a wait is held up once in a while, and a line says so.
func TestFollower_ASilentServer(t *testing.T) {
	t.Parallel()
	pe := petest.Start(t, simulator.Options{Nodes: 6})
	client := petest.Client(t, pe)
	id := petest.RunTask(t, pe, "facts", map[string]any{}, "node1.example.com")
	pe.AddFault(simulator.Fault{Method: "GET", Path: "/orchestrator/v1/jobs/" + id + "/events", Action: simulator.Delay, Delay: time.Minute})
	follower := nodeprogress.New(client, id, httpapi.NewRedactor().Text)
	if lines := follower.Lines(t.Context()); len(lines) != 1 || !strings.HasPrefix(lines[0], "which nodes have ended was not told within 2") {
		t.Errorf("got %q", lines)
	}
	for range 20 {
		if lines := follower.Lines(t.Context()); len(lines) != 0 {
			t.Errorf("got %q", lines)
		}
	}
	asked := 0
	for _, r := range pe.Requests() {
		if strings.HasSuffix(r.Path, "/events") {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("twenty-one readings asked %d times", asked)
	}
}
