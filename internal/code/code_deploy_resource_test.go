// SPDX-License-Identifier: MPL-2.0

package code_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	address     = "pe_code_deploy.x"
	deploysPath = "/code-manager/v1/deploys"
	statusPath  = deploysPath + "/status"

	firstCommit  = "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a"
	secondCommit = "b1d3f5a7c9e0b2d4f6a8c0e1b3d5f7a9c2e4b6d8"
)

// deploying is a resource with arguments.
func deploying(arguments string) string {
	return "resource \"pe_code_deploy\" \"x\" {\n" + arguments + "\n}\n"
}

// deploys checks how many deploys the server has received.
func deploys(h *acctest.Harness, want int) resource.TestCheckFunc {
	return h.Writes(want, http.MethodPost, deploysPath)
}

// signatures expects the commits of environments, named in pairs.
func signatures(pairs ...string) statecheck.StateCheck {
	want := map[string]knownvalue.Check{}
	for i := 0; i < len(pairs); i += 2 {
		want[pairs[i]] = acctest.Text(pairs[i+1])
	}
	return acctest.Value(address, "deploy_signatures", knownvalue.MapExact(want))
}

var nothing = knownvalue.MapExact(map[string]knownvalue.Check{})

// withCode is a PE whose production was pushed to.
func withCode(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t)
	h.SetBranch("production", simulator.Branch{Commit: firstCommit})
	h.SetBranch("staging", simulator.Branch{Commit: secondCommit})
	return h
}

// TestCodeDeploy_Lifecycle deploys, changes what deploys again and what does not, and destroys, with the real CLI.
func TestCodeDeploy_Lifecycle(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	running := func(*terraform.State) error {
		h.SetBranch("production", simulator.Branch{Commit: secondCommit})
		return nil
	}
	const other = "environments = [\"production\"]\ntriggers = { a = \"1\" }"
	h.RunCLI(t,
		resource.TestStep{
			Config: h.Config(deploying(`environments = ["production"]`)), ConfigPlanChecks: acctest.Planned(acctest.Creates(address)),
			Check: resource.ComposeTestCheckFunc(deploys(h, 1), running),
			ConfigStateChecks: []statecheck.StateCheck{
				signatures("production", firstCommit), acctest.Value(address, "failures", nothing), acctest.Value(address, "all", knownvalue.Bool(false)),
				acctest.Value(address, "commits", knownvalue.MapExact(map[string]knownvalue.Check{"production": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"environment_commit": knownvalue.NotNull(), "code_commit": knownvalue.NotNull(),
				})})),
			},
		},
		// What was pushed since is no change.
		resource.TestStep{Config: h.Config(deploying(`environments = ["production"]`)), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: deploys(h, 1)},
		resource.TestStep{
			Config: h.Config(deploying(other)), ConfigPlanChecks: acctest.Planned(acctest.Replaces(address)),
			Check: deploys(h, 2), ConfigStateChecks: []statecheck.StateCheck{signatures("production", secondCommit)},
		},
		resource.TestStep{
			Config: h.Config(deploying(other + "\nwait_for_completion = false\ntimeouts {\n create = \"5m\"\n}")), ConfigPlanChecks: acctest.Planned(acctest.Updates(address)),
			Check: deploys(h, 2), ConfigStateChecks: []statecheck.StateCheck{signatures("production", secondCommit)},
		},
		resource.TestStep{
			Config: h.Config(deploying("environments = [\"staging\", \"production\"]\ntriggers = { a = \"1\" }")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(address)),
			Check: deploys(h, 3), ConfigStateChecks: []statecheck.StateCheck{signatures("production", secondCommit, "staging", secondCommit)},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "production", ExpectError: acctest.Says("Resource Import Not Implemented")},
		resource.TestStep{Config: h.Config(""), Check: deploys(h, 3)},
	)
}

