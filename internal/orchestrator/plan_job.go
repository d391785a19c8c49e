// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// PlanJobState is the state of a plan job.
type PlanJobState string

// The states of a plan job.
const (
	PlanJobRunning PlanJobState = "running"
	PlanJobSuccess PlanJobState = "success"
	PlanJobFailure PlanJobState = "failure"
)

// Terminal reports whether a plan job in this state never changes again.
func (s PlanJobState) Terminal() bool { return s == PlanJobSuccess || s == PlanJobFailure }

// PlanJob is a run of a plan, as GET /plan_jobs and /plan_jobs/:id return it. Timestamps are ISO 8601 texts as sent, or "".
type PlanJob struct {
	ID    string
	State PlanJobState
	// PlanName is the plan's full name.
	PlanName    string
	Description string
	Environment string
	// Options hold, among others, the parameters without the sensitive ones.
	Options JobOptions
	Owner   Subject
	// Result is what the plan returned, any JSON value. Nil while it runs, when it returned nothing, and when the list was
	// asked to leave results out.
	Result            json.RawMessage
	CreatedTimestamp  string
	FinishedTimestamp string
	// Timestamp is the time of the last change.
	Timestamp string
	// Duration is in seconds, so far for a running plan. Nil when the server does not report it.
	Duration *float64
	Userdata map[string]any
	// Status is the history of each job that the plan has started, by the job's id. Only GET /plan_jobs/:id has it.
	Status map[string][]StatusPeriod
}

type planJobWire struct {
	ID                text            `json:"id"`
	Name              text            `json:"name"`
	State             PlanJobState    `json:"state"`
	Options           JobOptions      `json:"options"`
	Result            json.RawMessage `json:"result"`
	Owner             Subject         `json:"owner"`
	CreatedTimestamp  string          `json:"created_timestamp"`
	FinishedTimestamp string          `json:"finished_timestamp"`
	Timestamp         string          `json:"timestamp"`
	Duration          number          `json:"duration"`
	Userdata          userdata        `json:"userdata"`

	Status map[string][]StatusPeriod `json:"status"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (j *PlanJob) UnmarshalJSON(data []byte) error {
	var wire planJobWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a plan job: %w", err)
	}
	ref, err := refOf(string(wire.ID), string(wire.Name))
	if err != nil {
		return fmt.Errorf("decoding a plan job: %w", err)
	}
	*j = PlanJob{
		ID:                ref.ID,
		State:             wire.State,
		PlanName:          wire.Options.String("plan_name"),
		Description:       wire.Options.String("description"),
		Environment:       wire.Options.String("environment"),
		Options:           wire.Options,
		Owner:             wire.Owner,
		CreatedTimestamp:  wire.CreatedTimestamp,
		FinishedTimestamp: wire.FinishedTimestamp,
		Timestamp:         wire.Timestamp,
		Duration:          wire.Duration.pointer(),
		Userdata:          wire.Userdata,
		Status:            wire.Status,
	}
	if !isNull(wire.Result) {
		j.Result = wire.Result
	}
	// The answer for one plan job may lack the times (PE 2021.7). The last change of a plan that has ended is its end.
	if j.FinishedTimestamp == "" && j.State.Terminal() {
		j.FinishedTimestamp = j.Timestamp
	}
	return nil
}

// JobIDs returns the ids of the jobs that the plan has started, in ascending order.
func (j PlanJob) JobIDs() []string {
	ids := make([]string, 0, len(j.Status))
	for id := range j.Status {
		if IsID(id) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, CompareIDs)
	return ids
}

// Message is the text of a plan's failure: the msg of its result, or the result when that is a text. "" when there is none.
func (j PlanJob) Message() string {
	var object map[string]json.RawMessage
	if json.Unmarshal(orNull(j.Result), &object) == nil {
		return trimMessage(cmp.Or(stringAt(object, "msg"), stringAt(object, "kind")))
	}
	var message string
	if json.Unmarshal(orNull(j.Result), &message) == nil {
		return trimMessage(message)
	}
	return ""
}

// CompareIDs orders ids by their numbers, which is the order in which they were assigned.
func CompareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// PlanJobFilter filters and orders GET /plan_jobs. The zero value asks for everything in the server's order.
type PlanJobFilter struct {
	// OrderBy is owner, timestamp, environment, name or state; Order is asc or desc (PE 2019.8.8).
	OrderBy, Order string
	// WithoutResults leaves the results out (PE 2019.8).
	WithoutResults bool
	// MinFinishTimestamp and MaxFinishTimestamp are inclusive, in UTC (PE 2021.6 or 2021.7).
	MinFinishTimestamp, MaxFinishTimestamp string
	// Range is the part of the list to read.
	Range Range
}

func (f PlanJobFilter) query() url.Values {
	query := setIf(url.Values{}, "order_by", f.OrderBy, "order", f.Order,
		"min_finish_timestamp", f.MinFinishTimestamp, "max_finish_timestamp", f.MaxFinishTimestamp)
	if f.WithoutResults {
		query.Set("results", "exclude")
	}
	return query
}

// PlanJobs lists plan jobs, page by page.
func (c *Client) PlanJobs(ctx context.Context, f PlanJobFilter) iter.Seq2[PlanJob, error] {
	return list[PlanJob]{
		what:  "plan jobs",
		fetch: pagesOf[PlanJob](c, f.query(), "plan_jobs"),
		key:   func(j PlanJob) string { return j.ID },
		part:  f.Range,
	}.all(ctx)
}

// RecentPlanJobs returns all plan jobs without their results, the one that changed last first, page by page. Servers before PE 2019.8.8
// cannot sort them; they begin with the newest anyway, and send the results.
func (c *Client) RecentPlanJobs(ctx context.Context) iter.Seq2[PlanJob, error] {
	return func(yield func(PlanJob, error) bool) {
		for job, err := range c.PlanJobs(ctx, PlanJobFilter{OrderBy: "timestamp", Order: "desc", WithoutResults: true}) {
			if httpapi.StatusOf(err) == http.StatusBadRequest {
				c.PlanJobs(ctx, PlanJobFilter{})(yield)
				return
			}
			if !yield(job, err) {
				return
			}
		}
	}
}

// LatestPlanJobs returns the plan jobs that changed last without their results, at most limit of them, with one request. Servers before PE
// 2019.8.8 cannot sort them, and refuse that (400).
func (c *Client) LatestPlanJobs(ctx context.Context, limit int) ([]PlanJob, error) {
	var latest whole[PlanJob]
	query := pageQuery(PlanJobFilter{OrderBy: "timestamp", Order: "desc", WithoutResults: true}.query(), limit, 0)
	if err := c.get(ctx, &latest, query, "plan_jobs"); err != nil {
		return nil, fmt.Errorf("listing recent plan jobs: %w", err)
	}
	return latest.items, nil
}

// PlanJob reads one plan job. [IsUnknownJob] recognises the error when it does not exist.
func (c *Client) PlanJob(ctx context.Context, id string) (PlanJob, error) {
	var job PlanJob
	if err := c.get(ctx, &job, nil, "plan_jobs", id); err != nil {
		return PlanJob{}, fmt.Errorf("reading plan job %s: %w", id, err)
	}
	return job, nil
}
