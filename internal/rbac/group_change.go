// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// NewGroup is a directory group to import.
type NewGroup struct {
	// Login is the name of the group in the directory, unique among users and groups.
	Login string `json:"login"`
	// RoleIDs are always sent, because RBAC requires them.
	RoleIDs []int64 `json:"role_ids"`
	// DisplayName is nil for that of the directory. It needs PE 2021.
	DisplayName *string `json:"display_name,omitempty"`
	// IdentityProviderID is the UUID of the LDAP or SAML provider, nil where the server is to choose. It needs PE 2025.
	IdentityProviderID *string `json:"identity_provider_id,omitempty"`
	// Validate is nil or true when the directory must have the group. It needs PE 2021.
	Validate *bool `json:"validate,omitempty"`
}

// ErrTooOld says that no call of the server takes all that is asked for.
var ErrTooOld = errors.New("this Puppet Enterprise has no call that takes a display name or an identity provider of a group")

// groupCall is a call that imports a group.
type groupCall struct {
	name    string
	service *httpapi.Service
	path    []string
	// takes reports whether the call is documented to take what is asked for.
	takes func(NewGroup) bool
}

// groupCalls are the calls that import a group, in the order in which they are tried. The command of PE 2025 is documented with the
// identity provider and without validate, so that it is for groups with a provider whose existence is to be checked; the second version,
// which came with PE 2021, has all keys but knows the provider only in newer documents; the first one has two keys.
func (c *Client) groupCalls() []groupCall {
	return []groupCall{
		{"command/groups/create", c.v1, []string{"command", "groups", "create"}, func(g NewGroup) bool {
			return g.IdentityProviderID != nil && (g.Validate == nil || *g.Validate)
		}},
		{"v2/groups", c.v2, []string{"groups"}, func(NewGroup) bool { return true }},
		{"v1/groups", c.v1, []string{"groups"}, func(g NewGroup) bool {
			return g.IdentityProviderID == nil && g.DisplayName == nil
		}},
	}
}

// CreateGroup imports a directory group and returns its id. The error is an [*httpapi.AnswerWithoutIDError] when the answer has none and
// the group cannot be found: it may exist. It is [ErrTooOld] when nothing was sent that could have imported the group.
func (c *Client) CreateGroup(ctx context.Context, g NewGroup) (string, error) {
	doing := fmt.Sprintf("importing group %q", g.Login)
	g.RoleIDs = orEmpty(g.RoleIDs)
	var missing []string
	var refused error
	for _, call := range c.groupCalls() {
		if _, known := c.fewGroupCalls.Load(call.name); known || !call.takes(g) {
			continue
		}
		var id string
		if id, refused = c.createGroup(ctx, call, g); httpapi.StatusOf(refused) == http.StatusNotFound {
			missing = append(missing, call.name)
			continue
		}
		if refused != nil {
			return "", fmt.Errorf("%s: %w", doing, refused)
		}
		// Another call is there, so that those which were not found do not exist.
		for _, name := range missing {
			c.fewGroupCalls.Store(name, true)
		}
		return id, nil
	}
	if g.IdentityProviderID == nil && g.DisplayName == nil && refused != nil {
		return "", fmt.Errorf("%s: %w", doing, refused)
	}
	if refused != nil {
		return "", fmt.Errorf("%s: %w (%w)", doing, ErrTooOld, refused)
	}
	return "", fmt.Errorf("%s: %w", doing, ErrTooOld)
}

// createGroup imports a group by one call. An answer without a Location is that of the command: the group is looked up.
func (c *Client) createGroup(ctx context.Context, call groupCall, g NewGroup) (string, error) {
	if call.service == c.v1 {
		g.Validate = nil // only the second version knows the key
	}
	leave, err := c.subjects.LockShared(ctx, allSubjects)
	if err != nil {
		return "", err
	}
	defer leave()
	defer c.changed()
	response, err := call.service.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: call.path, Body: g, Safety: httpapi.Launches, Accept: []int{http.StatusSeeOther},
	})
	if err != nil {
		return "", err
	}
	if response.Header.Get("Location") != "" {
		return c.newID(response.Header, "groups")
	}
	groups, err := c.Groups(ctx)
	for _, group := range groups {
		if group.Login == g.Login {
			return group.ID, nil
		}
	}
	if err == nil {
		err = errors.New("no group has the login afterwards")
	}
	return "", &httpapi.AnswerWithoutIDError{Err: err}
}

// newID is the id in the Location of an answer.
func (c *Client) newID(h http.Header, collection string) (string, error) {
	id, err := idFromLocation(h, collection)
	if err != nil {
		err = errors.New(c.v1.Redactor().Text(err.Error())) // it quotes the header
		return "", &httpapi.AnswerWithoutIDError{Err: err}
	}
	return id, nil
}

// SetGroupRoles sets the roles of a group, the only part of it that RBAC changes. [IsUnknown] recognises the error when there is no such
// group.
func (c *Client) SetGroupRoles(ctx context.Context, id string, roleIDs []int64) (Group, error) {
	answer := singleGroup{id: id}
	if err := c.replace(ctx, []string{"groups", id}, map[string]any{"role_ids": orEmpty(roleIDs)}, &answer); err != nil {
		return Group{}, fmt.Errorf("changing group %s: %w", id, err)
	}
	return answer.Group, nil
}

// DeleteGroup removes a group from PE. The directory keeps it. It succeeds when the group is already gone.
func (c *Client) DeleteGroup(ctx context.Context, id string) error {
	if err := confirmUnknown(ctx, id, c.remove(ctx, "groups", id), c.groupsByID); err != nil && !IsUnknown(err) {
		return fmt.Errorf("deleting group %s: %w", id, err)
	}
	return nil
}

// allSubjects is the key of the lock on all users and groups.
const allSubjects = ""

// wholeObject is the user or the group with an id, with all its keys.
type wholeObject struct {
	keys map[string]json.RawMessage
	id   string
}

// UnmarshalJSON implements [json.Unmarshaler].
func (o *wholeObject) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &o.keys) }

// Check refuses an answer about something else, which would be written over it.
func (o *wholeObject) Check() error {
	if string(o.keys["id"]) != strconv.Quote(o.id) {
		return errors.New("it is not what has this id")
	}
	return nil
}

// replace changes some keys of a user or a group. RBAC wants all keys that it shows, so the object is read and written back.
func (c *Client) replace(ctx context.Context, path []string, changes map[string]any, into any) error {
	leave, err := c.subjects.Lock(ctx, allSubjects)
	if err != nil {
		return err
	}
	defer leave()
	defer c.changed()
	object := wholeObject{id: path[len(path)-1]}
	if err := c.get(ctx, &object, nil, path...); err != nil {
		return err
	}
	whole := make(map[string]any, len(object.keys))
	for key, value := range object.keys {
		whole[key] = value
	}
	for key, value := range changes {
		whole[key] = value
	}
	_, err = c.v1.Do(ctx, httpapi.Request{Method: http.MethodPut, Path: path, Body: whole, Safety: httpapi.Idempotent, Into: into})
	return err
}

// remove deletes a user or a group.
func (c *Client) remove(ctx context.Context, path ...string) error {
	leave, err := c.subjects.LockShared(ctx, allSubjects)
	if err != nil {
		return err
	}
	defer leave()
	defer c.changed()
	_, err = c.v1.Do(ctx, httpapi.Request{Method: http.MethodDelete, Path: path, Safety: httpapi.Idempotent})
	return err
}
