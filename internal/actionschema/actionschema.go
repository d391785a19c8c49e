// SPDX-License-Identifier: MPL-2.0

// Package actionschema makes the arguments of actions out of those of resources, which run the same and keep it in a state.
package actionschema

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// left are the arguments that only have a meaning for what is kept in a state.
func left() map[string]bool {
	return map[string]bool{"triggers": true, "on_destroy": true, "sensitive_params_version": true, "capture_results": true}
}

// sentences are those in descriptions of resources that do not hold for actions, and what does in their place. An action has no changes.
func sentences() *strings.Replacer {
	return strings.NewReplacer(
		" "+workload.RunsAgain, "", " "+workload.ChangesInPlace, "", " A change of a secret alone is no change.", "",
		"It is stored nowhere and may hold ephemeral values. Needs Terraform 1.11 or newer.",
		"Give its secrets ephemeral values: only these stay out of plan files.",
	)
}

// texts are the descriptions of arguments of which a resource has more to say.
func texts() map[string]string {
	return map[string]string{
		"description": "Description of the job in the console. The default is none.",
		"userdata": "Keys and values that are kept with the job, merged over the provider's `default_userdata` (PE 2019.8.5 and newer). " +
			"Values keep their types: strings, numbers, booleans, lists and objects. Left out, only those of the provider are kept.",
		"launch_key": fmt.Sprintf("Name of this run, of 1 to 200 printable characters, such as `release-2026.11/web`, by which it is "+
			"recognised, on another machine, too: before a job is started, the latest %d of the server are looked through for one with the "+
			"same key and the same inputs. If the newest of them runs or has succeeded, the action waits for it, with a warning, and starts "+
			"nothing; if it has failed or was stopped, the job is started again. What `sensitive_params` hold is not compared. PE 2019.8.5 and "+
			"newer. The default is none: each invocation starts a job.", launch.Searched),
		"wait_for_completion": "Whether to wait until the job has ended, and to fail when it has failed. That needs the permission " +
			"`orchestrator` / `view`; where it is missing, nothing is started. Otherwise the job is only started, and Terraform does not learn " +
			"how it ends. The default is `true`.",
		"params": "Parameters, as an object whose attributes are any values. They are shown in plans and kept in plan files; secrets belong " +
			"in `sensitive_params`, because messages may show values of this attribute. The default is none.",
		"sensitive_params": "Parameters that are secret, merged over `params`. Logs and messages do not show them. Give them ephemeral " +
			"values, such as those of an ephemeral variable or resource: only these stay out of plan files. With `-invoke`, and before and " +
			"after a destroy, Terraform 1.16 drops ephemeral values (1.16.0-rc2), and the action fails instead of running without them. The " +
			"default is none.",
		"max_failed_nodes": "How many nodes may fail without the job counting as failed. Not together with `max_failed_percent`. The default " +
			"is 0.",
		"max_failed_percent": "What percentage of the nodes may fail without the job counting as failed, from 0 to 100. Not together with " +
			"`max_failed_nodes`. The default is 0.",
		"min_nodes": "How many nodes the job has to take, however they end; with fewer it counts as failed, after it has run on those. " +
			"Puppet Enterprise silently leaves out nodes of a query or node group that the user may not use. The default is none.",
		"max_nodes": "How many nodes the scope may match at most: with more, the action starts nothing, and names them. It is asked while " +
			"planning, and again right before the job is started. It needs the permission `nodes` / `view_data` for a query and `node_groups` " +
			"/ `view` for a node group (both where PE 2019.8 has to find the nodes of a group); where the nodes cannot be counted, nothing is " +
			"started. The default is no limit.",
		"allow_empty_scope": "Whether it is acceptable that no node matches the query or node group: nothing runs then. Named nodes that " +
			"cannot be used are an error all the same, and so is an empty scope with `targets`. Not together with `min_nodes`. The default is " +
			"`false`.",
		"expect_no_changes": "Whether the action fails when a node changes something, or would without `noop`: a check that nodes are as " +
			"they should be. It goes by the metrics `changed` and `out_of_sync` of the runs, and a node for which the server reports none " +
			"counts as changed. The default is `false`.",
		"accept_failure": "Whether a plan that fails is a warning and no error. The default is `false`.",
	}
}

