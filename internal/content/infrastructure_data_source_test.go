// SPDX-License-Identifier: MPL-2.0

package content_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	dataInventory    = "data.pe_inventory.i"
	dataUsage        = "data.pe_usage.u"
	dataOrchestrator = "data.pe_orchestrator.o"
)

func TestInventoryDataSource_Read(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		generation simulator.Generation
		all        int
	}{{simulator.PE2019, 2}, {simulator.PE2025, 3}} {
		t.Run(string(test.generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, func(o *simulator.Options) { o.Generation, o.Nodes = test.generation, 3 })
			h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Connected = false })
			connected := knownvalue.ObjectExact(map[string]knownvalue.Check{"connected": knownvalue.Bool(true), "broker": acctest.Text("pcp://broker1.example.com/server"), "timestamp": acctest.Time})
			gone := knownvalue.ObjectExact(map[string]knownvalue.Check{"connected": knownvalue.Bool(false), "broker": knownvalue.Null(), "timestamp": knownvalue.Null()})
			// Servers list nodes that are not connected since PE 2021.7.
			h.Run(t,
				h.ReadStep(`data "pe_inventory" "i" {}`, acctest.Value(dataInventory, "nodes", knownvalue.MapSizeExact(test.all)),
					acctest.Value(dataInventory, "nodes", knownvalue.MapPartial(map[string]knownvalue.Check{acctest.Node(1): connected, acctest.Node(3): connected}))),
				resource.TestStep{
					PreConfig:         h.ResetRequests,
					Config:            h.Config(`data "pe_inventory" "i" { only_nodes = ["node2.example.com"] }`),
					ConfigStateChecks: []statecheck.StateCheck{acctest.Value(dataInventory, "nodes", knownvalue.MapExact(map[string]knownvalue.Check{acctest.Node(2): gone}))},
					Check:             h.Writes(0, http.MethodPost, "/inventory"),
				},
				h.ReadStep(`data "pe_inventory" "i" { only_nodes = ["node1.example.com", "node2.example.com", "nobody.example.com"] }`,
					acctest.Value(dataInventory, "nodes", knownvalue.MapExact(map[string]knownvalue.Check{acctest.Node(1): connected, acctest.Node(2): gone, "nobody.example.com": gone}))),
			)
			if h.Count(http.MethodPost, "/inventory") == 0 {
				t.Error("many nodes are not asked for at once")
			}
		})
	}
}

// TestInventoryDataSource_WaitsForNodes looks again until a node is connected, and says which one is not.
func TestInventoryDataSource_WaitsForNodes(t *testing.T) {
	t.Parallel()
	connect := func(h *acctest.Harness, connected bool) {
		h.UpdateNode(acctest.Node(2), func(n *simulator.Node) { n.Connected = connected })
	}
	config := func(h *acctest.Harness, timeout string) string {
		return h.Config("data \"pe_inventory\" \"i\" {\n only_nodes = [\"node1.example.com\", \"node2.example.com\"]\n wait_until = \"connected\"\n timeouts {\n read = \"" + timeout + "\"\n }\n}")
	}
	t.Run("in time", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		connect(h, false)
		h.AddFault(simulator.Fault{Method: http.MethodPost, Path: "/orchestrator/v1/inventory", Times: 1, Action: simulator.NoAction, AfterHook: func(simulator.Request) { connect(h, true) }})
		h.Run(t, resource.TestStep{Config: config(h, "1m"), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(dataInventory, acctest.At("nodes").AtMapKey(acctest.Node(2)).AtMapKey("connected"), knownvalue.Bool(true)),
		}})
		if n := h.Count(http.MethodPost, "/inventory"); n < 2 {
			t.Errorf("it has looked %d times", n)
		}
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		connect(h, false)
		h.Run(t, resource.TestStep{
			Config: config(h, "1s"), ExpectError: acctest.SaysAll("1 of 2 nodes are not connected after 1s … Not connected: node2.example.com. … pxp-agent … timeouts"),
		})
	})
	t.Run("every node", func(t *testing.T) {
		t.Parallel()
		h := acctest.New(t)
		h.Run(t, resource.TestStep{Config: h.Config(`data "pe_inventory" "i" { wait_until = "connected" }`), ExpectError: acctest.SaysAll("only_nodes")})
	})
}

