package provider_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	dataInventory    = "data.pe_inventory.i"
	dataUsage        = "data.pe_usage.u"
	dataOrchestrator = "data.pe_orchestrator.o"
)

func TestInventoryDataSource(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		generation simulator.Generation
		all        int
	}{{simulator.PE2019, 2}, {simulator.PE2025, 3}} {
		t.Run(string(test.generation), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, func(o *simulator.Options) { o.Generation, o.Nodes = test.generation, 3 })
			h.UpdateNode(node(2), func(n *simulator.Node) { n.Connected = false })
			connected := knownvalue.ObjectExact(map[string]knownvalue.Check{"connected": knownvalue.Bool(true), "broker": is("pcp://broker1.example.com/server"), "timestamp": instant})
			gone := knownvalue.ObjectExact(map[string]knownvalue.Check{"connected": knownvalue.Bool(false), "broker": knownvalue.Null(), "timestamp": knownvalue.Null()})
			// Servers list nodes that are not connected since PE 2021.7.
			h.run(t,
				h.sees(`data "pe_inventory" "i" {}`, value(dataInventory, "inventory", knownvalue.MapSizeExact(test.all)),
					value(dataInventory, "inventory", knownvalue.MapPartial(map[string]knownvalue.Check{node(1): connected, node(3): connected}))),
				resource.TestStep{
					PreConfig:         h.ResetRequests,
					Config:            h.config(`data "pe_inventory" "i" { nodes = ["node2.example.com"] }`),
					ConfigStateChecks: []statecheck.StateCheck{value(dataInventory, "inventory", knownvalue.MapExact(map[string]knownvalue.Check{node(2): gone}))},
					Check:             h.writes(0, http.MethodPost, "/inventory"),
				},
				h.sees(`data "pe_inventory" "i" { nodes = ["node1.example.com", "node2.example.com", "nobody.example.com"] }`,
					value(dataInventory, "inventory", knownvalue.MapExact(map[string]knownvalue.Check{node(1): connected, node(2): gone, "nobody.example.com": gone}))),
			)
			if h.count(http.MethodPost, "/inventory") == 0 {
				t.Error("many nodes are not asked for at once")
			}
		})
	}
}

func TestUsageDataSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *simulator.Options) { o.ManualClock = true })
	h.runTask(t, "facts", nil, node(1), node(2))
	today := h.Now().UTC()
	day := func(ago int) string { return today.AddDate(0, 0, -ago).Format(time.DateOnly) }
	h.run(t,
		h.sees(fmt.Sprintf("data \"pe_usage\" \"u\" {\n start_date = %q\n end_date = %q\n}", day(1), day(0)),
			value(dataUsage, "days", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"date": is(day(0)), "total_nodes": number(6), "nodes_with_agent": number(6), "nodes_without_agent": number(0), "corrective_agent_changes": number(0),
					"intentional_agent_changes": number(0), "nodes_affected_by_task_runs": number(2), "nodes_affected_by_plan_runs": number(0),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{"date": is(day(1)), "nodes_affected_by_task_runs": number(0)}),
			})),
			value(dataUsage, "start_date", is(day(1))),
		),
		h.sees(fmt.Sprintf("data \"pe_usage\" \"u\" {\n start_date = %q\n events = \"exclude\"\n}", day(0)),
			value(dataUsage, "days", items(map[string]knownvalue.Check{"total_nodes": number(6), "nodes_affected_by_task_runs": knownvalue.Null(), "corrective_agent_changes": knownvalue.Null()})),
			value(dataUsage, "end_date", knownvalue.Null()),
		),
		h.sees(fmt.Sprintf("data \"pe_usage\" \"u\" {\n start_date = %q\n}", today.AddDate(1, 0, 0).Format(time.DateOnly)), value(dataUsage, "days", knownvalue.ListSizeExact(0))),
	)
}

func TestOrchestratorDataSource(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	service := knownvalue.ObjectPartial(map[string]knownvalue.Check{
		"state": is("running"), "service_version": knownvalue.NotNull(), "service_status_version": number(1), "detail_level": is("debug"), "active_alerts": knownvalue.ListSizeExact(0),
	})
	h.run(t,
		h.sees("data \"pe_orchestrator\" \"o\" {\n level = \"debug\"\n timeout_seconds = 5\n}",
			value(dataOrchestrator, "state", is("running")),
			value(dataOrchestrator, "services", knownvalue.MapExact(map[string]knownvalue.Check{"orchestrator-service": service, "broker-service": service, "status-service": service})),
			deep(dataOrchestrator, "service_details", "broker-service", knownvalue.ObjectExact(nil)),
			value(dataOrchestrator, "root", knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"title": is("Orchestration API (experimental)"), "version": is("0.1"), "license_name": is("Puppet Enterprise License"), "status_url": knownvalue.NotNull(),
				"commands":    knownvalue.MapExact(map[string]knownvalue.Check{"deploy": knownvalue.NotNull(), "stop": knownvalue.NotNull()}),
				"collections": knownvalue.MapExact(map[string]knownvalue.Check{"environments": knownvalue.NotNull(), "jobs": is(h.ServerURL() + "/orchestrator/v1/jobs")}),
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
			Config: h.config(`data "pe_orchestrator" "o" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				value(dataOrchestrator, "state", is("error")),
				deep(dataOrchestrator, "service_details", "orchestrator-service", is("down"), "db"),
				statecheck.ExpectKnownValue(dataOrchestrator, at("services").AtMapKey("orchestrator-service").AtMapKey("active_alerts"),
					items(map[string]knownvalue.Check{"severity": is("critical"), "message": is("no database")})),
				statecheck.ExpectKnownValue(dataOrchestrator, at("services").AtMapKey("broker-service").AtMapKey("active_alerts"), knownvalue.Null()),
			},
		},
	)
}
