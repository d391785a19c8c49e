// SPDX-License-Identifier: MPL-2.0

// Package rbac is a typed client of the part of the Puppet Enterprise RBAC API (port 4433) that permissions as code needs: roles,
// permissions, members and tokens. It knows nothing about Terraform. Every method returns the errors of [httpapi.Service.Do], wrapped with
// what was being done.
package rbac

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

// ServiceName is the name of RBAC in errors.
const ServiceName = "RBAC"

// Client calls the RBAC service of one PE. It is safe for concurrent use.
type Client struct {
	v1 *httpapi.Service
	v2 *httpapi.Service

	roles  *collection.Reader[Role]
	users  *collection.Reader[User]
	groups *collection.Reader[Group]

	locks keylock.Locks[int64]
	// subjects is held by whoever reads a role, a user or a group, and writes it back as a whole: each shows who has which role. It is shared
	// by all other changes of them. Who needs the lock of a role as well takes that first.
	subjects keylock.Locks[string]
	// fewGroupCalls are the calls that import groups and that the server has turned out not to have.
	fewGroupCalls sync.Map
	// unrevoking is true once the server has turned out to have no commands for users (before PE 2021.4).
	unrevoking atomic.Bool
	// commandless is true once the server has turned out to have no commands (before PE 2021.4).
	commandless atomic.Bool
}

// New returns a client of the RBAC service at baseURL, with or without the path /rbac-api. It makes no request.
func New(transport *httpapi.Transport, baseURL string) (*Client, error) {
	baseURL = strings.TrimSuffix(strings.TrimRight(baseURL, "/"), "/rbac-api")
	v1, err := transport.Service(ServiceName, baseURL+"/rbac-api/v1")
	if err != nil {
		return nil, err
	}
	v2, err := transport.Service(ServiceName, baseURL+"/rbac-api/v2")
	if err != nil {
		return nil, err
	}
	c := &Client{v1: v1, v2: v2}
	c.roles = collection.New(collection.Source[Role]{Get: c.currentRole, List: c.rolesByID, Transient: httpapi.ListOutage})
	c.users = collection.New(collection.Source[User]{Get: c.currentUserWithID, List: c.usersByID, Transient: httpapi.ListOutage})
	c.groups = collection.New(collection.Source[Group]{Get: c.currentGroup, List: c.groupsByID, Transient: httpapi.ListOutage})
	return c, nil
}

// Error kinds of RBAC.
const (
	KindConflict              = "conflict"
	KindPermissionDenied      = "permission-denied"
	KindDefaultRolesImmutable = "default-roles-immutable"
	KindAdminNotInAdminRole   = "admin-user-not-in-admin-role"
	KindInvalidAssociatedID   = "invalid-associated-id"
	KindTokenExpired          = "token-expired"
	KindTokenRevoked          = "token-revoked"
	KindUserRevoked           = "user-revoked"
	KindUserUnauthenticated   = "user-unauthenticated"
	KindAdminUserImmutable    = "admin-user-immutable"
	KindNoSuchGroup           = "no-such-group-LDAP"
	KindAmbiguousGroup        = "non-unique-lookup-attr"
	KindSchemaViolation       = "schema-violation"
)

func (c *Client) get(ctx context.Context, into any, query url.Values, path ...string) error {
	_, err := c.v1.Do(ctx, httpapi.Request{Method: http.MethodGet, Path: path, Query: query, Safety: httpapi.Idempotent, Into: into})
	return err
}

// command posts to /command/OBJECT/NAME (PE 2021.4). Adding what exists and removing what does not are no changes, so the command is
// repeated after a lost answer.
func (c *Client) command(ctx context.Context, body any, object, name string) error {
	_, err := c.v1.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"command", object, name}, Body: body, Safety: httpapi.Idempotent,
	})
	return err
}

// idFromLocation takes the id from the Location of an answer to a creation in a collection: the last segment of its path, after the name of
// the collection. A redirect to a login page has another path.
func idFromLocation(h http.Header, collection string) (string, error) {
	location, err := url.Parse(h.Get("Location"))
	if err != nil {
		return "", fmt.Errorf("its Location cannot be read: %w", err)
	}
	segments := strings.Split(strings.TrimRight(location.Path, "/"), "/")
	last := len(segments) - 1
	if last < 1 || segments[last] == "" || segments[last-1] != collection {
		return "", fmt.Errorf("its Location %q has no id", withoutSecrets(location))
	}
	return segments[last], nil
}

// withoutSecrets writes an address without the parts in which others put logins and tokens.
func withoutSecrets(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return bare.String()
}
