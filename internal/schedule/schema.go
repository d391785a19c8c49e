package schedule

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// The last sentences of descriptions of what a schedule runs.
const editsSchedule = "A change edits the schedule in place (PE 2021.7 and newer) or replaces it (older)."

// scheduleAttributes are the attributes of every kind of schedule.
func scheduleAttributes() map[string]schema.Attribute {
	attributes := scheduleOutputs()
	maps.Copy(attributes, map[string]schema.Attribute{
		"scheduled_time": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "When the first run begins, RFC 3339 with any offset, such as `2030-01-05T02:00:00+01:00`. It must lie in the " +
				"future when the schedule is created or the time is changed; another way of writing the same instant is no change. A recurring " +
				"schedule that has to be replaced or created again later begins with its next run. " + editsSchedule,
			Validators: []validator.String{validate.Time()},
		},
		"interval": scheduledInterval(),
		"description": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Description in the console. The default is none. " + editsSchedule,
		},
		"userdata": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Keys and values that are kept with the schedule, merged over the provider's `default_userdata`. PE 2021.7 " +
				"and newer. Left out, only those of the provider are kept. A change edits the schedule in place.",
			Validators: []validator.Map{mapvalidator.KeysAre(validate.UserdataKey())},
		},
	})
	return attributes
}

// scheduleOutputs are what the server reports of every schedule.
func scheduleOutputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Number of the schedule.",
		},
		"url": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "URL of the schedule in the orchestrator API.",
		},
		"userdata_all": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "All userdata of the schedule, with the provider's `default_userdata`. Null on servers before PE 2021.7.",
		},
		"status": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "`scheduled` while runs are to come, `completed` once a schedule that runs once has run. A completed schedule " +
				"stays as it is; give it another `scheduled_time` to have it run again. `ended` for one that runs once, whose time has passed, " +
				"that is gone or disabled, and of which no run is known; nothing is planned for it either. `disabled` for a recurring one that " +
				"somebody has disabled or deleted after it had begun; it is planned to be replaced.",
		},
		"next_run": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "When the next run begins, RFC 3339 in UTC. Null when none is to come.",
		},
		"last_run": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: "The latest run. Null before the first one. Servers before PE 2021.7 tell it only of schedules that run once, " +
				"and not why no job could be started.",
			Attributes: map[string]schema.Attribute{
				"time": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "When it began, RFC 3339 in UTC.",
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

// scheduledInterval makes a schedule recurring.
func scheduledInterval() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Time between two runs, whole seconds as a duration such as `24h` or `168h`. Without it, the schedule runs " +
			"once. Puppet Enterprise has no calendar rules: a day is always 24 hours. " + editsSchedule,
		Validators: []validator.String{validate.WholeSeconds()},
	}
}

// scheduledEnvironment is the environment of a scheduled task or plan.
func scheduledEnvironment(what string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		Default:  stringdefault.StaticString(workload.DefaultEnvironment),
		MarkdownDescription: "Environment that the " + what + " is loaded from. The default is `" + workload.DefaultEnvironment +
			"`. " + editsSchedule,
		Validators: []validator.String{validate.EnvironmentName()},
	}
}

// scheduledScope is a scope whose change edits a schedule.
func scheduledScope() schema.SingleNestedAttribute {
	scope := workload.ScopeAttribute()
	scope.MarkdownDescription = "Where to run: exactly one of `nodes`, `query` and `node_group`. Queries and groups are evaluated at each " +
		"run. " + editsSchedule
	return scope
}

// scheduledParams are the parameters of a scheduled task or plan.
func scheduledParams(what string) map[string]schema.Attribute {
	attributes := workload.ParamsAttributes(what)
	attributes["params"] = schema.DynamicAttribute{
		Optional: true,
		MarkdownDescription: "Parameters of the " + what + ", as an object whose attributes are any values. They are kept in the state; " +
			"secrets belong into `sensitive_params`. The default is none. " + editsSchedule,
		Validators: []validator.Dynamic{validate.Object{}},
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
		Optional:            true,
		MarkdownDescription: "Any number. The default is none. A change sends the present `sensitive_params` to the server.",
	}
	attributes["validate_params"] = workload.ValidateParamsAttribute(what, "A change sends nothing to the server.")
	return attributes
}

// scheduledConcurrency is on how many nodes a scheduled job runs at once.
func scheduledConcurrency() schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "On how many nodes to run at once. The server's default is no limit. PE 2021.7 and newer. " + editsSchedule,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
}
