// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/actionschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// launchAction is what the actions share that launch a job: they launch it, tell of its progress, and judge it. M is the model of the
// action, and R is what the server says of such a job at one moment.
type launchAction[M, R any, P launchRecord[M, R]] struct {
	pe.Action

	name     string
	metadata *workload.Metadata
	family   jobfamily.Family[R]
	shared   *memory
}

// launchSchema is the schema of an action, made from the attributes of the resource that runs the same.
func launchSchema(ctx context.Context, attributes map[string]resource.Attribute, text string) schema.Schema {
	arguments := actionschema.Arguments(attributes)
	arguments["on_interrupt"] = actionschema.OnInterrupt()
	return schema.Schema{
		MarkdownDescription: text,
		Attributes:          arguments,
		Blocks: actionschema.Timeouts(ctx, "How long to wait for the job to end, such as `90m`. The default is `60m`. The job keeps running "+
			"when the time is up."),
	}
}

// Metadata implements [action.Action].
func (a *launchAction[M, R, P]) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.name
}

// ValidateConfig implements [action.ActionWithValidateConfig].
func (a *launchAction[M, R, P]) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	config := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, config)...)
	if !resp.Diagnostics.HasError() {
		config.validate(ctx, &resp.Diagnostics)
	}
}

// ModifyPlan implements [action.ActionWithModifyPlan]. It compares what is to run with what the server knows. Terraform asks only while it
// plans an invocation.
func (a *launchAction[M, R, P]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	config := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.check(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !a.Known() {
		return
	}
	config.complete()
	uses := config.start().Uses()
	uses.Features = append(uses.Features, workload.LaunchKeyFeature(config.options().LaunchKey)...)
	a.metadata.Check(ctx, a.Clients, uses, &resp.Diagnostics)
	a.fitsIn(ctx, config, true, &resp.Diagnostics)
}

// invocation is one invocation of an action. All of it happens in one goroutine, that of Invoke: to tell of progress is only possible
// there, and only until it returns.
type invocation[M, R any, P launchRecord[M, R]] struct {
	*launchAction[M, R, P]

	config P
	title  string
	limit  time.Duration
	tell   progress
	diags  *diag.Diagnostics
}

// Invoke implements [action.Action].
func (a *launchAction[M, R, P]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	config := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, config)...)
	limit, diags := config.options().Timeouts.Invoke(ctx, jobschema.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.complete()
	title := config.start().Title()
	if !a.Ready(title+" was not started", &resp.Diagnostics) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	i := &invocation[M, R, P]{a, config, title, limit, progress{send: resp.SendProgress, safe: a.Redactor.Line}, &resp.Diagnostics}
	i.run(ctx, req.Config)
	i.tell.warnings(ctx, resp.Diagnostics)
}

// jobs are the jobs of the action's type.
func (a *launchAction[M, R, P]) jobs() jobrun.Jobs[R] {
	return jobrun.Jobs[R]{Clients: a.Clients, Family: a.family}
}

// again is the command that invokes the action. Terraform does not tell an action what it is called.
func (a *launchAction[M, R, P]) again() string { return invokeCommand(a.name) }

// run launches a job and waits for it.
func (i *invocation[M, R, P]) run(ctx context.Context, values tfsdk.Config) {
	start := i.config.start()
	userdata := workload.Userdata(i.config.options().Userdata, path.Root("userdata"), i.diags)
	order := jobrun.Order[R]{
		Start: start, Command: start.Command(ctx, i.Clients, i.diags), Userdata: i.Userdata(userdata), Key: i.key(values),
	}
	if i.diags.HasError() || !i.fitsIn(ctx, i.config, false, i.diags) || !i.mayWatch(ctx) {
		return
	}
	launched, ok := i.launch(ctx, order, len(userdata) > 0)
	if !ok {
		return
	}
	followed := &jobrun.Follower[R]{
		Jobs: i.jobs(), Title: i.title, Keeper: "action", ID: launched.ID, RequestID: launched.RequestID, Launched: time.Now(),
	}
	began := "was started"
	if launched.Past.Keyed {
		began = "had been started before"
	}
	i.tell.line(ctx, fmt.Sprintf("%s %s %s: %s", i.family.Noun(), launched.ID, began, i.jobs().URL(launched.ID)))
	if !i.config.options().waits() {
		return
	}
	i.await(ctx, followed)
}

// mayWatch finds out whether the job can be awaited: see [jobrun.Jobs.MayWatch].
func (i *invocation[M, R, P]) mayWatch(ctx context.Context) bool {
	if !i.config.options().waits() || !i.config.options().LaunchKey.IsNull() { // a key is looked for in the same list
		return true
	}
	return i.jobs().MayWatch(ctx, &i.shared.sight, i.title, i.diags)
}

// key identifies the run on all machines. It does not depend on the name under which the server is reached.
func (i *invocation[M, R, P]) key(values tfsdk.Config) launch.Key {
	name := i.config.options().LaunchKey.ValueString()
	if name == "" {
		return launch.Key{}
	}
	var configured map[string]tftypes.Value
	if err := values.Raw.As(&configured); err != nil {
		i.diags.AddError("The configuration of the action cannot be read", prose.Sentence(err.Error()))
		return launch.Key{}
	}
	i.config.values(configured)
	return launch.Key{
		Name: name, Inputs: pe.FingerprintOf(i.family.Collection(), configured, i.config.inputs(), workload.Normal),
	}
}
