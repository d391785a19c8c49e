// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// code calls Code Manager.
func (c *client) code(t *testing.T, method, path string, body any) reply {
	t.Helper()
	return c.send(t, c.request(t, method, c.sim.CodeManagerURL()+"/v1/"+path, body))
}

// deployed deploys with wait, while another goroutine moves the clock.
func (c *client) deployed(t *testing.T, body object) reply {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	// Time passes only while the request is there: whoever polls for it may not see the clock stand still.
	go func() {
		for ctx.Err() == nil {
			c.sim.Advance(100 * time.Millisecond)
		}
	}()
	body["wait"] = true
	return c.code(t, http.MethodPost, "deploys", body)
}

func withFeature(s *simulator.Simulator) {
	s.SetBranch("feature_x", simulator.Branch{Problem: "Failed to resolve module shop"})
}

// codeManagerFixtures are the answers of Code Manager.
func codeManagerFixtures() []answered {
	return []answered{
		{fixture: "code_manager-deploys.response.queued", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.code(t, http.MethodPost, "deploys", object{"environments": list{"production", "staging"}})
		}},
		{fixture: "code_manager-deploys.response.complete", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			return s.deployed(t, object{"environments": list{"production"}})
		}},
		{fixture: "code_manager-deploys.response.failed", ask: func(t *testing.T, s *stage) reply {
			t.Helper()
			withFeature(s.sim)
			return s.deployed(t, object{"environments": list{"feature_x"}})
		}},
		{
			// Each entry is compared with the first one.
			fixture: "code_manager-deploys.response.mixed", optional: []string{"deploy-signature", "file-sync"}, extra: []string{"error"},
			ask: func(t *testing.T, s *stage) reply {
				t.Helper()
				withFeature(s.sim)
				return s.deployed(t, object{"environments": list{"feature_x", "production"}})
			},
		},
		{
			fixture: "code_manager-deploys-status.idle", extra: []string{"compiler1.example.com"},
			ask: func(t *testing.T, s *stage) reply {
				t.Helper()
				return s.code(t, http.MethodGet, "deploys/status", nil)
			},
		},
		{fixture: "code_manager-deploys-status", ask: busyCodeManager},
	}
}

// busyCodeManager has a deploy in each state, and a compiler that lags behind.
func busyCodeManager(t *testing.T, s *stage) reply {
	t.Helper()
	withFeature(s.sim)
	s.deployed(t, object{"environments": list{"feature_x"}})
	s.sim.SetFileSync(false)
	s.sim.SetBranch("production", simulator.Branch{Commit: "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a"})
	mustStatus(t, s.code(t, http.MethodPost, "deploys", object{"environments": list{"production"}}), http.StatusOK)
	advance(s.sim, 5)
	mustStatus(t, s.code(t, http.MethodPost, "deploys", object{"environments": list{"staging", "development", "production"}}), http.StatusOK)
	advance(s.sim, 1)
	answer := s.code(t, http.MethodGet, "deploys/status", nil)
	if at(answer.json, "file-sync-client-status", "all-synced") != false {
		t.Errorf("all compilers have everything: %s", answer.text)
	}
	return answer
}

// TestCodeManager_RequestsOfTheFixtures sends the requests that are known.
func TestCodeManager_RequestsOfTheFixtures(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"all", "dry-run", "environments", "modules", "no-modules", "wait"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := admin(t, start(t, simulator.Options{}))
			body := strings.ReplaceAll(string(readFixture(t, "code_manager-deploys.request."+name)), `"wait": true`, `"wait": false`)
			answer := c.code(t, http.MethodPost, "deploys", body)
			mustStatus(t, answer, http.StatusOK)
			if len(answer.items(t)) == 0 {
				t.Errorf("no environment is answered: %s", answer.text)
			}
		})
	}
}

