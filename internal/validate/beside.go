// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// Beside is a rule for an attribute that is given, about another one. One that is not known yet may be either.
type Beside struct {
	other       string
	description string
	// needed tells that the other one has to be given, too. Otherwise, it must not.
	needed bool
	// alone tells that the other one has to be given when this one is not.
	alone bool
}

var (
	_ validator.String = Beside{}
	_ validator.Int64  = Beside{}
)

// NotBeside refuses an attribute together with another one.
func NotBeside(other string) Beside {
	return Beside{other: other, description: "not together with " + other}
}

// Needs refuses an attribute without another one.
func Needs(other string) Beside {
	return Beside{other: other, description: "only together with " + other, needed: true}
}

// Either wants an attribute or another one, and not both.
func Either(other string) Beside {
	return Beside{other: other, description: "either it or " + other, alone: true}
}

// Description implements [validator.Describer].
func (v Beside) Description(context.Context) string { return v.description }

// MarkdownDescription implements [validator.Describer].
func (v Beside) MarkdownDescription(context.Context) string { return v.description }

// ValidateString implements [validator.String].
func (v Beside) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	v.validate(ctx, req.Path, req.Config, req.ConfigValue, &resp.Diagnostics)
}

// ValidateInt64 implements [validator.Int64].
func (v Beside) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	v.validate(ctx, req.Path, req.Config, req.ConfigValue, &resp.Diagnostics)
}

func (v Beside) validate(ctx context.Context, at path.Path, config tfsdk.Config, value attr.Value, diags *diag.Diagnostics) {
	var other attr.Value
	diags.Append(config.GetAttribute(ctx, path.Root(v.other), &other)...)
	if diags.HasError() || value.IsUnknown() || other.IsUnknown() {
		return
	}
	switch given, beside := !value.IsNull(), !other.IsNull(); {
	case given && beside && !v.needed:
		diags.AddAttributeError(at, fmt.Sprintf("Both `%s` and `%s` are given", at, v.other),
			fmt.Sprintf("Only one of them is possible. Remove `%s` or `%s`.", at, v.other))
	case given && !beside && v.needed:
		diags.AddAttributeError(at, fmt.Sprintf("`%s` is missing", v.other),
			fmt.Sprintf("`%s` is only possible together with it. Give both, or neither.", at))
	case !given && !beside && v.alone:
		diags.AddAttributeError(at, fmt.Sprintf("Neither `%s` nor `%s` is given", at, v.other), "One of them is needed. Give either.")
	}
}
