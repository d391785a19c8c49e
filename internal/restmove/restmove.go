// SPDX-License-Identifier: MPL-2.0

// Package restmove moves objects from the state of generic REST providers to resources of this one, so that a `moved` block does what
// otherwise takes `terraform state rm` and an import.
package restmove

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// sources are the resources of generic REST providers from which objects are moved: restapi_object of Mastercard/restapi and
// restful_resource of magodo/restful. Forks of these providers have other addresses, so only the type counts.
var sources = []string{"restapi_object", "restful_resource"}

// Target is a resource to which objects are moved.
type Target struct {
	// Type is its name, such as pe_role.
	Type string
	// What describes the object in sentences, such as "role".
	What string
	// Segments are parts of the paths of the API that only lead to objects of this kind, such as roles in /rbac-api/v1/roles/7.
	Segments []string
	// IsID reports whether a text is the id of such an object.
	IsID func(string) bool
}

// Movers takes over the id, which is all that the two states have in common. Terraform reads the object next, as after an import.
func (t Target) Movers() []resource.StateMover {
	return []resource.StateMover{{StateMover: t.move}}
}

func (t Target) move(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !slices.Contains(sources, req.SourceTypeName) {
		return // the framework says which source is not supported
	}
	var from object
	if err := json.Unmarshal(req.SourceRawState.JSON, &from); err != nil {
		resp.Diagnostics.AddError(t.notMoved(req.SourceTypeName), "Its state cannot be read: "+err.Error()+".")
		return
	}
	if !from.leadsTo(t.Segments) {
		resp.Diagnostics.AddError(t.notMoved(req.SourceTypeName),
			fmt.Sprintf("It manages no %s: none of its paths (%s) has the part %s. Correct `to` of the `moved` block.",
				t.What, strings.Join(from.shownPaths(), ", "), strings.Join(t.Segments, " or ")))
		return
	}
	id := from.number()
	if !t.IsID(id) {
		resp.Diagnostics.AddError(t.notMoved(req.SourceTypeName),
			fmt.Sprintf("Its id is %q, which does not end with the number of a %s. Use `terraform state rm` and an `import` block with the "+
				"number instead.", visible.Line(from.ID, visible.LongestName), t.What))
		return
	}
	resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
	if resp.TargetIdentity != nil {
		resp.Diagnostics.Append(resp.TargetIdentity.SetAttribute(ctx, path.Root("id"), id)...)
	}
}

func (t Target) notMoved(from string) string {
	return fmt.Sprintf("The %s was not moved to %s", from, t.Type)
}

// object is what the two resources have in common. Both have more paths, such as those of single methods.
type object struct {
	ID         string `json:"id"`
	Path       string `json:"path"`
	CreatePath string `json:"create_path"`
	ReadPath   string `json:"read_path"`
	UpdatePath string `json:"update_path"`
}

// paths are those that may tell what is managed. The id of restful_resource is a path as well.
func (o object) paths() []string {
	paths := slices.DeleteFunc([]string{o.Path, o.CreatePath, o.ReadPath, o.UpdatePath, o.ID}, func(p string) bool {
		return !strings.Contains(p, "/")
	})
	slices.Sort(paths)
	return slices.Compact(paths)
}

func (o object) shownPaths() []string {
	var shown []string
	for _, p := range o.paths() {
		shown = append(shown, visible.Line(p, visible.LongestName))
	}
	return shown
}

// leadsTo reports whether a path has one of some segments.
func (o object) leadsTo(segments []string) bool {
	return slices.ContainsFunc(o.paths(), func(p string) bool {
		address, _, _ := strings.Cut(p, "?")
		return slices.ContainsFunc(strings.Split(address, "/"), func(s string) bool { return slices.Contains(segments, s) })
	})
}

// number is the last part of the id, which may be a path or a URL.
func (o object) number() string {
	address, _, _ := strings.Cut(o.ID, "?")
	address = strings.TrimRight(address, "/")
	return address[strings.LastIndexByte(address, '/')+1:]
}

// Unread reports whether a state was moved and not read since, which only `-refresh=false` does. Nothing can be planned from a bare id:
// whatever is configured would look like a change. always is an attribute that every object has a value for once it was read.
func Unread(ctx context.Context, state tfsdk.State, always string, diags *diag.Diagnostics) bool {
	if state.Raw.IsNull() {
		return false
	}
	var id, value types.String
	diags.Append(state.GetAttribute(ctx, path.Root("id"), &id)...)
	diags.Append(state.GetAttribute(ctx, path.Root(always), &value)...)
	if diags.HasError() {
		return true
	}
	if !value.IsNull() {
		return false
	}
	diags.AddError("What was moved has not been read yet",
		fmt.Sprintf("The state has only the id %s, so nothing can be compared with the configuration. Plan without `-refresh=false`.",
			id.ValueString()))
	return true
}
