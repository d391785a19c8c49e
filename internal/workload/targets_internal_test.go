// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// target returns how to log in to node a over SSH with a password, with changes.
func target(changes map[string]attr.Value) attr.Value {
	values := map[string]attr.Value{
		"hostnames": tfvalue.StringSet([]string{"a"}), "user": types.StringValue("u"), "transport": types.StringValue("ssh"), "password": types.StringValue("hunter2"),
		"private_key_content": types.StringNull(), "port": types.Int64Null(), "run_as": types.StringNull(), "sudo_password": types.StringNull(),
		"run_as_command": types.StringNull(), "connect_timeout": types.Int64Null(), "tty": types.BoolNull(), "tmpdir": types.StringNull(), "extensions": types.StringNull(),
	}
	for name, value := range changes {
		values[name] = value
	}
	return types.ObjectValueMust(targetShape().Types(), values)
}

func targets(all ...attr.Value) types.Dynamic {
	return types.DynamicValue(types.ListValueMust(types.ObjectType{AttrTypes: targetShape().Types()}, all))
}

func TestValidateTargets(t *testing.T) {
	t.Parallel()
	text, null, unknown := types.StringValue, types.StringNull(), types.StringUnknown()
	winRM := func(changes map[string]attr.Value) attr.Value {
		changes["transport"] = text("winrm")
		return target(changes)
	}
	partly := types.SetValueMust(types.StringType, []attr.Value{text("b"), unknown})
	for name, test := range map[string]struct {
		targets types.Dynamic
		scope   types.Object
		want    []string
	}{
		"null":                             {types.DynamicNull(), ofNodes("a"), nil},
		"unknown":                          {types.DynamicUnknown(), ofNodes("a"), nil},
		"empty":                            {targets(), ofNodes("a"), nil},
		"one":                              {targets(target(nil)), ofNodes("a"), nil},
		"one that is not known":            {targets(types.ObjectUnknown(targetShape().Types()), types.ObjectNull(targetShape().Types())), ofNodes("a"), nil},
		"a key":                            {targets(target(map[string]attr.Value{"password": null, "private_key_content": text("x")})), ofNodes("a"), nil},
		"no way to log in":                 {targets(target(nil), target(map[string]attr.Value{"password": null})), ofNodes("a"), []string{"targets[1]"}},
		"a password that is not known":     {targets(target(map[string]attr.Value{"password": unknown})), ofNodes("a"), nil},
		"a password and a key":             {targets(target(map[string]attr.Value{"private_key_content": text("x")})), ofNodes("a"), []string{"targets[0]"}},
		"a password, maybe a key":          {targets(target(map[string]attr.Value{"private_key_content": unknown})), ofNodes("a"), nil},
		"a key, maybe a password":          {targets(target(map[string]attr.Value{"password": unknown, "private_key_content": text("x")})), ofNodes("a"), nil},
		"maybe a key and a password":       {targets(target(map[string]attr.Value{"password": unknown, "private_key_content": unknown})), ofNodes("a"), nil},
		"WinRM":                            {targets(winRM(map[string]attr.Value{})), ofNodes("a"), nil},
		"WinRM with what is for SSH":       {targets(winRM(map[string]attr.Value{"run_as": text("x"), "private_key_content": text("x"), "sudo_password": text("x"), "run_as_command": text("x")})), ofNodes("a"), []string{"targets[0].private_key_content", "targets[0].run_as", "targets[0].run_as_command", "targets[0].sudo_password"}},
		"sudo without run_as":              {targets(target(map[string]attr.Value{"sudo_password": text("x")})), ofNodes("a"), []string{"targets[0].sudo_password"}},
		"a command without run_as":         {targets(target(map[string]attr.Value{"run_as_command": text("x")})), ofNodes("a"), []string{"targets[0].run_as_command"}},
		"sudo with run_as":                 {targets(target(map[string]attr.Value{"run_as": text("root"), "sudo_password": text("x"), "run_as_command": text("x")})), ofNodes("a"), nil},
		"sudo, run_as is not known":        {targets(target(map[string]attr.Value{"run_as": unknown, "sudo_password": text("x")})), ofNodes("a"), nil},
		"sudo, transport is not known":     {targets(target(map[string]attr.Value{"transport": unknown, "sudo_password": text("x")})), ofNodes("a"), nil},
		"a node outside of the scope":      {targets(target(map[string]attr.Value{"hostnames": tfvalue.StringSet([]string{"a", "b"})})), ofNodes("a", "c"), []string{"targets[0].hostnames"}},
		"two nodes outside of the scope":   {targets(target(map[string]attr.Value{"hostnames": tfvalue.StringSet([]string{"b", "c"})})), ofNodes("a"), []string{"targets[0].hostnames", "targets[0].hostnames"}},
		"a scope of another kind":          {targets(target(nil)), ofQuery(text("nodes {}")), nil},
		"no scope":                         {targets(target(nil)), types.ObjectNull(scopeShape(false).Types()), nil},
		"a scope that is not known":        {targets(target(nil)), types.ObjectUnknown(scopeShape(false).Types()), nil},
		"a scope that is partly known":     {targets(target(nil)), scopeWith(false, map[string]attr.Value{"nodes": partly}), nil},
		"hostnames that are not known":     {targets(target(map[string]attr.Value{"hostnames": types.SetUnknown(types.StringType)})), ofNodes("c"), nil},
		"hostnames that are partly known":  {targets(target(map[string]attr.Value{"hostnames": partly})), ofNodes("c"), []string{"targets[0].hostnames"}},
		"of one that is not in the second": {targets(target(nil), target(map[string]attr.Value{"hostnames": tfvalue.StringSet([]string{"z"})})), ofNodes("a"), []string{"targets[1].hostnames"}},
	} {
		var diags diag.Diagnostics
		ValidateTargets(t.Context(), test.targets, dynamic(test.scope), &diags)
		got := faultyKeys(t, diags)
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got errors at %v, want %v", name, diags, test.want)
		}
	}
}

