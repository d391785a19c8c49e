// SPDX-License-Identifier: MPL-2.0

package code

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ resource.Resource                   = (*codeDeployResource)(nil)
	_ resource.ResourceWithConfigure      = (*codeDeployResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*codeDeployResource)(nil)
	_ resource.ResourceWithValidateConfig = (*codeDeployResource)(nil)
)

// codeDeployResource has no object on the server: a deploy leaves no record that could be read, imported, listed or deleted.
type codeDeployResource struct {
	pe.Resource
	asked *questions
}

// defaultTimeout leaves time for a queue: one deploy may take 11 minutes and a half (timeouts_fetch, timeouts_deploy, timeouts_sync).
const defaultTimeout = 30 * time.Minute

// Metadata implements [resource.Resource].
func (r *codeDeployResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	pe.Describe(resp, "code_deploy")
}

// deploysAgain ends the descriptions of what a deploy is made of.
const deploysAgain = "A change deploys again."

// Schema implements [resource.Resource].
func (r *codeDeployResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Has Code Manager deploy environments from the control repository, once, and waits until all compilers have the " +
			"code. The apply fails when an environment cannot be deployed, and the next one deploys again, which changes nothing where the " +
			"code is the same. Code is deployed again when `environments`, `all`, `modules`, `deploy_modules` or a value of `triggers` " +
			"changes. What others deploy is no change: nothing is read from the server, and the attributes keep what this deploy has ended " +
			"with. Destroying it does nothing " +
			"on the server: the code stays. Nothing on the server stands for it, so that it cannot be imported. The user needs the permission " +
			"`environment` / `deploy_code`, and a token: Code Manager takes no certificates.",
		Attributes: attributes(),
		Blocks: jobschema.TimeoutsBlock(ctx, timeouts.Opts{
			Create: true,
			CreateDescription: "How long to wait for all environments together, such as `90m`. The default is `30m`. Code Manager goes on when " +
				"the time is up. `request_timeout` of the provider does not matter here.",
		}),
	}
}

func attributes() map[string]schema.Attribute {
	all := outputs()
	for name, attribute := range inputs(" " + deploysAgain) {
		all[name] = attribute
	}
	return all
}

// inputs are the arguments. changes ends the descriptions of what a deploy is made of.
func inputs(changes string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"environments": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Names of the environments to deploy, such as `production`. Give these or `all = true`. The default is none." +
				changes,
			Validators:    []validator.Set{validate.NoNulls{}, validate.NotEmpty{}, setvalidator.ValueStringsAre(validate.EnvironmentName())},
			PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
		},
		"all": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Whether to deploy every environment that the control repository has a branch for. The default is `false`." +
				changes,
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
		},
		"modules": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Names of modules: only these are deployed, in the environments that are. The default is all that the " +
				"Puppetfile has." + changes,
			Validators:    []validator.Set{validate.NoNulls{}, validate.NotEmpty{}, setvalidator.ValueStringsAre(validate.NotBlank())},
			PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
		},
		"deploy_modules": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to deploy the modules that the Puppetfile has. With `false`, only the control repository is " +
				"deployed, but to an environment that is deployed for the first time, which gets its modules all the same. The default is the " +
				"server's, `true`." + changes,
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplaceIf(meansSomethingElse, replacesModules, replacesModules)},
		},
		"triggers": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Any values, such as the SHA of the commit that was pushed. The default is none. A change of any of them " +
				"deploys again.",
			PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(saysSomethingElse, replaces, replaces)},
		},
		"wait_for_completion": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether to wait until every environment is deployed and all compilers have its code, and to fail when one " +
				"has failed. Otherwise the deploys are only queued: it is not known how they end, and `deploy_signatures` and `commits` stay " +
				"empty. The default is `true`. " + workload.ChangesInPlace,
		},
	}
}

// replaces describes when triggers deploy again.
const replaces = "A change deploys again, except between none and an empty map."

func saysSomethingElse(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || len(req.PlanValue.Elements())+len(req.StateValue.Elements()) > 0
}

// replacesModules describes when deploy_modules deploys again.
const replacesModules = "A change deploys again, except between none and true."

func meansSomethingElse(_ context.Context, req planmodifier.BoolRequest, resp *boolplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || isFalse(req.PlanValue) != isFalse(req.StateValue)
}

func outputs() map[string]schema.Attribute {
	kept := []planmodifier.Map{mapplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"deploy_signatures": schema.MapAttribute{
			Computed:    true,
			ElementType: types.StringType,
			MarkdownDescription: "SHA of the commit of the control repository that was deployed, by environment. As a trigger of a " +
				"`pe_deploy`, it has Puppet run after the deploy of the code. An environment that has failed is not in it.",
			PlanModifiers: kept,
		},
		"commits": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What the compilers have taken over (file sync), by environment. An environment that has failed is not in it.",
			PlanModifiers:       kept,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"environment_commit": schema.StringAttribute{
					Computed: true, MarkdownDescription: "SHA of the commit of the environment in file sync.",
				},
				"code_commit": schema.StringAttribute{Computed: true, MarkdownDescription: "SHA of the commit of all code in file sync."},
			}},
		},
		"failures": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Why an environment was not deployed, in the words of the server, by environment. Empty where all went well.",
			PlanModifiers:       kept,
		},
	}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *codeDeployResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	checkEnvironments(ctx, req.Config, &resp.Diagnostics)
	checkModules(ctx, req.Config, &resp.Diagnostics)
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It looks whether there is a Code Manager, before anything is applied.
func (r *codeDeployResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || !req.State.Raw.IsNull() || !r.Known() {
		return
	}
	deployer{r.Clients, r.asked}.checkReachable(ctx, &resp.Diagnostics)
}

// Create implements [resource.Resource].
func (r *codeDeployResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	asked := plan.request(ctx, &resp.Diagnostics)
	asked.Timeout = limit
	if resp.Diagnostics.HasError() {
		return
	}
	d := deployer{r.Clients, r.asked}
	deploys, err := d.CodeManager.Deploy(ctx, asked)
	if err != nil {
		d.reportDeploy(ctx, asked, "create", err, &resp.Diagnostics)
		return
	}
	ended := judge(asked, deploys, d.plain)
	plan.fill(ended, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	ended.report(asked, "Then apply again.", &resp.Diagnostics)
}

// Read implements [resource.Resource]. The server keeps no record of a deploy. What it has deployed now may be of anybody else.
func (r *codeDeployResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements [resource.Resource]: what deploys again replaces, the rest is only remembered.
func (r *codeDeployResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, &plan)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Delete implements [resource.Resource]. The code stays where it is.
func (r *codeDeployResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
