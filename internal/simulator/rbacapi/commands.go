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

// createGroup answers POST /command/groups/create, which newer servers have instead of POST /groups.
func (a *API) createGroup(c *call) (rest.Answer, error) { return a.bindGroup(c, a.created) }

// createGroupV1 answers POST /v1/groups with 201.
func (a *API) createGroupV1(c *call) (rest.Answer, error) {
	return a.bindGroup(c, func(path string) rest.Answer {
		return rest.Answer{Status: http.StatusCreated, Header: http.Header{"Location": {path}}}
	})
}

// createGroupV2 answers POST /v2/groups with 303.
func (a *API) createGroupV2(c *call) (rest.Answer, error) {
	return a.bindGroup(c, func(path string) rest.Answer {
		return rest.Answer{Status: http.StatusSeeOther, Header: http.Header{"Location": {path}}}
	})
}

// bindGroup makes a group of the directory service known to PE.
func (a *API) bindGroup(c *call, answer func(path string) rest.Answer) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login", "role_ids")
	login, roles, displayName := f.String("login"), f.Ints("role_ids"), f.OptionalString("display_name")
	f.OptionalString("identity_provider_id")
	f.Bool("validate")
	if login == "" {
		f.Fail("login", "must not be empty")
	}
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "import groups", "user_groups", "import", access.AnyInstance); err != nil {
		return rest.Answer{}, err
	}
	name := ""
	if displayName != nil {
		name = *displayName
	}
	g, err := a.directory.CreateGroup(login, name, roles)
	if err != nil {
		return rest.Answer{}, err
	}
	return answer(v1 + "groups/" + g.ID), nil
}

// groupView is a group as reads show it.
type groupView struct {
	ID          string   `json:"id"`
	Login       string   `json:"login"`
	DisplayName string   `json:"display_name"`
	RoleIDs     []int    `json:"role_ids"`
	IsGroup     bool     `json:"is_group"`
	IsRemote    bool     `json:"is_remote"`
	IsSuperuser bool     `json:"is_superuser"`
	UserIDs     []string `json:"user_ids"`
}

func newGroupView(g *access.Group) groupView {
	return groupView{
		ID: g.ID, Login: g.Login, DisplayName: g.DisplayName, RoleIDs: g.RoleIDs(), IsGroup: true, IsRemote: true,
		UserIDs: g.UserIDs(),
	}
}

// listGroups answers GET /groups. That everybody can look up users and groups is not documented.
func (a *API) listGroups(*call) (rest.Answer, error) {
	groups := a.directory.Groups()
	views := make([]groupView, len(groups))
	for i, g := range groups {
		views[i] = newGroupView(g)
	}
	return rest.JSON(http.StatusOK, views), nil
}

// group answers GET /groups/:sid.
func (a *API) group(c *call) (rest.Answer, error) {
	if err := checkUUID(c.Vars["id"]); err != nil {
		return rest.Answer{}, err
	}
	g, err := a.directory.Group(c.Vars["id"])
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, newGroupView(g)), nil
}

// replaceGroup answers PUT /groups/:sid, of which only role_ids matters.
func (a *API) replaceGroup(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("id", "login", "display_name", "role_ids", "is_group", "is_remote", "is_superuser", "user_ids")
	id, roles := f.String("id"), f.Ints("role_ids")
	f.OptionalString("identity_provider_id")
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	if id != c.Vars["id"] {
		return rest.Answer{}, inconsistentID(c, id)
	}
	for _, role := range roles {
		if err := a.mayEditMembers(c, role); err != nil {
			return rest.Answer{}, err
		}
	}
	g, err := a.directory.SetGroupRoles(id, roles)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, newGroupView(g)), nil
}

func inconsistentID(c *call, id string) error {
	return &refusal{
		status: http.StatusBadRequest, kind: "inconsistent-id", msg: "The id in the body does not match the id in the URL",
		details: map[string]string{"url-id": c.Vars["id"], "body-id": id},
	}
}

// deleteGroup answers DELETE /groups/:sid.
func (a *API) deleteGroup(c *call) (rest.Answer, error) {
	if err := a.require(c, "delete the group", "user_groups", "delete", access.AnyInstance); err != nil {
		return rest.Answer{}, err
	}
	return done(a.directory.DeleteGroup(c.Vars["id"]))
}
