// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestJob_StartedTimestamp: servers that do not report when a job was started report when it was created.
func TestJob_StartedTimestamp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"name":"1"}`: "",
		`{"name":"1","started_timestamp":"2026-01-12T18:50:08Z"}`:                                                  "2026-01-12T18:50:08Z",
		`{"name":"1","created_timestamp":"2026-01-12T18:50:01Z"}`:                                                  "2026-01-12T18:50:01Z",
		`{"name":"1","started_timestamp":null,"created_timestamp":"2026-01-12T18:50:01Z"}`:                         "2026-01-12T18:50:01Z",
		`{"name":"1","started_timestamp":"2026-01-12T18:50:08Z","created_timestamp":"2026-01-12T18:50:01Z"}`:       "2026-01-12T18:50:08Z",
		`{"name":"1","timestamp":"2026-01-12T18:51:00Z","finished_timestamp":"2026-01-12T18:51:00Z"}`:              "",
		`{"name":"1","timestamp":"2026-01-12T18:51:00Z","created_timestamp":"2026-01-12T18:50:01Z","state":"new"}`: "2026-01-12T18:50:01Z",
	} {
		if got := decode[orchestrator.Job](t, text).StartedTimestamp; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestJob_Type(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"name":"1","type":"plan_task","command":"task"}`: "plan_task",
		`{"name":"1","command":"task"}`:                    "task",
		`{"name":"1","options":{"task":"facts"}}`:          "task",
		`{"name":"1","options":{"noop":true}}`:             "deploy",
		`{"name":"1"}`:                                     "deploy",
	} {
		if got := decode[orchestrator.Job](t, text).Type; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
