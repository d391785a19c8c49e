// SPDX-License-Identifier: MPL-2.0

package jobschema

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// captureDefault is the default of capture_results. A job keeps the one of the release that has launched it, so that a new release
// of the provider plans no change of a job that exists.
type captureDefault struct {
	// before is the default of releases that did not write down which one they had.
	before string
}

// CaptureMemo is what a job's private state says about the default of capture_results.
type CaptureMemo struct {
	// CapturesFailed tells that the default was "failed" when the job was launched, or imported.
	CapturesFailed bool `json:"captures_failed,omitempty"`
}

// Description implements [planmodifier.Describer].
func (captureDefault) Description(context.Context) string {
	return "the default is that of the release that has launched the job"
}

// MarkdownDescription implements [planmodifier.Describer].
func (d captureDefault) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

// PlanModifyString implements [planmodifier.String].
func (d captureDefault) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	resp.PlanValue = types.StringValue(noderesults.Failed)
	if req.State.Raw.IsNull() {
		return
	}
	if memo := pe.ReadPrivate[CaptureMemo](ctx, req.Private, "job", "job", &resp.Diagnostics); !memo.CapturesFailed {
		resp.PlanValue = types.StringValue(d.before)
	}
}
