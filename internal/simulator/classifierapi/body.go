// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// production is the environment of groups that name none.
const production = "production"

// fields reads a body, which must be a JSON object.
func (c *call) fields() (*rest.Fields, error) {
	f, err := rest.ReadFields(c.Body)
	if err == nil && c.SendsJSON() {
		return f, nil
	}
	if err == nil {
		err = errors.New("Content-Type is not application/json")
	}
	return nil, &refusal{http.StatusBadRequest, "malformed-request", "The body of the request is not JSON.",
		map[string]string{"body": string(c.Body), "error": err.Error()}}
}

// finish returns the first problem with a body as a violation of its schema.
func (c *call) finish(f *rest.Fields) error {
	err := f.Done()
	var problem *rest.FieldError
	if !errors.As(err, &problem) {
		return err
	}
	return &refusal{http.StatusBadRequest, "schema-violation", "The submitted group does not conform to the schema.", map[string]any{
		"submitted": json.RawMessage(c.Body), "schema": map[string]string{problem.Key: problem.Reason},
		"error": map[string]string{problem.Key: problem.Violation()},
	}}
}

// whole reads a whole group.
func (c *call) whole(f *rest.Fields) (engine.NodeGroup, error) {
	f.Require("name", "parent", "classes")
	g := engine.NodeGroup{Environment: production}
	c.plain(f, &g)
	g.Rule = rule(f)
	g.Classes, g.ConfigData = merge(f, "classes", nil, replaced), merge(f, "config_data", nil, replaced)
	g.Variables = variables(f, nil, replaced)
	return g, c.finish(f)
}

// merged reads a change of a group. combine makes one value of the one that is there and the one that is given.
func (c *call) merged(f *rest.Fields, before engine.NodeGroup, combine combination) (after engine.NodeGroup, serial *int, err error) {
	after = before
	c.plain(f, &after)
	if f.Has("rule") {
		after.Rule = rule(f)
	}
	after.Classes, after.ConfigData = merge(f, "classes", before.Classes, combine), merge(f, "config_data", before.ConfigData, combine)
	after.Variables = variables(f, before.Variables, combine)
	if f.Has("serial_number") {
		number := f.Int("serial_number", 0)
		serial = &number
	}
	return after, serial, c.finish(f)
}

// plain reads the texts and the flag of a group.
func (c *call) plain(f *rest.Fields, g *engine.NodeGroup) {
	for key, into := range map[string]*string{"id": &g.ID, "parent": &g.Parent} {
		if f.Has(key) {
			*into = f.String(key)
			if !f.Failed() && !isUUID(*into) {
				f.Fail(key, "must be a UUID")
			}
		}
	}
	for key, into := range map[string]*string{"name": &g.Name, "environment": &g.Environment} {
		if f.Has(key) {
			*into = f.String(key)
			if *into == "" {
				f.Fail(key, "must be a string that is not empty")
			}
		}
	}
	if f.Has("environment_trumps") {
		g.EnvironmentTrumps = f.Bool("environment_trumps")
	}
	if f.Has("description") {
		text := f.String("description")
		g.Description = &text
		if text == "" {
			g.Description = nil
		}
	}
}

// combination makes one value of the one that is there, nil for none, and the one that is given.
type combination func(there, given any) any

func replaced(_, given any) any { return given }

// nested merges objects, and objects in these, and deletes what is null in them.
func nested(there, given any) any {
	members, isObject := given.(map[string]any)
	if !isObject {
		return given
	}
	before, _ := there.(map[string]any)
	both := filled(maps.Clone(before))
	for name, value := range members {
		if value == nil {
			delete(both, name)
		} else {
			both[name] = nested(both[name], value)
		}
	}
	return both
}

// merge merges classes with their parameters into those that are there, and deletes what is null.
func merge(f *rest.Fields, key string, into map[string]map[string]any, combine combination) map[string]map[string]any {
	merged := map[string]map[string]any{}
	for class, parameters := range into {
		merged[class] = maps.Clone(parameters)
	}
	for class, given := range f.Object(key) {
		if given == nil {
			delete(merged, class)
			continue
		}
		parameters, ok := given.(map[string]any)
		if !ok {
			f.Fail(key, "must be an object of objects")
			return nil
		}
		mergeValues(merged, class, parameters, combine)
		if key == "config_data" && len(merged[class]) == 0 {
			delete(merged, class) // data without a value are not stored
		}
	}
	return merged
}

func mergeValues(merged map[string]map[string]any, class string, parameters map[string]any, combine combination) {
	if merged[class] == nil {
		merged[class] = map[string]any{}
	}
	for name, value := range parameters {
		if value == nil {
			delete(merged[class], name)
		} else {
			merged[class][name] = combine(merged[class][name], value)
		}
	}
}

// variables merges variables into those that are there, and deletes what is null.
func variables(f *rest.Fields, into map[string]any, combine combination) map[string]any {
	merged := filled(maps.Clone(into))
	for name, value := range f.Object("variables") {
		if value == nil {
			delete(merged, name)
		} else {
			merged[name] = combine(merged[name], value)
		}
	}
	return merged
}

// rule reads a rule, nil for none.
func rule(f *rest.Fields) any {
	given := f.Value("rule")
	if given == nil {
		return nil
	}
	if problem := ruleProblem(given); problem != "" {
		f.Fail("rule", "%s", problem)
	}
	return given
}

// ruleProblem says what is wrong with a condition, "" for nothing.
func ruleProblem(condition any) string {
	parts, ok := condition.([]any)
	if !ok || len(parts) == 0 {
		return "must be a condition, which is an array"
	}
	switch operator := parts[0]; operator {
	case "and", "or", "not":
		if len(parts) < 2 || operator == "not" && len(parts) > 2 {
			return fmt.Sprintf("has %v with %d conditions", operator, len(parts)-1)
		}
		for _, part := range parts[1:] {
			if problem := ruleProblem(part); problem != "" {
				return problem
			}
		}
		return ""
	case "=", "~", ">", ">=", "<", "<=":
		return comparisonProblem(parts)
	default:
		return fmt.Sprintf("has the unknown operator %v", operator)
	}
}

func comparisonProblem(parts []any) string {
	if len(parts) != 3 {
		return fmt.Sprintf("has %v with %d arguments instead of two", parts[0], len(parts)-1)
	}
	if _, ok := parts[2].(string); !ok {
		return "compares with a value that is not a string"
	}
	if parts[1] == "name" {
		return ""
	}
	path, ok := parts[1].([]any)
	if !ok || len(path) < 2 || path[0] != "fact" && path[0] != "trusted" {
		return "looks at something that is neither name nor a path of a fact or a trusted fact"
	}
	for i, part := range path {
		_, isText := part.(string)
		_, isIndex := part.(json.Number)
		if !isText && (i < 2 || !isIndex) {
			return "has a path with a part that is neither a string nor an index"
		}
	}
	return ""
}
