// SPDX-License-Identifier: MPL-2.0

package people

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

const aboutUsers = "A local user of Puppet Enterprise: a person or a service account that is in no directory. Users of a directory come " +
	"with their first login and are managed there; what they may do is managed with `pe_directory_group`, `pe_role` and " +
	"`pe_role_membership`. The accounts `admin` and `api_user` cannot be managed.\n\n**Passwords.** RBAC takes a password when it creates " +
	"a user, and documents no call that sets one later. So `password` is sent on creation only, and a new `password_version` replaces the " +
	"user: the new one has another id, no tokens, and only the roles of this configuration. To keep the user, reset the password in the " +
	"console instead. `password` needs Terraform 1.11 or newer; with an older one, or without it, the user cannot log in until somebody " +
	"has made a link for a reset in the console.\n\n" + oneLogin + "a new `password_version` fails with it, and the user stays as it is."

// oneLogin begins what is said of create_before_destroy.
const oneLogin = "Do not set `create_before_destroy` here, nor on what depends on it, which sets it here as well: a login " +
	"cannot be given twice, so that "

func userSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: aboutUsers,
		Attributes: map[string]schema.Attribute{
			"login": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Name by which the user logs in. No other user and no directory group may have it. A change renames the " +
					"user in place.",
				Validators: []validator.String{validate.NotBlank()},
			},
			"display_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the user for people. A change is made in place.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"email": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Mail address, which no other user may have. Without it, the user has none. A change is made in place.",
			},
			"role_ids": roleIDsAttribute("user"),
			"revoked": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Whether the user may not use Puppet Enterprise, in any way and with any token. The default is `false`, " +
					"which also reinstates a user whom somebody else has revoked. A change is made in place.",
			},
			"password": schema.StringAttribute{
				Optional: true, Sensitive: true, WriteOnly: true,
				MarkdownDescription: "Password of the new user, of at least six characters, which is sent to the server and stored nowhere. It " +
					"may be an ephemeral value. The default is none. Needs Terraform 1.11 or newer. Terraform cannot see a change of it; change " +
					"`password_version` to replace the user.",
				Validators: []validator.String{passwordLength{}},
			},
			"password_version": schema.Int64Attribute{
				CustomType: tfvalue.WholeNumber{},
				Optional:   true,
				MarkdownDescription: "Any number, beside `password`. The default is none. A change to a new number replaces the user, with the " +
					"current `password`; to remove it changes nothing. Of a user who was imported, the first number is only noted, with a warning.",
				Validators: []validator.Int64{validate.Needs("password")},
			},
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Id (UUID) of the user, as `pe_role` and `pe_role_membership` take it.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

type userModel struct {
	ID              types.String `tfsdk:"id"`
	Login           types.String `tfsdk:"login"`
	DisplayName     types.String `tfsdk:"display_name"`
	Email           types.String `tfsdk:"email"`
	RoleIDs         types.Set    `tfsdk:"role_ids"`
	Revoked         types.Bool   `tfsdk:"revoked"`
	Password        types.String `tfsdk:"password"`
	PasswordVersion types.Int64  `tfsdk:"password_version"`
}

// request is the request for a new user.
func (m userModel) request(diags *diag.Diagnostics) rbac.NewUser {
	return rbac.NewUser{
		Login: m.Login.ValueString(), Email: m.Email.ValueString(), DisplayName: m.DisplayName.ValueString(),
		RoleIDs: roleNumbers(m.RoleIDs, diags), Password: m.Password.ValueString(),
	}
}

// isNew reports whether a user of the server is the one that was asked for.
func isNew(user rbac.User, asked rbac.NewUser) bool {
	return user.Login == asked.Login && user.Email == asked.Email && user.DisplayName == asked.DisplayName && !user.IsRemote &&
		!user.IsRevoked && sameRoles(user.RoleIDs, asked.RoleIDs)
}

// update takes what the server says into the state. No mail address and an empty one are the same.
func (m *userModel) update(user rbac.User) {
	m.ID, m.Login, m.DisplayName = types.StringValue(user.ID), types.StringValue(user.Login), types.StringValue(user.DisplayName)
	m.RoleIDs, m.Revoked, m.Password = roleSet(user.RoleIDs), types.BoolValue(user.IsRevoked), types.StringNull()
	if user.Email != m.Email.ValueString() {
		m.Email = tfvalue.StringOrNull(user.Email)
	}
}

// changes is what is to be written of a user, and whether there is anything.
func (m userModel) changes(state userModel, diags *diag.Diagnostics) (change rbac.UserChange, changed bool) {
	for _, text := range []struct {
		planned, prior types.String
		into           **string
	}{
		{m.Login, state.Login, &change.Login}, {m.DisplayName, state.DisplayName, &change.DisplayName}, {m.Email, state.Email, &change.Email},
	} {
		if value := text.planned.ValueString(); value != text.prior.ValueString() {
			*text.into, changed = &value, true
		}
	}
	if !m.RoleIDs.Equal(state.RoleIDs) {
		numbers := roleNumbers(m.RoleIDs, diags)
		change.RoleIDs, changed = &numbers, true
	}
	return change, changed
}
