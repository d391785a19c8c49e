// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*userResource)(nil)
	_ resource.ResourceWithIdentity    = (*userResource)(nil)
	_ resource.ResourceWithImportState = (*userResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*userResource)(nil)

	_ resource.ResourceWithValidateConfig = (*userResource)(nil)
)

type userResource struct {
	pe.Resource
	identity.ByUUID
	seen *seen
}

func newUserResource(shared *seen) resource.Resource { return &userResource{seen: shared} }

// Metadata implements [resource.Resource].
func (r *userResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "user")
}

// Schema implements [resource.Resource].
func (r *userResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = userSchema()
}

// ValidateConfig implements [resource.ResourceWithValidateConfig]. It refuses nothing, but notes which roles are written.
func (r *userResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	r.seen.writeRoles(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan implements [resource.ResourceWithModifyPlan].
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	r.seen.noteRoles(ctx, r.Clients, roleparts.Users, req, &resp.Diagnostics)
	if !req.State.Raw.IsNull() {
		planPassword(ctx, req, resp)
	}
}

// Create implements [resource.Resource].
func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, model userModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &model)...)
	request := config.request(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := create(ctx, r.Clients, creation{
		ledger: &r.seen.users, what: fmt.Sprintf("user %q", request.Login),
		send: func(ctx context.Context) (string, error) { return r.RBAC.CreateUser(ctx, request) },
		list: func(ctx context.Context) (ids, same []string, err error) {
			users, err := r.RBAC.Users(ctx)
			for _, user := range users {
				ids = append(ids, user.ID)
				if isNew(user, request) {
					same = append(same, user.ID)
				}
			}
			return ids, same, err
		},
	}, &resp.Diagnostics)
	if err != nil {
		r.reportCreate(ctx, request, err, &resp.Diagnostics)
		return
	}
	model.ID, model.RoleIDs, model.Password = types.StringValue(id), roleSet(request.RoleIDs), types.StringNull()
	if model.Revoked.ValueBool() {
		model.Revoked = types.BoolValue(r.revoke(ctx, id, request.Login, &resp.Diagnostics))
	}
	pe.WritePrivate(ctx, resp.Private, memoKey, "user", userMemo{Created: true}, &resp.Diagnostics)
	identity.Save(ctx, &resp.State, resp.Identity, &model, &resp.Diagnostics)
}

// revoke revokes a new user, and reports whether that has worked.
func (r *userResource) revoke(ctx context.Context, id, login string, diags *diag.Diagnostics) bool {
	if err := r.RBAC.SetRevoked(ctx, id, true); err != nil {
		f := userFailure(fmt.Sprintf("User %q was not revoked", login), err)
		f.Note = "The user was created, and is not revoked. Terraform replaces a resource whose creation has failed in part: apply again."
		r.Report(diags, f)
		return false
	}
	return true
}

func (r *userResource) reportCreate(ctx context.Context, u rbac.NewUser, err error, diags *diag.Diagnostics) {
	summary := fmt.Sprintf("User %q was not created", u.Login)
	switch {
	case reportLost(r.Clients, fmt.Sprintf("user %q", u.Login), err, diags):
	case isConflict(err):
		r.seen.reportTaken(ctx, r.Clients, summary, taken{login: u.Login, email: u.Email}, err, diags)
	default:
		r.Report(diags, userFailure(summary, err))
	}
}

