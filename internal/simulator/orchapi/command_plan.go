// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// planRun answers POST /command/plan_run.
func (a *API) planRun(c *call) (rest.Answer, error) {
	return a.runPlan(c, func(f *rest.Fields, r *engine.PlanRequest) {
		// The Go client sends null if it has no parameters.
		r.Params = f.NullableObject("params")
	})
}

// environmentPlanRun answers POST /command/environment_plan_run, whose parameters are wrapped.
func (a *API) environmentPlanRun(c *call) (rest.Answer, error) {
	return a.runPlan(c, func(f *rest.Fields, r *engine.PlanRequest) {
		f.Require("params")
		r.Params, r.Types = readWrapped(f, "params", engine.ParameterQuery, engine.ParameterNodeGroup)
	})
}

// runPlan runs a plan whose parameters are read by a function.
func (a *API) runPlan(c *call, readParams func(*rest.Fields, *engine.PlanRequest)) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("plan_name")
	r := engine.PlanRequest{
		Plan:        f.String("plan_name"),
		Environment: readEnvironment(f),
		Description: f.String("description"),
		Timeout:     a.readTimeout(f),
		Userdata:    a.readUserdata(f),
	}
	readParams(f, &r)
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	p, err := a.engine.RunPlan(c.user, r)
	if err != nil {
		return rest.Answer{}, err
	}
	a.launches++
	return rest.JSON(http.StatusAccepted, map[string]string{"name": strconv.Itoa(p.ID)}), nil
}

// readWrapped reads parameters of the form {"name": {"value": …, "type": …}}. Without any allowed type the key type is
// unknown.
func readWrapped(f *rest.Fields, key string, types ...string) (params map[string]any, kinds map[string]string) {
	params, kinds = make(map[string]any), make(map[string]string)
	wrapped := f.Fields(key)
	for _, name := range wrapped.Keys() {
		p := wrapped.Fields(name)
		p.Require("value")
		params[name] = p.Value("value")
		if len(types) == 0 || !p.Has("type") {
			continue
		}
		kinds[name] = p.String("type")
		if !slices.Contains(types, kinds[name]) {
			p.Fail("type", "must be one of %v", types)
		}
	}
	return params, kinds
}
