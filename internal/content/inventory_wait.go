// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// untilConnected is the value of wait_until.
const untilConnected = "connected"

// defaultWait is how long nodes may take to connect.
const defaultWait = 10 * time.Minute

// The waits between two looks at the inventory: short ones at first, for nodes that are about to connect.
const (
	shortestLook = 500 * time.Millisecond
	longestLook  = 5 * time.Second
)

// notConnectedError says which nodes have not connected in time, or before the wait was interrupted.
type notConnectedError struct {
	missing []string
	all     int
	limit   time.Duration
	// trouble is why the last look failed, if it did.
	trouble error
	// cause is why the wait has ended before its limit, nil if it has not.
	cause error
}

func (e *notConnectedError) Error() string {
	return fmt.Sprintf("%d of %d nodes are not connected after %s", len(e.missing), e.all, duration.Text(e.limit))
}

// Unwrap returns why the wait has ended before its limit.
func (e *notConnectedError) Unwrap() error { return e.cause }

// report says it to a person. safe makes a sentence of what others have written.
func (e *notConnectedError) report(safe func(string) string, diags *diag.Diagnostics) {
	if e.cause != nil {
		diags.AddError("The wait for nodes to connect was interrupted",
			"Terraform was interrupted while it waited. Not connected until then: "+prose.List(e.missing)+".")
		return
	}
	trouble := ""
	if e.trouble != nil {
		trouble = "The last attempt to read them failed: " + safe(e.trouble.Error())
	}
	diags.AddAttributeError(path.Root("wait_until"), prose.UpperFirst(e.Error()), prose.Paragraphs(
		"Not connected: "+prose.List(e.missing)+".", trouble,
		"On these nodes, check that the agent is installed, that its certificate is signed, and that the service pxp-agent runs and reaches "+
			"port 8142 of the primary server. Wait longer with `timeouts { read = … }`."))
}

// nodeLook reads nodes once.
type nodeLook func(context.Context) ([]orchestrator.InventoryNode, error)

// waitForNodes looks at nodes until all of them are connected, for at most limit, with whatever a look takes. A failure that may pass is
// outlived, so that no look is repeated by itself.
func (d *inventoryDataSource) waitForNodes(
	ctx context.Context, names []string, limit time.Duration, look nodeLook,
) ([]orchestrator.InventoryNode, error) {
	limited, cancel := context.WithTimeout(httpapi.WithoutRetries(ctx), limit)
	defer cancel()
	deadline, _ := limited.Deadline()
	wait := notConnectedError{missing: slices.Sorted(slices.Values(names)), all: len(names), limit: limit}
	for pause, known := shortestLook, -1; ; pause = min(2*pause, longestLook) {
		nodes, err := look(limited)
		switch {
		case err == nil:
			wait.missing, wait.trouble = unconnected(names, nodes), nil
		case limited.Err() == nil && !httpapi.Transient(err):
			return nil, err
		case ctx.Err() == nil:
			wait.trouble = err
		}
		if len(wait.missing) == 0 {
			return nodes, nil
		}
		if len(wait.missing) != known {
			known = len(wait.missing)
			d.Logger.InfoContext(ctx, "Waiting for nodes to connect", "connected", len(names)-known, "of", len(names))
		}
		if ctx.Err() != nil || time.Now().Add(pause).After(deadline) {
			wait.cause = ctx.Err()
			return nil, &wait
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// unconnected are those of some nodes that are not connected, in order.
func unconnected(names []string, nodes []orchestrator.InventoryNode) (missing []string) {
	for _, name := range names {
		if !slices.ContainsFunc(nodes, func(n orchestrator.InventoryNode) bool { return n.Name == name && n.Connected }) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}
