package job

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// jobFamily says how one of the server's two families of jobs is read, watched and stopped: jobs, which run on nodes, and plan jobs. R is
// what the server reports about one of them.
type jobFamily[R any] interface {
	// noun is the word for one of them.
	noun() string
	// collection is the name of their collection in the API.
	collection() string
	// firstState is the state of one that has just been started.
	firstState() string
	// Read reads one.
	Read(ctx context.Context, c *pe.Clients, id string) (R, error)
	// wait waits until one has ended. See [jobwatch.Watcher.Wait].
	wait(ctx context.Context, c *pe.Clients, id string, changed func(R)) (last R, known bool, err error)
	// recent lists those of the resource's type, the latest change first.
	recent(ctx context.Context, c *pe.Clients) iter.Seq2[R, error]
	// look asks the cheapest question that only those are answered who may look at such jobs.
	look(ctx context.Context, c *pe.Clients) error
	// stop asks for the end of one, and does not wait for it.
	stop(ctx context.Context, c *pe.Clients, id string, force bool, diags *diag.Diagnostics) error
	// ended reports whether one will never change again.
	ended(now R) bool
	// nodes returns what tells which nodes of a job have ended, nil for jobs that have none of their own.
	nodes(c *pe.Clients, id string) *nodeprogress.Follower
	// progress says in words how far one is. It changes when there is something to tell.
	progress(now R) string
	// trace is what one is found by.
	trace(now R) launch.Trace
}

// stopJob stops a job under /jobs. A server before PE 2021.7 does not know force, so it is asked again without.
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
