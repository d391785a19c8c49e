// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/object"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// permissionModel is one entry of permissions.
type permissionModel struct {
	ObjectType types.String `tfsdk:"object_type"`
	Action     types.String `tfsdk:"action"`
	Instance   types.String `tfsdk:"instance"`
}

// permissionType is the type of an entry of permissions. It is a map, because core would drop a key too many of an object.
func permissionType() types.MapType { return types.MapType{ElemType: types.StringType} }

// permissionShape is what may be in a permission.
func permissionShape() object.Shape {
	key := func(name, description string) object.Key {
		return object.Key{
			Name: name, Type: types.StringType, Required: true, Description: description, Texts: []validator.String{validate.NotBlank()},
		}
	}
	return object.Shape{
		Noun: "permission", Example: "{ object_type = \"tasks\", action = \"run\", instance = \"package\" }",
		Keys: []object.Key{
			key(partObjectType, "System name of what the permission is about, such as `tasks` or `node_groups`. `data.pe_permission_types` "+
				"lists them."),
			key(partAction, "System name of what may be done, such as `run_with_constraints`."),
			key(partInstance, "What it may be done with: the `id` of a task-target, the name of a task, the id of a node group. `*` is "+
				"everything, and the only value for actions without instances."),
		},
	}
}

// permissionAttributes are the parts of a permission as attributes of their own. change is the sentence about what a change does.
func permissionAttributes(change string, modifiers ...planmodifier.String) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, key := range permissionShape().Keys {
		attributes[key.Name] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: key.Description + change,
			Validators:          key.Texts,
			PlanModifiers:       modifiers,
		}
	}
	return attributes
}

// permissionRules are the rules for what is in permissions.
type permissionRules struct{}

var _ validator.Set = permissionRules{}

// Description implements [validator.Describer].
func (permissionRules) Description(context.Context) string { return "permissions with all their parts" }

// MarkdownDescription implements [validator.Describer].
func (v permissionRules) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements [validator.Set].
func (permissionRules) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	validate.NoNulls{}.ValidateSet(ctx, req, resp)
	for _, element := range req.ConfigValue.Elements() {
		permissionShape().Validate(ctx, req.Path.AtSetValue(element), req.Path.String(), element, &resp.Diagnostics)
	}
}

// permissionOf reads an entry of permissions. What is missing is null.
func permissionOf(element any) (m permissionModel, ok bool) {
	entry, ok := element.(types.Map)
	if !ok || entry.IsNull() || entry.IsUnknown() {
		return m, false
	}
	read := permissionShape().Read(entry).Attributes()
	m.ObjectType, _ = read[partObjectType].(types.String)
	m.Action, _ = read[partAction].(types.String)
	m.Instance, _ = read[partInstance].(types.String)
	return m, true
}

// permission returns what the client knows the permission as.
func (m permissionModel) permission() rbac.Permission {
	return rbac.Permission{ObjectType: m.ObjectType.ValueString(), Action: m.Action.ValueString(), Instance: m.Instance.ValueString()}
}
