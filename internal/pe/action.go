// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
)

// Action is embedded in every action: it holds the clients.
type Action struct{ *Clients }

// Configure implements [action.ActionWithConfigure].
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.Clients = ClientsOf(req.ProviderData, &resp.Diagnostics)
}
