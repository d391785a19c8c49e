// SPDX-License-Identifier: MPL-2.0

// Package role has roles, their permissions and members, and tokens.
package role

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers roles, who has them, and tokens. Tasks that are permitted are looked up in metadata while planning. parts are the
// parts of roles that the configuration asks for, here and elsewhere.
func Area(metadata *workload.Metadata, parts *roleparts.Parts) pe.Area {
	shared := newRoleState(metadata, parts)
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newRoleResource(shared) },
			func() resource.Resource { return newRolePermissionResource(shared) },
			func() resource.Resource { return newRoleMembershipResource(shared) },
		},
		ListResources: []func() list.ListResource{
			func() list.ListResource { return newRoleList(shared) },
			func() list.ListResource { return newRolePermissionList(shared) },
			func() list.ListResource { return newRoleMembershipList(shared) },
		},
		DataSources: []func() datasource.DataSource{
			func() datasource.DataSource { return newRoleDataSource(shared) },
			newPermissionTypesDataSource,
		},
		EphemeralResources: []func() ephemeral.EphemeralResource{newTokenEphemeralResource},
	}
}
