// SPDX-License-Identifier: MPL-2.0

package scheduling_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
)

func interval(seconds int64) *orchestrator.Interval { return orchestrator.EverySeconds(seconds) }

func lastRun(job string) *orchestrator.LastRun { return &orchestrator.LastRun{JobID: job} }

// recorder is a server that answers every path with a text, or with 404, and records its requests.
type recorder struct {
	answers map[string]string
	// after are answers that change once something was asked.
	after map[string]map[string]string

	mu       sync.Mutex
	requests []string
}

// ServeHTTP implements [http.Handler]. An answer to POST and PUT is found under the method and the path.
func (s *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	path := strings.TrimPrefix(req.URL.Path, "/orchestrator/v1")
	s.mu.Lock()
	s.requests = append(s.requests, strings.TrimSpace(req.Method+" "+path+" "+string(body)))
	s.mu.Unlock()
	key := path
	if req.Method != http.MethodGet {
		key = req.Method + " " + path
	}
	s.mu.Lock()
	answer, ok := s.answers[key]
	maps.Copy(s.answers, s.after[key])
	s.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"kind":"puppetlabs.orchestrator/not-found","msg":"There is nothing there."}`))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer)
}

// received returns the requests whose text has a prefix.
func (s *recorder) received(prefix string) (requests []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, request := range s.requests {
		if strings.HasPrefix(request, prefix) {
			requests = append(requests, request)
		}
	}
	return requests
}

// access starts a server that answers paths below the API, and returns how to reach it.
func access(t *testing.T, setting string, answers map[string]string) (scheduling.Access, *recorder) {
	t.Helper()
	r := &recorder{answers: answers}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	client, err := orchestrator.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	launcher := launch.New(0, journal.New("", time.Now), slog.New(slog.DiscardHandler))
	return scheduling.Access{Client: client, Launcher: launcher, Setting: setting}, r
}

// apiOf returns the API of a server.
func apiOf(t *testing.T, a scheduling.Access) scheduling.API {
	t.Helper()
	api, err := new(scheduling.Server).API(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// Lists that are empty, on servers with the newer and with the older API.
var (
	newer = map[string]string{"/scheduled_jobs/environment_jobs": `{"items": [], "pagination": {"total": 0}}`}
	older = map[string]string{"/scheduled_jobs": `{"items": []}`}
)

func TestServerAPI_IsDetectedOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		setting string
		answers map[string]string
		want    scheduling.Version
		asked   int
	}{
		"a newer server":             {scheduling.SettingAuto, newer, scheduling.EnvironmentJobs, 1},
		"an older server":            {scheduling.SettingAuto, older, scheduling.LegacyJobs, 1},
		"neither":                    {scheduling.SettingAuto, nil, scheduling.LegacyJobs, 1},
		"the newer one is asked for": {scheduling.SettingEnvironmentJobs, older, scheduling.EnvironmentJobs, 0},
		"the older one is asked for": {scheduling.SettingScheduleTask, newer, scheduling.LegacyJobs, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, server := access(t, test.setting, test.answers)
			known := &scheduling.Server{}
			for range 2 {
				api, err := known.API(t.Context(), a)
				if err != nil {
					t.Fatal(err)
				}
				if api.Version() != test.want {
					t.Errorf("the API is %d, want %d", api.Version(), test.want)
				}
			}
			if asked := server.received(""); len(asked) != test.asked {
				t.Errorf("the server was asked %q", asked)
			}
		})
	}
}

func TestVersion_IsWhatStatesHold(t *testing.T) {
	t.Parallel()
	if scheduling.EnvironmentJobs != 1 || scheduling.LegacyJobs != 2 {
		t.Errorf("the versions are %d and %d, and states hold 1 and 2", scheduling.EnvironmentJobs, scheduling.LegacyJobs)
	}
}

func TestAPIUpdate_SendsOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	text, empty := "x", ""
	tests := map[string]struct {
		changes scheduling.Changes
		want    string
	}{
		"a description":    {scheduling.Changes{Description: &text}, `{"description": "x"}`},
		"no description":   {scheduling.Changes{Description: &empty}, `{"description": ""}`},
		"an environment":   {scheduling.Changes{Environment: &text}, `{"environment": "x"}`},
		"userdata":         {scheduling.Changes{Userdata: map[string]any{"a": "b"}}, `{"userdata": {"a": "b"}}`},
		"no userdata":      {scheduling.Changes{Userdata: map[string]any{}}, `{"userdata": {}}`},
		"times, once":      {scheduling.Changes{Times: &scheduling.Times{Start: at(0)}}, `{"schedule": {"start_time": "2030-03-01T12:00:00Z", "interval": null}}`},
		"times, recurring": {scheduling.Changes{Times: &scheduling.Times{Start: at(0), Every: time.Hour}}, `{"schedule": {"start_time": "2030-03-01T12:00:00Z", "interval": {"units": "seconds", "value": 3600}}}`},
		"input of a task":  {scheduling.Changes{Input: &scheduling.Input{Name: "t", Params: map[string]any{}, Scope: &orchestrator.Scope{NodeGroup: "g"}}}, `{"input": {"name": "t", "parameters": {}, "scope": {"node_group": "g"}}}`},
		"input of a plan": {
			scheduling.Changes{Input: &scheduling.Input{Name: "p", Params: map[string]any{"a": 1}, Queries: map[string]string{"nodes": "inventory[certname] {}"}}},
			`{"input": {"name": "p", "parameters": {"a": {"value": 1}, "nodes": {"type": "query", "value": "inventory[certname] {}"}}}}`,
		},
		"input of a deploy": {scheduling.Changes{Input: &scheduling.Input{Scope: &orchestrator.Scope{}}}, `{"input": {"scope": {}}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const path = "PUT /scheduled_jobs/environment_jobs/7"
			a, server := access(t, scheduling.SettingEnvironmentJobs, map[string]string{path: `{}`})
			if test.changes.Empty() {
				t.Error("the changes are said to be empty")
			}
			if err := apiOf(t, a).Update(t.Context(), "7", test.changes); err != nil {
				t.Fatal(err)
			}
			sent := server.received(path)
			if len(sent) != 1 {
				t.Fatalf("the server was sent %q", sent)
			}
			var got, want any
			if err := errors.Join(json.Unmarshal([]byte(strings.TrimPrefix(sent[0], path)), &got), json.Unmarshal([]byte(test.want), &want)); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the server was sent %s, want %s", sent[0], test.want)
			}
		})
	}
	if !(scheduling.Changes{}).Empty() {
		t.Error("no changes are said to be some")
	}
}

