// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resource is embedded in every resource: it holds the clients.
type Resource struct{ *Clients }

// Configure implements [resource.ResourceWithConfigure].
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Clients = ClientsOf(req.ProviderData, &resp.Diagnostics)
}

// DataSource is embedded in every data source: it holds the clients.
type DataSource struct{ *Clients }

// Configure implements [datasource.DataSourceWithConfigure].
func (r *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	r.Clients = ClientsOf(req.ProviderData, &resp.Diagnostics)
}
