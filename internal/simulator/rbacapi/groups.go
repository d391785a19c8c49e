// SPDX-License-Identifier: MPL-2.0

package rbacapi

import (
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// createGroup answers POST /command/groups/create, which newer servers have instead of POST /groups: 200 without a body or a Location, of
// which the documents say nothing. They list identity_provider_id without calling it optional.
func (a *API) createGroup(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login", "role_ids", "identity_provider_id")
	content := readGroup(f)
	content.Provider, content.Validate = readProvider(f), true
	if name := f.OptionalString("display_name"); name != nil {
		content.DisplayName = *name
	}
	if _, err := a.bindGroup(c, f, content); err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{Status: http.StatusOK}, nil
}

// createGroupV1 answers POST /v1/groups, which knows only the two keys that are required, with 201.
func (a *API) createGroupV1(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login", "role_ids")
	g, err := a.bindGroup(c, f, readGroup(f))
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{Status: http.StatusCreated, Header: http.Header{"Location": {v1 + "groups/" + g.ID}}}, nil
}

// createGroupV2 answers POST /v2/groups with 303. The directory service must have the group, unless the client says otherwise.
func (a *API) createGroupV2(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login", "role_ids")
	content := readGroup(f)
	content.Validate = !f.Has("validate") || f.Bool("validate")
	if name := f.OptionalString("display_name"); name != nil {
		content.DisplayName = *name
	}
	if a.config.Generation().IdentityProviderIDs() && f.Has("identity_provider_id") {
		content.Provider = readProvider(f)
	}
	g, err := a.bindGroup(c, f, content)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{Status: http.StatusSeeOther, Header: http.Header{"Location": {v1 + "groups/" + g.ID}}}, nil
}

func readGroup(f *rest.Fields) access.GroupContent {
	content := access.GroupContent{Login: f.String("login"), RoleIDs: f.Ints("role_ids")}
	if content.Login == "" {
		f.Fail("login", "must not be empty")
	}
	return content
}

func readProvider(f *rest.Fields) string {
	id := f.String("identity_provider_id")
	if id != "" && !uuid.MatchString(id) {
		f.Fail("identity_provider_id", "must be a UUID")
	}
	return id
}

// bindGroup makes a group of the directory service known to PE.
func (a *API) bindGroup(c *call, f *rest.Fields, content access.GroupContent) (*access.Group, error) {
	if err := c.finish(f); err != nil {
		return nil, err
	}
	if err := a.require(c, "import groups", "user_groups", "import", access.AnyInstance); err != nil {
		return nil, err
	}
	if err := a.mayGive(c, nil, content.RoleIDs); err != nil {
		return nil, err
	}
	return a.directory.CreateGroup(content)
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
	// IdentityProviderID is only shown by newer servers, of groups for which one was named.
	IdentityProviderID string `json:"identity_provider_id,omitempty"`
}

func (a *API) groupView(g *access.Group) groupView {
	v := groupView{
		ID: g.ID, Login: g.Login, DisplayName: g.DisplayName, RoleIDs: g.RoleIDs(), IsGroup: true, IsRemote: true,
		UserIDs: g.UserIDs(),
	}
	if a.config.Generation().IdentityProviderIDs() {
		v.IdentityProviderID = g.Provider
	}
	return v
}

// listGroups answers GET /groups. That everybody can look up users and groups is not documented.
func (a *API) listGroups(*call) (rest.Answer, error) {
	groups := a.directory.Groups()
	views := make([]groupView, len(groups))
	for i, g := range groups {
		views[i] = a.groupView(g)
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
	return rest.JSON(http.StatusOK, a.groupView(g)), nil
}

// replaceGroup answers PUT /groups/:sid, of which only role_ids matters.
func (a *API) replaceGroup(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("id", "login", "display_name", "role_ids", "is_group", "is_remote", "is_superuser", "user_ids")
	id, roles := f.String("id"), f.Ints("role_ids")
	for _, key := range []string{"identity_provider_id", "is_revoked"} {
		f.Has(key)
	}
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	if id != c.Vars["id"] {
		return rest.Answer{}, inconsistentID(c, id)
	}
	g, err := a.directory.Group(id)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := a.mayGive(c, g.RoleIDs(), roles); err != nil {
		return rest.Answer{}, err
	}
	if g, err = a.directory.SetGroupRoles(id, roles); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.groupView(g)), nil
}

func inconsistentID(c *call, id string) error {
	return &refusal{
		status: http.StatusBadRequest, kind: "inconsistent-id", msg: "The id in the body does not match the id in the URL",
		details: map[string]string{"url-id": c.Vars["id"], "body-id": id},
	}
}

// deleteGroup answers DELETE /groups/:sid.
func (a *API) deleteGroup(c *call) (rest.Answer, error) {
	if err := checkUUID(c.Vars["id"]); err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "delete the group", "user_groups", "delete", c.Vars["id"]); err != nil {
		return rest.Answer{}, err
	}
	return done(a.directory.DeleteGroup(c.Vars["id"]))
}
