// SPDX-License-Identifier: MPL-2.0

package nodeprogress_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// TestFollower_NamesTheWorstFewOfAFleet follows a job over a hundred nodes that end at once.
func TestFollower_NamesTheWorstFewOfAFleet(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.Nodes, o.TimeScale = 100, 1 })
	client := h.Client(t)
	id := acctest.Started(t)(client.RunTask(t.Context(), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Scope: orchestrator.Scope{NodeGroup: simulator.AllNodesGroup},
		Params: map[string]any{"duration": 600, "fail_on": []string{acctest.Node(7)}, "error_on": []string{acctest.Node(8)}, "message": "no hunter2 here"},
	}))
	follower := nodeprogress.New(client, id, httpapi.NewRedactor("hunter2").Text)
	if lines := follower.Lines(t.Context()); len(lines) != 0 {
		t.Errorf("before anything has ended: %q", lines)
	}
	h.FinishAll()
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
	h := acctest.New(t)
	client := h.Client(t)
	id := h.RunTask(t, "facts", map[string]any{}, acctest.Node(1))
	h.FinishAll()
	h.AddFault(simulator.Fault{Method: "GET", Path: "/orchestrator/v1/jobs/" + id + "/events", Action: simulator.AnswerStatus, Status: 503, Times: 1})
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
	h := acctest.New(t)
	client := h.Client(t)
	id := h.RunTask(t, "facts", map[string]any{}, acctest.Node(1))
	h.FinishAll()
	h.AddFault(simulator.Fault{Method: "GET", Path: "/orchestrator/v1/jobs/" + id + "/events", Action: simulator.Delay, Delay: time.Minute})
	follower := nodeprogress.New(client, id, httpapi.NewRedactor().Text)
	if lines := follower.Lines(t.Context()); len(lines) != 1 || !strings.HasPrefix(lines[0], "which nodes have ended was not told within 2") {
		t.Errorf("got %q", lines)
	}
	for range 20 {
		if lines := follower.Lines(t.Context()); len(lines) != 0 {
			t.Errorf("got %q", lines)
		}
	}
	if n := h.Count("GET", "/events"); n > 1 {
		t.Errorf("twenty more readings asked %d times", n)
	}
}
