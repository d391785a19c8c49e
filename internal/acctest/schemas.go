// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
)

// schemas are what one of the provider's servers has said of them. They are the same in each, and building them takes a good part of what
// a short test takes.
var schemas struct {
	sync.Mutex
	read *tfprotov6.GetProviderSchemaResponse
}

// schooled is a server of the provider that builds its schemas only if no other has.
type schooled struct{ safeserver.Server }

// GetProviderSchema implements [tfprotov6.ProviderServer].
func (s schooled) GetProviderSchema(
	ctx context.Context, req *tfprotov6.GetProviderSchemaRequest,
) (answer *tfprotov6.GetProviderSchemaResponse, err error) {
	schemas.Lock()
	defer schemas.Unlock()
	if schemas.read == nil {
		schemas.read, err = s.Server.GetProviderSchema(ctx, req)
	}
	return schemas.read, err
}

// serve starts the provider on a machine.
func serve(machine provider.Machine) (tfprotov6.ProviderServer, error) {
	server, err := provider.Server("test", machine)()
	if err != nil {
		return nil, err
	}
	whole, ok := server.(safeserver.Server)
	if !ok {
		return nil, fmt.Errorf("%T does not serve all of the protocol", server)
	}
	return schooled{whole}, nil
}
