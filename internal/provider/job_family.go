package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// jobFamily is how one of the server's two families of jobs is read, watched, judged and stopped: jobs, which run on nodes,
// and plan jobs.
type jobFamily interface {
	// noun is what one of them is called.
	noun() string
	// collection is the name of the collection that they belong to.
	collection() string
	// firstState is the state of one that was just started.
	firstState() string
	// read reads one.
	read(ctx context.Context, c *connection, id string) (reading, error)
	// wait waits until one has ended. See [jobwatch.Watcher.Wait].
	wait(ctx context.Context, c *connection, id string, changed func(reading)) (last reading, known bool, err error)
	// conclude reads what one that has ended has left into a record that it has filled already, and judges it. The error says
	// why something could not be read; the verdict stands all the same.
	conclude(ctx context.Context, c *connection, record jobRecord) (verdict, error)
	// failed reports whether a record that has ended is known to be no success.
	failed(record jobRecord) bool
	// stop asks for the end of one, and does not wait for it.
	stop(ctx context.Context, c *connection, record jobRecord, force bool, diags *diag.Diagnostics) error
}

// reading is what the server says of a job at one moment.
type reading interface {
	// ended reports whether it will never change again.
	ended() bool
	// fill puts what is said into the outputs of a record.
	fill(record jobRecord)
	// requestID is the id of the launch that it carries, or "".
	requestID() string
	// progress says in words how far it is. It changes when there is something to tell.
	progress() string
}

// verdict is a judgement in words.
type verdict struct {
	ok bool
	// summary and detail are for a verdict that is not ok.
	summary, detail string
	// warning is about what was done although it was ok, "" if there is nothing.
	warning, warningDetail string
}

// stopJob stops a job under /jobs. A server before PE 2021.7 does not know force and is then asked to stop without.
func stopJob(ctx context.Context, c *connection, id string, force bool, diags *diag.Diagnostics) error {
	request := orchestrator.StopRequest{Job: id}
	if force {
		request.Force = &force
	}
	_, err := c.orchestrator.Stop(ctx, request)
	if force && httpapi.HasKind(err, orchestrator.KindValidationError) {
		diags.AddWarning("The job was stopped without force",
			fmt.Sprintf("The server does not know how to stop by force (before PE 2021.7). Job %s starts no more nodes, and the nodes that have begun finish their runs.", id))
		request.Force = nil
		_, err = c.orchestrator.Stop(ctx, request)
	}
	if orchestrator.IsUnknownJob(err) {
		return nil
	}
	return err
}
