package apifixtures_test

import (
	"encoding/json"
	"iter"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

func checkStop(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	result, err := c.orchestrator.Stop(t.Context(), orchestrator.StopRequest{Job: "81"})
	job, _ := asObject(t, raw)["job"].(map[string]any)
	nodes, _ := job["nodes"].(map[string]any)
	same(t, "number of states", len(result.Nodes), len(nodes))
	same(t, "id", result.ID, job["name"])
	return err
}

func checkJob(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	job, err := c.orchestrator.Job(t.Context(), "1")
	sameJob(t, job, asObject(t, raw))
	if len(job.Status) == 0 {
		t.Error("the history of states is lost")
	}
	return err
}

func sameJob(t *testing.T, job orchestrator.Job, object map[string]any) {
	t.Helper()
	options, _ := object["options"].(map[string]any)
	owner, _ := object["owner"].(map[string]any)
	userdata, _ := object["userdata"].(map[string]any)
	states, _ := object["node_states"].(map[string]any)
	same(t, "id", job.ID, object["name"])
	same(t, "state", string(job.State), object["state"])
	sameOwner(t, job.Owner, owner)
	same(t, "nodes", float64(job.NodeCount), object["node_count"])
	same(t, "number of node states", len(job.NodeStates), len(states))
	same(t, "environment", job.Environment, str(options["environment"]))
	same(t, "description", job.Description, str(options["description"]))
	same(t, "task", job.Options.Task(), str(options["task"]))
	same(t, "plan job", job.Options.PlanJob(), str(options["plan_job"]))
	same(t, "schedule", job.Options.ScheduledJobID(), str(options["scheduled-job-id"]))
	same(t, "userdata", len(job.Userdata), len(userdata))
	same(t, "timestamp", job.Timestamp, object["timestamp"])
	same(t, "start", job.StartedTimestamp, str(object["started_timestamp"]))
	same(t, "end", job.FinishedTimestamp, str(object["finished_timestamp"]))
	if wantType := str(object["type"]); wantType != "" {
		same(t, "type", job.Type, wantType)
	} else {
		same(t, "type of a job that does not tell it", job.Type, "deploy")
	}
	if _, there := object["duration"]; there != (job.Duration != nil) {
		t.Errorf("duration: got %v, in the fixture %v", job.Duration, object["duration"])
	}
}

// sameOwner compares everything that is told of an owner.
func sameOwner(t *testing.T, owner orchestrator.Subject, object map[string]any) {
	t.Helper()
	count := func(key string) int { list, _ := object[key].([]any); return len(list) }
	same(t, "owner", owner.Login, object["login"])
	same(t, "id of the owner", owner.ID, object["id"])
	same(t, "email of the owner", owner.Email, str(object["email"]))
	same(t, "last login of the owner", owner.LastLogin, str(object["last_login"]))
	same(t, "remoteness of the owner is told", owner.IsRemote != nil, object["is_remote"] != nil)
	same(t, "roles of the owner", len(owner.RoleIDs), count("role_ids"))
	same(t, "inherited roles of the owner", len(owner.InheritedRoleIDs), count("inherited_role_ids"))
	same(t, "groups of the owner", len(owner.GroupIDs), count("group_ids"))
}

func checkJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	// The page of one item out of 42 would be asked for again and again; the client sees that nothing new comes.
	jobs, err := orchestrator.Collect(c.orchestrator.Jobs(t.Context(), orchestrator.JobFilter{}), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.Job) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		sameJob(t, jobs[i], object)
	}
	return err
}

func checkNodes(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	nodes, err := orchestrator.Collect(c.orchestrator.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{}), 0)
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		details, _ := object["details"].(map[string]any)
		same(t, "name", nodes[i].Name, object["name"])
		same(t, "state", string(nodes[i].State), object["state"])
		same(t, "report", nodes[i].ReportURL(), str(details["report-url"]))
		same(t, "has a result", nodes[i].Result != nil, object["result"] != nil)
		same(t, "has a duration", nodes[i].Duration != nil, object["duration"] != nil)
		if nodes[i].State == orchestrator.NodeFailed || nodes[i].State == orchestrator.NodeErrored {
			if message := nodes[i].Message(); message == "" || !strings.Contains(string(raw), strings.Split(message, "\n")[0]) {
				t.Errorf("%s: the reason of the failure is %q", nodes[i].Name, message)
			}
		}
	}
	return err
}

