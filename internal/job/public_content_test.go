// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestJobs_ShapesOfPublicModules runs tasks and plans whose metadata have the shapes of public modules, and has plans refuse what does not
// fit, before anything is launched.
func TestJobs_ShapesOfPublicModules(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	task := func(body string) string { return acctest.TaskBody(body + "\n" + acctest.TwoNodes) }
	for name, body := range map[string]string{
		"patches":      task(`task = "pe_patch::patch_server"` + "\n" + `params = { reboot = "smart", security_only = true, timeout = 600 }`),
		"package":      task(`task = "package"` + "\n" + `params = { action = "upgrade", name = "openssl", manager_options = "--quiet" }`),
		"service":      task(`task = "service"` + "\n" + `params = { action = "restart", name = "nginx", force = true }`),
		"reboot":       task(`task = "reboot"` + "\n" + `params = { timeout = "15", message = "see you" }`),
		"remote":       task(`task = "netdev::save_config"` + "\n" + `params = { destination = "tftp", server = "tftp.example.com", interfaces = [{ name = "ge-0/0/1", vlan = 12 }, { name = "lo0" }] }` + "\nnoop = true"),
		"private":      task(`task = "peadm::read_file"` + "\n" + `params = { path = "/etc/hosts" }`),
		"plan":         acctest.PlanBody(`plan_name = "reboot"` + "\n" + `params = { targets = "node1.example.com,node2.example.com", reconnect_timeout = 60 }`),
		"aliases":      acctest.PlanBody(`plan_name = "peadm::add_compiler"` + "\n" + `params = { primary_host = "node1.example.com", compiler_host = ["node2.example.com"], dns_alt_names = null, database_host = null }`),
		"a sub-folder": acctest.PlanBody(`plan_name = "peadm::subplans::upgrade"` + "\n" + `params = { primary_host = "node1.example.com", version = "2025.6.0", config = { max = 5, names = ["a"] } }`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t,
				resource.TestStep{Config: h.Config(body)},
				resource.TestStep{Config: h.Config(body), PlanOnly: true},
			)
		})
	}
	for name, test := range map[string]struct{ body, want string }{
		"an Enum in a Variant":        {task(`task = "pe_patch::patch_server"` + "\n" + `params = { reboot = "sometimes" }`), `"sometimes"`},
		"a pattern":                   {task(`task = "reboot"` + "\n" + `params = { timeout = "15s" }`), `"15s"`},
		"a Struct without braces":     {task(`task = "netdev::save_config"` + "\n" + `params = { interfaces = [{ name = "lo0", vlan = 5000 }] }`), "5000"},
		"a path that is no path":      {task(`task = "peadm::read_file"` + "\n" + `params = { path = "hosts" }`), `"hosts"`},
		"required, although Optional": {acctest.PlanBody(`plan_name = "peadm::add_compiler"` + "\n" + `params = { primary_host = "node1.example.com", compiler_host = "node2.example.com" }`), "dns_alt_names"},
		"an alias inside of a type":   {acctest.PlanBody(`plan_name = "peadm::subplans::upgrade"` + "\n" + `params = { primary_host = "node1.example.com", version = "latest" }`), `"latest"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.Run(t, resource.TestStep{Config: h.Config(test.body), PlanOnly: true, ExpectError: acctest.Says(test.want)})
		})
	}
}

// TestJobs_OfOwnContent loads tasks and plans from a folder, as people do who rehearse with their own.
func TestJobs_OfOwnContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"modules/shop/tasks/restock.json": `{"supports_noop": true, "parameters": {"amount": {"type": "Integer[1, 100]"}, "key": {"type": "String[8]", "sensitive": true}}}`,
		"modules/shop/plans/close.json":   `{"parameters": {"shops": {"type": "TargetSpec"}, "note": {"type": "Optional[String]"}}}`,
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := acctest.New(t, func(o *simulator.Options) { o.ContentDir = dir })
	shop := func(params string) string {
		return h.Config(acctest.TaskBody("task = \"shop::restock\"\nparams = { " + params + " }\n" + acctest.TwoNodes))
	}
	closing := func(params string) string {
		return h.Config(acctest.PlanBody("plan_name = \"shop::close\"\nparams = { " + params + " }"))
	}
	h.Run(t,
		resource.TestStep{Config: shop(`amount = 101, key = "12345678"`), ExpectError: acctest.Says("101")},
		resource.TestStep{Config: shop(`amount = 10, key = "12345678"`), Check: h.Launches(1)},
		resource.TestStep{Config: closing(`shops = ["node1.example.com"]`), ExpectError: acctest.Says("note")},
		resource.TestStep{Config: closing(`shops = ["node1.example.com"], note = null`), Check: h.Launches(2)},
	)
	jobs := h.Jobs()
	if len(jobs) != 2 || jobs[1].PlanJobID != "1" || len(jobs[1].Nodes) != 1 || !slices.Equal(jobs[0].Sensitive, []string{"key"}) {
		t.Errorf("the jobs are %+v", jobs)
	}
}
