// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*nodeGroupPinResource)(nil)
	_ resource.ResourceWithIdentity    = (*nodeGroupPinResource)(nil)
	_ resource.ResourceWithImportState = (*nodeGroupPinResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*nodeGroupPinResource)(nil)
)

type nodeGroupPinResource struct {
	pe.Resource
	*shared
}

func newNodeGroupPinResource(s *shared) resource.Resource { return &nodeGroupPinResource{shared: s} }

// Metadata implements [resource.Resource].
func (r *nodeGroupPinResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "node_group_pin")
}

// Schema implements [resource.Resource].
func (r *nodeGroupPinResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One node that is pinned to a node group: it belongs to the group whatever its facts are. The group's rule and " +
			"the other pinned nodes stay as they are, whoever owns them: a `pe_node_group`, the console, or another resource of this kind. " +
			"The rules of the groups above must still hold for the node. A node that is pinned already is taken over, and taken out of " +
			"the group when the resource is destroyed.\n\nOne node is named either here or in the rule of a `pe_node_group`, not in both. " +
			"For several nodes, prefer `for_each` with a key for each to `count`.",
		Attributes: map[string]schema.Attribute{
			"node_group_id": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Id (UUID) of the group, as a `pe_node_group` has it. `data.pe_node_group` finds it by name. All Nodes " +
					"takes no pins. A change takes the node out of the one group and pins it to the other.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace(), validate.WhilePlanning(validate.GroupID())},
			},
			"certname": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Certname of the node. Puppet Enterprise takes names of nodes that it does not know yet. A change " +
					"takes the one node out and pins the other.",
				Validators:    []validator.String{validate.Certname()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"id": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "Group and node, such as `7c1e0f52-3a4b-4d5c-8e6f-901a2b3c4d5e/node1.example.com`. It is also what the " +
					"pin is imported by.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *nodeGroupPinResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"node_group_id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID of the group."},
		"certname":      identityschema.StringAttribute{RequiredForImport: true, Description: "Certname of the node."},
	}}
}

// pinIdentityModel are the attributes that identify a pin.
type pinIdentityModel struct {
	NodeGroupID types.String `tfsdk:"node_group_id"`
	Certname    types.String `tfsdk:"certname"`
}

func (m pinIdentityModel) pin() pin {
	return pin{m.NodeGroupID.ValueString(), m.Certname.ValueString()}
}

func (m pinIdentityModel) known() bool { return !m.NodeGroupID.IsUnknown() && !m.Certname.IsUnknown() }

type pinModel struct {
	ID types.String `tfsdk:"id"`
	pinIdentityModel
}

