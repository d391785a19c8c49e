// SPDX-License-Identifier: MPL-2.0

// Package keep has plan modifiers for attributes of which several values mean the same: while the planned value means what the prior one
// does, the prior one stays, so that nothing changes. Core allows that where both are given. Where one of them is null, it does not, and
// the state takes over what is configured while nothing else happens.
package keep

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// about describes a modifier.
type about string

// Description implements [planmodifier.Describer].
func (a about) Description(context.Context) string { return string(a) }

// MarkdownDescription implements [planmodifier.Describer].
func (a about) MarkdownDescription(context.Context) string { return string(a) }

// duration keeps a duration that means the same.
type duration struct{ about }

var _ planmodifier.String = duration{}

// Duration is for durations, which can be written in several ways.
func Duration() planmodifier.String {
	return duration{"another way of writing a duration is no change"}
}

// PlanModifyString implements [planmodifier.String].
func (duration) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	planned, err := time.ParseDuration(req.PlanValue.ValueString())
	if err != nil {
		return
	}
	if prior, err := time.ParseDuration(req.StateValue.ValueString()); err == nil && planned == prior {
		resp.PlanValue = req.StateValue
	}
}

// value keeps a value of any type that means the same.
type value struct {
	about
	same func(planned, prior types.Dynamic) bool
}

var _ planmodifier.Dynamic = value{}

// Object is for objects. Maps and objects, lists, sets and tuples of the same JSON are the same.
func Object() planmodifier.Dynamic {
	return Value("another way of writing the same object is no change", func(planned, prior types.Dynamic) bool {
		return tfvalue.SameMeaning(planned, prior)
	})
}

// Value is for values of which a function says whether they mean the same. It is only asked for values that are wholly known.
func Value(description string, same func(planned, prior types.Dynamic) bool) planmodifier.Dynamic {
	return value{about(description), same}
}

// PlanModifyDynamic implements [planmodifier.Dynamic].
func (m value) PlanModifyDynamic(_ context.Context, req planmodifier.DynamicRequest, resp *planmodifier.DynamicResponse) {
	if tfvalue.IsNull(req.PlanValue) || tfvalue.IsNull(req.StateValue) ||
		!tfvalue.IsWhollyKnown(req.PlanValue) || !tfvalue.IsWhollyKnown(req.StateValue) {
		return
	}
	if m.same(req.PlanValue, req.StateValue) {
		resp.PlanValue = req.StateValue
	}
}
