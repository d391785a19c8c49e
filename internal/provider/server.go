// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
)

// Server returns a constructor of the server of the plugin protocol: see [New]. Whatever it says is safe to show.
func Server(version string, machine Machine) func() (tfprotov6.ProviderServer, error) {
	return func() (tfprotov6.ProviderServer, error) {
		inner, ok := providerserver.NewProtocol6(New(version, machine)())().(safeserver.Server)
		if !ok {
			return nil, errors.New("the plugin framework does not serve all of the protocol that its library has")
		}
		failed := func() {}
		if machine.Journal != nil {
			failed = machine.Journal.Incomplete
		}
		return safeserver.New(inner, failed), nil
	}
}
