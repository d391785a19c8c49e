// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Schedule is what the server reports about a schedule, through either of its APIs.
type Schedule struct {
	ID          string
	Type        string
	Environment string
	Description string
	Owner       orchestrator.Subject
	// Start and NextRun are ISO 8601 texts as the server sent them. NextRun is "" when no run follows.
	Start, NextRun string
	// Interval is nil for a schedule that runs once.
	Interval *orchestrator.Interval
	// Enabled is false after the schedule was deleted on servers that keep its record.
	Enabled bool
	// LastRun is nil before the first run, and where the API does not report runs.
	LastRun *orchestrator.LastRun
	// Userdata is nil only if the API has none.
	Userdata map[string]any
	Input    ReportedInput
	// Noop is nil when the server does not report it.
	Noop *bool
	// Document is everything that the server reports about the input, without credentials. It has a JSON form.
	Document any
}

// ReportedInput is what a schedule runs, as reported by the server.
type ReportedInput struct {
	// Name is the task or plan.
	Name string
	// Params are those that are not sensitive. Nil where the API does not report them.
	Params map[string]json.RawMessage
	// Sensitive are the names of the parameters that the server hides. Nil if it does not report them.
	Sensitive []string
	Scope     *orchestrator.Scope
	Options   orchestrator.JobOptions
}

// Period is the time between two runs, 0 for a schedule that runs once.
func (s Schedule) Period() time.Duration {
	if s.Interval == nil {
		return 0
	}
	return time.Duration(s.Interval.Value) * time.Second
}

// FinishedOnce reports whether a schedule that runs once has run.
func (s Schedule) FinishedOnce() bool {
	return s.Period() == 0 && s.LastRun != nil && s.NextRun == ""
}

// RunsAgain reports whether anything is still to come of a schedule.
func (s Schedule) RunsAgain(now time.Time) bool {
	start, err := time.Parse(time.RFC3339, s.Start)
	return s.Enabled && !s.FinishedOnce() && (err != nil || s.Period() > 0 || start.After(now))
}

// Title says what a schedule runs, and when.
func (s Schedule) Title() string {
	title := cmp.Or(s.Input.Name, "Puppet")
	if s.Environment != "" {
		title += " in " + s.Environment
	}
	if every := s.Period(); every > 0 {
		title += fmt.Sprintf(", every %s from %s", duration.Text(every), s.Start)
	} else {
		title += ", once at " + s.Start
	}
	if s.Description != "" {
		title += ": " + s.Description
	}
	return title
}
