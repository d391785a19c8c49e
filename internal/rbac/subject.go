// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

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
	// IdentityProviderID is the UUID of the LDAP or SAML provider of a directory user, "" on servers that do not say.
	IdentityProviderID string `json:"identity_provider_id"`
}

// Group is a group of a directory.
type Group struct {
	ID          string   `json:"id"`
	Login       string   `json:"login"`
	DisplayName string   `json:"display_name"`
	RoleIDs     []int64  `json:"role_ids"`
	UserIDs     []string `json:"user_ids"`
	// IdentityProviderID is the UUID of the LDAP or SAML provider, "" on servers that do not say.
	IdentityProviderID string `json:"identity_provider_id"`
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

// User reads one user; many concurrent reads share one list. [IsUnknown] recognises the error when it does not exist.
func (c *Client) User(ctx context.Context, id string) (User, error) { return c.users.Read(ctx, id) }

// singleUser is the user with an id.
type singleUser struct {
	User
	id string
}

// Check refuses an answer that is not this user.
func (u *singleUser) Check() error {
	if u.ID != u.id {
		return errors.New("it is not the user with this id")
	}
	return nil
}

// currentUserWithID reads a user without a cache.
func (c *Client) currentUserWithID(ctx context.Context, id string) (User, error) {
	answer := singleUser{id: id}
	if err := c.get(ctx, &answer, nil, "users", id); err != nil {
		return User{}, fmt.Errorf("reading user %s: %w", id, confirmUnknown(ctx, id, err, c.usersByID))
	}
	return answer.User, nil
}

// UserWithLogin finds a user by login; ok is false when there is none. Look-ups share one list.
func (c *Client) UserWithLogin(ctx context.Context, login string) (user User, ok bool, err error) {
	users, err := c.users.All(ctx)
	for _, user := range users {
		if user.Login == login {
			return user, true, nil
		}
	}
	return User{}, false, err
}

// SharedUsers lists all users, by login. Calls between two writes of this process share one answer.
func (c *Client) SharedUsers(ctx context.Context) ([]User, error) {
	byID, err := c.users.All(ctx)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b User) int { return cmp.Compare(a.Login, b.Login) }), nil
}

func (c *Client) usersByID(ctx context.Context) (map[string]User, error) {
	users, err := c.Users(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]User, len(users))
	for _, user := range users {
		byID[user.ID] = user
	}
	return byID, nil
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

// Group reads one group; many concurrent reads share one list. [IsUnknown] recognises the error when it does not exist.
func (c *Client) Group(ctx context.Context, id string) (Group, error) { return c.groups.Read(ctx, id) }

// singleGroup is the group with an id.
type singleGroup struct {
	Group
	id string
}

// Check refuses an answer that is not this group.
func (g *singleGroup) Check() error {
	if g.ID != g.id {
		return errors.New("it is not the group with this id")
	}
	return nil
}

// currentGroup reads a group without a cache.
func (c *Client) currentGroup(ctx context.Context, id string) (Group, error) {
	answer := singleGroup{id: id}
	if err := c.get(ctx, &answer, nil, "groups", id); err != nil {
		return Group{}, fmt.Errorf("reading group %s: %w", id, confirmUnknown(ctx, id, err, c.groupsByID))
	}
	return answer.Group, nil
}

// GroupWithLogin finds a group by login; ok is false when there is none. Look-ups share one list.
func (c *Client) GroupWithLogin(ctx context.Context, login string) (group Group, ok bool, err error) {
	groups, err := c.groups.All(ctx)
	for _, group := range groups {
		if group.Login == login {
			return group, true, nil
		}
	}
	return Group{}, false, err
}

// SharedGroups lists all groups, by login. Calls between two writes of this process share one answer.
func (c *Client) SharedGroups(ctx context.Context) ([]Group, error) {
	byID, err := c.groups.All(ctx)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b Group) int { return cmp.Compare(a.Login, b.Login) }), nil
}

func (c *Client) groupsByID(ctx context.Context) (map[string]Group, error) {
	groups, err := c.Groups(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Group, len(groups))
	for _, group := range groups {
		byID[group.ID] = group
	}
	return byID, nil
}

// PermittedInstances lists the instances on which the caller may perform an action.
func (c *Client) PermittedInstances(ctx context.Context, objectType, action string) ([]string, error) {
	var instances jsonlist.Answer[string]
	if err := c.get(ctx, &instances, nil, "permitted", objectType, action); err != nil {
		return nil, fmt.Errorf("asking where %s:%s is permitted: %w", objectType, action, err)
	}
	return instances, nil
}
