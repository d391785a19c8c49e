// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

var (
	_ datasource.DataSource              = (*permissionTypesDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*permissionTypesDataSource)(nil)
)

type permissionTypesDataSource struct{ pe.DataSource }

func newPermissionTypesDataSource() datasource.DataSource { return &permissionTypesDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *permissionTypesDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_permission_types"
}

// Schema implements [datasource.DataSource].
func (d *permissionTypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What permissions can be about on this Puppet Enterprise: the object types and their actions, by the system " +
			"names that permissions have.",
		Attributes: map[string]schema.Attribute{
			"types": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "Object types by system name, such as `tasks`.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name in the console."},
					"description":  schema.StringAttribute{Computed: true, MarkdownDescription: "What the object type is."},
					"actions": schema.MapNestedAttribute{
						Computed:            true,
						MarkdownDescription: "Actions by system name, such as `run_with_constraints`.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name in the console."},
							"description":  schema.StringAttribute{Computed: true, MarkdownDescription: "What the action is."},
							"has_instances": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it can be limited to an instance. " +
								"Otherwise the instance is `*`."},
						}},
					},
				}},
			},
		},
	}
}

type permissionTypesModel struct {
	Types map[string]objectTypeModel `tfsdk:"types"`
}

type objectTypeModel struct {
	DisplayName types.String           `tfsdk:"display_name"`
	Description types.String           `tfsdk:"description"`
	Actions     map[string]actionModel `tfsdk:"actions"`
}

type actionModel struct {
	DisplayName  types.String `tfsdk:"display_name"`
	Description  types.String `tfsdk:"description"`
	HasInstances types.Bool   `tfsdk:"has_instances"`
}

// Read implements [datasource.DataSource].
func (d *permissionTypesDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.Ready("The types of permissions were not read", &resp.Diagnostics) {
		return
	}
	found, err := d.RBAC.Types(ctx)
	if err != nil {
		d.Report(&resp.Diagnostics, pe.Failure{Summary: "The types of permissions were not read", Err: err})
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newPermissionTypesModel(found))...)
}

func newPermissionTypesModel(found []rbac.ObjectType) *permissionTypesModel {
	model := &permissionTypesModel{Types: make(map[string]objectTypeModel, len(found))}
	for _, t := range found {
		actions := make(map[string]actionModel, len(t.Actions))
		for _, a := range t.Actions {
			actions[a.Name] = actionModel{
				DisplayName: types.StringValue(
					a.DisplayName,
				),
				Description:  types.StringValue(a.Description),
				HasInstances: types.BoolValue(a.HasInstances),
			}
		}
		model.Types[t.ObjectType] = objectTypeModel{
			DisplayName: types.StringValue(t.DisplayName), Description: types.StringValue(t.Description), Actions: actions,
		}
	}
	return model
}
