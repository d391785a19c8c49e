package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// roleArea offers roles, who has them, and tokens.
func roleArea() Area {
	shared := newRoleState()
	return Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newRoleResource(shared) },
			func() resource.Resource { return newRolePermissionResource(shared) },
			func() resource.Resource { return newRoleMembershipResource(shared) },
		},
		DataSources: []func() datasource.DataSource{
			func() datasource.DataSource { return newRoleDataSource(shared) },
			newUserDataSource,
			newGroupDataSource,
			newPermissionTypesDataSource,
		},
		EphemeralResources: []func() ephemeral.EphemeralResource{newTokenEphemeralResource},
	}
}
