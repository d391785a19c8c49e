// SPDX-License-Identifier: MPL-2.0

package classifier

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Pins is the body of POST /groups/:id/pin and of POST /groups/:id/unpin.
type Pins struct {
	// Nodes are certnames. They need not exist.
	Nodes []string `json:"nodes"`
}

// Pin puts a node into a group, whatever its facts are (POST /groups/:id/pin). One that is pinned already is no change.
func (c *Client) Pin(ctx context.Context, id, certname string) error {
	return c.repin(ctx, "pin", id, certname)
}

// Unpin takes a node that was pinned out of a group (POST /groups/:id/unpin). One that is not pinned is no change. [IsUnknown] tells the
// error for a group that does not exist.
func (c *Client) Unpin(ctx context.Context, id, certname string) error {
	return c.repin(ctx, "unpin", id, certname)
}

func (c *Client) repin(ctx context.Context, command, id, certname string) error {
	defer c.groups.Invalidate()
	err := c.sendPin(ctx, command, id, certname)
	for races := 0; IsConflict(err) && races < maxRaces; races++ {
		err = c.sendPin(ctx, command, id, certname) // somebody else has changed the rule at the same time
	}
	if err != nil {
		return fmt.Errorf("%sning the node %s, node group %s: %w", command, certname, id, err)
	}
	return nil
}

func (c *Client) sendPin(ctx context.Context, command, id, certname string) error {
	_, err := c.service.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"groups", id, command}, Body: Pins{[]string{certname}}, Safety: httpapi.Idempotent,
	})
	return err
}

// UpdateClasses has the classifier read the classes of an environment again, within a time (POST /update-classes). It takes long where
// there is much code, and changes nothing else.
func (c *Client) UpdateClasses(ctx context.Context, environment string, within time.Duration) error {
	_, err := c.service.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"update-classes"}, Query: url.Values{"environment": {environment}},
		Safety: httpapi.Idempotent, Timeout: within,
	})
	if err != nil {
		return fmt.Errorf("updating the classes of the environment %s: %w", environment, err)
	}
	return nil
}
