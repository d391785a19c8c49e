package job

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// jobMemo is what the provider remembers of a job beside its attributes. Terraform keeps it with the state and shows it to
// nobody.
type jobMemo struct {
	// Waiting tells that an apply began to wait for the job and has not reported its end.
	Waiting bool `json:"waiting,omitempty"`
	// Gone tells that the server no longer knows the job.
	Gone bool `json:"gone,omitempty"`
	// Imported tells that the job was imported and no plan has been applied to it since. What the server did not report is then
	// taken over from the configuration, and runs nothing.
	Imported bool `json:"imported,omitempty"`
}

func readJobMemo(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) jobMemo {
	return pe.ReadPrivate[jobMemo](ctx, private, "job", "job", diags)
}

func (m jobMemo) write(ctx context.Context, private pe.PrivateWriter, diags *diag.Diagnostics) {
	pe.WritePrivate(ctx, private, "job", "job", m, diags)
}