func checkReport(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	report, err := c.orchestrator.JobReport(t.Context(), "1")
	object := asObject(t, raw)
	list := object["items"]
	if list == nil {
		list = object["report"]
	}
	for i, want := range asObjects(t, list) {
		same(t, "node", report[i].Node, want["node"])
		same(t, "state", string(report[i].State), want["state"])
		same(t, "timestamp", report[i].Timestamp, want["timestamp"])
	}
	return err
}

func checkEvents(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	return sameEvents(t, c.orchestrator.AllJobEvents(t.Context(), "1", 0), raw)
}

func checkPlanEvents(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	return sameEvents(t, c.orchestrator.AllPlanJobEvents(t.Context(), "1", 0), raw)
}

func sameEvents(t *testing.T, all iter.Seq2[orchestrator.Event, error], raw []byte) error {
	t.Helper()
	events, err := orchestrator.Collect(all, 0)
	items := asObjects(t, asObject(t, raw)["items"])
	// The server here gives one answer to every request. Had the cursor not advanced past the last event, there would be no
	// second request; and as it does not advance further, there is no third.
	same(t, "events of two answers", len(events), 2*len(items))
	for i, object := range items {
		details, _ := object["details"].(map[string]any)
		same(t, "id", str(float64(events[i].ID)), str(object["id"]))
		same(t, "type", events[i].Type, object["type"])
		same(t, "message", events[i].Message, strings.TrimSpace(str(object["message"])))
		same(t, "node", events[i].Node(), str(details["node"]))
		same(t, "job", events[i].JobID(), str(details["job-id"]))
	}
	return err
}

func checkPlanEvent(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	event, err := c.orchestrator.PlanJobEvent(t.Context(), "1", 95)
	if len(event.OutMessage()) <= 1024 || !strings.Contains(string(raw), event.OutMessage()) {
		t.Errorf("the message has %d bytes", len(event.OutMessage()))
	}
	return err
}

func checkPlanJob(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	job, err := c.orchestrator.PlanJob(t.Context(), "1")
	samePlanJob(t, job, asObject(t, raw))
	return err
}

func samePlanJob(t *testing.T, job orchestrator.PlanJob, object map[string]any) {
	t.Helper()
	options, _ := object["options"].(map[string]any)
	parameters, _ := options["parameters"].(map[string]any)
	status, _ := object["status"].(map[string]any)
	same(t, "id", job.ID, object["name"])
	same(t, "state", string(job.State), object["state"])
	same(t, "plan", job.PlanName, options["plan_name"])
	same(t, "parameters", len(job.Options.Params()), len(parameters))
	same(t, "schedule", job.Options.ScheduledJobID(), str(options["scheduled_job_id"]))
	same(t, "environment", job.Environment, str(options["environment"]))
	same(t, "has a result", job.Result != nil, object["result"] != nil)
	same(t, "jobs", len(job.JobIDs()), len(status))
	if job.State == orchestrator.PlanJobFailure && job.Message() == "" {
		t.Error("the reason of the failure is lost")
	}
	if job.State.Terminal() && job.FinishedTimestamp == "" {
		t.Error("the end is unknown")
	}
}

func checkPlanJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	jobs, err := orchestrator.Collect(c.orchestrator.PlanJobs(t.Context(), orchestrator.PlanJobFilter{}), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.PlanJob) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		samePlanJob(t, jobs[i], object)
	}
	return err
}

func checkTaskTarget(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	target, err := c.orchestrator.TaskTarget(t.Context(), "1")
	object := asObject(t, raw)
	count := func(key string) int { list, _ := object[key].([]any); return len(list) }
	same(t, "id", target.ID, object["name"])
	same(t, "display name", target.DisplayName, str(object["display_name"]))
	same(t, "tasks", len(target.Tasks), count("tasks"))
	same(t, "nodes", len(target.Nodes), count("nodes"))
	same(t, "node groups", len(target.NodeGroups), count("node_groups"))
	same(t, "query", target.PQLQuery, str(object["pql_query"]))
	same(t, "all tasks", target.AllTasks, str(object["all_tasks"]) == "true")
	return err
}

