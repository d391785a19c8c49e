// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// ruleOf is the rule of a group as JSON.
func (s *stage) ruleOf(t *testing.T, id string) string {
	t.Helper()
	encoded, err := json.Marshal(at(s.classify(t, http.MethodGet, "groups/"+id, nil).json, "rule"))
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// moreClassifierFixtures are the answers of the node classifier's commands.
func moreClassifierFixtures() []answered {
	return []answered{
		{fixture: "classifier-commands-unpin-from-all.response", ask: classifying(http.MethodPost, "commands/unpin-from-all", object{"nodes": "node9.example.com"})},
		{fixture: "classifier-v2-classified-nodes", ask: classifiedAt("v2"), optional: []string{"workers"}},
		{fixture: "error.classifier.missing-parameters", status: 400, ask: classifying(http.MethodPost, "groups/"+shopID+"/pin", object{})},
	}
}

// classifiedAt classifies a pinned node, in a version of the API.
func classifiedAt(version string) func(*testing.T, *stage) reply {
	return func(t *testing.T, s *stage) reply {
		t.Helper()
		withGroups(t, s)
		mustStatus(t, s.classify(t, http.MethodPost, "groups/"+shopID+"/pin", object{"nodes": list{first}}), http.StatusNoContent)
		return s.classifyVersion(t, version, first, object{"fact": object{"kernel": "Linux"}, "trusted": object{}})
	}
}

// classifyVersion classifies a node.
func (s *stage) classifyVersion(t *testing.T, version, node string, body any) reply {
	t.Helper()
	base := strings.TrimSuffix(s.sim.RBACURL(), "/rbac-api")
	return s.send(t, s.request(t, http.MethodPost, base+"/classifier-api/"+version+"/classified/nodes/"+node, body))
}

// TestClassifier_Pins pins nodes and takes them out again, in both forms of the request.
func TestClassifier_Pins(t *testing.T) {
	t.Parallel()
	const linux, pinA, pinB = `["=",["fact","kernel"],"Linux"]`, `["=","name","a"]`, `["=","name","b"]`
	for _, generation := range generations() {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			s := setStage(t, generation, nil)
			withGroups(t, s)
			for i, step := range []struct {
				path string
				body any
				want string
			}{
				{"/pin", object{"nodes": list{"a"}}, `["or",` + pinA + `]`},
				{"/pin", object{"nodes": list{"b", "a"}}, `["or",` + pinA + `,` + pinB + `]`},
				{"/pin?nodes=a%2Cb", nil, `["or",` + pinA + `,` + pinB + `]`},
				{"/unpin?nodes=a%2Cc", nil, `["or",` + pinB + `]`},
				{"/unpin", object{"nodes": list{"b"}}, `null`},
				{"", object{"rule": list{"or", list{"=", list{"fact", "kernel"}, "Linux"}}}, `["or",` + linux + `]`},
				{"/pin", object{"nodes": list{"a"}}, `["or",["or",` + linux + `],` + pinA + `]`},
				{"/unpin", object{"nodes": list{"a"}}, `["or",` + linux + `]`},
				{"", object{"rule": list{"=", list{"fact", "kernel"}, "Linux"}}, linux},
				{"/unpin", object{"nodes": list{"a"}}, linux},
				{"/pin", object{"nodes": list{}}, linux},
				{"/pin", string(readFixture(t, "classifier-groups-id-pin.request")), `["or",` + linux + `,["=","name","node8.example.com"],["=","name","node9.example.com"]]`},
			} {
				answer := s.classify(t, http.MethodPost, "groups/"+hostID+step.path, step.body)
				if answer.status >= http.StatusBadRequest {
					t.Errorf("%d: %d %s", i, answer.status, answer.text)
				}
				if got := s.ruleOf(t, hostID); got != step.want {
					t.Errorf("%d: the rule is %s, want %s", i, got, step.want)
				}
			}
			serial := at(s.classify(t, http.MethodGet, "groups/"+hostID, nil).json, "serial_number")
			mustStatus(t, s.classify(t, http.MethodPost, "groups/"+hostID+"/pin", object{"nodes": list{"node8.example.com"}}), http.StatusNoContent)
			if again := at(s.classify(t, http.MethodGet, "groups/"+hostID, nil).json, "serial_number"); again != serial {
				t.Errorf("a pin that is there counts as a change: %v, %v", serial, again)
			}
		})
	}
}

