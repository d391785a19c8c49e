// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestUpgrade_KeepsWhatAStateSays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, want string }{
		"nothing": {`{"id":"1","scope":null,"userdata":null}`, `{"id":"1","scope":null,"userdata":null}`},
		"nodes": {
			`{"scope":{"nodes":["b","a"],"query":null,"node_group":null}}`,
			`{"scope":{"type":["object",{"nodes":["tuple",["string","string"]]}],"value":{"nodes":["a","b"]}}}`,
		},
		"PQL": {
			`{"scope":{"nodes":null,"query":{"type":"string","value":"nodes {}"},"node_group":null,"application":null}}`,
			`{"scope":{"type":["object",{"query":"string"}],"value":{"query":"nodes {}"}}}`,
		},
		"AST": {
			`{"scope":{"query":{"type":["tuple",["string","string"]],"value":["from","nodes"]}}}`,
			`{"scope":{"type":["object",{"query":["tuple",["string","string"]]}],"value":{"query":["from","nodes"]}}}`,
		},
		"an application": {
			`{"scope":{"application":"App[main]"}}`,
			`{"scope":{"type":["object",{"application":"string"}],"value":{"application":"App[main]"}}}`,
		},
		"userdata": {
			`{"userdata":{"a":"1"},"userdata_all":{}}`,
			`{"userdata":{"type":["object",{"a":"string"}],"value":{"a":"1"}},"userdata_all":{"type":["object",{}],"value":{}}}`,
		},
		"no targets": {`{"targets":null}`, `{"targets":null,"targets_hash":null}`},
	} {
		upgraded, err := upgrade(t.Context(), []byte(test.old))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got, want any
		if err := json.Unmarshal(upgraded, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(test.want), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s, want %s", name, upgraded, test.want)
		}
	}
	for _, text := range []string{`[]`, `{"scope":1}`, `{"scope":{"query":1}}`} {
		if _, err := upgrade(t.Context(), []byte(text)); err == nil {
			t.Errorf("%s was upgraded", text)
		}
	}
}

// TestUpgrade_FindsTargetsUnchanged compares the targets of an old state, without their secrets, with those of the configuration.
func TestUpgrade_FindsTargetsUnchanged(t *testing.T) {
	t.Parallel()
	upgraded, err := upgrade(t.Context(), []byte(`{"targets":[{"hostnames":["b","a"],"user":"u","transport":"ssh","port":22,"tty":null,"password":null}]}`))
	if err != nil {
		t.Fatal(err)
	}
	hash := TargetsHash(configured(t, `[{"hostnames":["a","b"],"user":"u","transport":"ssh","port":"22","password":"secret"}]`))
	if !strings.Contains(string(upgraded), `"targets_hash":"`+hash.ValueString()+`"`) || !strings.Contains(string(upgraded), `"targets":null`) {
		t.Errorf("got %s, want the hash %s", upgraded, hash)
	}
}

func configured(t *testing.T, text string) types.Dynamic {
	t.Helper()
	value, err := tfvalue.FromJSON(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestTargetsHash_FollowsAllButSecrets(t *testing.T) {
	t.Parallel()
	const start = `[{"hostnames":["a"],"user":"u","transport":"ssh","password":"p"}]`
	first := TargetsHash(configured(t, start))
	for text, same := range map[string]bool{
		start: true,
		`[{"hostnames":["a"],"user":"u","transport":"ssh","password":"q","private_key_content":"k","sudo_password":"s","port":null}]`: true,
		`[{"hostnames":["a"],"user":"v","transport":"ssh","password":"p"}]`:                                                           false,
		`[{"hostnames":["a","b"],"user":"u","transport":"ssh","password":"p"}]`:                                                       false,
		`[{"hostnames":["a"],"user":"u","transport":"ssh","password":"p","port":22}]`:                                                 false,
		`[]`: false,
	} {
		if got := TargetsHash(configured(t, text)); got.Equal(first) != same {
			t.Errorf("%s: got %s after %s", text, got, first)
		}
	}
	object := func(user, password attr.Value) types.Dynamic {
		target := tfvalue.Object(map[string]attr.Value{"hostnames": types.TupleValueMust([]attr.Type{types.StringType}, []attr.Value{types.StringValue("a")}), "user": types.DynamicValue(user), "password": types.DynamicValue(password)})
		return types.DynamicValue(types.TupleValueMust([]attr.Type{target.Type(t.Context())}, []attr.Value{target}))
	}
	for name, test := range map[string]struct {
		targets       types.Dynamic
		null, unknown bool
	}{
		"null":                     {types.DynamicNull(), true, false},
		"empty":                    {configured(t, `[]`), true, false},
		"unknown":                  {types.DynamicUnknown(), false, true},
		"a user that is not known": {object(types.StringUnknown(), types.StringValue("p")), false, true},
		"a secret is not known":    {object(types.StringValue("u"), types.StringUnknown()), false, false},
	} {
		if got := TargetsHash(test.targets); got.IsNull() != test.null || got.IsUnknown() != test.unknown {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestSameUserdata_TakesTextsForWhatTheySay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		a, b string
		want bool
	}{
		"none":               {`null`, `{}`, true},
		"the same":           {`{"a":{"b":[1]}}`, `{"a":{"b":[1]}}`, true},
		"a number as a text": {`{"a":"3"}`, `{"a":3}`, true},
		"a flag as a text":   {`{"a":"true"}`, `{"a":true}`, true},
		"another number":     {`{"a":"3"}`, `{"a":4}`, false},
		"a key more":         {`{"a":"3"}`, `{"a":"3","b":1}`, false},
		"another object":     {`{"a":{"b":1}}`, `{"a":{"b":2}}`, false},
		"an object as text":  {`{"a":"{}"}`, `{"a":{}}`, false},
	} {
		if got := SameUserdata(configured(t, test.a), configured(t, test.b)); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
