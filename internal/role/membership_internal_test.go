// SPDX-License-Identifier: MPL-2.0

package role

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

const someUUID = "42bf351c-f9ec-40af-84ad-e976fec7f4bd"

func TestMembershipOf(t *testing.T) {
	t.Parallel()
	null := types.StringNull()
	for id, want := range map[string]roleMembershipIdentityModel{
		"7:user:" + someUUID:       {types.StringValue("7"), types.StringValue(someUUID), null},
		"7:group:" + someUUID:      {types.StringValue("7"), null, types.StringValue(someUUID)},
		"7:robot:" + someUUID:      {types.StringValue("7"), null, null},
		"":                         {null, null, null},
		"7":                        {null, null, null},
		"7:user":                   {null, null, null},
		"7:user:dana":              {null, null, null},
		"7:user:" + someUUID + ":": {null, null, null},
		"Web:user:" + someUUID:     {null, null, null},
		":user:" + someUUID:        {null, null, null},
		"7:user:42BF351C-F9EC-40AF-84AD-E976FEC7F4BD": {null, null, null},
	} {
		if got := membershipOf(id); got != want {
			t.Errorf("%q: got %+v, want %+v", id, got, want)
		}
	}
}

func TestMembership_Part(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		identity roleMembershipIdentityModel
		want     roleparts.Part
		known    bool
	}{
		"a user":        {membershipOf("7:user:" + someUUID), roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: someUUID}, true},
		"a group":       {membershipOf("7:group:" + someUUID), roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: someUUID}, true},
		"an unknown":    {roleMembershipIdentityModel{RoleID: types.StringValue("7"), UserID: types.StringUnknown()}, roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: ""}, false},
		"unknown group": {roleMembershipIdentityModel{RoleID: types.StringValue("7"), GroupID: types.StringUnknown()}, roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: ""}, false},
		"unknown role":  {roleMembershipIdentityModel{RoleID: types.StringUnknown(), UserID: types.StringValue(someUUID)}, roleparts.Part{Role: "", Aspect: roleparts.Users, Name: someUUID}, false},
	} {
		if got := test.identity.part(); got != test.want || test.identity.known() != test.known {
			t.Errorf("%s: got %+v, known %v", name, got, test.identity.known())
		}
	}
}

func TestPermission_Part(t *testing.T) {
	t.Parallel()
	identity := func(role, object, action, instance types.String) rolePermissionIdentityModel {
		return rolePermissionIdentityModel{RoleID: role, Model: permission.Model{ObjectType: object, Action: action, Instance: instance}}
	}
	seven, tasks, run, sql, unknown := types.StringValue("7"), types.StringValue("tasks"), types.StringValue("run"), types.StringValue("mysql::sql"), types.StringUnknown()
	known := identity(seven, tasks, run, sql)
	if got, want := known.part(), (roleparts.Part{Role: "7", Aspect: roleparts.Permissions, Name: "tasks:run:mysql::sql"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := known.text(); got != "7:tasks:run:mysql::sql" {
		t.Errorf("got %q", got)
	}
	for want, identities := range map[bool][]rolePermissionIdentityModel{
		true:  {known},
		false: {identity(unknown, tasks, run, sql), identity(seven, unknown, run, sql), identity(seven, tasks, unknown, sql), identity(seven, tasks, run, unknown)},
	} {
		for i, identity := range identities {
			if got := identity.known(); got != want {
				t.Errorf("%d: known %v", i, got)
			}
		}
	}
}
