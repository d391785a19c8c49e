// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// Sent returns the body of the last request of a method and path below the API.
func (h *Harness) Sent(t *testing.T, method, path string) (body map[string]any) {
	t.Helper()
	for _, r := range h.Requests() {
		if r.Method == method && r.Path == "/orchestrator/v1"+path {
			body = nil
			if err := json.Unmarshal(r.Body, &body); err != nil {
				t.Fatal(err)
			}
		}
	}
	return body
}

// readingPosts are the requests that read although they are posted: for many nodes at once, and queries, which may be long.
var readingPosts = []string{"POST /orchestrator/v1/inventory", "POST /pdb/query/v4"}

// SentOnlyReads checks that the server has received only reads since the log was reset.
func (h *Harness) SentOnlyReads(*terraform.State) error {
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet && !slices.Contains(readingPosts, r.Method+" "+r.Path) {
			return fmt.Errorf("the server has received %s %s", r.Method, r.Path)
		}
	}
	return nil
}

// ReadStep is a step that reads, and checks what was read.
func (h *Harness) ReadStep(config string, checks ...statecheck.StateCheck) resource.TestStep {
	return resource.TestStep{Config: h.Config(config), ConfigStateChecks: checks}
}
