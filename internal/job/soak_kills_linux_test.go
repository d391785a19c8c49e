// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestSoak_Kills kills applies of many jobs, some of them with equal inputs, at random moments: in the same directory, where notes remember
// what was launched, or in fresh directories with keys. In the end the server has started each job once.
func TestSoak_Kills(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes a minute")
	}
	const body = "resource \"pe_task\" \"t\" {\n count = %d\n task = \"simulate\"\n scope = { nodes = [\"node1.example.com\"] }\n params = " +
		"{ duration = 20, output = \"run ${floor(count.index / 3)}\" }\n %s\n}\n"
	for name, test := range map[string]struct {
		more  string
		fresh bool
	}{
		"in one directory":     {"", false},
		"in fresh directories": {"launch_key = \"release-1/${count.index}\"", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("the seed is %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			h := acctest.New(t)
			size := thisSoak()
			c := acctest.NewCLI(t, h, fmt.Sprintf(body, size.killed, test.more))
			for range size.kills {
				killAtRandom(t, c, h, random, size.killed)
				if test.fresh {
					c = acctest.NewCLI(t, h, fmt.Sprintf(body, size.killed, test.more))
				}
			}
			c.MustRun(t, "apply", "-auto-approve", "-parallelism=20")
			ids := map[any]bool{}
			for address, r := range c.Resources(t) {
				ids[r["id"]] = true
				if r["state"] != "finished" || r["tainted"] != false {
					t.Errorf("%s has ended up as %v, tainted %v", address, r["state"], r["tainted"])
				}
			}
			if len(ids) != size.killed || h.LaunchesAccepted() != size.killed {
				t.Errorf("the server has started %d jobs, and the state has %d, want %d", h.LaunchesAccepted(), len(ids), size.killed)
			}
			noNotes(t, c)
		})
	}
}

// killAtRandom applies a number of jobs, and kills the CLI, the provider or both at some request.
func killAtRandom(t *testing.T, c *acctest.CLI, h *acctest.Harness, random *rand.Rand, jobs int) {
	t.Helper()
	reached, killed := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var seen atomic.Int32
	at, launch := random.Int32N(int32(jobs)), random.IntN(2) == 0
	fault := simulator.Fault{Method: http.MethodGet, Path: "/orchestrator/v1/jobs/*"}
	if launch {
		fault = simulator.Fault{Method: http.MethodPost, Path: launchPaths[1]}
	}
	fault.AfterHook = func(simulator.Request) {
		if seen.Add(1) > at/2 {
			once.Do(func() { close(reached); <-killed })
		}
	}
	remove := h.AddFault(fault)
	defer remove()
	apply := startApply(t, c, "-parallelism=20")
	ended := make(chan struct{})
	go func() { _, _ = apply.finish(); close(ended) }()
	select {
	case <-reached:
	case <-ended:
		return
	}
	provider := apply.provider(t)
	for _, pid := range [][]int{{apply.Process.Pid}, {provider}, {provider, apply.Process.Pid}}[random.IntN(3)] {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
	close(killed)
	<-ended
	// A provider whose CLI was killed ends by itself.
	for patience := time.Now().Add(5 * time.Second); syscall.Kill(provider, 0) == nil && time.Now().Before(patience); {
		time.Sleep(20 * time.Millisecond)
	}
}
