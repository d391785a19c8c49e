// SPDX-License-Identifier: MPL-2.0

package code

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// longestReason is how many characters of the output of the deploy tool are kept.
const longestReason = 4000

// plain makes the output of the deploy tool safe to show.
func (r *codeDeployResource) plain(text string) string {
	return visible.Block(r.Redactor.Text(text), longestReason)
}

// reportDeploy reports that it is not known how a deploy has ended, or that it was refused.
func (r *codeDeployResource) reportDeploy(ctx context.Context, asked codemanager.Request, err error, diags *diag.Diagnostics) {
	what := "The deploy of all environments"
	if !asked.All {
		what = "The deploy of " + prose.Names(asked.Environments)
	}
	if errors.Is(err, codemanager.ErrTimeout) {
		diags.AddAttributeError(path.Root("timeouts"), fmt.Sprintf("%s has not ended after %s", what, duration.Text(asked.Timeout)),
			prose.Paragraphs(r.queue(ctx), "Code Manager goes on, and it is not known how that ends. Apply again to deploy and wait once more: "+
				"a deploy of the same code changes nothing. Where deploys take that long, give them more time with "+
				"`timeouts { create = \"2h\" }`."))
		return
	}
	r.report(what+" was not done", err, diags)
}

// farewell is how long a failed wait asks what the server is still at.
const farewell = 10 * time.Second

// queue says what Code Manager works on, "" where that cannot be told.
func (r *codeDeployResource) queue(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	q, err := r.CodeManager.Queue(ctx)
	if err != nil {
		return ""
	}
	var told []string
	for _, part := range []struct {
		names []string
		text  string
	}{
		{q.Deploying, "It deploys now: %s."}, {q.Waiting, "In its queue: %s."}, {q.Lagging, "Compilers without the latest code: %s."},
	} {
		if len(part.names) > 0 {
			told = append(told, fmt.Sprintf(part.text, r.Redactor.Line(prose.Names(part.names))))
		}
	}
	return prose.Paragraphs(told...)
}

// report reports an error of Code Manager, with what is special about it.
func (r *codeDeployResource) report(summary string, err error, diags *diag.Diagnostics) {
	note := ""
	switch {
	case errors.Is(err, context.Canceled):
		note = "Code Manager may go on with what it has received. A deploy that is repeated changes nothing where the code is the same."
	case pe.IsForbidden(err):
		note = "The user needs the permission `environment` / `deploy_code` for each of the environments, and for `*` with `all = true`. The " +
			"role Code Deployers has it."
	case pe.IsUnreachable(err) || httpapi.NotFound(err):
		note = "Code Manager runs only where it was set up: on the primary server, with `code_manager_auto_configure` and a control " +
			"repository in the class puppet_enterprise::profile::master. Where there is none, leave `pe_code_deploy` out, and deploy code as " +
			"you do now."
	}
	r.Report(diags, pe.Failure{Summary: summary, Err: err, Note: note})
}