func TestUsageDataSource_Read(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, func(o *simulator.Options) { o.ManualClock = true })
	h.RunTask(t, "facts", nil, acctest.Node(1), acctest.Node(2))
	today := h.Now().UTC()
	day := func(ago int) string { return today.AddDate(0, 0, -ago).Format(time.DateOnly) }
	h.Run(t,
		h.ReadStep(fmt.Sprintf("data \"pe_usage\" \"u\" {\n start_date = %q\n end_date = %q\n}", day(1), day(0)),
			acctest.Value(dataUsage, "days", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"date": acctest.Text(day(0)), "total_nodes": acctest.Number(6), "nodes_with_agent": acctest.Number(6), "nodes_without_agent": acctest.Number(0), "corrective_agent_changes": acctest.Number(0),
					"intentional_agent_changes": acctest.Number(0), "nodes_affected_by_task_runs": acctest.Number(2), "nodes_affected_by_plan_runs": acctest.Number(0),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"date": acctest.Text(day(1)), "nodes_affected_by_task_runs": acctest.Number(0)}),
			})),
			acctest.Value(dataUsage, "start_date", acctest.Text(day(1))),
		),
		h.ReadStep(fmt.Sprintf("data \"pe_usage\" \"u\" {\n start_date = %q\n events = \"exclude\"\n}", day(0)),
			acctest.Value(dataUsage, "days", acctest.Items(map[string]knownvalue.Check{"total_nodes": acctest.Number(6), "nodes_affected_by_task_runs": knownvalue.Null(), "corrective_agent_changes": knownvalue.Null()})),
			acctest.Value(dataUsage, "end_date", knownvalue.Null()),
		),
		h.ReadStep(fmt.Sprintf("data \"pe_usage\" \"u\" {\n start_date = %q\n}", today.AddDate(1, 0, 0).Format(time.DateOnly)), acctest.Value(dataUsage, "days", knownvalue.ListSizeExact(0))),
	)
}

// TestOrchestratorDataSource_Down asks an orchestrator that answers nothing but how its services are: that is a result, and comes at once.
func TestOrchestratorDataSource_Down(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		services string
		status   int
		root     *simulator.Fault
		state    string
		fails    string
	}{
		"a service has failed": {
			`{"orchestrator-service":{"service_version":"1","state":"error"}}`, http.StatusServiceUnavailable,
			&simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError, Body: `{"kind":"x/y","msg":"down"}`}, "error", "",
		},
		"a service starts": {
			`{"orchestrator-service":{"service_version":"1","state":"starting"}}`, http.StatusServiceUnavailable,
			&simulator.Fault{Action: simulator.DropBeforeHandling}, "unknown", "",
		},
		"no service is named": {`{}`, http.StatusOK, nil, "unknown", ""},
		"a token that is refused": {
			`{"orchestrator-service":{"service_version":"1","state":"error"}}`, http.StatusServiceUnavailable,
			&simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusUnauthorized, Body: `{"kind":"puppetlabs.rbac/token-expired","msg":"x"}`}, "", "The token has expired",
		},
		"services that run": {
			`{"orchestrator-service":{"service_version":"1","state":"running"}}`, http.StatusOK,
			&simulator.Fault{Action: simulator.AnswerStatus, Status: http.StatusInternalServerError, Body: `{"kind":"x/y","msg":"down"}`}, "", "The orchestrator was not read",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(simulator.Fault{
				Path: "/status/v1/services", Action: simulator.AnswerStatus, Status: test.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: test.services,
			})
			if test.root != nil {
				test.root.Path = "/orchestrator/v1"
				h.AddFault(*test.root)
			}
			const config = `data "pe_orchestrator" "o" {}`
			if test.fails != "" {
				h.Run(t, resource.TestStep{Config: h.Config(config, "max_retries = 0"), ExpectError: acctest.SaysAll(test.fails)})
				return
			}
			var root knownvalue.Check = knownvalue.NotNull()
			if test.root != nil {
				root = knownvalue.Null()
			}
			h.Run(t, h.ReadStep(config, acctest.Value(dataOrchestrator, "state", acctest.Text(test.state)), acctest.Value(dataOrchestrator, "root", root)))
		})
	}
}

