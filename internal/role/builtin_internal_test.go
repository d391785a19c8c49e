// SPDX-License-Identifier: MPL-2.0

package role

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// permissionsOf returns the value of an attribute of permissions, each written as PE does.
func permissionsOf(t *testing.T, texts ...string) types.Set {
	t.Helper()
	var permissions []rbac.Permission
	for _, text := range texts {
		parts := strings.SplitN(text, ":", 3)
		permissions = append(permissions, rbac.Permission{ObjectType: parts[0], Action: parts[1], Instance: parts[2]})
	}
	return permission.Set(permissions)
}

// attributesOf returns the attributes that diagnostics are bound to.
func attributesOf(diags diag.Diagnostics) (attributes []string) {
	for _, d := range diags {
		if bound, ok := d.(diag.DiagnosticWithPath); ok {
			attributes = append(attributes, bound.Path().String())
		}
	}
	return attributes
}

func TestCheckBuiltIn(t *testing.T) {
	t.Parallel()
	viewers := func(change ...func(*roleModel)) roleModel {
		m := roleModel{
			ID: types.StringValue("3"), DisplayName: types.StringValue("Viewers"), Description: types.StringValue("See everything"),
			Permissions: permissionsOf(t, "console_page:view:*"), UserIDs: tfvalue.StringSet(nil), GroupIDs: tfvalue.StringSet(nil),
		}
		for _, c := range change {
			c(&m)
		}
		return m
	}
	none := types.StringNull()
	for name, test := range map[string]struct {
		state, plan roleModel
		// want are the attributes that are refused; said is the value that the error asks for.
		want []string
		said string
	}{
		"no change":              {viewers(), viewers(), nil, ""},
		"a role of one's own":    {viewers(func(m *roleModel) { m.DisplayName = types.StringValue("Web") }), viewers(), nil, ""},
		"the name":               {viewers(), viewers(func(m *roleModel) { m.DisplayName = types.StringValue("Lookers") }), []string{"display_name"}, "Write `display_name = \"Viewers\"`."},
		"a name not known yet":   {viewers(), viewers(func(m *roleModel) { m.DisplayName = types.StringUnknown() }), nil, ""},
		"the description":        {viewers(), viewers(func(m *roleModel) { m.Description = types.StringValue("x") }), []string{"description"}, "Write `description = \"See everything\"`."},
		"no description":         {viewers(), viewers(func(m *roleModel) { m.Description = none }), []string{"description"}, "Write `description = \"See everything\"`."},
		"description, not known": {viewers(), viewers(func(m *roleModel) { m.Description = types.StringUnknown() }), nil, ""},
		"a description, had none": {
			viewers(func(m *roleModel) { m.Description = none }), viewers(func(m *roleModel) { m.Description = types.StringValue("x") }),
			[]string{"description"}, "Leave `description` out.",
		},
		"empty, had none": {viewers(func(m *roleModel) { m.Description = none }), viewers(func(m *roleModel) { m.Description = types.StringValue("") }), nil, ""},
		"permissions":     {viewers(), viewers(func(m *roleModel) { m.Permissions = permissionsOf(t, "tasks:run:*") }), []string{"permissions"}, "Leave `permissions` out."},
		"no permissions":  {viewers(), viewers(func(m *roleModel) { m.Permissions = permissionsOf(t) }), []string{"permissions"}, "Leave `permissions` out."},
		"left out":        {viewers(), viewers(func(m *roleModel) { m.Permissions = types.SetUnknown(permission.Type()) }), nil, ""},
		"members are free": {viewers(), viewers(func(m *roleModel) {
			m.UserIDs, m.GroupIDs = tfvalue.StringSet([]string{"x"}), tfvalue.StringSet([]string{"y"})
		}), nil, ""},
		"all at once": {
			viewers(), viewers(func(m *roleModel) {
				m.DisplayName, m.Description, m.Permissions = types.StringValue("x"), types.StringValue("y"), permissionsOf(t)
			}), []string{"display_name", "description", "permissions"}, "",
		},
	} {
		var diags diag.Diagnostics
		checkBuiltIn(test.state, test.plan, &diags)
		if !slices.Equal(attributesOf(diags), test.want) || diags.ErrorsCount() != len(test.want) {
			t.Errorf("%s: got %v, want errors at %v", name, diags, test.want)
		}
		if len(diags) == 1 && (!strings.HasSuffix(diags[0].Detail(), "\n\n"+test.said) || !strings.Contains(diags[0].Summary(), "Viewers")) {
			t.Errorf("%s: got %q, want the end %q", name, diags[0].Detail(), test.said)
		}
	}
}

func TestWarnOfBuiltInDestroy(t *testing.T) {
	t.Parallel()
	for name, warns := range map[string]bool{
		"Administrators": true, "Operators": true, "Viewers": true, "Code Deployers": true, "Project Deployers": true,
		"viewers": false, "Web": false, "": false,
	} {
		var diags diag.Diagnostics
		warnOfBuiltInDestroy(roleModel{DisplayName: types.StringValue(name)}, &diags)
		if diags.HasError() || (diags.WarningsCount() == 1) != warns {
			t.Errorf("%q: got %v", name, diags)
		}
	}
}

