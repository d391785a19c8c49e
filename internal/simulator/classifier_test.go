// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	shopID = "7c1e0f52-3a4b-4d5c-8e6f-901a2b3c4d5e"
	hostID = "2b7d9a14-6c3e-4f80-9a5b-7d6c5e4f3a21"
	noID   = "9d2f6b38-1c4e-4a7d-b5f0-6e8a7c9d0b1f"
)

// classify calls an endpoint of the node classifier by its path below /classifier-api/v1.
func (c *client) classify(t *testing.T, method, path string, body any) reply {
	t.Helper()
	base := strings.TrimSuffix(c.sim.RBACURL(), "/rbac-api")
	return c.send(t, c.request(t, method, base+"/classifier-api/v1/"+path, body))
}

// withGroups has the two groups of the fixtures: one with a rule, and one below it without.
func withGroups(t *testing.T, s *stage) {
	t.Helper()
	mustStatus(t, s.classify(t, http.MethodPut, "groups/"+shopID, string(readFixture(t, "classifier-groups.post.request"))), http.StatusCreated)
	body := strings.Replace(string(readFixture(t, "classifier-groups-id.put.request")), `"parent": "00000000-0000-4000-8000-000000000000"`, `"parent": "`+shopID+`"`, 1)
	mustStatus(t, s.classify(t, http.MethodPut, "groups/"+hostID, body), http.StatusCreated)
}

// classifying asks the classifier of a server with the groups of the fixtures.
func classifying(method, path string, body any) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		withGroups(t, s)
		return s.classify(t, method, path, body)
	}
}

// ofGroup is the body of a new group with changes.
func ofGroup(changes object) object {
	return with(object{"name": "New", "parent": shopID, "classes": object{}}, changes)
}

// deletedClasses asks for a group whose classes are gone.
func deletedClasses(t *testing.T, s *stage) reply {
	t.Helper()
	s.sim.AddClass("production", "role::gone")
	withGroups(t, s)
	mustStatus(t, s.classify(t, http.MethodPost, "groups/"+shopID, object{"classes": object{"role::gone": object{}}}), http.StatusOK)
	s.sim.RemoveClass("production", "role::gone")
	s.sim.AddClass("production", "role::frontend")
	return s.classify(t, http.MethodGet, "groups/"+shopID, nil)
}

// gateways is the rule of the fixture with the rules of a group.
func gateways() []any { return []any{"=", []any{"fact", "is_gateway"}, "true"} }

// rulesOfGroup asks for the rules of a group below the root.
func rulesOfGroup(t *testing.T, s *stage) reply {
	t.Helper()
	withGroups(t, s)
	group := ofGroup(object{"name": "Gateways", "parent": simulator.AllNodesGroup, "rule": gateways()})
	mustStatus(t, s.classify(t, http.MethodPut, "groups/"+noID, group), http.StatusCreated)
	return s.classify(t, http.MethodGet, "groups/"+noID+"/rules", nil)
}

// TestClassifier_RulesOfAGroup translates the rule of a group together with those above it, in each generation.
func TestClassifier_RulesOfAGroup(t *testing.T) {
	t.Parallel()
	for _, generation := range []simulator.Generation{simulator.PE2019, simulator.PE2025} {
		s := setStage(t, generation, nil)
		withGroups(t, s)
		group := ofGroup(object{"name": "Both", "rule": []any{"=", []any{"trusted", "extensions", "pp_role"}, "db"}})
		mustStatus(t, s.classify(t, http.MethodPut, "groups/"+noID, group), http.StatusCreated)
		answer := s.classify(t, http.MethodGet, "groups/"+noID+"/rules", nil)
		mustStatus(t, answer, http.StatusOK)
		translated, _ := answer.object(t)["translated"].(object)
		query, err := json.Marshal(translated["inventory_query_format"])
		if err != nil || !strings.HasPrefix(string(query), `["and",["=","trusted.extensions.pp_role","db"],["or",`) {
			t.Errorf("%s: %s", generation, query)
		}
		answer = s.classify(t, http.MethodGet, "groups/"+hostID+"/rules", nil)
		mustStatus(t, answer, http.StatusOK)
		if rule := answer.object(t)["rule"]; rule != nil {
			t.Errorf("%s: a group without a rule has %v", generation, rule)
		}
		mustStatus(t, s.classify(t, http.MethodGet, "groups/"+strings.Replace(noID, "0", "1", 1)+"/rules", nil), http.StatusNotFound)
	}
}

