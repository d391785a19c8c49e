package pe

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// MissingToken is that there is no token. Nothing but a login can be done without one, so it is an error of what uses the
// connection and not of the provider block.
type MissingToken struct {
	Summary, Detail string
	once            sync.Once
}

// report says in full what is missing once, however many objects cannot do without.
func (m *MissingToken) report(diags *diag.Diagnostics) {
	detail := "The first error of this name says how to give one."
	m.once.Do(func() { detail = m.Detail })
	diags.AddError(m.Summary, detail)
}
