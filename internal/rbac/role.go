package rbac

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Permission allows an action on one instance, or on all with "*", of a type of object.
type Permission struct {
	ObjectType string `json:"object_type"`
	Action     string `json:"action"`
	Instance   string `json:"instance"`
}

// Role is a role with its direct members.
type Role struct {
	ID          int64
	DisplayName string
	// Description is nil when the role has none (null).
	Description *string
	Permissions []Permission
	UserIDs     []string
	GroupIDs    []string
}

type roleWire struct {
	ID          json.RawMessage `json:"id,omitempty"`
	DisplayName string          `json:"display_name"`
	Description *string         `json:"description"`
	Permissions []Permission    `json:"permissions"`
	UserIDs     []string        `json:"user_ids"`
	GroupIDs    []string        `json:"group_ids"`
}

// UnmarshalJSON implements [json.Unmarshaler]. One published example shows the id as a string.
func (r *Role) UnmarshalJSON(data []byte) error {
	var wire roleWire
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("decoding a role: %w", err)
	}
	*r = Role{
		DisplayName: wire.DisplayName,
		Description: wire.Description,
		Permissions: wire.Permissions,
		UserIDs:     wire.UserIDs,
		GroupIDs:    wire.GroupIDs,
	}
	if len(wire.ID) == 0 {
		return nil
	}
	id, err := strconv.ParseInt(strings.Trim(string(wire.ID), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("decoding a role: its id %s is not a number", wire.ID)
	}
	r.ID = id
	return nil
}