// faultyKeys are the keys that errors name. They are bound to the target that the key is in.
func faultyKeys(t *testing.T, diags diag.Diagnostics) (keys []string) {
	t.Helper()
	for i, at := range faults(diags) {
		key, _, ok := strings.Cut(strings.TrimPrefix(diags[i].Detail(), "`"), "`: ")
		if target, _, _ := strings.Cut(key, "."); !ok || target != at {
			t.Errorf("bound to %s: %q", at, diags[i].Detail())
		}
		keys = append(keys, key)
	}
	return keys
}

func TestTargetRequests(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor()
	var diags diag.Diagnostics
	for name, list := range map[string]types.Dynamic{"null": types.DynamicNull(), "empty": targets()} {
		if got := TargetRequests(t.Context(), list, redactor, &diags); len(got) != 0 || len(diags) > 0 {
			t.Errorf("%s: got %v, %v", name, got, diags)
		}
	}
	got := TargetRequests(t.Context(), targets(target(nil), target(map[string]attr.Value{
		"hostnames": tfvalue.StringSet([]string{"b"}), "password": types.StringNull(), "private_key_content": types.StringValue("the key"), "port": types.Int64Value(2222),
		"run_as": types.StringValue("root"), "sudo_password": types.StringValue("open sesame"), "tty": types.BoolValue(false),
	})), redactor, &diags)
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"hostnames":["a"],"user":"u","transport":"ssh","password":"hunter2"},` +
		`{"hostnames":["b"],"user":"u","transport":"ssh","private-key-content":"the key","port":2222,"run-as":"root","sudo-password":"open sesame","tty":false}]`
	if string(text) != want || len(diags) > 0 {
		t.Errorf("got %s, want %s; %v", text, want, diags)
	}
	for _, secret := range []string{"hunter2", "the key", "open sesame"} {
		if strings.Contains(redactor.Text("it is "+secret), secret) {
			t.Errorf("%q is no secret", secret)
		}
	}
}
