// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// soakApplies is how many applies it takes at most until everything is there.
const soakApplies = 8

// soakEnv is the environment variable that makes a soak as long as it is at night: see `make soak`.
const soakEnv = "PE_TEST_SOAK"

// soak is how much a soak launches and kills.
type soak struct {
	each, plans   int // deploys, and as many tasks
	killed, kills int
}

// thisSoak is long enough to find at once what is always wrong, or, at night, what seldom is.
func thisSoak() soak {
	if os.Getenv(soakEnv) != "" {
		return soak{each: 67, plans: 66, killed: 30, kills: 6}
	}
	return soak{each: 14, plans: 12, killed: 12, kills: 2}
}

func (s soak) total() int { return 2*s.each + s.plans }

// TestSoak_FaultsAtRandom launches many jobs while a third of all launches, and many of the reads, go wrong at random. However often
// it takes an apply, in the end the server has started each job once, and the state has how each of them ended.
func TestSoak_FaultsAtRandom(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	seed := rand.Uint64()
	t.Logf("the seed is %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	h := acctest.New(t, func(o *simulator.Options) { o.Nodes = 20 })
	size := thisSoak()
	for _, path := range launchPaths {
		randomFaults(h, random, http.MethodPost, path, size.each, size.each/3, launchFaults)
	}
	for _, path := range []string{"/orchestrator/v1/jobs", "/orchestrator/v1/jobs/*", "/orchestrator/v1/jobs/*/nodes", "/orchestrator/v1/plan_jobs", "/orchestrator/v1/plan_jobs/*"} {
		randomFaults(h, random, http.MethodGet, path, 2*size.total(), size.total()/4, readFaults)
	}
	earlyLooks(h, random, size)
	mixedAnswers(h, random, size)
	// Every tenth task fails on one of its nodes, which is allowed, so that the outcome shows it.
	c := acctest.NewCLI(t, h, fmt.Sprintf(`
resource "pe_deploy" "d" {
  count       = %d
  environment = "production"
  scope       = { nodes = ["node${count.index %% 20 + 1}.example.com"] }
}
resource "pe_task" "t" {
  count            = %d
  task             = "simulate"
  scope            = { nodes = ["node1.example.com", "node2.example.com"] }
  params           = { fail_on = count.index %% 10 == 0 ? ["node2.example.com"] : [], output = "run ${count.index}" }
  max_failed_nodes = 1
}
resource "pe_plan_run" "p" {
  count     = %d
  plan_name = "simulate::plan"
  params    = { targets = "node1.example.com", result = "run ${count.index}" }
}`, size.each, size.each, size.plans))

	var out string
	var err error
	for range soakApplies {
		if out, err = c.Run(t, nil, "apply", "-auto-approve", "-parallelism=40"); err == nil {
			break
		}
		for _, failure := range strings.Split(out, "Error: ")[1:] {
			// A page in place of a job fails the refresh, which is not repeated: nothing depends on it.
			if !strings.Contains(failure, "It is not known whether") && !strings.Contains(failure, "was not read") {
				t.Errorf("an apply has failed for another reason than a lost or senseless answer: %s", failure)
			}
		}
	}
	if err != nil {
		t.Fatalf("it does not come to an end:\n%s", out)
	}
	h.ClearFaults()
	// Results that could not be read are read by the next apply, which launches nothing.
	if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Errorf("the apply without trouble: %v\n%s", err, out)
	}
	if out, err := c.Run(t, nil, "plan", "-detailed-exitcode"); err != nil {
		t.Errorf("the next plan is not empty: %v\n%s", err, out)
	}
	if got := h.LaunchesAccepted(); got != size.total() {
		t.Errorf("the server has started %d jobs, want %d; it has received %d launches", got, size.total(), h.LaunchesReceived())
	}
	checkSoak(t, c.Resources(t), size.total())
}

