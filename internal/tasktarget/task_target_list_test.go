// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// listed returns a PE with task-targets of each kind.
func listed(t *testing.T, targets ...orchestrator.TaskTargetRequest) *acctest.Harness {
	t.Helper()
	h := acctest.New(t)
	for _, target := range targets {
		acctest.Started(t)(h.Client(t).CreateTaskTarget(acctest.Ctx(t), target))
	}
	return h
}

var listedTargets = []orchestrator.TaskTargetRequest{
	{DisplayName: "web", Tasks: []string{"service", "package"}, Nodes: []string{"node1.example.com"}},
	{DisplayName: "everything", AllTasks: acctest.Pointer(true), PQLQuery: acctest.Pointer("nodes[certname] {}")},
	{DisplayName: "web", Tasks: []string{"facts"}, NodeGroups: []string{"00000000-0000-4000-8000-000000000000"}},
}

func TestTaskTargetList_Filters(t *testing.T) {
	t.Parallel()
	h := listed(t, listedTargets...)
	for name, c := range map[string]acctest.QueryCase{
		"everything":    {List: "list \"pe_task_target\" \"x\" {\n  provider = pe\n}", Want: []string{"web", "everything", "web"}},
		"task":          {List: acctest.List("pe_task_target", "", `task = "facts"`), Want: []string{"everything", "web"}},
		"unknown task":  {List: acctest.List("pe_task_target", "", `task = "no::such"`), Want: []string{"everything"}},
		"name":          {List: acctest.List("pe_task_target", "", `display_name = "web"`), Want: []string{"web", "web"}},
		"both":          {List: acctest.List("pe_task_target", "", "display_name = \"web\"\ntask = \"facts\""), Want: []string{"web"}},
		"unknown name":  {List: acctest.List("pe_task_target", "", `display_name = "Web"`)},
		"no task name":  {List: acctest.List("pe_task_target", "", `task = "Not a task"`), Says: []string{"pe_task_target.x.task"}},
		"blank name":    {List: acctest.List("pe_task_target", "", `display_name = " "`), Says: []string{"pe_task_target.x.display_name"}},
		"as many":       {List: acctest.List("pe_task_target", "limit = 3", ""), Want: []string{"web", "everything", "web"}},
		"limit":         {List: acctest.List("pe_task_target", "limit = 2", ""), Want: []string{"web", "everything"}, Warns: []string{"2 of 3 task-targets are listed"}},
		"limit of some": {List: acctest.List("pe_task_target", "limit = 1", `task = "facts"`), Want: []string{"everything"}, Warns: []string{"1 of 2 task-targets are listed"}},
		"nothing":       {List: acctest.List("pe_task_target", "limit = 0", "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.CheckQuery(t, h.AdminToken(), c)
		})
	}
	t.Run("one request", func(t *testing.T) {
		t.Parallel()
		h := listed(t, listedTargets...)
		h.ResetRequests()
		h.Query(t, acctest.List("pe_task_target", "", ""))
		if got := h.Requests(); len(got) != 1 || got[0].Path != "/orchestrator/v1/scopes/task_targets" {
			t.Errorf("the server has received %+v", got)
		}
	})
}

// TestTaskTargetList_Default has more than Terraform lists when nothing is said.
func TestTaskTargetList_Default(t *testing.T) {
	t.Parallel()
	var many []orchestrator.TaskTargetRequest
	for i := range 103 {
		many = append(many, orchestrator.TaskTargetRequest{DisplayName: fmt.Sprintf("target %d", i), Tasks: []string{"facts"}, Nodes: []string{"node1.example.com"}})
	}
	h := listed(t, many...)
	found := h.Query(t, acctest.List("pe_task_target", "", ""))
	if len(found.Results) != 100 || len(found.Warnings) != 1 {
		t.Fatalf("found %d, warns %q", len(found.Results), found.Warnings)
	}
	acctest.MustSay(t, found.Warnings[0], "100 of 103 task-targets are listed", "`limit = 103`")
	if found := h.Query(t, acctest.List("pe_task_target", "limit = 103", "")); len(found.Results) != 103 || len(found.Warnings) > 0 {
		t.Errorf("found %d, warns %q", len(found.Results), found.Warnings)
	}
}

// TestTaskTargetList_Nameless lists task-targets of a server that does not say their names.
func TestTaskTargetList_Nameless(t *testing.T) {
	t.Parallel()
	h := unnamed(t)
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_task_target", "", ""), Want: []string{"task-target 1"}})
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{
		List: acctest.List("pe_task_target", "", `display_name = "web"`), Warns: []string{"The server does not report the names of 1 of its 1 task-targets"},
	})
}

func TestTaskTargetList_Refused(t *testing.T) {
	t.Parallel()
	h := listed(t)
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_task_target", "", "")})
	h.CheckQuery(t, "no-such-token", acctest.QueryCase{List: acctest.List("pe_task_target", "", ""), Says: []string{"Task-targets were not listed"}})
	h.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/scopes/task_targets", Action: simulator.AnswerStatus, Status: http.StatusForbidden})
	h.CheckQuery(t, h.AdminToken(), acctest.QueryCase{List: acctest.List("pe_task_target", "", ""), Says: []string{"Task-targets were not listed", "403"}})
}
