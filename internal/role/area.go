// Package role has roles, their permissions and members, the users and groups that may be members, and tokens.
package role

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers roles, their members, and tokens.
func Area() pe.Area {
	shared := newRoleState()
	return pe.Area{
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
