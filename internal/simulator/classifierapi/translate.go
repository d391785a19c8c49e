// SPDX-License-Identifier: MPL-2.0

package classifierapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// formatInventory is the translation for the entity inventory; the default is that for nodes.
const formatInventory = "inventory"

// translate answers with the query of PuppetDB for a rule.
func (a *API) translate(c *call) (rest.Answer, error) {
	decoder := json.NewDecoder(bytes.NewReader(c.Body))
	decoder.UseNumber()
	var rule any
	if err := decoder.Decode(&rule); err != nil || !c.SendsJSON() {
		return rest.Answer{}, &refusal{http.StatusBadRequest, "malformed-request", "The body of the request is not JSON.", string(c.Body)}
	}
	if problem := ruleProblem(rule); problem != "" {
		return rest.Answer{}, &refusal{http.StatusBadRequest, "schema-violation", "The submitted rule does not conform to the schema.",
			map[string]any{"submitted": rule, "schema": "a rule", "error": problem}}
	}
	format := c.Query.Get("format")
	if format != "" && format != "nodes" && format != formatInventory {
		return rest.Answer{}, &refusal{http.StatusBadRequest, "schema-violation", "The format is nodes or inventory.",
			map[string]any{"submitted": format, "schema": "nodes or inventory", "error": format}}
	}
	query, ok := translated(rule, format == formatInventory)
	if !ok {
		return rest.Answer{}, &refusal{http.StatusUnprocessableEntity, "untranslatable-rule",
			"Rules with structured or trusted facts cannot be translated for nodes.", rule}
	}
	return rest.JSON(http.StatusOK, map[string]any{"query": query}), nil
}

// translated is the query for a rule, which has the right form; ok is false for one that the entity nodes cannot be asked for.
func translated(rule any, inventory bool) (query any, ok bool) {
	parts, _ := rule.([]any)
	switch parts[0] {
	case "and", "or", "not":
		all := []any{parts[0]}
		for _, part := range parts[1:] {
			inner, ok := translated(part, inventory)
			if !ok {
				return nil, false
			}
			all = append(all, inner)
		}
		return all, true
	}
	field, ok := translatedField(parts[1], inventory)
	if !ok {
		return nil, false
	}
	comparison := []any{parts[0], field, parts[2]}
	text, _ := parts[2].(string)
	var other any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if parts[0] == "~" || parts[1] == "name" || decoder.Decode(&other) != nil || decoder.More() {
		return comparison, true
	}
	switch other.(type) {
	case json.Number, bool:
	default:
		return comparison, true
	}
	if parts[0] != "=" {
		return []any{parts[0], field, other}, true // compared as numbers
	}
	return []any{"or", comparison, []any{"=", field, other}}, true
}

// translatedField is the field of a query for that of a rule.
func translatedField(field any, inventory bool) (any, bool) {
	path, isPath := field.([]any)
	if !isPath {
		return "certname", true
	}
	if !inventory {
		return field, len(path) == 2 && path[0] == "fact"
	}
	name := "facts"
	if path[0] == "trusted" {
		name = "trusted"
	}
	for _, part := range path[1:] {
		switch part := part.(type) {
		case string:
			name += "." + part
		case json.Number:
			name += "[" + part.String() + "]"
		}
	}
	return name, true
}
