package workload_test

import (
	"fmt"
	"net"
	"net/http"
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
	if err == nil || len(found) != 11 {
		t.Errorf("%v: %d diagnostics", err, len(found))
	}
	if n := h.Count(http.MethodGet, "/tasks/no/such"); n != 1 {
		t.Errorf("the server was asked %d times for what is not there", n)
	}
	h.OnlyReads(t)
}

// TestCheck_MetadataCannotBeRead results in one warning, whatever the reason and however many resources there are.
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
		"a proxy's page": {simulator.Fault{Action: simulator.HTML, Status: http.StatusForbidden}, "The answer was an HTML page"},
		"no JSON":        {simulator.Fault{Action: simulator.Garbage}, "instead of the JSON"},
		"a failure":      {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError}, "500 Internal Server Error"},
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
	t.Run("no server", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := closed.Close(); err != nil {
			t.Fatal(err)
		}
		found, err := plans(t, h, fmt.Sprintf("provider \"pe\" {\n max_retries = 0\n server_url = \"https://%s\"\n}\n%s", closed.Addr(), config))
		if err != nil || len(found) != 1 || found[0].Severity != "warning" || !strings.Contains(found[0].Detail, "nothing listens there") {
			t.Errorf("%v: %+v", err, found)
		}
	})
	// A token that is refused will also be refused by the apply: that is an error, once.
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
