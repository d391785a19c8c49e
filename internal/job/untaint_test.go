// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestUntaint_WaitGoesOn untaints jobs whose create has failed, as errors and guides advise: a wait that ended early continues, and a
// failure that is now allowed no longer counts. Nothing runs a second time.
func TestUntaint_WaitGoesOn(t *testing.T) {
	t.Parallel()
	const revoked = `{"kind":"puppetlabs.rbac/token-revoked","msg":"The token was revoked."}`
	for name, test := range map[string]struct {
		body, says string
		// arrange makes the create fail; amend is the configuration afterwards.
		arrange func(h *acctest.Harness) (mend func())
		amend   *strings.Replacer
		state   string
	}{
		"after the time was up": {
			"task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600 }\ntimeouts {\n create = \"5s\"\n}", "had not ended after 5s",
			func(h *acctest.Harness) func() { return h.FinishAll }, strings.NewReplacer(), "finished",
		},
		"after the token was revoked": {
			"task = \"simulate\"\nscope = { nodes = [\"node1.example.com\"] }\nparams = { duration = 600 }", "The token was revoked",
			func(h *acctest.Harness) func() {
				remove := h.AddFault(simulator.Fault{Method: http.MethodGet, Path: longJobs["task"].poll, Action: simulator.AnswerStatus, Status: http.StatusUnauthorized, Body: revoked})
				return func() { remove(); h.FinishAll() }
			}, strings.NewReplacer(), "finished",
		},
		"after nodes have failed": {
			"task = \"simulate\"\nscope = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\nparams = { fail_on = [\"node2.example.com\"] }\nmax_failed_nodes = 0", "failed on 1 of 2 nodes",
			func(*acctest.Harness) func() { return func() {} }, strings.NewReplacer("max_failed_nodes = 0", "max_failed_nodes = 1"), "failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSlowHarness(t)
			mend := test.arrange(h)
			c := acctest.NewCLI(t, h, acctest.TaskBody(test.body)).Attached()
			printed, err := c.Run(t, nil, "apply", "-auto-approve")
			if err == nil {
				t.Fatalf("the create has not failed:\n%s", printed)
			}
			acctest.MustSay(t, printed, test.says)
			mend()
			c.Write(t, "main.tf", test.amend.Replace(c.Read(t, "main.tf")))
			c.MustRun(t, "untaint", "pe_task.t")
			acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "0 added, 1 changed, 0 destroyed")
			c.NoChanges(t)
			if got := c.Resources(t)["pe_task.t"]["state"]; got != test.state || h.LaunchesReceived() != 1 {
				t.Errorf("after %d launches the job is %v", h.LaunchesReceived(), got)
			}
		})
	}
}

// TestLaunch_Redirected answers launches with a redirect: nobody knows what has happened, the error says where it leads, and the next apply
// launches.
func TestLaunch_Redirected(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	faultAtLaunch(h, simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusFound, Header: http.Header{"Location": {"https://sso.example.com/login"}}})
	c := acctest.NewCLI(t, h, eachJob).Attached()
	printed, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil || strings.Count(printed, "It is not known whether") != kindsOfJobs {
		t.Fatalf("%v\n%s", err, printed)
	}
	acctest.MustSay(t, printed, "a redirect to https://sso.example.com/login")
	if h.LaunchesAccepted() != 0 {
		t.Error("something was started")
	}
	acctest.MustSay(t, printed, "the job is looked for once more", "the plan job is looked for once more")
	c.MustRun(t, "apply", "-auto-approve")
	if err := ownsEachJobOnce(t, h)(nil); err != nil {
		t.Error(err)
	}
}
