package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

const scheduleMemoKey = "schedule"

func readScheduleMemo(ctx context.Context, private privateReader, diags *diag.Diagnostics) (memo scheduleMemo) {
	text, d := private.GetKey(ctx, scheduleMemoKey)
	diags.Append(d...)
	if len(text) == 0 {
		return memo
	}
	if err := json.Unmarshal(text, &memo); err != nil {
		diags.AddError("The private state of the schedule cannot be read", sentence(err.Error()))
	}
	return memo
}

func (m scheduleMemo) write(ctx context.Context, private privateWriter, diags *diag.Diagnostics) {
	text, err := json.Marshal(m)
	if err != nil {
		diags.AddError("The private state of the schedule cannot be written", sentence(err.Error()))
		return
	}
	diags.Append(private.SetKey(ctx, scheduleMemoKey, text)...)
}
