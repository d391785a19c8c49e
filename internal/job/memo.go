// SPDX-License-Identifier: MPL-2.0

package job

import (
	"cmp"
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// jobMemo is what the provider remembers of a job beside its attributes. Terraform keeps it with the state and never shows it. Memos of
// older releases have fewer keys.
type jobMemo struct {
	// Waiting is true when an apply began to wait for the job and has not reported its end.
	Waiting bool `json:"waiting,omitempty"`
	// Gone is true when the server no longer knows the job.
	Gone bool `json:"gone,omitempty"`
	// Imported is true when the job was imported and no plan has been applied to it since. What the server did not report is then adopted
	// from the configuration, and runs nothing.
	Imported bool `json:"imported,omitempty"`
	// RequestID is the request id that the job carries; "" for a job without one, or if it was never read.
	RequestID string `json:"request_id,omitempty"`
	// Launched is when the job was launched, by the clock of the machine that launched it. Zero for an imported job.
	Launched time.Time `json:"launched,omitzero"`

	jobschema.CaptureMemo
}

// newDefaults are the defaults of a job that is launched, or taken over, by this release.
var newDefaults = jobschema.CaptureMemo{CapturesFailed: true}

// of returns the memo with what the state itself tells. Of a tainted resource Terraform passes on nothing else.
func (m jobMemo) of(state *jobModel) jobMemo {
	m.RequestID = cmp.Or(m.RequestID, state.RequestID.ValueString())
	return m
}

// lose notes that the server no longer knows the job.
func (m *jobMemo) lose() { m.Gone, m.Waiting = true, false }

// launched is when the job was launched, or now if that is not known.
func (m *jobMemo) launched() time.Time {
	if m.Launched.IsZero() {
		return time.Now()
	}
	return m.Launched
}

func readJobMemo(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) jobMemo {
	return pe.ReadPrivate[jobMemo](ctx, private, "job", "job", diags)
}

func (m jobMemo) write(ctx context.Context, private pe.PrivateWriter, diags *diag.Diagnostics) {
	pe.WritePrivate(ctx, private, "job", "job", m, diags)
}
