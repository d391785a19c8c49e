// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// roleIDsAttribute are the roles of a user or a group.
func roleIDsAttribute(what string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, Computed: true, ElementType: types.StringType,
		MarkdownDescription: "Numbers of all roles that the " + what + " has; `[]` is none. `data.pe_role` finds them by name. Left out, " +
			"the roles are left alone, and a new " + what + " has none, so that `pe_role` (`user_ids`, `group_ids`) or " +
			"`pe_role_membership` can give them: whoever has a role should be said in one place only. A change is made in place.",
		Validators: []validator.Set{validate.NoNulls{}},
		PlanModifiers: []planmodifier.Set{
			setplanmodifier.UseStateForUnknown(), validate.EachWhilePlanning(validate.RoleID()),
		},
	}
}

// roleNumbers are the numbers of a set of roles; nil for none.
func roleNumbers(set types.Set, diags *diag.Diagnostics) (numbers []int64) {
	for _, element := range set.Elements() {
		text, _ := element.(types.String)
		number, err := strconv.ParseInt(text.ValueString(), 10, 64)
		if err != nil {
			diags.AddAttributeError(path.Root("role_ids"), "A role is not a number", strconv.Quote(text.ValueString())+
				" is not the number of a role, such as 7. `data.pe_role` finds it by name.")
			continue
		}
		numbers = append(numbers, number)
	}
	return numbers
}

// roleSet writes the numbers of roles as the ids of resources.
func roleSet(numbers []int64) types.Set {
	texts := make([]string, len(numbers))
	for i, number := range numbers {
		texts[i] = strconv.FormatInt(number, 10)
	}
	return tfvalue.StringSet(texts)
}

func sameRoles(a, b []int64) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// writeRoles notes the roles that the configuration says somebody has. A plan cannot tell them from those that `ignore_changes` keeps.
func (s *seen) writeRoles(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var login types.String
	var roles types.Set
	diags.Append(config.GetAttribute(ctx, path.Root("login"), &login)...)
	diags.Append(config.GetAttribute(ctx, path.Root("role_ids"), &roles)...)
	if !login.IsUnknown() {
		s.parts.Name(login.ValueString())
	}
	if value, err := roles.ToTerraformValue(ctx); !diags.HasError() && !roles.IsNull() && err == nil && value.IsFullyKnown() {
		s.parts.Write(login.ValueString(), roleparts.Roles, roleIDs(roles))
	}
}

// roleIDs are the elements of a set of roles.
func roleIDs(set types.Set) (ids []string) {
	for _, element := range set.Elements() {
		text, _ := element.(types.String)
		ids = append(ids, text.ValueString())
	}
	return ids
}

// noteRoles notes that the configuration says all roles that somebody has, and warns where other resources say something else.
func (s *seen) noteRoles(
	ctx context.Context, c *pe.Clients, aspect roleparts.Aspect, req resource.ModifyPlanRequest, diags *diag.Diagnostics,
) {
	if c == nil || !pe.AllKnown(req.Plan, []string{"id", "login", "role_ids"}) {
		return
	}
	at := path.Root("role_ids")
	var configured, planned, prior types.Set
	var id, login types.String
	diags.Append(req.Config.GetAttribute(ctx, at, &configured)...)
	diags.Append(req.Plan.GetAttribute(ctx, at, &planned)...)
	diags.Append(req.Plan.GetAttribute(ctx, path.Root("id"), &id)...)
	diags.Append(req.Plan.GetAttribute(ctx, path.Root("login"), &login)...)
	if !req.State.Raw.IsNull() {
		diags.Append(req.State.GetAttribute(ctx, at, &prior)...)
	}
	roles := roleIDs(planned)
	if diags.HasError() || configured.IsNull() || !s.parts.IsWritten(login.ValueString(), roleparts.Roles, roles) {
		return
	}
	holder := roleparts.Holder{Aspect: aspect, ID: id.ValueString()}
	for _, part := range s.parts.Holds(holder, roles) {
		summary, detail := roleparts.Dispute(part)
		diags.AddAttributeWarning(at, summary, detail)
	}
	if !planned.Equal(prior) {
		return
	}
	for _, part := range s.parts.Rest(c.Walk(), holder.Parts(roles)...) {
		summary, detail := roleparts.Loss(part, at.String())
		diags.AddAttributeWarning(at, summary, detail)
	}
}

// write writes the roles of a user or a group, but not while one of them is being taken away.
func (s *seen) write(ctx context.Context, aspect roleparts.Aspect, id string, roles types.Set, send func() error) error {
	return s.parts.Whole(ctx, roleparts.Holder{Aspect: aspect, ID: id}.Parts(roleIDs(roles)), send)
}

// selectsRole reports whether somebody with roles is asked for; null asks for everybody.
func selectsRole(role types.String, roles []int64) bool {
	return role.IsNull() || slices.ContainsFunc(roles, func(number int64) bool { return strconv.FormatInt(number, 10) == role.ValueString() })
}
