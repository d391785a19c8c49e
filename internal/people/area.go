// SPDX-License-Identifier: MPL-2.0

// Package people has local users and directory groups: who may be given roles.
package people

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// seen are the users and groups that this process has seen, so that a new one can be told from them.
type seen struct {
	users, groups launch.Ledger
	// holders is for who has a login that somebody else is to get.
	holders courtesy.Patience
	parts   *roleparts.Parts
}

// Area offers users and directory groups. parts are the parts of roles that the configuration asks for, here and elsewhere.
func Area(parts *roleparts.Parts) pe.Area {
	shared := &seen{parts: parts}
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newDirectoryGroupResource(shared) },
			func() resource.Resource { return newUserResource(shared) },
		},
		ListResources: []func() list.ListResource{newDirectoryGroupList, newUserList},
		DataSources: []func() datasource.DataSource{
			newUserDataSource, newUsersDataSource, newGroupDataSource, newGroupsDataSource,
		},
	}
}
