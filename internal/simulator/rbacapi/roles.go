// SPDX-License-Identifier: MPL-2.0

package rbacapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// roleView is a role as reads show it.
type roleView struct {
	ID          int                 `json:"id"`
	DisplayName string              `json:"display_name"`
	Description *string             `json:"description"`
	Permissions []access.Permission `json:"permissions"`
	UserIDs     []string            `json:"user_ids"`
	GroupIDs    []string            `json:"group_ids"`
}

// roleView shows a role to a caller. The members are for those who may edit them.
func (a *API) roleView(c *call, r *access.Role) roleView {
	v := roleView{
		ID: r.ID, DisplayName: r.DisplayName, Description: r.Description, Permissions: r.Permissions(),
		UserIDs: []string{}, GroupIDs: []string{},
	}
	if a.mayEditMembers(c, r.ID) == nil {
		v.UserIDs, v.GroupIDs = r.UserIDs(), r.GroupIDs()
	}
	return v
}

func (a *API) mayEditMembers(c *call, role int) error {
	return a.require(c, "edit the members of the role", "user_roles", "edit_members", strconv.Itoa(role))
}

// mayGive asks for the right to edit the members of each role that a user or a group gets or loses.
func (a *API) mayGive(c *call, before, after []int) error {
	for _, role := range slices.Concat(before, after) {
		if slices.Contains(before, role) && slices.Contains(after, role) {
			continue
		}
		if err := a.mayEditMembers(c, role); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) mayEditRoles(c *call) error {
	return a.require(c, "edit roles", "user_roles", "edit", access.AnyInstance)
}

// maySeeRole refuses callers who may edit neither a role nor its members: creating a role does not grant sight of it.
func (a *API) maySeeRole(c *call, role int) error {
	if a.mayEditMembers(c, role) == nil {
		return nil
	}
	return a.mayEditRoles(c)
}

// listRoles answers GET /roles.
func (a *API) listRoles(c *call) (rest.Answer, error) {
	views := make([]roleView, 0)
	for _, r := range a.directory.Roles() {
		if a.maySeeRole(c, r.ID) == nil {
			views = append(views, a.roleView(c, r))
		}
	}
	if len(views) == 0 {
		return rest.Answer{}, a.mayEditRoles(c)
	}
	return rest.JSON(http.StatusOK, views), nil
}

// findRole returns the role that a path names. A role that does not exist is a 404, which is not documented for reads.
func (a *API) findRole(c *call) (*access.Role, error) {
	id, err := strconv.Atoi(c.Vars["id"])
	if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, kind: "malformed-request", msg: "The role id is not an integer"}
	}
	return a.directory.Role(id)
}

// role answers GET /roles/:rid.
func (a *API) role(c *call) (rest.Answer, error) {
	r, err := a.findRole(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := a.maySeeRole(c, r.ID); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.roleView(c, r)), nil
}

// createRole answers POST /roles. The three arrays are required; public clients send null for an empty one.
func (a *API) createRole(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("display_name", "permissions", "user_ids", "group_ids")
	content := readRole(f)
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "create roles", "user_roles", "create", access.AnyInstance); err != nil {
		return rest.Answer{}, err
	}
	if len(content.UserIDs)+len(content.GroupIDs) > 0 {
		if err := a.require(c, "edit the members of roles", "user_roles", "edit_members", access.AnyInstance); err != nil {
			return rest.Answer{}, err
		}
	}
	r, err := a.directory.CreateRole(content)
	if err != nil {
		return rest.Answer{}, err
	}
	return a.created(v1 + "roles/" + strconv.Itoa(r.ID)), nil
}

func readRole(f *rest.Fields) access.RoleContent {
	content := access.RoleContent{
		DisplayName: f.String("display_name"),
		Description: f.OptionalString("description"),
		UserIDs:     f.NullableStrings("user_ids"),
		GroupIDs:    f.NullableStrings("group_ids"),
		Permissions: readPermissions(f, "permissions"),
	}
	if content.DisplayName == "" {
		f.Fail("display_name", "must not be empty")
	}
	return content
}

