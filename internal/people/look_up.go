// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// lookUp finds a user or a group by its id or its login.
type lookUp[T any] struct {
	// noun is what is looked up, as in a summary: User. unknown begins the sentence that there is none, and ends with has; hint follows it.
	noun, unknown, hint string
	withLogin           func(ctx context.Context, login string) (T, bool, error)
	withID              func(ctx context.Context, id string) (T, error)
}

// find finds the one that is meant, or reports why it cannot. Without an id, it goes by the login.
func (l lookUp[T]) find(ctx context.Context, c *pe.Clients, id, login types.String, diags *diag.Diagnostics) (found T, ok bool) {
	at, text := path.Root("login"), login.ValueString()
	var err error
	if id.IsNull() {
		found, ok, err = l.withLogin(ctx, text)
	} else {
		at, text = path.Root("id"), id.ValueString()
		found, err = l.withID(ctx, text)
		ok = err == nil
	}
	switch {
	case err != nil && !rbac.IsUnknown(err):
		c.Report(diags, pe.Failure{Summary: l.noun + " " + text + " was not read", Err: err})
	case !ok:
		diags.AddAttributeError(at, "There is no "+strings.ToLower(l.noun)+" "+text, l.unknown+" exactly this "+at.String()+". "+l.hint)
	}
	return found, ok
}