// TestClassifier_PinsAtOnce pins many nodes at the same time, none of which is lost.
func TestClassifier_PinsAtOnce(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	withGroups(t, s)
	var wait sync.WaitGroup
	for i := range 20 {
		request := s.request(t, http.MethodPost, strings.TrimSuffix(s.sim.RBACURL(), "/rbac-api")+"/classifier-api/v1/groups/"+hostID+"/pin", object{"nodes": list{fmt.Sprint("n", i)}})
		wait.Go(func() {
			if answer := s.send(t, request); answer.status != http.StatusNoContent {
				t.Errorf("%d %s", answer.status, answer.text)
			}
		})
	}
	wait.Wait()
	if got := strings.Count(s.ruleOf(t, hostID), `"name"`); got != 20 {
		t.Errorf("%d pins", got)
	}
}

// TestClassifier_PinRefusals has what cannot be pinned, and callers who may not.
func TestClassifier_PinRefusals(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	withGroups(t, s)
	one := object{"nodes": list{first}}
	for name, test := range map[string]struct {
		path   string
		body   any
		status int
		kind   string
	}{
		"another key":       {"groups/" + shopID + "/pin", object{"nodes": list{first}, "x": 1}, 400, "schema-violation"},
		"a text":            {"groups/" + shopID + "/pin", object{"nodes": first}, 400, "schema-violation"},
		"no JSON":           {"groups/" + shopID + "/pin", "{", 400, "malformed-request"},
		"nothing":           {"groups/" + shopID + "/unpin", nil, 400, "missing-parameters"},
		"no group":          {"groups/" + noID + "/pin", one, 404, "not-found"},
		"no id":             {"groups/x/unpin", one, 400, "malformed-uuid"},
		"All Nodes":         {"groups/" + simulator.AllNodesGroup + "/pin", one, 422, "root-rule-edit"},
		"no nodes at all":   {"commands/unpin-from-all", object{}, 400, "missing-parameters"},
		"numbers as nodes":  {"commands/unpin-from-all", object{"nodes": list{1}}, 400, "schema-violation"},
		"a class of no one": {"validate/group", ofGroup(object{"classes": object{"x": object{}}}), 422, "missing-referents"},
		"a wrong rule":      {"rules/translate", list{"is", "name", "x"}, 400, "schema-violation"},
		"a wrong format":    {"rules/translate?format=facts", list{"=", "name", "x"}, 400, "schema-violation"},
		"a trusted fact":    {"rules/translate", list{"=", list{"trusted", "certname"}, "x"}, 422, "untranslatable-rule"},
		"a structured fact": {"rules/translate", list{"not", list{"=", list{"fact", "os", "family"}, "x"}}, 422, "untranslatable-rule"},
		"half a rule":       {"rules/translate", "[", 400, "malformed-request"},
	} {
		answer := s.classify(t, http.MethodPost, test.path, test.body)
		if answer.status != test.status || text(answer.json, "kind") != test.kind {
			t.Errorf("%s: %d %s", name, answer.status, answer.text)
		}
	}
	s.sim.AddUser("olga", "secret", may("node_groups:view:*"))
	olga := as(t, s.sim, "olga")
	for _, path := range []string{"groups/" + hostID + "/pin", "groups/" + hostID + "/unpin"} {
		mustRefuse(t, olga.classify(t, http.MethodPost, path, one), http.StatusForbidden, "permission-denied", "edit_child_rules:"+shopID)
	}
	mustRefuse(t, olga.classify(t, http.MethodPost, "update-classes", nil), http.StatusForbidden, "permission-denied", "node_groups:")
	mustRefuse(t, olga.classify(t, http.MethodPost, "validate/group", ofGroup(nil)), http.StatusForbidden, "permission-denied", "modify_children:"+shopID)
	// What she may not edit is passed over in silence.
	before := s.ruleOf(t, shopID)
	if answer := olga.classify(t, http.MethodPost, "commands/unpin-from-all", object{"nodes": list{"node9.example.com"}}); answer.status != http.StatusOK || fmt.Sprint(at(answer.json, "nodes")) != "[]" {
		t.Errorf("%d %s", answer.status, answer.text)
	}
	if s.ruleOf(t, shopID) != before {
		t.Error("she has unpinned a node")
	}
	s.sim.Grant("olga", may("node_groups:edit_child_rules:"+shopID))
	mustStatus(t, olga.classify(t, http.MethodPost, "groups/"+hostID+"/pin", one), http.StatusNoContent)
	s.sim.AddUser("none", "secret")
	mustRefuse(t, as(t, s.sim, "none").classify(t, http.MethodPost, "groups/"+hostID+"/pin", one), http.StatusForbidden, "permission-denied", "view")
}

