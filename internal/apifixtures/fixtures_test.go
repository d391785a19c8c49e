// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// clients are bound to a server that gives one fixture as the answer to one request.
type clients struct {
	orchestrator *orchestrator.Client
	rbac         *rbac.Client
	puppetDB     *puppetdb.Client
	codeManager  *codemanager.Client
	classifier   *classifier.Client
}

// check decodes a fixture through the call that receives it in production, and compares the result with the raw JSON.
type check func(t *testing.T, c clients, raw []byte) error

// answer describes the request that a fixture answers.
type answer struct {
	request string // method and path, without the prefix of the API
	status  int
	check   check
}

// answers lists every answer, by a pattern of file names. Each file must match exactly one entry here or in the other tables.
var answers = map[string]answer{
	"command-deploy.response.json": {"POST /command/deploy", 202, refers("81", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.Deploy(ctx, orchestrator.DeployRequest{})
	})},
	"command-task.response.json": {"POST /command/task", 202, refers("82", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.RunTask(ctx, orchestrator.TaskRequest{})
	})},
	"command-plan_run.response.json": {"POST /command/plan_run", 202, refers("1234", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.RunPlan(ctx, orchestrator.PlanRequest{})
	})},
	"command-environment_plan_run.response.json": {"POST /command/environment_plan_run", 202, refers("1235", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.RunEnvironmentPlan(ctx, orchestrator.EnvironmentPlanRequest{})
	})},
	"command-task_target.response.json": {"POST /command/task_target", 200, refers("1", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.CreateTaskTarget(ctx, orchestrator.TaskTargetRequest{})
	})},
	"command-schedule_task.legacy.response.json": {"POST /command/schedule_task", 202, refers("2", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.ScheduleTask(ctx, orchestrator.ScheduleTaskRequest{})
	})},
	// The name is the id that later calls use, whatever the URL says.
	"command-schedule_task.legacy.response.mismatched-name.json": {"POST /command/schedule_task", 202, refers("1234", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.ScheduleTask(ctx, orchestrator.ScheduleTaskRequest{})
	})},
	"command-schedule_deploy.legacy.response.json": {"POST /command/schedule_deploy", 202, refers("90", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.ScheduleDeploy(ctx, orchestrator.ScheduleDeployRequest{})
	})},
	"command-schedule_plan.legacy.response.json": {"POST /command/schedule_plan", 202, refers("3", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.SchedulePlan(ctx, orchestrator.SchedulePlanRequest{})
	})},
	"scheduled_jobs-environment_jobs.response.json": {"POST /scheduled_jobs/environment_jobs", 200, refers("2", func(ctx context.Context, c clients) (orchestrator.Ref, error) {
		return c.orchestrator.CreateEnvironmentJob(ctx, orchestrator.EnvironmentJobRequest{})
	})},
	"command-stop.response*.json": {"POST /command/stop", 202, checkStop},
	"command-stop_plan.response.json": {"POST /command/stop_plan", 202, func(t *testing.T, c clients, _ []byte) error {
		t.Helper()
		return c.orchestrator.StopPlan(t.Context(), "1234")
	}},

	"jobs-id.*.json":                {"GET /jobs/1", 200, checkJob},
	"jobs.list*.json":               {"GET /jobs", 200, checkJobs},
	"jobs-id-nodes.*.json":          {"GET /jobs/1/nodes", 200, checkNodes},
	"jobs-id-report.*.json":         {"GET /jobs/1/report", 200, checkReport},
	"jobs-id-events.*.json":         {"GET /jobs/1/events", 200, checkEvents},
	"plan_jobs-id.*.json":           {"GET /plan_jobs/1", 200, checkPlanJob},
	"plan_jobs.list*.json":          {"GET /plan_jobs", 200, checkPlanJobs},
	"plan_jobs-id-events*.json":     {"GET /plan_jobs/1/events", 200, checkPlanEvents},
	"plan_jobs-id-event-id.*.json":  {"GET /plan_jobs/1/event/95", 200, checkPlanEvent},
	"scopes-task_targets-id.*.json": {"GET /scopes/task_targets/1", 200, checkTaskTarget},
	"scopes-task_targets.list*.json": {"GET /scopes/task_targets", 200, func(t *testing.T, c clients, raw []byte) error {
		t.Helper()
		targets, err := c.orchestrator.TaskTargets(t.Context())
		sameIDs(t, raw, ids(targets, func(target orchestrator.TaskTarget) string { return target.ID }))
		return err
	}},
	"scheduled_jobs-environment_jobs-id.*.json":  {"GET /scheduled_jobs/environment_jobs/1", 200, checkEnvironmentJob},
	"scheduled_jobs-environment_jobs.list*.json": {"GET /scheduled_jobs/environment_jobs", 200, checkEnvironmentJobs},
	"scheduled_jobs.legacy.list*.json":           {"GET /scheduled_jobs", 200, checkLegacyJobs},
	"tasks-module-*.json":                        {"GET /tasks/*/*", 200, checkTask},
	"tasks.list*.json":                           {"GET /tasks", 200, checkTasks},
	"plans-module-plan*.json":                    {"GET /plans/*/*", 200, checkPlan},
	"plans.list.json":                            {"GET /plans", 200, checkPlans},
	"inventory.list.json":                        {"GET /inventory", 200, checkInventory},
	"inventory.post.response.json":               {"POST /inventory", 200, checkInventoryPost},
	"inventory-node.*.json":                      {"GET /inventory/*", 200, checkInventoryNode},
	"usage.*.json":                               {"GET /usage", 200, checkUsage},
	"orchestrator-root.json":                     {"GET /", 200, checkRoot},
	"environments.list.json":                     {"GET /environments", 200, checkEnvironments},
	"environments-id.json":                       {"GET /environments/production", 200, checkEnvironment},
	"status-services.running.json":               {"GET /services", 200, checkServices},
	"status-services.error.json":                 {"GET /services", 503, checkServices},
	"status-services-name*.json":                 {"GET /services", 200, checkServices},
	"rbac-roles-id.json":                         {"GET /roles/1", 200, checkRole},
	"rbac-roles-id.null-description.json":        {"GET /roles/1", 200, checkRole},
	"rbac-roles.list.json":                       {"GET /roles", 200, checkRoles},
	"rbac-users.list.json":                       {"GET /users", 200, checkUsers},
	"rbac-users-current.json":                    {"GET /users/current", 200, checkCurrentUser},
	"rbac-users-id.never-logged-in.json":         {"GET /users/*", 200, checkUser},
	"rbac-groups.list.json":                      {"GET /groups", 200, checkGroups},
	"rbac-types.json":                            {"GET /types", 200, checkTypes},
	"rbac-permitted-type-action.json":            {"GET /permitted/tasks/run_with_constraints", 200, checkPermittedInstances},
	"rbac-auth-token.response.json":              {"POST /auth/token", 200, checkLogin},
	"puppetdb-query.nodes*.json":                 {"POST /", 200, checkRows},
	"puppetdb-query.inventory*.json":             {"POST /", 200, checkRows},
	"puppetdb-query.facts.json":                  {"POST /", 200, checkRows},
	"puppetdb-query.fact_contents.json":          {"POST /", 200, checkRows},
	"puppetdb-query.resources.json":              {"POST /", 200, checkRows},
	"puppetdb-query.reports.json":                {"POST /", 200, checkRows},
	"puppetdb-query.events.json":                 {"POST /", 200, checkRows},
	"puppetdb-query.count*.json":                 {"POST /", 200, checkRows},
	"puppetdb-query.empty.json":                  {"POST /", 200, checkRows},
	"puppetdb-query.package_inventory.json":      {"POST /", 200, checkRows},
	"code_manager-deploys.response.*.json":       {"POST /deploys", 200, checkDeploys},
	"code_manager-deploys-status*.json":          {"GET /deploys/status", 200, checkQueue},
	"classifier-groups.list.json":                {"GET /groups", 200, checkNodeGroups},
	"classifier-groups-id.*.json":                {"GET /groups/*", 200, checkNodeGroup},
	"classifier-groups-id.json":                  {"GET /groups/*", 200, checkNodeGroup},
	"classifier-groups-id-rules.json":            {"GET /groups/1/rules", 200, checkRulesOfGroup},
	"classifier-groups-id-nodes.json":            {"GET /groups/1/nodes", 200, checkNodesOfGroup},
	"rbac-users-id-tokens.json":                  {"GET /users/*/tokens", 200, checkUserTokens},
}

