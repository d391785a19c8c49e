// SPDX-License-Identifier: MPL-2.0

// Package jobschema has the attributes that deploys, tasks and plan runs share.
package jobschema

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Values of on_destroy.
const (
	Abandon   = "abandon"
	Stop      = "stop"
	ForceStop = "force_stop"
)

// Attributes are the attributes of every kind of job.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"description": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Description of the job in the console. A job that has been started keeps the description that it was started " +
				"with. The default is none. " + workload.ChangesInPlace,
		},
		"userdata": workload.UserdataAttribute("Keys and values that are kept with the job, merged over the provider's `default_userdata` " +
			"(PE 2019.8.5 and newer). Values keep their types: strings, numbers, booleans, lists and objects. A job that has been started " +
			"keeps what it was started with. Left out, only those of the provider are kept. " + workload.ChangesInPlace),
		"triggers": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Any values. The default is none. A change of any of them runs the job again, as a new job.",
		},
		"launch_key": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("Name of this run, of 1 to 200 printable characters, such as `release-2026.11/web`, by which it "+
				"is recognised on another machine: before a job is started, the latest %d of the server are looked through for one with the same "+
				"key and the same inputs. If the newest of them runs or has succeeded, it is adopted, with a warning, and nothing is started; if "+
				"it has failed or was stopped, the job is started again. Each resource needs a key of its own. PE 2019.8.5 and newer. The "+
				"default is none. "+workload.RunsAgain, launch.Searched),
			Validators: []validator.String{validate.LaunchKey()},
		},
		"timeout": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			Validators: []validator.Int64{validate.AtLeast(1)},
		},
		"wait_for_completion": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether to wait until the job has ended, and to fail when it has failed. That needs the permission " +
				"`orchestrator` / `view`; where it is missing, nothing is started. Otherwise the job is only started, and later refreshes " +
				"take into the state how far it is. The default is `true`. A change runs nothing, except that `true` runs a job again of " +
				"which it is known that it has failed.",
		},
		"on_destroy": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(Abandon),
			MarkdownDescription: "What happens to a job that still runs when it is destroyed or replaced: `abandon` leaves it alone, `stop` " +
				"lets the nodes that have begun finish and starts no more, `force_stop` (PE 2021.7 and newer) ends them too. The default is " +
				"`abandon`. " + workload.ChangesInPlace,
			Validators: []validator.String{validate.OneOf(Abandon, Stop, ForceStop)},
		},

		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Number of the job.",
		},
		"url": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "URL of the job in the orchestrator API.",
		},
		"request_id": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Id of the launch, which the job carries in its userdata as `terraform_request_id`. By it the job is told " +
				"from those of others, whatever happens to its number. Null where the server keeps no userdata (before PE 2019.8.5).",
		},
		"state": schema.StringAttribute{
			Computed: true,
		},
		"started_at": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "When the job was started, RFC 3339 in UTC.",
		},
		"finished_at": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "When the job ended, RFC 3339 in UTC. Null while it runs.",
		},
		"duration_seconds": schema.Float64Attribute{
			Computed:            true,
			MarkdownDescription: "How long the job took, in seconds. Null while it runs.",
		},
		"owner": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Login of the user who started the job.",
		},
	}
}