func checkEnvironmentJob(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	job, err := c.orchestrator.EnvironmentJob(t.Context(), "1")
	sameEnvironmentJob(t, job, asObject(t, raw))
	return err
}

func sameEnvironmentJob(t *testing.T, job orchestrator.EnvironmentJob, object map[string]any) {
	t.Helper()
	schedule, _ := object["schedule"].(map[string]any)
	input, _ := object["input"].(map[string]any)
	parameters, _ := input["parameters"].(map[string]any)
	sensitive, _ := input["sensitive_parameters"].([]any)
	next, _ := object["next_run"].(map[string]any)
	same(t, "id", job.ID, idIn(object))
	same(t, "type", job.Type, object["type"])
	same(t, "enabled", job.Enabled, object["enabled"] != false)
	same(t, "start", job.Schedule.StartTime, schedule["start_time"])
	same(t, "recurs", job.Schedule.Interval != nil, schedule["interval"] != nil)
	same(t, "next run", job.NextRun, str(next["time"]))
	same(t, "name", job.Input.Name(), str(input["name"]))
	same(t, "parameters", len(job.Input.Parameters()), len(parameters))
	same(t, "sensitive parameters", len(job.Input.SensitiveParameters()), len(sensitive))
	same(t, "has a scope", job.Input.Scope() != nil, input["scope"] != nil)

	last, _ := object["last_run"].(map[string]any)
	same(t, "has run", job.LastRun != nil, last != nil)
	if last == nil {
		return
	}
	run, _ := last["job"].(map[string]any)
	if failure, _ := run["submission_error"].(map[string]any); failure != nil {
		same(t, "submission error", job.LastRun.SubmissionError.Message, failure["msg"])
		same(t, "job of a run that was not submitted", job.LastRun.JobID, "")
	} else {
		same(t, "job of the last run", job.LastRun.JobID, str(run["name"]))
	}
}

func checkEnvironmentJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	jobs, err := orchestrator.Collect(c.orchestrator.EnvironmentJobs(t.Context(), orchestrator.EnvironmentJobFilter{}), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.EnvironmentJob) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		sameEnvironmentJob(t, jobs[i], object)
	}
	return err
}

func checkLegacyJobs(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	jobs, err := orchestrator.Collect(c.orchestrator.LegacyJobs(t.Context()), 0)
	sameIDs(t, raw, ids(jobs, func(j orchestrator.LegacyJob) string { return j.ID }))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		environment := object["environment"]
		if environment == nil {
			environment = object["enviroment"]
		}
		options, _ := object["schedule_options"].(map[string]any)
		same(t, "environment", jobs[i].Environment, environment)
		same(t, "type", jobs[i].Type, object["type"])
		same(t, "name", jobs[i].Name, str(object["task"])+str(object["plan"]))
		same(t, "time", jobs[i].ScheduledTime, object["scheduled_time"])
		same(t, "recurs", jobs[i].Interval != nil, options["interval"] != nil)
		same(t, "noop", *jobs[i].Noop, object["noop"])
	}
	return err
}

func checkTask(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	object := asObject(t, raw)
	metadata, _ := object["metadata"].(map[string]any)
	parameters, _ := metadata["parameters"].(map[string]any)
	files, _ := object["files"].([]any)
	task, err := c.orchestrator.Task(t.Context(), "production", str(object["name"]))
	same(t, "name", task.Name, object["name"])
	same(t, "parameters", len(task.Metadata.Parameters), len(parameters))
	same(t, "knows its parameters", task.Metadata.Parameters != nil, parameters != nil)
	same(t, "noop", task.Metadata.SupportsNoop, metadata["supports_noop"] == true)
	same(t, "private", task.Metadata.Private, metadata["private"] == true)
	same(t, "files", len(task.Files), len(files))
	sameCode(t, task.Environment, task.CodeID, raw)
	for i, object := range asObjects(t, object["files"]) {
		uri, _ := object["uri"].(map[string]any)
		same(t, "path of a file", task.Files[i].URI.Path, uri["path"])
	}
	needed, _ := metadata["files"].([]any)
	same(t, "files of other modules", len(task.Metadata.Files), len(needed))
	for name, parameter := range parameters {
		want, _ := parameter.(map[string]any)
		same(t, name, task.Metadata.Parameters[name].Type, want["type"])
	}
	return err
}