// requests lists every request body with its type. Decoding and encoding it again must give the same JSON.
var requests = map[string]any{
	"command-deploy.request.*.json":                         orchestrator.DeployRequest{},
	"command-task.request*.json":                            orchestrator.TaskRequest{},
	"command-plan_run.request.json":                         orchestrator.PlanRequest{},
	"command-environment_plan_run.request.json":             orchestrator.EnvironmentPlanRequest{},
	"command-stop.request*.json":                            orchestrator.StopRequest{},
	"command-task_target.request.[atp]*.json":               orchestrator.TaskTargetRequest{},
	"command-schedule_task.legacy.request.json":             orchestrator.ScheduleTaskRequest{},
	"command-schedule_deploy.legacy.request.json":           orchestrator.ScheduleDeployRequest{},
	"command-schedule_plan.legacy.request.json":             orchestrator.SchedulePlanRequest{},
	"scheduled_jobs-environment_jobs.request.*.json":        orchestrator.EnvironmentJobRequest{},
	"scheduled_jobs-environment_jobs-id.put.*.request.json": orchestrator.EnvironmentJobUpdate{},
	"rbac-roles.post.request.json":                          rbac.Role{},
	"rbac-roles-id.put.request.json":                        rbac.Role{},
	"rbac-command-roles-permissions.request.json":           rbac.RolePermissions{},
	"rbac-command-roles-users.request.json":                 rbac.RoleUsers{},
	"rbac-command-roles-groups.request.json":                rbac.RoleGroups{},
	"rbac-auth-token.request.json":                          rbac.LoginRequest{},
	"rbac-groups.post.request.json":                         rbac.NewGroup{},
	"rbac-v2-groups.post.request.json":                      rbac.NewGroup{},
	"rbac-command-groups-create.request.json":               rbac.NewGroup{},
	"rbac-users.post.request*.json":                         rbac.NewUser{},
	"rbac-tokens.request.json":                              rbac.TokenRequest{},
	"code_manager-deploys.request.all.json":                 codemanager.Request{},
	"code_manager-deploys.request.environments.json":        codemanager.Request{},
	"code_manager-deploys.request.wait.json":                codemanager.Request{},
	"classifier-groups.post.request*.json":                  classifier.NewGroup{},
	"classifier-groups-id.put.request.json":                 classifier.NewGroup{},
	"classifier-groups-id.delta.*request.json":              classifier.Delta{},
	"classifier-groups-id-pin.request.json":                 classifier.Pins{},
	"command-stop_plan.request.json": struct {
		PlanJob string `json:"plan_job"`
	}{},
	"inventory.post.request.json": struct {
		Nodes []string `json:"nodes"`
	}{},
}