// NodeAttributes are the attributes of jobs that run on nodes: deploys and tasks. capturedBefore is the default of capture_results of
// the releases that did not write down which one they had.
func NodeAttributes(capturedBefore string) map[string]schema.Attribute {
	attributes := Attributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"noop": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to only simulate changes. The server's default is `false`. " + workload.RunsAgain,
		},
		"timeout": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "Seconds after which the run on one node is ended by force (newer than PE 2021.7). Without it the server's " +
				"default applies. This is not how long Terraform waits: see `timeouts`. " + workload.RunsAgain,
			Validators: []validator.Int64{validate.AtLeast(1)},
		},
		"max_failed_nodes": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "How many nodes may fail without the job counting as failed. Not together with `max_failed_percent`. The " +
				"default is 0. Raising it enough makes a failed job count as a success. A change runs nothing, except that lowering it below " +
				"what an accepted job had runs the job again.",
			Validators: []validator.Int64{validate.AtLeast(0), validate.NotBeside("max_failed_percent")},
		},
		"max_failed_percent": schema.Float64Attribute{
			CustomType: tfvalue.Decimal{},
			Optional:   true,
			MarkdownDescription: "What percentage of the nodes may fail without the job counting as failed, from 0 to 100. Not together with " +
				"`max_failed_nodes`. The default is 0. Raising it enough makes a failed job count as a success. A change runs nothing, except " +
				"that lowering it below what an accepted job had runs the job again.",
			Validators: []validator.Float64{validate.Decimals(0, 100)},
		},
		"min_nodes": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "How many nodes the job has to take, however they end; with fewer it counts as failed, after it has run on " +
				"those. Puppet Enterprise silently leaves out nodes of a query or node group that the user may not use. The default is none. A " +
				"change runs nothing, except that raising it above what an accepted job took runs the job again.",
			Validators: []validator.Int64{validate.AtLeast(1)},
		},
		"max_nodes": scopepreview.MaxNodesAttribute("It is asked when a job is planned to be started, and again right before it is.",
			"A change of it alone runs nothing, and asks nothing."),
		"allow_empty_scope": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether it is acceptable that no node matches the query or node group: nothing runs then, and `id` is " +
				"`none`, `state` is `empty` and `node_count` is 0, until a change of what is run, or of `triggers`, asks the server again. Named " +
				"nodes that cannot be used are an error all the same, and so is an empty scope with `targets`. Not together with `min_nodes`. " +
				"The default is `false`. A change runs nothing, except that taking it away where no node has matched runs the job again.",
		},
		"capture_results": schema.StringAttribute{
			Optional:      true,
			Computed:      true,
			PlanModifiers: []planmodifier.String{captureDefault{capturedBefore}},
			MarkdownDescription: "Of which nodes `results` holds the result: `all`, `failed` (those that did not succeed) or `none`. The " +
				"default is `failed`, which keeps what tasks print out of the state and plans short; the data source `pe_job_nodes` reads the " +
				"results of any job at each run. A job that a release with another default has launched keeps that one. A change reads the " +
				"results again and runs nothing.",
			Validators: []validator.String{validate.OneOf(noderesults.All, noderesults.Failed, noderesults.None)},
		},

		"scope_preview": scopepreview.PreviewAttribute("right before the job was started"),
		"state": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "State of the job: `new`, `ready`, `running`, `stopping`, `stopped`, `finished` or `failed`, or `empty` (see " +
				"`allow_empty_scope`). Whether the job counts as a success depends on its nodes.",
		},
		"node_count": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "How many nodes the job took.",
		},
		"node_states": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.Int64Type,
			MarkdownDescription: "How many nodes are in which state, such as `{ finished = 3, failed = 1 }`. States without nodes are left out.",
		},
		"report_url": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "URL of the job's report in the orchestrator API.",
		},
		"results": schema.DynamicAttribute{
			Computed: true,
			MarkdownDescription: "What the nodes of `capture_results` have left: an object with an attribute for each certname, which holds " +
				"`state`, `message`, `duration` (in seconds) and `result`, the node's own result as a value. Null until the job has ended. A " +
				"result that is larger than the provider's `max_node_result_bytes` or `max_result_bytes` is `{ _omitted = { bytes = … } }`, with " +
				"a warning. " + tfvalue.ForeignForm,
		},
		"sensitive_results": schema.DynamicAttribute{
			Computed:  true,
			Sensitive: true,
			MarkdownDescription: "What stands under `_sensitive` in the results, by certname. It is left out of `results`. PE 2019.8.6 and " +
				"newer answer a placeholder there, such as `Sensitive [value redacted]`, and have not stored the secret; older ones answer the " +
				"secret itself, which is then in the state.",
		},
	})
	return attributes
}

// How long is waited where nothing is said.
const (
	DefaultTimeout     = 60 * time.Minute
	DefaultStopTimeout = 20 * time.Minute
)

// Timeouts is the timeouts block of jobs.
func Timeouts(ctx context.Context) map[string]schema.Block {
	return TimeoutsBlock(ctx, timeouts.Opts{
		Create: true,
		Update: true,
		Delete: true,
		CreateDescription: "How long to wait for a new job to end, such as `90m`. The default is `60m`. The job keeps running when the " +
			"time is up.",
		UpdateDescription: "How long to keep waiting for a job when an earlier apply was interrupted. The default is `60m`.",
		DeleteDescription: "How long to wait for a job to end that `on_destroy` has stopped. The default is `20m`.",
	})
}

// TimeoutsBlock is a timeouts block that says what a person should write instead of what is no duration.
func TimeoutsBlock(ctx context.Context, opts timeouts.Opts) map[string]schema.Block {
	block := timeouts.Block(ctx, opts)
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		for name, attribute := range nested.Attributes {
			// The library's own check does not know what a person would write instead.
			if text, ok := attribute.(schema.StringAttribute); ok {
				text.Validators = []validator.String{validate.PositiveDuration()}
				text.PlanModifiers = []planmodifier.String{keep.Duration()}
				nested.Attributes[name] = text
			}
		}
		nested.MarkdownDescription = "How long to wait. " + workload.ChangesInPlace
		block = nested
	}
	return map[string]schema.Block{"timeouts": block}
}
