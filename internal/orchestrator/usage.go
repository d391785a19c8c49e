// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"fmt"
	"io"
	"net/url"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// UsageDay counts nodes on one day (UTC). The last four fields are nil when events were left out.
type UsageDay struct {
	// Date is YYYY-MM-DD.
	Date                    string `json:"date"`
	TotalNodes              int64  `json:"total_nodes"`
	NodesWithAgent          int64  `json:"nodes_with_agent"`
	NodesWithoutAgent       int64  `json:"nodes_without_agent"`
	CorrectiveAgentChanges  *int64 `json:"corrective_agent_changes"`
	IntentionalAgentChanges *int64 `json:"intentional_agent_changes"`
	NodesAffectedByTaskRuns *int64 `json:"nodes_affected_by_task_runs"`
	NodesAffectedByPlanRuns *int64 `json:"nodes_affected_by_plan_runs"`
}

// UsageFilter filters GET /usage.
type UsageFilter struct {
	// StartDate and EndDate are YYYY-MM-DD, inclusive.
	StartDate, EndDate string
	// WithoutEvents leaves out the four counts of changes (PE 2019.8.6).
	WithoutEvents bool
}

// Usage holds daily numbers of nodes, newest day first.
type Usage struct {
	Days []UsageDay
	// StartDate and EndDate are the requested days, YYYY-MM-DD, "" when the server does not report them.
	StartDate, EndDate string
}

// usageAnswer is a list whose pagination says which days it is about.
type usageAnswer struct {
	days  []UsageDay
	about struct {
		StartDate string `json:"start_date"`
		EndDate   string `json:"end_date"`
	}
}

// DecodeStream implements [httpapi.StreamDecoder].
func (u *usageAnswer) DecodeStream(r io.Reader) (err error) {
	*u = usageAnswer{}
	u.days, err = jsonlist.AllIn[UsageDay](r, map[string]any{"pagination": &u.about}, "items")
	return err
}

// Usage reads the daily numbers of nodes (PE 2019.0).
func (c *Client) Usage(ctx context.Context, f UsageFilter) (Usage, error) {
	query := setIf(url.Values{}, "start_date", f.StartDate, "end_date", f.EndDate)
	if f.WithoutEvents {
		query.Set("events", "exclude")
	}
	var answer usageAnswer
	if err := c.get(ctx, &answer, query, "usage"); err != nil {
		return Usage{}, fmt.Errorf("reading the usage: %w", err)
	}
	return Usage{Days: answer.days, StartDate: answer.about.StartDate, EndDate: answer.about.EndDate}, nil
}
