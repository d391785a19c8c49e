// SPDX-License-Identifier: MPL-2.0

// Package classifier is a typed client of the node classifier of Puppet Enterprise (port 4433, /classifier-api/v1): node groups, their
// rules and what they assign. It knows nothing about Terraform. Every method returns the errors of [httpapi.Service.Do], wrapped with what
// was being done.
package classifier

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// ServiceName is the name of the classifier in errors.
const ServiceName = "node classifier"

// AllNodes is the id of the group that every PE has: every other one descends from it.
const AllNodes = "00000000-0000-4000-8000-000000000000"

// Client calls the classifier of one PE. It is safe for concurrent use.
type Client struct {
	service *httpapi.Service
	groups  *collection.Reader[Group]
}

// New returns a client of the classifier on the host and port of an RBAC service, whose URL has the path /rbac-api or none: console
// services serve both. It makes no request.
func New(transport *httpapi.Transport, rbacURL string) (*Client, error) {
	baseURL := strings.TrimSuffix(strings.TrimRight(rbacURL, "/"), "/rbac-api")
	service, err := transport.Service(ServiceName, baseURL+"/classifier-api/v1")
	if err != nil {
		return nil, err
	}
	c := &Client{service: service}
	c.groups = collection.New(collection.Source[Group]{Get: c.currentGroup, List: c.groupsByID, Transient: httpapi.ListOutage})
	return c, nil
}

func (c *Client) get(ctx context.Context, into any, path ...string) error {
	_, err := c.service.Do(ctx, httpapi.Request{Method: http.MethodGet, Path: path, Safety: httpapi.Idempotent, Into: into})
	return err
}

// Groups lists the groups that the caller may view, by name (GET /groups). Calls at the same time share one request.
func (c *Client) Groups(ctx context.Context) ([]Group, error) {
	byID, err := c.groups.All(ctx)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b Group) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Environment, b.Environment), strings.Compare(a.ID, b.ID))
	}), nil
}

func (c *Client) groupsByID(ctx context.Context) (map[string]Group, error) {
	var groups jsonlist.Answer[Group]
	if err := c.get(ctx, &groups, "groups"); err != nil {
		return nil, fmt.Errorf("listing the node groups: %w", err)
	}
	byID := make(map[string]Group, len(groups))
	for _, group := range groups {
		if err := group.Check(); err != nil {
			return nil, fmt.Errorf("listing the node groups: %w", c.service.Unusable(err, "groups"))
		}
		byID[group.ID] = group
	}
	return byID, nil
}

// Group reads a group (GET /groups/:id). [IsUnknown] tells the error for one that does not exist.
func (c *Client) Group(ctx context.Context, id string) (Group, error) { return c.groups.Read(ctx, id) }

func (c *Client) currentGroup(ctx context.Context, id string) (Group, error) {
	var group Group
	if err := c.get(ctx, &group, "groups", id); err != nil {
		return Group{}, fmt.Errorf("reading the node group %s: %w", id, err)
	}
	return group.of(id, "reading")
}

// Nodes are the certnames that match the rule of a group and those of its ancestors, in order (GET /groups/:id/nodes). The call is not in
// the documents of PE 2019: [httpapi.NotFound] tells the error of a server without it.
func (c *Client) Nodes(ctx context.Context, id string) ([]string, error) {
	var answer struct {
		Nodes []string `json:"nodes"`
	}
	if err := c.get(ctx, &answer, "groups", id, "nodes"); err != nil {
		return nil, fmt.Errorf("reading the nodes of the node group %s: %w", id, err)
	}
	slices.Sort(answer.Nodes)
	return answer.Nodes, nil
}
