// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestCaptureDefault_KeepsResultsOutOfTheState asks for the results of a task, and stops asking. Nothing runs.
func TestCaptureDefault_KeepsResultsOutOfTheState(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const body = "task = \"facts\"\n" + acctest.TwoNodes
	none := knownvalue.ObjectExact(map[string]knownvalue.Check{})
	state := func(mode string, results knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			acctest.Value(acctest.Task, "capture_results", knownvalue.StringExact(mode)),
			acctest.Value(acctest.Task, "results", results),
		}
	}
	all := knownvalue.ObjectPartial(map[string]knownvalue.Check{"node1.example.com": knownvalue.NotNull(), "node2.example.com": knownvalue.NotNull()})
	without, with := h.Config(acctest.TaskBody(body)), h.Config(acctest.TaskBody(body+"\ncapture_results = \"all\""))
	h.Run(t,
		resource.TestStep{Config: without, ConfigStateChecks: state("failed", none)},
		resource.TestStep{Config: without, PlanOnly: true},
		resource.TestStep{Config: with, ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), ConfigStateChecks: state("all", all)},
		resource.TestStep{Config: without, ConfigPlanChecks: acctest.Planned(acctest.Updates(acctest.Task)), ConfigStateChecks: state("failed", none), Check: h.Launches(1)},
		resource.TestStep{ResourceName: acctest.Task, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: watchingAttributes},
	)
}

// TestCaptureDefault_OfAnEarlierRelease has the state of a release that kept the results of all nodes of a task. Nothing is planned
// because the default is another one, and an update leaves the results alone; the next job has the new default.
func TestCaptureDefault_OfAnEarlierRelease(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"facts\"\ntriggers = { run = \"1\" }\n"+acctest.TwoNodes+"\ncapture_results = \"all\"\n")).Attached()
	c.MustRun(t, "apply", "-auto-approve")
	forgetDefaults(t, c)
	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), `capture_results = "all"`, "", 1))
	c.NoChanges(t)

	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), "triggers", "description = \"x\"\ntriggers", 1))
	c.MustRun(t, "apply", "-auto-approve")
	task := c.Resources(t)[acctest.Task]
	results, _ := task["results"].(map[string]any)
	if value, ok := results["value"].(map[string]any); task["capture_results"] != "all" || task["description"] != "x" || !ok || len(value) != 2 {
		t.Errorf("the task is %v", task)
	}
	if h.LaunchesReceived() != 1 {
		t.Errorf("the server has received %d launches", h.LaunchesReceived())
	}

	c.Write(t, "main.tf", strings.Replace(c.Read(t, "main.tf"), `run = "1"`, `run = "2"`, 1))
	c.MustRun(t, "apply", "-auto-approve")
	if task := c.Resources(t)[acctest.Task]; task["capture_results"] != "failed" || h.LaunchesReceived() != 2 {
		t.Errorf("after %d launches the task is %v", h.LaunchesReceived(), task)
	}
	c.NoChanges(t)
}

// forgetDefaults takes out of the private state what earlier releases did not write.
func forgetDefaults(t *testing.T, c *acctest.CLI) {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(c.Read(t, "terraform.tfstate")), &state); err != nil {
		t.Fatal(err)
	}
	instance := state["resources"].([]any)[0].(map[string]any)["instances"].([]any)[0].(map[string]any) //nolint:forcetypeassert // a panic fails the test.
	var private map[string]string
	decode := func(text string) []byte {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return decoded
	}
	if err := json.Unmarshal(decode(instance["private"].(string)), &private); err != nil { //nolint:forcetypeassert // as above.
		t.Fatal(err)
	}
	var memo map[string]any
	if err := json.Unmarshal(decode(private["job"]), &memo); err != nil {
		t.Fatal(err)
	}
	if memo["captures_failed"] != true {
		t.Fatalf("the memo is %v", memo)
	}
	delete(memo, "captures_failed")
	encode := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(text)
	}
	private["job"] = encode(memo)
	instance["private"] = encode(private)
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	c.Write(t, "terraform.tfstate", string(text))
}
