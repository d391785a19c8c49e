package provider

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// contentArea offers what there is on the server: tasks, plans, nodes, and the server itself.
func contentArea() Area {
	return Area{DataSources: []func() datasource.DataSource{
		newTasksDataSource,
		newTaskMetadataDataSource,
		newPlansDataSource,
		newPlanMetadataDataSource,
		newInventoryDataSource,
		newUsageDataSource,
		newOrchestratorDataSource,
	}}
}
