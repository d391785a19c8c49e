// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// User is a person or service account.
type User struct {
	ID          string `json:"id"`
	Login       string `json:"login"`
	Email       string `json:"email"`
	DisplayName string `json:"display_name"`
	// RoleIDs are the roles that the user has directly.
	RoleIDs []int64 `json:"role_ids"`
	// InheritedRoleIDs and GroupIDs are only for directory users.
	InheritedRoleIDs []int64  `json:"inherited_role_ids"`
	GroupIDs         []string `json:"group_ids"`
	IsRemote         bool     `json:"is_remote"`
	IsSuperuser      bool     `json:"is_superuser"`
	IsRevoked        bool     `json:"is_revoked"`
	// LastLogin is an ISO 8601 time, nil for a user who has never logged in.
	LastLogin *string `json:"last_login"`
}

// Group is a group of a directory.
type Group struct {
	ID          string   `json:"id"`
	Login       string   `json:"login"`
	DisplayName string   `json:"display_name"`
	RoleIDs     []int64  `json:"role_ids"`
	UserIDs     []string `json:"user_ids"`
}

// Users lists users: all, or those with the given ids.
func (c *Client) Users(ctx context.Context, ids ...string) ([]User, error) {
	query := url.Values{}
	if len(ids) > 0 {
		query.Set("id", strings.Join(ids, ","))
	}
	var users jsonlist.Answer[User]
	if err := c.get(ctx, &users, query, "users"); err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	return users, nil
}

// User reads one user.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	var user User
	if err := c.get(ctx, &user, nil, "users", id); err != nil {
		return User{}, fmt.Errorf("reading user %s: %w", id, err)
	}
	return user, nil
}

// UserWithLogin finds a user by login; ok is false when there is none. Concurrent look-ups share one list.
func (c *Client) UserWithLogin(ctx context.Context, login string) (user User, ok bool, err error) {
	user, err = c.users.Read(ctx, login)
	if errors.Is(err, collection.ErrNotListed) {
		return User{}, false, nil
	}
	return user, err == nil, err
}

func (c *Client) usersByLogin(ctx context.Context) (map[string]User, error) {
	users, err := c.Users(ctx)
	if err != nil {
		return nil, err
	}
	byLogin := make(map[string]User, len(users))
	for _, user := range users {
		byLogin[user.Login] = user
	}
	return byLogin, nil
}

// CurrentUser reads the user whose token is used.
func (c *Client) CurrentUser(ctx context.Context) (User, error) {
	var user User
	if err := c.get(ctx, &user, nil, "users", "current"); err != nil {
		return User{}, fmt.Errorf("reading the user of the token: %w", err)
	}
	return user, nil
}

// Groups lists the groups of directories.
func (c *Client) Groups(ctx context.Context) ([]Group, error) {
	var groups jsonlist.Answer[Group]
	if err := c.get(ctx, &groups, nil, "groups"); err != nil {
		return nil, fmt.Errorf("listing groups: %w", err)
	}
	return groups, nil
}

// Group reads one group.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	var group Group
	if err := c.get(ctx, &group, nil, "groups", id); err != nil {
		return Group{}, fmt.Errorf("reading group %s: %w", id, err)
	}
	return group, nil
}

// GroupWithLogin finds a group by login; ok is false when there is none. Concurrent look-ups share one list.
func (c *Client) GroupWithLogin(ctx context.Context, login string) (group Group, ok bool, err error) {
	group, err = c.groups.Read(ctx, login)
	if errors.Is(err, collection.ErrNotListed) {
		return Group{}, false, nil
	}
	return group, err == nil, err
}

func (c *Client) groupsByLogin(ctx context.Context) (map[string]Group, error) {
	groups, err := c.Groups(ctx)
	if err != nil {
		return nil, err
	}
	byLogin := make(map[string]Group, len(groups))
	for _, group := range groups {
		byLogin[group.Login] = group
	}
	return byLogin, nil
}

// PermittedInstances lists the instances on which the caller may perform an action.
func (c *Client) PermittedInstances(ctx context.Context, objectType, action string) ([]string, error) {
	var instances jsonlist.Answer[string]
	if err := c.get(ctx, &instances, nil, "permitted", objectType, action); err != nil {
		return nil, fmt.Errorf("asking where %s:%s is permitted: %w", objectType, action, err)
	}
	return instances, nil
}
