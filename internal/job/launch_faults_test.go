// SPDX-License-Identifier: MPL-2.0

package job_test

import (
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

// eachJob has one of each kind of job, all of which succeed.
const eachJob = `
resource "pe_deploy" "d" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
}
resource "pe_task" "t" {
  task   = "simulate"
  scope  = { nodes = ["node2.example.com"] }
  params = { output = "done" }
}
resource "pe_plan_run" "p" {
  plan_name = "simulate::plan"
  params    = { targets = "node3.example.com" }
}`

// kindsOfJobs is how many jobs eachJob starts.
const kindsOfJobs = 3

// launchPaths are where the jobs of eachJob are launched.
var launchPaths = []string{"/orchestrator/v1/command/deploy", "/orchestrator/v1/command/task", "/orchestrator/v1/command/plan_run"}

// faultAtLaunch adds a fault to the first launch of each kind.
func faultAtLaunch(h *acctest.Harness, fault simulator.Fault) {
	for _, path := range launchPaths {
		fault.Method, fault.Path, fault.Times = http.MethodPost, path, 1
		h.AddFault(fault)
	}
}

// eachEndedWell checks the state of every job of eachJob.
func eachEndedWell() []statecheck.StateCheck {
	return []statecheck.StateCheck{
		acctest.Value("pe_deploy.d", "state", knownvalue.StringExact("finished")),
		acctest.Value("pe_task.t", "state", knownvalue.StringExact("finished")),
		acctest.Value("pe_plan_run.p", "state", knownvalue.StringExact("success")),
	}
}

// owns checks that the server has the jobs in the state: as many as wanted, none of them twice.
func ownsEachJobOnce(t *testing.T, h *acctest.Harness) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		requests := map[any]int{}
		for _, job := range h.Jobs() {
			if job.PlanJobID == "" {
				requests[job.Userdata["terraform_request_id"]]++
			}
		}
		for _, job := range h.PlanJobs() {
			requests[job.Userdata["terraform_request_id"]]++
		}
		for id, n := range requests {
			if n != 1 || id == nil {
				t.Errorf("%d jobs carry the request id %v", n, id)
			}
		}
		if len(requests) != kindsOfJobs || h.LaunchesAccepted() != kindsOfJobs {
			t.Errorf("the server has started %d jobs for %d launches, want %d", h.LaunchesAccepted(), len(requests), kindsOfJobs)
		}
		return nil
	}
}

// TestLaunch_LostAnswer makes every kind of launch lose its answer in every way. Each job is started exactly once, ends up in the state,
// and a second plan is empty.
func TestLaunch_LostAnswer(t *testing.T) {
	t.Parallel()
	after := func(delay time.Duration) string { return time.Now().Add(delay).UTC().Format(http.TimeFormat) }
	tests := map[string]struct {
		fault simulator.Fault
		// received is how often each launch reaches the server. It is more than once only if nothing can have happened, or if it was proved
		// that nothing has.
		received int
	}{
		"the connection breaks before it is handled":         {simulator.Fault{Action: simulator.DropBeforeHandling}, 2},
		"the connection breaks after it was handled":         {simulator.Fault{Action: simulator.DropAfterHandling}, 1},
		"the connection breaks during the answer":            {simulator.Fault{Action: simulator.DropDuringAnswer}, 1},
		"502 before it is handled":                           {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusBadGateway}, 2},
		"502 after it was handled":                           {simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusBadGateway}, 1},
		"500 after it was handled":                           {simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusInternalServerError}, 1},
		"504 after it was handled":                           {simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusGatewayTimeout}, 1},
		"429, and a number of seconds":                       {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}}, 2},
		"429, and a date":                                    {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {after(time.Second)}}}, 2},
		"503, and a number of seconds":                       {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"1"}}}, 2},
		"the page of a proxy with 502":                       {simulator.Fault{Action: simulator.HTML}, 2},
		"garbage after it was handled":                       {simulator.Fault{Action: simulator.Garbage}, 1},
		"half an answer after it was handled":                {simulator.Fault{Action: simulator.Truncate}, 1},
		"the answer takes longer than the timeout":           {simulator.Fault{Action: simulator.DelayAnswer, Delay: 3 * time.Second}, 1},
		"it is handled after the timeout, while looking":     {simulator.Fault{Action: simulator.Delay, Delay: 2 * time.Second}, 1},
		"the body of the answer takes longer than it should": {simulator.Fault{Action: simulator.SlowBody, Delay: 4 * time.Second}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			if test.fault.Delay > 0 {
				h.Machine.Settle = acctest.LongSettle
			}
			faultAtLaunch(h, test.fault)
			config := h.Config(eachJob, `request_timeout = "1s"`)
			h.Run(t,
				resource.TestStep{
					Config:            config,
					Check:             resource.ComposeTestCheckFunc(h.Launches(test.received*kindsOfJobs), ownsEachJobOnce(t, h)),
					ConfigStateChecks: eachEndedWell(),
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(test.received * kindsOfJobs)},
			)
		})
	}
}

