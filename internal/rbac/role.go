// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// Permission allows an action on one instance of a type of object, or on all with "*".
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

	// others are the keys of a single role that this version does not know. A role that is written back has to have all its keys.
	others map[string]json.RawMessage
}

type roleWire struct {
	ID          json.RawMessage `json:"id,omitempty"`
	DisplayName string          `json:"display_name"`
	Description *string         `json:"description"`
	Permissions []Permission    `json:"permissions"`
	UserIDs     []string        `json:"user_ids"`
	GroupIDs    []string        `json:"group_ids"`
}

// UnmarshalJSON implements [json.Unmarshaler]. One published example has the id as a string.
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
	if err != nil || id < 1 {
		return errors.New("decoding a role: its id is not the number of a role")
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
	text, err := json.Marshal(wire)
	if err != nil || len(r.others) == 0 {
		return text, err
	}
	whole := maps.Clone(r.others)
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// SameContent reports whether two roles have the same content, ignoring their ids. The order of lists does not matter, and neither does the
// difference between no description and an empty one.
func (r Role) SameContent(other Role) bool {
	return r.DisplayName == other.DisplayName && text(r.Description) == text(other.Description) &&
		sameSet(r.Permissions, other.Permissions) && sameSet(r.UserIDs, other.UserIDs) && sameSet(r.GroupIDs, other.GroupIDs)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func sameSet[T comparable](a, b []T) bool { return len(without(a, b)) == 0 && len(without(b, a)) == 0 }

// without returns the members of a list that are not in another.
func without[T comparable](list, other []T) (rest []T) {
	for _, one := range list {
		if !slices.Contains(other, one) {
			rest = append(rest, one)
		}
	}
	return rest
}

// Roles lists the roles that the caller may see, without a cache.
func (c *Client) Roles(ctx context.Context) ([]Role, error) {
	var roles roleList
	if err := c.get(ctx, &roles, nil, "roles"); err != nil {
		return nil, fmt.Errorf("listing roles: %w", err)
	}
	return roles.Answer, nil
}

// roleList is a list of roles, each of which has a number.
type roleList struct{ jsonlist.Answer[Role] }

// DecodeStream implements [httpapi.StreamDecoder]. It refuses an answer that is not a list of roles.
func (l *roleList) DecodeStream(r io.Reader) error {
	if err := l.Answer.DecodeStream(r); err != nil {
		return err
	}
	if slices.ContainsFunc(l.Answer, func(r Role) bool { return r.ID == 0 }) {
		return errors.New("one of the roles has no id")
	}
	return nil
}

// singleRole is a role that has a number.
type singleRole struct{ Role }

// UnmarshalJSON implements [json.Unmarshaler].
func (r *singleRole) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &r.Role); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &r.others); err != nil {
		return fmt.Errorf("decoding a role: %w", err)
	}
	for _, key := range []string{"id", "display_name", "description", "permissions", "user_ids", "group_ids"} {
		delete(r.others, key)
	}
	return nil
}

// Check refuses an answer that is not a role.
func (r *singleRole) Check() error {
	if r.ID == 0 {
		return errors.New("it is not a role, because it has no id")
	}
	return nil
}

// SharedRoles lists the roles that the caller may see, by id. Calls between two writes of this process share one answer.
func (c *Client) SharedRoles(ctx context.Context) ([]Role, error) {
	byID, err := c.roles.All(ctx)
	if err != nil {
		return nil, err
	}
	roles := slices.Collect(maps.Values(byID))
	slices.SortFunc(roles, func(a, b Role) int { return cmp.Compare(a.ID, b.ID) })
	return roles, nil
}

func (c *Client) rolesByID(ctx context.Context) (map[string]Role, error) {
	roles, err := c.Roles(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Role, len(roles))
	for _, role := range roles {
		byID[roleID(role.ID)] = role
	}
	return byID, nil
}

// Role reads one role; many concurrent reads share one list. [IsUnknown] recognises the error when it does not exist.
func (c *Client) Role(ctx context.Context, id int64) (Role, error) {
	return c.roles.Read(ctx, roleID(id))
}

// currentRole reads a role without a cache.
func (c *Client) currentRole(ctx context.Context, id string) (Role, error) {
	var answer singleRole
	if err := c.get(ctx, &answer, nil, "roles", id); err != nil {
		return Role{}, fmt.Errorf("reading role %s: %w", id, confirmUnknown(ctx, id, err, c.rolesByID))
	}
	return answer.Role, nil
}

