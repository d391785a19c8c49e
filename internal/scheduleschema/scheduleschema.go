// SPDX-License-Identifier: MPL-2.0

// Package scheduleschema has the attributes that schedules share.
package scheduleschema

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Edits is the last sentence of descriptions of what a schedule runs.
const Edits = "A change edits the schedule in place (PE 2021.7 and newer) or replaces it (older)."

// Attributes are the attributes of every kind of schedule.
func Attributes() map[string]schema.Attribute {
	attributes := outputs()
	maps.Copy(attributes, map[string]schema.Attribute{
		"scheduled_time": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "When the first run begins, RFC 3339 with any offset, such as `2030-01-05T02:00:00+01:00`. It must lie in the " +
				"future where the schedule runs once. With an `interval` it is what the runs are counted from, and may have passed: the first " +
				"one is then the next of them. Another way of writing the same instant is no change. " +
				Edits,
			Validators: []validator.String{validate.Time()},
		},
		"interval": Interval(),
		"description": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Description in the console. The default is none. " + Edits,
		},
		"userdata": workload.UserdataAttribute("Keys and values that are kept with the schedule, merged over the provider's " +
			"`default_userdata`. Values keep their types: strings, numbers, booleans, lists and objects. PE 2021.7 and newer. Left out, only " +
			"those of the provider are kept. A change edits the schedule in place."),
	})
	return attributes
}

// outputs are what the server reports of every schedule.
func outputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Number of the schedule.",
		},
		"url": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "URL of the schedule in the orchestrator API.",
		},
		"userdata_all": schema.DynamicAttribute{
			Computed:            true,
			MarkdownDescription: "All userdata of the schedule, with the provider's `default_userdata`. Null on servers before PE 2021.7.",
		},
		"status": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "`scheduled` while runs are to come, `completed` once a schedule that runs once has run. A completed schedule " +
				"stays as it is; give it another `scheduled_time` to have it run again. `ended` for one that runs once, whose time has passed, " +
				"and that could not be started, or is gone or disabled without a known run; nothing is planned for it either. `disabled` " +
				"for a recurring one that somebody has disabled or deleted after it had begun; it is planned to be replaced.",
		},
		"next_run": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "When the next run begins, RFC 3339 with the offset of `scheduled_time`. Null when none is to come. A plan " +
				"that creates or moves a schedule with an `interval` does not know it, because it may be applied after that time.",
		},
		"last_run": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: "The latest run. Null before the first one. Servers before PE 2021.7 report it only for schedules that run " +
				"once, and never why no job could be started.",
			Attributes: map[string]schema.Attribute{
				"time": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "When it began, RFC 3339 with the offset of `scheduled_time`.",
				},
				"job_id": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Number of the job or, for a plan, of the plan job. Null when none could be started.",
				},
				"error": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Why no job could be started, with the kind of the error. Null when one was started.",
				},
			},
		},
	}
}

// Interval makes a schedule recurring.
func Interval() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Time between two runs, whole seconds as a duration such as `24h` or `168h`. Without it, the schedule runs " +
			"once. Puppet Enterprise has no calendar rules: a day is always 24 hours. " + Edits,
		Validators: []validator.String{validate.WholeSeconds()},
	}
}

// Environment is the environment of a scheduled task or plan.
func Environment(what string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		Default:  stringdefault.StaticString(workload.DefaultEnvironment),
		MarkdownDescription: "Environment that the " + what + " is loaded from. The default is `" + workload.DefaultEnvironment +
			"`. " + Edits,
		Validators: []validator.String{validate.EnvironmentName()},
	}
}

// Scope is a scope whose change edits a schedule.
func Scope() schema.DynamicAttribute {
	return workload.ScopeAttribute("Queries and groups are evaluated at each run. " + Edits)
}

// Nodes are the attributes about the nodes of the scope of a schedule.
func Nodes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"max_nodes": scopepreview.MaxNodesAttribute("It is asked when the schedule is created and when its scope or `max_nodes` changes; "+
			"Puppet Enterprise looks for the nodes anew at each run, and knows no limit.", "A change of it alone sends nothing to schedules."),
		"scope_preview": scopepreview.PreviewAttribute("when the schedule was created or got its scope"),
	}
}

// Params are the parameters of a scheduled task or plan.
func Params(what string) map[string]schema.Attribute {
	attributes := workload.ParamsAttributes(what)
	attributes["params"] = schema.DynamicAttribute{
		Optional: true,
		MarkdownDescription: "Parameters of the " + what + ", as an object whose attributes are any values. They are kept in the state; " +
			"secrets belong in `sensitive_params`. The default is none. " + Edits,
		Validators:    []validator.Dynamic{validate.Object{}},
		PlanModifiers: []planmodifier.Dynamic{keep.Object()},
	}
	attributes["sensitive_params"] = schema.DynamicAttribute{
		Optional:  true,
		Sensitive: true,
		WriteOnly: true,
		MarkdownDescription: "Parameters that are sent to the server and stored nowhere else, merged over `params`. The default is none. " +
			"They may be ephemeral values. Needs Terraform 1.11 or newer. They are sent again whenever anything about what is run changes; " +
			"change `sensitive_params_version` when only they have changed.",
		Validators: []validator.Dynamic{validate.Object{}},
	}
	attributes["sensitive_params_version"] = schema.Int64Attribute{
		CustomType:          tfvalue.WholeNumber{},
		Optional:            true,
		MarkdownDescription: "Any number. The default is none. A change sends the current `sensitive_params` to the server.",
	}
	attributes["validate_params"] = workload.ValidateParamsAttribute(what, "A change sends nothing to the server.")
	return attributes
}

// Concurrency is on how many nodes a scheduled job runs at once.
func Concurrency() schema.Int64Attribute {
	return schema.Int64Attribute{
		CustomType:          tfvalue.WholeNumber{},
		Optional:            true,
		MarkdownDescription: "On how many nodes to run at once. The server's default is no limit. PE 2021.7 and newer. " + Edits,
		Validators:          []validator.Int64{validate.AtLeast(1)},
	}
}