// TestCodeDeploy_All deploys what the control repository has, and queues without waiting.
func TestCodeDeploy_All(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		h := acctest.New(t, acctest.Generation(generation))
		h.SetBranch("production", simulator.Branch{Commit: firstCommit})
		h.SetBranch("staging", simulator.Branch{Commit: firstCommit})
		h.SetBranch("development", simulator.Branch{Commit: secondCommit})
		h.Run(t,
			resource.TestStep{Config: h.Config(deploying("all = true")), ConfigStateChecks: []statecheck.StateCheck{
				signatures("production", firstCommit, "staging", firstCommit, "development", secondCommit),
			}},
			resource.TestStep{Config: h.Config(deploying("all = true\ntriggers = {}")), Check: deploys(h, 1)},
			resource.TestStep{
				Config: h.Config(deploying("environments = [\"nowhere\"]\nwait_for_completion = false")), ConfigPlanChecks: acctest.Planned(acctest.Replaces(address)), Check: deploys(h, 2),
				ConfigStateChecks: []statecheck.StateCheck{signatures(), acctest.Value(address, "failures", nothing), acctest.Value(address, "commits", nothing)},
			},
		)
	}
}

// TestCodeDeploy_TriggersPuppet: the SHA of the code has Puppet run, and the same SHA does not.
func TestCodeDeploy_TriggersPuppet(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	config := func(trigger string) string {
		return h.Config(deploying("environments = [\"production\"]\ntriggers = { t = \""+trigger+"\" }") + `
resource "pe_deploy" "web" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
  triggers    = { code = pe_code_deploy.x.deploy_signatures["production"] }
}
`)
	}
	push := func() { h.SetBranch("production", simulator.Branch{Commit: secondCommit}) }
	h.RunCLI(t,
		resource.TestStep{Config: config("1"), Check: h.Launches(1)},
		resource.TestStep{Config: config("1"), PreConfig: push, Check: h.Launches(1)},
		resource.TestStep{Config: config("2"), Check: h.Launches(2), ConfigStateChecks: []statecheck.StateCheck{signatures("production", secondCommit)}},
	)
}

// TestCodeDeploy_FailedEnvironment keeps what was deployed beside it, names the reason of the server, and deploys again.
func TestCodeDeploy_FailedEnvironment(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.SetBranch("feature_x", simulator.Branch{Problem: "Failed to resolve module shop\nERROR\t -> \x1b[31mnot found"})
	config := h.Config(deploying(`environments = ["production", "feature_x", "nowhere"]`))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.SaysAll("2 of 3 environments were not deployed: feature_x", "nowhere")},
		resource.TestStep{
			PreConfig: func() {
				h.SetBranch("feature_x", simulator.Branch{Commit: firstCommit})
				h.SetBranch("nowhere", simulator.Branch{Commit: secondCommit})
			},
			Config: config, ConfigPlanChecks: acctest.Planned(acctest.Replaces(address)), Check: deploys(h, 2),
			ConfigStateChecks: []statecheck.StateCheck{signatures("production", firstCommit, "feature_x", firstCommit, "nowhere", secondCommit), acctest.Value(address, "failures", nothing)},
		},
	)
	h.SetBranch("feature_x", simulator.Branch{Problem: "Failed to resolve module shop\nERROR\t -> \x1b[31mnot found"})
	h.Run(t, resource.TestStep{Config: h.Config(deploying(`environments = ["feature_x", "production"]`)), ExpectError: acctest.SaysAll(
		`Environment "feature_x" was not deployed`, "Failed to resolve module shop", `\x1b[31mnot found`, "Deployed all the same: production", "Then apply again",
	)})
	h.RemoveBranch("nowhere")
	h.Run(t, resource.TestStep{Config: h.Config(deploying(`environments = ["nowhere"]`)), ExpectError: acctest.SaysAll(
		`Environment "nowhere" was not deployed`, "cannot be found in any source", "the control repository has the branch",
	)})
}

// TestCodeDeploy_FailureStaysInTheState reads the state that a failed apply has left, which core replaces.
func TestCodeDeploy_FailureStaysInTheState(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.SetBranch("feature_x", simulator.Branch{Problem: "Failed to resolve module shop"})
	c := acctest.NewCLI(t, h, deploying(`environments = ["production", "feature_x"]`)).Attached()
	printed, err := c.Run(t, nil, "apply", "-auto-approve", "-no-color")
	if err == nil {
		t.Fatalf("the apply has not failed: %s", printed)
	}
	acctest.MustSay(t, printed, `Environment "feature_x" was not deployed`, "Failed to resolve module shop")
	if state := c.Read(t, "terraform.tfstate"); !strings.Contains(state, firstCommit) || !strings.Contains(state, "Failed to resolve module shop") ||
		!strings.Contains(state, `"status": "tainted"`) {
		t.Errorf("the state is %s", state)
	}
}

