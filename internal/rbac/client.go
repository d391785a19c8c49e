// Package rbac is a typed client of the part of the Puppet Enterprise RBAC API (port 4433) that permissions as code needs:
// roles, permissions, members and tokens. It knows nothing about Terraform. Every method returns the errors of
// [httpapi.Service.Do], wrapped with what was being done.
package rbac

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

// ServiceName is what RBAC is called in errors.
const ServiceName = "RBAC"

// Client calls the RBAC service of one PE. It is safe for concurrent use.
type Client struct {
	v1 *httpapi.Service
	v2 *httpapi.Service

	roles *collection.Reader[Role]
	// users and groups are read by login, for which RBAC has no call.
	users  *collection.Reader[User]
	groups *collection.Reader[Group]

	locks keylock.Locks[int64]
	// commandless is set once the server has turned out to have no commands (before PE 2021.4).
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
	c.roles = collection.New(collection.Source[Role]{Get: c.currentRole, List: c.rolesByID, Transient: httpapi.Transient})
	c.users = collection.New(collection.Source[User]{List: c.usersByLogin, Transient: httpapi.Transient})
	c.groups = collection.New(collection.Source[Group]{List: c.groupsByLogin, Transient: httpapi.Transient})
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
)

func (c *Client) get(ctx context.Context, into any, query url.Values, path ...string) error {
	_, err := c.v1.Do(ctx, httpapi.Request{Method: http.MethodGet, Path: path, Query: query, Safety: httpapi.Idempotent, Into: into})
	return err
}

// command posts to /command/OBJECT/NAME (PE 2021.4). Adding what is there and removing what is not are no changes, so a lost
// answer is asked for again.
func (c *Client) command(ctx context.Context, body any, object, name string) error {
	_, err := c.v1.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"command", object, name}, Body: body, Safety: httpapi.Idempotent,
	})
	return err
}

// idFromLocation takes the id out of the Location of an answer to a creation: the last segment of its path.
func idFromLocation(h http.Header) (string, error) {
	location, err := url.Parse(h.Get("Location"))
	if err != nil {
		return "", fmt.Errorf("parsing the Location of the answer: %w", err)
	}
	path := strings.TrimRight(location.Path, "/")
	id := path[strings.LastIndexByte(path, '/')+1:]
	if id == "" {
		return "", errors.New("the answer has no Location with an id")
	}
	return id, nil
}