func TestCodeManager_Refusals(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	boss := admin(t, sim)
	sim.AddUser("olga", "secret", may("environment:deploy_code:staging"))
	olga := as(t, sim, "olga")
	const denied = "puppetlabs.rbac/permission-denied"
	const malformed = "puppetlabs.code-manager/malformed-request"
	for name, test := range map[string]struct {
		as     *client
		body   any
		status int
		kind   string
	}{
		"no token":                    {clientOf(t, sim, ""), object{"deploy-all": true}, 401, "puppetlabs.rbac/user-unauthenticated"},
		"no permission":               {olga, object{"environments": list{"staging", "production"}}, 403, denied},
		"no permission for all":       {olga, object{"deploy-all": true}, 403, denied},
		"its permission":              {olga, object{"environments": list{"staging"}}, 200, ""},
		"neither":                     {boss, object{}, 400, malformed},
		"both":                        {boss, object{"environments": list{"staging"}, "deploy-all": true}, 400, malformed},
		"no environments":             {boss, object{"environments": list{}}, 400, malformed},
		"an environment without name": {boss, object{"environments": list{""}}, 400, malformed},
		"an unknown key":              {boss, object{"environments": list{"staging"}, "x": 1}, 400, malformed},
		"no list":                     {boss, object{"environments": "staging"}, 400, malformed},
		"no modules":                  {boss, object{"environments": list{"staging"}, "modules": list{}}, 400, malformed},
		"no JSON":                     {boss, "{", 400, malformed},
	} {
		answer := test.as.code(t, http.MethodPost, "deploys", test.body)
		if answer.status != test.status || text(answer.json, "kind") != test.kind {
			t.Errorf("%s: %d %s", name, answer.status, answer.text)
		}
	}
	if answer := boss.code(t, http.MethodGet, "deploys", nil); answer.status != http.StatusMethodNotAllowed {
		t.Errorf("GET deploys: %d", answer.status)
	}
	if answer := boss.code(t, http.MethodGet, "nowhere", nil); answer.status != http.StatusNotFound {
		t.Errorf("GET nowhere: %d", answer.status)
	}
}

// TestCodeManager_Deploys deploys a new branch, an unknown one and one whose compilers do not follow.
func TestCodeManager_Deploys(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	const commit = "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a"
	mustStatus(t, c.control(t, http.MethodPost, "branches", object{"name": "feature-y", "commit": commit, "takes": "10s"}), http.StatusNoContent)
	answer := c.deployed(t, object{"environments": list{"feature_y", "nowhere"}})
	byName := map[string]any{}
	for _, item := range answer.items(t) {
		byName[text(item, "environment")] = item
	}
	if text(byName["feature_y"], "deploy-signature") != commit || text(byName["nowhere"], "status") != "failed" ||
		!strings.Contains(text(byName["nowhere"], "error", "msg"), "cannot be found") {
		t.Errorf("got %s", answer.text)
	}
	names := []string{}
	for _, e := range c.get(t, "environments").items(t) {
		names = append(names, text(e, "name"))
	}
	if !slices.Contains(names, "feature_y") {
		t.Errorf("there are the environments %v", names)
	}
	mustStatus(t, c.control(t, http.MethodDelete, "branches/feature-y", nil), http.StatusNoContent)
	if answer := c.deployed(t, object{"environments": list{"feature_y"}}); text(answer.items(t)[0], "status") != "failed" {
		t.Errorf("a branch that is gone: %s", answer.text)
	}
	sim.SetFileSync(false)
	sim.SetBranch("staging", simulator.Branch{Commit: commit})
	if answer := c.deployed(t, object{"environments": list{"staging"}}); !strings.Contains(answer.text, "Timed out waiting for file sync") {
		t.Errorf("a compiler that does not follow: %s", answer.text)
	}
	sim.SetFileSync(true)
	if answer := c.deployed(t, object{"environments": list{"staging"}}); text(answer.items(t)[0], "status") != "complete" {
		t.Errorf("a compiler that follows again: %s", answer.text)
	}
	for name, body := range map[string]object{"no name": {}, "an empty name": {"name": ""}, "an unknown key": {"name": "x", "y": 1}, "classes that are texts": {"name": "x", "classes": object{"a": "b"}}} {
		if answer := c.control(t, http.MethodPost, "branches", body); answer.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, answer.status, answer.text)
		}
	}
}

// TestState_KeepsWhatOtherServicesAnswered starts a simulator again after requests that the orchestrator does not answer.
func TestState_KeepsWhatOtherServicesAnswered(t *testing.T) {
	t.Parallel()
	opts := simulator.Options{StateFile: filepath.Join(t.TempDir(), "state"), ManualClock: true}
	sim, err := simulator.Start(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatal(err)
	}
	c := admin(t, sim)
	mustStatus(t, c.control(t, http.MethodPost, "branches", object{"name": "feature_y"}), http.StatusNoContent)
	mustStatus(t, c.pdb(t, object{"query": "nodes { }"}), http.StatusOK)
	mustStatus(t, c.code(t, http.MethodPost, "deploys", object{"environments": list{"feature_y"}}), http.StatusOK)
	mustStatus(t, c.control(t, http.MethodPost, "advance", object{"by": "20s"}), http.StatusOK)
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	answer := admin(t, start(t, opts)).code(t, http.MethodGet, "deploys/status", nil)
	if !strings.Contains(answer.text, `"feature_y"`) {
		t.Errorf("after the start there is %s", answer.text)
	}
}
