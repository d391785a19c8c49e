// Package content has the data sources for what there is to run and to run it on: tasks, plans, nodes, and the orchestrator itself.
package content

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers what there is on the server: tasks, plans, nodes, and the server itself.
func Area() pe.Area {
	return pe.Area{DataSources: []func() datasource.DataSource{
		newTasksDataSource,
		newTaskMetadataDataSource,
		newPlansDataSource,
		newPlanMetadataDataSource,
		newInventoryDataSource,
		newUsageDataSource,
		newOrchestratorDataSource,
	}}
}