func TestOrchestratorDataSource_Read(t *testing.T) {
	t.Parallel()
	acctest.EachServer(t, readsTheOrchestrator)
}

func readsTheOrchestrator(t *testing.T, h acctest.Server) {
	t.Helper()
	var inner knownvalue.Check = knownvalue.ObjectExact(nil)
	if h.Has(simulator.ServiceStatus) {
		inner = knownvalue.ObjectPartial(map[string]knownvalue.Check{"db_up": knownvalue.Bool(true), "replication": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"mode": acctest.Text("source"), "status": acctest.Text("none"),
		})})
	}
	service := knownvalue.ObjectPartial(map[string]knownvalue.Check{
		"state": acctest.Text("running"), "service_version": knownvalue.NotNull(), "service_status_version": acctest.Number(1), "detail_level": acctest.Text("debug"), "active_alerts": knownvalue.ListSizeExact(0),
	})
	h.Run(t,
		h.ReadStep("data \"pe_orchestrator\" \"o\" {\n level = \"debug\"\n timeout_seconds = 5\n}",
			acctest.Value(dataOrchestrator, "state", acctest.Text("running")),
			acctest.Value(dataOrchestrator, "services", knownvalue.MapExact(map[string]knownvalue.Check{"orchestrator-service": service, "broker-service": service, "status-service": service})),
			acctest.NestedValue(dataOrchestrator, "service_details", "broker-service", knownvalue.ObjectExact(nil)),
			acctest.NestedValue(dataOrchestrator, "service_details", "orchestrator-service", inner),
			acctest.Value(dataOrchestrator, "root", knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"title": acctest.Text("Orchestration API (experimental)"), "version": acctest.Text("0.1"), "license_name": acctest.Text("Puppet Enterprise License"), "status_url": knownvalue.NotNull(),
				"commands":    knownvalue.MapExact(map[string]knownvalue.Check{"deploy": knownvalue.NotNull(), "stop": knownvalue.NotNull()}),
				"collections": knownvalue.MapExact(map[string]knownvalue.Check{"environments": knownvalue.NotNull(), "jobs": acctest.Text(h.ServerURL() + "/orchestrator/v1/jobs")}),
			})),
		),
		resource.TestStep{
			// The status of services that do not run is 503, and a result.
			PreConfig: func() {
				h.AddFault(simulator.Fault{
					Path: "/status/v1/services", Action: simulator.AnswerStatus, Status: http.StatusServiceUnavailable, Header: http.Header{"Content-Type": {"application/json"}},
					Body: `{"orchestrator-service":{"service_version":"1","state":"error","status":{"db":"down"},"active_alerts":[{"severity":"critical","message":"no database"}]},
						"broker-service":{"service_version":"1","state":"unknown"}}`,
				})
			},
			Config: h.Config(`data "pe_orchestrator" "o" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.Value(dataOrchestrator, "state", acctest.Text("error")),
				acctest.NestedValue(dataOrchestrator, "service_details", "orchestrator-service", acctest.Text("down"), "db"),
				statecheck.ExpectKnownValue(dataOrchestrator, acctest.At("services").AtMapKey("orchestrator-service").AtMapKey("active_alerts"),
					acctest.Items(map[string]knownvalue.Check{"severity": acctest.Text("critical"), "message": acctest.Text("no database")})),
				statecheck.ExpectKnownValue(dataOrchestrator, acctest.At("services").AtMapKey("broker-service").AtMapKey("active_alerts"), knownvalue.Null()),
			},
		},
	)
}
