// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// What many operations need.
var (
	lookAtJobs  = right{permission: "orchestrator:view:*"}
	runPuppet   = right{permission: "puppet_agent:run:*"}
	runTask     = right{permission: "tasks:run:facts", on: "the task"}
	runPlan     = right{permission: "plans:run:facts::info", on: "the plan"}
	queryNodes  = right{permission: "nodes:view_data:*"}
	viewGroup   = right{permission: "node_groups:view:" + simulator.AllNodesGroup, on: "the group or one above it"}
	createRoles = right{permission: "user_roles:create:*"}
	editRoles   = right{permission: "user_roles:edit:*"}

	importGroups = right{permission: "user_groups:import:*"}
	createUsers  = right{permission: "users:create:*"}
)

const (
	firstNode = "scope = { nodes = [\"node1.example.com\"] }\n"
	someQuery = "scope = { query = \"nodes[certname] { certname = \\\"node1.example.com\\\" }\" }\n"
	allGroup  = "scope = { node_group = \"" + simulator.AllNodesGroup + "\" }\n"
	later     = "scheduled_time = \"2090-01-01T00:00:00Z\"\n"
)

func block(kind, arguments string) string {
	return "resource \"" + kind + "\" \"x\" {\n" + arguments + "\n}\n"
}

// anotherGroup is a directory group beside the one that goes.
func anotherGroup(roles string) string {
	return "resource \"pe_directory_group\" \"y\" {\nlogin = \"dbteam\"\n" + roles + "\n}\n"
}

func look(kind, arguments string) string {
	return "data \"" + kind + "\" \"x\" {\n" + arguments + "\n}\n"
}

// restricted is a world with a task-target of one node and the task facts.
func restricted(t *testing.T, h *acctest.Harness) string {
	t.Helper()
	ref, err := h.Client(t).CreateTaskTarget(t.Context(), orchestrator.TaskTargetRequest{DisplayName: "facts", Tasks: []string{"facts"}, Nodes: []string{acctest.Node(1)}})
	if err != nil {
		t.Fatal(err)
	}
	return ref.ID
}

// aRole is a world with a role that has no members.
func aRole(t *testing.T, h *acctest.Harness) string {
	t.Helper()
	id, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "Web", Permissions: []rbac.Permission{}, UserIDs: []string{}, GroupIDs: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(id, 10)
}

// aJob is a world with a job that has ended, aPlanJob one with a plan job.
func aJob(t *testing.T, h *acctest.Harness) string {
	t.Helper()
	return h.RunTask(t, "facts", nil, acctest.Node(1))
}

func aPlanJob(t *testing.T, h *acctest.Harness) string {
	t.Helper()
	return h.RunPlan(t, "facts::info", nil)
}

// scoped are the operations of what runs somewhere.
func scoped(kind, what, arguments string, run right) []operation {
	return []operation{
		{what: what + " on `scope.nodes`", rights: []right{lookAtJobs, run}, config: block(kind, arguments+firstNode)},
		{what: what + " on `scope.query`", rights: []right{lookAtJobs, run, queryNodes}, config: block(kind, arguments+someQuery)},
		{what: what + " on `scope.node_group`", rights: []right{lookAtJobs, run, viewGroup}, config: block(kind, arguments+allGroup)},
	}
}

// looks is the page of a data source that is read in one way.
func looks(name, arguments string, world func(*testing.T, *acctest.Harness) string, rights ...right) rightsPage {
	return rightsPage{"Data Source", name, []operation{{what: "read", rights: rights, world: world, config: look(name, arguments)}}}
}

const (
	taskOfAll = "task = \"facts\"\n"
	planOfAll = "plan_name = \"facts::info\"\nparams = { targets = \"node1.example.com\" }\n"
	deployAll = "environment = \"production\"\n"
)

