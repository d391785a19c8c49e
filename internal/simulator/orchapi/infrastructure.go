// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// named is an entry of the root document.
type named struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// root answers GET /orchestrator and GET /orchestrator/v1. The document has not changed since the first release.
func (a *API) root(c *call) (rest.Answer, error) {
	return rest.JSON(http.StatusOK, map[string]any{
		"info": map[string]any{
			"title":       "Orchestration API (experimental)",
			"description": "Orchestration operations",
			"warning":     "Experimental interface; incompatible changes are possible",
			"version":     "0.1",
			"license":     map[string]string{"name": "Puppet Enterprise License", "url": "https://license.example.com/"},
		},
		"status":      named{"status", c.url("status")},
		"collections": []named{{"environments", c.url("environments")}, {"jobs", c.url("jobs")}},
		"commands":    []named{{"deploy", c.url("command/deploy")}, {"stop", c.url("command/stop")}},
	}), nil
}

// environmentView is an environment as in the documents up to 2017.2. The root document of every later server still links to the list.
type environmentView struct {
	ID           string              `json:"id"`
	Name         string              `json:"name"`
	Applications link                `json:"applications"`
	Settings     environmentSettings `json:"settings"`
}

type environmentSettings struct {
	ModulePath    []string `json:"modulepath"`
	Manifest      string   `json:"manifest"`
	Timeout       int      `json:"environment_timeout"`
	ConfigVersion string   `json:"config_version"`
}

func (c *call) environmentView(e *codebase.Environment) environmentView {
	code := "/etc/puppetlabs/code/environments/" + e.Name
	return environmentView{
		ID: c.url("environments/%s", e.Name), Name: e.Name, Applications: link{c.url("environments/%s/applications", e.Name)},
		Settings: environmentSettings{ModulePath: []string{code + "/modules"}, Manifest: code + "/manifests"},
	}
}

// listEnvironments answers GET /environments.
func (a *API) listEnvironments(c *call) (rest.Answer, error) {
	all := a.engine.Codebase().Environments()
	items := make([]environmentView, len(all))
	for i, e := range all {
		items[i] = c.environmentView(e)
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items}), nil
}

// environment answers GET /environments/:environment.
func (a *API) environment(c *call) (rest.Answer, error) {
	name := c.Vars["name"]
	e, ok := a.engine.Codebase().Environment(name)
	if !ok {
		return rest.Answer{}, &engine.Error{
			Kind: engine.UnknownEnvironment, Msg: "Unknown environment " + name, Details: map[string]any{"environment": name},
		}
	}
	return rest.JSON(http.StatusOK, c.environmentView(e)), nil
}

// connectionView is a node in the inventory. Nodes without a connection have no broker and no timestamp.
type connectionView struct {
	Name      string `json:"name"`
	Connected bool   `json:"connected"`
	Broker    string `json:"broker,omitempty"`
	Timestamp string `json:"timestamp,omitempty"`
}

// connectionLayout is how the inventory writes a time: with milliseconds.
const connectionLayout = "2006-01-02T15:04:05.000Z"

func newConnectionView(n engine.Connection) connectionView {
	v := connectionView{Name: n.Certname, Connected: n.Connected}
	if n.Connected {
		v.Broker, v.Timestamp = "pcp://broker1.example.com/server", n.Since.UTC().Format(connectionLayout)
	}
	return v
}

// inventory answers GET /inventory.
func (a *API) inventory(*call) (rest.Answer, error) {
	items := make([]connectionView, 0)
	for _, n := range a.engine.Connections() {
		if n.Connected || a.generation().InventoryListsDisconnected() {
			items = append(items, newConnectionView(n))
		}
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items}), nil
}

// inventoryNode answers GET /inventory/:node.
func (a *API) inventoryNode(c *call) (rest.Answer, error) {
	return rest.JSON(http.StatusOK, newConnectionView(a.engine.Connection(c.Vars["node"]))), nil
}

// inventoryOf answers POST /inventory with one record for every requested node.
func (a *API) inventoryOf(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("nodes")
	names := f.Strings("nodes")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	items := make([]connectionView, len(names))
	for i, name := range names {
		items[i] = newConnectionView(a.engine.Connection(name))
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items}), nil
}

// usageView is a day in the usage report. The counts of events are left out when events are excluded.
type usageView struct {
	Date            string `json:"date"`
	TotalNodes      int    `json:"total_nodes"`
	WithAgent       int    `json:"nodes_with_agent"`
	WithoutAgent    int    `json:"nodes_without_agent"`
	Corrective      *int   `json:"corrective_agent_changes,omitempty"`
	Intentional     *int   `json:"intentional_agent_changes,omitempty"`
	AffectedByTasks *int   `json:"nodes_affected_by_task_runs,omitempty"`
	AffectedByPlans *int   `json:"nodes_affected_by_plan_runs,omitempty"`
}

// usage answers GET /usage, newest day first.
func (a *API) usage(c *call) (rest.Answer, error) {
	p := c.Params()
	from, to := p.Day("start_date"), p.Day("end_date")
	withEvents := p.Enum("events", "include", "include", "exclude") == "include"
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		p.Fail("end_date", "must not be before start_date")
	}
	if err := p.Done(); err != nil {
		return rest.Answer{}, err
	}
	pagination := map[string]string{}
	if !from.IsZero() {
		pagination["start_date"] = from.Format(time.DateOnly)
	} else {
		from = a.engine.UsageSince()
	}
	if !to.IsZero() {
		pagination["end_date"] = to.Format(time.DateOnly)
	} else {
		to = a.engine.Now()
	}
	items := make([]usageView, 0)
	for _, day := range a.engine.UsageBetween(from, to) {
		items = append(items, newUsageView(day, withEvents))
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items, "pagination": pagination}), nil
}

func newUsageView(u engine.Usage, withEvents bool) usageView {
	v := usageView{
		Date: u.Date, TotalNodes: u.WithAgent + u.WithoutAgent, WithAgent: u.WithAgent, WithoutAgent: u.WithoutAgent,
	}
	if withEvents {
		v.Corrective, v.Intentional = &u.Corrective, &u.Intentional
		v.AffectedByTasks, v.AffectedByPlans = &u.AffectedByTask, &u.AffectedByPlan
	}
	return v
}