func TestCodeDeploy_BadInput(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for arguments, says := range map[string]string{
		"":            "Nothing is to be deployed",
		"all = false": "Nothing is to be deployed",
		"all = true\nenvironments = [\"production\"]":                                             "Both all and single environments are to be deployed",
		"environments = []":                                                                       "The set is empty",
		"environments = [null]":                                                                   "an element is null",
		"environments = [\" \"]":                                                                  "The environment name is not valid",
		"environments = [\"production\"]\nmodules = []":                                           "The set is empty",
		"environments = [\"production\"]\nmodules = [\" \"]":                                      "must not be empty",
		"all = true\nmodules = [\"shop\"]\ndeploy_modules = false":                                "Modules are named, and none is to be deployed",
		"environments = [\"feature/login\"]":                                                      "mostly `feature_login`",
		"environments = [\"production\"]\ntimeouts {\n create = \"soon\"\n}":                      "soon",
		"environments = [\"production\"]\ntriggers = { a = null }\nwait_for_completion = \"yes\"": "wait_for_completion",
	} {
		h.Run(t, resource.TestStep{Config: h.Config(deploying(arguments)), ExpectError: acctest.Says(says)})
	}
	h.OnlyReads(t)
}

// TestCodeDeploy_Modules deploys some modules, all of them as is the default, and none, and sees what deploys again.
func TestCodeDeploy_Modules(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	step := func(arguments string, actions plancheck.PlanCheck, wants string) resource.TestStep {
		step := resource.TestStep{
			PreConfig: h.ResetRequests, Config: h.Config(deploying("environments = [\"production\"]\n" + arguments)), ConfigPlanChecks: acctest.Planned(actions),
			Check: deploys(h, 0),
		}
		if wants != "" {
			step.Check = func(*terraform.State) error {
				for _, r := range h.Requests() {
					var sent map[string]any
					if r.Method != http.MethodPost {
						continue
					}
					if err := json.Unmarshal(r.Body, &sent); err != nil {
						return err
					}
					if got := fmt.Sprint(sent["modules"], " ", sent["deploy-modules"]); got != wants {
						return fmt.Errorf("sent %s, want %s", got, wants)
					}
				}
				return deploys(h, 1)(nil)
			}
		}
		return step
	}
	h.Run(t,
		step("", acctest.Creates(address), "<nil> <nil>"),
		step("deploy_modules = true", acctest.Updates(address), ""),
		step("", acctest.Updates(address), ""),
		step(`modules = ["shop", "profile_base"]`, acctest.Replaces(address), "[profile_base shop] <nil>"),
		step(`modules = ["profile_base", "shop"]`, plancheck.ExpectEmptyPlan(), ""),
		step(`modules = ["shop"]`, acctest.Replaces(address), "[shop] <nil>"),
		step("deploy_modules = false", acctest.Replaces(address), "<nil> false"),
		step("deploy_modules = true", acctest.Replaces(address), "<nil> true"),
	)
}

// TestCodeDeploy_LostAnswer deploys again where the answer does not come: that is harmless.
func TestCodeDeploy_LostAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"dropped":   {Action: simulator.DropAfterHandling},
		"cut":       {Action: simulator.DropDuringAnswer},
		"a gateway": {Action: simulator.AnswerStatusAfterHandling, Status: http.StatusGatewayTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := withCode(t)
			fault.Method, fault.Path, fault.Times = http.MethodPost, deploysPath, 1
			h.AddFault(fault)
			h.Run(t, resource.TestStep{
				Config: h.Config(deploying(`environments = ["production"]`), `retry_max_wait = "1s"`), Check: deploys(h, 2),
				ConfigStateChecks: []statecheck.StateCheck{signatures("production", firstCommit)},
			})
		})
	}
}

