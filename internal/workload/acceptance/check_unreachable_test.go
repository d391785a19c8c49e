// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// wantsTasks has resources that look up what they run while they are planned.
const wantsTasks = `
resource "pe_task" "many" {
  count  = 4
  task   = "service"
  params = { action = "status", name = "httpd" }
  ` + oneNode + `
}
resource "pe_plan_run" "p" { plan_name = "facts::info" }`

// closedPort returns an address at which nobody listens: the other end of a connection, so that no other process is given the port.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection.LocalAddr().String()
}

// TestCheck_UnreachableServer plans with a server that cannot be reached, by a real CLI. The plan fails as the apply would, once and
// soon, with all retries at their defaults.
func TestCheck_UnreachableServer(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	closed := closedPort(t)
	host, _, err := net.SplitHostPort(closed)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		arguments string
		want      []string
	}{
		"a closed port":     {fmt.Sprintf("server_url = \"https://%s\"", closed), []string{"the connection was refused, so nothing listens there", "Check that Puppet Enterprise is running"}},
		"an unknown host":   {`server_url = "https://no.such.host.invalid:8143"`, []string{`there is no host named "no.such.host.invalid"`}},
		"plain http":        {fmt.Sprintf("server_url = %q", strings.Replace(h.ServerURL(), "https:", "http:", 1)), []string{"Write https:// instead of http://"}},
		"no port":           {fmt.Sprintf("server_url = \"https://%s\"", host), []string{"without a port, so that port 443 was asked, which is that of the console", "https://" + host + ":8143"}},
		"the port of RBAC":  {fmt.Sprintf("server_url = %q", strings.TrimSuffix(h.RBACURL(), "/rbac-api")), []string{"is that of RBAC and the node classifier", "The orchestrator listens on port 8143"}},
		"another authority": {"ca_cert_pem = <<-EOT\n" + acctest.Indent(string(acctest.New(t).CACertPEM())) + "\n EOT", []string{"signed by an authority that is not trusted", "`ca_cert_file` (PE_CA_CERT_FILE)"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			found, err := plans(t, h, "provider \"pe\" {\n"+test.arguments+"\n}\n"+wantsTasks)
			found = errorsOf(found)
			if err == nil || len(found) != 1 || found[0].Summary != "Puppet Enterprise cannot be reached" {
				t.Fatalf("%v: %+v", err, found)
			}
			for _, want := range append(test.want, "set `validate_params = false`") {
				if !strings.Contains(found[0].Detail, want) {
					t.Errorf("%q is missing in\n%s", want, found[0].Detail)
				}
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("the plan took %s", took)
			}
			// Whoever does not want to ask still plans.
			found, err = plans(t, h, "provider \"pe\" {\nvalidate_params = false\n"+test.arguments+"\n}\n"+wantsTasks)
			if err != nil || len(errorsOf(found)) > 0 {
				t.Errorf("without the check: %v: %+v", err, found)
			}
		})
	}
}

// errorsOf returns those of some diagnostics that are errors.
func errorsOf(found []diagnostic) (errs []diagnostic) {
	for _, d := range found {
		if d.Severity == "error" {
			errs = append(errs, d)
		}
	}
	return errs
}

// TestCheck_ServerThatIsNotAtWork has what answers in the place of a Puppet Enterprise. A failure that ends while it is tried again is
// none.
func TestCheck_ServerThatIsNotAtWork(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   simulator.Fault
		retries int
		want    string
	}{
		"a proxy's page":     {simulator.Fault{Action: simulator.HTML, Status: http.StatusForbidden}, 0, "The answer was an HTML page"},
		"no JSON":            {simulator.Fault{Action: simulator.Garbage}, 0, "instead of the JSON"},
		"not there for long": {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable}, 1, "503 Service Unavailable"},
		"not there once":     {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable, Times: 1}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			found, err := plans(t, h, fmt.Sprintf("provider \"pe\" {\n max_retries = %d\n}\n%s", test.retries, wantsTasks))
			switch {
			case test.want == "":
				if err != nil || len(found) > 0 {
					t.Errorf("%v: %+v", err, found)
				}
			case err == nil || len(found) != 1 || found[0].Severity != "error" || !strings.Contains(found[0].Detail, test.want):
				t.Errorf("%v: %+v", err, found)
			}
			h.OnlyReads(t)
		})
	}
}
