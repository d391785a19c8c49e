// SPDX-License-Identifier: MPL-2.0

package jobschema

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// TaskAttributes are the attributes of a task.
func TaskAttributes() map[string]schema.Attribute {
	attributes := NodeAttributes(noderesults.All)
	maps.Copy(attributes, workload.ParamsAttributes("task"))
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment": workload.EnvironmentAttribute("task"),
		"task": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the task, such as `package` or `mysql::sql`. " + workload.RunsAgain,
			Validators:          []validator.String{validate.TaskName()},
		},
		"scope": workload.ScopeAttribute(workload.RunsAgain),
	})
	maps.Copy(attributes, workload.TargetsAttributes(workload.RunsAgain))
	return attributes
}
