// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"fmt"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// NewUser is a local user to create.
type NewUser struct {
	// Login is unique among users and groups.
	Login string `json:"login"`
	// Email is unique among users; "" is none.
	Email       string `json:"email"`
	DisplayName string `json:"display_name"`
	// RoleIDs are always sent, because RBAC requires them.
	RoleIDs []int64 `json:"role_ids"`
	// Password is "" for a user who cannot log in before the password was reset.
	Password string `json:"password,omitempty"`
}

// UserChange is what to change about a local user. What is nil stays.
type UserChange struct {
	Login, Email, DisplayName *string
	RoleIDs                   *[]int64
}

func (u UserChange) keys() map[string]any {
	keys := map[string]any{}
	for key, value := range map[string]*string{"login": u.Login, "email": u.Email, "display_name": u.DisplayName} {
		if value != nil {
			keys[key] = *value
		}
	}
	if u.RoleIDs != nil {
		keys["role_ids"] = orEmpty(*u.RoleIDs)
	}
	return keys
}

// CreateUser creates a local user and returns its id. Servers answer 201 or 303; both have the id in Location. The error is an
// [*httpapi.AnswerWithoutIDError] when the answer does not: the user may exist.
func (c *Client) CreateUser(ctx context.Context, u NewUser) (string, error) {
	c.v1.Redactor().Add(u.Password)
	u.RoleIDs = orEmpty(u.RoleIDs)
	leave, err := c.subjects.LockShared(ctx, allSubjects)
	if err != nil {
		return "", err
	}
	defer leave()
	defer c.changed()
	response, err := c.v1.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"users"}, Body: u, Safety: httpapi.Launches, Accept: []int{http.StatusSeeOther},
	})
	if err != nil {
		return "", fmt.Errorf("creating user %q: %w", u.Login, err)
	}
	id, err := c.newID(response.Header, "users")
	if err != nil {
		return "", fmt.Errorf("creating user %q: %w", u.Login, err)
	}
	return id, nil
}

// ChangeUser changes a local user. [IsUnknown] recognises the error when there is no such user.
func (c *Client) ChangeUser(ctx context.Context, id string, change UserChange) (User, error) {
	answer := singleUser{id: id}
	if err := c.replace(ctx, []string{"users", id}, change.keys(), &answer); err != nil {
		return User{}, fmt.Errorf("changing user %s: %w", id, err)
	}
	return answer.User, nil
}

// SetRevoked revokes or reinstates a user: by a command (PE 2021.4), or by writing the user. [IsUnknown] recognises the error when there is
// no such user.
func (c *Client) SetRevoked(ctx context.Context, id string, revoked bool) error {
	doing, name := "reinstating user", "reinstate"
	if revoked {
		doing, name = "revoking user", "revoke"
	}
	if !c.unrevoking.Load() {
		err := c.command(ctx, map[string]string{"user_id": id}, "users", name)
		c.changed()
		if err == nil {
			return nil
		}
		if httpapi.StatusOf(err) != http.StatusNotFound {
			return fmt.Errorf("%s %s: %w", doing, id, err)
		}
	}
	answer := singleUser{id: id}
	if err := c.replace(ctx, []string{"users", id}, map[string]any{"is_revoked": revoked}, &answer); err != nil {
		return fmt.Errorf("%s %s: %w", doing, id, err)
	}
	// The user exists, so it was the command that did not.
	c.unrevoking.Store(true)
	return nil
}

// DeleteUser deletes a user. It succeeds when the user is already gone.
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	if err := confirmUnknown(ctx, id, c.remove(ctx, "users", id), c.usersByID); err != nil && !IsUnknown(err) {
		return fmt.Errorf("deleting user %s: %w", id, err)
	}
	return nil
}
