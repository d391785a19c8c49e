// SPDX-License-Identifier: MPL-2.0

package jobvalue_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestUserdataValue(t *testing.T) {
	t.Parallel()
	null := types.MapNull(types.StringType)
	for name, test := range map[string]struct {
		userdata map[string]any
		want     types.Map
	}{
		"none":                   {nil, null},
		"empty":                  {map[string]any{}, null},
		"only the provider's":    {map[string]any{launch.UserdataKey: "id"}, null},
		"somebody's":             {map[string]any{launch.UserdataKey: "id", "ticket": "7"}, types.MapValueMust(types.StringType, map[string]attr.Value{"ticket": types.StringValue("7")})},
		"what is no text":        {map[string]any{"n": json.Number("7"), "b": true}, types.MapValueMust(types.StringType, map[string]attr.Value{"n": types.StringValue("7"), "b": types.StringValue("true")})},
		"an empty text is a one": {map[string]any{"ticket": ""}, types.MapValueMust(types.StringType, map[string]attr.Value{"ticket": types.StringValue("")})},
		// As encoding/json decodes them.
		"a large number": {map[string]any{"n": float64(20260110123456)}, types.MapValueMust(types.StringType, map[string]attr.Value{"n": types.StringValue("20260110123456")})},
		"a list":         {map[string]any{"l": []any{"a", 1.5, nil}}, types.MapValueMust(types.StringType, map[string]attr.Value{"l": types.StringValue(`["a",1.5,null]`)})},
		"an object":      {map[string]any{"o": map[string]any{"a": "<b>"}}, types.MapValueMust(types.StringType, map[string]attr.Value{"o": types.StringValue(`{"a":"<b>"}`)})},
		"null":           {map[string]any{"n": nil}, types.MapValueMust(types.StringType, map[string]attr.Value{"n": types.StringValue("null")})},
	} {
		if got := jobvalue.UserdataValue(test.userdata); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestNodeStates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		counts map[orchestrator.NodeState]int64
		want   map[string]attr.Value
	}{
		"none": {nil, map[string]attr.Value{}},
		"one":  {map[orchestrator.NodeState]int64{"finished": 3}, map[string]attr.Value{"finished": types.Int64Value(3)}},
		"many": {map[orchestrator.NodeState]int64{"finished": 3, "failed": 0}, map[string]attr.Value{"finished": types.Int64Value(3), "failed": types.Int64Value(0)}},
	} {
		if got, want := jobvalue.NodeStates(test.counts), types.MapValueMust(types.Int64Type, test.want); !got.Equal(want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestSplitResult(t *testing.T) {
	t.Parallel()
	object := func(attributes map[string]attr.Value) attr.Value { return tfvalue.Object(attributes) }
	for name, test := range map[string]struct {
		raw            string
		result, secret attr.Value
		fails          bool
	}{
		"nothing":          {``, types.DynamicNull(), nil, false},
		"null":             {`null`, types.DynamicNull(), nil, false},
		"a text":           {`"done"`, types.StringValue("done"), nil, false},
		"an object":        {`{"version":"1.2"}`, object(map[string]attr.Value{"version": types.StringValue("1.2")}), nil, false},
		"with a secret":    {`{"version":"1.2","_sensitive":{"pin":"x"}}`, object(map[string]attr.Value{"version": types.StringValue("1.2")}), object(map[string]attr.Value{"pin": types.StringValue("x")}), false},
		"only a secret":    {`{"_sensitive":"x"}`, object(nil), types.StringValue("x"), false},
		"a secret of null": {`{"_sensitive":null}`, object(nil), types.DynamicNull(), false},
		"deeper inside":    {`{"a":{"_sensitive":"x"}}`, object(map[string]attr.Value{"a": object(map[string]attr.Value{"_sensitive": types.StringValue("x")})}), nil, false},
		"no JSON":          {`{`, nil, nil, true},
	} {
		result, secret, err := jobvalue.SplitResult(json.RawMessage(test.raw))
		var hidden attr.Value
		if secret != nil {
			hidden = secret.Value
		}
		if (err != nil) != test.fails || !same(result.Value, test.result) || !same(hidden, test.secret) {
			t.Errorf("%s: got %v and %v, %v", name, result, secret, err)
		}
	}
}

func same(a, b attr.Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Equal(b)
}

func TestNodeEntry(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]any{
		`{"name":"a","state":"finished"}`: {"state": "finished", "message": nil, "duration": nil, "result": nil},
		`{"name":"a","state":"finished","duration":1.25,"details":{"message":"done"},"result":{"x":1}}`: {
			"state": "finished", "message": "done", "duration": json.Number("1.25"), "result": map[string]any{"x": json.Number("1")},
		},
	} {
		var node orchestrator.JobNode
		if err := json.Unmarshal([]byte(text), &node); err != nil {
			t.Fatal(err)
		}
		result, secret, err := jobvalue.SplitResult(node.Result)
		if err != nil || secret != nil {
			t.Fatalf("%s: %v, %v", text, secret, err)
		}
		entry := jobvalue.NodeEntry(node, result).Value
		encoded, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if value, err := tfvalue.FromJSON(encoded); err != nil || !tfvalue.SameMeaning(entry, value) {
			t.Errorf("%s: got %s, want %s", text, entry, encoded)
		}
	}
}

func TestNewOwner(t *testing.T) {
	t.Parallel()
	yes := true
	for name, test := range map[string]struct {
		subject orchestrator.Subject
		want    *jobvalue.OwnerModel
	}{
		"nobody":                  {orchestrator.Subject{}, nil},
		"a name without a number": {orchestrator.Subject{Email: "x@example.com"}, nil},
		"only an id":              {orchestrator.Subject{ID: "1"}, &jobvalue.OwnerModel{ID: types.StringValue("1"), RoleIDs: types.ListNull(types.Int64Type), InheritedRoleIDs: types.ListNull(types.Int64Type), GroupIDs: types.ListNull(types.StringType)}},
		"only a login":            {orchestrator.Subject{Login: "dana"}, &jobvalue.OwnerModel{Login: types.StringValue("dana"), RoleIDs: types.ListNull(types.Int64Type), InheritedRoleIDs: types.ListNull(types.Int64Type), GroupIDs: types.ListNull(types.StringType)}},
		"all of it": {
			orchestrator.Subject{ID: "1", Login: "dana", IsRemote: &yes, RoleIDs: []int64{}, InheritedRoleIDs: []int64{2}, GroupIDs: []string{"g"}},
			&jobvalue.OwnerModel{
				ID: types.StringValue("1"), Login: types.StringValue("dana"), IsRemote: types.BoolValue(true),
				RoleIDs: types.ListValueMust(types.Int64Type, []attr.Value{}), InheritedRoleIDs: types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(2)}),
				GroupIDs: types.ListValueMust(types.StringType, []attr.Value{types.StringValue("g")}),
			},
		},
	} {
		var diags diag.Diagnostics
		got := jobvalue.NewOwner(t.Context(), test.subject, &diags)
		if (got == nil) != (test.want == nil) || got != nil && !sameOwner(*got, *test.want) || len(diags) > 0 {
			t.Errorf("%s: got %+v, want %+v; %v", name, got, test.want, diags)
		}
	}
}

func sameOwner(a, b jobvalue.OwnerModel) bool {
	return a.ID.Equal(b.ID) && a.Login.Equal(b.Login) && a.DisplayName.Equal(b.DisplayName) && a.Email.Equal(b.Email) && a.LastLogin.Equal(b.LastLogin) &&
		a.IsRevoked.Equal(b.IsRevoked) && a.IsRemote.Equal(b.IsRemote) && a.IsSuperuser.Equal(b.IsSuperuser) && a.IsGroup.Equal(b.IsGroup) &&
		a.RoleIDs.Equal(b.RoleIDs) && a.InheritedRoleIDs.Equal(b.InheritedRoleIDs) && a.GroupIDs.Equal(b.GroupIDs) && a.IdentityProviderID.Equal(b.IdentityProviderID)
}
