// SPDX-License-Identifier: MPL-2.0

// Package history has the data sources for past and running jobs and plan jobs, with their nodes, events and reports.
package history

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers what the server knows of jobs and plan jobs, whoever has started them.
func Area() pe.Area {
	return pe.Area{DataSources: []func() datasource.DataSource{
		newJobDataSource,
		newJobsDataSource,
		newJobNodesDataSource,
		newJobEventsDataSource,
		newJobReportDataSource,
		newPlanJobDataSource,
		newPlanJobsDataSource,
		newPlanJobEventsDataSource,
	}}
}
