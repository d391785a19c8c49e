// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// optionalObjects is how many objects each case has. If each waited for itself, they would take a minute at least.
const optionalObjects = 30

// optionalMost is how long the plans, the apply and the refresh of a case may take, each a process of its own: a few times the time for a
// question, and the rest for busy machines, which have needed twenty seconds.
const optionalMost = 4*courtesy.Budget + 36*time.Second

// unanswered is a question that an operation can do without, and that nobody answers.
type unanswered struct {
	// service is the URL of a service that is not there at all.
	service func(*acctest.Harness) string
	// path is what is not answered by a service that is there otherwise, after some answers that the operation needs.
	path  string
	after int
	// trouble is what else goes wrong, so that there is something to ask.
	trouble simulator.Fault
	// body has a %d for the number of an object. arguments are those of the provider.
	body, arguments string
	// destroys has the objects created before the service falls silent.
	destroys bool
	// plans has nothing applied, which would need the answer.
	plans bool
	// says are the words of a warning, or of an error where fails.
	says  string
	fails bool
}

// optionalQuestions are the questions that an operation can do without. Those about a job that runs are in the tests of its package.
func optionalQuestions() map[string]unanswered {
	const task = "resource \"pe_task\" \"x%[1]d\" {\n task = \"facts\"\n scope = { nodes = [\"node1.example.com\"] }\n"
	return map[string]unanswered{
		"roles that still grant a task-target": {
			service: (*acctest.Harness).RBACURL, destroys: true, says: "It grants nothing once no role has",
			body: "resource \"pe_task_target\" \"x%[1]d\" {\n display_name = \"x%[1]d\"\n all_tasks = true\n nodes = [\"node1.example.com\"]\n}\n",
		},
		"types of permissions": {
			path: "/rbac-api/v1/types", says: "Permissions were not checked",
			body: "resource \"pe_role\" \"x%[1]d\" {\n display_name = \"x%[1]d\"\n permissions = [{ object_type = \"nodes\", action = \"view_data\", instance = \"*\" }]\n}\n",
		},
		"tasks that permissions name": {
			service: (*acctest.Harness).ServerURL, says: "Tasks that are permitted were not looked for",
			body: "resource \"pe_role\" \"x%[1]d\" {\n display_name = \"x%[1]d\"\n permissions = [{ object_type = \"tasks\", action = \"run\", instance = \"facts\" }]\n}\n",
		},
		"the version of the server": {
			path: "/status/v1/services", plans: true, says: "What the server may be too old for is not checked", body: task + "timeout = 60\n}\n",
		},
		"similar names": {
			path: "/orchestrator/v1/tasks", plans: true, fails: true, says: "Whether there is one with a similar name, the server has not said in time",
			body: strings.Replace(task, "facts", "fax", 1) + "}\n",
		},
		"jobs with the same launch key": {
			path: "/orchestrator/v1/jobs", plans: true, says: "What carries a launch key was not looked for", body: task + "launch_key = \"k%[1]d\"\n}\n",
		},
		"previews of scopes": {
			service: (*acctest.Harness).PuppetDBURL, arguments: "preview_scopes = true", says: "Scopes are not previewed",
			body: "resource \"pe_task_target\" \"x%[1]d\" {\n display_name = \"x%[1]d\"\n all_tasks = true\n pql_query = \"nodes[certname] { certname = 'node%[1]d.example.com' }\"\n}\n",
		},
		"environments of node groups": {
			path: "/classifier-api/v1/environments", says: "Node groups were not checked",
			body: "resource \"pe_node_group\" \"x%[1]d\" {\n name = \"x%[1]d\"\n parent = \"00000000-0000-4000-8000-000000000000\"\n environment = \"production\"\n classes = {}\n}\n",
		},
		"parents of node groups": {
			path: "/classifier-api/v1/groups/" + simulator.AllNodesGroup, says: "Node groups were not checked",
			body: "resource \"pe_node_group\" \"x%[1]d\" {\n name = \"x%[1]d\"\n parent = \"" + simulator.AllNodesGroup + "\"\n classes = {}\n}\n",
		},
		"whether there is a Code Manager": {
			service: (*acctest.Harness).CodeManagerURL, plans: true, says: "Whether there is a Code Manager was not checked",
			body: "resource \"pe_code_deploy\" \"x%[1]d\" {\n environments = [\"production\"]\n}\n",
		},
		"what Code Manager is at": {
			path: "/code-manager/v1/deploys/status", fails: true, says: "What Code Manager is at now, it has not said in time",
			trouble: simulator.Fault{Method: http.MethodPost, Path: "/code-manager/v1/deploys", Action: simulator.DelayAnswer, Delay: time.Minute},
			body:    "resource \"pe_code_deploy\" \"x%[1]d\" {\n environments = [\"production\"]\n timeouts {\n  create = \"100ms\"\n }\n}\n",
		},
	}
}

