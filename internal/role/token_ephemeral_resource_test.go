// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// needsEphemeral skips a test on CLIs without ephemeral resources.
func needsEphemeral() []tfversion.TerraformVersionCheck {
	return []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.10.0")))}
}

// runEphemeral runs steps in which provider "echo" takes the token.
func runEphemeral(t *testing.T, h *acctest.Harness, steps ...resource.TestStep) {
	t.Helper()
	factories := h.Factories()
	factories["echo"] = func() (tfprotov6.ProviderServer, error) { return echoprovider.NewProviderServer()() }
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: factories, TerraformVersionChecks: needsEphemeral(), Steps: steps})
}

const echoed = `
provider "echo" { data = ephemeral.pe_token.t.token }
resource "echo" "token" {}
`

// TestToken_Lifecycle makes tokens by login and for the provider's own user, and checks them while they are valid and afterwards.
func TestToken_Lifecycle(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, login string }{
		"by login":          {"login = \"amy\"\n password = \"amys-secret\"\n lifetime = \"10m\"\n label = \"nightly run\"\n description = \"d\"", "amy"},
		"of the provider":   {"lifetime = \"10m\"\n label = \"nightly run\"", "bob"},
		"with the defaults": {"", "bob"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			users := map[string]string{"amy": h.AddUser("amy", "amys-secret").ID, "bob": h.AddUser("bob", "bobs-secret").ID}
			own := h.IssueToken("bob", 0)
			if own == "" {
				t.Fatal("no token")
			}
			before := len(h.TokensOf(t, users[test.login]))
			runEphemeral(t, h, resource.TestStep{
				Config: h.ConfigAs(own, "ephemeral \"pe_token\" \"t\" {\n"+test.body+"\n}\n"+echoed),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("echo.token", acctest.At("data"), knownvalue.StringFunc(func(token string) error {
						if token == own || len(token) < 20 {
							t.Errorf("the token is %q", token)
						}
						return nil
					})),
				},
			})
			if after := h.TokensOf(t, users[test.login]); len(after) != before {
				t.Errorf("these tokens are left: %v", after)
			}
			path := "/v1/tokens"
			if strings.Contains(test.body, "login") {
				path = "/v1/auth/token"
			}
			made, revoked := h.Count("POST", path), h.Count("DELETE", "/v2/tokens")
			if made == 0 || made != revoked {
				t.Errorf("%d tokens were made and %d revoked", made, revoked)
			}
			for _, r := range h.Requests() {
				if strings.HasSuffix(r.Path, "/auth/token") && r.Header.Get("X-Authentication") != "" {
					t.Error("a login carried a token")
				}
			}
		})
	}
}

func TestToken_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("amy", "amys-secret")
	h.AddUser("gone", "x")
	h.RevokeUser("gone")
	for name, test := range map[string]struct{ body, want string }{
		"wrong password":      {`login = "amy"` + "\n" + `password = "wrong"`, "The login as amy failed"},
		"what to do":          {`login = "amy"` + "\n" + `password = "wrong"`, "Check `login` and `password`."},
		"revoked user":        {`login = "gone"` + "\n" + `password = "x"`, "An administrator can reinstate it"},
		"login alone":         {`login = "amy"`, "`login` is only possible together with it"},
		"password alone":      {`password = "x"`, "`password` is only possible together with it"},
		"lifetime":            {`lifetime = "1 hour"`, `"1 hour" is not a lifetime: a number and, without a space, one of the units`},
		"label with a comma":  {`label = "a,b"`, `"a,b" has a comma in it`},
		"label that is blank": {`label = " "`, "is empty"},
		"label too long":      {`label = "` + strings.Repeat("x", 201) + `"`, "is longer than 200 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runEphemeral(t, h, resource.TestStep{
				Config:      h.Config("ephemeral \"pe_token\" \"t\" {\n" + test.body + "\n}\n" + echoed),
				ExpectError: acctest.Says(test.want),
			})
		})
	}
	t.Run("label in use", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		runEphemeral(t, h, resource.TestStep{
			Config: h.Config("ephemeral \"pe_token\" \"t\" {\n label = \"ci\"\n}\n" + "ephemeral \"pe_token\" \"again\" {\n label = \"ci\"\n}\n" + `
provider "echo" { data = "${ephemeral.pe_token.t.token}${ephemeral.pe_token.again.token}" }
resource "echo" "token" {}`),
			ExpectError: acctest.Says("Another token of the user has this label"),
		})
	})
	t.Run("nobody to make it for", func(t *testing.T) {
		t.Parallel()
		runEphemeral(t, h, resource.TestStep{
			Config:      strings.Replace(h.Config("ephemeral \"pe_token\" \"t\" {}\n"+echoed), "token       = ", "#", 1),
			ExpectError: acctest.Says("Give `login` and `password`, or give the provider a token"),
		})
	})
}

