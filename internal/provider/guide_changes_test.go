// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// webServers is how many of the nodes of the README's simulator are web servers.
const webServers = 5

// hasVersions checks that an output has a version for each web server.
func hasVersions(output string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		if versions, ok := outputs(t, c)[output].Value.(map[string]any); !ok || len(versions) != webServers || versions[acctest.Node(1)] == nil {
			t.Errorf("the versions are %v", versions)
		}
	}
}

func hasOutput(output, want string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		if got := outputs(t, c)[output].Value; got != want {
			t.Errorf("%s is %v, want %s", output, got, want)
		}
	}
}

// hasSchedules checks how many schedules there are.
func hasSchedules(want int) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, h *acctest.Harness, _ *acctest.CLI) {
		t.Helper()
		if got := len(h.EnabledSchedules()); got != want {
			t.Errorf("there are %d schedules, want %d", got, want)
		}
	}
}

// hasInState checks which resources the state has, and no others.
func hasInState(addresses ...string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		resources := c.Resources(t)
		for _, address := range addresses {
			if resources[address] == nil {
				t.Errorf("%s is not in the state", address)
			}
		}
		if len(resources) != len(addresses) {
			t.Errorf("the state has %d resources, want %v", len(resources), addresses)
		}
	}
}

// inTurn checks of the last three jobs that each began after the end of the one before.
func inTurn(t *testing.T, h *acctest.Harness, _ *acctest.CLI) {
	t.Helper()
	jobs := h.Jobs()
	for i := len(jobs) - 2; i < len(jobs); i++ {
		if jobs[i].Created.Before(jobs[i-1].Finished) {
			t.Errorf("job %s began at %s, before the end of job %s at %s", jobs[i].ID, jobs[i].Created, jobs[i-1].ID, jobs[i-1].Finished)
		}
	}
}

// withoutImport applies the configuration without its import block elsewhere, so that there is something to import.
func withoutImport(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	text := c.Read(t, "main.tf")
	from := strings.Index(text, "import {")
	to := from + strings.Index(text[from:], "\n}\n") + len("\n}\n")
	other := acctest.NewCLI(t, h, "").Attached()
	other.Write(t, "main.tf", text[:from]+text[to:])
	other.MustRun(t, "apply", "-auto-approve")
}

// withGeneratedConfiguration has a server on which others have made something, and what a query generates of it.
func withGeneratedConfiguration(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	newGuide(t, h, "guides/adopt/before").Attached().MustRun(t, "apply", "-auto-approve")
	h.ResetRequests()
	acctest.MustSay(t, c.MustRun(t, "query"), "web restarts", "Web operators", "Weekly restart", "Puppet in production, every 24h")
	c.MustRun(t, "query", "-generate-config-out=adopted.tf")
	h.OnlyReads(t)
}

// madeReadable does with generated configuration what the guide says: without imports and nulls, with names and references.
func madeReadable(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	h.OnlyReads(t)
	text := c.Read(t, "adopted.tf")
	text = regexp.MustCompile(`(?s)\nimport \{\n.*?\n\}\n`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`(?m)^ +(\w+ += null.*|provider += pe)\n`).ReplaceAllString(text, "")
	for _, kind := range []string{"pe_task_target", "pe_role"} {
		text = regexp.MustCompile(`"`+kind+`" "\w+"`).ReplaceAllString(text, `"`+kind+`" "web"`)
		c.MustRun(t, "state", "mv", kind+"."+strings.TrimPrefix(strings.TrimPrefix(kind, "pe_task_"), "pe_")+"_0", kind+".web")
	}
	text = regexp.MustCompile(`instance( +)= "1"`).ReplaceAllString(text, "instance${1}= pe_task_target.web.id")
	if !strings.Contains(text, "pe_task_target.web.id") || strings.Contains(text, "null") {
		t.Errorf("the configuration is\n%s", text)
	}
	c.Write(t, "adopted.tf", text)
}

// onAnotherRunner loses the state and the notes.
func onAnotherRunner(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	*c = *newGuide(t, h, "guides/in-ci/pipeline")
}

func needsCurl(t *testing.T, _ *acctest.Harness, _ *acctest.CLI) {
	t.Helper()
	needsProgram(t, "curl")
	needsProgram(t, "sh")
}

// becomes puts the configuration of another example into the place of this one.
func becomes(name string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		c.Write(t, "main.tf", readExample(t, name+"/main.tf"))
	}
}

func withEnvironment(variables ...string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(_ *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		c.Env = append(c.Env, variables...)
	}
}

// withTokenInAVariable moves the token from its file into a variable.
func withTokenInAVariable(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	withEnvironment("PE_TOKEN_FILE=", "TF_VAR_pe_token="+h.AdminToken())(t, h, c)
}

