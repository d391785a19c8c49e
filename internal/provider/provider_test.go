// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// anyRead is a configuration that has to read from the server.
const anyRead = `data "pe_job" "j" { id = "1" }`

// TestProvider_UnusableConnections shows each way in which the server cannot be reached as a user sees it.
func TestProvider_UnusableConnections(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	other := acctest.New(t)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	// A port that a client has is one on which nobody can listen: a port that is free now may be that of another test's server soon.
	caller, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", plain.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = caller.Close() })

	expired, revoked := h.IssueToken("admin", time.Hour), h.IssueToken("admin", time.Hour)
	h.ExpireToken(expired)
	h.RevokeToken(revoked)
	h.AddUser("gone", "x")
	ofRevoked := h.IssueToken("gone", time.Hour)
	h.RevokeUser("gone")
	h.AddUser("powerless", "x")
	powerless := h.IssueToken("powerless", time.Hour)

	// Its certificate is valid for 127.0.0.1 and example.com.
	elsewhere := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	_, port, err := net.SplitHostPort(elsewhere.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	certificate := "ca_cert_pem = <<-EOT\n" + acctest.Indent(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: elsewhere.Certificate().Raw}))) + "\n EOT"
	block := func(url, token, ca string) string {
		return fmt.Sprintf("provider \"pe\" {\n server_url = %q\n token = %q\n max_retries = 0\n %s\n}\n%s", url, token, ca, anyRead)
	}
	ca := func(h *acctest.Harness) string {
		return "ca_cert_pem = <<-EOT\n" + acctest.Indent(string(h.CACertPEM())) + "\n EOT"
	}

	tests := map[string]struct{ config, want string }{
		"wrong token":      {block(h.ServerURL(), "not-a-token-of-this-pe", ca(h)), "The server cannot read the token: it is damaged, or of another Puppet Enterprise"},
		"expired token":    {block(h.ServerURL(), expired, ca(h)), "The token has expired. Get a new one with `puppet-access login`; its --lifetime should cover the whole run. The token comes from the argument `token`."},
		"revoked token":    {block(h.ServerURL(), revoked, ca(h)), "The token has been revoked"},
		"revoked user":     {block(h.ServerURL(), ofRevoked, ca(h)), "The user of the token has been revoked"},
		"no permission":    {block(h.ServerURL(), powerless, ca(h)), "403 Forbidden"},
		"no CA":            {block(h.ServerURL(), h.AdminToken(), ""), "signed by an authority that is not trusted"},
		"another CA":       {block(h.ServerURL(), h.AdminToken(), ca(other)), "If you have given one, it is of another PE."},
		"another host":     {block("https://localhost:"+port, h.AdminToken(), certificate), "Use a name in `server_url` (PE_SERVER_URL) that the certificate is valid for"},
		"plain HTTP":       {block("https://"+plain.Listener.Addr().String(), h.AdminToken(), ca(h)), "the port speaks plain HTTP, not HTTPS"},
		"server down":      {block("https://"+caller.LocalAddr().String(), h.AdminToken(), ca(h)), "the connection was refused, so nothing listens there"},
		"no such host":     {block("https://no.such.host.invalid:8143", h.AdminToken(), ca(h)), "Check that Puppet Enterprise is running"},
		"no URL":           {"provider \"pe\" {}\n" + anyRead, "No orchestrator URL"},
		"no token":         {fmt.Sprintf("provider \"pe\" {\n server_url = %q\n}\n%s", h.ServerURL(), anyRead), "No token"},
		"CA that is none":  {block(h.ServerURL(), h.AdminToken(), `ca_cert_pem = "hello"`), "it holds no certificate in PEM form"},
		"key that is none": {block(h.ServerURL(), h.AdminToken(), "client_cert_pem = \"x\"\nclient_key_pem = \"y\""), "A certificate cannot be used"},
		"both tokens":      {block(h.ServerURL(), h.AdminToken(), `token_file = "x"`), "Only one of them is possible. Remove `token` or `token_file`."},
		"bad URL":          {block("pe.example.com", h.AdminToken(), ""), "has no scheme: write https://pe.example.com"},
		"bad timeout":      {block(h.ServerURL(), h.AdminToken(), `request_timeout = "0s"`), "must be longer than zero"},
		"timeout in days":  {block(h.ServerURL(), h.AdminToken(), `request_timeout = "1d"`), "\"1d\" is not a duration such as 30s or 5m"},
		"bad API":          {block(h.ServerURL(), h.AdminToken(), `scheduled_jobs_api = "cron"`), "is not known here: write"},
		"reserved key":     {block(h.ServerURL(), h.AdminToken(), `default_userdata = { terraform_request_id = "x" }`), "is the key under which the provider finds again"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: test.config, ExpectError: acctest.Says(test.want)})
		})
	}
	t.Run("verification is off", func(t *testing.T) {
		t.Parallel()
		h.Run(t, resource.TestStep{Config: block(h.ServerURL(), h.AdminToken(), "insecure_skip_verify = true"), ExpectError: acctest.Says("or its record is gone")})
	})
}

