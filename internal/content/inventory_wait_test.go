// SPDX-License-Identifier: MPL-2.0

package content_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const waitForTwo = `
data "pe_inventory" "i" {
  only_nodes = ["node1.example.com", "node2.example.com"]
  wait_until = "connected"
}`

// TestInventoryDataSource_OutlivesAFailureWhileItWaits has the second look fail.
func TestInventoryDataSource_OutlivesAFailureWhileItWaits(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Connected = false })
	h.AddFault(simulator.Fault{
		Method: http.MethodPost, Path: "/orchestrator/v1/inventory", Skip: 1, Times: 1, Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable,
		Hook: func(simulator.Request) { h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Connected = true }) },
	})
	h.Run(t, resource.TestStep{
		Config: h.Config(waitForTwo, "max_retries = 0"),
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.Value(dataInventory, "nodes", knownvalue.MapPartial(map[string]knownvalue.Check{acctest.Node(2): knownvalue.ObjectPartial(map[string]knownvalue.Check{"connected": knownvalue.Bool(true)})})),
		},
	})
}

// TestInventoryDataSource_EndsAWaitThatCannotHelp ends the wait at once where no later look can be better.
func TestInventoryDataSource_EndsAWaitThatCannotHelp(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddUser("nobody", "example-only")
	h.Run(t, resource.TestStep{Config: h.ConfigAs(h.IssueToken("nobody", time.Hour), waitForTwo), ExpectError: acctest.Says("lacks a permission")})
}
