// SPDX-License-Identifier: MPL-2.0

// Package content has the data sources for what can be run and where: tasks, plans, nodes, and the orchestrator itself.
package content

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers tasks, plans, nodes, and the server itself.
func Area() pe.Area {
	return pe.Area{DataSources: []func() datasource.DataSource{
		newTasksDataSource,
		newTaskMetadataDataSource,
		newPlansDataSource,
		newPlanMetadataDataSource,
		newInventoryDataSource,
		newPuppetDBQueryDataSource,
		newUsageDataSource,
		newOrchestratorDataSource,
	}}
}
