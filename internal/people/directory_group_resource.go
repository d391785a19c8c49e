// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*directoryGroupResource)(nil)
	_ resource.ResourceWithIdentity    = (*directoryGroupResource)(nil)
	_ resource.ResourceWithImportState = (*directoryGroupResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*directoryGroupResource)(nil)

	_ resource.ResourceWithValidateConfig = (*directoryGroupResource)(nil)
)

type directoryGroupResource struct {
	pe.Resource
	identity.ByUUID
	seen *seen
}

func newDirectoryGroupResource(shared *seen) resource.Resource {
	return &directoryGroupResource{seen: shared}
}

// Metadata implements [resource.Resource].
func (r *directoryGroupResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "directory_group")
}

// Schema implements [resource.Resource].
func (r *directoryGroupResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = directoryGroupSchema()
}

// ValidateConfig implements [resource.ResourceWithValidateConfig]. It refuses nothing, but notes which roles are written.
func (r *directoryGroupResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	r.seen.writeRoles(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. Without it, the framework would not tell core to put a resource off while the
// server is not known.
func (r *directoryGroupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !req.Plan.Raw.IsNull() {
		r.seen.noteRoles(ctx, r.Clients, roleparts.Groups, req, &resp.Diagnostics)
	}
}

// Create implements [resource.Resource].
func (r *directoryGroupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config directoryGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	request := config.request(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := create(ctx, r.Clients, creation{
		ledger: &r.seen.groups, what: fmt.Sprintf("group %q", request.Login),
		send: func(ctx context.Context) (string, error) { return r.RBAC.CreateGroup(ctx, request) },
		list: func(ctx context.Context) (ids, same []string, err error) {
			groups, err := r.RBAC.Groups(ctx)
			for _, group := range groups {
				ids = append(ids, group.ID)
				if group.Login == request.Login && sameRoles(group.RoleIDs, request.RoleIDs) {
					same = append(same, group.ID)
				}
			}
			return ids, same, err
		},
	}, &resp.Diagnostics)
	if err != nil {
		r.reportCreate(ctx, request, err, &resp.Diagnostics)
		return
	}
	// The server names a group for which no name was given.
	group, err := r.RBAC.Group(ctx, id)
	if err != nil {
		resp.Diagnostics.AddWarning(fmt.Sprintf("Group %q was not read", request.Login), r.Sentence(err.Error())+
			" It was imported, and the next plan reads it.")
		group = rbac.Group{ID: id, Login: request.Login, DisplayName: config.DisplayName.ValueString(), RoleIDs: request.RoleIDs}
	}
	memo := groupMemo{Named: !config.DisplayName.IsNull()}
	config.update(group, memo.Named)
	pe.WritePrivate(ctx, resp.Private, memoKey, "directory group", memo, &resp.Diagnostics)
	identity.Save(ctx, &resp.State, resp.Identity, &config, &resp.Diagnostics)
}

func (r *directoryGroupResource) reportCreate(ctx context.Context, g rbac.NewGroup, err error, diags *diag.Diagnostics) {
	what := fmt.Sprintf("group %q", g.Login)
	summary := fmt.Sprintf("Group %q was not imported", g.Login)
	f := groupFailure(summary, err)
	switch {
	case reportLost(r.Clients, what, err, diags):
	case isConflict(err):
		r.seen.reportTaken(ctx, r.Clients, summary, taken{login: g.Login}, err, diags)
	case errors.Is(err, rbac.ErrTooOld):
		at, since := path.Root("display_name"), "2021"
		if g.IdentityProviderID != nil {
			at, since = path.Root("identity_provider_id"), "2025"
		}
		diags.AddAttributeError(at, summary, fmt.Sprintf("This Puppet Enterprise does not take `%s` when it imports a group: that needs PE "+
			"%s. Nothing was imported. Leave it out.", at, since))
	case httpapi.HasKind(err, rbac.KindSchemaViolation) && g.IdentityProviderID != nil:
		f.Attributes[rbac.KindSchemaViolation] = path.Root("identity_provider_id")
		f.Advice[rbac.KindSchemaViolation] = "Puppet Enterprise before 2025 does not know `identity_provider_id`. Leave it out, so that the " +
			"server chooses the directory."
		r.Report(diags, f)
	default:
		r.Report(diags, f)
	}
}

// Read implements [resource.Resource].
func (r *directoryGroupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state directoryGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	known := state
	memo := readGroupMemo(ctx, req.Private, &resp.Diagnostics)
	summary := "Group " + state.ID.ValueString() + " was not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	r.seen.groups.See(state.ID.ValueString())
	group, err := r.RBAC.Group(ctx, state.ID.ValueString())
	gone := rbac.IsUnknown(err)
	switch {
	case err == nil:
		state.update(group, memo.Named)
	case !gone:
		r.Report(&resp.Diagnostics, groupFailure(summary, err))
		return
	}
	identity.Refresh(ctx, &resp.State, resp.Identity, &known, &state, &resp.Diagnostics)
	if gone {
		// Even a group that is gone needs its identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// Update implements [resource.Resource]. Only roles can change; `validate` matters on creation.
func (r *directoryGroupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state directoryGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	roles := roleNumbers(plan.RoleIDs, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.RoleIDs.Equal(state.RoleIDs) {
		err := r.seen.write(ctx, roleparts.Groups, state.ID.ValueString(), plan.RoleIDs, func() error {
			_, err := r.RBAC.SetGroupRoles(ctx, state.ID.ValueString(), roles)
			return err
		})
		summary := fmt.Sprintf("Group %q was not changed", state.Login.ValueString())
		if rbac.IsUnknown(err) {
			diagGone(summary, "group "+state.ID.ValueString(), &resp.Diagnostics)
			return
		}
		if err != nil {
			r.Report(&resp.Diagnostics, groupFailure(summary, err))
			return
		}
	}
	identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
}

// diagGone reports that something existed when the plan was made, and no longer exists.
func diagGone(summary, what string, diags *diag.Diagnostics) {
	diags.AddError(summary, "There is no "+what+" on the server. It was deleted since the plan was made: plan and apply again.")
}

// Delete implements [resource.Resource].
func (r *directoryGroupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state directoryGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.RBAC.DeleteGroup(ctx, state.ID.ValueString()); err != nil {
		r.Report(&resp.Diagnostics, groupFailure(fmt.Sprintf("Group %q was not removed", state.Login.ValueString()), err))
	}
}

// ImportState implements [resource.ResourceWithImportState]. Groups are imported by id, by login, or by identity.
func (r *directoryGroupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	switch {
	case id == "":
		id, _ = identity.Imported(ctx, req, uuidForm("directory group"), &resp.Diagnostics)
	case validate.UUID.MatchString(id) || !r.Ready("The group was not imported", &resp.Diagnostics):
	default:
		group, ok, err := r.RBAC.GroupWithLogin(ctx, id)
		switch {
		case err != nil:
			r.Report(&resp.Diagnostics, groupFailure(fmt.Sprintf("Group %q was not looked up", id), err))
		case !ok:
			resp.Diagnostics.AddError("There is no such group", fmt.Sprintf("%q is neither the id nor the login of a directory group that "+
				"this Puppet Enterprise knows. A group that it does not know yet is not imported by Terraform: create it with this resource.",
				id))
		}
		id = group.ID
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	identity.Keep(ctx, resp.State, resp.Identity, &resp.Diagnostics)
}

// uuidForm is the form of the ids of users and groups in identities.
func uuidForm(what string) identity.Form {
	return identity.Form{
		Valid: validate.UUID.MatchString, Summary: "The id is not a UUID", Rule: "is not the UUID of a " + what + ". In an identity, " +
			"only the UUID identifies it; the `id` of an import may be a login, too.",
	}
}
