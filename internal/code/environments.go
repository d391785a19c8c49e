// SPDX-License-Identifier: MPL-2.0

package code

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// checkEnvironments checks that a configuration says in one way what is to be deployed.
func checkEnvironments(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var environments types.Set
	var all types.Bool
	diags.Append(config.GetAttribute(ctx, path.Root("environments"), &environments)...)
	diags.Append(config.GetAttribute(ctx, path.Root("all"), &all)...)
	if diags.HasError() || environments.IsUnknown() || all.IsUnknown() {
		return
	}
	switch given := !environments.IsNull(); {
	case given && all.ValueBool():
		diags.AddAttributeError(path.Root("all"), "Both all and single environments are to be deployed",
			"`all = true` deploys every environment, so `environments` has no use beside it. Leave one of them out.")
	case !given && !all.ValueBool():
		diags.AddAttributeError(path.Root("environments"), "Nothing is to be deployed",
			"Name the environments to deploy, such as `environments = [\"production\"]`, or set `all = true`.")
	}
}

// requestFor builds a request. The end is awaited unless somebody says otherwise.
func requestFor(ctx context.Context, environments types.Set, all, wait types.Bool, diags *diag.Diagnostics) codemanager.Request {
	asked := codemanager.Request{All: all.ValueBool(), Wait: wait.IsNull() || wait.ValueBool()}
	if !environments.IsNull() {
		diags.Append(environments.ElementsAs(ctx, &asked.Environments, false)...)
	}
	return asked
}

// described says what is to be deployed.
func described(asked codemanager.Request) string {
	if asked.All {
		return "all environments"
	}
	return prose.Names(asked.Environments)
}

// checkReachable looks whether there is a Code Manager, before anything is applied. Who may see the status is not documented, so a refusal
// of it proves nothing. Nor does silence: the apply may have more luck. A connection that is refused all the time is another thing.
func (d deployer) checkReachable(ctx context.Context, diags *diag.Diagnostics) {
	_, err := courtesy.Ask(ctx, &d.reach, d.CodeManager.Queue)
	var waiting *httpapi.EndedError
	var refused *httpapi.ConnectionError
	if errors.As(err, &waiting) && errors.As(waiting.Trouble, &refused) {
		err = refused
	}
	switch {
	case ctx.Err() != nil:
	case courtesy.Unanswered(err):
		if d.reach.First() {
			diags.AddWarning("Whether there is a Code Manager was not checked", prose.Paragraphs(d.Explain(err), "Planning goes on; the apply "+
				"fails if there is none at "+d.CodeManagerURL+". This is reported once for all resources."))
		}
	case pe.IsUnreachable(err) || pe.IsUnauthorized(err):
		d.report("Code Manager cannot be asked", err, diags)
	}
}
