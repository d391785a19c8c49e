// SPDX-License-Identifier: MPL-2.0

// Package schedule has tasks, deploys and plans that run at a time in the future, once or repeatedly.
package schedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Area offers schedules. Plans check tasks and plans against the given metadata.
func Area(metadata *workload.Metadata) pe.Area {
	process := &processState{}
	return pe.Area{
		Resources: []func() resource.Resource{
			func() resource.Resource { return newScheduledTaskResource(process, metadata) },
			func() resource.Resource { return newScheduledDeployResource(process, metadata) },
			func() resource.Resource { return newScheduledPlanResource(process, metadata) },
		},
		ListResources: []func() list.ListResource{
			func() list.ListResource { return newScheduleList[scheduledTaskModel](process, metadata) },
			func() list.ListResource { return newScheduleList[scheduledDeployModel](process, metadata) },
			func() list.ListResource { return newScheduleList[scheduledPlanModel](process, metadata) },
		},
		DataSources: []func() datasource.DataSource{
			func() datasource.DataSource { return newScheduledJobsDataSource(process) },
		},
	}
}

// processState is what all schedules share within a process.
type processState struct {
	server   scheduling.Server
	migrated migrations
}

// api returns the scheduling API of the server.
func (s *processState) api(ctx context.Context, c *pe.Clients) (scheduling.API, error) {
	return s.server.API(ctx, accessOf(c))
}

// mismatch returns why no schedule can be created with the API that the provider is set to, nil if it can.
func (s *processState) mismatch(ctx context.Context, c *pe.Clients) error {
	return s.server.Mismatch(ctx, accessOf(c))
}

func accessOf(c *pe.Clients) scheduling.Access {
	return scheduling.Access{Client: c.Orchestrator, Launcher: c.Launcher, Setting: c.ScheduledJobsAPI}
}