// isNowhere checks that a secret is in no file of the working directory.
func isNowhere(secret string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		if strings.Contains(c.Read(t, "terraform.tfstate"), secret) {
			t.Errorf("the state holds %q", secret)
		}
	}
}

// puppetEnds makes Puppet end on a node in some way.
func puppetEnds(node int, run simulator.PuppetRun) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(_ *testing.T, h *acctest.Harness, _ *acctest.CLI) {
		h.UpdateNode(acctest.Node(node), func(n *simulator.Node) { n.Run = run })
	}
}

// httpdIs makes the service httpd of one node be in a state.
func httpdIs(status string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(_ *testing.T, h *acctest.Harness, _ *acctest.CLI) {
		h.AddTask("production", simulator.Task{
			Name:       "service",
			Parameters: map[string]simulator.Parameter{"action": {Type: "String"}, "name": {Type: "String"}},
			Run: func(run simulator.TaskRun) simulator.TaskOutcome {
				if run.Node.Certname == acctest.Node(3) {
					return simulator.TaskOutcome{Result: map[string]any{"status": status, "enabled": "true"}}
				}
				return simulator.TaskOutcome{Result: map[string]any{"status": "running", "enabled": "true"}}
			},
		})
	}
}

// rollsBack makes the plan of the rollout go back to the release before.
func rollsBack(_ *testing.T, h *acctest.Harness, _ *acctest.CLI) {
	h.AddPlan("production", simulator.Plan{
		Name:       "profile::rollout",
		Parameters: map[string]simulator.Parameter{"targets": {Type: "TargetSpec"}, "release": {Type: "String[1]"}, "previous": {Type: "String[1]"}},
		Run: func(run simulator.PlanRun) simulator.PlanScript {
			return simulator.PlanScript{
				Steps: []simulator.PlanStep{},
				Result: func([]simulator.PlanJobResult) any {
					return map[string]any{"release": run.Params["previous"], "rolled_back": true}
				},
			}
		},
	})
}

// nothingIsLeft makes every node be as Puppet wants it.
func nothingIsLeft(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	for node := range 10 {
		puppetEnds(node+1, simulator.RunUnchanged)(t, h, c)
	}
}

// releaseFails makes the plan of the example fail with one release.
func releaseFails(release string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(_ *testing.T, h *acctest.Harness, _ *acctest.CLI) {
		h.AddPlan("production", simulator.Plan{
			Name:       "canary",
			Parameters: map[string]simulator.Parameter{"nodes": {Type: "TargetSpec"}, "command": {Type: "String[1]"}},
			Run: func(run simulator.PlanRun) simulator.PlanScript {
				if run.Params["command"] != "/opt/shop/install "+release {
					return simulator.PlanScript{}
				}
				return simulator.PlanScript{Steps: []simulator.PlanStep{{Fail: &simulator.PlanError{Kind: "shop/broken", Msg: "The shop does not open"}}}}
			},
		})
	}
}

// hasTakenBack checks that the last job has installed a release on the web servers.
func hasTakenBack(release string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
		t.Helper()
		hasOutput("installed", release)(t, h, c)
		jobs := h.Jobs()
		last := jobs[len(jobs)-1]
		params, _ := last.Options["params"].(map[string]any)
		if last.State != "finished" || params["command"] != "/opt/shop/install "+release || len(last.Nodes) != webServers {
			t.Errorf("the last job is %+v", last)
		}
	}
}

// purged checks that the last job has purged a node, on the primary server.
func purged(certname string) func(*testing.T, *acctest.Harness, *acctest.CLI) {
	return func(t *testing.T, h *acctest.Harness, _ *acctest.CLI) {
		t.Helper()
		h.FinishAll()
		jobs := h.Jobs()
		last := jobs[len(jobs)-1]
		params, _ := last.Options["params"].(map[string]any)
		if last.State != "finished" || params["command"] != "puppet node purge "+certname || len(last.Nodes) != 1 || last.Nodes[0].Name != acctest.Node(1) {
			t.Errorf("the last job is %+v", last)
		}
	}
}

// onlyVariables takes everything but the variables out of the configuration.
func onlyVariables(t *testing.T, _ *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	text := c.Read(t, "main.tf")
	c.Write(t, "main.tf", text[:strings.Index(text, "# Stands for")])
}

// acceptsTheCanary accepts the failure of the canary, and of the web servers and everything behind it the one of the same node.
func acceptsTheCanary(t *testing.T, h *acctest.Harness, c *acctest.CLI) {
	t.Helper()
	edited("  scope       = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\n", "  scope       = { nodes = [\"node1.example.com\", \"node2.example.com\"] }\n  max_failed_nodes = 1\n")(t, h, c)
	c.MustRun(t, "untaint", "pe_deploy.canary")
	puppetEnds(2, simulator.RunChanged)(t, h, c)
}
