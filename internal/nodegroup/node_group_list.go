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
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ list.ListResourceWithConfigure = (*nodeGroupList)(nil)

// nodeGroupList lists node groups, as the resource reads them.
type nodeGroupList struct{ nodeGroupResource }

func newNodeGroupList(s *shared) list.ListResource {
	return &nodeGroupList{nodeGroupResource{shared: s}}
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *nodeGroupList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Node groups that the user of the token may view, but All Nodes, which every Puppet Enterprise has.",
		Attributes: map[string]schema.Attribute{
			"environment": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only groups that assign this environment. The default is all.",
				Validators:          []validator.String{validate.NotBlank()},
			},
		},
	}
}

// List implements [list.ListResource].
func (l *nodeGroupList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Node groups were not listed"
	var filter struct {
		Environment types.String `tfsdk:"environment"`
	}
	var found []query.Found
	diags := tfvalue.Decode(ctx, req.Config, &filter)
	if !diags.HasError() && l.Ready(summary, &diags) {
		groups, err := l.Classifier.Groups(ctx)
		if err != nil {
			l.Report(&diags, pe.Failure{Summary: summary, Err: err, Advice: advice})
		}
		for _, group := range groups {
			if group.ID != classifier.AllNodes && (filter.Environment.IsNull() || filter.Environment.ValueString() == group.Environment) {
				found = append(found, foundGroup(group))
			}
		}
	}
	query.Answer(ctx, req, stream, "node groups", found, diags)
}

func foundGroup(group classifier.Group) query.Found {
	return query.Found{
		Title: group.Name, Identity: identity.Of(group.ID),
		Record: func(diags *diag.Diagnostics) any {
			var model nodeGroupModel
			model.update(group, diags)
			return model
		},
	}
}