// deletedParent deletes a group that has a group below it.
func deletedParent(t *testing.T, s *stage) reply {
	t.Helper()
	mustStatus(t, s.classify(t, http.MethodPut, "groups/"+hostID, string(readFixture(t, "classifier-groups-id.put.request"))), http.StatusCreated)
	body := strings.Replace(string(readFixture(t, "classifier-groups.post.request")), simulator.AllNodesGroup, hostID, 1)
	mustStatus(t, s.classify(t, http.MethodPut, "groups/"+shopID, body), http.StatusCreated)
	return s.classify(t, http.MethodDelete, "groups/"+hostID, nil)
}

// classifierFixtures are the answers of the node classifier.
func classifierFixtures() []answered {
	refused := func(kind string, status int, method, path string, body any) answered {
		return answered{fixture: "error.classifier." + kind, status: status, ask: classifying(method, path, body), extra: []string{"name", "threads"}}
	}
	pins := object{"rule": list{"or", list{"=", "name", "db1.example.com"}, list{"=", "name", "db2.example.com"}}}
	return []answered{
		{fixture: "classifier-groups-id", ask: classifying(http.MethodGet, "groups/"+shopID, nil)},
		{fixture: "classifier-groups-id.no-rule", ask: classifying(http.MethodGet, "groups/"+hostID, nil)},
		{fixture: "classifier-groups-id.pins-only", ask: classifying(http.MethodPost, "groups/"+hostID, pins)},
		{fixture: "classifier-groups-id.deleted", ask: deletedClasses},
		{fixture: "classifier-groups-id-rules", ask: rulesOfGroup},
		{fixture: "classifier-groups-id-nodes", ask: classifying(http.MethodGet, "groups/"+shopID+"/nodes", nil)},
		{
			fixture: "classifier-groups.list", ask: classifying(http.MethodGet, "groups", nil), optional: []string{"role::frontend", "profile::cache", "site", "rule", "description"},
			extra: []string{"role::frontend", "role::database", "profile::cache", "site", "description"},
		},
		refused("not-found", 404, http.MethodGet, "groups/"+noID, nil),
		refused("malformed-uuid", 400, http.MethodGet, "groups/not-a-uuid", nil),
		refused("schema-violation", 400, http.MethodPost, "groups", object{"name": "New", "parent": shopID}),
		refused("conflicting-ids", 400, http.MethodPut, "groups/"+hostID, ofGroup(object{"id": shopID})),
		refused("serial-number-conflict", 409, http.MethodPost, "groups/"+hostID, object{"serial_number": 7, "description": "x"}),
		refused("uniqueness-violation", 422, http.MethodPost, "groups", ofGroup(object{"name": "Database hosts"})),
		refused("missing-referents", 422, http.MethodPost, "groups", ofGroup(object{"classes": object{"role::nope": object{}}})),
		refused("missing-parent", 422, http.MethodPost, "groups", ofGroup(object{"parent": noID})),
		{fixture: "error.classifier.children-present", status: 422, ask: deletedParent},
	}
}

// TestClassifier_Create creates groups in both ways, and reads what they have become.
func TestClassifier_Create(t *testing.T) {
	t.Parallel()
	for _, generation := range generations() {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			c := admin(t, start(t, simulator.Options{Generation: generation}))
			answer := c.classify(t, http.MethodPost, "groups", string(readFixture(t, "classifier-groups.post.request.minimal")))
			mustStatus(t, answer, http.StatusSeeOther)
			location := answer.header.Get("Location")
			id := location[strings.LastIndex(location, "/")+1:]
			group := c.classify(t, http.MethodGet, "groups/"+id, nil)
			if text(group.json, "environment") != "production" || at(group.json, "environment_trumps") != false || at(group.json, "serial_number") != 1.0 {
				t.Errorf("the defaults are not those of the manual: %s", group.text)
			}
			body := string(readFixture(t, "classifier-groups.post.request"))
			mustStatus(t, c.classify(t, http.MethodPut, "groups/"+shopID, body), http.StatusCreated)
			mustStatus(t, c.classify(t, http.MethodPut, "groups/"+shopID, body), http.StatusOK)
			if again := c.classify(t, http.MethodGet, "groups/"+shopID, nil); at(again.json, "serial_number") != 1.0 {
				t.Errorf("an identical group counts as a change: %s", again.text)
			}
		})
	}
}

