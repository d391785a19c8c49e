// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestFailedWait_AnswersOfOneWrongShape has something in front of the server answer each poll wrongly. The wait ends with the reason, the
// state has the number of the job, and the next apply continues with it.
func TestFailedWait_AnswersOfOneWrongShape(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ is, body, says string }{
		"a count below zero": {
			"application/json", `{"id":"https://pe.example.com:8143/orchestrator/v1/jobs/1","name":"1","state":"finished","node_count":1,"node_states":{"finished":1,"failed":-1}}`,
			`it counts -1 nodes as "failed", which cannot be`,
		},
		"a page":          {"text/html", `<html><title>Log in</title></html>`, `an HTML page titled "Log in"`},
		"another object":  {"application/json", `{"status":"ok"}`, "JSON of another shape"},
		"the job of zero": {"application/json", `{"id":"0","name":"0","state":"finished"}`, "holds the number of anything"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			h.Machine.Patience = 2 * time.Second
			mend := h.AddFault(simulator.Fault{
				Method: http.MethodGet, Path: longJobs["task"].poll, Action: simulator.AnswerStatus, Status: http.StatusOK, Header: http.Header{"Content-Type": {test.is}}, Body: test.body,
			})
			config := h.Config(acctest.TaskBody("task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600 }"))
			h.Run(t,
				resource.TestStep{Config: config, ExpectError: acctest.SaysAll("the end of job 1 could not be awaited … there was nothing but answers of one kind … " +
					test.says + " … The next apply keeps waiting for job 1")},
				resource.TestStep{
					PreConfig:         func() { mend(); h.FinishAll() },
					Config:            config,
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(acctest.Task, "id", knownvalue.StringExact("1")), acctest.Value(acctest.Task, "state", knownvalue.StringExact("finished"))},
					Check:             h.Launches(1),
				},
			)
		})
	}
}