// TestToken_OfAnotherProvider logs in with a password alone, and does everything else with the token: no secret is anywhere.
func TestToken_OfAnotherProvider(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	amy := h.AddUser("amy", "amys-password-9c1d", acctest.Grant("user_roles:create:*"), acctest.Grant("user_roles:edit:*"), acctest.Grant("user_roles:edit_members:*"))
	c := acctest.NewCLI(t, h, `
variable "password" {
  type      = string
  ephemeral = true
}
provider "pe" {
  alias = "login"
}
ephemeral "pe_token" "run" {
  provider = pe.login
  login    = "amy"
  password = var.password
  lifetime = "10m"
  label    = "a run"
}
provider "pe" {
  token = ephemeral.pe_token.run.token
}
`+acctest.RoleBody("display_name = \"Web\"\n"+permissions("tasks:run:a")))
	c.NeedsEphemeral(t)
	env := []string{
		"PE_TOKEN_FILE=", "TF_VAR_password=amys-password-9c1d", "TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(c.Dir, "trace.log"),
	}
	printed, err := c.Run(t, env, "plan", "-out=plan")
	if err != nil {
		t.Fatal(printed)
	}
	shown, err := c.Run(t, env, "show", "-json", "plan")
	if err != nil {
		t.Fatal(shown)
	}
	applied, err := c.Run(t, env, "apply", "plan")
	if err != nil {
		t.Fatal(applied)
	}
	h.Role(t, "Web")
	secrets := map[string]bool{"amys-password-9c1d": true}
	for _, r := range h.Requests() {
		if token := r.Header.Get("X-Authentication"); token != "" {
			secrets[token] = true
		}
	}
	if log := c.Read(t, "trace.log"); !strings.Contains(log, "request body") || !strings.Contains(log, "/auth/token") {
		t.Error("the trace log holds no bodies, so nothing is proved")
	}
	if len(secrets) < 3 {
		t.Errorf("only %d secrets were used", len(secrets))
	}
	for what, text := range map[string]string{
		"log": c.Read(t, "trace.log"), "plan": c.Read(t, "plan") + printed + shown, "output": applied, "state": c.Read(t, "terraform.tfstate"),
	} {
		for secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("a secret is in the %s: …%s…", what, text[max(0, i-200):min(len(text), i+60)])
			}
		}
	}
	if left := h.TokensOf(t, amy.ID); len(left) != 0 {
		t.Errorf("these tokens are left: %v", left)
	}
}

// TestToken_CannotBeRevoked warns, and does not undo what was done with the token.
func TestToken_CannotBeRevoked(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Method: "DELETE", Path: "/rbac-api/v2/tokens", Action: simulator.AnswerStatus, Status: 500})
	c := acctest.NewCLI(t, h, `
provider "pe" {
  alias       = "login"
  max_retries = 0
}
ephemeral "pe_token" "run" { provider = pe.login }
provider "pe" { token = ephemeral.pe_token.run.token }
`+acctest.RoleBody(`display_name = "Web"`))
	c.NeedsEphemeral(t)
	out, err := c.Run(t, nil, "apply", "-auto-approve")
	if err != nil || !acctest.Says("The token was not revoked").MatchString(out) || !acctest.Says("It stays valid until its lifetime ends.").MatchString(out) {
		t.Errorf("%v\n%s", err, out)
	}
	for _, r := range h.Requests() {
		if token := r.Header.Get("X-Authentication"); token != "" && strings.Contains(out, token) {
			t.Error("the output shows a token")
		}
	}
}

// TestToken_WhoseAnswerIsLost asks again for a token, but for one with a label, which another one could not have: it says what may be left.
func TestToken_WhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		says *regexp.Regexp
	}{
		"without a label": {"", nil},
		"with a label":    {`label = "nightly"`, acctest.SaysAll("No token was made … A token may have been made all the same, which nobody has")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(simulator.Fault{Method: "POST", Path: "/rbac-api/v1/tokens", Times: 1, Action: simulator.DropAfterHandling})
			runEphemeral(t, h, resource.TestStep{
				Config: h.Config("ephemeral \"pe_token\" \"t\" {\n" + test.body + "\n}\n" + echoed), ExpectError: test.says,
			})
		})
	}
}
