// SPDX-License-Identifier: MPL-2.0

package people

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// unknownRole says what to do about a role that does not exist.
const unknownRole = "Check `role_ids`: each must be the number of a role that exists. `data.pe_role` finds it by name."

// groupFailure says why a directory group was not read or written.
func groupFailure(summary string, err error) pe.Failure {
	return pe.Failure{
		Summary: summary, Err: err,
		Attributes: map[string]path.Path{
			rbac.KindInvalidAssociatedID: path.Root("role_ids"),
			rbac.KindNoSuchGroup:         path.Root("login"),
			rbac.KindAmbiguousGroup:      path.Root("login"),
		},
		Advice: map[string]string{
			rbac.KindPermissionDenied: "The user of the token may not do this. Importing a directory group needs the permission " +
				"user_groups:import:*, removing one user_groups:delete on it, and giving it roles user_roles:edit_members on them.",
			rbac.KindInvalidAssociatedID: unknownRole,
			rbac.KindNoSuchGroup: "The directory has no group of this name. Check the spelling of `login`, which is the login of the group in " +
				"the directory, and the group settings of the directory service in the console. With `validate = false` the group is imported " +
				"before the directory has it.",
			rbac.KindAmbiguousGroup: "The directory has more than one group of this name. Check the group settings of the directory service " +
				"in the console: the lookup attribute must be unique.",
		},
	}
}

// userFailure says why a user was not read or written.
func userFailure(summary string, err error) pe.Failure {
	return pe.Failure{
		Summary: summary, Err: err,
		Attributes: map[string]path.Path{rbac.KindInvalidAssociatedID: path.Root("role_ids")},
		Advice: map[string]string{
			rbac.KindPermissionDenied: "The user of the token may not do this. Creating users needs the permission users:create:*, changing " +
				"and deleting one users:edit on it, revoking one users:disable, and giving or taking roles user_roles:edit_members on them.",
			rbac.KindInvalidAssociatedID: unknownRole,
			rbac.KindAdminUserImmutable:  "The accounts that every Puppet Enterprise has, `admin` and `api_user`, cannot be changed or deleted.",
		},
	}
}