// MarshalJSON implements [json.Marshaler]. The three lists are always sent, because RBAC requires them.
func (r Role) MarshalJSON() ([]byte, error) {
	wire := roleWire{
		DisplayName: r.DisplayName,
		Description: r.Description,
		Permissions: orEmpty(r.Permissions),
		UserIDs:     orEmpty(r.UserIDs),
		GroupIDs:    orEmpty(r.GroupIDs),
	}
	if r.ID != 0 {
		wire.ID = json.RawMessage(strconv.FormatInt(r.ID, 10))
	}
	return json.Marshal(wire)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Roles lists all roles.
func (c *Client) Roles(ctx context.Context) ([]Role, error) {
	var roles []Role
	if err := c.get(ctx, &roles, nil, "roles"); err != nil {
		return nil, fmt.Errorf("listing roles: %w", err)
	}
	return roles, nil
}

// Role reads one role.
func (c *Client) Role(ctx context.Context, id int64) (Role, error) {
	var role Role
	if err := c.get(ctx, &role, nil, "roles", roleID(id)); err != nil {
		return Role{}, fmt.Errorf("reading role %d: %w", id, err)
	}
	return role, nil
}

// CreateRole creates a role and returns its id. Servers answer 201 or 303; both carry the id in Location.
func (c *Client) CreateRole(ctx context.Context, r Role) (int64, error) {
	r.ID = 0
	response, err := c.v1.Do(ctx, httpapi.Request{Method: http.MethodPost, Path: []string{"roles"}, Body: r, Safety: httpapi.Launches, Accept: []int{http.StatusSeeOther}})
	if err != nil {
		return 0, fmt.Errorf("creating role %q: %w", r.DisplayName, err)
	}
	text, err := idFromLocation(response.Header)
	if err != nil {
		return 0, fmt.Errorf("creating role %q: %w", r.DisplayName, err)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("creating role %q: the id %q of the new role is not a number", r.DisplayName, text)
	}
	return id, nil
}

// ReplaceRole sets everything about a role: what is empty in r is cleared.
func (c *Client) ReplaceRole(ctx context.Context, r Role) (Role, error) {
	var answer Role
	if _, err := c.v1.Do(ctx, httpapi.Request{
		Method: http.MethodPut, Path: []string{"roles", roleID(r.ID)}, Body: r, Safety: httpapi.Idempotent, Into: &answer,
	}); err != nil {
		return Role{}, fmt.Errorf("changing role %d: %w", r.ID, err)
	}
	return answer, nil
}

// DeleteRole deletes a role. It succeeds when the role is gone already.
func (c *Client) DeleteRole(ctx context.Context, id int64) error {
	_, err := c.v1.Do(ctx, httpapi.Request{Method: http.MethodDelete, Path: []string{"roles", roleID(id)}, Safety: httpapi.Idempotent})
	if err != nil && httpapi.StatusOf(err) != http.StatusNotFound {
		return fmt.Errorf("deleting role %d: %w", id, err)
	}
	return nil
}

func roleID(id int64) string { return strconv.FormatInt(id, 10) }

// RolePermissions is the body of the commands that add and remove permissions of a role.
type RolePermissions struct {
	RoleID      int64        `json:"role_id"`
	Permissions []Permission `json:"permissions"`
}

// RoleUsers is the body of the commands that add and remove users of a role.
type RoleUsers struct {
	RoleID  int64    `json:"role_id"`
	UserIDs []string `json:"user_ids"`
}

// RoleGroups is the body of the commands that add and remove groups of a role.
type RoleGroups struct {
	RoleID   int64    `json:"role_id"`
	GroupIDs []string `json:"group_ids"`
}

// AddPermissions adds permissions to a role (PE 2021.4).
func (c *Client) AddPermissions(ctx context.Context, r RolePermissions) error {
	return wrapRole(c.command(ctx, r, "roles", "add-permissions"), "adding permissions to", r.RoleID)
}

// RemovePermissions removes permissions from a role (PE 2021.4).
func (c *Client) RemovePermissions(ctx context.Context, r RolePermissions) error {
	return wrapRole(c.command(ctx, r, "roles", "remove-permissions"), "removing permissions from", r.RoleID)
}

// AddUsers adds users to a role (PE 2021.4).
func (c *Client) AddUsers(ctx context.Context, r RoleUsers) error {
	return wrapRole(c.command(ctx, r, "roles", "add-users"), "adding users to", r.RoleID)
}

// RemoveUsers removes users from a role (PE 2021.4).
func (c *Client) RemoveUsers(ctx context.Context, r RoleUsers) error {
	return wrapRole(c.command(ctx, r, "roles", "remove-users"), "removing users from", r.RoleID)
}

// AddGroups adds groups to a role. The command was called add-user-groups in PE 2021.4 to 2021.7 and is add-groups since.
func (c *Client) AddGroups(ctx context.Context, r RoleGroups) error {
	err := c.command(ctx, r, "roles", "add-groups")
	if httpapi.StatusOf(err) == http.StatusNotFound {
		err = c.command(ctx, r, "roles", "add-user-groups")
	}
	return wrapRole(err, "adding groups to", r.RoleID)
}

// RemoveGroups removes groups from a role (PE 2021.4).
func (c *Client) RemoveGroups(ctx context.Context, r RoleGroups) error {
	return wrapRole(c.command(ctx, r, "roles", "remove-groups"), "removing groups from", r.RoleID)
}

func wrapRole(err error, doing string, id int64) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s role %d: %w", doing, id, err)
}

// ObjectType is a type of object that permissions can be about.
type ObjectType struct {
	ObjectType  string   `json:"object_type"`
	DisplayName string   `json:"display_name"`
	Description string   `json:"description"`
	Actions     []Action `json:"actions"`
}

// Action is what can be permitted on a type of object.
type Action struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Description string `json:"description"`
	// HasInstances tells whether the permission can be about one instance. Otherwise the instance is "*".
	HasInstances bool `json:"has_instances"`
}

// Types lists the types of objects with their actions.
func (c *Client) Types(ctx context.Context) ([]ObjectType, error) {
	var types []ObjectType
	if err := c.get(ctx, &types, nil, "types"); err != nil {
		return nil, fmt.Errorf("listing the types of permissions: %w", err)
	}
	return types, nil
}
