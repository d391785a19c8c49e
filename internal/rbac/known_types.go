// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// KnownTypes are the server's types of permissions, read once a process however many permissions are checked against them. A failure is
// remembered too: a plan must not wait for the same failure once a role. The zero value is ready for use, by several goroutines at once.
type KnownTypes struct {
	mu    sync.Mutex
	asked bool
	types []ObjectType
}

// Get returns the types, empty when they could not be read in the time of [courtesy.Budget]: the server itself checks what is written. Only
// the first caller gets the error.
func (k *KnownTypes) Get(ctx context.Context, ask func(context.Context) ([]ObjectType, error)) ([]ObjectType, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.asked {
		return k.types, nil
	}
	short, cancel := courtesy.Brief(httpapi.WithoutRetries(ctx))
	defer cancel()
	types, err := ask(short)
	if ctx.Err() != nil {
		return nil, err
	}
	k.asked, k.types = true, types
	return types, err
}