// newPin is a pin with the id of the resource.
func newPin(identity pinIdentityModel) pinModel {
	return pinModel{types.StringValue(identity.NodeGroupID.ValueString() + "/" + identity.Certname.ValueString()), identity}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. The group of a new pin must exist, and take pins.
func (r *nodeGroupPinResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.Known() {
		return
	}
	var plan, state pinModel
	exists := !req.State.Raw.IsNull()
	if exists {
		resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	}
	if req.Plan.Raw.IsNull() {
		// What is still to be created pins the node itself; if that never comes, the node must not stay pinned.
		pe.WriteKept(ctx, resp.Private, "pin", r.asked.Drop(r.Walk(), state.pin()), &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	same := exists && plan.known() && plan.pin() == state.pin()
	if plan.known() {
		r.keepPin(plan.pin(), exists, same, &resp.Diagnostics)
	}
	if exists && !same {
		r.dropPin(state.pin(), &resp.Diagnostics)
	}
	r.checkGroup(ctx, plan.NodeGroupID, state.NodeGroupID, &resp.Diagnostics)
}

// checkGroup refuses a group that does not exist, or takes no pins.
func (r *nodeGroupPinResource) checkGroup(ctx context.Context, id, before types.String, diags *diag.Diagnostics) {
	if id.IsUnknown() || id.Equal(before) {
		return
	}
	if id.ValueString() == classifier.AllNodes {
		diags.AddAttributeError(path.Root("node_group_id"), "All Nodes takes no pins", allNodes)
		return
	}
	r.checkExists(ctx, r.Clients, path.Root("node_group_id"), id.ValueString(), noGroup, diags)
}

// keepPin notes that the configuration asks for a pin, and warns where two resources do. exists is whether the resource is there, and same
// whether it has asked for this pin before.
func (r *nodeGroupPinResource) keepPin(p pin, exists, same bool, diags *diag.Diagnostics) {
	r.keep(p)
	if r.asked.Twice(r.Walk(), p, exists) {
		diags.AddAttributeWarning(path.Root("certname"), "Two resources pin the same node to the node group "+p.group, "Two "+
			"pe_node_group_pin ask for the node "+p.certname+". When one of them is destroyed, the node may leave the group although the "+
			"other is still there, until the next apply. Keep one, and have the state forget the other: a `removed` block with `lifecycle { "+
			"destroy = false }`.")
	}
	if same {
		warnOfLoss(r.asked.Rest(r.Walk(), p), diags)
	}
}

// dropPin notes that a resource which is replaced no longer asks for a pin. Where another one does that needs no change, it warns if the
// apply will not know.
func (r *nodeGroupPinResource) dropPin(p pin, diags *diag.Diagnostics) {
	if r.asked.Drop(r.Walk(), p) && !asked.Save(r.Walk(), p) {
		warnOfLoss([]pin{p}, diags)
	}
}

// warnOfLoss warns of pins that are taken away until the next apply.
func warnOfLoss(lost []pin, diags *diag.Diagnostics) {
	for _, p := range lost {
		summary := fmt.Sprintf("%s may leave the node group %s until the next apply", p.certname, p.group)
		diags.AddAttributeWarning(path.Root("certname"), summary,
			"A pe_node_group_pin that this plan destroys or replaces has asked for this pin as well. The node is pinned already, so that there "+
				"is nothing to do here, and applying this plan may take it out of the group: a saved plan does. The next apply pins it again.\n\n"+
				"Either apply twice; or have the state forget the other resource, with a `removed` block that has `lifecycle { destroy = false "+
				"}`, and plan again.")
	}
}

// What to do about groups that no node can be pinned to.
const (
	noGroup  = "No node group has the id in `node_group_id`. `data.pe_node_group` finds a group by its name."
	allNodes = "Every node is in this group already, and its rule cannot be changed. Choose a group below it."
)

// lostPin says what becomes of a pin of which nobody knows whether it is there.
const lostPin = "The pin is in the state, marked as tainted. The next apply pins the node again, which changes nothing where it is " +
	"pinned already; a destroy takes it out of the group."

// report reports why a pin was not changed. note ends the detail.
func (r *nodeGroupPinResource) report(diags *diag.Diagnostics, summary string, err error, note string) {
	at := path.Root("node_group_id")
	r.Report(diags, pe.Failure{
		Summary: summary, Err: err, Note: note,
		Attributes: map[string]path.Path{classifier.KindNotFound: at, classifier.KindMalformedUUID: at},
		Advice: map[string]string{
			classifier.KindNotFound: noGroup,
			classifier.KindPermissionDenied: "The user of the token needs node_groups:view on the group, and node_groups:edit_child_rules " +
				"or node_groups:modify_children on one above it.",
		},
	})
}

// Create implements [resource.Resource]. A node that is pinned already stays so.
func (r *nodeGroupPinResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan pinModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p := plan.pin()
	err := r.pin(ctx, r.Classifier, p)
	what := "pinned to the node group " + p.group
	switch {
	case httpapi.MayBeDone(err):
		// The pin is in the state, so that a destroy takes the node out, and the next apply replaces it.
		r.report(&resp.Diagnostics, fmt.Sprintf("It is not known whether %s was %s", p.certname, what), err, lostPin)
	case err != nil:
		r.report(&resp.Diagnostics, fmt.Sprintf("%s was not %s", p.certname, what), err, "")
		return
	}
	savePin(ctx, plan.pinIdentityModel, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Read implements [resource.Resource].
func (r *nodeGroupPinResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state pinModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	p := state.pin()
	summary := "The pinned nodes of the node group " + p.group + " were not read"
	if resp.Diagnostics.HasError() || !r.Ready(summary, &resp.Diagnostics) {
		return
	}
	group, err := r.Classifier.Group(ctx, p.group)
	if err != nil && !classifier.IsUnknown(err) {
		r.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err, Advice: advice})
		return
	}
	rule, err := noderule.ParseJSON(group.Rule)
	if err != nil {
		resp.Diagnostics.AddError(summary, prose.Sentence(err.Error()))
		return
	}
	savePin(ctx, state.pinIdentityModel, &resp.State, resp.Identity, &resp.Diagnostics)
	if !slices.Contains(rule.Pins(), p.certname) {
		// Even a pin that is gone needs its identity: a CLI before Terraform 1.12 has stored none.
		resp.State.RemoveResource(ctx)
	}
}

// Update implements [resource.Resource]. Every change replaces the resource, so it is never called.
func (r *nodeGroupPinResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("A pin cannot be changed", "Every change should have replaced it. This is always a bug in the provider; "+
		"please report it.")
}

// Delete implements [resource.Resource]. A pin that another resource asks for stays. If the group is gone, there is nothing to take out.
func (r *nodeGroupPinResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state pinModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p := state.pin()
	if kept := pe.IsKept(ctx, req, "pin", &resp.Diagnostics); kept || asked.Saved(r.Walk(), p) || resp.Diagnostics.HasError() {
		return
	}
	err := r.unpin(ctx, r.Classifier, p)
	if err == nil || classifier.IsUnknown(err) {
		return
	}
	summary := fmt.Sprintf("%s stays pinned to the node group %s", p.certname, p.group)
	if httpapi.MayBeDone(err) {
		summary = fmt.Sprintf("It is not known whether %s was taken out of the node group %s", p.certname, p.group)
	}
	r.report(&resp.Diagnostics, summary, err, "")
}

// ImportState implements [resource.ResourceWithImportState].
func (r *nodeGroupPinResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity pinIdentityModel
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		group, certname, _ := strings.Cut(req.ID, "/")
		identity = pinIdentityModel{types.StringValue(group), types.StringValue(certname)}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	p := identity.pin()
	problem := path.Root("certname")
	if !validate.IsGroupID(p.group) {
		problem = path.Root("node_group_id")
	} else if p.certname != "" {
		problem = path.Empty()
	}
	switch {
	case !problem.Equal(path.Empty()) && req.ID != "":
		resp.Diagnostics.AddError("The import id is no pin", fmt.Sprintf("%q does not have the form GROUP/CERTNAME, such as "+
			"7c1e0f52-3a4b-4d5c-8e6f-901a2b3c4d5e/node1.example.com. The group is its id (UUID).", req.ID))
	case !problem.Equal(path.Empty()):
		resp.Diagnostics.AddAttributeError(problem, "The identity is no pin", fmt.Sprintf("A pin has the UUID of a group and a certname, and "+
			"not %q and %q.", p.group, p.certname))
	default:
		savePin(ctx, identity, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

func savePin(
	ctx context.Context, m pinIdentityModel, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	diags.Append(state.Set(ctx, new(newPin(m)))...)
	diags.Append(identity.Set(ctx, &m)...)
}
