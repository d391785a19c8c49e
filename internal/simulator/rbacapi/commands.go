// SPDX-License-Identifier: MPL-2.0

package rbacapi

import (
	"errors"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// done answers a command.
func done(err error) (rest.Answer, error) {
	return rest.Answer{Status: http.StatusNoContent}, err
}

// changePermissions answers roles/add-permissions and roles/remove-permissions. Adding existing permissions, and removing missing ones,
// changes nothing; the service's answer in these cases is not documented.
func (a *API) changePermissions(change func(int, []access.Permission) error) handler {
	return func(c *call) (rest.Answer, error) {
		f, err := c.fields()
		if err != nil {
			return rest.Answer{}, err
		}
		f.Require("role_id", "permissions")
		role := f.Int("role_id", 0)
		permissions := readPermissions(f, "permissions")
		if err := c.finish(f); err != nil {
			return rest.Answer{}, err
		}
		if err := a.mayEditRoles(c); err != nil {
			return rest.Answer{}, err
		}
		return done(change(role, permissions))
	}
}

// readMembers reads the body of a command that changes the members of a role.
func (a *API) readMembers(c *call, key string) (role int, ids []string, err error) {
	f, err := c.fields()
	if err != nil {
		return 0, nil, err
	}
	f.Require("role_id", key)
	role, ids = f.Int("role_id", 0), f.Strings(key)
	if err := c.finish(f); err != nil {
		return 0, nil, err
	}
	return role, ids, a.mayEditMembers(c, role)
}

// addUsers answers roles/add-users. An unknown user is a 404.
func (a *API) addUsers(c *call) (rest.Answer, error) {
	role, ids, err := a.readMembers(c, "user_ids")
	if err != nil {
		return rest.Answer{}, err
	}
	return done(a.directory.AddUsers(role, ids))
}

// removeUsers answers roles/remove-users. Here an unknown user is a 400, and an unknown role is not an error.
func (a *API) removeUsers(c *call) (rest.Answer, error) {
	role, ids, err := a.readMembers(c, "user_ids")
	if err != nil {
		return rest.Answer{}, err
	}
	err = a.directory.RemoveUsers(role, ids)
	var refused *access.Error
	if errors.As(err, &refused) && refused.Kind == access.NotFound {
		return rest.Answer{}, &refusal{status: http.StatusBadRequest, kind: "invalid-id-filter", msg: refused.Msg}
	}
	return done(err)
}

// changeGroups answers roles/add-groups (roles/add-user-groups on older servers) and roles/remove-groups.
func (a *API) changeGroups(change func(int, []string) error) handler {
	return func(c *call) (rest.Answer, error) {
		role, ids, err := a.readMembers(c, "group_ids")
		if err != nil {
			return rest.Answer{}, err
		}
		return done(change(role, ids))
	}
}

// changeRoles answers users/add-roles and users/remove-roles.
func (a *API) changeRoles(change func(string, []int) error) handler {
	return func(c *call) (rest.Answer, error) {
		f, err := c.fields()
		if err != nil {
			return rest.Answer{}, err
		}
		f.Require("user_id", "role_ids")
		user, roles := f.String("user_id"), f.Ints("role_ids")
		if err := c.finish(f); err != nil {
			return rest.Answer{}, err
		}
		for _, role := range roles {
			if err := a.mayEditMembers(c, role); err != nil {
				return rest.Answer{}, err
			}
		}
		return done(change(user, roles))
	}
}

// setRevoked answers users/revoke and users/reinstate.
func (a *API) setRevoked(revoked bool) handler {
	return func(c *call) (rest.Answer, error) {
		f, err := c.fields()
		if err != nil {
			return rest.Answer{}, err
		}
		f.Require("user_id")
		user := f.String("user_id")
		if err := c.finish(f); err != nil {
			return rest.Answer{}, err
		}
		if err := a.require(c, "revoke or reinstate the user", "users", "disable", user); err != nil {
			return rest.Answer{}, err
		}
		return done(a.directory.SetRevoked(user, revoked))
	}
}
