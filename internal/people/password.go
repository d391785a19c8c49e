// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// shortestPassword is how many characters a password has for a login at the console.
const shortestPassword = 6

// passwordLength accepts passwords with which one can log in. Its messages do not quote them.
type passwordLength struct{}

// Description implements [validator.String].
func (passwordLength) Description(context.Context) string { return "at least six characters" }

// MarkdownDescription implements [validator.String].
func (v passwordLength) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements [validator.String].
func (passwordLength) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || len([]rune(req.ConfigValue.ValueString())) >= shortestPassword {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "The password is too short",
		"A login at the console needs a password of at least six characters. Leave `password` out for a user without one.")
}

// userMemo is what is kept of a user in the private state.
type userMemo struct {
	// Created is true for a user whom the provider has created, and not imported.
	Created bool `json:"created,omitempty"`
}

func readUserMemo(ctx context.Context, private pe.PrivateReader, resp *resource.ModifyPlanResponse) userMemo {
	return pe.ReadPrivate[userMemo](ctx, private, memoKey, "user", &resp.Diagnostics)
}

// planPassword replaces a user who is to have another password. Nobody knows which one an imported user has, so that the first version of
// it is only noted.
func planPassword(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	at := path.Root("password_version")
	var planned, prior types.Int64
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, at, &planned)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, at, &prior)...)
	memo := readUserMemo(ctx, req.Private, resp)
	if resp.Diagnostics.HasError() || planned.IsNull() || planned.Equal(prior) {
		return
	}
	if memo.Created || !prior.IsNull() {
		resp.RequiresReplace = append(resp.RequiresReplace, at)
		return
	}
	resp.Diagnostics.AddAttributeWarning(at, "The password of the imported user stays as it is",
		"RBAC takes a password only when it creates a user. This user was imported, so that the first `password_version` is only noted, and "+
			"`password` is not sent. Set the password in the console; a later change of the version replaces the user.")
}
