// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// pinRoutes are those that pin nodes to groups, and take them out again.
func (a *API) pinRoutes() []rest.Route[handler] {
	return []rest.Route[handler]{
		{Method: http.MethodPost, Pattern: Prefix + "/v1/groups/{id}/pin", Handler: a.pin},
		{Method: http.MethodPost, Pattern: Prefix + "/v1/groups/{id}/unpin", Handler: a.unpin},
		{Method: http.MethodPost, Pattern: Prefix + "/v1/commands/unpin-from-all", Handler: a.unpinFromAll},
	}
}

// isPin reports whether a condition pins a node, as it does directly in the outermost "or" of a rule.
func isPin(condition any) (certname string, ok bool) {
	parts, ok := condition.([]any)
	if !ok || len(parts) != 3 || parts[0] != "=" || parts[1] != "name" {
		return "", false
	}
	certname, ok = parts[2].(string)
	return certname, ok
}

// members are the conditions of a rule that is an "or"; ok is false for any other.
func members(rule any) (conditions []any, ok bool) {
	parts, ok := rule.([]any)
	if !ok || len(parts) == 0 || parts[0] != "or" {
		return nil, false
	}
	return parts[1:], true
}

// pinned is a rule with nodes pinned. What was there becomes a condition of its own, unless it has pins already.
func pinned(rule any, certnames []string) any {
	if len(certnames) == 0 {
		return rule
	}
	conditions, isOr := members(rule)
	hasPins := isOr && slices.ContainsFunc(conditions, func(c any) bool { _, ok := isPin(c); return ok })
	result := []any{"or"}
	switch {
	case hasPins:
		result = append(result, conditions...)
	case rule != nil:
		result = append(result, rule)
	}
	for _, certname := range certnames {
		there := slices.ContainsFunc(result, func(c any) bool { name, ok := isPin(c); return ok && name == certname })
		if !there {
			result = append(result, []any{"=", "name", certname})
		}
	}
	return result
}

// unpinned is a rule without the pins of nodes. How servers write what is left is not documented: here, a single condition stands alone.
func unpinned(rule any, certnames []string) any {
	conditions, isOr := members(rule)
	if !isOr {
		return rule
	}
	left := []any{"or"}
	for _, condition := range conditions {
		if name, ok := isPin(condition); !ok || !slices.Contains(certnames, name) {
			left = append(left, condition)
		}
	}
	switch {
	case len(left) == len(conditions)+1:
		return rule
	case len(left) == 1:
		return nil
	case len(left) == 2:
		if _, ok := isPin(left[1]); !ok {
			return left[1]
		}
	}
	return left
}

// certnames reads the nodes of a request: of the body, or of the query.
func (c *call) certnames() ([]string, error) {
	if len(c.Body) == 0 {
		if given := c.Query.Get("nodes"); given != "" {
			return strings.Split(given, ","), nil
		}
		return nil, missingNodes()
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	if len(f.Keys()) == 0 {
		return nil, missingNodes()
	}
	f.Require("nodes")
	names := f.Strings("nodes")
	if err := f.Done(); err != nil {
		return nil, &refusal{
			status: http.StatusBadRequest, kind: "schema-violation", msg: "The request does not conform to the schema: " + err.Error() + ".",
		}
	}
	return names, nil
}

func missingNodes() error {
	return &refusal{status: http.StatusBadRequest, kind: "missing-parameters", msg: "The 'nodes' parameter is missing."}
}

func (a *API) pin(c *call) (rest.Answer, error) { return a.repin(c, pinned) }

func (a *API) unpin(c *call) (rest.Answer, error) { return a.repin(c, unpinned) }

// repin changes the pins of the group of a path.
func (a *API) repin(c *call, change func(any, []string) any) (rest.Answer, error) {
	g, err := a.find(c)
	if err != nil {
		return rest.Answer{}, err
	}
	names, err := c.certnames()
	if err != nil {
		return rest.Answer{}, err
	}
	if !a.mayPin(c, g) {
		return rest.Answer{}, denied("node_groups:edit_child_rules:" + g.Parent)
	}
	return rest.Answer{Status: http.StatusNoContent}, a.setRule(c, g, change(g.Rule, names))
}

// setRule gives a group a rule; one that it has is no change.
func (a *API) setRule(c *call, g engine.NodeGroup, rule any) error {
	after := g
	after.Rule = rule
	if same(g, after) {
		return nil
	}
	return a.change(c, g, after)
}

// mayPin reports whether the caller may pin nodes to a group: who may edit its rule.
func (a *API) mayPin(c *call, g engine.NodeGroup) bool {
	return a.engine.MayOnGroup(c.user, "modify_children", g.Parent) || a.engine.MayOnGroup(c.user, "edit_child_rules", g.Parent)
}

// unpinnedNode says from which groups a node was taken out.
type unpinnedNode struct {
	Name   string     `json:"name"`
	Groups []groupRef `json:"groups"`
}

// groupRef names a group.
type groupRef struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Environment string `json:"environment"`
}

// unpinFromAll takes nodes out of all groups that the caller may edit. Others are passed over in silence.
func (a *API) unpinFromAll(c *call) (rest.Answer, error) {
	names, err := c.unpinNames()
	if err != nil {
		return rest.Answer{}, err
	}
	answer := []unpinnedNode{}
	for _, name := range names {
		node := unpinnedNode{Name: name}
		for _, g := range a.engine.NodeGroups() {
			rule := unpinned(g.Rule, []string{name})
			if !a.mayPin(c, g) || same(g, withRule(g, rule)) {
				continue
			}
			if err := a.setRule(c, g, rule); err != nil {
				return rest.Answer{}, err
			}
			node.Groups = append(node.Groups, groupRef{g.ID, g.Name, g.Environment})
		}
		if len(node.Groups) > 0 {
			answer = append(answer, node)
		}
	}
	return rest.JSON(http.StatusOK, map[string]any{"nodes": answer}), nil
}

func withRule(g engine.NodeGroup, rule any) engine.NodeGroup {
	g.Rule = rule
	return g
}

// unpinNames reads the nodes to take out of all groups; one may be a text.
func (c *call) unpinNames() ([]string, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	if !f.Has("nodes") {
		return nil, missingNodes()
	}
	if name, ok := f.Value("nodes").(string); ok {
		return []string{name}, c.finish(f)
	}
	names := f.Strings("nodes")
	var problem *rest.FieldError
	if err := f.Done(); errors.As(err, &problem) {
		return nil, c.finish(f)
	}
	return names, nil
}
