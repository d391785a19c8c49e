// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*nodeGroupResource)(nil)
	_ resource.ResourceWithIdentity    = (*nodeGroupResource)(nil)
	_ resource.ResourceWithImportState = (*nodeGroupResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*nodeGroupResource)(nil)
)

type nodeGroupResource struct {
	pe.Resource
	*shared
}

func newNodeGroupResource(s *shared) resource.Resource { return &nodeGroupResource{shared: s} }

// Metadata implements [resource.Resource].
func (r *nodeGroupResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "node_group")
}

// Schema implements [resource.Resource].
func (r *nodeGroupResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = nodeGroupSchema()
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *nodeGroupResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID, the same as `id` of the resource."},
	}}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. A new parent must exist. What else may be wrong can come with the same apply, as
// the code of an environment does.
func (r *nodeGroupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		warnOfAllNodes(ctx, req.State, &resp.Diagnostics)
		return
	}
	if !r.Known() {
		return
	}
	warnOfPins(ctx, req, &resp.Diagnostics)
	var planned, prior types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("parent"), &planned)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("parent"), &prior)...)
	}
	if resp.Diagnostics.HasError() || planned.IsNull() || planned.IsUnknown() || planned.Equal(prior) {
		return
	}
	r.checkExists(ctx, r.Clients, path.Root("parent"), planned.ValueString(), noParent, &resp.Diagnostics)
}

// Create implements [resource.Resource].
func (r *nodeGroupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, model nodeGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := fmt.Sprintf("Node group %q was not created", config.Name.ValueString())
	request := config.creation(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.checkEnvironment(ctx, summary, request.Environment, config, &resp.Diagnostics) {
		return
	}
	group, ok := r.write(ctx, config, summary, &resp.Diagnostics, func() (classifier.Group, error) {
		return r.Classifier.Create(ctx, request)
	})
	if ok {
		model.update(group, &resp.Diagnostics)
		identity.Save(ctx, &resp.State, resp.Identity, &model, &resp.Diagnostics)
	}
}

// Read implements [resource.Resource].
func (r *nodeGroupResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state nodeGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	known := state
	summary := "Node group " + state.ID.ValueString() + " was not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	group, err := r.Classifier.Group(ctx, state.ID.ValueString())
	gone := classifier.IsUnknown(err)
	switch {
	case err == nil:
		state.update(group, &resp.Diagnostics)
		warnOfDeleted(group, &resp.Diagnostics)
	case !gone:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err, Advice: advice})
		return
	}
	identity.Refresh(ctx, &resp.State, resp.Identity, &known, &state, &resp.Diagnostics)
	if gone {
		// Even a group that is gone needs its identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// Update implements [resource.Resource].
func (r *nodeGroupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state nodeGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := state.ID.ValueString()
	summary := fmt.Sprintf("Node group %q was not changed", state.Name.ValueString())
	if !plan.Environment.Equal(state.Environment) && !plan.Environment.IsUnknown() &&
		!r.checkEnvironment(ctx, summary, plan.Environment.ValueString(), plan, &resp.Diagnostics) {
		return
	}
	delta := plan.delta(state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if reflect.ValueOf(delta).IsZero() && !changed(plan.Rule, state.Rule) {
		identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
		return
	}
	// Of the rule that is there, pinned nodes stay, also those that are pinned at this moment.
	group, ok := r.write(ctx, plan, summary, &resp.Diagnostics, func() (classifier.Group, error) {
		return r.change(ctx, r.Classifier, id, func(server classifier.Group) (classifier.Delta, error) {
			var err error
			delta.Rule, err = plan.ruleOver(state, server)
			return delta, err
		})
	})
	if ok {
		plan.update(group, &resp.Diagnostics)
		identity.Save(ctx, &resp.State, resp.Identity, &plan, &resp.Diagnostics)
	}
}

// Delete implements [resource.Resource]. For All Nodes, nothing is sent.
func (r *nodeGroupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state nodeGroupModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := fmt.Sprintf("Node group %q was not deleted", state.Name.ValueString())
	if isAllNodes(state.ID) {
		resp.Diagnostics.AddError(summary, allNodesStays)
		return
	}
	if err := r.Classifier.Delete(ctx, state.ID.ValueString()); err != nil {
		r.reportDelete(&resp.Diagnostics, summary, err)
	}
}

// ImportState implements [resource.ResourceWithImportState]. Groups are imported by id, by name, or by identity.
func (r *nodeGroupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	if id == "" {
		id, _ = identity.Imported(ctx, req, identity.Form{
			Valid: validate.IsGroupID, Summary: "The id is not a UUID", Rule: "is not the UUID of a node group. In an identity, only " +
				"the UUID identifies a group; the `id` of an import may be a name, too.",
		}, &resp.Diagnostics)
	} else if !validate.IsGroupID(id) && r.Ready("The node group was not imported", &resp.Diagnostics) {
		group, _ := byName(ctx, r.Clients, id, "", &resp.Diagnostics, func(summary, detail string) {
			resp.Diagnostics.AddError(summary, detail+"\n\nNode groups are imported by their id (UUID) or by their name.")
		})
		id = group.ID
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	identity.Keep(ctx, resp.State, resp.Identity, &resp.Diagnostics)
}