func TestImportLines(t *testing.T) {
	t.Parallel()
	own, builtIn := importLines(rbac.Role{ID: 7, DisplayName: "Web"}), importLines(rbac.Role{ID: 3, DisplayName: "Viewers"})
	for _, want := range []string{`The name "Web" belongs to role 7.`, "terraform import <address> 7", `id = "7"`} {
		if !strings.Contains(own, want) {
			t.Errorf("%q is not in %q", want, own)
		}
	}
	if rule := "only who has it can be managed"; strings.Contains(own, rule) || !strings.Contains(builtIn, rule) {
		t.Errorf("got %q and %q", own, builtIn)
	}
}

func TestDescribed(t *testing.T) {
	t.Parallel()
	empty, text := "", "for the web team"
	for name, test := range map[string]struct {
		prior    types.String
		reported *string
		want     types.String
	}{
		"none, and none told":    {types.StringNull(), nil, types.StringNull()},
		"none, and empty told":   {types.StringNull(), &empty, types.StringNull()},
		"none, and one told":     {types.StringNull(), &text, types.StringValue(text)},
		"empty, and none told":   {types.StringValue(""), nil, types.StringValue("")},
		"empty, and empty told":  {types.StringValue(""), &empty, types.StringValue("")},
		"empty, and one told":    {types.StringValue(""), &text, types.StringValue(text)},
		"one, and none told":     {types.StringValue("x"), nil, types.StringNull()},
		"one, and empty told":    {types.StringValue("x"), &empty, types.StringNull()},
		"one, and another told":  {types.StringValue("x"), &text, types.StringValue(text)},
		"one, and the same told": {types.StringValue(text), &text, types.StringValue(text)},
	} {
		if got := described(test.prior, test.reported); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestRoleNumber(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]int64{"7": 7, "12345678901": 12345678901, "": 0, "Web": 0, "7x": 0, "1e3": 0, "99999999999999999999": 0} {
		if got, err := roleNumber(id); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: got %d, %v", id, got, err)
		}
	}
}

func TestRoleModel_Role(t *testing.T) {
	t.Parallel()
	text := "d"
	null := types.SetNull(types.StringType)
	for name, test := range map[string]struct {
		model roleModel
		want  rbac.Role
	}{
		"nothing but a name": {
			roleModel{DisplayName: types.StringValue("Web"), Permissions: types.SetNull(permission.Type()), UserIDs: null, GroupIDs: null}, rbac.Role{DisplayName: "Web"},
		},
		"empty": {
			roleModel{DisplayName: types.StringValue("Web"), Permissions: permissionsOf(t), UserIDs: tfvalue.StringSet(nil), GroupIDs: tfvalue.StringSet(nil)},
			rbac.Role{DisplayName: "Web"},
		},
		"all": {
			roleModel{
				DisplayName: types.StringValue("Web"), Description: types.StringValue("d"), Permissions: permissionsOf(t, "tasks:run:mysql::sql"),
				UserIDs: tfvalue.StringSet([]string{"x"}), GroupIDs: tfvalue.StringSet([]string{"y", "z"}),
			},
			rbac.Role{
				DisplayName: "Web", Description: &text, Permissions: []rbac.Permission{{ObjectType: "tasks", Action: "run", Instance: "mysql::sql"}},
				UserIDs: []string{"x"}, GroupIDs: []string{"y", "z"},
			},
		},
	} {
		got, diags := test.model.role(t.Context())
		if !got.SameContent(test.want) || !test.want.SameContent(got) || diags.HasError() {
			t.Errorf("%s: got %+v, want %+v; %v", name, got, test.want, diags)
		}
	}
}

func TestKnownPermissions(t *testing.T) {
	t.Parallel()
	partly := types.MapValueMust(types.StringType, map[string]attr.Value{
		"object_type": types.StringValue("tasks"), "action": types.StringUnknown(), "instance": types.StringValue("*"),
	})
	known := types.MapValueMust(types.StringType, map[string]attr.Value{
		"object_type": types.StringValue("tasks"), "action": types.StringValue("run"), "instance": types.StringValue("*"),
	})
	for name, test := range map[string]struct {
		set  types.Set
		want int
	}{
		"null":    {types.SetNull(permission.Type()), 0},
		"unknown": {types.SetUnknown(permission.Type()), 0},
		"empty":   {permissionsOf(t), 0},
		"known":   {types.SetValueMust(permission.Type(), []attr.Value{known}), 1},
		"partly":  {types.SetValueMust(permission.Type(), []attr.Value{known, partly, types.MapUnknown(types.StringType)}), 2},
	} {
		if got := permission.Known(test.set); len(got) != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