// readPermissions reads a list of permissions. That unknown types and actions are refused is not documented, nor is the
// opposite.
func readPermissions(f *rest.Fields, key string) []access.Permission {
	list := f.List(key)
	permissions := make([]access.Permission, 0, len(list))
	for _, item := range list {
		item.Require("object_type", "action", "instance")
		p := access.Permission{
			ObjectType: item.String("object_type"), Action: item.String("action"), Instance: item.String("instance"),
		}
		if err := p.Check(); err != nil {
			f.Fail(key, "has a wrong entry: %v", err)
		}
		permissions = append(permissions, p)
	}
	return permissions
}

// replaceRole answers PUT /roles/:rid, which takes all that GET shows.
func (a *API) replaceRole(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("id", "display_name", "description", "permissions", "user_ids", "group_ids")
	id := f.Int("id", 0)
	content := readRole(f)
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	r, err := a.findRole(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if id != r.ID {
		return rest.Answer{}, &refusal{
			status: http.StatusBadRequest, kind: "inconsistent-id", msg: "The id in the body does not match the id in the URL",
			details: map[string]string{"url-id": c.Vars["id"], "body-id": strconv.Itoa(id)},
		}
	}
	if err := a.mayReplace(c, r, content); err != nil {
		return rest.Answer{}, err
	}
	if r, err = a.directory.ReplaceRole(id, content); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.roleView(c, r)), nil
}

// mayReplace asks for the right to edit the role, and for that to edit its members where they change.
func (a *API) mayReplace(c *call, r *access.Role, content access.RoleContent) error {
	if err := a.mayEditRoles(c); err != nil {
		return err
	}
	if sameSet(r.UserIDs(), content.UserIDs) && sameSet(r.GroupIDs(), content.GroupIDs) {
		return nil
	}
	return a.mayEditMembers(c, r.ID)
}

// deleteRole answers DELETE /roles/:rid, with 200 and not 204.
func (a *API) deleteRole(c *call) (rest.Answer, error) {
	if err := a.mayEditRoles(c); err != nil {
		return rest.Answer{}, err
	}
	r, err := a.findRole(c)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{Status: http.StatusOK}, a.directory.DeleteRole(r.ID)
}

// types answers GET /types.
func (a *API) types(*call) (rest.Answer, error) {
	return rest.JSON(http.StatusOK, access.Types()), nil
}

// permitted answers POST /permitted. What it calls a token is the id of a user or a group.
func (a *API) permitted(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("token", "permissions")
	subject := f.String("token")
	permissions := readPermissions(f, "permissions")
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	answers := make([]bool, len(permissions))
	for i, p := range permissions {
		may, known := a.directory.SubjectMay(subject, p)
		if !known {
			return rest.Answer{}, unknownSubject(subject)
		}
		answers[i] = may
	}
	return rest.JSON(http.StatusOK, answers), nil
}

func unknownSubject(id string) error {
	return &access.Error{Kind: access.NotFound, Msg: "There is no user or group with the id " + id}
}

// permittedInstances answers GET /permitted/:type/:action and GET /permitted/:type/:action/:uuid.
func (a *API) permittedInstances(c *call) (rest.Answer, error) {
	objectType, action := c.Vars["type"], c.Vars["action"]
	if _, ok := access.FindAction(objectType, action); !ok {
		return rest.Answer{}, &access.Error{
			Kind: access.NotFound, Msg: "There is no action " + action + " on the object type " + objectType,
		}
	}
	user := c.user
	if subject, given := c.Vars["subject"]; given {
		var err error
		if user, err = a.directory.User(subject); err != nil {
			return rest.Answer{}, unknownSubject(subject)
		}
	}
	return rest.JSON(http.StatusOK, a.directory.Instances(user, objectType, action)), nil
}

// sameSet reports whether two lists have the same members.
func sameSet(a, b []string) bool {
	members := make(map[string]struct{}, len(a))
	for _, s := range a {
		members[s] = struct{}{}
	}
	others := make(map[string]struct{}, len(b))
	for _, s := range b {
		if _, ok := members[s]; !ok {
			return false
		}
		others[s] = struct{}{}
	}
	return len(members) == len(others)
}