// TestClassifier_Translate translates rules for both entities.
func TestClassifier_Translate(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	for _, test := range []struct {
		format string
		rule   any
		want   string
	}{
		{"", list{"=", list{"fact", "is_gateway"}, "true"}, `["or",["=",["fact","is_gateway"],"true"],["=",["fact","is_gateway"],true]]`},
		{"?format=nodes", list{">", list{"fact", "processorcount"}, "2"}, `[">",["fact","processorcount"],2]`},
		{"?format=nodes", list{"~", "name", "^web"}, `["~","certname","^web"]`},
		{"?format=inventory", list{"not", list{"=", list{"fact", "disks", 0, "size"}, "x"}}, `["not",["=","facts.disks[0].size","x"]]`},
		{"?format=inventory", list{"=", list{"trusted", "extensions", "pp_role"}, "7"}, `["or",["=","trusted.extensions.pp_role","7"],["=","trusted.extensions.pp_role",7]]`},
	} {
		answer := s.classify(t, http.MethodPost, "rules/translate"+test.format, test.rule)
		encoded, err := json.Marshal(at(answer.json, "query"))
		if got := strings.ReplaceAll(string(encoded), `\u003e`, ">"); err != nil || got != test.want {
			t.Errorf("%v: %s, want %s", test.rule, answer.text, test.want)
		}
	}
	var fixture any
	if err := json.Unmarshal(readFixture(t, "classifier-rules-translate.response.query-object"), &fixture); err != nil {
		t.Fatal(err)
	}
	both := list{"and", list{"=", list{"fact", "kernel"}, "Linux"}, list{"=", "name", "node9.example.com"}}
	if answer := s.classify(t, http.MethodPost, "rules/translate", both); !reflect.DeepEqual(answer.json, fixture) {
		t.Errorf("got %s, want %v", answer.text, fixture)
	}
}

// TestClassifier_UpdateClasses deploys a class, which groups can name once the classifier has read the code again.
func TestClassifier_UpdateClasses(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	push := object{"name": "production", "classes": object{"profile::fresh": list{"level"}, "profile::base": list{}}}
	mustStatus(t, s.control(t, http.MethodPost, "branches", push), http.StatusNoContent)
	s.deployed(t, object{"environments": list{"production"}})
	named := with(ofGroup(object{"classes": object{"profile::fresh": object{"level": 1}}}), object{"parent": simulator.AllNodesGroup})
	one := "environments/production/classes/profile::fresh"
	mustRefuse(t, s.classify(t, http.MethodPost, "validate/group", named), 422, "missing-referents", "profile::fresh")
	mustRefuse(t, s.classify(t, http.MethodGet, one, nil), 404, "not-found", "")
	if got := s.classify(t, http.MethodGet, "last-class-update", nil); at(got.json, "last_update") != nil {
		t.Errorf("got %s", got.text)
	}
	mustStatus(t, s.classify(t, http.MethodPost, "update-classes?environment=staging", nil), http.StatusCreated)
	mustRefuse(t, s.classify(t, http.MethodPost, "validate/group", named), 422, "missing-referents", "")
	mustStatus(t, s.classify(t, http.MethodPost, "update-classes?environment=production", nil), http.StatusCreated)
	if got := s.classify(t, http.MethodGet, "last-class-update", nil); text(got.json, "last_update") == "" {
		t.Errorf("got %s", got.text)
	}
	if got := s.classify(t, http.MethodGet, one, nil); strings.TrimSpace(got.text) != `{"name":"profile::fresh","environment":"production","parameters":{"level":null}}` {
		t.Errorf("got %s", got.text)
	}
	s.sim.DeployClass("staging", "profile::fresh")
	groups := len(s.sim.NodeGroups())
	validated := s.classify(t, http.MethodPost, "validate/group", named)
	if _, stored := validated.object(t)["serial_number"]; validated.status != http.StatusOK || text(validated.json, "environment") != "production" || stored || len(s.sim.NodeGroups()) != groups {
		t.Errorf("%d %s", validated.status, validated.text)
	}
	count := func(path string) int { return len(s.classify(t, http.MethodGet, path, nil).items(t)) }
	if all, of, some := count("classes"), count("environments/production/classes"), count("classes?limit=2&offset=1"); all != 5 || of != 5 || some != 2 {
		t.Errorf("%d classes, %d of production, %d of a page", all, of, some)
	}
	if got := s.classify(t, http.MethodGet, "environments/none", nil); got.status != http.StatusNotFound || got.text != "" {
		t.Errorf("%d %s", got.status, got.text)
	}
	mustStatus(t, s.classify(t, http.MethodGet, "environments/staging", nil), http.StatusOK)
	mustStatus(t, s.classify(t, http.MethodGet, "environments/none/classes", nil), http.StatusNotFound)
}

