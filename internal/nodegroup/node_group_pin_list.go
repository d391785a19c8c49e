// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ list.ListResourceWithConfigure = (*nodeGroupPinList)(nil)

// nodeGroupPinList lists the nodes that are pinned to groups.
type nodeGroupPinList struct{ nodeGroupPinResource }

func newNodeGroupPinList(s *shared) list.ListResource {
	return &nodeGroupPinList{nodeGroupPinResource{shared: s}}
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *nodeGroupPinList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Nodes that are pinned to node groups, each to be managed on its own, of the groups that the user of the token " +
			"may view.",
		Attributes: map[string]schema.Attribute{
			"node_group_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id (UUID) of the only group to list. The default is all.",
				Validators:          []validator.String{validate.GroupID()},
			},
		},
	}
}

// List implements [list.ListResource].
func (l *nodeGroupPinList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Pinned nodes were not listed"
	var filter struct {
		NodeGroupID types.String `tfsdk:"node_group_id"`
	}
	var found []query.Found
	diags := tfvalue.Decode(ctx, req.Config, &filter)
	if !diags.HasError() && l.Ready(summary, &diags) {
		groups, err := l.Classifier.Groups(ctx)
		if err != nil {
			l.Report(&diags, pe.Failure{Summary: summary, Err: err, Advice: advice})
		}
		for _, group := range groups {
			if filter.NodeGroupID.IsNull() || filter.NodeGroupID.ValueString() == group.ID {
				found = append(found, foundPins(group, summary, &diags)...)
			}
		}
	}
	query.Answer(ctx, req, stream, "pinned nodes", found, diags)
}

func foundPins(group classifier.Group, summary string, diags *diag.Diagnostics) (found []query.Found) {
	rule, err := noderule.ParseJSON(group.Rule)
	if err != nil {
		diags.AddError(summary, prose.Sentence(err.Error()))
	}
	for _, certname := range rule.Pins() {
		identity := pinIdentityModel{types.StringValue(group.ID), types.StringValue(certname)}
		found = append(found, query.Found{
			Title: group.Name + ": " + certname, Identity: identity, Record: func(*diag.Diagnostics) any { return newPin(identity) },
		})
	}
	return found
}