// Read implements [resource.Resource].
func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state userModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	known := state
	id := state.ID.ValueString()
	summary := "User " + id + " was not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	r.seen.users.See(id)
	user, err := r.RBAC.User(ctx, id)
	gone := rbac.IsUnknown(err)
	switch {
	case err == nil && !isLocal(user):
		reportForeign(summary, user, &resp.Diagnostics)
		return
	case err == nil:
		state.update(user)
	case !gone:
		r.Report(&resp.Diagnostics, userFailure(summary, err))
		return
	}
	identity.Refresh(ctx, &resp.State, resp.Identity, &known, &state, &resp.Diagnostics)
	if gone {
		// Even a user who is gone needs an identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// builtIn are the accounts that every PE has. Others may be superusers as well: an example of the manual has one (PE 2019.8).
var builtIn = []string{"admin", "api_user"}

// isLocal reports whether a user can be managed: not one of a directory, nor an account that every PE has.
func isLocal(user rbac.User) bool { return !user.IsRemote && !slices.Contains(builtIn, user.Login) }

// reportForeign reports that a user cannot be managed, and what can be done instead.
func reportForeign(summary string, user rbac.User, diags *diag.Diagnostics) {
	if user.IsRemote {
		diags.AddError(summary, fmt.Sprintf("%q is a user of the directory, and pe_user manages local users only. What such a user may do is "+
			"managed with `pe_role_membership`, `pe_role` (`user_ids`) or, for all members of a group, `pe_directory_group`; "+
			"`data.pe_user` finds the id.", user.Login))
		return
	}
	diags.AddError(summary, fmt.Sprintf("%q is an account that every Puppet Enterprise has, which cannot be changed or deleted. "+
		"`data.pe_user` finds its id.", user.Login))
}

// Update implements [resource.Resource].
func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state userModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	change, changed := plan.changes(state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	// Who is to be locked out is locked out first, and who is to be let in again is let in last.
	turned := !plan.Revoked.Equal(state.Revoked)
	if turned && plan.Revoked.ValueBool() {
		if err := r.RBAC.SetRevoked(ctx, id, true); err != nil {
			r.reportChange(ctx, state, plan, err, &resp.Diagnostics)
			return
		}
	}
	if changed {
		var user rbac.User
		err := r.seen.write(ctx, roleparts.Users, id, plan.RoleIDs, func() (err error) {
			user, err = r.RBAC.ChangeUser(ctx, id, change)
			return err
		})
		if err != nil {
			r.reportChange(ctx, state, plan, err, &resp.Diagnostics)
			if turned && plan.Revoked.ValueBool() {
				resp.Diagnostics.AddWarning(fmt.Sprintf("User %q is revoked", state.Login.ValueString()),
					"The user was revoked before the rest of the change failed. Apply again.")
			}
			return
		}
		r.checkChange(plan, user, &resp.Diagnostics)
	}
	if turned && !plan.Revoked.ValueBool() && !resp.Diagnostics.HasError() {
		r.reinstate(ctx, state, plan, changed, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		plan.Password = types.StringNull()
		identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
	}
}

// reinstate reinstates a user. changed is whether everything else about the user was changed before.
func (r *userResource) reinstate(ctx context.Context, state, plan userModel, changed bool, diags *diag.Diagnostics) {
	err := r.RBAC.SetRevoked(ctx, state.ID.ValueString(), false)
	if err == nil {
		return
	}
	if !changed || rbac.IsUnknown(err) {
		r.reportChange(ctx, state, plan, err, diags)
		return
	}
	f := userFailure(fmt.Sprintf("User %q was not reinstated", plan.Login.ValueString()), err)
	f.Note = "Everything else about the user was changed as planned. Apply again."
	r.Report(diags, f)
}

// checkChange reports what the server has not taken over. That a login can be changed follows from the documents only.
func (r *userResource) checkChange(plan userModel, user rbac.User, diags *diag.Diagnostics) {
	for name, both := range map[string][2]string{
		"login": {plan.Login.ValueString(), user.Login}, "display_name": {plan.DisplayName.ValueString(), user.DisplayName},
		"email": {plan.Email.ValueString(), user.Email},
	} {
		if both[0] != both[1] {
			diags.AddAttributeError(path.Root(name), "User "+user.ID+" was not changed", r.Redactor.Line(fmt.Sprintf("The server has accepted "+
				"the change, but `%s` is %q afterwards and not %q. Plan and apply again; if it stays, the server does not change it, and only "+
				"a replacement does: terraform apply -replace=<address>.", name, both[1], both[0])))
		}
	}
}

func (r *userResource) reportChange(ctx context.Context, state, plan userModel, err error, diags *diag.Diagnostics) {
	summary := fmt.Sprintf("User %q was not changed", state.Login.ValueString())
	switch {
	case rbac.IsUnknown(err):
		diagGone(summary, "user "+state.ID.ValueString(), diags)
	case isConflict(err):
		wanted := taken{inPlace: true}
		if !plan.Login.Equal(state.Login) {
			wanted.login = plan.Login.ValueString()
		}
		if !plan.Email.Equal(state.Email) {
			wanted.email = plan.Email.ValueString()
		}
		r.seen.reportTaken(ctx, r.Clients, summary, wanted, err, diags)
	default:
		r.Report(diags, userFailure(summary, err))
	}
}

// Delete implements [resource.Resource].
func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state userModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.RBAC.DeleteUser(ctx, state.ID.ValueString()); err != nil {
		r.Report(&resp.Diagnostics, userFailure(fmt.Sprintf("User %q was not deleted", state.Login.ValueString()), err))
	}
}

// ImportState implements [resource.ResourceWithImportState]. Users are imported by id, by login, or by identity.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	switch {
	case id == "":
		id, _ = identity.Imported(ctx, req, uuidForm("user"), &resp.Diagnostics)
	case validate.UUID.MatchString(id) || !r.Ready("The user was not imported", &resp.Diagnostics):
	default:
		user, ok, err := r.RBAC.UserWithLogin(ctx, id)
		switch {
		case err != nil:
			r.Report(&resp.Diagnostics, userFailure(fmt.Sprintf("User %q was not looked up", id), err))
		case !ok:
			resp.Diagnostics.AddError("There is no such user", fmt.Sprintf("%q is neither the id nor the login of a user. Users are imported "+
				"by either, such as deploybot.", id))
		}
		id = user.ID
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	identity.Keep(ctx, resp.State, resp.Identity, &resp.Diagnostics)
}
