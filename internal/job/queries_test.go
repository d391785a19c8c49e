// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestQueries_ThatPeopleUse plans and launches jobs on the queries of the table that both the checks of plans and the simulator's PuppetDB
// are held to. Which nodes they find depends on the world; a query that finds none is no wrong query.
func TestQueries_ThatPeopleUse(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../simulator/pdbquery/testdata/queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, valid, _ := strings.Cut(string(content), "== finds nodes\n")
	valid, _, _ = strings.Cut(valid, "\n\n")
	h := acctest.New(t)
	client := h.Client(t)
	queries := strings.Split(valid, "\n")
	if len(queries) < 46 {
		t.Fatalf("only %d queries were read", len(queries))
	}
	var body strings.Builder
	for i, line := range queries {
		query, _, _ := strings.Cut(line, " =>")
		fmt.Fprintf(&body, "resource \"pe_task\" \"t%d\" {\n task = \"facts\"\n scope = { query = %q }\n}\n", i, query)
		encoded, err := json.Marshal(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.RunTask(t.Context(), orchestrator.TaskRequest{
			Environment: "production", Task: "facts", Params: map[string]any{}, Scope: orchestrator.Scope{Query: encoded},
		})
		if err != nil && !httpapi.HasKind(err, orchestrator.KindEmptyTarget) {
			t.Errorf("%s: %v", query, err)
		}
	}
	h.Run(t, resource.TestStep{Config: h.Config(body.String()), PlanOnly: true, ExpectNonEmptyPlan: true})
}