// sameCode compares the environment that code was loaded from.
func sameCode(t *testing.T, environment, codeID string, raw []byte) {
	t.Helper()
	want, _ := asObject(t, raw)["environment"].(map[string]any)
	same(t, "environment", environment, want["name"])
	same(t, "code id", codeID, str(want["code_id"]))
}

func checkTasks(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	list, err := c.orchestrator.TaskList(t.Context(), "production")
	names := list.Names
	sameCode(t, list.Environment, list.CodeID, raw)
	want := []string{}
	for _, object := range asObjects(t, asObject(t, raw)["items"]) {
		want = append(want, str(object["name"]))
	}
	same(t, "names", names, want)
	return err
}

func checkPlan(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	object := asObject(t, raw)
	metadata, _ := object["metadata"].(map[string]any)
	parameters, _ := metadata["parameters"].(map[string]any)
	plan, err := c.orchestrator.Plan(t.Context(), "production", str(object["name"]))
	same(t, "name", plan.Name, object["name"])
	same(t, "permitted", plan.Permitted, object["permitted"])
	sameCode(t, plan.Environment, plan.CodeID, raw)
	same(t, "parameters", len(plan.Parameters), len(parameters))
	for name, parameter := range parameters {
		want, _ := parameter.(map[string]any)
		same(t, name, plan.Parameters[name].Type, want["type"])
		same(t, name+" has a default", plan.Parameters[name].Default != nil, want["default_value"] != nil)
	}
	return err
}

func checkPlans(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	list, err := c.orchestrator.PlanList(t.Context(), "production")
	plans := list.Plans
	sameCode(t, list.Environment, list.CodeID, raw)
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		same(t, "name", plans[i].Name, object["name"])
		same(t, "permitted", plans[i].Permitted, object["permitted"])
	}
	return err
}

func checkInventory(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	nodes, err := c.orchestrator.Inventory(t.Context())
	sameInventory(t, nodes, raw)
	return err
}

func checkInventoryPost(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	nodes, err := c.orchestrator.InventoryNodes(t.Context(), []string{"node1.example.com", "node3.example.com"})
	sameInventory(t, nodes, raw)
	return err
}

func sameInventory(t *testing.T, nodes []orchestrator.InventoryNode, raw []byte) {
	t.Helper()
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		sameInventoryNode(t, nodes[i], object)
	}
}

func sameInventoryNode(t *testing.T, node orchestrator.InventoryNode, object map[string]any) {
	t.Helper()
	same(t, "name", node.Name, object["name"])
	same(t, "connected", node.Connected, object["connected"])
	same(t, "broker", node.Broker, str(object["broker"]))
	same(t, "timestamp", node.Timestamp, str(object["timestamp"]))
}

func checkInventoryNode(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	object := asObject(t, raw)
	node, err := c.orchestrator.InventoryNode(t.Context(), str(object["name"]))
	sameInventoryNode(t, node, object)
	return err
}

func checkUsage(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	usage, err := c.orchestrator.Usage(t.Context(), orchestrator.UsageFilter{})
	days := usage.Days
	span, _ := asObject(t, raw)["pagination"].(map[string]any)
	same(t, "start date", usage.StartDate, str(span["start_date"]))
	same(t, "end date", usage.EndDate, str(span["end_date"]))
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		same(t, "date", days[i].Date, object["date"])
		same(t, "nodes", float64(days[i].TotalNodes), object["total_nodes"])
		same(t, "has events", days[i].NodesAffectedByPlanRuns != nil, object["nodes_affected_by_plan_runs"] != nil)
	}
	return err
}

func checkRoot(t *testing.T, c clients, _ []byte) error {
	t.Helper()
	root, err := c.orchestrator.Root(t.Context())
	same(t, "version", root.Info.Version, "0.1")
	same(t, "commands", len(root.Commands), 2)
	same(t, "license", root.Info.License.URL, "https://license.example.com/")
	same(t, "status", root.Status.Name, "status")
	return err
}

