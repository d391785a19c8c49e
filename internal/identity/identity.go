// SPDX-License-Identifier: MPL-2.0

// Package identity gives resources an identity of one attribute, `id`: the same that they are imported by. Since Terraform 1.12 it is kept
// beside the state, and `import` blocks may take it instead of an id.
package identity

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// attribute is the only attribute of an identity. The state has one of the same name.
const attribute = "id"

// ByNumber is embedded in resources whose id is a number that the server has given them.
type ByNumber struct{}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (ByNumber) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		attribute: identityschema.StringAttribute{RequiredForImport: true, Description: "Number, the same as `id` of the resource."},
	}}
}

// ByUUID is embedded in resources whose id is a UUID that the server has given them.
type ByUUID struct{}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (ByUUID) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		attribute: identityschema.StringAttribute{RequiredForImport: true, Description: "UUID, the same as `id` of the resource."},
	}}
}

// Model is an identity.
type Model struct {
	ID types.String `tfsdk:"id"`
}

// Of is the identity of an id.
func Of(id string) Model { return Model{types.StringValue(id)} }

// Save saves a model as the state, and its id as the identity. The framework passes an identity with every request, whatever the CLI knows.
func Save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, model any, diags *diag.Diagnostics) {
	diags.Append(state.Set(ctx, model)...)
	Keep(ctx, *state, identity, diags)
}

// Refresh is [Save] for what a read has found. When that is what was known before, only the identity is saved: to write a state costs more
// than everything else that a read does.
func Refresh[M any](ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, before, found *M, diags *diag.Diagnostics) {
	if reflect.DeepEqual(before, found) {
		Keep(ctx, *state, identity, diags)
		return
	}
	Save(ctx, state, identity, found, diags)
}

// Keep takes the id in a state over into the identity. A read begins with it, because every way out of one without an error needs an
// identity, even where the resource is gone: a CLI before Terraform 1.12 has stored none. What has gone wrong before is no reason to leave
// the identity as it was.
func Keep(ctx context.Context, state tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	var id types.String
	problems := state.GetAttribute(ctx, path.Root(attribute), &id)
	if !problems.HasError() {
		problems.Append(identity.SetAttribute(ctx, path.Root(attribute), id)...)
	}
	diags.Append(problems...)
}

// Form is the form of the ids of a kind of resource.
type Form struct {
	// Valid reports whether a text has the form.
	Valid func(id string) bool
	// Summary says what is wrong with one that has not.
	Summary string
	// Rule follows the text in the detail, such as: is not the id of a job.
	Rule string
}

// Imported returns the id by which a resource is to be imported, whether it is given as such or in an identity. ok is false when it cannot
// be one; that is reported, at the attribute of the identity if there is one.
func Imported(ctx context.Context, req resource.ImportStateRequest, form Form, diags *diag.Diagnostics) (id string, ok bool) {
	if req.ID != "" {
		if !form.Valid(req.ID) {
			diags.AddError(form.Summary, fmt.Sprintf("%q %s", req.ID, form.Rule))
			return "", false
		}
		return req.ID, true
	}
	var given types.String
	diags.Append(req.Identity.GetAttribute(ctx, path.Root(attribute), &given)...)
	if diags.HasError() {
		return "", false
	}
	if !form.Valid(given.ValueString()) {
		diags.AddAttributeError(path.Root(attribute), form.Summary, fmt.Sprintf("%q %s", given.ValueString(), form.Rule))
		return "", false
	}
	return given.ValueString(), true
}
