// SPDX-License-Identifier: MPL-2.0

package code

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/actionschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var (
	_ action.Action                   = (*codeDeployAction)(nil)
	_ action.ActionWithConfigure      = (*codeDeployAction)(nil)
	_ action.ActionWithModifyPlan     = (*codeDeployAction)(nil)
	_ action.ActionWithValidateConfig = (*codeDeployAction)(nil)
)

// codeDeployAction deploys code each time it is invoked.
type codeDeployAction struct {
	pe.Action
	asked *questions
}

// Metadata implements [action.Action].
func (a *codeDeployAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_code_deploy"
}

// Schema implements [action.Action].
func (a *codeDeployAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Has Code Manager deploy environments from the control repository each time it is invoked, and waits until all " +
			"compilers have the code. It fails when an environment cannot be deployed; invoking it again changes nothing where the code is " +
			"the same. The user needs the permission `environment` / `deploy_code`, and a token: Code Manager takes no certificates. Needs " +
			"Terraform 1.14 or newer; OpenTofu has no actions. The resource `pe_code_deploy` does the same as a step of an apply, and keeps " +
			"which commits were deployed.",
		Attributes: arguments(),
		Blocks: actionschema.Timeouts(ctx, "How long to wait for all environments together, such as `90m`. The default is `30m`. Code Manager "+
			"goes on when the time is up. `request_timeout` of the provider does not matter here."),
	}
}

// arguments are those of the resource. What is said of a wait for a job there does not hold for code.
func arguments() map[string]schema.Attribute {
	arguments := actionschema.Arguments(inputs(""))
	arguments["wait_for_completion"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to wait until every environment is deployed and all compilers have its code, and to fail when one has " +
			"failed. Otherwise the deploys are only queued, and it is not known how they end. The default is `true`.",
	}
	return arguments
}

// actionModel is the configuration of the action.
type actionModel struct {
	wanted
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// ValidateConfig implements [action.ActionWithValidateConfig].
func (a *codeDeployAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	checkEnvironments(ctx, req.Config, &resp.Diagnostics)
	checkModules(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan implements [action.ActionWithModifyPlan].
func (a *codeDeployAction) ModifyPlan(ctx context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Known() {
		deployer{a.Clients, a.asked}.checkReachable(ctx, &resp.Diagnostics)
	}
}

// again says how to deploy once more.
const again = "Then invoke it again: terraform apply -invoke=action.pe_code_deploy.<name>."

// Invoke implements [action.Action].
func (a *codeDeployAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config actionModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	limit, diags := config.Timeouts.Invoke(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	asked := config.request(ctx, &resp.Diagnostics)
	asked.Timeout = limit
	if resp.Diagnostics.HasError() || !a.Ready("Code was not deployed", &resp.Diagnostics) {
		return
	}
	d := deployer{a.Clients, a.asked}
	tell := func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: d.Redactor.Line(text)}) }
	tell("deploying " + described(asked) + ofModules(asked))
	deploys, err := d.CodeManager.Deploy(ctx, asked)
	if err != nil {
		d.reportDeploy(ctx, asked, "invoke", err, &resp.Diagnostics)
		return
	}
	ended := judge(asked, deploys, d.plain)
	for _, line := range ended.lines() {
		tell(line)
	}
	ended.report(asked, again, &resp.Diagnostics)
}

// lines say what has become of each environment, in order of the alphabet.
func (o outcome) lines() (lines []string) {
	for _, name := range slices.Sorted(maps.Keys(o.deployed)) {
		lines = append(lines, fmt.Sprintf("%s is deployed, commit %s", name, o.deployed[name].Signature))
	}
	if len(o.queued) > 0 {
		lines = append(lines, "in the queue: "+prose.Names(o.queued))
	}
	for _, name := range slices.Sorted(maps.Keys(o.failures)) {
		lines = append(lines, name+" was not deployed")
	}
	return lines
}
