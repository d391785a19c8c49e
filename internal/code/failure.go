// SPDX-License-Identifier: MPL-2.0

package code

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// deployer deploys code, for a resource or for an action.
type deployer struct {
	*pe.Clients
	*questions
}

// longestReason is how many characters of the output of the deploy tool are kept.
const longestReason = 4000

// plain makes the output of the deploy tool safe to show.
func (d deployer) plain(text string) string {
	return visible.Block(d.Redactor.Text(text), longestReason)
}

// reportDeploy reports that it is not known how a deploy has ended, or that it was refused.
func (d deployer) reportDeploy(ctx context.Context, asked codemanager.Request, timeout string, err error, diags *diag.Diagnostics) {
	what := "The deploy of " + described(asked)
	if errors.Is(err, codemanager.ErrTimeout) {
		diags.AddAttributeError(path.Root("timeouts"), fmt.Sprintf("%s has not ended after %s", what, duration.Text(asked.Timeout)),
			prose.Paragraphs(d.atWork(ctx), "Code Manager goes on, and it is not known how that ends. Deploy again to wait once more: a "+
				"deploy of the same code changes nothing. Where deploys take that long, give them more time with `timeouts { "+timeout+
				" = \"2h\" }`."))
		return
	}
	once := "Apply"
	if timeout == "invoke" {
		once = "Invoke it"
	}
	goesOn := "Code Manager goes on with what it has received, and it is not known how that ends. " + once + " again to wait once more: a " +
		"deploy of the same code changes nothing."
	switch {
	case errors.Is(err, context.Canceled):
		d.Report(diags, pe.Failure{Summary: "The wait for the deploy of " + described(asked) + " was interrupted", Err: err, Note: goesOn})
	case httpapi.MayBeDone(err) && httpapi.StatusOf(err) != 404:
		if httpapi.UnusableAnswer(err) {
			goesOn = prose.Paragraphs(goesOn, whereItRuns)
		}
		d.Report(diags, pe.Failure{Summary: "It is not known how the deploy of " + described(asked) + " ended", Err: err, Note: goesOn})
	default:
		d.report(what+" was not done", err, diags)
	}
}

// whereItRuns is what to do where something else has answered, or nothing.
const whereItRuns = "Code Manager runs only where it was set up: on the primary server, with `code_manager_auto_configure` and a control " +
	"repository in the class puppet_enterprise::profile::master. Where there is none, leave `pe_code_deploy` out, and deploy code as " +
	"you do now."

// atWork says what Code Manager works on, as far as that can be told in a moment.
func (d deployer) atWork(ctx context.Context) string {
	q, err := courtesy.Ask(httpapi.WithoutRetries(ctx), &d.queue, d.CodeManager.Queue)
	if courtesy.Unanswered(err) {
		return "What Code Manager is at now, it has not said in time."
	}
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
			told = append(told, fmt.Sprintf(part.text, d.Redactor.Line(prose.Names(part.names))))
		}
	}
	return prose.Paragraphs(told...)
}

// report reports an error of Code Manager, with what is special about it.
func (d deployer) report(summary string, err error, diags *diag.Diagnostics) {
	note := ""
	switch {
	case pe.IsForbidden(err):
		note = "The user needs the permission `environment` / `deploy_code` for each of the environments, and for `*` with `all = true`. The " +
			"role Code Deployers has it."
	case (pe.IsUnreachable(err) || httpapi.NotFound(err)) && !pe.LacksTLS(err):
		note = whereItRuns
	}
	d.Report(diags, pe.Failure{Summary: summary, Err: err, Note: note})
}
