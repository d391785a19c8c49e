// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

func directoryGroupSchema() schema.Schema {
	kept := stringplanmodifier.UseStateForUnknown()
	replace := []planmodifier.String{kept, stringplanmodifier.RequiresReplaceIfConfigured()}
	return schema.Schema{
		MarkdownDescription: "A group of the directory (LDAP or SAML) that Puppet Enterprise knows, so that it can have roles: what the " +
			"button \"Add group\" of the console does. Its members come from the directory, and the directory itself is never changed: " +
			"destroying the resource makes Puppet Enterprise forget the group, and its members lose the roles that they have through it.\n\n" +
			oneLogin + "a change that replaces the group fails with it, and the group stays as it is.",
		Attributes: map[string]schema.Attribute{
			"login": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Login of the group in the directory, or its identifier for SAML. No user and no other group may have " +
					"it. A change replaces the group.",
				Validators:    []validator.String{validate.NotBlank()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"display_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of the group for people. A directory with a display name of its own for the group wins, and " +
					"`data.pe_group` shows it. The default is what the server chooses. Needs PE 2021. A change replaces the group, because the " +
					"API has no other way to change it.",
				Validators:    []validator.String{validate.NotBlank()},
				PlanModifiers: replace,
			},
			"identity_provider_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id (UUID) of the LDAP or SAML provider that has the group, for servers with several. The default is what " +
					"the server chooses. Needs PE 2025; older servers do not show it. A change replaces the group.",
				PlanModifiers: append([]planmodifier.String{validate.WhilePlanning(validate.IdentityProviderID())}, replace...),
			},
			"validate": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the server looks in the directory for the group before it imports it, so that a misspelt `login` " +
					"is an error. The default is `true`. It matters on creation only, and needs PE 2021: older servers decide themselves. A change " +
					"sends nothing.",
			},
			"role_ids": roleIDsAttribute("group"),
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Id (UUID) of the group, as `pe_role` and `pe_role_membership` take it.",
				PlanModifiers: []planmodifier.String{kept},
			},
		},
	}
}

type directoryGroupModel struct {
	ID                 types.String `tfsdk:"id"`
	Login              types.String `tfsdk:"login"`
	DisplayName        types.String `tfsdk:"display_name"`
	IdentityProviderID types.String `tfsdk:"identity_provider_id"`
	Validate           types.Bool   `tfsdk:"validate"`
	RoleIDs            types.Set    `tfsdk:"role_ids"`
}

// request is the request for a new group.
func (m directoryGroupModel) request(diags *diag.Diagnostics) rbac.NewGroup {
	return rbac.NewGroup{
		Login: m.Login.ValueString(), RoleIDs: roleNumbers(m.RoleIDs, diags), DisplayName: m.DisplayName.ValueStringPointer(),
		IdentityProviderID: m.IdentityProviderID.ValueStringPointer(), Validate: m.Validate.ValueBoolPointer(),
	}
}

// update takes what the server says into the state. A display name that was given stays as it was given, because the directory may have
// another one; so does an identity provider that the server does not show.
func (m *directoryGroupModel) update(group rbac.Group, named bool) {
	m.ID, m.Login, m.RoleIDs = types.StringValue(group.ID), types.StringValue(group.Login), roleSet(group.RoleIDs)
	if !named || m.DisplayName.IsNull() {
		m.DisplayName = types.StringValue(group.DisplayName)
	}
	switch {
	case group.IdentityProviderID != "":
		m.IdentityProviderID = types.StringValue(group.IdentityProviderID)
	case m.IdentityProviderID.IsUnknown():
		m.IdentityProviderID = types.StringNull()
	}
}

// groupMemo is what is kept of a group in the private state.
type groupMemo struct {
	// Named is true when the display name was given on creation.
	Named bool `json:"named,omitempty"`
}

const memoKey = "people"

func readGroupMemo(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) groupMemo {
	return pe.ReadPrivate[groupMemo](ctx, private, memoKey, "directory group", diags)
}
