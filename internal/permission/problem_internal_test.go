// SPDX-License-Identifier: MPL-2.0

package permission

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
		permission    Model
		part, problem string
	}{
		"known":                       {Model{text("tasks"), text("run"), text("facts")}, "", ""},
		"known, of everything":        {Model{text("tasks"), text("run"), text("*")}, "", ""},
		"without instances":           {Model{text("puppet_agent"), text("run"), text("*")}, "", ""},
		"nothing is known yet":        {Model{unknown, unknown, unknown}, "", ""},
		"the type is not known yet":   {Model{unknown, text("walk"), text("x")}, "", ""},
		"the action is not known yet": {Model{text("tasks"), unknown, text("x")}, "", ""},
		"instance not known yet":      {Model{text("puppet_agent"), text("run"), unknown}, "", ""},
		"no such type":                {Model{text("taks"), text("run"), text("*")}, ObjectType, `There is no object type "taks". Did you mean "tasks"? The server knows: puppet_agent, tasks.`},
		"no such type, rest unknown":  {Model{text("taks"), unknown, unknown}, ObjectType, `There is no object type "taks". Did you mean "tasks"? The server knows: puppet_agent, tasks.`},
		"the type as the console":     {Model{text("Puppet Agent"), text("run"), text("*")}, ObjectType, `There is no object type "Puppet Agent". The system name of the object type "Puppet agent" is "puppet_agent".`},
		"no such action":              {Model{text("tasks"), text("walk"), text("*")}, Action, `The object type "tasks" has no action "walk". The server knows: audit, run.`},
		"the action as the console":   {Model{text("tasks"), text("run tasks"), text("*")}, Action, `The object type "tasks" has no action "run tasks". The system name of the action "Run Tasks" is "run".`},
		"an instance of nothing": {
			Model{text("puppet_agent"), text("run"), text("web")}, Instance,
			`puppet_agent:run cannot be limited to "web", because the action has no instances. Its ` + "`instance`" + ` must be "*".`,
		},
	} {
		if part, problem := test.permission.Problem(knownTypes()); part != test.part || problem != test.problem {
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
