// SPDX-License-Identifier: MPL-2.0

package jobfamily

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// NodeJobs is the family of jobs that run on nodes: deploys and tasks.
type NodeJobs struct {
	// JobType is the type of the jobs of one resource in the API.
	JobType string
}

var _ Family[orchestrator.Job] = NodeJobs{}

// Noun implements [Family].
func (NodeJobs) Noun() string { return "job" }

// Collection implements [Family].
func (NodeJobs) Collection() string { return "jobs" }

// FirstState implements [Family].
func (NodeJobs) FirstState() string { return string(orchestrator.JobNew) }

// Read implements [Family].
func (NodeJobs) Read(ctx context.Context, c *pe.Clients, id string) (orchestrator.Job, error) {
	return c.Orchestrator.Job(ctx, id)
}

// Wait implements [Family].
func (NodeJobs) Wait(ctx context.Context, c *pe.Clients, id string, changed func(orchestrator.Job)) (orchestrator.Job, bool, error) {
	return c.Jobs.Wait(ctx, id, changed)
}

// Recent implements [Family].
func (f NodeJobs) Recent(ctx context.Context, c *pe.Clients) iter.Seq2[orchestrator.Job, error] {
	return c.Orchestrator.Jobs(ctx, orchestrator.JobFilter{Type: f.JobType, OrderBy: "timestamp", Order: "desc"})
}

// Look implements [Family].
func (NodeJobs) Look(ctx context.Context, c *pe.Clients) error {
	_, err := c.Orchestrator.RecentJobs(ctx, 1)
	return err
}

// StopRest implements [Family]. Jobs that run on nodes leave nothing behind.
func (NodeJobs) StopRest(context.Context, *pe.Clients, string, *diag.Diagnostics) ([]string, error) {
	return nil, nil
}

// Stop implements [Family].
func (NodeJobs) Stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error {
	return stopJob(ctx, c, id, force, diags)
}

// Ended implements [Family].
func (NodeJobs) Ended(job orchestrator.Job) bool { return job.State.Terminal() }

// Nodes implements [Family].
func (NodeJobs) Nodes(c *pe.Clients, id string) *nodeprogress.Follower {
	return nodeprogress.New(c.Orchestrator, id, c.Redactor.Text)
}

// Progress implements [Family].
func (NodeJobs) Progress(job orchestrator.Job) string { return outcome.Progress(job) }

// Trace implements [Family].
func (NodeJobs) Trace(job orchestrator.Job) launch.Trace {
	return launch.NewTrace(job.ID, job.Timestamp, job.Userdata)
}

// ShowsNoUserdata implements [Family]. The table of jobs says that they are {} when there are none (since PE 2019.8.5).
func (NodeJobs) ShowsNoUserdata() bool { return true }

// stopJob stops a job under /jobs. A server before PE 2021.7 does not know force and is then asked to stop without.
func stopJob(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error {
	request := orchestrator.StopRequest{Job: id}
	if force {
		request.Force = &force
	}
	_, err := c.Orchestrator.Stop(ctx, request)
	if force && httpapi.HasKind(err, orchestrator.KindValidationError) {
		diags.AddWarning("The job was stopped without force",
			fmt.Sprintf("The server does not know how to stop by force (before PE 2021.7). Job %s starts no more nodes, and the nodes that "+
				"have begun finish their runs.", id))
		request.Force = nil
		_, err = c.Orchestrator.Stop(ctx, request)
	}
	return err
}
