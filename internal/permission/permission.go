// SPDX-License-Identifier: MPL-2.0

// Package permission has permissions of roles as values: what may be in one, and what a server knows of it.
package permission

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/object"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// The parts of a permission, named after their attributes.
const (
	ObjectType = "object_type"
	Action     = "action"
	Instance   = "instance"
)

// Model is one entry of permissions.
type Model struct {
	ObjectType types.String `tfsdk:"object_type"`
	Action     types.String `tfsdk:"action"`
	Instance   types.String `tfsdk:"instance"`
}

// Type is the type of an entry of permissions. It is a map, because core would drop a key too many of an object.
func Type() types.MapType { return types.MapType{ElemType: types.StringType} }

// Shape is what may be in a permission.
func Shape() object.Shape {
	key := func(name, description string) object.Key {
		return object.Key{
			Name: name, Type: types.StringType, Required: true, Description: description, Texts: []validator.String{validate.NotBlank()},
		}
	}
	return object.Shape{
		Noun: "permission", Example: "{ object_type = \"tasks\", action = \"run\", instance = \"package\" }",
		Keys: []object.Key{
			key(ObjectType, "System name of what the permission is about, such as `tasks` or `node_groups`. `data.pe_permission_types` "+
				"lists them."),
			key(Action, "System name of what may be done, such as `run_with_constraints`."),
			key(Instance, "What it may be done with: the `id` of a task-target, the name of a task, the id of a node group. `*` is "+
				"everything, and the only value for actions without instances."),
		},
	}
}

// Attributes are the parts of a permission as attributes of their own. change is the sentence about what a change does.
func Attributes(change string, modifiers ...planmodifier.String) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, key := range Shape().Keys {
		attributes[key.Name] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: key.Description + change,
			Validators:          key.Texts,
			PlanModifiers:       modifiers,
		}
	}
	return attributes
}

// Rules are the rules for what is in permissions.
type Rules struct{}

var _ validator.Set = Rules{}

// Description implements [validator.Describer].
func (Rules) Description(context.Context) string { return "permissions with all their parts" }

// MarkdownDescription implements [validator.Describer].
func (v Rules) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements [validator.Set].
func (Rules) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	validate.NoNulls{}.ValidateSet(ctx, req, resp)
	for _, element := range req.ConfigValue.Elements() {
		Shape().Validate(ctx, req.Path.AtSetValue(element), req.Path.String(), element, &resp.Diagnostics)
	}
}

// Of reads an entry of permissions. What is missing is null.
func Of(element any) (m Model, ok bool) {
	entry, ok := element.(types.Map)
	if !ok || entry.IsNull() || entry.IsUnknown() {
		return m, false
	}
	read := Shape().Read(entry).Attributes()
	m.ObjectType, _ = read[ObjectType].(types.String)
	m.Action, _ = read[Action].(types.String)
	m.Instance, _ = read[Instance].(types.String)
	return m, true
}

// New is a permission as the server reports it.
func New(p rbac.Permission) Model {
	return Model{types.StringValue(p.ObjectType), types.StringValue(p.Action), types.StringValue(p.Instance)}
}

// RBAC returns what the client knows the permission as.
func (m Model) RBAC() rbac.Permission {
	return rbac.Permission{ObjectType: m.ObjectType.ValueString(), Action: m.Action.ValueString(), Instance: m.Instance.ValueString()}
}

// Text writes a permission as PE does.
func Text(p rbac.Permission) string {
	return p.ObjectType + ":" + p.Action + ":" + p.Instance
}

// Known returns the entries of which at least a part is known.
func Known(set types.Set) (permissions []Model) {
	for _, element := range set.Elements() {
		if permission, ok := Of(element); ok {
			permissions = append(permissions, permission)
		}
	}
	return permissions
}

// Set is what the server reports as a value.
func Set(permissions []rbac.Permission) types.Set {
	elements := make([]attr.Value, len(permissions))
	for i, p := range permissions {
		elements[i] = types.MapValueMust(types.StringType, map[string]attr.Value{
			ObjectType: types.StringValue(p.ObjectType), Action: types.StringValue(p.Action), Instance: types.StringValue(p.Instance),
		})
	}
	return types.SetValueMust(Type(), elements)
}