// others lists the files that are neither, with the test that reads them.
var others = map[string]func(t *testing.T, raw []byte){
	"error.*.json":                                              checkError,
	"client-tools.orchestrator.conf.json":                       checkOrchestratorConf,
	"client-tools.puppet-access.conf.json":                      checkPuppetAccessConf,
	"client-tools.puppetdb.conf.json":                           checkPuppetDBConf,
	"client-tools.puppet-code.conf.json":                        checkPuppetCodeConf,
	"error.code_manager.unrecognized-webhook-type.json":         checkJSON,
	"error.classifier.*.json":                                   checkClassifierError,
	"error.puppetdb.not-found.json":                             checkJSON,
	"error.puppetdb.text*.json":                                 checkPuppetDBError,
	"puppetdb-query.truncated.json":                             checkTruncated,
	"puppetdb-query.*.request*.json":                            checkJSON,
	"puppetdb-query.ast_only.json":                              checkJSON,
	"command-task_target.request.invalid-all-tasks-string.json": checkInvalidTaskTarget,
	"rbac-v2-users.list.json":                                   checkUsersV2,
	// What the client does not request. The simulator is tested against these files.
	"code_manager-deploys.request.dry-run.json":    checkJSON,
	"code_manager-deploys.request.modules.json":    checkJSON,
	"code_manager-deploys.request.no-modules.json": checkJSON,

	"classifier-commands-unpin-from-all.response.json": checkJSON,
	"classifier-rules-translate.response.*.json":       checkJSON,
	"classifier-v2-classified-nodes.json":              checkJSON,

	"rbac-command-users-roles.request.json":  checkJSON,
	"rbac-permitted.*.json":                  checkJSON,
	"rbac-v2-tokens.delete.request.json":     checkJSON,
	"rbac-v2-auth-token-authenticate.*.json": checkJSON,
}

func TestFixtures_EachIsDecoded(t *testing.T) {
	t.Parallel()
	entries, err := apifixtures.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 190 {
		t.Fatalf("only %d fixtures are here", len(entries))
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			raw, err := apifixtures.Files.ReadFile(entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			tests := testsOf(entry.Name(), raw)
			if len(tests) != 1 {
				t.Fatalf("%d decoders are meant for this file, want exactly one", len(tests))
			}
			tests[0](t)
		})
	}
}

// testsOf finds the tests for a file. A longer pattern beats a shorter one of the same table.
func testsOf(name string, raw []byte) (tests []func(*testing.T)) {
	if pattern := longest(name, requests); pattern != "" {
		return append(tests, func(t *testing.T) {
			t.Helper()
			sameAfterRoundTrip(t, requests[pattern], raw)
		})
	}
	if pattern := longest(name, answers); pattern != "" {
		a := answers[pattern]
		tests = append(tests, func(t *testing.T) {
			t.Helper()
			if err := a.check(t, serve(t, a, raw), raw); err != nil {
				t.Fatal(err)
			}
		})
	}
	if pattern := longest(name, others); pattern != "" {
		tests = append(tests, func(t *testing.T) {
			t.Helper()
			others[pattern](t, raw)
		})
	}
	return tests
}

