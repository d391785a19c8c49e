// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// recorder is a server that answers by a function and records its requests.
type recorder struct {
	mu       sync.Mutex
	requests []string // method and path with query
	bodies   []string
}

func (r *recorder) last() (request, body string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.requests) == 0 {
		return "", ""
	}
	return r.requests[len(r.requests)-1], r.bodies[len(r.bodies)-1]
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.requests)
}

// newClient starts a server whose handler writes the answer, and returns a client of it.
func newClient(t *testing.T, handle http.HandlerFunc) (*orchestrator.Client, *recorder) {
	t.Helper()
	return newClientWith(t, httpapi.Config{MaxRetries: -1}, handle)
}

// newClientWith is newClient with a configuration.
func newClientWith(t *testing.T, config httpapi.Config, handle http.HandlerFunc) (*orchestrator.Client, *recorder) {
	t.Helper()
	r := &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		r.requests = append(r.requests, req.Method+" "+strings.TrimPrefix(req.URL.RequestURI(), "/orchestrator/v1"))
		r.bodies = append(r.bodies, string(body))
		r.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		handle(w, req)
	}))
	t.Cleanup(server.Close)
	transport, err := httpapi.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	client, err := orchestrator.New(transport, server.URL+"/")
	if err != nil {
		t.Fatal(err)
	}
	return client, r
}

// newBenchClient is newClient without a record of the requests.
func newBenchClient(b *testing.B, handle http.HandlerFunc) *orchestrator.Client {
	b.Helper()
	server := httptest.NewServer(handle)
	b.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{})
	if err != nil {
		b.Fatal(err)
	}
	client, err := orchestrator.New(transport, server.URL)
	if err != nil {
		b.Fatal(err)
	}
	return client
}

// answering returns a handler that always gives the same answer.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestNew_URLMustBeAbsolute(t *testing.T) {
	t.Parallel()
	transport, err := httpapi.New(httpapi.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := orchestrator.New(transport, "pe.example.com"); err == nil {
		t.Error("a URL without a scheme was accepted")
	}
}

func TestIsID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"1": true, "120": true, "0": false, "000": false, "0012": false, "": false, "-1": false, "1.5": false, "abc": false, "12a": false, "١": false, "9999999999999999999": false} {
		if got := orchestrator.IsID(text); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// pagedJobs serves total jobs, in the various ways of servers.
type pagedJobs struct {
	total     int
	maxLimit  int  // the server's own limit of a page
	noOffset  bool // the server ignores offset and limit
	withTotal bool
}

func (p pagedJobs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	if p.maxLimit > 0 {
		limit = min(limit, p.maxLimit)
	}
	if p.noOffset {
		limit, offset = p.total, 0
	}
	var items []string
	for i := offset; i < min(offset+limit, p.total); i++ {
		items = append(items, fmt.Sprintf(`{"name":"%d","state":"finished"}`, i+1))
	}
	pagination := ""
	if p.withTotal {
		pagination = fmt.Sprintf(`,"pagination":{"limit":%d,"offset":%d,"total":%d}`, limit, offset, p.total)
	}
	_, _ = fmt.Fprintf(w, `{"items":[%s]%s}`, strings.Join(items, ","), pagination)
}

func TestLists_ReadAllPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		server   pagedJobs
		requests int
	}{
		"nothing":                         {pagedJobs{total: 0, withTotal: true}, 1},
		"one page":                        {pagedJobs{total: 199, withTotal: true}, 1},
		"exactly one page":                {pagedJobs{total: 200, withTotal: true}, 1},
		"three pages":                     {pagedJobs{total: 450, withTotal: true}, 3},
		"the server's pages are smaller":  {pagedJobs{total: 450, withTotal: true, maxLimit: 100}, 5},
		"no total":                        {pagedJobs{total: 450}, 3},
		"no total, ends with a full page": {pagedJobs{total: 400}, 3},
		"no offset":                       {pagedJobs{total: 450, noOffset: true}, 2},
		"no offset, short":                {pagedJobs{total: 20, noOffset: true}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := newClient(t, test.server.ServeHTTP)
			jobs, err := orchestrator.Collect(client.Jobs(t.Context(), orchestrator.JobFilter{}), 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(jobs) != test.server.total {
				t.Errorf("got %d jobs, want %d", len(jobs), test.server.total)
			}
			if server.count() != test.requests {
				t.Errorf("asked %d times, want %d", server.count(), test.requests)
			}
		})
	}
}

