// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// historyAttributes are what data sources know of the past of a group: what became of its classes, and when it was changed.
func historyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deleted": schema.MapNestedAttribute{
			Computed: true,
			MarkdownDescription: "What the group refers to and the code of its environment does not have, as far as the classifier knows, by " +
				"class. Empty where there is no such thing.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"class": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the class as a whole is not there."},
				"parameters": schema.ListAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "Names of the parameters that the class does not have, sorted.",
				},
			}},
		},
		"serial_number": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Number that each change of the group makes larger. Null on servers that do not say.",
		},
		"last_edited": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "When the group was last changed, a time such as `2026-01-10T08:00:02.417Z`, as the server gives it. Null on " +
				"servers that do not say.",
		},
	}
}

// groupHistory are the values of historyAttributes.
type groupHistory struct {
	Deleted      map[string]deletedModel `tfsdk:"deleted"`
	SerialNumber types.Int64             `tfsdk:"serial_number"`
	LastEdited   types.String            `tfsdk:"last_edited"`
}

type deletedModel struct {
	Class      types.Bool `tfsdk:"class"`
	Parameters types.List `tfsdk:"parameters"`
}

func newGroupHistory(group classifier.Group) groupHistory {
	history := groupHistory{
		Deleted: map[string]deletedModel{}, SerialNumber: types.Int64PointerValue(group.SerialNumber),
		LastEdited: tfvalue.StringOrNull(group.LastEdited),
	}
	for class, gone := range group.Gone() {
		history.Deleted[class] = deletedModel{Class: types.BoolValue(gone.Class), Parameters: tfvalue.StringList(gone.Parameters)}
	}
	return history
}

// warnOfDeleted says what a group refers to and the code does not have.
func warnOfDeleted(group classifier.Group, diags *diag.Diagnostics) {
	var names []string
	gone := group.Gone()
	for _, class := range slices.Sorted(maps.Keys(gone)) {
		if gone[class].Class {
			names = append(names, "class "+class)
			continue
		}
		for _, parameter := range gone[class].Parameters {
			names = append(names, fmt.Sprintf("parameter %s of class %s", parameter, class))
		}
	}
	if len(names) == 0 {
		return
	}
	named := func(text string) string { return visible.Line(text, visible.LongestName) }
	diags.AddAttributeWarning(path.Root("classes"), fmt.Sprintf("Node group %s refers to what the code does not have", named(group.Name)),
		fmt.Sprintf("The code of the environment %s has none of these, as far as the classifier knows: %s.\n\nTake them out of the group, or "+
			"deploy code that has them. The classifier reads new code every few minutes.", named(group.Environment), prose.List(names)))
}