// rightsPages are all pages, and what each needs.
var rightsPages = []rightsPage{
	{"Resource", "pe_deploy", scoped("pe_deploy", "run", deployAll, runPuppet)},
	{"Resource", "pe_task", append(scoped("pe_task", "run", taskOfAll, runTask), operation{
		what: "run on the nodes of a task-target", rights: []right{lookAtJobs, {permission: "tasks:run_with_constraints:%", on: "the task-target"}}, world: restricted, config: block("pe_task", taskOfAll+firstNode),
	})},
	{"Resource", "pe_plan_run", []operation{
		{what: "run", rights: []right{lookAtJobs, runPlan}, config: block("pe_plan_run", planOfAll)},
		{what: "run with `query_params`", rights: []right{lookAtJobs, runPlan, queryNodes}, config: block("pe_plan_run", "plan_name = \"facts::info\"\nquery_params = { targets = \"nodes[certname] { }\" }\n")},
		{what: "run with `node_group_params`", rights: []right{lookAtJobs, runPlan, viewGroup}, config: block("pe_plan_run", "plan_name = \"facts::info\"\nnode_group_params = { targets = \""+simulator.AllNodesGroup+"\" }\n")},
	}},
	{"Resource", "pe_scheduled_deploy", scoped("pe_scheduled_deploy", "schedule", deployAll+later, runPuppet)},
	{"Resource", "pe_scheduled_task", scoped("pe_scheduled_task", "schedule", taskOfAll+later, runTask)},
	{"Resource", "pe_scheduled_plan", []operation{
		{what: "schedule", rights: []right{lookAtJobs, runPlan}, config: block("pe_scheduled_plan", planOfAll+later)},
	}},
	{"Resource", "pe_task_target", []operation{
		{what: "create, read and forget", config: block("pe_task_target", "display_name = \"x\"\ntasks = [\"facts\"]\nnodes = [\"node1.example.com\"]\n")},
		{what: "the same with `max_nodes` and `pql_query`", rights: []right{queryNodes}, config: block("pe_task_target", "display_name = \"x\"\ntasks = [\"facts\"]\npql_query = \"nodes[certname] { }\"\nmax_nodes = 99\n")},
		{what: "the same with `max_nodes` and `node_groups`", rights: []right{viewGroup}, config: block("pe_task_target", "display_name = \"x\"\ntasks = [\"facts\"]\nnode_groups = [\""+simulator.AllNodesGroup+"\"]\nmax_nodes = 99\n")},
	}},
	{"Resource", "pe_code_deploy", []operation{
		{what: "deploy `environments`", rights: []right{{permission: "environment:deploy_code:production", on: "each of the environments"}}, config: block("pe_code_deploy", "environments = [\"production\"]\n")},
		{what: "deploy with `all = true`", rights: []right{{permission: "environment:deploy_code:*"}}, config: block("pe_code_deploy", "all = true\n")},
	}},
	{"Resource", "pe_role", []operation{
		{
			what: "create, change `permissions`, and delete", rights: []right{createRoles, editRoles},
			config: block("pe_role", "display_name = \"x\"\npermissions = []\n"),
			change: block("pe_role", "display_name = \"x\"\npermissions = [{ object_type = \"tasks\", action = \"run\", instance = \"facts\" }]\n"),
		},
		{
			what: "change `display_name` or `description`", rights: []right{
				createRoles, {permission: "user_roles:edit:*", later: true}, {permission: "user_roles:edit_members:*", on: "the role", later: true},
			},
			config: block("pe_role", "display_name = \"x\"\npermissions = []\n"), change: block("pe_role", "display_name = \"y\"\npermissions = []\n"),
		},
		{
			what: "the same with `user_ids` or `group_ids`", rights: []right{createRoles, editMembers("*", "every role"), {permission: "user_roles:edit:*", later: true}},
			config: block("pe_role", "display_name = \"x\"\nuser_ids = [\""+acctest.DanaID+"\"]\n"), change: block("pe_role", "display_name = \"y\"\nuser_ids = [\""+acctest.DanaID+"\"]\n"),
		},
	}},
	{"Resource", "pe_node_group", []operation{
		{
			what: "create, change and delete", rights: []right{viewGroup, {permission: "node_groups:modify_children:" + simulator.AllNodesGroup, on: "the group above"}},
			config: block("pe_node_group", "name = \"x\"\n"), change: block("pe_node_group", "name = \"y\"\nrule = []\n"),
		},
		{
			what: "the same in an environment other than production", rights: []right{
				viewGroup, {permission: "node_groups:modify_children:" + simulator.AllNodesGroup, on: "the group above"},
				{permission: "node_groups:set_environment:" + simulator.AllNodesGroup, on: "the group above"},
			},
			config: block("pe_node_group", "name = \"x\"\nenvironment = \"staging\"\n"),
		},
	}},
	{"Resource", "pe_node_group_pin", []operation{{
		what: "pin and unpin", rights: []right{viewGroup, {permission: "node_groups:edit_child_rules:" + simulator.AllNodesGroup, on: "a group above it"}},
		config: block("pe_node_group_pin", "node_group_id = \""+simulator.WebServersGroup+"\"\ncertname = \"node2.example.com\"\n"),
	}}},
	{"Resource", "pe_directory_group", []operation{
		{
			what: "create and delete", rights: []right{importGroups, {permission: "user_groups:delete:*", later: true}},
			config: block("pe_directory_group", "login = \"oncall\"\n"), change: "# nothing is left\n",
		},
		{
			what: "the same with `role_ids`", rights: []right{importGroups, {permission: "user_groups:delete:*", later: true}, {permission: "user_roles:edit_members:*", on: "each of the roles", later: true}},
			config: block("pe_directory_group", "login = \"oncall\"\n") + anotherGroup("role_ids = []"), change: anotherGroup("role_ids = [\"3\"]"),
		},
	}},
	{"Resource", "pe_user", []operation{
		{
			what: "create, change and delete", rights: []right{createUsers, {permission: "users:edit:*", later: true}},
			config: block("pe_user", "login = \"x\"\ndisplay_name = \"x\"\n"), change: block("pe_user", "login = \"x\"\ndisplay_name = \"y\"\n"),
		},
		{
			what: "the same with `role_ids`", rights: []right{createUsers, {permission: "users:edit:*", later: true}, {permission: "user_roles:edit_members:3", on: "each of the roles"}},
			config: block("pe_user", "login = \"x\"\ndisplay_name = \"x\"\nrole_ids = [\"3\"]\n"), change: block("pe_user", "login = \"x\"\ndisplay_name = \"y\"\nrole_ids = [\"3\"]\n"),
		},
		{
			what: "the same, and change `revoked`", rights: []right{createUsers, {permission: "users:edit:*", later: true}, {permission: "users:disable:*", later: true}},
			config: block("pe_user", "login = \"x\"\ndisplay_name = \"x\"\n"), change: block("pe_user", "login = \"x\"\ndisplay_name = \"y\"\nrevoked = true\n"),
		},
	}},
	{"Resource", "pe_role_permission", []operation{{
		what: "add and remove", rights: []right{editRoles}, world: aRole, config: block("pe_role_permission", "role_id = %\nobject_type = \"nodes\"\naction = \"view_data\"\ninstance = \"*\"\n"),
	}}},
	{"Resource", "pe_role_membership", []operation{{
		what: "add and remove", rights: []right{editMembers("%", "the role")}, world: aRole, config: block("pe_role_membership", "role_id = %\nuser_id = \""+acctest.DanaID+"\"\n"),
	}}},
	looks("pe_job", "id = \"%\"", aJob, lookAtJobs),
	looks("pe_jobs", "", nil, lookAtJobs),
	looks("pe_job_nodes", "job_id = \"%\"", aJob, lookAtJobs),
	looks("pe_job_events", "job_id = \"%\"", aJob, lookAtJobs),
	looks("pe_job_report", "job_id = \"%\"", aJob, lookAtJobs),
	looks("pe_plan_job", "id = \"%\"", aPlanJob, lookAtJobs),
	looks("pe_plan_jobs", "", nil, lookAtJobs),
	looks("pe_plan_job_events", "plan_job_id = \"%\"", aPlanJob, lookAtJobs),
	looks("pe_scheduled_jobs", "", nil, lookAtJobs),
	looks("pe_inventory", "", nil, lookAtJobs),
	looks("pe_puppetdb_query", "query = \"nodes[certname] { }\"", nil, queryNodes),
	looks("pe_usage", "", nil, lookAtJobs),
	looks("pe_orchestrator", "", nil),
	looks("pe_tasks", "", nil),
	looks("pe_task_metadata", "name = \"facts\"", nil),
	looks("pe_plans", "", nil),
	looks("pe_plan_metadata", "name = \"facts::info\"", nil),
	looks("pe_task_target", "id = \"%\"", restricted),
	looks("pe_task_targets", "", nil),
	looks("pe_node_group", "name = \"All Nodes\"", nil, viewGroup),
	looks("pe_node_groups", "", nil),
	looks("pe_role", "display_name = \"Operators\"", nil, editRoles),
	looks("pe_user", "login = \"dana\"", nil),
	looks("pe_users", "", nil),
	looks("pe_group", "login = \"webteam\"", nil),
	looks("pe_groups", "", nil),
	looks("pe_permission_types", "", nil),
	lists("pe_task_target", "", nil),
	lists("pe_node_group", "", nil),
	lists("pe_node_group_pin", "", nil),
	lists("pe_user", "", nil),
	lists("pe_directory_group", "", nil),
	lists("pe_role", "", nil, editRoles),
	lists("pe_role_permission", "role_id = \"%\"", aRole, editRoles),
	lists("pe_role_membership", "role_id = \"%\"", aRole, editRoles),
	lists("pe_scheduled_task", "", nil, lookAtJobs),
	lists("pe_scheduled_deploy", "", nil, lookAtJobs),
	lists("pe_scheduled_plan", "", nil, lookAtJobs),
	{"Ephemeral Resource", "pe_token", []operation{{what: "log in, and revoke the token"}}},
	{"Action", "pe_deploy", invoked("pe_deploy", scoped("pe_deploy", "run", deployAll, runPuppet))},
	{"Action", "pe_task", invoked("pe_task", append(scoped("pe_task", "run", taskOfAll, runTask), operation{
		what: "run on the nodes of a task-target", rights: []right{lookAtJobs, {permission: "tasks:run_with_constraints:%", on: "the task-target"}}, world: restricted, config: block("pe_task", taskOfAll+firstNode),
	}))},
	{"Action", "pe_plan_run", invoked("pe_plan_run", []operation{
		{what: "run", rights: []right{lookAtJobs, runPlan}, config: block("pe_plan_run", planOfAll)},
	})},
	{"Action", "pe_code_deploy", invoked("pe_code_deploy", []operation{
		{what: "deploy `environments`", rights: []right{{permission: "environment:deploy_code:production", on: "each of the environments"}}, config: block("pe_code_deploy", "environments = [\"production\"]\n")},
		{what: "deploy with `all = true`", rights: []right{{permission: "environment:deploy_code:*"}}, config: block("pe_code_deploy", "all = true\n")},
	})},
	{"Action", "pe_stop_job", invoked("pe_stop_job", []operation{
		{what: "stop a job of anybody", rights: []right{lookAtJobs}, world: aLongJob, config: block("pe_stop_job", "id = \"%\"\nforce = true\n")},
	})},
	{"Action", "pe_stop_plan", invoked("pe_stop_plan", []operation{
		{what: "stop a plan of anybody", rights: []right{lookAtJobs}, world: aLongPlan, config: block("pe_stop_plan", "id = \"%\"\n")},
	})},
}