func checkEnvironments(t *testing.T, c clients, _ []byte) error {
	t.Helper()
	environments, err := c.orchestrator.Environments(t.Context())
	same(t, "environments", environments, []orchestrator.Environment{{Name: "production"}})
	return err
}

func checkEnvironment(t *testing.T, c clients, _ []byte) error {
	t.Helper()
	environment, err := c.orchestrator.Environment(t.Context(), "production")
	same(t, "environment", environment.Name, "production")
	return err
}

func checkServices(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	services, err := c.orchestrator.Services(t.Context(), orchestrator.StatusQuery{})
	for name, value := range asObject(t, raw) {
		object, _ := value.(map[string]any)
		same(t, name, services[name].State, object["state"])
		same(t, name, services[name].Version, object["service_version"])
		same(t, name, float64(services[name].StatusVersion), object["service_status_version"])
		same(t, name, services[name].DetailLevel, object["detail_level"])
		same(t, name+" has a status", services[name].Status != nil, object["status"] != nil)
	}
	return err
}

func checkRole(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	role, err := c.rbac.Role(t.Context(), 1)
	sameRole(t, role, asObject(t, raw))
	return err
}

func sameRole(t *testing.T, role rbac.Role, object map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(role)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "role", generic(t, encoded), any(object))
}

func checkRoles(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	roles, err := c.rbac.Roles(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		sameRole(t, roles[i], object)
	}
	return err
}

func checkUsers(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	users, err := c.rbac.Users(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		sameUser(t, users[i], object)
	}
	return err
}

func sameUser(t *testing.T, user rbac.User, object map[string]any) {
	t.Helper()
	roles, _ := object["role_ids"].([]any)
	same(t, "id", user.ID, object["id"])
	same(t, "login", user.Login, object["login"])
	same(t, "roles", len(user.RoleIDs), len(roles))
	same(t, "remote", user.IsRemote, object["is_remote"])
	same(t, "has logged in", user.LastLogin != nil, object["last_login"] != nil)
}

func checkUser(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	user, err := c.rbac.User(t.Context(), "5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85")
	sameUser(t, user, asObject(t, raw))
	return err
}

func checkCurrentUser(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	user, err := c.rbac.CurrentUser(t.Context())
	sameUser(t, user, asObject(t, raw))
	return err
}

// checkUsersV2 reads the users of an answer that the client does not ask for: they are those of the list that it does.
func checkUsersV2(t *testing.T, raw []byte) {
	t.Helper()
	var answer struct {
		Users []rbac.User `json:"users"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	for i, object := range asObjects(t, asObject(t, raw)["users"]) {
		sameUser(t, answer.Users[i], object)
	}
}

func checkGroups(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	groups, err := c.rbac.Groups(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		users, _ := object["user_ids"].([]any)
		same(t, "id", groups[i].ID, object["id"])
		same(t, "login", groups[i].Login, object["login"])
		same(t, "users", len(groups[i].UserIDs), len(users))
	}
	return err
}

func checkTypes(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	types, err := c.rbac.Types(t.Context())
	encoded, marshalErr := json.Marshal(types)
	if marshalErr != nil {
		return marshalErr
	}
	same(t, "types", generic(t, encoded), generic(t, raw))
	return err
}

func checkPermittedInstances(t *testing.T, c clients, _ []byte) error {
	t.Helper()
	instances, err := c.rbac.PermittedInstances(t.Context(), "tasks", "run_with_constraints")
	same(t, "instances", instances, []string{"1", "4"})
	return err
}

func checkLogin(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	token, err := c.rbac.Login(t.Context(), rbac.LoginRequest{Login: "dana", Password: "example-only"})
	same(t, "token", token, asObject(t, raw)["token"])
	return err
}

func checkUserTokens(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	tokens, err := c.rbac.UserTokens(t.Context(), "42bf351c-f9ec-40af-84ad-e976fec7f4bd")
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		same(t, "id", tokens[i].ID, object["id"])
		same(t, "expiration", tokens[i].ExpirationDate, object["expiration_date"])
	}
	return err
}