// takenNames are the questions who has a name that many want to have. The first of them gets it, once all that have one are listed.
func takenNames() map[string]unanswered {
	const says = "Which one, the server has not said in time"
	return map[string]unanswered{
		"who has the name of a role": {
			path: "/rbac-api/v1/roles", after: 1, fails: true, says: says, body: "resource \"pe_role\" \"x%[1]d\" {\n display_name = \"x\"\n}\n",
		},
		"who has the login of a user": {
			path: "/rbac-api/v1/users", after: 1, fails: true, says: says,
			body: "resource \"pe_user\" \"x%[1]d\" {\n login = \"x\"\n display_name = \"x%[1]d\"\n}\n",
		},
		"who has the login of a directory group": {
			path: "/rbac-api/v1/groups", after: 1, fails: true, says: says, body: "resource \"pe_directory_group\" \"x%[1]d\" {\n login = \"x\"\n validate = false\n}\n",
		},
		"who has the name of a node group": {
			path: "/classifier-api/v1/groups", fails: true, says: says,
			body: "resource \"pe_node_group\" \"x%[1]d\" {\n name = \"x\"\n parent = \"" + simulator.AllNodesGroup + "\"\n classes = {}\n}\n",
		},
	}
}

// TestOptional_NothingDelaysAnything has each question unanswered that an operation can do without, for many objects: a service whose packets
// are dropped, one that takes connections and says nothing, or a path that takes a minute.
func TestOptional_NothingDelaysAnything(t *testing.T) {
	t.Parallel()
	questions := optionalQuestions()
	maps.Copy(questions, takenNames())
	for name, question := range questions {
		silences := map[string]func(testing.TB) string{"dropped": acctest.BlackHole, "silent": acctest.Silent}
		if question.service == nil {
			silences = map[string]func(testing.TB) string{"one path": nil}
		}
		for kind, silence := range silences {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				question.check(t, silence)
			})
		}
	}
}

// check runs the operation of a case.
func (u unanswered) check(t *testing.T, silence func(testing.TB) string) {
	t.Helper()
	h := acctest.New(t)
	var body strings.Builder
	for i := range optionalObjects {
		fmt.Fprintf(&body, u.body, i)
	}
	config := h.Config(body.String(), u.arguments)
	silenced := func(config string) string {
		if u.service == nil {
			return config
		}
		was := strings.TrimPrefix(u.service(h), "https://")
		host, _, _ := strings.Cut(was, "/")
		return strings.Replace(config, "https://"+host, "https://"+silence(t), 1)
	}
	var begun time.Time
	start := func() {
		begun = time.Now()
		if u.path != "" {
			h.AddFault(simulator.Fault{Method: http.MethodGet, Path: u.path, Skip: u.after, Action: simulator.Delay, Delay: time.Minute})
		}
		if u.trouble.Path != "" {
			h.AddFault(u.trouble)
		}
	}
	step := resource.TestStep{PreConfig: start, Config: silenced(config), PlanOnly: u.plans, ExpectNonEmptyPlan: u.plans}
	if u.fails {
		step.ExpectError = acctest.Says(u.says)
	}
	steps := []resource.TestStep{step}
	if u.destroys {
		steps = []resource.TestStep{{Config: config}, {PreConfig: start, Config: silenced(h.Config("locals {}"))}}
	}
	var heard, planned acctest.Warnings
	h.RunHearingPlans(t, &heard, &planned, steps...)
	if took := time.Since(begun); took > optionalMost {
		t.Errorf("it took %v", took)
	}
	if !u.fails && !heard.Say(u.says) && !planned.Say(u.says) {
		t.Errorf("nothing says %q: %q %q", u.says, heard.All(), planned.All())
	}
}
