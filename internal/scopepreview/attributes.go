// SPDX-License-Identifier: MPL-2.0

// Package scopepreview shows, while planning, how many nodes a scope matches, and keeps what matches more than it may from being applied.
//
// What a query matches changes from minute to minute, and Terraform plans each change once more while it applies it: a value that a plan
// has shown must not be another one then. So a plan tells of the nodes in a warning, and the attribute of a scope that has to be asked for
// is only known after the apply, with what was matched right before it.
package scopepreview

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// The names of the attributes.
const (
	maxNodes     = "max_nodes"
	scopePreview = "scope_preview"
)

// previewTypes are the attributes of scope_preview.
func previewTypes() map[string]attr.Type {
	return map[string]attr.Type{"node_count": types.Int64Type, "first_nodes": types.ListType{ElemType: types.StringType}}
}

// MaxNodesAttribute is the most nodes that a scope may match. when says when it is asked, and text what a change does.
func MaxNodesAttribute(when, text string) schema.Int64Attribute {
	return schema.Int64Attribute{
		CustomType: tfvalue.WholeNumber{},
		Optional:   true,
		MarkdownDescription: "How many nodes the scope may match at most: with more, planning fails, and names them. " + when + " It needs " +
			"the permission `nodes` / `view_data` for a query and `node_groups` / `view` for a node group (both where PE 2019.8 has to find " +
			"the nodes of a group); where the nodes cannot be counted, planning fails. The default is no limit. " + text,
		Validators: []validator.Int64{validate.AtLeast(1)},
	}
}

// PreviewAttribute is what a scope matches.
func PreviewAttribute(when string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed: true,
		MarkdownDescription: "What the scope matched " + when + ", where the provider's `preview_scopes` is on; otherwise null, as it is " +
			"where the nodes could not be counted. Later changes of the nodes are no change of it. While planning, a warning tells of the " +
			"nodes of a query or node group.",
		Attributes: map[string]schema.Attribute{
			"node_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many nodes there were, each counted once."},
			"first_nodes": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The first ten certnames in order of the alphabet.",
			},
		},
	}
}

// Limit is what the models of resources and actions have of max_nodes.
type Limit struct {
	MaxNodes types.Int64 `tfsdk:"max_nodes"`
}

// Preview is what the models of resources have.
type Preview struct {
	Limit
	ScopePreview types.Object `tfsdk:"scope_preview"`
}

// None is what there is of something that was imported: neither.
func None() Preview {
	return Preview{Limit{types.Int64Null()}, types.ObjectNull(previewTypes())}
}

// valueOf is a count as a value of scope_preview.
func valueOf(found scopecount.Count) types.Object {
	return types.ObjectValueMust(previewTypes(), map[string]attr.Value{
		"node_count": types.Int64Value(int64(found.Nodes)), "first_nodes": tfvalue.StringList(found.First),
	})
}

// Settle makes a preview null that is not known, so that the model can be saved.
func (m *Preview) Settle() {
	m.ScopePreview = tfvalue.KnownOr(m.ScopePreview, types.ObjectNull(previewTypes()))
}
