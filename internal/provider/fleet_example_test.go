// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// fleetExample returns a working directory with the example of a fleet in it.
func fleetExample(t *testing.T, h *acctest.Harness) *acctest.CLI {
	t.Helper()
	c := acctest.NewCLI(t, h, "")
	if err := os.Remove(filepath.Join(c.Dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(c.Dir, os.DirFS(filepath.Join(examples, "fleet"))); err != nil {
		t.Fatal(err)
	}
	return c
}

// rolledOut checks the jobs of a release, of which there are four: Puppet and patches on the canary ring, then on the fleet.
func rolledOut(t *testing.T, h *acctest.Harness, release int) {
	t.Helper()
	jobs := h.Jobs()
	if len(jobs) != 4*release {
		t.Fatalf("there are %d jobs", len(jobs))
	}
	for i, job := range jobs[4*(release-1):] {
		if want := []int{1, 1, 3, 3}[i]; len(job.Nodes) != want || i > 0 && job.Created.Before(jobs[4*(release-1)+i-1].Finished) {
			t.Errorf("job %d of the release has %d nodes, want %d, after the one before: %+v", i, len(job.Nodes), want, job)
		}
	}
}

// TestExamples_Fleet takes a commit to the fleet, with a class that came with it, and then another one. Each is applied twice.
func TestExamples_Fleet(t *testing.T) {
	t.Parallel()
	const commit, next = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	h := acctest.New(t)
	h.SetBranch("production", simulator.Branch{Commit: commit, Classes: map[string][]string{"profile::shop": nil}})
	c := fleetExample(t, h)
	first := []string{"-var=commit=" + commit, "-var=class=profile::shop"}
	c.MustRun(t, append([]string{"apply", "-auto-approve"}, first...)...)
	rolledOut(t, h, 1)
	c.NoChanges(t, first...)
	if code := outputs(t, c)["code"].Value; code != commit {
		t.Errorf("the code is %v", code)
	}
	if role := h.Role(t, "Restart Shop"); len(role.Permissions) != 2 || len(role.UserIDs) != 1 {
		t.Errorf("the role is %+v", role)
	}
	if got := h.As(t, "dana").RunTask(t, "service", 1, 2, 3); got != "1 3" {
		t.Errorf("dana may restart %q", got)
	}
	launched := h.LaunchesReceived()

	// A new commit goes through both rings, and leaves the rest alone.
	h.SetBranch("production", simulator.Branch{Commit: next})
	second := append([]string{"-var=commit=" + next}, first[1:]...)
	acctest.MustSay(t, c.MustRun(t, append([]string{"plan"}, second...)...), "hits 1 node", "hits 3 nodes", acctest.Node(3))
	refused, err := c.Run(t, nil, append([]string{"apply", "-auto-approve", "-var=max_nodes=2"}, second...)...)
	if err == nil || !acctest.Says("max_nodes = var.max_nodes").MatchString(refused) || h.LaunchesReceived() != launched {
		t.Errorf("%v, %d launches\n%s", err, h.LaunchesReceived()-launched, refused)
	}
	printed := c.MustRun(t, append([]string{"apply", "-auto-approve"}, second...)...)
	acctest.MustSay(t, printed, "5 added, 0 changed, 5 destroyed")
	c.NoChanges(t, second...)
	if got := h.LaunchesReceived() - launched; got != 4 {
		t.Errorf("%d launches", got)
	}

	// Code that does not come through leaves the fleet alone, and says why.
	h.SetBranch("production", simulator.Branch{Commit: commit, Problem: "Could not find module apache"})
	out, err := c.Run(t, nil, append([]string{"apply", "-auto-approve"}, first...)...)
	if err == nil || !acctest.Says("Could not find module apache").MatchString(out) || h.LaunchesReceived() != launched+4 {
		t.Errorf("%v, %d launches\n%s", err, h.LaunchesReceived()-launched, out)
	}
	h.SetBranch("production", simulator.Branch{Commit: next})
	c.MustRun(t, append([]string{"destroy", "-auto-approve"}, second...)...)
	for _, g := range h.NodeGroups() {
		if strings.HasPrefix(g.Name, "Shop") {
			t.Errorf("the group %s is left", g.Name)
		}
	}
}

// TestExamples_FleetCanaryFails has a node of the canary ring on which Puppet fails: the fleet is left alone, until the node is mended.
func TestExamples_FleetCanaryFails(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	fails := func(run simulator.PuppetRun) {
		h.UpdateNode(acctest.Node(1), func(n *simulator.Node) { n.Run = run })
	}
	fails(simulator.RunFailed)
	c := fleetExample(t, h)
	out, err := c.Run(t, nil, "apply", "-auto-approve")
	if err == nil || !acctest.Says("failed on 1 of 1 node").MatchString(out) || h.LaunchesReceived() != 1 {
		t.Fatalf("%v, %d launches\n%s", err, h.LaunchesReceived(), out)
	}
	fails(simulator.RunChanged)
	c.MustRun(t, "apply", "-auto-approve")
	if got := h.LaunchesReceived(); got != 5 {
		t.Errorf("%d launches", got)
	}
	c.NoChanges(t)
}
