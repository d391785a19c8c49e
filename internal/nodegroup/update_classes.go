// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// write sends a group, and reports why that failed. Where the server does not know a class or a parameter of it, and the configuration
// says so, the classifier reads the classes again, and the group is sent once more.
func (r *nodeGroupResource) write(
	ctx context.Context, m nodeGroupModel, summary string, diags *diag.Diagnostics, send func() (classifier.Group, error),
) (group classifier.Group, ok bool) {
	before := r.updates()
	group, err := send()
	if missing := classifier.MissingReferents(err); len(missing) > 0 && m.UpdateClasses.ValueBool() {
		// A group below has an environment of its own, which needs the classes of this one as well.
		asked := map[string]bool{}
		for _, referent := range missing {
			environment := referent.Environment
			if !asked[environment] && !r.readClasses(ctx, environment, before[environment], summary, diags) {
				return group, false
			}
			asked[environment] = true
		}
		group, err = send()
	}
	if err != nil {
		r.reportWrite(ctx, diags, summary, m, err)
	}
	return group, err == nil
}

// readClasses has the classifier read the classes of an environment again, or reports why it did not.
func (r *nodeGroupResource) readClasses(ctx context.Context, environment string, since int, summary string, diags *diag.Diagnostics) bool {
	err := r.updateClasses(ctx, r.Classifier, environment, since)
	if err != nil {
		r.Report(diags, pe.Failure{
			Summary: summary, Err: err, Advice: map[string]string{classifier.KindPermissionDenied: mayUpdate},
			Note: "The classifier was asked to read the classes of the environment " + r.Redactor.Line(environment) + " again, because it " +
				"lacks some that the group needs, and `update_classes` is true. Where reading them takes too long, set `update_classes` to " +
				"false, wait until the classifier has read them on its own, and apply again.",
		})
	}
	return err == nil
}

// mayUpdate says what to do about a refusal to read classes again.
const mayUpdate = "The user of the token needs a permission on node groups for this. Set `update_classes` to false to leave it to the " +
	"classifier, which reads the classes every few minutes."
