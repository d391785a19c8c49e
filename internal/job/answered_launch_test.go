// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestLaunch_AnAnswerIsNotCalledLost has the server fail at a launch, and break the connection at another.
func TestLaunch_AnAnswerIsNotCalledLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  string
	}{
		"answered with 500": {
			simulator.Fault{Action: simulator.AnswerStatus, Status: 500, Body: `{"kind":"puppetlabs.orchestrator/unknown-error","msg":"Connection closed unexpectedly"}`},
			"The request was answered with 500 Internal Server Error, which does not say whether it was carried out. It was not sent again, because the server may still be at work on it. The job would carry",
		},
		"not answered": {simulator.Fault{Action: simulator.DropBeforeHandling}, "The answer to the request was lost. It had been sent 3 times, each time after the job had been looked for and was not there. The job would carry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			test.fault.Method, test.fault.Path = http.MethodPost, launchPaths[1]
			h.AddFault(test.fault)
			h.Run(t, resource.TestStep{
				Config:      h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes)),
				ExpectError: acctest.SaysAll("It is not known whether task \"facts\" was started … " + test.says),
			})
		})
	}
}

// TestLaunch_DeniedBeforeTheService has the layer in front of the orchestrator deny a launch, in plain text: nothing was started.
func TestLaunch_DeniedBeforeTheService(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: launchPaths[1], Action: simulator.AnswerStatus, Status: 403, Header: http.Header{"Content-Type": {"text/plain"}},
		Body: "Forbidden request: " + launchPaths[1] + " (method :post). Please see the server logs for details.",
	})
	h.Run(t, resource.TestStep{
		Config: h.Config(acctest.TaskBody("task = \"facts\"\n" + acctest.TwoNodes)),
		ExpectError: acctest.SaysAll("Task \"facts\" was not started … 403 Forbidden: … Forbidden request: " + launchPaths[1] +
			" (method :post). Please see the server logs for details. … lacks a permission"),
	})
	if got := h.LaunchesReceived(); got != 1 {
		t.Errorf("the server has received %d launches", got)
	}
}
