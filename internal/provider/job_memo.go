package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// jobMemo is what the provider remembers of a job beside its attributes. Terraform keeps it with the state and shows it to
// nobody.
type jobMemo struct {
	// Waiting tells that an apply began to wait for the job and has not reported its end.
	Waiting bool `json:"waiting,omitempty"`
	// Gone tells that the server no longer knows the job.
	Gone bool `json:"gone,omitempty"`
	// Imported tells that the job was imported and no plan has been applied to it since. What the server did not tell is then
	// taken over from the configuration, and runs nothing.
	Imported bool `json:"imported,omitempty"`
}

const jobMemoKey = "job"

// privateReader and privateWriter are the two sides of Terraform's private state.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func readJobMemo(ctx context.Context, private privateReader, diags *diag.Diagnostics) (memo jobMemo) {
	text, d := private.GetKey(ctx, jobMemoKey)
	diags.Append(d...)
	if len(text) == 0 {
		return memo
	}
	if err := json.Unmarshal(text, &memo); err != nil {
		diags.AddError("The private state of the job cannot be read", sentence(err.Error()))
	}
	return memo
}

func (m jobMemo) write(ctx context.Context, private privateWriter, diags *diag.Diagnostics) {
	text, err := json.Marshal(m)
	if err != nil {
		diags.AddError("The private state of the job cannot be written", sentence(err.Error()))
		return
	}
	diags.Append(private.SetKey(ctx, jobMemoKey, text)...)
}