// TestCodeDeploy_Failures asks a Code Manager that does not answer as it should.
func TestCodeDeploy_Failures(t *testing.T) {
	t.Parallel()
	answer := func(body string) simulator.Fault {
		return simulator.Fault{Method: http.MethodPost, Path: deploysPath, Action: simulator.AnswerStatus, Status: http.StatusOK, Body: body}
	}
	lostAfterwards := func(action simulator.FaultAction) simulator.Fault {
		return simulator.Fault{Method: http.MethodPost, Path: deploysPath, Action: action, Status: http.StatusGatewayTimeout}
	}
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  []string
	}{
		"another environment": {answer(`[{"environment":"staging","id":1,"status":"complete"}]`), []string{`Environment "production" was not deployed`, "does not say what has become of it"}},
		"no reason":           {answer(`[{"environment":"production","id":1,"status":"failed"}]`), []string{`Environment "production" was not deployed`, "does not say why"}},
		"only a kind":         {answer(`[{"environment":"production","id":1,"status":"failed","error":{"kind":"x/y","msg":""}}]`), []string{"x/y"}},
		"still queued":        {answer(`[{"environment":"production","id":1,"status":"queued"}]`), []string{"answers that it is", "queued"}},
		"no list":             {answer(`{"status":"OK"}`), []string{"It is not known how the deploy of production ended", "Code Manager runs only where it was set up"}},
		"cut off":             {lostAfterwards(simulator.DropAfterHandling), []string{"It is not known how the deploy of production ended", "Apply again to wait once more"}},
		"a gateway":           {lostAfterwards(simulator.AnswerStatusAfterHandling), []string{"It is not known how the deploy of production ended", "504", "Apply again to wait once more"}},
		"refused": {
			simulator.Fault{Method: http.MethodPost, Path: deploysPath, Action: simulator.AnswerStatus, Status: http.StatusBadRequest, Body: `{"kind":"x/bad","msg":"no such thing"}`},
			[]string{"The deploy of production was not done", "No such thing"},
		},
		"no Code Manager": {
			simulator.Fault{Path: statusPath, Action: simulator.HTML, Status: http.StatusOK},
			[]string{"Code Manager cannot be asked", "`code_manager_url`", "Code Manager runs only where it was set up"},
		},
		"another token": {
			simulator.Fault{Path: statusPath, Action: simulator.AnswerStatus, Status: http.StatusUnauthorized, Body: `{"kind":"puppetlabs.rbac/token-expired","msg":"x"}`},
			[]string{"Code Manager cannot be asked", "The token has expired"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(test.fault)
			h.Run(t, resource.TestStep{Config: h.Config(deploying(`environments = ["production"]`), "max_retries = 0"), ExpectError: acctest.SaysAll(test.says...)})
		})
	}
}

// TestCodeDeploy_NumberAsText: what is not used of an answer cannot make a failure of a deploy that is done.
func TestCodeDeploy_NumberAsText(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: deploysPath, Action: simulator.AnswerStatus, Status: http.StatusOK,
		Body: `[{"environment":"production","id":"7","status":"complete"}]`,
	})
	h.Run(t, resource.TestStep{Config: h.Config(deploying(`environments = ["production"]`))})
}

// TestCodeDeploy_NoCodeManager plans where nothing listens, also where that is tried again: the plan fails, and nothing is sent.
func TestCodeDeploy_NoCodeManager(t *testing.T) {
	t.Parallel()
	for _, retries := range []string{"max_retries = 0", ""} {
		t.Run(retries, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			config := strings.Replace(h.Config(deploying("all = true"), retries), h.CodeManagerURL(), "https://127.0.0.1:1/code-manager", 1)
			h.Run(t, resource.TestStep{Config: config, PlanOnly: true, ExpectError: acctest.SaysAll(
				"Code Manager cannot be asked", "nothing listens there", "`code_manager_url`", "code_manager_auto_configure",
			)})
			h.OnlyReads(t)
		})
	}
}

// TestCodeDeploy_StatusMayBeHidden: a user who may deploy need not see the status.
func TestCodeDeploy_StatusMayBeHidden(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.AddFault(simulator.Fault{Path: statusPath, Action: simulator.AnswerStatus, Status: http.StatusForbidden, Body: `{"kind":"x/no","msg":"no"}`})
	h.Run(t, resource.TestStep{
		Config:            h.Config(deploying(`environments = ["production"]`)),
		ConfigStateChecks: []statecheck.StateCheck{signatures("production", firstCommit)},
	})
}

