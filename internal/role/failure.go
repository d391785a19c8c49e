// SPDX-License-Identifier: MPL-2.0

package role

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// roleAdvice says what to do about the errors of writing a role.
var roleAdvice = map[string]string{
	rbac.KindPermissionDenied: "The user of the token may not do this. Managing roles needs the permissions " +
		"user_roles:create:* and user_roles:edit:*, and user_roles:edit_members:* to see and change who has them.",
	rbac.KindDefaultRolesImmutable: builtInRule,
	rbac.KindAdminNotInAdminRole:   "The account `admin` must keep the role Administrators. Leave it in `user_ids`, or leave `user_ids` out.",
	rbac.KindInvalidAssociatedID:   "Check the ids: users and groups must exist. data.pe_user and data.pe_group find them by login.",
}

// reportRoleGone reports that a role existed when the plan was made, and no longer exists.
func reportRoleGone(diags *diag.Diagnostics, summary, id string) {
	diags.AddError(summary, "There is no role "+id+" on the server. If it was deleted since the plan was made, plan and apply again; "+
		"otherwise check `role_id`.")
}

// reportNameTaken reports which role already has a name, and how to import it.
func (c *roleBase) reportNameTaken(ctx context.Context, diags *diag.Diagnostics, summary, name string, conflict error) {
	f := pe.Failure{
		Summary: summary, Err: conflict,
		Attributes: map[string]path.Path{rbac.KindConflict: path.Root("display_name")},
		Advice: map[string]string{
			rbac.KindConflict: "Another role has this name. Choose another `display_name`, or import the role that has it; its id is in the " +
				"address of its page in the console." + renamedAsWell,
		},
	}
	lines, err := courtesy.Ask(ctx, &c.holders, func(ctx context.Context) (string, error) {
		other, ok, err := c.RBAC.RoleNamed(ctx, name)
		if err != nil || !ok {
			return "", err
		}
		return importLines(other), nil
	})
	f.Advice[rbac.KindConflict] = cmp.Or(lines, f.Advice[rbac.KindConflict]+courtesy.Unnamed(err))
	c.Report(diags, f)
}

// renamedAsWell is for a role whose name is free once the rest of the configuration has been applied.
const renamedAsWell = "\n\nIf this configuration renames or deletes that role as well, apply again; to swap two names, go through a " +
	"third one."

// importLines says how to import a role.
func importLines(role rbac.Role) string {
	id := strconv.FormatInt(role.ID, 10)
	text := fmt.Sprintf("The name %q belongs to role %s. Choose another `display_name`, or manage that role from here: import it under the "+
		"address of this resource, either with\n\n  terraform import <address> %s\n\nor with\n\n  import {\n    to = <address>\n    id = %q\n"+
		"  }", role.DisplayName, id, id, id)
	if isBuiltInName(role.DisplayName) {
		return text + "\n\nIt is one of the roles that every Puppet Enterprise has: only who has it can be managed."
	}
	return text + renamedAsWell
}

// reportRole reports an error of writing a role.
func (c *roleBase) reportRole(diags *diag.Diagnostics, summary, id string, err error) {
	switch {
	case rbac.IsUnknown(err):
		reportRoleGone(diags, summary, id)
	case errors.Is(err, rbac.ErrMembersHidden):
		diags.AddError(summary, c.whyHidden(id, err)+" This change writes the role as a whole, so that everybody could lose it: a change of "+
			"`display_name` or `description` does, one of both permissions and members, and before PE 2021.4 every one.\n\nGive the user "+
			"user_roles:edit_members:"+id+", or user_roles:edit_members:*, and apply again.")
	default:
		c.Report(diags, pe.Failure{Summary: summary, Err: err, Advice: roleAdvice})
	}
}

// whyHidden says that the members of a role are hidden, or that nobody can tell.
func (c *roleBase) whyHidden(id string, err error) string {
	var unknown *rbac.MembersUnknownError
	if errors.As(err, &unknown) {
		return "Whether the server shows the user of the token who has role " + id + " could not be found out: " + c.Explain(unknown.Err)
	}
	return "The server does not show the user of the token who has role " + id + "."
}

// partIsSaved and partIsUnsaved end what is said of a part for whose addition there was no answer.
const (
	partIsSaved = "Whether it was added or not, the state has it all the same, as tainted: the next apply adds it once more, or takes it " +
		"back where it is no longer configured."
	partIsUnsaved = "If it was added, the state does not know of it. Apply this configuration again, even where the change is to be taken " +
		"back: do that after it."
)

// reportPart reports that a part was not added to a role, or, with a note, that nobody knows whether it was. maybe is then true.
func (c *roleBase) reportPart(diags *diag.Diagnostics, part roleparts.Part, err error, note string) (maybe bool) {
	not, unknown := fmt.Sprintf("Role %s was not given the permission %s", part.Role, part.Name),
		fmt.Sprintf("It is not known whether role %s was given the permission %s", part.Role, part.Name)
	if part.Aspect != roleparts.Permissions {
		_, member := roleparts.Single(part)
		not, unknown = fmt.Sprintf("The %s was not added to role %s", member, part.Role),
			fmt.Sprintf("It is not known whether the %s was added to role %s", member, part.Role)
	}
	if !httpapi.MayBeDone(err) {
		c.reportRole(diags, not, part.Role, err)
		return false
	}
	c.Report(diags, pe.Failure{Summary: unknown, Err: err, Advice: roleAdvice, Note: note})
	return true
}

func isConflict(err error) bool { return httpapi.HasKind(err, rbac.KindConflict) }

func isBuiltIn(err error) bool { return httpapi.HasKind(err, rbac.KindDefaultRolesImmutable) }