// Arguments returns the arguments that an action has of the attributes of a resource: what only a state needs is left out, and so are
// outputs. Whatever has a default there is optional here, and gets it from the action.
func Arguments(of map[string]resource.Attribute) map[string]schema.Attribute {
	arguments, no, instead, edited := map[string]schema.Attribute{}, left(), texts(), sentences()
	for name, attribute := range of {
		if no[name] || !attribute.IsOptional() && !attribute.IsRequired() {
			continue
		}
		text, ok := instead[name]
		if !ok {
			text = edited.Replace(attribute.GetMarkdownDescription())
		}
		arguments[name] = argument(attribute, text)
	}
	return arguments
}

// argument converts one attribute. The types are those that the resources have.
func argument(attribute resource.Attribute, text string) schema.Attribute {
	switch a := attribute.(type) {
	case resource.StringAttribute:
		return schema.StringAttribute{
			Required: a.Required, Optional: a.Optional, MarkdownDescription: text, DeprecationMessage: a.DeprecationMessage,
			Validators: a.Validators,
		}
	case resource.BoolAttribute:
		return schema.BoolAttribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: text, Validators: a.Validators}
	case resource.Int64Attribute:
		return schema.Int64Attribute{
			CustomType: a.CustomType, Required: a.Required, Optional: a.Optional, MarkdownDescription: text, Validators: a.Validators,
		}
	case resource.Float64Attribute:
		return schema.Float64Attribute{
			CustomType: a.CustomType, Required: a.Required, Optional: a.Optional, MarkdownDescription: text, Validators: a.Validators,
		}
	case resource.MapAttribute:
		return schema.MapAttribute{
			ElementType: a.ElementType, Required: a.Required, Optional: a.Optional, MarkdownDescription: text, Validators: a.Validators,
		}
	case resource.SetAttribute:
		return schema.SetAttribute{
			ElementType: a.ElementType, Required: a.Required, Optional: a.Optional, MarkdownDescription: text, Validators: a.Validators,
		}
	case resource.DynamicAttribute:
		return schema.DynamicAttribute{
			Required: a.Required, Optional: a.Optional, WriteOnly: a.WriteOnly, MarkdownDescription: text, Validators: a.Validators,
		}
	default:
		return nil // the framework refuses a schema with such an attribute, and so do the tests
	}
}

// OnInterrupt is what happens to a job when the person who waits for it interrupts that.
func OnInterrupt() schema.Attribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "What happens to the job when Terraform is interrupted (Ctrl-C) while the action waits for it: `abandon` leaves " +
			"it alone, `stop` lets the nodes that have begun finish and starts no more, `force_stop` (PE 2021.7 and newer) ends them too. " +
			"Terraform does not wait for that. A second interrupt, or the end of the process, leaves the job alone. The default is `abandon`.",
		Validators: []validator.String{validate.OneOf(jobschema.Abandon, jobschema.Stop, jobschema.ForceStop)},
	}
}

// Timeouts is the timeouts block of an action, which says how long its invocation may take.
func Timeouts(ctx context.Context, text string) map[string]schema.Block {
	block := timeouts.BlockWithOpts(ctx, timeouts.Opts{InvokeDescription: text})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		for name, attribute := range nested.Attributes {
			// The library's own check does not know what a person would write instead.
			if argument, ok := attribute.(schema.StringAttribute); ok {
				argument.Validators = []validator.String{validate.PositiveDuration()}
				nested.Attributes[name] = argument
			}
		}
		nested.MarkdownDescription = "How long to wait."
		block = nested
	}
	return map[string]schema.Block{"timeouts": block}
}
