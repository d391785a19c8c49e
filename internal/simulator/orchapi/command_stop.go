// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// stoppedJob is the job member of the answer to stop.
type stoppedJob struct {
	ID    string                   `json:"id"`
	Name  string                   `json:"name"`
	Nodes map[engine.NodeState]int `json:"nodes"`
}

// stop answers POST /command/stop.
func (a *API) stop(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("job")
	name := f.String("job")
	force := a.generation().StopForce() && f.Bool("force")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	id, err := idOf("job", name)
	if err != nil {
		return rest.Answer{}, err
	}
	j, err := a.engine.Stop(id, force)
	if err != nil {
		return rest.Answer{}, err
	}
	nodes := j.StoppedCounts()
	if !a.generation().StopCountsAllStates() {
		for state, n := range nodes {
			if n == 0 {
				delete(nodes, state)
			}
		}
	}
	return rest.JSON(http.StatusAccepted, map[string]stoppedJob{
		"job": {ID: c.url("jobs/%d", id), Name: name, Nodes: nodes},
	}), nil
}

// stopPlan answers POST /command/stop_plan.
func (a *API) stopPlan(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("plan_job")
	name := f.String("plan_job")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	id, err := idOf("job", name)
	if err != nil {
		return rest.Answer{}, err
	}
	if _, err := a.engine.StopPlan(id); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusAccepted, map[string]string{"name": strconv.Itoa(id)}), nil
}
