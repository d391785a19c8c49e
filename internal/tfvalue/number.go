// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Terraform has one type of numbers. A number that an attribute cannot hold is a mistake in the configuration, which the types of the
// framework take for one in the provider, before any validator is asked. The types here report it as what it is.

// InvalidNumber is the summary of an error about a number.
const InvalidNumber = "The number is not valid"

// WholeNumber is the type of attributes that take whole numbers. Its values are those of [types.Int64].
type WholeNumber struct{ basetypes.Int64Type }

var _ basetypes.Int64Typable = WholeNumber{}

// Equal implements [attr.Type]. The values are those of the framework's own type.
func (t WholeNumber) Equal(other attr.Type) bool {
	_, ok := other.(WholeNumber)
	return ok || t.Int64Type.Equal(other)
}

// String implements [attr.Type].
func (WholeNumber) String() string { return "tfvalue.WholeNumber" }

// ValueFromTerraform implements [attr.Type]. What Validate refuses is unknown, so that nothing else judges it.
func (t WholeNumber) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	if number, ok := knownNumber(in); ok && WholeNumberProblem(number) != "" {
		return types.Int64Unknown(), nil
	}
	return t.Int64Type.ValueFromTerraform(ctx, in)
}

// Validate is called by the framework for every value of a configuration.
func (WholeNumber) Validate(_ context.Context, in tftypes.Value, at path.Path) (diags diag.Diagnostics) {
	if number, ok := knownNumber(in); ok {
		if problem := WholeNumberProblem(number); problem != "" {
			diags.AddAttributeError(at, InvalidNumber, problem)
		}
	}
	return diags
}

// WholeNumberProblem says why a number cannot be sent as a whole one, or "".
func WholeNumberProblem(number *big.Float) string {
	if !number.IsInt() {
		return fmt.Sprintf("%s is not a whole number. Give one without a fraction.", shortNumber(number))
	}
	if _, accuracy := number.Int64(); accuracy != big.Exact {
		return fmt.Sprintf("%s is too large: whole numbers here have no more than 64 bits.", shortNumber(number))
	}
	return ""
}

// Decimal is the type of attributes that take numbers with a fraction. Its values are those of [types.Float64].
type Decimal struct{ basetypes.Float64Type }

var _ basetypes.Float64Typable = Decimal{}

// Equal implements [attr.Type]. The values are those of the framework's own type.
func (t Decimal) Equal(other attr.Type) bool {
	_, ok := other.(Decimal)
	return ok || t.Float64Type.Equal(other)
}

// String implements [attr.Type].
func (Decimal) String() string { return "tfvalue.Decimal" }

// ValueFromTerraform implements [attr.Type]. What Validate refuses is unknown, so that nothing else judges it.
func (t Decimal) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	if number, ok := knownNumber(in); ok && decimalProblem(number) != "" {
		return types.Float64Unknown(), nil
	}
	return t.Float64Type.ValueFromTerraform(ctx, in)
}

// Validate is called by the framework for every value of a configuration.
func (Decimal) Validate(_ context.Context, in tftypes.Value, at path.Path) (diags diag.Diagnostics) {
	if number, ok := knownNumber(in); ok {
		if problem := decimalProblem(number); problem != "" {
			diags.AddAttributeError(at, InvalidNumber, problem)
		}
	}
	return diags
}

// decimalProblem says why a number cannot be sent, or "".
func decimalProblem(number *big.Float) string {
	float, accuracy := number.Float64()
	switch {
	case float == 0 && accuracy != big.Exact:
		return fmt.Sprintf("%s is too close to zero.", shortNumber(number))
	case math.IsInf(float, 0):
		return fmt.Sprintf("%s is too large.", shortNumber(number))
	default:
		return ""
	}
}

// knownNumber returns the number of a value, if it has one.
func knownNumber(in tftypes.Value) (*big.Float, bool) {
	var number *big.Float
	if in.Type() == nil || !in.Type().Is(tftypes.Number) || !in.IsKnown() || in.IsNull() || in.As(&number) != nil {
		return nil, false
	}
	return number, true
}

// shortNumber writes a number as people do, with no more digits than they would read.
func shortNumber(number *big.Float) string {
	const digits = 20
	return strings.Replace(number.Text('g', digits), "e+", "e", 1)
}
