// SPDX-License-Identifier: MPL-2.0

package content_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestPuppetDBQuery_RefusedInItsLines has PuppetDB refuse a query with a text of several lines, in which a caret stands below what is wrong.
func TestPuppetDBQuery_RefusedInItsLines(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	const refusal = "PQL parse error at line 1, column 9:\n\nnodes { = \"x\" }\n        ^\n\nExpected one of:\n\n!\n("
	h.AddFault(simulator.Fault{
		Path: "/pdb/query/v4", Action: simulator.AnswerStatus, Status: http.StatusBadRequest,
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: refusal + "\n",
	})
	h.Run(t, resource.TestStep{
		Config:      h.Config(asking(`query = "nodes[certname] { }"`)),
		ExpectError: regexp.MustCompile(regexp.QuoteMeta("400 Bad Request:\n" + refusal + "\n\nPuppetDB does not accept the query.")),
	})
	if got := h.Count(http.MethodPost, "/pdb/query/v4"); got != 1 {
		t.Errorf("PuppetDB was asked %d times", got)
	}
}
