// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Person is a user with a token, who runs tasks.
type Person struct {
	h      *Harness
	client *orchestrator.Client
}

// As returns a person with a new token of a login.
func (h *Harness) As(t *testing.T, login string) *Person {
	t.Helper()
	transport, err := httpapi.New(httpapi.Config{Token: h.IssueToken(login, 0), TLS: httpapi.TLSConfig{CACertPEM: h.CACertPEM()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	client, err := orchestrator.New(transport, h.ServerURL())
	if err != nil {
		t.Fatal(err)
	}
	return &Person{h: h, client: client}
}

// Refused is what RunTask returns for a task that the server does not permit.
const Refused = "403 not-permitted"

// RunTask starts a task on nodes, given by their numbers, and returns the numbers of the nodes that it ran on.
func (p *Person) RunTask(t *testing.T, task string, nodes ...int) string {
	t.Helper()
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = fmt.Sprintf("node%d.example.com", n)
	}
	params := map[string]any{}
	if task == "service" || task == "package" {
		params = map[string]any{"action": "status", "name": "httpd"}
	}
	job, err := p.client.RunTask(t.Context(), orchestrator.TaskRequest{
		Environment: "production", Task: task, Params: params, Scope: orchestrator.Scope{Nodes: names},
	})
	if httpapi.StatusOf(err) == http.StatusForbidden && httpapi.HasKind(err, orchestrator.KindNotPermitted) {
		return Refused
	}
	if err != nil {
		t.Errorf("running %s: %v", task, err)
		return err.Error()
	}
	found, _ := p.h.Job(job.ID)
	var ran []string
	for _, node := range found.Nodes {
		ran = append(ran, strings.TrimSuffix(strings.TrimPrefix(node.Name, "node"), ".example.com"))
	}
	slices.Sort(ran)
	return strings.Join(ran, " ")
}

// CheckMayRun checks on which of the first six nodes a task can be run.
func (p *Person) CheckMayRun(t *testing.T, task, want string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		if got := p.RunTask(t, task, 1, 2, 3, 4, 5, 6); got != want {
			return fmt.Errorf("task %s ran on %q, want %q", task, got, want)
		}
		return nil
	}
}
