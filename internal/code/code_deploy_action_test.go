// SPDX-License-Identifier: MPL-2.0

package code_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// invoke invokes an action with arguments.
func invoke(t *testing.T, h *acctest.Harness, arguments string) protocoltest.Invoked {
	t.Helper()
	return h.Invoke(t, protocoltest.Invocation{
		Config: h.Config("action \"pe_code_deploy\" \"x\" {\n config {\n" + arguments + "\n}\n}\n"), Action: "pe_code_deploy.x",
	})
}

// deployed checks how many deploys the server has received.
func deployed(t *testing.T, h *acctest.Harness, want int) {
	t.Helper()
	if err := deploys(h, want)(nil); err != nil {
		t.Error(err)
	}
}

func TestCodeDeployAction_Invoke(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		lines     []string
	}{
		"environments": {`environments = ["production", "staging"]`, []string{
			"deploying production, staging", "production is deployed, commit " + firstCommit, "staging is deployed, commit " + secondCommit,
		}},
		"all": {"all = true", []string{"deploying all environments", "production is deployed, commit " + firstCommit}},
		"some modules": {"environments = [\"production\"]\nmodules = [\"shop\"]\ndeploy_modules = true", []string{
			"deploying production, of its modules only shop", "production is deployed, commit " + firstCommit,
		}},
		"no modules":      {"environments = [\"production\"]\ndeploy_modules = false", []string{"deploying production without its modules", "production is deployed"}},
		"without waiting": {"environments = [\"production\"]\nwait_for_completion = false", []string{"in the queue: production"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := withCode(t)
			told := invoke(t, h, test.arguments)
			if len(told.Errors) > 0 || !told.Ended {
				t.Fatalf("it ended %v with %v", told.Ended, told.Errors)
			}
			acctest.HasLines(t, told, test.lines...)
			deployed(t, h, 1)
		})
	}
}

func TestCodeDeployAction_Fails(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	told := invoke(t, h, `environments = ["production", "nowhere"]`)
	acctest.Fails(t, told, `Environment "nowhere" was not deployed`, "Deployed all the same: production.", "terraform apply -invoke=action.pe_code_deploy.<name>")
	acctest.HasLines(t, told, "production is deployed", "nowhere was not deployed")
	deployed(t, h, 1)
}

func TestCodeDeployAction_BadInput(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	for arguments, says := range map[string]string{
		"":            "Nothing is to be deployed",
		"all = false": "Nothing is to be deployed",
		"all = true\nenvironments = [\"production\"]": "Both all and single environments are to be deployed",
		"environments = []":                           "environments",
		"environments = [null]":                       "environments",
	} {
		acctest.Fails(t, invoke(t, h, arguments), says)
	}
	deployed(t, h, 0)
}

// TestCodeDeployAction_NoCodeManager plans where nothing answers.
func TestCodeDeployAction_NoCodeManager(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.AddFault(simulator.Fault{Method: http.MethodGet, Path: statusPath, Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable})
	told := h.Invoke(t, protocoltest.Invocation{
		Config: h.Config("action \"pe_code_deploy\" \"x\" {\n config {\n all = true\n}\n}\n", "max_retries = 0"), Action: "pe_code_deploy.x",
	})
	acctest.Fails(t, told, "Code Manager cannot be asked", "Code Manager runs only where it was set up")
	deployed(t, h, 0)
}

func TestCodeDeployAction_Timeout(t *testing.T) {
	t.Parallel()
	h := withCode(t)
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: deploysPath, Action: simulator.DelayAnswer, Delay: 5_000_000_000})
	told := invoke(t, h, "environments = [\"production\"]\ntimeouts {\n invoke = \"100ms\"\n}")
	acctest.Fails(t, told, "has not ended after 100ms", "`timeouts { invoke = \"2h\" }`")
}