// TestClassifier_Classified classifies nodes: below wins over above, and groups that disagree are a conflict.
func TestClassifier_Classified(t *testing.T) {
	t.Parallel()
	s := setStage(t, simulator.PE2025, nil)
	withGroups(t, s)
	facts := object{"fact": object{"kernel": "Linux"}}
	const node = "node9.example.com" // pinned to the group above
	mustStatus(t, s.classify(t, http.MethodPost, "groups/"+hostID+"/pin", object{"nodes": list{node}}), http.StatusNoContent)
	below := object{"variables": object{"site": "south"}, "classes": object{"role::frontend": object{"workers": 9}}}
	mustStatus(t, s.classify(t, http.MethodPost, "groups/"+hostID, below), http.StatusOK)
	answer := s.classifyVersion(t, "v1", node, facts)
	mustStatus(t, answer, http.StatusOK)
	if got := fmt.Sprintf("%v %v %v", at(answer.json, "environment"), at(answer.json, "parameters"), at(answer.json, "classes")); got != "production map[site:south] map[role::database:map[] role::frontend:map[workers:9]]" {
		t.Errorf("got %s", answer.text)
	}
	if ids, ok := at(answer.json, "groups").([]any); !ok || !slices.Contains(ids, any(hostID)) || len(ids) != 3 {
		t.Errorf("got %v", ids)
	}
	other := with(ofGroup(object{"name": "Other", "rule": list{"=", "name", node}, "environment": "agent-specified"}), object{
		"parent": simulator.AllNodesGroup, "classes": object{"role::frontend": object{"workers": 1}}, "variables": object{"site": "west"},
	})
	mustStatus(t, s.classify(t, http.MethodPost, "groups", other), http.StatusSeeOther)
	for _, version := range []string{"v1", "v2"} {
		refused := s.classifyVersion(t, version, node, facts)
		mustRefuse(t, refused, http.StatusInternalServerError, "classification-conflict", "")
		details, ok := at(refused.json, "details").(map[string]any)
		if !ok || len(details) != 3 || strings.Count(refused.text, `"defined_by"`) != 6 || !strings.Contains(refused.text, `"site":[{"value":`) {
			t.Errorf("got %s", refused.text)
		}
	}
	// An environment group wins over the others.
	agree := object{"environment_trumps": true, "classes": object{"role::frontend": object{"workers": 1}}, "variables": object{"site": "west"}}
	mustStatus(t, s.classify(t, http.MethodPost, "groups/"+hostID, agree), http.StatusOK)
	answer = s.classifyVersion(t, "v2", node, facts)
	mustStatus(t, answer, http.StatusOK)
	if text(answer.json, "environment") != "production" || fmt.Sprint(at(answer.json, "classes")) != "[role::database role::frontend]" {
		t.Errorf("got %s", answer.text)
	}
	// Without facts, only names match.
	if got := s.classifyVersion(t, "v1", "stranger", nil); fmt.Sprint(at(got.json, "groups")) != "["+simulator.AllNodesGroup+"]" {
		t.Errorf("got %s", got.text)
	}
	s.sim.AddUser("olga", "secret", may("node_groups:view:"+shopID))
	olga := &stage{s.sim, as(t, s.sim, "olga")}
	mustRefuse(t, olga.classifyVersion(t, "v2", node, facts), http.StatusForbidden, "permission-denied", "view")
}
