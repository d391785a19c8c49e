// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

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
	sameCode(t, list.Environment, list.CodeID, raw)
	want := []string{}
	for i, object := range asObjects(t, asObject(t, raw)["items"]) {
		want = append(want, str(object["name"]))
		permitted, said := object["permitted"].(bool)
		if got := list.Tasks[i].Permitted; said != (got != nil) || said && *got != permitted {
			t.Errorf("whether task %d is permitted: %v", i, got)
		}
	}
	same(t, "names", list.Names(), want)
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
