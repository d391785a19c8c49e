// SPDX-License-Identifier: MPL-2.0

package code

import (
	"context"
	"errors"
	"slices"

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

// checkModules refuses modules that are named where none is to be deployed. What the server makes of both is not documented.
func checkModules(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var modules types.Set
	var deploy types.Bool
	diags.Append(config.GetAttribute(ctx, path.Root("modules"), &modules)...)
	diags.Append(config.GetAttribute(ctx, path.Root("deploy_modules"), &deploy)...)
	if !diags.HasError() && len(modules.Elements()) > 0 && isFalse(deploy) {
		diags.AddAttributeError(path.Root("modules"), "Modules are named, and none is to be deployed",
			"With `deploy_modules = false`, no module is deployed. Leave that or `modules` out.")
	}
}

// isFalse reports whether a value is known and false.
func isFalse(value types.Bool) bool {
	return !value.IsNull() && !value.IsUnknown() && !value.ValueBool()
}

// wanted is what a configuration says of what is to be deployed.
type wanted struct {
	Environments  types.Set  `tfsdk:"environments"`
	All           types.Bool `tfsdk:"all"`
	Modules       types.Set  `tfsdk:"modules"`
	DeployModules types.Bool `tfsdk:"deploy_modules"`
	Wait          types.Bool `tfsdk:"wait_for_completion"`
}

// request builds a request. The end is awaited unless somebody says otherwise.
func (w wanted) request(ctx context.Context, diags *diag.Diagnostics) codemanager.Request {
	asked := codemanager.Request{
		All: w.All.ValueBool(), Wait: w.Wait.IsNull() || w.Wait.ValueBool(), DeployModules: w.DeployModules.ValueBoolPointer(),
	}
	for _, names := range []struct {
		given types.Set
		into  *[]string
	}{{w.Environments, &asked.Environments}, {w.Modules, &asked.Modules}} {
		if !names.given.IsNull() {
			diags.Append(names.given.ElementsAs(ctx, names.into, false)...)
		}
	}
	slices.Sort(asked.Modules)
	return asked
}

// described says what is to be deployed.
func described(asked codemanager.Request) string {
	if asked.All {
		return "all environments"
	}
	return prose.Names(asked.Environments)
}

// ofModules says which modules are to be deployed, "" for all.
func ofModules(asked codemanager.Request) string {
	switch {
	case asked.DeployModules != nil && !*asked.DeployModules && asked.All:
		return " without their modules"
	case asked.DeployModules != nil && !*asked.DeployModules:
		return " without its modules"
	case len(asked.Modules) > 0 && (asked.All || len(asked.Environments) > 1):
		return ", of their modules only " + prose.Names(asked.Modules)
	case len(asked.Modules) > 0:
		return ", of its modules only " + prose.Names(asked.Modules)
	default:
		return ""
	}
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
