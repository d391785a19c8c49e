// SPDX-License-Identifier: MPL-2.0

// Package query answers list resources, by which `terraform query` finds on a server what can be imported.
package query

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Found is an object on the server that can be imported.
type Found struct {
	// Title is what people know it by.
	Title string
	// Identity is the model of its identity.
	Identity any
	// Record makes the model of the resource, as an import and the read after it do. It is called where the resource is asked for.
	Record func(diags *diag.Diagnostics) any
}

// Answer answers a request with what was found, or with the errors of looking for it. The objects are named as in: 250 task-targets.
// Core stops listening at the limit and says nothing of the rest, so that a warning comes first where there is more.
func Answer(
	ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, objects string, found []Found, diags diag.Diagnostics,
) {
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	shown := found
	if int64(len(found)) > req.Limit {
		shown = found[:max(req.Limit, 0)]
		diags.AddWarning(fmt.Sprintf("%d of %d %s are listed", len(shown), len(found), objects), fmt.Sprintf("Terraform lists as many as "+
			"`limit` of the block says, and 100 without it. To list all, write `limit = %d` beside `provider`, or narrow the list with the "+
			"arguments in `config`.", len(found)))
	}
	stream.Results = results(ctx, req, shown, diags)
}

func results(ctx context.Context, req list.ListRequest, found []Found, diags diag.Diagnostics) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		if len(diags) > 0 && !push(list.ListResult{Diagnostics: diags}) {
			return
		}
		for _, one := range found {
			if !push(result(ctx, req, one)) {
				return
			}
		}
	}
}

// result is one result. What cannot be read is left out with a warning, because an error would take all others with it.
func result(ctx context.Context, req list.ListRequest, one Found) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = one.Title
	result.Diagnostics.Append(result.Identity.Set(ctx, one.Identity)...)
	if req.IncludeResource {
		record := one.Record(&result.Diagnostics)
		if !result.Diagnostics.HasError() {
			result.Diagnostics.Append(result.Resource.Set(ctx, record)...)
		}
	}
	if !result.Diagnostics.HasError() {
		return result
	}
	var left diag.Diagnostics
	for _, problem := range result.Diagnostics.Errors() {
		left.AddWarning(one.Title+" is left out: "+problem.Summary(), problem.Detail())
	}
	return list.ListResult{Diagnostics: left}
}
