// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// What is secret in these tests: a parameter, one of several lines, and the password of a target.
const (
	oneLineSecret  = `hunter"two\4711-correct-horse`
	linesSecret    = "aa11-rosebud\nbb22-xanadu-kane\ncc33-leland-42"
	targetPassword = "ssh-battery-staple-0815"
)

// leak returns a part of a secret that a text shows, or "".
func leak(text string) string {
	const part = 6
	for _, secret := range []string{oneLineSecret, linesSecret, targetPassword} {
		for at := range len(secret) - part + 1 {
			if shown := secret[at : at+part]; strings.Contains(text, shown) {
				return fmt.Sprintf("%q of %q", shown, secret)
			}
		}
	}
	return ""
}

// sayings are what somebody says who fails and gives secrets away, by how it is said.
func sayings(t *testing.T) map[string]string {
	t.Helper()
	quoted := func(text string) string {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	said := map[string]string{
		"plain":         "login failed with password " + oneLineSecret,
		"another":       "login failed with password " + targetPassword,
		"lines":         "login failed\nwith the key\n" + linesSecret + "\nat last",
		"lines of JSON": "login failed with password " + quoted(linesSecret),
		"JSON":          "login failed: " + quoted("with password "+oneLineSecret),
		"JSON in JSON":  "login failed: " + quoted(`{"said":`+quoted("with password "+oneLineSecret)+"}"),
		"colours":       "login failed with password \x1b[31m" + targetPassword[:9] + "\x1b[0m" + targetPassword[9:],
	}
	// What is shown is cut after 200 characters in the log, and after 500 or 2,000 in errors: within each part of a secret.
	for _, limit := range []int{200, 500, 2000} {
		for before := 3; before < 27; before += 6 {
			said[fmt.Sprintf("%d before the cut at %d", before, limit)] = strings.Repeat("x", limit-before) + oneLineSecret
			said[fmt.Sprintf("%d after the cut at %d", before, limit)] = oneLineSecret + strings.Repeat("y", limit-before)
		}
	}
	return said
}

// witness is the provider's server that notes what it says, and what it stores apart from what a task or a plan returned, which is stored as
// it is.
type witness struct {
	tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	mu      sync.Mutex
	said    []string
	stored  []string
}

// ApplyResourceChange notes what is said and stored.
func (w *witness) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	answer, err := w.ProviderServer.ApplyResourceChange(ctx, req)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range answer.Diagnostics {
		w.said = append(w.said, d.Summary+"\n"+d.Detail)
	}
	state, err := answer.NewState.Unmarshal(w.schemas.ResourceSchemas[req.TypeName].ValueType())
	if err != nil {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		return nil, err
	}
	delete(attributes, "results")
	delete(attributes, "result")
	w.stored = append(w.stored, fmt.Sprint(attributes), string(answer.Private))
	return answer, nil
}

