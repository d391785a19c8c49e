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

// Describe says what a resource is called, without the prefix of the provider, and how it behaves: where the configuration of the provider
// is not known yet and Terraform puts the resource off, its plan still says which values are only known after apply.
func Describe(resp *resource.MetadataResponse, name string) {
	resp.TypeName = TypeName + "_" + name
	resp.ResourceBehavior.ProviderDeferred.EnablePlanModification = true
}

// DataSource is embedded in every data source: it holds the clients.
type DataSource struct{ *Clients }

// Configure implements [datasource.DataSourceWithConfigure].
func (r *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	r.Clients = ClientsOf(req.ProviderData, &resp.Diagnostics)
}