// invoked has operations done by the action of a name, which takes the arguments of the resource.
func invoked(name string, operations []operation) []operation {
	for i, o := range operations {
		arguments := strings.TrimSuffix(strings.TrimPrefix(o.config, "resource \""+name+"\" \"x\" {"), "}\n")
		operations[i].config = "action \"" + name + "\" \"x\" {\nconfig {" + arguments + "}\n}\n"
		operations[i].action = name + ".x"
	}
	return operations
}

// aLongJob is a world with a job that runs, aLongPlan one with such a plan.
func aLongJob(t *testing.T, h *acctest.Harness) string {
	t.Helper()
	return acctest.Started(t)(h.Client(t).RunTask(acctest.Ctx(t), orchestrator.TaskRequest{
		Environment: "production", Task: "simulate", Params: map[string]any{"duration": 6000}, Scope: orchestrator.Scope{Nodes: []string{acctest.Node(1)}},
	}))
}

func aLongPlan(t *testing.T, h *acctest.Harness) string {
	t.Helper()
	return acctest.Started(t)(h.Client(t).RunPlan(acctest.Ctx(t), orchestrator.PlanRequest{
		PlanName: "simulate::plan", Environment: "production", Params: map[string]any{"duration": 6000},
	}))
}

// lists is the page of a list resource.
func lists(name, config string, world func(*testing.T, *acctest.Harness) string, rights ...right) rightsPage {
	return rightsPage{"List Resource", name, []operation{{what: "list", rights: rights, world: world, list: acctest.List(name, "", config)}}}
}

// editMembers is the permission to change who has a role.
func editMembers(instance, on string) right {
	return right{permission: "user_roles:edit_members:" + instance, on: on}
}
