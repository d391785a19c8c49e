// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// sameNodeGroup compares a group with its JSON, all of it.
func sameNodeGroup(t *testing.T, group classifier.Group, object map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(group)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "group", generic(t, encoded), any(object))
}

func checkNodeGroup(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	group, err := c.classifier.Group(t.Context(), str(asObject(t, raw)["id"]))
	sameNodeGroup(t, group, asObject(t, raw))
	return err
}

func checkNodeGroups(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	groups, err := c.classifier.Groups(t.Context())
	for i, object := range asObjects(t, generic(t, raw)) {
		sameNodeGroup(t, groups[i], object)
	}
	return err
}

func checkNodesOfGroup(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	nodes, err := c.classifier.Nodes(t.Context(), "1")
	names := []any{}
	for _, name := range nodes {
		names = append(names, name)
	}
	same(t, "nodes", any(names), asObject(t, raw)["nodes"])
	return err
}

func checkRulesOfGroup(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	query, err := c.classifier.MembersQuery(t.Context(), "1")
	translated, _ := asObject(t, raw)["translated"].(map[string]any)
	condition := translated["inventory_query_format"]
	same(t, "query", generic(t, query), any([]any{"from", "inventory", []any{"extract", []any{"certname"}, condition}}))
	return err
}

// checkClassifierError expects the kind, the text and what the details list in the error of the client.
func checkClassifierError(t *testing.T, raw []byte) {
	t.Helper()
	object := asObject(t, raw)
	status := 422
	if object["kind"] == classifier.KindNotFound {
		status = 404
	}
	_, err := serve(t, answer{"GET /groups/1", status, nil}, raw).classifier.Group(t.Context(), "1")
	if !httpapi.HasKind(err, str(object["kind"])) || !strings.Contains(err.Error(), str(object["msg"])) {
		t.Errorf("got %v", err)
	}
	kind := str(object["kind"])
	same(t, "unknown", classifier.IsUnknown(err), kind == classifier.KindNotFound)
	same(t, "missing referents", len(classifier.MissingReferents(err)), map[string]int{classifier.KindMissingReferents: 2}[kind])
	same(t, "children", len(classifier.Children(err)), map[string]int{classifier.KindChildrenPresent: 1}[kind])
	same(t, "conflict", classifier.Conflict(err)["name"], map[string]string{classifier.KindUniqueness: "Database hosts"}[kind])
}