func TestCodeDeploy_MissingPermission(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("olga", "secret", simulator.Permission{ObjectType: "environment", Action: "deploy_code", Instance: "staging"})
	token := h.IssueToken("olga", 0)
	for _, arguments := range []string{`environments = ["production"]`, "all = true"} {
		h.Run(t, resource.TestStep{Config: h.ConfigAs(token, deploying(arguments)), ExpectError: acctest.SaysAll(
			"was not done", "environment:deploy_code:", "The user needs the permission `environment` / `deploy_code`",
		)})
	}
	h.Run(t, resource.TestStep{Config: h.ConfigAs(token, deploying(`environments = ["staging"]`)), Check: deploys(h, 3)})
}

// TestCodeDeploy_Timeout waits less than a deploy takes, says what Code Manager is at, and deploys again.
func TestCodeDeploy_Timeout(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.SetBranch("staging", simulator.Branch{Takes: time.Hour})
	config := func(limit string) string {
		return h.Config(deploying("environments = [\"staging\"]\ntimeouts {\n create = \"" + limit + "\"\n}"))
	}
	h.Run(t,
		resource.TestStep{Config: config("1s"), ExpectError: acctest.SaysAll(
			"The deploy of staging has not ended after 1s", "It deploys now: staging", "Deploy again", "timeouts { create",
		)},
		resource.TestStep{
			PreConfig: func() { h.Advance(time.Hour); h.SetBranch("staging", simulator.Branch{Commit: firstCommit}) },
			Config:    config("1m"), ConfigPlanChecks: acctest.Planned(acctest.Creates(address)), Check: deploys(h, 2),
			ConfigStateChecks: []statecheck.StateCheck{signatures("staging", firstCommit)},
		},
	)
}

// TestCodeDeploy_LongerThanARequest waits for longer than other requests may take.
func TestCodeDeploy_LongerThanARequest(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.SetBranch("staging", simulator.Branch{Commit: firstCommit, Takes: 30 * time.Second})
	h.Run(t, resource.TestStep{
		Config: h.Config(deploying(`environments = ["staging"]`), `request_timeout = "1s"`), Check: deploys(h, 1),
		ConfigStateChecks: []statecheck.StateCheck{signatures("staging", firstCommit)},
	})
}

// TestCodeDeploy_CompilersLag fails when a compiler does not take the code over.
func TestCodeDeploy_CompilersLag(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.SetFileSync(false)
	h.Run(t, resource.TestStep{Config: h.Config(deploying(`environments = ["staging"]`)), ExpectError: acctest.SaysAll(
		`Environment "staging" was not deployed`, "Timed out waiting for file sync",
	)})
}

// answering has Code Manager answer deploys with a text.
func answering(h *acctest.Harness, body string) {
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: deploysPath, Action: simulator.AnswerStatus, Status: http.StatusOK, Body: body})
}

// TestCodeDeploy_CorrectedName finds an environment under the name that Code Manager has made of it.
func TestCodeDeploy_CorrectedName(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	answering(h, `[{"environment":"feature_y","id":1,"status":"complete","deploy-signature":"cafe"}]`)
	h.Run(t, resource.TestStep{
		Config: h.Config(deploying(`environments = ["feature-y"]`)), ConfigStateChecks: []statecheck.StateCheck{signatures("feature-y", "cafe")},
	})
}

// TestCodeDeploy_ManyFailures tells of ten environments why they have failed, and of all that they have.
func TestCodeDeploy_ManyFailures(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	entries := []string{`{"environment":"production","id":1,"status":"complete"}`}
	for i := range 12 {
		entries = append(entries, fmt.Sprintf(`{"environment":"e%02d","id":1,"status":"failed","error":{"kind":"x/y","msg":"reason %02d"}}`, i, i))
	}
	answering(h, "["+strings.Join(entries, ",")+"]")
	h.Run(t, resource.TestStep{Config: h.Config(deploying("all = true")), ExpectError: acctest.SaysAll(
		"12 of 13 environments were not deployed: e00", "reason 00", "reason 09", "2 further environments: see `failures`", "Deployed all the same: production",
	)})
}

// TestCodeDeploy_NoEnvironments warns when there is nothing to deploy.
func TestCodeDeploy_NoEnvironments(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	answering(h, "[]")
	heard := &acctest.Warnings{}
	h.RunListening(t, heard, resource.TestStep{Config: h.Config(deploying("all = true")), ConfigStateChecks: []statecheck.StateCheck{signatures()}})
	if !heard.Say("No environment was deployed") {
		t.Errorf("heard %q", heard.All())
	}
}