func TestAPIUpdate_IsUnsupportedByTheOlderAPI(t *testing.T) {
	t.Parallel()
	a, server := access(t, scheduling.SettingScheduleTask, older)
	api := apiOf(t, a)
	text := "x"
	if err := api.Update(t.Context(), "7", scheduling.Changes{Description: &text}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the error is %v", err)
	}
	if api.Capabilities().InPlace || len(server.received("")) != 0 {
		t.Errorf("in place: %v; the server was asked %q", api.Capabilities().InPlace, server.received(""))
	}
}

func TestAPICapabilities_FitTheAPI(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		setting           string
		userdata, inPlace bool
		unsupported       map[string]string
		orders            []string
	}{
		{scheduling.SettingEnvironmentJobs, true, true, map[string]string{}, []string{"next_run_time", "next_run", "environment", "owner", "name", "type"}},
		{scheduling.SettingScheduleTask, false, false, map[string]string{
			orchestrator.ScheduleTask: "concurrency transport targets userdata", orchestrator.ScheduleDeploy: "userdata",
			orchestrator.SchedulePlan: "query_params interval userdata",
		}, []string{"next_run", "next_run_time", "scheduled_time", "name"}},
	} {
		t.Run(test.setting, func(t *testing.T) {
			t.Parallel()
			a, _ := access(t, test.setting, nil)
			got := apiOf(t, a).Capabilities()
			if got.Userdata != test.userdata || got.InPlace != test.inPlace {
				t.Errorf("userdata: %v, in place: %v", got.Userdata, got.InPlace)
			}
			for _, scheduleType := range []string{orchestrator.ScheduleTask, orchestrator.ScheduleDeploy, orchestrator.SchedulePlan} {
				if names := strings.Join(got.Unsupported[scheduleType], " "); names != test.unsupported[scheduleType] {
					t.Errorf("a %s does not support %s", scheduleType, names)
				}
			}
			for _, order := range test.orders {
				if got.Orders[order] == "" {
					t.Errorf("it cannot sort by %s", order)
				}
			}
			if len(got.Orders) != len(test.orders) {
				t.Errorf("it can sort by %v", got.Orders)
			}
		})
	}
}