func TestLists_StopWhenTheReaderStops(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, pagedJobs{total: 1000, withTotal: true}.ServeHTTP)
	jobs, err := orchestrator.Collect(client.Jobs(t.Context(), orchestrator.JobFilter{}), 250)
	if err != nil || len(jobs) != 250 || server.count() != 2 {
		t.Errorf("got %d jobs with %d requests, %v", len(jobs), server.count(), err)
	}
}

func TestJobNodes_ServerWithSmallPages(t *testing.T) {
	t.Parallel()
	client, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		var items []string
		for i := offset; i < min(offset+50, 120); i++ {
			items = append(items, fmt.Sprintf(`{"name":"node%d","state":"finished"}`, i))
		}
		_, _ = fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(items, ","))
	})
	nodes, err := orchestrator.Collect(client.JobNodes(t.Context(), "81", orchestrator.JobNodeFilter{Expected: 120}), 0)
	if err != nil || len(nodes) != 120 {
		t.Errorf("got %d nodes, %v", len(nodes), err)
	}
}

func TestLists_SendTheirFilters(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"items":[]}`))
	tests := map[string]struct {
		call func() error
		want string
	}{
		"jobs": {func() error {
			_, err := orchestrator.Collect(client.Jobs(t.Context(), orchestrator.JobFilter{Type: "task", Task: "package", OrderBy: "timestamp", Order: "desc", MinFinishTimestamp: "2026-01-01T00:00:00Z", MaxFinishTimestamp: "2026-02-01T00:00:00Z"}), 0)
			return err
		}, "GET /jobs?limit=200&max_finish_timestamp=2026-02-01T00%3A00%3A00Z&min_finish_timestamp=2026-01-01T00%3A00%3A00Z&offset=0&order=desc&order_by=timestamp&task=package&type=task"},
		"recent jobs": {func() error {
			_, err := client.RecentJobs(t.Context(), 30)
			return err
		}, "GET /jobs?limit=30&offset=0&order=desc&order_by=timestamp"},
		"nodes": {func() error {
			_, err := orchestrator.Collect(client.JobNodes(t.Context(), "81", orchestrator.JobNodeFilter{State: "failed", OrderBy: "name", Order: "asc"}), 0)
			return err
		}, "GET /jobs/81/nodes?limit=200&offset=0&order=asc&order_by=name&state=failed"},
		"plan jobs": {func() error {
			_, err := orchestrator.Collect(client.PlanJobs(t.Context(), orchestrator.PlanJobFilter{OrderBy: "state", Order: "desc", WithoutResults: true}), 0)
			return err
		}, "GET /plan_jobs?limit=200&offset=0&order=desc&order_by=state&results=exclude"},
		"schedules": {func() error {
			_, err := orchestrator.Collect(client.EnvironmentJobs(t.Context(), orchestrator.EnvironmentJobFilter{Type: "plan", OrderBy: "owner", Order: "asc"}), 0)
			return err
		}, "GET /scheduled_jobs/environment_jobs?limit=1000&offset=0&order=asc&order_by=owner&type=plan"},
		"events from the beginning": {func() error {
			_, err := orchestrator.Collect(client.AllJobEvents(t.Context(), "81", 0), 0)
			return err
		}, "GET /jobs/81/events"},
		"events from an id": {func() error {
			_, err := orchestrator.Collect(client.AllPlanJobEvents(t.Context(), "81", 1272), 0)
			return err
		}, "GET /plan_jobs/81/events?start=1272"},
		"usage": {func() error {
			_, err := client.Usage(t.Context(), orchestrator.UsageFilter{StartDate: "2026-01-01", EndDate: "2026-01-31", WithoutEvents: true})
			return err
		}, "GET /usage?end_date=2026-01-31&events=exclude&start_date=2026-01-01"},
	}
	for name, test := range tests {
		if err := test.call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := server.last(); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, test.want)
		}
	}
}

func TestJobEvents_FollowTheCursor(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		start, _ := strconv.Atoi(r.URL.Query().Get("start"))
		start = max(start, 10)
		var items []string
		for id := start; id < min(start+3, 17); id++ {
			items = append(items, fmt.Sprintf(`{"id":"%d","type":"node_running"}`, id))
		}
		_, _ = fmt.Fprintf(w, `{"next-events":{"event":"%d"},"items":[%s]}`, min(start+3, 17), strings.Join(items, ","))
	})
	events, err := orchestrator.Collect(client.AllJobEvents(t.Context(), "81", 0), 0)
	if err != nil || len(events) != 7 || events[6].ID != 16 {
		t.Errorf("got %v, %v", events, err)
	}
	if server.count() != 4 {
		t.Errorf("asked %d times, want 4", server.count())
	}
}

func TestTask_PathsOfTasksAndPlans(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(200, `{"name":"x"}`))
	for name, want := range map[string]string{
		"package":          "GET /tasks/package/init?environment=dev",
		"package::install": "GET /tasks/package/install?environment=dev",
	} {
		if _, err := client.Task(t.Context(), "dev", name); err != nil {
			t.Fatal(err)
		}
		if got, _ := server.last(); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if _, err := client.Plan(t.Context(), "", "mod::sub::plan"); err != nil {
		t.Fatal(err)
	}
	if got, _ := server.last(); got != "GET /plans/mod/sub/plan" {
		t.Errorf("got %s", got)
	}
}

func TestEnvironmentJobsAccess(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		exists bool
		// refused tells that the server does not show it, fails that it did not tell.
		refused, fails bool
	}{
		"there":           {200, `{"items":[]}`, true, false, false},
		"not there":       {404, "", false, false, false},
		"no permission":   {400, `{"kind":"puppetlabs.orchestrator/query-error","msg":"no"}`, true, true, false},
		"page of a proxy": {400, "<html>no</html>", false, false, true},
		"wrong token":     {401, `{"kind":"puppetlabs.rbac/token-expired","msg":"no"}`, false, false, true},
		"broken":          {500, "", false, false, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := newClient(t, answering(test.status, test.body))
			got, err := client.EnvironmentJobsAccess(t.Context())
			if got.Exists != test.exists || (got.Refused != nil) != test.refused || (err != nil) != test.fails || server.count() != 1 {
				t.Errorf("got %v, %v after %d requests", got, err, server.count())
			}
		})
	}
}

// TestDeleteLegacyJob_TwiceSucceeds deletes a schedule that may be gone. An empty 404 may come from something in front of the server: only
// the list proves what it says.
func TestDeleteLegacyJob_TwiceSucceeds(t *testing.T) {
	t.Parallel()
	const none, there = `{"items":[],"pagination":{"total":0}}`, `{"items":[{"id":"2","name":"2","type":"task"}],"pagination":{"total":1}}`
	for name, test := range map[string]struct {
		status     int
		body, list string
		fails      bool
	}{
		"it was there":                 {204, "", "", false},
		"the server does not know it":  {404, `{"kind":"puppetlabs.orchestrator/unknown-job","msg":"x"}`, "", false},
		"nothing is said, and gone":    {404, "", none, false},
		"nothing is said, and there":   {404, "", there, true},
		"nothing is said, and no list": {404, "", "", true},
		"a page":                       {404, "<html></html>", none, true},
		"not permitted":                {403, "", "", true},
	} {
		client, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && test.list != "" {
				answering(http.StatusOK, test.list)(w, r)
				return
			}
			answering(test.status, test.body)(w, r)
		})
		if err := client.DeleteLegacyJob(t.Context(), "2"); (err != nil) != test.fails {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestServices_AnswerOfAServiceThatStarts(t *testing.T) {
	t.Parallel()
	client, server := newClient(t, answering(503, `{"orchestrator-service":{"state":"starting","service_version":"1"}}`))
	services, err := client.Services(t.Context(), orchestrator.StatusQuery{Level: "critical", Timeout: 5})
	if err != nil || len(services) != 1 || services["orchestrator-service"].State != "starting" {
		t.Errorf("got %+v, %v", services, err)
	}
	if got, _ := server.last(); got != "GET /status/v1/services?level=critical&timeout=5" {
		t.Errorf("got %s", got)
	}
}

func asError[E error](err error, target *E) bool { return errors.As(err, target) }

// TestIsMissingAPI distinguishes a missing endpoint from an object that an endpoint does not know.
func TestIsMissingAPI(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		want   bool
	}{
		"nothing there":       {404, `Not Found`, true},
		"nothing, in JSON":    {404, `{"kind":"puppetlabs.orchestrator/not-found","msg":"x"}`, true},
		"another method":      {405, ``, true},
		"unknown environment": {404, `{"kind":"puppetlabs.orchestrator/unknown-environment","msg":"x"}`, false},
		"unknown task":        {404, `{"kind":"puppetlabs.orchestrator/unknown-task","msg":"x"}`, false},
		"no permission":       {403, `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"x"}`, false},
		"broken":              {500, ``, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newClient(t, answering(test.status, test.body))
			_, err := client.CreateEnvironmentJob(t.Context(), orchestrator.EnvironmentJobRequest{})
			if got := orchestrator.IsMissingAPI(err); got != test.want {
				t.Errorf("got %v for %v", got, err)
			}
		})
	}
}
