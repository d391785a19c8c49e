// SPDX-License-Identifier: MPL-2.0

// Package functions has the functions of the provider. They are pure: no server, no clock and nothing of the machine is asked, so that a
// plan and its apply get the same results wherever they run.
package functions

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// All returns the constructors of all functions.
func All() []func() function.Function {
	return []func() function.Function{newPQLString, newPQLArray, newParsePermission, newNextRun, newWeekly}
}

// wrong is an error about an argument: the value, and what is wrong with it. Core ends it with a full stop.
func wrong(position int64, value, problem string) *function.FuncError {
	return function.NewArgumentFuncError(position, validate.Shown(value)+" "+problem)
}

// timeArgument reads an argument that is a time of RFC 3339.
func timeArgument(position int64, text string) (time.Time, *function.FuncError) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, wrong(position, text, validate.TimeProblem(text))
	}
	return at, nil
}

// written writes a time in the form of RFC 3339. It is false for a time that has no such form.
func written(at time.Time) (string, bool) {
	const minute = 60
	if _, offset := at.Zone(); offset%minute != 0 { // the local time of a place, before there were zones
		at = at.UTC()
	}
	return at.Format(time.RFC3339Nano), at.Year() >= 0 && at.Year() <= 9999
}

// tooLate is what is wrong with a time whose next one does not fit into RFC 3339.
const tooLate = "leaves no such time before the year 10000"