func TestAPIRead_ReportsWhatIsThere(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"/scheduled_jobs": `{"items": [{"id": "3", "type": "task", "task": "facts", "scheduled_time": "2030-03-01T12:00:00Z", "environment": "production",
			"scope": {"nodes": ["a"]}, "owner": {"login": "ann"}}]}`,
		"/scheduled_jobs/environment_jobs": `{"items": [{"id": "3", "type": "task", "input": {"name": "facts"}, "schedule": {"start_time": "2030-03-01T12:00:00Z", "interval": null},
			"environment": "production", "owner": {"login": "ann"}}], "pagination": {"total": 1}}`,
	}
	answers["/scheduled_jobs/environment_jobs/3"] = `{"id": "3", "type": "task", "input": {"name": "facts"},
		"schedule": {"start_time": "2030-03-01T12:00:00Z", "interval": null}, "environment": "production", "owner": {"login": "ann"}}`
	for _, setting := range []string{scheduling.SettingEnvironmentJobs, scheduling.SettingScheduleTask} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			a, _ := access(t, setting, answers)
			if setting == scheduling.SettingScheduleTask {
				a, _ = access(t, setting, map[string]string{"/scheduled_jobs": answers["/scheduled_jobs"]})
			}
			api := apiOf(t, a)
			got, err := api.Read(t.Context(), "3")
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != "3" || got.Type != "task" || got.Input.Name != "facts" || got.Start != "2030-03-01T12:00:00Z" || got.Owner.Login != "ann" || !got.Enabled {
				t.Errorf("the schedule is read as %+v", got)
			}
			if keeps := api.Capabilities().Userdata; keeps != (got.Userdata != nil) {
				t.Errorf("userdata is kept: %v; it is read as %v", keeps, got.Userdata)
			}
			if _, err := api.Read(t.Context(), "4"); !errors.Is(err, scheduling.ErrGone) {
				t.Errorf("reading what is not there fails with %v", err)
			}
		})
	}
}

// TestLegacyRead_SaysWhenWhatIsListedRuns has servers that do not report when a schedule runs next, which only a list shows as it is.
func TestLegacyRead_SaysWhenWhatIsListedRuns(t *testing.T) {
	t.Parallel()
	const start, next = "2030-03-01T12:00:00Z", "2030-03-02T12:00:00Z"
	list := func(more string) map[string]string {
		return map[string]string{"/scheduled_jobs": `{"items": [{"id": "3", "type": "deploy", "scheduled_time": "` + start + `"` + more + `}]}`}
	}
	for name, test := range map[string]struct{ more, read, listed string }{
		"the server says":         {`, "next_run": "` + next + `"`, next, next},
		"the server does not say": {"", start, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := access(t, scheduling.SettingScheduleTask, list(test.more))
			api := apiOf(t, a)
			got, err := api.Read(t.Context(), "3")
			if err != nil || got.NextRun != test.read {
				t.Errorf("the next run is %q, %v", got.NextRun, err)
			}
			for listed, err := range api.List(t.Context(), scheduling.Filter{}) {
				if err != nil || listed.NextRun != test.listed {
					t.Errorf("the next run is listed as %q, %v", listed.NextRun, err)
				}
			}
		})
	}
}

func TestAPI_ExplainsThatItIsMissing(t *testing.T) {
	t.Parallel()
	text := "x"
	uses := map[string]func(context.Context, scheduling.API) error{
		"create": func(ctx context.Context, api scheduling.API) error {
			_, err := api.Create(ctx, scheduling.Request{Type: orchestrator.ScheduleTask, Times: scheduling.Times{Start: at(0)}})
			return err
		},
		"read": func(ctx context.Context, api scheduling.API) error { _, err := api.Read(ctx, "7"); return err },
		"list": func(ctx context.Context, api scheduling.API) error {
			for _, err := range api.List(ctx, scheduling.Filter{}) {
				return err
			}
			return nil
		},
		"update": func(ctx context.Context, api scheduling.API) error {
			return api.Update(ctx, "7", scheduling.Changes{Description: &text})
		},
		"remove": func(ctx context.Context, api scheduling.API) error { return api.Remove(ctx, "7") },
	}
	for name, use := range uses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := access(t, scheduling.SettingEnvironmentJobs, nil)
			err := use(t.Context(), apiOf(t, a))
			var answer *httpapi.Error
			if err == nil || !strings.Contains(err.Error(), "does not have the scheduling API") || errors.As(err, &answer) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestAPIRemove_OfTheOlderAPIBesideTheNewer deletes through an API that is switched on beside the newer one: it deletes nothing, whatever
// it answers (PE 2021.7).
func TestAPIRemove_OfTheOlderAPIBesideTheNewer(t *testing.T) {
	t.Parallel()
	const deleted = "DELETE /scheduled_jobs/7"
	for name, test := range map[string]struct {
		answers map[string]string
		fails   bool
	}{
		"an older server":      {map[string]string{deleted: ""}, false},
		"a newer one, 204":     {map[string]string{deleted: "", "/scheduled_jobs/environment_jobs": `{"items": []}`}, true},
		"a newer one, 404":     {newer, true},
		"nothing there to ask": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, server := access(t, scheduling.SettingScheduleTask, test.answers)
			if err := apiOf(t, a).Remove(t.Context(), "7"); (err != nil) != test.fails {
				t.Errorf("got the error %v", err)
			}
			if got := server.received(deleted); len(got) != 1 {
				t.Errorf("it was deleted %d times", len(got))
			}
		})
	}
}

