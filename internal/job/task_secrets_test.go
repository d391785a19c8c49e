// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTask_Secrets(t *testing.T) {
	t.Parallel()
	const secret = "sup3r-s3cret-value"
	h := acctest.New(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: h.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.11.0")))},
		Steps: []resource.TestStep{
			{
				Config: h.Config(acctest.TaskBody(`
  task             = "simulate"
  params           = { output = "done", sensitive_output = "shown nowhere" }
  sensitive_params = { secret = "` + secret + `" }
  sensitive_params_version = 1
  capture_results = "all"
  ` + acctest.TwoNodes)),
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.Value(acctest.Task, "sensitive_params", knownvalue.Null()),
					statecheck.ExpectKnownValue(acctest.Task, acctest.At("results").AtMapKey("node1.example.com").AtMapKey("result"),
						knownvalue.ObjectExact(map[string]knownvalue.Check{"_output": knownvalue.StringExact("done")})),
					statecheck.ExpectKnownValue(acctest.Task, acctest.At("sensitive_results").AtMapKey("node1.example.com"), knownvalue.StringExact("Sensitive [value redacted]")),
					statecheck.ExpectSensitiveValue(acctest.Task, acctest.At("sensitive_results")),
				},
				Check: func(s *terraform.State) error {
					text, err := json.Marshal(s)
					if err != nil {
						return err
					}
					if acctest.Contains(string(text), secret) {
						return fmt.Errorf("the secret is in the state")
					}
					return nil
				},
			},
			// A failed job with a write-only parameter keeps its id.
			{
				Config: h.Config(acctest.TaskBody(`
  task             = "simulate"
  params           = { fail_on = ["node1.example.com"] }
  sensitive_params = { secret = "` + secret + `" }
  sensitive_params_version = 1
  ` + acctest.TwoNodes)),
				ExpectError: acctest.Says(`Task "simulate" failed on 1 of 2 nodes`),
			},
			{
				Config: h.Config(acctest.TaskBody(`
  task             = "simulate"
  params           = { fail_on = ["node1.example.com"] }
  sensitive_params = { secret = "` + secret + `" }
  sensitive_params_version = 1
  ` + acctest.TwoNodes)),
				ConfigPlanChecks: acctest.Planned(acctest.Replaces(acctest.Task)),
				ExpectError:      acctest.Says(`Task "simulate" failed on 1 of 2 nodes`),
			},
		},
	})
	if job := h.Jobs()[0]; len(job.Sensitive) != 1 || job.Sensitive[0] != "secret" {
		t.Errorf("the server hides %v", job.Sensitive)
	}
}

func TestTask_OverSSH(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddNode(simulator.Node{Certname: "ssh1.example.com", Environment: "production", Connected: true, Transport: "ssh"})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: h.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.11.0")))},
		Steps: []resource.TestStep{{
			Config: h.Config(acctest.TaskBody(`
  task  = "service"
  params = { action = "status", name = "sshd" }
  scope = { nodes = ["ssh1.example.com"] }
  targets = [{
    hostnames           = ["ssh1.example.com"]
    user                = "deploy"
    transport           = "ssh"
    private_key_content = "-----BEGIN KEY-----"
    port                = 22
    run_as              = "root"
    sudo_password       = "sudo-secret"
    connect_timeout     = 10
    tty                 = false
    tmpdir              = "/var/tmp"
  }]`)),
			Check: h.Launches(1),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(acctest.Task, acctest.At("targets"), knownvalue.Null()),
				statecheck.ExpectKnownValue(acctest.Task, acctest.At("targets_hash"), knownvalue.StringRegexp(regexp.MustCompile("^[0-9a-f]{64}$"))),
			},
		}},
	})
	var body struct {
		Targets []map[string]any `json:"targets"`
	}
	for _, r := range h.Requests() {
		if r.Method == "POST" {
			if err := json.Unmarshal(r.Body, &body); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(body.Targets) != 1 || body.Targets[0]["sudo-password"] != "sudo-secret" || body.Targets[0]["private-key-content"] != "-----BEGIN KEY-----" {
		t.Errorf("sent %v", body.Targets)
	}
}
