// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// seen is what the API tells of a world. Addresses differ between two starts.
func seen(t *testing.T, c *client) string {
	t.Helper()
	var all strings.Builder
	for _, path := range []string{"jobs?order_by=name", "jobs/1/nodes?order_by=name", "jobs/1/events", "plan_jobs", "plan_jobs/1/events", "scheduled_jobs/environment_jobs", "scopes/task_targets"} {
		all.WriteString(strings.ReplaceAll(c.get(t, path).text, c.sim.ServerURL(), "") + "\n")
	}
	for _, path := range []string{"v1/roles", "v1/users", "v1/users/42bf351c-f9ec-40af-84ad-e976fec7f4bd/tokens"} {
		all.WriteString(c.rbac(t, http.MethodGet, path, nil).text + "\n")
	}
	return all.String()
}

// TestState_KeepsTheWorld starts a simulator again with what another one has left: everything is there, with its ids and tokens, what ran
// then goes on, and what was refused, or only looked at, is not kept.
func TestState_KeepsTheWorld(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	opts := simulator.Options{StateFile: file, ManualClock: true}
	sim, err := simulator.Start(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatal(err)
	}
	c := admin(t, sim)
	mustStatus(t, c.control(t, http.MethodPost, "nodes", object{"certname": "new.example.com", "run": "failed"}), http.StatusNoContent)
	c.launch(t, "deploy", deployOf(first, "new.example.com"))
	c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"targets": first, "task": "facts"}})
	mustStatus(t, c.control(t, http.MethodPost, "advance", object{"by": "2h"}), http.StatusOK)
	amy := c.control(t, http.MethodPost, "users", object{"login": "amy", "permissions": list{"tasks:run:*", "orchestrator:view:*"}})
	c.schedule(t, taskJob(hourly(sim)))
	mustStatus(t, c.orch(t, http.MethodPost, "command/task_target", object{"display_name": "x", "all_tasks": true, "nodes": list{}, "node_groups": list{}}), http.StatusOK)
	c.createRole(t, newRole("Restarters"))
	mustStatus(t, c.orch(t, http.MethodPost, "command/deploy", object{}), http.StatusBadRequest)
	mustStatus(t, c.control(t, http.MethodPost, "advance", object{"by": "90m"}), http.StatusOK)
	login := c.rbac(t, http.MethodPost, "v1/auth/token", object{"login": "fred", "password": simulator.BuiltInPassword})
	mustStatus(t, login, http.StatusOK)
	mustStatus(t, c.control(t, http.MethodPost, "directory-groups", object{"login": "ops", "members": list{"fred"}}), http.StatusNoContent)
	mustStatus(t, c.rbac(t, http.MethodPost, "v2/groups", object{"login": "ops", "role_ids": list{}}), http.StatusSeeOther)
	running := clientOf(t, sim, text(amy.json, "token")).launch(t, "task", object{"task": "simulate", "params": object{"duration": 600}, "scope": node1})
	mustStatus(t, c.control(t, http.MethodPost, "advance", object{"by": "5s"}), http.StatusOK)
	before, token, now := seen(t, c), sim.AdminToken(), sim.Now()
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	// A simulator that was killed may have written half a line.
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(content, `{"time":"2026`...), 0o600); err != nil {
		t.Fatal(err)
	}

	again := start(t, opts)
	c = admin(t, again)
	if again.AdminToken() != token {
		t.Error("the administrator has another token")
	}
	if now := again.Now().Sub(now); now < 0 || now > time.Minute {
		t.Errorf("the clock has moved by %s", now)
	}
	if after := seen(t, c); withoutTimes(after) != withoutTimes(before) {
		t.Errorf("after the start there is\n%s\nand before there was\n%s", after, before)
	}
	for _, kept := range []string{text(amy.json, "token"), text(login.json, "token")} {
		if answer := clientOf(t, again, kept).orch(t, http.MethodGet, "tasks", nil); answer.status != http.StatusOK {
			t.Errorf("a token of before is answered with %s", answer.text)
		}
	}
	if job, _ := again.Job(running); job.State != "running" || job.Owner != "amy" {
		t.Errorf("the job that ran is %+v", job)
	}
	again.Advance(15 * time.Minute)
	if job, _ := again.Job(running); job.State != "finished" {
		t.Errorf("the job has become %s", job.State)
	}
	if id := c.launch(t, "deploy", deployOf(first)); id != "5" {
		t.Errorf("the next job is %s", id)
	}
}

// withoutTimes removes how long a running job has taken so far, and when a token was last used.
func withoutTimes(text string) string {
	var kept []string
	for part := range strings.SplitSeq(text, ",") {
		if !strings.HasPrefix(part, `"duration":`) && !strings.HasPrefix(part, `"last_active`) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ",")
}

func TestState_Refusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "state")
	sim, err := simulator.Start(t.Context(), simulator.Options{StateFile: file, Nodes: 3})
	if err != nil {
		t.Fatal(err)
	}
	c := admin(t, sim)
	c.launch(t, "deploy", object{"environment": "production"})
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	broken := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for want, opts := range map[string]simulator.Options{
		"another option, nodes: 3, not 4":         {StateFile: file, Nodes: 4},
		"another option, generation: 2025":        {StateFile: file, Nodes: 3, Generation: simulator.PE2019},
		"another option, time scale":              {StateFile: file, Nodes: 3, TimeScale: 2},
		"another option, variants":                {StateFile: file, Nodes: 3, Variants: simulator.Variants{simulator.NewJobs: true}},
		"not written by this version":             {StateFile: broken("other", "hello\n"), Nodes: 3},
		"line 2":                                  {StateFile: broken("line", strings.Replace(string(content), "\n{", "\n[", 1)), Nodes: 3},
		"was answered with 200, and with 202 now": {StateFile: broken("status", strings.Replace(string(content), `"status":202`, `"status":200`, 1)), Nodes: 3},
		"is a directory":                          {StateFile: dir, Nodes: 3},
	} {
		if sim, err := simulator.Start(t.Context(), opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
			if sim != nil {
				_ = sim.Close()
			}
		}
	}
}
