// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// PrivateReader and PrivateWriter are the two sides of the private state, which Terraform keeps beside the attributes of a resource and
// never shows.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter writes private state. See [PrivateReader].
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// ReadPrivate returns what an earlier apply has written under a key, or the zero value. what names the object that it belongs to, such as
// "job".
func ReadPrivate[T any](ctx context.Context, private PrivateReader, key, what string, diags *diag.Diagnostics) (memo T) {
	text, d := private.GetKey(ctx, key)
	diags.Append(d...)
	if len(text) == 0 {
		return memo
	}
	if err := json.Unmarshal(text, &memo); err != nil {
		diags.AddError("The private state of the "+what+" cannot be read", prose.Sentence(err.Error()))
	}
	return memo
}

// WritePrivate writes something under a key. See [ReadPrivate].
func WritePrivate(ctx context.Context, private PrivateWriter, key, what string, memo any, diags *diag.Diagnostics) {
	text, err := json.Marshal(memo)
	if err != nil {
		diags.AddError("The private state of the "+what+" cannot be written", prose.Sentence(err.Error()))
		return
	}
	diags.Append(private.SetKey(ctx, key, text)...)
}

// keptKey is where the private state of a planned destruction has whether what it takes away is kept.
const keptKey = "kept"

// WriteKept notes in the plan of a destruction whether the configuration asks elsewhere for what it takes away. what is that, for an error.
func WriteKept(ctx context.Context, private PrivateWriter, what string, kept bool, diags *diag.Diagnostics) {
	WritePrivate(ctx, private, keptKey, what, kept, diags)
}

// IsKept reports whether the plan of a destruction says that something else asks for what it takes away.
func IsKept(ctx context.Context, req resource.DeleteRequest, what string, diags *diag.Diagnostics) bool {
	return req.Private != nil && ReadPrivate[bool](ctx, req.Private, keptKey, what, diags)
}