// TestProvider_AnswersOfSomethingElse shows the answers of a proxy or a broken server.
func TestProvider_AnswersOfSomethingElse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault simulator.Fault
		want  string
	}{
		"HTML":         {simulator.Fault{Action: simulator.HTML, Status: 200}, "instead of the JSON of the orchestrator"},
		"HTML refusal": {simulator.Fault{Action: simulator.HTML, Status: 403}, "HTML page"},
		"truncated":    {simulator.Fault{Action: simulator.Truncate}, "incomplete or invalid JSON"},
		"garbage":      {simulator.Fault{Action: simulator.Garbage}, "incomplete or invalid JSON"},
		"500":          {simulator.Fault{Action: simulator.AnswerStatus, Status: 500}, "something in front of it, has failed"},
		"504":          {simulator.Fault{Action: simulator.AnswerStatus, Status: 504}, "504 Gateway Timeout"},
		"429":          {simulator.Fault{Action: simulator.AnswerStatus, Status: 429}, "Lower `max_concurrent_requests`"},
		"407":          {simulator.Fault{Action: simulator.AnswerStatus, Status: 407}, "The proxy asks for a login"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			h.Run(t, resource.TestStep{Config: h.Config(anyRead, "max_retries = 0"), ExpectError: acctest.Says(test.want)})
		})
	}
}

// TestProvider_UnknownConfiguration plans resources of a server whose URL is not known yet.
func TestProvider_UnknownConfiguration(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	later := fmt.Sprintf(`
resource "terraform_data" "pe" { input = { url = %q, token = %q } }
provider "pe" {
  server_url  = terraform_data.pe.output.url
  token       = terraform_data.pe.output.token
  ca_cert_pem = <<-EOT
%s
  EOT
}
`, h.ServerURL(), h.AdminToken(), acctest.Indent(string(h.CACertPEM())))
	h.RunCLI(t, resource.TestStep{Config: later + acctest.TaskBody("task = \"facts\"\n"+acctest.TwoNodes) + `
resource "pe_task_target" "x" {
  display_name = "x"
  all_tasks    = true
  nodes        = ["node1.example.com"]
}
resource "pe_scheduled_task" "s" {
  task           = "facts"
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "2099-01-01T00:00:00Z"
}`})
	// A read that needs the server says why it cannot be done.
	h.RunCLI(t, resource.TestStep{
		Config:      later + "data \"pe_job\" \"j\" { id = \"1\" }",
		ExpectError: acctest.Says("its configuration depends on values that are only known after apply: server_url, token"),
	})
}

func TestProvider_ClientCertificate(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	cert, key, err := h.ClientCertificate("terraform.example.com")
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, resource.TestStep{
		Config: h.Config(anyRead,
			"client_cert_pem = <<-EOT\n"+acctest.Indent(string(cert))+"\n  EOT", "client_key_pem = <<-EOT\n"+acctest.Indent(string(key))+"\n  EOT"),
		ExpectError: acctest.Says("was not read"),
	})
	for _, r := range h.Requests() {
		if r.ClientCertname != "terraform.example.com" {
			t.Errorf("the client showed the certificate of %q", r.ClientCertname)
		}
	}
	if len(h.Requests()) == 0 {
		t.Error("nothing was asked")
	}
}

// TestProvider_TokenFileIsRenewed has a token that expires in the middle of an apply, when another one is in its file. The apply goes on,
// and launches once.
func TestProvider_TokenFileIsRenewed(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]simulator.Fault{
		"before the launch": {Method: http.MethodPost, Path: "/orchestrator/v1/command/task", Times: 1},
		"while it waits":    {Method: http.MethodGet, Path: "/orchestrator/v1/jobs/*", Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			old := h.IssueToken("admin", time.Hour)
			file := filepath.Join(t.TempDir(), "token")
			write := func(token string) {
				if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
					t.Error(err)
				}
			}
			write(old)
			at.Hook = func(simulator.Request) {
				write(h.AdminToken())
				h.ExpireToken(old)
			}
			h.AddFault(at)
			config := strings.Replace(h.Config(acctest.TaskBody("task = \"facts\"\n"+acctest.TwoNodes)), fmt.Sprintf("token       = %q", h.AdminToken()),
				fmt.Sprintf("token_file = %q", file), 1)
			h.Run(t, resource.TestStep{Config: config})
			launches, refused := 0, 0
			for _, r := range h.Requests() {
				switch {
				case r.Status == http.StatusUnauthorized:
					refused++
				case r.Method == http.MethodPost && r.Path == "/orchestrator/v1/command/task":
					launches++
				}
			}
			if launches != 1 || refused == 0 {
				t.Errorf("%d launches were accepted, and the old token was refused %d times", launches, refused)
			}
		})
	}
}

func TestProvider_UserAgent(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{Config: h.Config(anyRead), ExpectError: acctest.Says("was not read")})
	for _, r := range h.Requests() {
		if agent := r.Header.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-pe/test (1.") {
			t.Errorf("the User-Agent is %q", agent)
		}
	}
}

// TestProvider_ConfigureSendsNoRequest plans without reading an object of the server.
func TestProvider_ConfigureSendsNoRequest(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.Run(t, resource.TestStep{
		Config:             h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes)),
		PlanOnly:           true,
		ExpectNonEmptyPlan: true,
	})
	h.OnlyReads(t)
}
