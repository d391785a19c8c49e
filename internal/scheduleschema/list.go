// SPDX-License-Identifier: MPL-2.0

package scheduleschema

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// ListAttributes are the attributes of a list of schedules.
func ListAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"type": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Only schedules of this type: `task`, `deploy` or `plan`. PE 2019.8.3 and newer. The default is every type.",
			Validators: []validator.String{
				validate.OneOf(orchestrator.ScheduleTask, orchestrator.ScheduleDeploy, orchestrator.SchedulePlan),
			},
		},
		"order_by": listing.OrderByAttribute("`next_run` and `next_run_time` are the same; `scheduled_time` is for servers before PE "+
			"2021.7 only, `environment`, `owner` (the login) and `type` for newer ones only. The default is the next run. PE 2019.8.3 and "+
			"newer.",
			"next_run_time", "next_run", "scheduled_time", "environment", "owner", "name", "type"),
		"order":  listing.OrderAttribute("The default is `asc`. PE 2019.8.3 and newer."),
		"limit":  listing.LimitAttribute("schedules"),
		"offset": listing.OffsetAttribute("schedules"),
		"total":  listing.TotalAttribute("schedules"),
		"scheduled_jobs": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The schedules, in the order of the server.",
			NestedObject:        schema.NestedAttributeObject{Attributes: listedAttributes()},
		},
		"inputs": schema.DynamicAttribute{
			Computed: true,
			MarkdownDescription: "What the schedules run, by their numbers, as objects with the names of the API, such as `parameters` and " +
				"`scope`. Sensitive parameters are left out, and servers before PE 2021.7 report no parameters at all.",
		},
		"submission_errors": schema.DynamicAttribute{
			Computed: true,
			MarkdownDescription: "Why the latest run could not be started, by the numbers of the schedules to which that has happened: " +
				"objects with `kind`, `msg` and `details`.",
		},
	}
}

// listedAttributes are the attributes of a schedule in a list.
func listedAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	attributes := map[string]schema.Attribute{
		"id":          text("Number of the schedule."),
		"url":         text("URL of the schedule in the orchestrator API. Servers before PE 2021.7 only take it for deleting."),
		"type":        text("`task`, `deploy` or `plan`."),
		"name":        text("Full name of the task or plan, null for a deploy."),
		"environment": text("Environment of the schedule. Empty for a deploy in whatever environment each node belongs to."),
		"description": text("Description of the schedule."),
		"enabled": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the schedule runs. Schedules of servers that do not " +
			"say are enabled."},
		"scheduled_time": text("When the first run begins or began, RFC 3339 in UTC."),
		"interval_seconds": schema.Int64Attribute{Computed: true, MarkdownDescription: "Time between two runs, in seconds. Null for a " +
			"schedule that runs once."},
		"next_run": text("When the next run begins, RFC 3339 in UTC. Null when none is to come, and before PE 2019.8.3."),
		"last_run": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The latest run. Null before the first one, and on servers before PE 2021.7.",
			Attributes: map[string]schema.Attribute{
				"time":        text("When it began, RFC 3339 in UTC."),
				"job_id":      text("Number of the job. Null for a plan, and when none could be started."),
				"plan_job_id": text("Number of the plan job. Null for tasks and deploys, and when none could be started."),
				"error":       text("Why no job could be started, as a sentence. Null when one was started."),
				"error_kind":  text("Kind of that error, such as `puppetlabs.orchestrator/unknown-environment`. Null when a job was started."),
			},
		},
		"noop": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether changes are only simulated. Null when the server does not " +
			"say, as for plans."},
		"sensitive_params": jobvalue.SensitiveParamsAttribute(),
		"userdata": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Keys and values that are kept with the schedule. Null when there are none, and before PE 2021.7.",
		},
	}
	maps.Copy(attributes, jobvalue.OwnerAttributes("who created the schedule"))
	return attributes
}
