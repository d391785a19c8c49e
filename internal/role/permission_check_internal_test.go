// SPDX-License-Identifier: MPL-2.0

package role

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

func knownTypes() []rbac.ObjectType {
	return []rbac.ObjectType{
		{ObjectType: "tasks", DisplayName: "Tasks", Actions: []rbac.Action{{Name: "run", DisplayName: "Run Tasks", HasInstances: true}, {Name: "audit", DisplayName: "Audit"}}},
		{ObjectType: "puppet_agent", DisplayName: "Puppet agent", Actions: []rbac.Action{{Name: "run", DisplayName: "Run Puppet on agent nodes"}}},
	}
}

func TestPermissionCheck_Problem(t *testing.T) {
	t.Parallel()
	unknown := types.StringUnknown()
	text := types.StringValue
	for name, test := range map[string]struct {
		permission    permissionModel
		part, problem string
	}{
		"known":                       {permissionModel{text("tasks"), text("run"), text("facts")}, "", ""},
		"known, of everything":        {permissionModel{text("tasks"), text("run"), text("*")}, "", ""},
		"without instances":           {permissionModel{text("puppet_agent"), text("run"), text("*")}, "", ""},
		"nothing is known yet":        {permissionModel{unknown, unknown, unknown}, "", ""},
		"the type is not known yet":   {permissionModel{unknown, text("walk"), text("x")}, "", ""},
		"the action is not known yet": {permissionModel{text("tasks"), unknown, text("x")}, "", ""},
		"instance not known yet":      {permissionModel{text("puppet_agent"), text("run"), unknown}, "", ""},
		"no such type":                {permissionModel{text("taks"), text("run"), text("*")}, partObjectType, `There is no object type "taks". Did you mean "tasks"? The server knows: puppet_agent, tasks.`},
		"no such type, rest unknown":  {permissionModel{text("taks"), unknown, unknown}, partObjectType, `There is no object type "taks". Did you mean "tasks"? The server knows: puppet_agent, tasks.`},
		"the type as the console":     {permissionModel{text("Puppet Agent"), text("run"), text("*")}, partObjectType, `There is no object type "Puppet Agent". The system name of the object type "Puppet agent" is "puppet_agent".`},
		"no such action":              {permissionModel{text("tasks"), text("walk"), text("*")}, partAction, `The object type "tasks" has no action "walk". The server knows: audit, run.`},
		"the action as the console":   {permissionModel{text("tasks"), text("run tasks"), text("*")}, partAction, `The object type "tasks" has no action "run tasks". The system name of the action "Run Tasks" is "run".`},
		"an instance of nothing": {
			permissionModel{text("puppet_agent"), text("run"), text("web")}, partInstance,
			`puppet_agent:run cannot be limited to "web", because the action has no instances. Its ` + "`instance`" + ` must be "*".`,
		},
	} {
		if part, problem := test.permission.problem(knownTypes()); part != test.part || problem != test.problem {
			t.Errorf("%s: got %q, %q", name, part, problem)
		}
	}
}

func TestSystemNames(t *testing.T) {
	t.Parallel()
	names := []shownName{{"tasks", "Tasks and plans"}, {"nodes", "Nodes"}}
	for given, want := range map[string]string{
		"x":               "The server knows: nodes, tasks.",
		"":                "The server knows: nodes, tasks.",
		"tasks and plans": `The system name of the object type "Tasks and plans" is "tasks".`,
		"NODES":           `The system name of the object type "Nodes" is "nodes".`,
	} {
		if got := systemNames("object type", given, names); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}
