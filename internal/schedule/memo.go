package schedule

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// scheduleMemo is what the provider remembers of a schedule beside its attributes.
type scheduleMemo struct {
	// API is the API that the schedule was written through.
	API schedulingAPI `json:"api,omitempty"`
	// RequestID is what the schedule carries in its userdata. It has to stay there when the userdata changes.
	RequestID string `json:"request_id,omitempty"`
	// Start is the time that the last apply asked for, in Unix seconds. It is 0 before the first one after an import.
	Start int64 `json:"start,omitempty"`
	// Owner is the login of whom the schedule belongs to, once the server has told.
	Owner string `json:"owner,omitempty"`
	// Imported tells that the schedule was imported and nothing has been applied to it since.
	Imported bool `json:"imported,omitempty"`
}

// asked reports whether a start is the one that the last apply asked for, so that another one on the server is nobody's here.
func (m scheduleMemo) asked(start time.Time, every time.Duration) bool {
	return m.Start != 0 && onGrid(start, time.Unix(m.Start, 0), every)
}

func readScheduleMemo(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) scheduleMemo {
	return pe.ReadPrivate[scheduleMemo](ctx, private, "schedule", "schedule", diags)
}

func (m scheduleMemo) write(ctx context.Context, private pe.PrivateWriter, diags *diag.Diagnostics) {
	pe.WritePrivate(ctx, private, "schedule", "schedule", m, diags)
}
