// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// advice says what to do about the errors of the classifier.
var advice = map[string]string{
	classifier.KindPermissionDenied: "The user of the token needs a permission on node groups for this, on the group or on one above it: " +
		"node_groups:view to read one. The guide \"Required permissions\" lists what each operation needs.",
}

// visibility is the note for a group that was not found.
const visibility = "Only groups that the user of the token may view are found (permission node_groups:view)."

// checkExists reports an id in the configuration that no group has. hint says what to do then.
func (s *shared) checkExists(ctx context.Context, c *pe.Clients, at path.Path, id, hint string, diags *diag.Diagnostics) {
	_, err := courtesy.Ask(ctx, &s.patience, func(ctx context.Context) (classifier.Group, error) { return c.Classifier.Group(ctx, id) })
	s.warnUnchecked(c, err, diags)
	if classifier.IsUnknown(err) {
		diags.AddAttributeError(at, "There is no node group "+id, hint)
	}
}

// warnUnchecked says, once, that the classifier has not answered in time what is checked before it decides itself.
func (s *shared) warnUnchecked(c *pe.Clients, err error, diags *diag.Diagnostics) {
	if courtesy.Unanswered(err) && s.patience.First() {
		diags.AddWarning("Node groups were not checked", prose.Paragraphs(c.Explain(err), "Whether the groups and environments that are "+
			"named exist is therefore not looked up before the apply; the node classifier itself decides then. This is reported once for "+
			"all resources."))
	}
}

// byName finds the group with a name, in an environment where one is given. Otherwise it reports through fail which ones there are.
func byName(
	ctx context.Context,
	c *pe.Clients,
	name, environment string,
	diags *diag.Diagnostics,
	fail func(summary, detail string),
) (found classifier.Group, ok bool) {
	groups, err := c.Classifier.Groups(ctx)
	if err != nil {
		c.Report(diags, pe.Failure{Summary: fmt.Sprintf("Node group %q was not looked up", name), Err: err, Advice: advice})
		return found, false
	}
	var names []string
	var same []classifier.Group
	for _, group := range groups {
		names = append(names, group.Name)
		if group.Name == name && (environment == "" || group.Environment == environment) {
			same = append(same, group)
		}
	}
	switch len(same) {
	case 1:
		return same[0], true
	case 0:
		fail("There is no node group "+name, prose.Paragraphs(noSuchName(name, environment, groups), didYouMean(name, names), visibility))
	default:
		fail("There is more than one node group "+name, fmt.Sprintf("Names are unique within an environment only. The environments with a "+
			"group of this name are %s. Say which one is meant, or give the id.", prose.List(environmentsOf(same))))
	}
	return found, false
}

// noSuchName says that no group has a name, or in which other environments there are some.
func noSuchName(name, environment string, groups []classifier.Group) string {
	others := slices.DeleteFunc(slices.Clone(groups), func(g classifier.Group) bool { return g.Name != name })
	if environment == "" || len(others) == 0 {
		return fmt.Sprintf("No node group has exactly the name %q.", name)
	}
	return fmt.Sprintf("The node group %q is not in the environment %s, but in %s.", name, environment, prose.List(environmentsOf(others)))
}

func environmentsOf(groups []classifier.Group) (names []string) {
	for _, group := range groups {
		names = append(names, group.Environment)
	}
	return names
}

// didYouMean asks whether another name was meant; "" where none is similar.
func didYouMean(name string, names []string) string {
	similar := prose.Nearest(name, names)
	if similar == "" || similar == name {
		return ""
	}
	return fmt.Sprintf("Did you mean %q?", similar)
}
