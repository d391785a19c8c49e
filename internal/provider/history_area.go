package provider

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// historyArea offers what the server knows of jobs and plan jobs, whoever has started them.
func historyArea() Area {
	return Area{DataSources: []func() datasource.DataSource{
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