// checkSoak checks that each resource has a job of its own, and how it ended.
func checkSoak(t *testing.T, resources map[string]map[string]any, total int) {
	t.Helper()
	if len(resources) != total {
		t.Errorf("the state has %d jobs, want %d", len(resources), total)
	}
	ids := map[string]string{}
	for address, attributes := range resources {
		kind, _, _ := strings.Cut(address, ".")
		id := fmt.Sprintf("%v %v", kind == "pe_plan_run", attributes["id"])
		if other, taken := ids[id]; taken {
			t.Errorf("%s and %s have the same job", address, other)
		}
		ids[id] = address

		var index int
		if _, err := fmt.Sscanf(address[strings.Index(address, "["):], "[%d]", &index); err != nil {
			t.Fatal(err)
		}
		got, want := fmt.Sprintf("%v %v %v", attributes["state"], attributes["node_states"], attributes["tainted"]), "finished map[finished:1] false"
		switch {
		case kind == "pe_plan_run":
			got, want = fmt.Sprintf("%v %v %v", attributes["state"], attributes["result"], attributes["tainted"]), fmt.Sprintf("success map[type:string value:run %d] false", index)
		case kind == "pe_task" && index%10 == 0:
			want = "failed map[failed:1 finished:1] false"
		case kind == "pe_task":
			want = "finished map[finished:2] false"
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// randomFaults makes some of the first requests of a method and path fail.
func randomFaults(h *acctest.Harness, random *rand.Rand, method, path string, among, faulty int, faults []simulator.Fault) {
	for _, at := range random.Perm(among)[:faulty] {
		fault := faults[random.IntN(len(faults))]
		fault.Method, fault.Path, fault.Skip, fault.Times = method, path, at, 1
		h.AddFault(fault)
	}
}

// earlyLooks makes some jobs unknown when they are first read.
func earlyLooks(h *acctest.Harness, random *rand.Rand, size soak) {
	for _, number := range random.Perm(size.plans)[:size.plans/5] {
		for _, path := range []string{"/orchestrator/v1/jobs/", "/orchestrator/v1/plan_jobs/"} {
			h.AddFault(simulator.Fault{
				Method: http.MethodGet, Path: path + strconv.Itoa(number+2), Times: 1,
				Action: simulator.AnswerStatus, Status: http.StatusNotFound, Body: unknownJob,
			})
		}
	}
}

// mixedAnswers answers some launches with the number of another job, and some reads of a job with another one.
func mixedAnswers(h *acctest.Harness, random *rand.Rand, size soak) {
	for _, path := range launchPaths[:2] {
		randomFaults(h, random, http.MethodPost, path, size.each, max(1, size.each/10), []simulator.Fault{{
			Action: simulator.AnswerStatusAfterHandling, Status: http.StatusAccepted,
			Body: fmt.Sprintf(`{"job": {"id": "%s/orchestrator/v1/jobs/1", "name": "1"}}`, h.ServerURL()),
		}})
	}
	for _, number := range random.Perm(2 * size.each)[:size.each/5] {
		id := strconv.Itoa(number + 1)
		h.AddFault(simulator.Fault{
			Method: http.MethodGet, Path: "/orchestrator/v1/jobs/" + id, Skip: random.IntN(2), Times: 1,
			Action: simulator.AnswerStatus, Status: http.StatusOK, Body: foreignJob(h, id),
		})
	}
}

var (
	launchFaults = []simulator.Fault{
		{Action: simulator.DropBeforeHandling},
		{Action: simulator.DropAfterHandling},
		{Action: simulator.DropDuringAnswer},
		{Action: simulator.AnswerStatus, Status: http.StatusBadGateway},
		{Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable},
		{Action: simulator.AnswerStatus, Status: http.StatusGatewayTimeout},
		{Action: simulator.AnswerStatus, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}},
		{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusInternalServerError},
		{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusGatewayTimeout},
		{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"1"}}},
		{Action: simulator.AnswerStatusAfterHandling, Status: 520},
		{Action: simulator.AnswerStatusAfterHandling, Status: 524},
		{Action: simulator.AnswerStatusAfterHandling, Status: http.StatusRequestTimeout},
		{Action: simulator.HTML},
		{Action: simulator.Garbage},
		{Action: simulator.Truncate},
	}
	readFaults = []simulator.Fault{
		{Action: simulator.DropBeforeHandling},
		{Action: simulator.DropDuringAnswer},
		{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError},
		{Action: simulator.AnswerStatus, Status: http.StatusBadGateway},
		{Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable},
		{Action: simulator.AnswerStatus, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}},
		{Action: simulator.HTML, Status: http.StatusOK},
		{Action: simulator.Truncate},
	}
)
