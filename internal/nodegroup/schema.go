// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/dynamicplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// leftAlone ends the description of what may be left to others.
const leftAlone = " Left out, it is left alone. A change is made in place."

func nodeGroupSchema() schema.Schema {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return schema.Schema{
		MarkdownDescription: "A node group of the classifier: which nodes belong to it, and which environment, classes, parameters and " +
			"variables it gives them. What the configuration leaves out is left alone, so that it can be managed elsewhere, as in the " +
			"console: whole arguments, and in `classes`, `config_data` and `variables` each class, parameter or variable that is not " +
			"named.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the group, unique within its environment. A change renames the group in place.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"parent": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id (UUID) of the group above, whose rule must hold as well and whose classes are inherited. " +
					"`data.pe_node_group` finds it by name. The default for a new group is All Nodes." + leftAlone,
				PlanModifiers: append([]planmodifier.String{validate.WhilePlanning(validate.GroupID())}, kept...),
			},
			"environment": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Environment of the group's nodes, or `agent-specified`. The default for a new group is " +
					"`production`." + leftAlone,
				Validators:    []validator.String{validate.NotBlank()},
				PlanModifiers: kept,
			},
			"environment_trumps": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether the group is an environment group, as the console calls it: its environment wins over " +
					"that of other groups of a node. The default for a new group is `false`." + leftAlone,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"description": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What the group is for; `\"\"` is no description. The default for a new group is none." + leftAlone,
				PlanModifiers:       kept,
			},
			"rule": ruleAttribute(),
			"classes": valuesAttribute("Classes that the group assigns, with an object of parameters for each: `{ "+
				"\"profile::base\" = {} }`.", keep.Object()),
			"config_data": valuesAttribute("Values for parameters of classes that are assigned elsewhere, in the form of `classes`. Of a "+
				"class without parameters, the classifier stores nothing.",
				keep.Value("a class without parameters is no config data", sameConfigData)),
			"variables": valuesAttribute("Top-scope variables: `{ site = \"north\" }`.", keep.Object()),
			"update_classes": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the classifier is to read the code again when it does not know the environment of the group, " +
					"or a class or parameter, as it is right after these were deployed. The group is then sent once more. That may take " +
					"minutes where there is much code; it is waited for ten minutes at most. Without it, the classifier reads the code " +
					"every few minutes. The default is `false`. A change alone sends nothing.",
			},
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Id (UUID) of the group.", PlanModifiers: kept,
			},
		},
	}
}

func ruleAttribute() schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Which nodes belong to the group, of those of the group above. Either an object as the console shows it: " +
			"`match` is `\"all\"` or `\"any\"`; `conditions` is a list of objects with `fact` (a name with dots such as `os.family`, " +
			"one that begins with `trusted.`, a list of the parts of a name, or `name` for the certname), `operator` (`=` by default, " +
			"`!=`, `~`, `!~`, `>`, `>=`, `<`, `<=`) and `value`; `pinned_nodes` is a list of certnames that belong to the group " +
			"whatever their facts are. Or the array of the classifier, with pinned nodes in it. Nodes that are pinned elsewhere, in the " +
			"console or by `pe_node_group_pin`, are left alone; a node that the rule pinned before and no longer does is taken out, but " +
			"without `pinned_nodes` no node is. After an import, every node that is pinned counts as pinned by " +
			"the rule. A certname that `match = \"any\"` compares `name` with looks like a pinned node to the classifier, so that the first " +
			"apply after an import writes the rule again. `[]` is no rule. Another way of writing the same rule is no change. The default for " +
			"a new group is no rule." + leftAlone,
		Validators: []validator.Dynamic{ruleValidator{}},
		PlanModifiers: []planmodifier.Dynamic{
			keep.Value("another way of writing the same rule is no change", sameRule), dynamicplanmodifier.UseStateForUnknown(),
		},
	}
}

// valuesAttribute describes classes, config data or variables. same keeps values that mean the same.
func valuesAttribute(what string, same planmodifier.Dynamic) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: what + " What is not named is left alone; what was named before and is no longer is removed, for " +
			"which an import counts as naming all that is there. Values are in the state as they are, so none should be a secret. The " +
			"default for a new group is none." + leftAlone,
		Validators:    []validator.Dynamic{valuesValidator{}},
		PlanModifiers: []planmodifier.Dynamic{same, dynamicplanmodifier.UseStateForUnknown()},
	}
}

type nodeGroupModel struct {
	ID                types.String  `tfsdk:"id"`
	Name              types.String  `tfsdk:"name"`
	Parent            types.String  `tfsdk:"parent"`
	Environment       types.String  `tfsdk:"environment"`
	EnvironmentTrumps types.Bool    `tfsdk:"environment_trumps"`
	Description       types.String  `tfsdk:"description"`
	Rule              types.Dynamic `tfsdk:"rule"`
	Classes           types.Dynamic `tfsdk:"classes"`
	ConfigData        types.Dynamic `tfsdk:"config_data"`
	Variables         types.Dynamic `tfsdk:"variables"`
	UpdateClasses     types.Bool    `tfsdk:"update_classes"`
}