// TestLaunch_MayStillBeAtWork answers launches in ways that leave open whether the server is still working on them, which it is not. They
// are not sent again; the error says what to look for; and nothing is in the state.
func TestLaunch_MayStillBeAtWork(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault simulator.Fault
		seen  string
	}{
		"500":               {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError}, "500"},
		"504":               {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusGatewayTimeout}, "504"},
		"a page with 200":   {simulator.Fault{Action: simulator.HTML, Status: http.StatusOK}, "HTML"},
		"our own timeout":   {simulator.Fault{Action: simulator.Delay, Delay: time.Minute}, "1s"},
		"an empty 202 body": {simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusAccepted}, "202"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			faultAtLaunch(h, test.fault)
			config := h.Config(eachJob, `request_timeout = "1s"`)
			not := "… It was not sent again … terraform_request_id … apply again"
			h.Run(t,
				resource.TestStep{Config: config, ExpectError: acctest.SaysAll(
					`It is not known whether deploy of environment "production" was started … `+test.seen+not,
					`It is not known whether task "simulate" was started … `+test.seen+not,
					`It is not known whether plan "simulate::plan" was started … `+test.seen+not)},
				// The launches of this step are the second ones that the server receives.
				resource.TestStep{
					PreConfig: func() {
						if received, accepted := h.LaunchesReceived(), h.LaunchesAccepted(); received != kindsOfJobs || accepted != 0 {
							t.Errorf("the server has received %d launches and started %d", received, accepted)
						}
					},
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Creates("pe_deploy.d"), acctest.Creates("pe_task.t"), acctest.Creates("pe_plan_run.p")),
					Check: ownsEachJobOnce(t, h),
				},
			)
		})
	}
}

// TestWait_TransientFailures makes every poll of every kind of job fail for a while. The wait continues.
func TestWait_TransientFailures(t *testing.T) {
	t.Parallel()
	answer := func(status int, retryAfter string) simulator.Fault {
		fault := simulator.Fault{Action: simulator.AnswerStatus, Status: status}
		if retryAfter != "" {
			fault.Header = http.Header{"Retry-After": {retryAfter}}
		}
		return fault
	}
	tests := map[string]simulator.Fault{
		"dropped before it is handled": {Action: simulator.DropBeforeHandling},
		"dropped after it was handled": {Action: simulator.DropAfterHandling},
		"dropped during the answer":    {Action: simulator.DropDuringAnswer},
		"500":                          answer(http.StatusInternalServerError, ""),
		"502":                          answer(http.StatusBadGateway, ""),
		"503":                          answer(http.StatusServiceUnavailable, "1"),
		"504":                          answer(http.StatusGatewayTimeout, ""),
		"429 with seconds":             answer(http.StatusTooManyRequests, "1"),
		"429 with a date":              answer(http.StatusTooManyRequests, time.Now().Add(time.Second).UTC().Format(http.TimeFormat)),
		"a page":                       {Action: simulator.HTML},
		"a page with 200":              {Action: simulator.HTML, Status: http.StatusOK},
		"a redirect to a login":        {Action: simulator.AnswerStatus, Status: http.StatusFound, Header: http.Header{"Location": {"https://sso.example.com"}}},
		"garbage":                      {Action: simulator.Garbage},
		"half an answer":               {Action: simulator.Truncate},
		"a slow body":                  {Action: simulator.SlowBody, Delay: 1500 * time.Millisecond},
		"a slow answer":                {Action: simulator.DelayAnswer, Delay: 2 * time.Second},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			for _, path := range []string{"/orchestrator/v1/jobs/*", "/orchestrator/v1/plan_jobs/*"} {
				fault.Method, fault.Path, fault.Times = http.MethodGet, path, 3
				h.AddFault(fault)
			}
			config := h.Config(eachJob, `request_timeout = "1s"`)
			h.Run(t,
				resource.TestStep{
					Config:            config,
					Check:             resource.ComposeTestCheckFunc(h.Launches(kindsOfJobs), ownsEachJobOnce(t, h)),
					ConfigStateChecks: eachEndedWell(),
				},
				resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(kindsOfJobs)},
			)
		})
	}
}

// TestWait_ServerRestarts restarts the server while jobs run. Jobs continue, and so does the wait; a plan fails, and its end is reported as
// it is.
func TestWait_ServerRestarts(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.TimeScale = 1 })
	h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: "/orchestrator/v1/jobs/*", Times: 1,
		AfterHook: func(simulator.Request) { h.Restart(3 * time.Second) },
	})
	config := h.Config(`
resource "pe_deploy" "d" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
}
resource "pe_task" "t" {
  task   = "simulate"
  scope  = { nodes = ["node2.example.com"] }
  params = { duration = 4 }
}`)
	h.Run(t,
		resource.TestStep{Config: config, Check: h.Launches(2), ConfigStateChecks: eachEndedWell()[:2]},
		resource.TestStep{Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan()), Check: h.Launches(2)},
	)
}

