// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// defaultLimit is the limit of a list of jobs. It is not documented; the examples echo it.
const defaultLimit = 20

// The words of the parameters order and order_by.
const (
	ascending   = "asc"
	descending  = "desc"
	byTimestamp = "timestamp"
)

// paging are the parameters of a list.
type paging struct {
	limit, offset int
	orderBy       string
	order         string
}

func readPaging(p *rest.Params, limit int, order string, orders ...string) paging {
	return paging{
		limit:   p.Int("limit", 1, limit),
		offset:  p.Int("offset", 0, 0),
		orderBy: p.Enum("order_by", orders[0], orders...),
		order:   p.Enum("order", order, ascending, descending),
	}
}

// total is the number of items before paging, in the form of the generation.
func (a *API) total(n int) *int {
	if n == 0 {
		return a.generation().TotalOfNothing()
	}
	return &n
}

// sortBy sorts items by a key and, where that is the same, by id.
func sortBy[T any](items []T, order string, compare func(x, y T) int, id func(T) int) {
	slices.SortFunc(items, func(x, y T) int {
		c := cmp.Or(compare(x, y), cmp.Compare(id(x), id(y)))
		if order == descending {
			return -c
		}
		return c
	})
}

// jobsPagination is the pagination member of a list of jobs.
type jobsPagination struct {
	Limit   int    `json:"limit"`
	Offset  int    `json:"offset"`
	OrderBy string `json:"order_by"`
	Order   string `json:"order"`
	Total   *int   `json:"total"`
	// Type is left out by the server that was recorded in 2021.
	Type *string `json:"type,omitempty"`
}

// listJobs answers GET /jobs.
func (a *API) listJobs(c *call) (rest.Answer, error) {
	p := c.Params()
	page := readPaging(p, defaultLimit, ascending, byTimestamp, "owner", "environment", "name", "state")
	jobType := p.Enum("type", "", engine.TypeDeploy, engine.TypeTask, "plan_task")
	task := p.String("task", "")
	if p.Has("task") {
		a.checkTaskFilter(p, jobType)
	}
	finished := a.readFinished(p)
	if err := p.Done(); err != nil {
		return rest.Answer{}, err
	}
	jobs := slices.DeleteFunc(a.engine.Jobs(), func(j *engine.Job) bool {
		return (jobType != "" && j.Type != jobType) || (p.Has("task") && !taskMatches(j, task)) || !finished.includes(j.Finished)
	})
	sortBy(jobs, page.order, jobOrder(page.orderBy), func(j *engine.Job) int { return j.ID })
	items := make([]jobView, 0, page.limit)
	for _, j := range rest.Page(jobs, page.limit, page.offset) {
		items = append(items, a.jobView(c, j))
	}
	pagination := jobsPagination{
		Limit: page.limit, Offset: page.offset, OrderBy: page.orderBy, Order: page.order, Total: a.total(len(jobs)),
	}
	if !a.engine.Has(release.RecordedJobs) {
		pagination.Type = &jobType
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items, "pagination": pagination}), nil
}

// checkTaskFilter checks that the filter by task is compatible with the filter by type.
func (a *API) checkTaskFilter(p *rest.Params, jobType string) {
	switch {
	case jobType == engine.TypeDeploy:
		p.Fail("task", "cannot be combined with type deploy")
	case jobType == "" && a.generation().TaskFilterNeedsType():
		p.Fail("task", "can only be used with type task or plan_task")
	}
}

// taskMatches reports whether a job runs a task whose name contains a text.
func taskMatches(j *engine.Job, text string) bool {
	return j.Task != "" && strings.Contains(j.Task, text)
}

func jobOrder(by string) func(x, y *engine.Job) int {
	switch by {
	case "owner":
		return func(x, y *engine.Job) int { return cmp.Compare(x.Owner.Login, y.Owner.Login) }
	case "environment":
		return func(x, y *engine.Job) int { return cmp.Compare(x.Environment, y.Environment) }
	case "name":
		return func(x, y *engine.Job) int { return cmp.Compare(x.ID, y.ID) }
	case "state":
		return func(x, y *engine.Job) int { return cmp.Compare(x.State, y.State) }
	default:
		return func(x, y *engine.Job) int { return x.Changed.Compare(y.Changed) }
	}
}

// finishedFilter selects what finished within a time span, both ends included.
type finishedFilter struct {
	from, to time.Time
}

// readFinished reads the filters by time, if the server knows them.
func (a *API) readFinished(p *rest.Params) finishedFilter {
	if !a.generation().FinishTimestampFilters() {
		return finishedFilter{}
	}
	return finishedFilter{from: p.Time("min_finish_timestamp"), to: p.Time("max_finish_timestamp")}
}

// includes compares times as they are shown, in whole seconds.
func (f finishedFilter) includes(finished time.Time) bool {
	if f.from.IsZero() && f.to.IsZero() {
		return true
	}
	if finished.IsZero() {
		return false
	}
	finished = finished.Truncate(time.Second)
	return !finished.Before(f.from) && (f.to.IsZero() || !finished.After(f.to))
}

// findJob returns the job in a path.
func (a *API) findJob(c *call) (*engine.Job, error) {
	id, err := c.integer("id", "job")
	if err != nil {
		return nil, err
	}
	return a.engine.Job(id)
}

// job answers GET /jobs/:id.
func (a *API) job(c *call) (rest.Answer, error) {
	j, err := a.findJob(c)
	if err != nil {
		return rest.Answer{}, err
	}
	v := a.jobView(c, j)
	v.Status = phaseViews(j.Phases)
	if a.engine.Has(release.UncountedJobs) {
		v.NodeStates = nil
	}
	return rest.JSON(http.StatusOK, v), nil
}