// TestClassifier_Delta merges a change into a group: what is null goes, what is left out stays.
func TestClassifier_Delta(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	withGroups(t, s)
	delta := strings.Replace(string(readFixture(t, "classifier-groups-id.delta.request")), `"serial_number": 3`, `"serial_number": 1`, 1)
	answer := s.classify(t, http.MethodPost, "groups/"+shopID, delta)
	mustStatus(t, answer, http.StatusOK)
	if got := fmt.Sprint(at(answer.json, "classes"), at(answer.json, "variables"), at(answer.json, "config_data")); got !=
		"map[role::frontend:map[threads:4]] map[zone:n1] map[profile::cache:map[size_mb:512]]" {
		t.Errorf("got %s", got)
	}
	if at(answer.json, "rule") == nil || text(answer.json, "description") != "web tier, north" || at(answer.json, "serial_number") != 2.0 {
		t.Errorf("got %s", answer.text)
	}
	answer = s.classify(t, http.MethodPost, "groups/"+shopID, string(readFixture(t, "classifier-groups-id.delta.remove-rule.request")))
	mustStatus(t, answer, http.StatusOK)
	if _, there := answer.object(t)["rule"]; there {
		t.Errorf("the rule is still there: %s", answer.text)
	}
	mustStatus(t, s.classify(t, http.MethodDelete, "groups/"+hostID, nil), http.StatusNoContent)
	mustStatus(t, s.classify(t, http.MethodDelete, "groups/"+shopID, nil), http.StatusNoContent)
	mustRefuse(t, s.classify(t, http.MethodGet, "groups/"+shopID, nil), http.StatusNotFound, "not-found", "could not be found")
}

// TestClassifier_Refusals has bodies that break a rule of the manual.
func TestClassifier_Refusals(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	withGroups(t, s)
	for name, test := range map[string]struct {
		method, path string
		body         any
		status       int
		kind         string
	}{
		"an unknown key":             {http.MethodPost, "groups", ofGroup(object{"is_environment_group": true}), 400, "schema-violation"},
		"no JSON":                    {http.MethodPost, "groups", "{", 400, "malformed-request"},
		"a parent without an id":     {http.MethodPost, "groups", ofGroup(object{"parent": "All Nodes"}), 400, "schema-violation"},
		"classes that are texts":     {http.MethodPost, "groups", ofGroup(object{"classes": object{"a": "b"}}), 400, "schema-violation"},
		"an id that is there":        {http.MethodPost, "groups", ofGroup(object{"id": shopID}), 422, "uniqueness-violation"},
		"an unknown operator":        {http.MethodPost, "groups", ofGroup(object{"rule": list{"<:", "name", "x"}}), 400, "schema-violation"},
		"a number as a value":        {http.MethodPost, "groups", ofGroup(object{"rule": list{"=", list{"fact", "a"}, 1}}), 400, "schema-violation"},
		"an empty or":                {http.MethodPost, "groups", ofGroup(object{"rule": list{"or"}}), 400, "schema-violation"},
		"a not of two":               {http.MethodPost, "groups", ofGroup(object{"rule": list{"not", list{"=", "name", "a"}, list{"=", "name", "b"}}}), 400, "schema-violation"},
		"an unknown field":           {http.MethodPost, "groups", ofGroup(object{"rule": list{"=", "certname", "a"}}), 400, "schema-violation"},
		"an unknown parameter":       {http.MethodPost, "groups", ofGroup(object{"classes": object{"role::frontend": object{"x": 1}}}), 422, "missing-referents"},
		"an environment without it":  {http.MethodPost, "groups", ofGroup(object{"environment": "staging"}), 422, "missing-referents"},
		"a parent below the group":   {http.MethodPost, "groups/" + shopID, object{"parent": hostID}, 422, "inheritance-cycle"},
		"a group as its own parent":  {http.MethodPost, "groups/" + shopID, object{"parent": shopID}, 422, "inheritance-cycle"},
		"the rule of All Nodes":      {http.MethodPost, "groups/" + simulator.AllNodesGroup, object{"rule": nil}, 422, "root-rule-edit"},
		"All Nodes":                  {http.MethodDelete, "groups/" + simulator.AllNodesGroup, nil, 422, "children-present"},
		"a limit below zero":         {http.MethodGet, "groups?limit=-1", nil, 400, "malformed-number"},
		"an endpoint that is not":    {http.MethodGet, "none", nil, 404, "not-found"},
		"an id with capital letters": {http.MethodGet, "groups/" + strings.ToUpper(shopID), nil, 400, "malformed-uuid"},
	} {
		answer := s.classify(t, test.method, test.path, test.body)
		if answer.status != test.status || text(answer.json, "kind") != test.kind {
			t.Errorf("%s: %d %s", name, answer.status, answer.text)
		}
	}
	mustRefuse(t, clientOf(t, s.sim, "").classify(t, http.MethodGet, "groups", nil), http.StatusUnauthorized, "user-unauthenticated", "")
	old := admin(t, start(t, simulator.Options{Generation: simulator.PE2019}))
	mustStatus(t, old.classify(t, http.MethodGet, "groups/"+simulator.AllNodesGroup+"/nodes", nil), http.StatusNotFound)
}

