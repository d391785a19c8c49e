// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

// jobView is a job in answers.
type jobView struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	State   engine.JobState `json:"state"`
	Command string          `json:"command"`
	Type    string          `json:"type"`
	Options json.RawMessage `json:"options"`
	Owner   access.Subject  `json:"owner"`
	// Description and Environment are deprecated duplicates of options.
	Description string          `json:"description"`
	Environment environmentName `json:"environment"`
	Timestamp   string          `json:"timestamp"`
	// Started and Created are two names for the same; servers have one of them.
	Started  string  `json:"started_timestamp,omitempty"`
	Created  string  `json:"created_timestamp,omitempty"`
	Finished *string `json:"finished_timestamp"`
	// Duration is a string in the manuals, though it is a number everywhere else, and a number in the recording of 2021.
	Duration  any `json:"duration"`
	NodeCount int `json:"node_count"`
	// NodeStates is null for a job without nodes, and left out where it is nil.
	NodeStates any `json:"node_states,omitzero"`
	// Status is set when a single job is read.
	Status   []phaseView     `json:"status,omitempty"`
	Nodes    link            `json:"nodes"`
	Report   link            `json:"report"`
	Events   link            `json:"events"`
	Userdata json.RawMessage `json:"userdata,omitempty"`
}

// environmentName is an environment as jobs refer to it.
type environmentName struct {
	Name string `json:"name"`
}

// phaseView is an entry of a status timeline.
type phaseView struct {
	State engine.JobState `json:"state"`
	Enter string          `json:"enter_time"`
	Exit  *string         `json:"exit_time"`
}

func phaseViews(phases []engine.Phase) []phaseView {
	views := make([]phaseView, len(phases))
	for i, p := range phases {
		views[i] = phaseView{State: p.State, Enter: timestamp(p.Enter), Exit: optionalTimestamp(p.Exit)}
	}
	return views
}

// lasted returns how long something took, or has taken so far.
func (a *API) lasted(from, to time.Time) time.Duration {
	if to.IsZero() {
		to = a.engine.Now()
	}
	return to.Sub(from)
}

// subject shows a user in the form of the generation.
func (a *API) subject(u *access.User) access.Subject {
	return a.directory.Subject(u, a.generation().IdentityProviderIDs())
}

func (a *API) jobView(c *call, j *engine.Job) jobView {
	v := jobView{
		ID: c.url("jobs/%d", j.ID), Name: strconv.Itoa(j.ID), State: j.State, Command: j.Type, Type: j.Type,
		Options: j.Options, Owner: a.subject(j.Owner), Description: j.Description,
		Environment: environmentName{j.Environment}, Timestamp: timestamp(j.Changed), Started: timestamp(j.Created),
		Finished: optionalTimestamp(j.Finished), Duration: secondsText(a.lasted(j.Created, j.Finished)),
		NodeCount: len(j.Nodes), NodeStates: j.NodeStates(), Nodes: link{c.url("jobs/%d/nodes", j.ID)},
		Report: link{c.url("jobs/%d/report", j.ID)}, Events: link{c.url("jobs/%d/events", j.ID)}, Userdata: j.Userdata,
	}
	if a.config.RejectUserdata {
		v.Userdata = nil
	}
	if a.engine.Has(release.RecordedJobs) {
		v.Created, v.Started, v.Duration = v.Started, "", seconds(a.lasted(j.Created, j.Finished))
	}
	return v
}
