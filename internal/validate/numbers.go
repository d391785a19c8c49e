// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// AtLeast accepts whole numbers that are not smaller than another.
func AtLeast(least int64) WholeNumber {
	return WholeNumber{text: fmt.Sprintf("%d or more", least), accepts: func(n int64) bool { return n >= least }}
}

// Between accepts whole numbers from one to another.
func Between(least, most int64) WholeNumber {
	return WholeNumber{text: fmt.Sprintf("from %d to %d", least, most), accepts: func(n int64) bool { return n >= least && n <= most }}
}

// WholeNumber is a rule for whole numbers.
type WholeNumber struct {
	// text says which numbers are accepted.
	text    string
	accepts func(int64) bool
}

var _ validator.Int64 = WholeNumber{}

// Description implements [validator.Describer].
func (v WholeNumber) Description(context.Context) string { return v.text }

// MarkdownDescription implements [validator.Describer].
func (v WholeNumber) MarkdownDescription(context.Context) string { return v.text }

// ValidateInt64 implements [validator.Int64].
func (v WholeNumber) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || v.accepts(req.ConfigValue.ValueInt64()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, tfvalue.InvalidNumber, v.problem(req.Path, req.ConfigValue.ValueInt64()))
}

func (v WholeNumber) problem(at path.Path, number int64) string {
	return attributeName(at) + fmt.Sprintf("%d is not possible here. Give a whole number, %s.", number, v.text)
}

// Decimals accepts numbers that are not smaller than one and, where another is given, not larger than that.
func Decimals(least float64, most ...float64) Decimal {
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	if len(most) == 0 {
		return Decimal{text: number(least) + " or more", accepts: func(n float64) bool { return n >= least }}
	}
	return Decimal{
		text:    fmt.Sprintf("from %s to %s", number(least), number(most[0])),
		accepts: func(n float64) bool { return n >= least && n <= most[0] },
	}
}

// Decimal is a rule for numbers with a fraction.
type Decimal struct {
	// text says which numbers are accepted.
	text    string
	accepts func(float64) bool
}

var _ validator.Float64 = Decimal{}

// Description implements [validator.Describer].
func (v Decimal) Description(context.Context) string { return v.text }

// MarkdownDescription implements [validator.Describer].
func (v Decimal) MarkdownDescription(context.Context) string { return v.text }

// ValidateFloat64 implements [validator.Float64].
func (v Decimal) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || v.accepts(req.ConfigValue.ValueFloat64()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, tfvalue.InvalidNumber,
		attributeName(req.Path)+fmt.Sprintf("%g is not possible here. Give a number, %s.", req.ConfigValue.ValueFloat64(), v.text))
}
