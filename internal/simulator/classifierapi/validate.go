// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// validated is a group as the validation returns it: without what only a stored one has.
type validated struct {
	ID                string                    `json:"id,omitempty"`
	Name              string                    `json:"name"`
	Parent            string                    `json:"parent"`
	Environment       string                    `json:"environment"`
	EnvironmentTrumps bool                      `json:"environment_trumps"`
	Description       *string                   `json:"description,omitempty"`
	Rule              any                       `json:"rule,omitempty"`
	Classes           map[string]map[string]any `json:"classes"`
	ConfigData        map[string]map[string]any `json:"config_data"`
	Variables         map[string]any            `json:"variables"`
}

// validate says what the creation of a group would say, and creates none.
func (a *API) validate(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	g, err := c.whole(f)
	if err != nil {
		return rest.Answer{}, err
	}
	var before *engine.NodeGroup
	if there, ok := a.engine.NodeGroup(g.ID); ok {
		before = &there
	}
	if err := a.check(g, before); err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "modify_children", g.Parent); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, validated{
		g.ID, g.Name, g.Parent, g.Environment, g.EnvironmentTrumps, g.Description, g.Rule, filled(g.Classes), filled(g.ConfigData),
		filled(g.Variables),
	}), nil
}