// givesAway applies a configuration that fails, and returns what the provider says, logs and stores.
func givesAway(t *testing.T, h *acctest.Harness, level, body string) (said, log, stored string) {
	t.Helper()
	machine := h.Machine
	machine.LookupEnv = func(key string) (string, bool) { return level, key == "TF_LOG_PROVIDER_PE" }
	h = &acctest.Harness{Simulator: h.Simulator, Machine: machine}
	server, err := h.Factories()["pe"]()
	if err != nil {
		t.Fatal(err)
	}
	w := &witness{}
	if w.schemas, err = server.GetProviderSchema(acctest.Ctx(t), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	reported, err := protocoltest.Attempt(tflogtest.RootLogger(acctest.Ctx(t), &out), func() (tfprotov6.ProviderServer, error) {
		var err error
		w.ProviderServer, err = h.Factories()["pe"]()
		return w, err
	}, h.Config(body))
	if err != nil || len(reported) == 0 {
		t.Fatalf("it was to fail: %v, %v", reported, err)
	}
	entries, err := tflogtest.MultilineJSONDecode(&out)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(w.said, "\n"), fmt.Sprint(entries), strings.Join(w.stored, "\n")
}

// checkShown looks at all that is shown and stored. Something has to have been taken out.
func checkShown(t *testing.T, name, said, log, stored string) {
	t.Helper()
	for what, text := range map[string]string{"error": said, "log": log, "state": stored} {
		if shown := leak(text); shown != "" {
			at := strings.Index(text, shown[1:4])
			t.Errorf("%s: the %s shows %s: …%s…", name, what, shown, text[max(0, at-200):min(len(text), at+200)])
		}
	}
	if !strings.Contains(said+log, "redacted") && !strings.Contains(said+log, "…") {
		t.Errorf("%s: nothing was taken out, which proves nothing: %s", name, said)
	}
}

// TestFailedTask_ShowsNoSecretHoweverItIsSaid has a task that gives a secret parameter and the password of a target away when it fails.
func TestFailedTask_ShowsNoSecretHoweverItIsSaid(t *testing.T) {
	t.Parallel()
	h := newGossip(t)
	body := acctest.TaskBody(fmt.Sprintf(`
  task             = "gossip"
  params           = { how = "%%s" }
  scope            = { nodes = ["node1.example.com"] }
  sensitive_params = { secret = %q, key = %q }
  targets          = [{ hostnames = ["node1.example.com"], user = "root", transport = "ssh", password = %q }]`,
		oneLineSecret, linesSecret, targetPassword))
	levels := []string{"INFO", "DEBUG", "TRACE"}
	for i, where := range []string{"_error", "_output", "both"} {
		for n, name := range slices.Sorted(maps.Keys(sayings(t))) {
			t.Run(name+" in "+where, func(t *testing.T) {
				t.Parallel()
				said, log, stored := givesAway(t, h, levels[(i+n)%len(levels)], fmt.Sprintf(body, where+": "+name))
				checkShown(t, name+" in "+where, said, log, stored)
				if !strings.Contains(log, "node1.example.com failed") {
					t.Errorf("%s: the log does not tell of the node: %s", name, log)
				}
			})
		}
	}
}

// TestFailedPlan_ShowsNoSecretHoweverItIsSaid has a plan that gives a secret parameter away when it fails.
func TestFailedPlan_ShowsNoSecretHoweverItIsSaid(t *testing.T) {
	t.Parallel()
	h := newGossip(t)
	body := acctest.PlanBody(fmt.Sprintf(`
  plan_name        = "gossip"
  params           = { how = "%%s" }
  sensitive_params = { secret = %q, key = %q, password = %q }`, oneLineSecret, linesSecret, targetPassword))
	for name := range sayings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, log, stored := givesAway(t, h, "TRACE", fmt.Sprintf(body, "_error: "+name))
			checkShown(t, name, said, log, stored)
		})
	}
}

// newGossip is a PE with a task and a plan that fail and say what the parameter how names.
func newGossip(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t, func(o *simulator.Options) { o.TimeScale = 1000 })
	h.UpdateNode("node1.example.com", func(n *simulator.Node) { n.Transport = "ssh" })
	all := sayings(t)
	parameters := map[string]simulator.Parameter{
		"how": {Type: "String"}, "secret": {Type: "String", Sensitive: true}, "key": {Type: "String", Sensitive: true}, "password": {Type: "Optional[String]", Sensitive: true, Default: "x"},
	}
	h.AddTask("production", simulator.Task{Name: "gossip", Parameters: parameters, Run: func(run simulator.TaskRun) simulator.TaskOutcome {
		how, _ := run.Params["how"].(string)
		where, name, _ := strings.Cut(how, ": ")
		result := map[string]any{}
		if where != "_output" {
			result["_error"] = map[string]any{"kind": "gossip/failed", "msg": all[name], "details": map[string]any{"said": all[name]}}
		}
		if where != "_error" {
			result["_output"] = all[name]
		}
		return simulator.TaskOutcome{State: simulator.TaskFailed, Message: all[name], Result: result}
	}})
	h.AddPlan("production", simulator.Plan{Name: "gossip", Parameters: parameters, Run: func(run simulator.PlanRun) simulator.PlanScript {
		how, _ := run.Params["how"].(string)
		_, name, _ := strings.Cut(how, ": ")
		return simulator.PlanScript{Steps: []simulator.PlanStep{
			{Message: all[name]},
			{Fail: &simulator.PlanError{Kind: "gossip/failed", Msg: all[name], Details: map[string]any{"said": all[name]}}},
		}}
	}})
	return h
}