func longest[T any](name string, table map[string]T) (found string) {
	for pattern := range table {
		if ok, err := path.Match(pattern, name); err == nil && ok && len(pattern) > len(found) {
			found = pattern
		}
	}
	return found
}

// serve starts a server that answers the expected request with the fixture.
func serve(t *testing.T, a answer, raw []byte) clients {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := r.URL.Path
		for _, prefix := range []string{"/orchestrator/v1", "/status/v1", "/rbac-api/v1", "/rbac-api/v2", "/pdb/query/v4", "/code-manager/v1", "/classifier-api/v1"} {
			got = strings.TrimPrefix(got, prefix)
		}
		if got == "" {
			got = "/"
		}
		if ok, err := path.Match("GET /jobs/*/nodes", r.Method+" "+got); err == nil && ok && strings.HasPrefix(a.request, "GET /jobs/") && !strings.HasSuffix(a.request, "/nodes") {
			// The nodes of a single job that does not count them.
			http.ServeFileFS(w, r, apifixtures.Files, "jobs-id-nodes.deploy.finished.json")
			return
		}
		if ok, err := path.Match(a.request, r.Method+" "+got); err != nil || !ok {
			t.Errorf("the client asked for %s %s, want %s", r.Method, got, a.request)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		if _, err := w.Write(raw); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	o, err := orchestrator.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rbac.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	p, err := puppetdb.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	m, err := codemanager.New(transport, server.URL+"/code-manager")
	if err != nil {
		t.Fatal(err)
	}
	g, err := classifier.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return clients{o, r, p, m, g}
}

func sameAfterRoundTrip(t *testing.T, prototype any, raw []byte) {
	t.Helper()
	value := reflect.New(reflect.TypeOf(prototype))
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value.Interface()); err != nil {
		t.Fatalf("the request type lacks something of the fixture: %v", err)
	}
	encoded, err := json.Marshal(value.Interface())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := generic(t, encoded), generic(t, raw); !reflect.DeepEqual(got, want) {
		t.Errorf("after decoding and encoding:\n got %s\nwant %s", encoded, raw)
	}
}

func checkError(t *testing.T, raw []byte) {
	t.Helper()
	object := asObject(t, raw)
	c := serve(t, answer{"GET /jobs/1", 418, nil}, raw)
	_, err := c.orchestrator.Job(t.Context(), "1")
	kind := str(object["kind"])
	if !httpapi.HasKind(err, kind[strings.LastIndex(kind, "/")+1:]) || httpapi.StatusOf(err) != 418 {
		t.Errorf("got %v, want kind %s", err, kind)
	}
	onOneLine := strings.Join(strings.Fields(str(object["msg"])), " ")
	if !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), onOneLine) {
		t.Errorf("the message is lost: %v", err)
	}
}

// checkJSON reads a file whose form no request or answer of the client has.
func checkJSON(t *testing.T, raw []byte) {
	t.Helper()
	generic(t, raw)
}

func checkInvalidTaskTarget(t *testing.T, raw []byte) {
	t.Helper()
	var request orchestrator.TaskTargetRequest
	if err := json.Unmarshal(raw, &request); err == nil {
		t.Error("the client can express the form that the server refuses")
	}
}

func writeConf(t *testing.T, name string, raw []byte) clienttools.Config {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := clienttools.Locations{User: dir, Global: filepath.Join(dir, "none"), Home: "/home/dana"}.Load()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func checkOrchestratorConf(t *testing.T, raw []byte) {
	t.Helper()
	config := writeConf(t, "orchestrator.conf", raw)
	if config.ServiceURL.Value != "https://pe.example.com:8143" || config.CACert.Value != "/etc/puppetlabs/puppet/ssl/certs/ca.pem" ||
		config.TokenFile.Value != filepath.FromSlash("/home/dana/.puppetlabs/token") {
		t.Errorf("got %+v", config)
	}
}

func checkPuppetAccessConf(t *testing.T, raw []byte) {
	t.Helper()
	config := writeConf(t, "puppet-access.conf", raw)
	if config.RBACURL.Value != "https://pe.example.com:4433/rbac-api" || config.CACert.Value == "" || config.TokenFile.Value == "" {
		t.Errorf("got %+v", config)
	}
}

func checkPuppetDBConf(t *testing.T, raw []byte) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "puppetdb.conf"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := (clienttools.Locations{User: dir}).PuppetDBURL(); err != nil || found.Value != "https://puppetdb.example.com:8081" {
		t.Errorf("got %+v, %v", found, err)
	}
}
