// SPDX-License-Identifier: MPL-2.0

// Package pe is what every area of the provider builds on: the clients of one Puppet Enterprise, the base of resources and data sources,
// private state, and the descriptions of failures.
package pe

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Area is what one area of the provider offers: constructors, which capture the state that the area keeps for the life of a
// process.
type Area struct {
	Actions            []func() action.Action
	Resources          []func() resource.Resource
	DataSources        []func() datasource.DataSource
	EphemeralResources []func() ephemeral.EphemeralResource
	ListResources      []func() list.ListResource
}

// TypeName is the prefix of the names of everything in this provider.
const TypeName = "pe"
