// SPDX-License-Identifier: MPL-2.0

package identity_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
)

var thing = schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}}

type thingModel struct {
	ID types.String `tfsdk:"id"`
}

// none is an identity as the framework passes it, before there is one.
func none(t *testing.T) *tfsdk.ResourceIdentity {
	t.Helper()
	var resp resource.IdentitySchemaResponse
	identity.ByNumber{}.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &resp)
	return &tfsdk.ResourceIdentity{
		Schema: resp.IdentitySchema, Raw: tftypes.NewValue(resp.IdentitySchema.Type().TerraformType(t.Context()), nil),
	}
}

func idOf(t *testing.T, of *tfsdk.ResourceIdentity) (id string) {
	t.Helper()
	if diags := of.GetAttribute(t.Context(), path.Root("id"), &id); diags.HasError() {
		t.Fatal(diags)
	}
	return id
}

// TestSave_WithErrors saves what is left after something has failed, which has another id by then.
func TestSave_WithErrors(t *testing.T) {
	t.Parallel()
	state := tfsdk.State{Schema: thing, Raw: tftypes.NewValue(thing.Type().TerraformType(t.Context()), nil)}
	kept := none(t)
	var diags diag.Diagnostics
	identity.Save(t.Context(), &state, kept, thingModel{types.StringValue("7")}, &diags)
	if got := idOf(t, kept); got != "7" || diags.HasError() {
		t.Errorf("got %q, %v", got, diags)
	}
	diags.AddError("The wait failed", "It had another number.")
	identity.Save(t.Context(), &state, kept, thingModel{types.StringValue("8")}, &diags)
	if got := idOf(t, kept); got != "8" || len(diags) != 1 {
		t.Errorf("got %q, %v", got, diags)
	}
}

func TestImported(t *testing.T) {
	t.Parallel()
	form := identity.Form{Valid: func(id string) bool { return id == "7" }, Summary: "It is no seven", Rule: "is not seven."}
	for name, test := range map[string]struct {
		id, identity string
		want         string
		// at is where the error is, "-" for nowhere in particular.
		at string
	}{
		"by id":                {"7", "", "7", ""},
		"by identity":          {"", "7", "7", ""},
		"by a wrong id":        {"8", "", "", "-"},
		"by a wrong identity":  {"", "8", "", "id"},
		"by an empty identity": {"", "", "", "id"},
	} {
		given := none(t)
		given.SetAttribute(t.Context(), path.Root("id"), test.identity)
		var diags diag.Diagnostics
		got, ok := identity.Imported(t.Context(), resource.ImportStateRequest{ID: test.id, Identity: given}, form, &diags)
		if got != test.want || ok != (test.want != "") || ok == diags.HasError() {
			t.Errorf("%s: got %q, %v, %v", name, got, ok, diags)
		}
		for _, d := range diags {
			at := "-"
			if bound, ok := d.(diag.DiagnosticWithPath); ok {
				at = bound.Path().String()
			}
			if at != test.at || d.Summary() != form.Summary {
				t.Errorf("%s: got %q at %q", name, d.Summary(), at)
			}
		}
	}
}