// TestWait_EndsAtOnceWhenRefused answers the first poll with an error that waiting does not mend. The error has the job's id, the job is in
// the state, and the next apply continues with it: a failed wait is not a failed job.
func TestWait_EndsAtOnceWhenRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		says   string
		next   string // what the error says on how to go on
	}{
		"401": {http.StatusUnauthorized, `{"kind":"puppetlabs.rbac/token-revoked","msg":"The token was revoked."}`, "revoked", " … /orchestrator/v1/plan_jobs/1 … The next apply keeps waiting for plan job 1"},
		"403": {http.StatusForbidden, `{"kind":"puppetlabs.rbac/user-unauthorized","msg":"You are not permitted."}`, "You are not permitted", " … /orchestrator/v1/plan_jobs/1 … The next apply keeps waiting for plan job 1"},
		"404": {http.StatusNotFound, `{"kind":"puppetlabs.orchestrator/unknown-job","msg":"Unknown job"}`, "unknown-job", " … /orchestrator/v1/plan_jobs/1 … The next apply keeps what is known"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			remove := make([]func(), 0, 2)
			for _, path := range []string{"/orchestrator/v1/jobs/*", "/orchestrator/v1/plan_jobs/*"} {
				remove = append(remove, h.AddFault(simulator.Fault{Method: http.MethodGet, Path: path, Action: simulator.AnswerStatus, Status: test.status, Body: test.body}))
			}
			config := h.Config(eachJob)
			h.Run(t,
				resource.TestStep{Config: config, ExpectError: acctest.SaysAll(
					`Deploy of environment "production": … `+test.says, `Task "simulate": … `+test.says, `Plan "simulate::plan": … `+test.says+test.next)},
				resource.TestStep{
					PreConfig: func() {
						for _, r := range remove {
							r()
						}
						if got := h.LaunchesReceived(); got != kindsOfJobs {
							t.Errorf("the server has received %d launches", got)
						}
					},
					// The failed creates have tainted the resources that they saved.
					Config: config, ConfigPlanChecks: acctest.Planned(acctest.Replaces("pe_deploy.d"), acctest.Replaces("pe_task.t"), acctest.Replaces("pe_plan_run.p")),
					Check: h.Launches(kindsOfJobs),
				},
			)
		})
	}
}

// TestLaunch_WithoutUserdata makes launches lose their answers on a server that refuses userdata. Nothing can be recognised there, so
// nothing is sent again, and the error proposes candidates.
func TestLaunch_WithoutUserdata(t *testing.T) {
	t.Parallel()
	for path, body := range map[string]string{
		launchPaths[0]: deployBody(`environment = "production"` + "\n" + acctest.TwoNodes),
		launchPaths[1]: "resource \"pe_task\" \"t\" {\n task = \"facts\"\n" + acctest.TwoNodes + "\n}",
		launchPaths[2]: "resource \"pe_plan_run\" \"p\" {\n plan_name = \"simulate::plan\"\n params = { targets = \"node1.example.com\" }\n}",
	} {
		t.Run(strings.TrimPrefix(path, "/orchestrator/v1/command/"), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(simulator.PE2019), func(o *simulator.Options) { o.RejectUserdata = true })
			// The first attempt carries userdata and is refused.
			h.AddFault(simulator.Fault{Method: http.MethodPost, Path: path, Skip: 1, Times: 1, Action: simulator.DropAfterHandling})
			h.Run(t, resource.TestStep{
				Config:      h.Config(body),
				ExpectError: acctest.SaysAll("It is not known whether … does not keep userdata … It may be one of these: 1. … terraform import <address> 1"),
			})
			if received, accepted := h.LaunchesReceived(), h.LaunchesAccepted(); received != 2 || accepted != 1 {
				t.Errorf("the server has received %d launches and started %d", received, accepted)
			}
		})
	}
}

// TestLaunch_WithoutUserdataProposesOnlyWhatItMayBe has other jobs on such a server: of other content, of long ago, and in the state.
func TestLaunch_WithoutUserdataProposesOnlyWhatItMayBe(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2019), func(o *simulator.Options) { o.RejectUserdata = true })
	same := "task = \"simulate\"\nparams = { output = \"a\" }\n" + acctest.TwoNodes + "\n"
	before := "resource \"pe_task\" \"same\" {\n" + same + "}\n"
	h.Run(t,
		resource.TestStep{Config: h.Config(before)},
		resource.TestStep{
			PreConfig: func() {
				time.Sleep(1100 * time.Millisecond) // the server writes its times in whole seconds
				h.AddFault(simulator.Fault{Method: http.MethodPost, Path: launchPaths[1], Skip: 2, Times: 1, Action: simulator.DropAfterHandling})
			},
			Config:      h.Config(before + "resource \"pe_task\" \"other\" {\n" + strings.Replace(same, `"a"`, `"b"`, 1) + "}\n" + acctest.TaskBody(same+"depends_on = [pe_task.other]")),
			ExpectError: acctest.SaysAll("It is not known whether … It may be one of these: 3. If it is, import it: terraform import <address> 3."),
		},
	)
}
