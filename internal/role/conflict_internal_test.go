// SPDX-License-Identifier: MPL-2.0

package role

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func completeOf(names ...string) roleparts.Complete {
	list := roleparts.Complete{DisplayName: "Web", Names: map[string]bool{}}
	for _, name := range names {
		list.Names[name] = true
	}
	return list
}

func TestRoleParts_Conflict(t *testing.T) {
	t.Parallel()
	users := roleparts.List{Role: "7", Aspect: roleparts.Users}
	part := roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "dana"}
	for name, test := range map[string]struct {
		list     roleparts.List
		complete *roleparts.Complete
		want     bool
	}{
		"nobody says the list":     {users, nil, false},
		"the list has it":          {users, new(completeOf("dana", "fred")), false},
		"the list lacks it":        {users, new(completeOf("fred")), true},
		"the list is empty":        {users, new(completeOf()), true},
		"the list of another role": {roleparts.List{Role: "8", Aspect: roleparts.Users}, new(completeOf()), false},
		"another list of the role": {roleparts.List{Role: "7", Aspect: roleparts.Groups}, new(completeOf()), false},
	} {
		// Whichever comes second reports the conflict, and it is reported once.
		first, second := roleparts.New(), roleparts.New()
		first.Keep(part)
		if test.complete != nil {
			got := first.Completes(test.list, *test.complete)
			if want := []roleparts.Part{part}; test.want != reflect.DeepEqual(got, want) || !test.want && got != nil {
				t.Errorf("%s, the list comes second: got %v", name, got)
			}
			if got := first.Completes(test.list, *test.complete); got != nil {
				t.Errorf("%s: told again: %v", name, got)
			}
			if got := second.Completes(test.list, *test.complete); got != nil {
				t.Errorf("%s: nobody keeps a part, and there is a conflict: %v", name, got)
			}
		}
		second.Keep(part)
		if displayName, ok := second.Conflict(part); ok != test.want || ok && displayName != "Web" {
			t.Errorf("%s, the part comes second: got %q, %v", name, displayName, ok)
		}
		if _, ok := second.Conflict(part); ok {
			t.Errorf("%s: told again", name)
		}
	}
}

func TestRoleParts_CompletesInOrder(t *testing.T) {
	t.Parallel()
	p := roleparts.New()
	for _, name := range []string{"fred", "dana", "amy"} {
		p.Keep(roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: name})
	}
	got := p.Completes(roleparts.List{Role: "7", Aspect: roleparts.Users}, completeOf("dana"))
	if want := []roleparts.Part{{Role: "7", Aspect: roleparts.Users, Name: "amy"}, {Role: "7", Aspect: roleparts.Users, Name: "fred"}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// A list that was configured in full keeps what is in it, and nothing else.
	for name, want := range map[string]bool{"dana": true, "zoe": false, "fred": true} {
		if got := p.Keeps(roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: name}); got != want {
			t.Errorf("%s: kept %v", name, got)
		}
	}
}

func TestIsKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list types.Set
		want bool
	}{
		"left out":      {types.SetNull(types.StringType), false},
		"given":         {tfvalue.StringSet([]string{"x"}), true},
		"empty":         {tfvalue.StringSet(nil), true},
		"not known yet": {types.SetUnknown(types.StringType), false},
		"with a null":   {types.SetValueMust(types.StringType, []attr.Value{types.StringValue("x"), types.StringNull()}), false},
		"partly known":  {types.SetValueMust(types.StringType, []attr.Value{types.StringValue("x"), types.StringUnknown()}), false},
	} {
		if got := isKnown(t.Context(), test.list); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestWithoutIgnored has a plan get lists as configured that are not written.
func TestWithoutIgnored(t *testing.T) {
	t.Parallel()
	r := &roleBase{roleState: newRoleState(nil, roleparts.New())}
	r.parts.Write("Web", roleparts.Users, []string{"fred", "dana"})
	r.parts.Write("Web", roleparts.Permissions, nil)
	r.parts.Write("Other", roleparts.Groups, []string{"webteam"})
	config := roleModel{
		DisplayName: types.StringValue("Web"), Permissions: permissionsOf(t, "tasks:run:facts"),
		UserIDs: tfvalue.StringSet([]string{"dana", "fred"}), GroupIDs: tfvalue.StringSet([]string{"webteam"}),
	}
	var diags diag.Diagnostics
	got := r.withoutIgnored(t.Context(), config, &diags)
	if len(diags) > 0 || !got.Permissions.IsNull() || !got.UserIDs.Equal(config.UserIDs) || !got.GroupIDs.IsNull() || config.GroupIDs.IsNull() {
		t.Errorf("got %+v, %v", got, diags)
	}
}

func TestWarnOfConflict(t *testing.T) {
	t.Parallel()
	for want, part := range map[string]roleparts.Part{
		"A pe_role_membership adds the user dana to role 7, but `user_ids` of the pe_role \"Web\"":                 {Role: "7", Aspect: roleparts.Users, Name: "dana"},
		"A pe_role_membership adds the group webteam to role 7, but `group_ids` of the pe_role \"Web\"":            {Role: "7", Aspect: roleparts.Groups, Name: "webteam"},
		"A pe_role_permission adds the permission tasks:run:* to role 7, but `permissions` of the pe_role \"Web\"": {Role: "7", Aspect: roleparts.Permissions, Name: "tasks:run:*"},
	} {
		var diags diag.Diagnostics
		warnOfConflict(path.Root("role_id"), part, "Web", &diags)
		if diags.HasError() || len(diags) != 1 || !strings.HasPrefix(diags[0].Detail(), want) || !strings.Contains(diags[0].Detail(), "ignore_changes = ["+string(part.Aspect)+"]") {
			t.Errorf("got %v, want %q", diags, want)
		}
	}
}

func TestCompleteLists(t *testing.T) {
	t.Parallel()
	null := types.SetNull(types.StringType)
	configured := roleModel{DisplayName: types.StringValue("Web"), Permissions: permissionsOf(t, "tasks:run:facts"), UserIDs: tfvalue.StringSet([]string{"dana"}), GroupIDs: null}
	planned := roleModel{DisplayName: types.StringValue("Web"), Permissions: configured.Permissions, UserIDs: configured.UserIDs, GroupIDs: tfvalue.StringSet([]string{"webteam"})}
	for name, test := range map[string]struct {
		part roleparts.Part
		want []string
	}{
		"a permission that it has":   {roleparts.Part{Role: "7", Aspect: roleparts.Permissions, Name: "tasks:run:facts"}, nil},
		"a permission that it lacks": {roleparts.Part{Role: "7", Aspect: roleparts.Permissions, Name: "tasks:run:*"}, []string{"permissions"}},
		"a user that it has":         {roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "dana"}, nil},
		"a user that it lacks":       {roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "fred"}, []string{"user_ids"}},
		"a list that it leaves out":  {roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: "others"}, nil},
		"of another role":            {roleparts.Part{Role: "8", Aspect: roleparts.Users, Name: "fred"}, nil},
	} {
		r := &roleBase{roleState: newRoleState(nil, roleparts.New())}
		r.parts.Keep(test.part)
		var diags diag.Diagnostics
		r.completeLists(t.Context(), "7", configured, planned, roleModel{}, &diags)
		if got := attributesOf(diags); !slices.Equal(got, test.want) || diags.HasError() {
			t.Errorf("%s: got %v, want warnings at %v", name, diags, test.want)
		}
	}
}