func TestServerMismatch_OnlyWhereItIsSure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		setting string
		answers map[string]string
		want    string
	}{
		"auto, newer":                     {scheduling.SettingAuto, newer, ""},
		"auto, older":                     {scheduling.SettingAuto, older, ""},
		"the newer one":                   {scheduling.SettingEnvironmentJobs, newer, ""},
		"the newer one, of an old server": {scheduling.SettingEnvironmentJobs, older, "does not have the scheduling API"},
		"the older one":                   {scheduling.SettingScheduleTask, older, ""},
		"the older one, of a new server":  {scheduling.SettingScheduleTask, newer, "Remove `scheduled_jobs_api"},
		"garbage":                         {scheduling.SettingScheduleTask, map[string]string{"/scheduled_jobs/environment_jobs": "<html>"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := access(t, test.setting, test.answers)
			err := new(scheduling.Server).Mismatch(t.Context(), a)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got the error %v", err)
			}
		})
	}
}

// TestAPICreate_TakesNoOtherSchedule has a deploy that is answered with the number of another new schedule of the same time.
func TestAPICreate_TakesNoOtherSchedule(t *testing.T) {
	t.Parallel()
	const command = "POST /command/schedule_deploy"
	item := func(id, environment string) string {
		return `{"id": "` + id + `", "name": "` + id + `", "type": "deploy", "environment": "` + environment + `", "description": "", "owner": {"login": "ann"},
			"scheduled_time": "2030-03-01T12:00:00Z", "schedule_options": {}, "scope": {"nodes": ["a"]}}`
	}
	a, server := access(t, scheduling.SettingAuto, map[string]string{"/scheduled_jobs": `{"items": []}`, command: `{"job": {"id": ".../jobs/8", "name": "8"}}`})
	server.after = map[string]map[string]string{command: {"/scheduled_jobs": `{"items": [` + item("7", "a") + `, ` + item("8", "b") + `]}`}}
	got, err := apiOf(t, a).Create(t.Context(), scheduling.Request{
		Type: orchestrator.ScheduleDeploy, Environment: "a", Times: scheduling.Times{Start: at(0)}, Input: scheduling.Input{Scope: &orchestrator.Scope{Nodes: []string{"a"}}},
	})
	if err != nil || got.ID != "7" || len(server.received(command)) != 1 {
		t.Errorf("it is schedule %q, after %d commands: %v", got.ID, len(server.received(command)), err)
	}
}

// TestAPIRemove_AsksOnceForTheOtherAPI deletes several schedules where the setting asks for the older API.
func TestAPIRemove_AsksOnceForTheOtherAPI(t *testing.T) {
	t.Parallel()
	a, server := access(t, scheduling.SettingScheduleTask, map[string]string{"DELETE /scheduled_jobs/7": "", "DELETE /scheduled_jobs/8": ""})
	api := apiOf(t, a)
	for _, id := range []string{"7", "8"} {
		if err := api.Remove(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if asked := server.received("GET /scheduled_jobs/environment_jobs"); len(asked) != 1 {
		t.Errorf("the server was asked %d times", len(asked))
	}
}

// TestAPIRemove_WhereNobodyKnows deletes nothing while it is not known whether the other API has the schedule.
func TestAPIRemove_WhereNobodyKnows(t *testing.T) {
	t.Parallel()
	a, server := access(t, scheduling.SettingScheduleTask, map[string]string{"DELETE /scheduled_jobs/7": "", "/scheduled_jobs/environment_jobs": "<html>"})
	if err := apiOf(t, a).Remove(t.Context(), "7"); err == nil || len(server.received("DELETE")) != 0 {
		t.Errorf("after %d deletions: %v", len(server.received("DELETE")), err)
	}
}
