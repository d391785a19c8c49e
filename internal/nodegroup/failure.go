// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// noParent says what to do about a parent that does not exist.
const noParent = "No node group has the id in `parent`. `data.pe_node_group` finds a group by its name."

// attributes are the attributes at fault by the kind of an error.
func attributes() map[string]path.Path {
	return map[string]path.Path{
		classifier.KindUniqueness:       path.Root("name"),
		classifier.KindMissingParent:    path.Root("parent"),
		classifier.KindInheritanceCycle: path.Root("parent"),
		classifier.KindMissingReferents: path.Root("classes"),
	}
}

// reportWrite reports why a group was not written.
func (r *nodeGroupResource) reportWrite(ctx context.Context, diags *diag.Diagnostics, summary string, m nodeGroupModel, err error) {
	if classifier.IsUnknown(err) {
		diags.AddError(summary, "There is no node group "+m.ID.ValueString()+" on the server. It was deleted since the plan was made: plan "+
			"and apply again.")
		return
	}
	f := pe.Failure{Summary: summary, Err: err, Attributes: attributes(), Advice: map[string]string{
		classifier.KindPermissionDenied: advice[classifier.KindPermissionDenied],
		classifier.KindMissingParent:    noParent,
		classifier.KindInheritanceCycle: "The group above is this group itself, or one below it. Choose a `parent` that is elsewhere. A " +
			"group whose `parent` is left out keeps the one that it has: where one below is to be above, say which group it goes below " +
			"first, such as `parent = \"" + classifier.AllNodes + "\"` for All Nodes.",
		classifier.KindMissingReferents: r.missing(err),
		classifier.KindUniqueness:       r.taken(ctx, err),
	}}
	if classifier.IsConflict(err) {
		f.Note = "The group was changed by somebody else between each read and write, ten times in a row. Apply again."
	}
	var uncertain *classifier.UncertainError
	switch {
	case errors.As(err, &uncertain):
		f.Summary = fmt.Sprintf("It is not known whether node group %q was created", m.Name.ValueString())
		f.Note = "If the next apply says that its name is taken, it was: terraform import <address> " + uncertain.ID
	case !m.ID.IsNull() && httpapi.MayBeDone(err):
		f.Summary = fmt.Sprintf("It is not known whether node group %q was changed", m.Name.ValueString())
	}
	r.Report(diags, f)
}

// missing says which classes and parameters do not exist, and what makes the classifier know new ones.
func (r *nodeGroupResource) missing(err error) string {
	var lines []string
	for _, referent := range classifier.MissingReferents(err) {
		what := "the parameter"
		if referent.Kind == classifier.MissingClass {
			what = "the class"
		}
		lines = append(lines, r.Redactor.Line(fmt.Sprintf("  - %s %s in the environment %s, which the group %s names",
			what, referent.Missing, referent.Environment, referent.DefinedBy)))
	}
	return prose.Paragraphs("These do not exist:\n"+strings.Join(lines, "\n"), "Check the names, and that the code of the environment "+
		"has them. Groups inherit classes, so that the environment of a group needs those of all groups above it as well. A class that "+
		"was deployed a moment ago is only known after the classifier has read the code again: every few minutes, with the button "+
		"\"Refresh\" of the console, or at once with `update_classes = true`. Then apply again.")
}

// taken says which group has a name, and how to import it.
func (r *nodeGroupResource) taken(ctx context.Context, refused error) string {
	conflict := classifier.Conflict(refused)
	groups, err := courtesy.Ask(httpapi.WithoutRetries(ctx), &r.shared.holders, r.Classifier.Groups)
	i := slices.IndexFunc(groups, func(g classifier.Group) bool {
		return g.Name == conflict["name"] && g.Environment == conflict["environment"]
	})
	if err != nil || i < 0 {
		return "Another group has this name in this environment. Choose another `name`, or import that group: its id is in the address of " +
			"its page in the console." + courtesy.Unnamed(err)
	}
	id := groups[i].ID
	return r.Redactor.Line(fmt.Sprintf("The group %s has this name in this environment. Choose another `name`, or manage that group from "+
		"here: terraform import <address> %s", id, id))
}

// checkEnvironment reports an environment that the classifier does not know, also after it has read the code again, if the configuration
// says so. Where it does not say which ones there are, the server decides.
func (r *nodeGroupResource) checkEnvironment(ctx context.Context, summary, name string, m nodeGroupModel, diags *diag.Diagnostics) bool {
	if name == "" || name == "agent-specified" {
		return true
	}
	before := r.updates()
	names, err := courtesy.Ask(httpapi.WithoutRetries(ctx), &r.shared.patience, r.Classifier.Environments)
	r.warnUnchecked(r.Clients, err, diags)
	if err != nil || len(names) == 0 || slices.Contains(names, name) {
		return true
	}
	if m.UpdateClasses.ValueBool() {
		if !r.readClasses(ctx, name, before[name], summary, diags) {
			return false
		}
		if names, err = r.Classifier.Environments(ctx); err != nil || slices.Contains(names, name) {
			return true
		}
	}
	diags.AddAttributeError(path.Root("environment"), summary, prose.Paragraphs(
		fmt.Sprintf("The node classifier knows no environment %q.", name), didYouMean(name, names),
		"An environment that was deployed a moment ago is only known after the classifier has read the code again: every few minutes, or "+
			"at once with `update_classes = true`."))
	return false
}

// allNodesStays says that All Nodes cannot be deleted, and what to do instead.
const allNodesStays = "Every other group is below this one, so it cannot be deleted. To stop managing it from here, have the state " +
	"forget it instead: a `removed` block with `lifecycle { destroy = false }`, or terraform state rm <address>."

func isAllNodes(id types.String) bool { return id.ValueString() == classifier.AllNodes }

// warnOfAllNodes warns before a destroy of All Nodes that it will fail.
func warnOfAllNodes(ctx context.Context, state tfsdk.State, diags *diag.Diagnostics) {
	var group nodeGroupModel
	diags.Append(tfvalue.Decode(ctx, state, &group)...)
	if !diags.HasError() && isAllNodes(group.ID) {
		diags.AddWarning(fmt.Sprintf("Node group %q cannot be deleted", group.Name.ValueString()), allNodesStays)
	}
}

// reportDelete reports why a group was not deleted: mostly because of the groups below it.
func (r *nodeGroupResource) reportDelete(diags *diag.Diagnostics, summary string, err error) {
	var lines []string
	for _, child := range classifier.Children(err) {
		lines = append(lines, r.Redactor.Line(fmt.Sprintf("  - %s (%s, environment %s)", child.Name, child.ID, child.Environment)))
	}
	r.Report(diags, pe.Failure{Summary: summary, Err: err, Advice: map[string]string{
		classifier.KindPermissionDenied: advice[classifier.KindPermissionDenied],
		classifier.KindChildrenPresent: "These groups are below it:\n" + strings.Join(lines, "\n") + "\n\nDelete them first, or give " +
			"them another `parent`. Groups of this configuration are deleted in the right order when their `parent` refers to the `id` " +
			"of this one. Where this one is to be replaced, replace them as well, with `-replace` for each: otherwise they are only " +
			"changed after this one is deleted.",
	}})
}
