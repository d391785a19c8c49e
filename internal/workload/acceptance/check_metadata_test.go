// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestCheck_MetadataIsReadOnce has many resources with the same task. Each process reads it once.
func TestCheck_MetadataIsReadOnce(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := `
resource "pe_task" "many" {
  count  = 8
  task   = "service"
  params = { action = "status", name = "httpd${count.index}" }
  ` + oneNode + `
}
resource "pe_scheduled_task" "many" {
  count          = 3
  task           = "service"
  params         = { action = "status", name = "httpd${count.index}" }
  scheduled_time = "2099-01-01T00:00:00Z"
  ` + oneNode + `
}
resource "pe_plan_run" "many" {
  count     = 3
  plan_name = "canary"
  params    = { nodes = "node${count.index}.example.com" }
}`
	found, err := plans(t, h, config)
	if err != nil || len(found) > 0 {
		t.Errorf("%v: %v", err, found)
	}
	for _, path := range []string{"/tasks/service/init", "/plans/canary/init"} {
		if n := h.Count(http.MethodGet, path); n != 1 {
			t.Errorf("the server was asked %d times for %s", n, path)
		}
	}
	// An error is shared as well.
	h.ResetRequests()
	found, err = plans(t, h, strings.ReplaceAll(config, `"service"`, `"no::such"`))
	if err == nil || len(found) < 2 || len(found) > 11 {
		t.Errorf("%v: %d diagnostics", err, len(found))
	}
	toldOf(t, found, `There is no task "no::such" in environment "production"`, "pe_task.many", "pe_scheduled_task.many")
	if n := h.Count(http.MethodGet, "/tasks/no/such"); n != 1 {
		t.Errorf("the server was asked %d times for what is not there", n)
	}
	h.OnlyReads(t)
}

// TestCheck_MetadataAreAsPeopleWriteThem has a task whose metadata are readable and not strict, and one of which a part is not. The
// module is blamed for that, once and not the server, and the rest is checked.
func TestCheck_MetadataAreAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddTask("production", simulator.Task{Name: "loose", MetadataFile: `{"supports_noop": "true", "puppet_task_version": "1", "parameters": {}}`})
	h.AddTask("production", simulator.Task{Name: "loose::broken", MetadataFile: `{"private": "no", "parameters": {"size": {"type": "Integer"}, "name": "String"}}`})
	config := func(size string) string {
		return `
resource "pe_task" "loose" {
  task = "loose"
  noop = true
  ` + oneNode + `
}
resource "pe_task" "broken" {
  count  = 3
  task   = "loose::broken"
  params = { size = ` + size + `, name = "x" }
  ` + oneNode + `
}`
	}
	found, err := plans(t, h, config("1"))
	if err != nil || len(found) != 1 || found[0].Severity != "warning" || found[0].Summary != `The metadata of task "loose::broken" is not valid` ||
		!strings.Contains(found[0].Detail, "the file tasks/broken.json of the module loose says, and in it, `private` is not true or false, `parameters.name` is not an object.") {
		t.Errorf("%v: %+v", err, found)
	}
	found, err = plans(t, h, config(`"large"`))
	failed := slices.DeleteFunc(slices.Clone(found), func(d diagnostic) bool { return d.Severity == "warning" })
	if err == nil || len(found)-len(failed) != 1 || len(failed) > 3 {
		t.Errorf("%v: %+v", err, found)
	}
	toldOf(t, failed, `Parameter "size" does not fit task "loose::broken"`, "pe_task.broken")
	h.OnlyReads(t)
}

// TestCheck_MetadataCannotBeRead degrades to one warning, whatever keeps the server from telling and however many resources there are.
func TestCheck_MetadataCannotBeRead(t *testing.T) {
	t.Parallel()
	const config = `
resource "pe_task" "many" {
  count  = 4
  task   = "service"
  params = { action = "bounce" }
  ` + oneNode + `
}
resource "pe_task" "other" {
  task  = "facts"
  ` + oneNode + `
}
resource "pe_plan_run" "p" { plan_name = "facts::info" }`
	forbidden := `{"kind": "puppetlabs.orchestrator/not-permitted", "msg": "You may not see tasks.", "details": {}}`
	tests := map[string]struct {
		fault simulator.Fault
		want  string
	}{
		"forbidden": {simulator.Fault{Path: "/orchestrator/v1/*/*/*", Action: simulator.AnswerStatus, Status: http.StatusForbidden, Body: forbidden,
			Header: http.Header{"Content-Type": {"application/json"}}}, "may not read the metadata"},
		"a failure": {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError}, "500 Internal Server Error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			found, err := plans(t, h, "provider \"pe\" {\n max_retries = 0\n}\n"+config)
			if err != nil || len(found) != 1 || found[0].Severity != "warning" || !strings.Contains(found[0].Detail, test.want) {
				t.Errorf("%v: %+v", err, found)
			}
			h.OnlyReads(t)
		})
	}
	// A token that is not accepted will not be at apply either: that is an error, once.
	t.Run("a wrong token", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		expired := h.IssueToken("admin", 0)
		h.ExpireToken(expired)
		found, err := plans(t, h, fmt.Sprintf("provider \"pe\" {\n token = %q\n}\n%s", expired, config))
		if err == nil || len(found) != 1 || found[0].Severity != "error" || !strings.Contains(found[0].Detail, "The token has expired") {
			t.Errorf("%v: %+v", err, found)
		}
	})
}