// changed invalidates cached lists, including those of users and groups, which show their roles.
func (c *Client) changed() {
	c.roles.Invalidate()
	c.users.Invalidate()
	c.groups.Invalidate()
}

// RoleNamed returns the role with a name. ok is false when the caller sees no such role.
func (c *Client) RoleNamed(ctx context.Context, displayName string) (role Role, ok bool, err error) {
	roles, err := c.SharedRoles(ctx)
	if err != nil {
		return Role{}, false, err
	}
	i := slices.IndexFunc(roles, func(r Role) bool { return r.DisplayName == displayName })
	if i < 0 {
		return Role{}, false, nil
	}
	return roles[i], true, nil
}

// IsUnknown reports whether an error says that a role, user or group does not exist. The manuals do not say how reading one that does not
// exist is answered; servers answer 404. A 404 without RBAC's own error, such as a page or an empty body of something in front of it,
// proves nothing.
func IsUnknown(err error) bool {
	var unknown *unknownError
	return errors.As(err, &unknown) || httpapi.OwnNotFound(err)
}

// unknownError is a 404 that is not an error of RBAC, about something that is not in its list.
type unknownError struct{ err error }

func (e *unknownError) Error() string { return e.err.Error() }

// Unwrap returns the answer.
func (e *unknownError) Unwrap() error { return e.err }

// confirmUnknown decides whether a 404 that does not look like RBAC's own means that a role, user or group does not exist: no manual has an
// example. A list without it proves it.
func confirmUnknown[T any](ctx context.Context, id string, err error, list func(context.Context) (map[string]T, error)) error {
	if httpapi.StatusOf(err) != http.StatusNotFound || httpapi.OwnNotFound(err) {
		return err
	}
	all, listErr := list(ctx)
	if _, listed := all[id]; listErr != nil || listed {
		return err
	}
	return &unknownError{err}
}

func roleIDFromLocation(h http.Header) (int64, error) {
	text, err := idFromLocation(h, "roles")
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("the id of the new role, %q, is not the number of a role", text)
	}
	return id, nil
}

// CreateRole creates a role and returns its id. Servers answer 201 or 303; both have the id in Location. The error is an
// [*httpapi.AnswerWithoutIDError] when the answer does not: the role may exist.
func (c *Client) CreateRole(ctx context.Context, r Role) (int64, error) {
	r.ID = 0
	leave, err := c.subjects.LockShared(ctx, allSubjects)
	if err != nil {
		return 0, err
	}
	defer leave()
	defer c.changed()
	response, err := c.v1.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"roles"}, Body: r, Safety: httpapi.Launches, Accept: []int{http.StatusSeeOther},
	})
	if err != nil {
		return 0, fmt.Errorf("creating role %q: %w", r.DisplayName, err)
	}
	id, err := roleIDFromLocation(response.Header)
	if err != nil {
		err = errors.New(c.v1.Redactor().Text(err.Error())) // it quotes the header
		return 0, fmt.Errorf("creating role %q: %w", r.DisplayName, &httpapi.AnswerWithoutIDError{Err: err})
	}
	return id, nil
}

// ReplaceRole sets everything about a role: fields that are empty in r are cleared. It waits for no other change: what has read the role
// before keeps others from changing it.
func (c *Client) ReplaceRole(ctx context.Context, r Role) (Role, error) {
	defer c.changed()
	var answer Role
	if _, err := c.v1.Do(ctx, httpapi.Request{
		Method: http.MethodPut, Path: []string{"roles", roleID(r.ID)}, Body: r, Safety: httpapi.Idempotent, Into: &answer,
	}); err != nil {
		return Role{}, fmt.Errorf("changing role %d: %w", r.ID, err)
	}
	return answer, nil
}

// DeleteRole deletes a role. It succeeds when the role is already gone.
func (c *Client) DeleteRole(ctx context.Context, id int64) error {
	leave, err := c.subjects.LockShared(ctx, allSubjects)
	if err != nil {
		return err
	}
	defer leave()
	defer c.changed()
	_, err = c.v1.Do(ctx, httpapi.Request{Method: http.MethodDelete, Path: []string{"roles", roleID(id)}, Safety: httpapi.Idempotent})
	if err = confirmUnknown(ctx, roleID(id), err, c.rolesByID); err != nil && !IsUnknown(err) {
		return fmt.Errorf("deleting role %d: %w", id, err)
	}
	return nil
}

func roleID(id int64) string { return strconv.FormatInt(id, 10) }