// TestClassifier_Inheritance has a group whose nodes its ancestors bound, and which is the scope of a job with the same nodes.
func TestClassifier_Inheritance(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	below := ofGroup(object{"parent": simulator.WebServersGroup, "rule": list{"or", list{"=", "name", first}, list{"=", "name", second}}})
	mustStatus(t, c.classify(t, http.MethodPut, "groups/"+shopID, below), http.StatusCreated)
	// The second node is a database, which the group above does not hold.
	if got := c.classify(t, http.MethodGet, "groups/"+shopID+"/nodes", nil); fmt.Sprint(at(got.json, "nodes")) != "["+first+"]" {
		t.Errorf("got %s", got.text)
	}
	job := c.launch(t, "deploy", object{"environment": "production", "scope": object{"node_group": shopID}})
	if nodes := c.get(t, "jobs/"+job+"/nodes").items(t); len(nodes) != 1 || nodes[0]["name"] != first {
		t.Errorf("the job has %v", nodes)
	}
	sim.AddUser("olga", "secret", may("node_groups:view:"+simulator.WebServersGroup))
	olga := as(t, sim, "olga")
	mustStatus(t, olga.classify(t, http.MethodGet, "groups/"+shopID, nil), http.StatusOK)
	mustRefuse(t, olga.classify(t, http.MethodGet, "groups/"+simulator.AllNodesGroup, nil), http.StatusForbidden, "permission-denied", "")
	var names []string
	for _, group := range olga.classify(t, http.MethodGet, "groups", nil).items(t) {
		names = append(names, fmt.Sprint(group["name"]))
	}
	if slices.Sort(names); !slices.Equal(names, []string{"New", "Web servers"}) {
		t.Errorf("olga sees %v", names)
	}
}

// TestClassifier_Permissions tries each kind of change with the permission that it needs, and without.
func TestClassifier_Permissions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, right string
		body        any
	}{
		"a new group":      {"groups", "modify_children:" + shopID, ofGroup(nil)},
		"a rule":           {"groups/" + hostID, "edit_child_rules:" + shopID, object{"rule": list{"=", "name", first}}},
		"classes":          {"groups/" + hostID, "edit_classification:" + hostID, object{"classes": object{"profile::base": object{}}}},
		"a description":    {"groups/" + hostID, "edit_classification:" + hostID, object{"description": "x"}},
		"variables":        {"groups/" + hostID, "edit_params_and_vars:" + hostID, object{"variables": object{"a": 1}}},
		"config data":      {"groups/" + hostID, "edit_config_data:" + hostID, object{"config_data": object{"a": object{"b": 1}}}},
		"environment":      {"groups/" + hostID, "set_environment:" + hostID, object{"environment": "agent-specified"}},
		"another position": {"groups/" + hostID, "modify_children:" + simulator.AllNodesGroup, object{"parent": simulator.AllNodesGroup}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setStage(t, simulator.PE2025, nil)
			withGroups(t, s)
			s.sim.AddUser("olga", "secret", may("node_groups:view:*"))
			olga := as(t, s.sim, "olga")
			mustRefuse(t, olga.classify(t, http.MethodPost, test.path, test.body), http.StatusForbidden, "permission-denied", "node_groups:")
			s.sim.Grant("olga", may("node_groups:"+test.right))
			if answer := olga.classify(t, http.MethodPost, test.path, test.body); answer.status >= http.StatusBadRequest {
				t.Errorf("%d %s", answer.status, answer.text)
			}
		})
	}
}
