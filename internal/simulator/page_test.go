// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// busy is a simulator in which something of each kind has happened.
func busy(t *testing.T) (*simulator.Simulator, *client) {
	t.Helper()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	sim.UpdateNode("node2.example.com", func(n *simulator.Node) { n.Run, n.Message = simulator.RunFailed, "disk <full> & \"broken\"" })
	c.launch(t, "deploy", with(deployOf(first, second), object{"description": "<script>alert(1)</script>"}))
	c.launch(t, "plan_run", object{"plan_name": "simulate::plan", "params": object{"targets": first, "task": "facts", "password": "hush-hush"}})
	sim.FinishAll()
	c.launch(t, "task", object{"task": "simulate", "params": object{"duration": 600, "secret": "hush-hush"}, "scope": node1})
	c.schedule(t, taskJob(hourly(sim)))
	mustStatus(t, c.orch(t, http.MethodPost, "command/task_target", object{
		"display_name": "web restarts", "tasks": list{"service"}, "nodes": list{first}, "node_groups": list{},
	}), http.StatusOK)
	c.createRole(t, newRole("Restarters"))
	mustStatus(t, c.orch(t, http.MethodGet, "jobs/77", nil), http.StatusNotFound)
	sim.Advance(2 * time.Second)
	return sim, c
}

// askPage asks for the page as a browser does, without a token.
func askPage(t *testing.T, c *client) reply {
	t.Helper()
	r := c.request(t, http.MethodGet, c.sim.ServerURL()+"/", nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	r.Header.Del("X-Authentication")
	return c.send(t, r)
}

func TestPage_ShowsWhatHappened(t *testing.T) {
	t.Parallel()
	sim, c := busy(t)
	requests := len(sim.Requests())
	answer := askPage(t, c)
	mustStatus(t, answer, http.StatusOK)
	if got := answer.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("the type is %s", got)
	}
	for _, want := range []string{
		"Jobs (3)", "Plan jobs (1)", "Schedules (1)", "Task-targets (1)", "web restarts", "Restarters", "simulate::plan", "POST /orchestrator/v1/command/deploy",
		"GET /orchestrator/v1/jobs/77", `class="failed">404`, "disk &lt;full&gt; &amp; &#34;broken&#34;", "&lt;script&gt;alert(1)", `class="running">running`,
	} {
		if !strings.Contains(answer.text, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, secret := range []string{"hush-hush", sim.AdminToken(), "<script"} {
		if strings.Contains(answer.text, secret) {
			t.Errorf("the page has %q", secret)
		}
	}
	if got := len(sim.Requests()); got != requests {
		t.Errorf("the page is in the log: %d requests, then %d", requests, got)
	}
	// What does not ask for HTML finds nothing there, as on PE.
	mustStatus(t, c.send(t, c.request(t, http.MethodGet, sim.ServerURL()+"/", nil)), http.StatusNotFound)
	r := c.request(t, http.MethodPost, sim.ServerURL()+"/", object{})
	r.Header.Set("Accept", "text/html")
	mustStatus(t, c.send(t, r), http.StatusNotFound)
}

// browser finds a browser that needs no screen: that of PE_TEST_BROWSER, or one on PATH.
func browser(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("PE_TEST_BROWSER"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium on PATH, and PE_TEST_BROWSER names none")
	return ""
}

// TestPage_InABrowser has a browser without a screen read the page. What it prints is what it has made of it.
func TestPage_InABrowser(t *testing.T) {
	t.Parallel()
	program := browser(t)
	sim, _ := busy(t)
	printed, err := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
		"--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "--virtual-time-budget=5000", "--dump-dom", sim.ServerURL()+"/").Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	dom := string(printed)
	for _, want := range []string{
		`<title>Simulated Puppet Enterprise 2025</title>`, `<caption>Jobs (3)</caption>`, `<caption>Roles (`, `<td>web restarts</td>`,
		`disk &lt;full&gt; &amp; "broken"`, `<td class="running">running</td>`,
	} {
		if !strings.Contains(dom, want) {
			t.Errorf("the browser shows no %s", want)
		}
	}
	if strings.Contains(dom, "<script") || strings.Count(dom, "<table") != 6 || strings.Count(dom, "</table>") != 6 {
		t.Errorf("the browser reads another page: %s", dom)
	}
}
