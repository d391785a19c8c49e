// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// MissingToken says that there is no token. Only a login works without one, so it is an error of what uses the connection and not of the
// provider block.
type MissingToken struct {
	Summary, Detail string
	once            sync.Once
}

// report reports the missing token in full only once, however many objects need it.
func (m *MissingToken) report(diags *diag.Diagnostics) {
	detail := "The first error of this name says how to give one."
	m.once.Do(func() { detail = m.Detail })
	diags.AddError(m.Summary, detail)
}
