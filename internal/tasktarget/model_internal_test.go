// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var (
	noSet      = types.SetNull(types.StringType)
	unknownSet = types.SetUnknown(types.StringType)
)

func some(texts ...string) types.Set { return tfvalue.StringSet(texts) }

func TestTaskTarget_Validate(t *testing.T) {
	t.Parallel()
	const bothGiven, noTask, noNode = "Both tasks and all_tasks are given", "No task is given", "The task-target holds no node"
	yes, no, unknown := types.BoolValue(true), types.BoolValue(false), types.BoolUnknown()
	nodes := some("a")
	for name, test := range map[string]struct {
		model taskTargetModel
		want  []string
	}{
		"tasks":                       {taskTargetModel{Tasks: some("facts"), AllTasks: no, Nodes: nodes, NodeGroups: noSet}, nil},
		"all tasks":                   {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: nodes, NodeGroups: noSet}, nil},
		"all tasks and an empty list": {taskTargetModel{Tasks: some(), AllTasks: yes, Nodes: nodes, NodeGroups: noSet}, nil},
		"both":                        {taskTargetModel{Tasks: some("facts"), AllTasks: yes, Nodes: nodes, NodeGroups: noSet}, []string{bothGiven}},
		"neither":                     {taskTargetModel{Tasks: noSet, AllTasks: types.BoolNull(), Nodes: nodes, NodeGroups: noSet}, []string{noTask}},
		"an empty list":               {taskTargetModel{Tasks: some(), AllTasks: no, Nodes: nodes, NodeGroups: noSet}, []string{noTask}},
		"tasks are not known":         {taskTargetModel{Tasks: unknownSet, AllTasks: yes, Nodes: nodes, NodeGroups: noSet}, nil},
		"all tasks is not known":      {taskTargetModel{Tasks: noSet, AllTasks: unknown, Nodes: nodes, NodeGroups: noSet}, nil},
		"groups":                      {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: noSet, NodeGroups: some("g")}, nil},
		"a query":                     {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: noSet, NodeGroups: noSet, PQLQuery: types.StringValue("nodes {}")}, nil},
		"a query that is not known":   {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: noSet, NodeGroups: noSet, PQLQuery: types.StringUnknown()}, nil},
		"nodes that are not known":    {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: unknownSet, NodeGroups: noSet}, nil},
		"groups that are not known":   {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: noSet, NodeGroups: unknownSet}, nil},
		"no node":                     {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: noSet, NodeGroups: noSet}, []string{noNode}},
		"empty lists of nodes":        {taskTargetModel{Tasks: noSet, AllTasks: yes, Nodes: some(), NodeGroups: some()}, []string{noNode}},
		"neither a task nor a node":   {taskTargetModel{Tasks: noSet, AllTasks: no, Nodes: noSet, NodeGroups: noSet}, []string{noTask, noNode}},
		"both, and groups not known":  {taskTargetModel{Tasks: some("facts"), AllTasks: yes, Nodes: noSet, NodeGroups: unknownSet}, []string{bothGiven}},
	} {
		var diags diag.Diagnostics
		test.model.validate(&diags)
		var got []string
		for _, d := range diags {
			got = append(got, d.Summary())
			if (d.Severity() == diag.SeverityWarning) != (d.Summary() == noNode) {
				t.Errorf("%s: %s is %s", name, d.Summary(), d.Severity())
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestTaskTarget_Request(t *testing.T) {
	t.Parallel()
	const query = "nodes {}"
	for name, test := range map[string]struct {
		model taskTargetModel
		want  orchestrator.TaskTargetRequest
	}{
		"little": {
			taskTargetModel{DisplayName: types.StringValue("x"), Tasks: noSet, AllTasks: types.BoolValue(true), Nodes: noSet, NodeGroups: noSet},
			orchestrator.TaskTargetRequest{DisplayName: "x", AllTasks: new(true)},
		},
		"all": {
			taskTargetModel{DisplayName: types.StringValue("x"), Tasks: some("facts"), AllTasks: types.BoolValue(false), Nodes: some("a", "b"), NodeGroups: some("g"), PQLQuery: types.StringValue(query)},
			orchestrator.TaskTargetRequest{DisplayName: "x", Tasks: []string{"facts"}, AllTasks: new(false), Nodes: []string{"a", "b"}, NodeGroups: []string{"g"}, PQLQuery: new(query)},
		},
	} {
		if got, diags := test.model.request(t.Context()); !reflect.DeepEqual(got, test.want) || diags.HasError() {
			t.Errorf("%s: got %+v, want %+v; %v", name, got, test.want, diags)
		}
	}
}

func TestTaskTarget_Update(t *testing.T) {
	t.Parallel()
	prior := taskTargetModel{
		ID: types.StringValue("7"), DisplayName: types.StringValue("x"), Tasks: noSet, AllTasks: types.BoolValue(true), Nodes: some(), NodeGroups: noSet,
		PQLQuery: types.StringValue("nodes {}"),
	}
	for name, test := range map[string]struct {
		prior    taskTargetModel
		reported orchestrator.TaskTarget
		want     taskTargetModel
	}{
		"servers leave out what is empty": {prior, orchestrator.TaskTarget{ID: "7", AllTasks: true, PQLQuery: "nodes {}"}, prior},
		"everything is another one": {
			prior, orchestrator.TaskTarget{ID: "7", DisplayName: "y", Tasks: []string{"facts"}, Nodes: []string{"a"}, NodeGroups: []string{"g"}},
			taskTargetModel{
				ID: types.StringValue("7"), DisplayName: types.StringValue("y"), Tasks: some("facts"), AllTasks: types.BoolValue(false), Nodes: some("a"), NodeGroups: some("g"),
				PQLQuery: types.StringNull(),
			},
		},
		"an import without a name": {
			taskTargetModel{ID: types.StringValue("7"), Tasks: noSet, Nodes: noSet, NodeGroups: noSet}, orchestrator.TaskTarget{ID: "7", AllTasks: true},
			taskTargetModel{ID: types.StringValue("7"), DisplayName: types.StringValue("task-target 7"), Tasks: noSet, AllTasks: types.BoolValue(true), Nodes: noSet, NodeGroups: noSet},
		},
	} {
		got := test.prior
		if got.update(test.reported); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestGrantedBy(t *testing.T) {
	t.Parallel()
	grant := func(object, action, instance string) rbac.Permission {
		return rbac.Permission{ObjectType: object, Action: action, Instance: instance}
	}
	role := func(id int64, name string, permissions ...rbac.Permission) rbac.Role {
		return rbac.Role{ID: id, DisplayName: name, Permissions: permissions}
	}
	this, every := grant("tasks", "run_with_constraints", "7"), grant("tasks", "run_with_constraints", "*")
	for name, test := range map[string]struct {
		roles      []rbac.Role
		named, all []string
	}{
		"no roles":         {nil, nil, nil},
		"others":           {[]rbac.Role{role(1, "A", grant("tasks", "run_with_constraints", "8"), grant("tasks", "run", "7"), grant("tasks", "run", "*"), grant("plans", "run_with_constraints", "7"))}, nil, nil},
		"by its id":        {[]rbac.Role{role(1, "A", this), role(2, "B")}, []string{`"A" (1)`}, nil},
		"every one":        {[]rbac.Role{role(1, "A", every)}, nil, []string{`"A" (1)`}},
		"both in one role": {[]rbac.Role{role(1, "A", this, every)}, []string{`"A" (1)`}, []string{`"A" (1)`}},
		"many":             {[]rbac.Role{role(2, "B", this), role(1, "A", this), role(3, "C", every)}, []string{`"B" (2)`, `"A" (1)`}, []string{`"C" (3)`}},
	} {
		if named, all := grantedBy(test.roles, "7"); !slices.Equal(named, test.named) || !slices.Equal(all, test.all) {
			t.Errorf("%s: got %v and %v", name, named, all)
		}
	}
}

func TestIDsOf(t *testing.T) {
	t.Parallel()
	request := orchestrator.TaskTargetRequest{DisplayName: "x", AllTasks: new(true), Nodes: []string{"a", "b"}}
	same := func(id string) orchestrator.TaskTarget {
		return orchestrator.TaskTarget{ID: id, DisplayName: "x", AllTasks: true, Nodes: []string{"b", "a"}}
	}
	for name, test := range map[string]struct {
		targets []orchestrator.TaskTarget
		want    []string
	}{
		"none":  {nil, nil},
		"one":   {[]orchestrator.TaskTarget{{ID: "1", DisplayName: "x", AllTasks: true}, same("2")}, []string{"2"}},
		"many":  {[]orchestrator.TaskTarget{same("3"), {ID: "4", DisplayName: "y", AllTasks: true, Nodes: []string{"a", "b"}}, same("5")}, []string{"3", "5"}},
		"other": {[]orchestrator.TaskTarget{{ID: "1", DisplayName: "x", Tasks: []string{"facts"}, Nodes: []string{"a", "b"}}}, nil},
	} {
		if got := idsOf(test.targets, request); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestLostTaskTarget(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lost *launch.LostError
		says []string
	}{
		"none": {&launch.LostError{}, []string{"No new task-target with this content is in the server's list. Apply again;"}},
		"an old one": {
			&launch.LostError{Before: []string{"3"}},
			[]string{"No new task-target", "(of those that were there before, or that other resources have, these have it: 3). Apply again;"},
		},
		"two new ones": {
			&launch.LostError{Before: []string{"3"}, Candidates: []string{"7", "9"}},
			[]string{"The server has new task-targets with this content: 7, 9.", "import it: terraform import <address> 9. Otherwise apply again."},
		},
		"perhaps new": {
			&launch.LostError{Candidates: []string{"7"}, Unlisted: errors.New("no secret word")},
			[]string{"Which of them were there before is not known", "No *** word.", "terraform import <address> <id>"},
		},
		"the list fails": {
			&launch.LostError{Candidates: []string{"7"}, Looked: errors.New("no secret word")},
			[]string{"the list of task-targets could not be used: No *** word. Apply again;"},
		},
	} {
		got := lostTaskTarget(test.lost, func(text string) string { return strings.ReplaceAll(text, "secret", "***") })
		for _, want := range test.says {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
}

func TestTaskTargetNamed(t *testing.T) {
	t.Parallel()
	named := func(id, name string) orchestrator.TaskTarget {
		return orchestrator.TaskTarget{ID: id, DisplayName: name}
	}
	for name, test := range map[string]struct {
		targets []orchestrator.TaskTarget
		want    string
		// fault and remedy are parts of the error, if there is one.
		fault, remedy string
	}{
		"none at all":        {nil, "", `There is no task-target named "web"`, "The server has 0 task-targets, and none of them has this name."},
		"others":             {[]orchestrator.TaskTarget{named("1", "Web"), named("2", "web2")}, "", `There is no task-target named "web"`, "The server has 2 task-targets, and none of them has this name."},
		"the one":            {[]orchestrator.TaskTarget{named("1", "db"), named("2", "web")}, "2", "", ""},
		"beside nameless":    {[]orchestrator.TaskTarget{named("1", ""), named("2", "web")}, "2", "", ""},
		"only nameless ones": {[]orchestrator.TaskTarget{named("1", ""), named("2", "db"), named("3", "")}, "", `There is no task-target named "web"`, "does not report the names of 2 of its 3 task-targets"},
		"several":            {[]orchestrator.TaskTarget{named("12", "web"), named("3", ""), named("9", "web")}, "", `2 task-targets are named "web"`, "Give the `id` of the one that is meant: 9, 12."},
	} {
		var diags diag.Diagnostics
		got, ok := taskTargetNamed("web", test.targets, &diags)
		if got.ID != test.want || ok != (test.want != "") || diags.HasError() == ok {
			t.Errorf("%s: got %+v, %v, %v", name, got, ok, diags)
		}
		if !ok && (diags[0].Summary() != test.fault || !strings.Contains(diags[0].Detail(), test.remedy)) {
			t.Errorf("%s: got %v, want %q and %q", name, diags, test.fault, test.remedy)
		}
	}
}

func TestMemo_After(t *testing.T) {
	t.Parallel()
	named, silent := orchestrator.TaskTarget{DisplayName: "web"}, orchestrator.TaskTarget{}
	for name, test := range map[string]struct {
		before   memo
		reported orchestrator.TaskTarget
		stands   bool
		want     bool
	}{
		"a name was made up":             {memo{}, silent, true, true},
		"it still stands in":             {memo{Unnamed: true}, silent, false, true},
		"the server has begun to say it": {memo{Unnamed: true}, named, false, false},
		"the name is configured":         {memo{}, silent, false, false},
		"the server says it":             {memo{}, named, false, false},
	} {
		if got := test.before.after(test.reported, test.stands); got.Unnamed != test.want {
			t.Errorf("%s: got %v, want %v", name, got.Unnamed, test.want)
		}
	}
}
