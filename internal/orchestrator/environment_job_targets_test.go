// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestEnvironmentJob_Targets has servers that take the targets of a scheduled task as a list, or as one object, which documents call them.
func TestEnvironmentJob_Targets(t *testing.T) {
	t.Parallel()
	one := orchestrator.Target{Hostnames: []string{"a"}, User: "u", Transport: "ssh"}
	const listed, object = `"targets":[{"hostnames":["a"]`, `"targets":{"hostnames":["a"]`
	refusal := func(message string) string {
		return `{"kind":"puppetlabs.orchestrator/validation-error","msg":"` + message + `"}`
	}
	for name, test := range map[string]struct {
		targets []orchestrator.Target
		// answers are the refusals of each request, "" for success.
		answers []string
		status  int
		sent    []string
		fails   string
	}{
		"a list":                         {[]orchestrator.Target{one}, []string{""}, 400, []string{listed}, ""},
		"an object":                      {[]orchestrator.Target{one}, []string{refusal("input.targets must be an object"), ""}, 400, []string{listed, object}, ""},
		"neither":                        {[]orchestrator.Target{one}, []string{refusal("input.targets: no user"), refusal("input.targets is no list")}, 400, []string{listed, object}, "input.targets: no user"},
		"an object, but not permitted":   {[]orchestrator.Target{one}, []string{refusal("input.targets must be an object"), `{"kind":"puppetlabs.orchestrator/not-permitted","msg":"no"}`}, 400, []string{listed, object}, "no"},
		"something else":                 {[]orchestrator.Target{one}, []string{refusal("input.scope must be an object")}, 400, []string{listed}, "input.scope"},
		"another kind":                   {[]orchestrator.Target{one}, []string{`{"kind":"puppetlabs.orchestrator/empty-target","msg":"targets"}`}, 400, []string{listed}, "targets"},
		"another status, after the fact": {[]orchestrator.Target{one}, []string{refusal("targets")}, 500, []string{listed}, "targets"},
		"two targets":                    {[]orchestrator.Target{one, one}, []string{refusal("input.targets must be an object")}, 400, []string{listed}, "must be an object"},
		"none":                           {nil, []string{refusal("input.parameters: targets must be an object")}, 400, []string{`"name":"facts"`}, "must be an object"},
	} {
		for what, call := range map[string]func(c *orchestrator.Client) error{
			"create": func(c *orchestrator.Client) error {
				_, err := c.CreateEnvironmentJob(t.Context(), orchestrator.EnvironmentJobRequest{
					Type: orchestrator.ScheduleTask, Environment: "production", Input: orchestrator.EnvironmentJobInput{Name: "facts", Targets: test.targets},
				})
				return err
			},
			"change": func(c *orchestrator.Client) error {
				return c.UpdateEnvironmentJob(t.Context(), "7", orchestrator.EnvironmentJobUpdate{
					Input: &orchestrator.EnvironmentJobInput{Name: "facts", Targets: test.targets},
				})
			},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				var client *orchestrator.Client
				var sent *recorder
				client, sent = newClientWith(t, httpapi.Config{MaxRetries: -1}, func(w http.ResponseWriter, _ *http.Request) {
					if refused := test.answers[min(sent.count(), len(test.answers))-1]; refused != "" {
						w.WriteHeader(test.status)
						_, _ = io.WriteString(w, refused)
						return
					}
					_, _ = io.WriteString(w, `{"scheduled_job":{"id":"https://pe/scheduled_jobs/environment_jobs/7","name":"7"}}`)
				})
				err := call(client)
				if (err != nil) != (test.fails != "") || err != nil && !strings.Contains(err.Error(), test.fails) {
					t.Errorf("it fails with %v", err)
				}
				if len(sent.bodies) != len(test.sent) {
					t.Fatalf("it has sent %q", sent.bodies)
				}
				for i, body := range sent.bodies {
					if !strings.Contains(body, test.sent[i]) || !strings.Contains(body, `"name":"facts"`) || strings.Count(body, "targets") > 1 ||
						what == "create" && !strings.Contains(body, `"environment":"production"`) {
						t.Errorf("request %d is %s", i, fmt.Sprint(body))
					}
				}
			})
		}
	}
}
