// SPDX-License-Identifier: MPL-2.0

package rbacapi

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

var uuid = regexp.MustCompile(`\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z`)

func checkUUID(id string) error {
	if uuid.MatchString(id) {
		return nil
	}
	return &refusal{status: http.StatusBadRequest, kind: "invalid-uuid", msg: id + " is not a UUID"}
}

func (a *API) subject(u *access.User) access.Subject {
	return a.directory.Subject(u, a.config.Generation().IdentityProviderIDs())
}

// listUsers answers GET /users and GET /users?id=a,b.
func (a *API) listUsers(c *call) (rest.Answer, error) {
	var wanted []string
	if c.Query.Has("id") {
		wanted = strings.Split(c.Query.Get("id"), ",")
		for _, id := range wanted {
			if !uuid.MatchString(id) {
				return rest.Answer{}, &refusal{
					status: http.StatusBadRequest, kind: "invalid-id-filter", msg: "The filter by id contains " + id + ", which is not a UUID",
				}
			}
		}
	}
	subjects := make([]access.Subject, 0)
	for _, u := range a.directory.Users() {
		if wanted == nil || slices.Contains(wanted, u.ID) {
			subjects = append(subjects, a.subject(u))
		}
	}
	return rest.JSON(http.StatusOK, subjects), nil
}

// currentUser answers GET /users/current.
func (a *API) currentUser(c *call) (rest.Answer, error) {
	return rest.JSON(http.StatusOK, a.subject(c.user)), nil
}

// findUser returns the user in a path.
func (a *API) findUser(c *call) (*access.User, error) {
	if err := checkUUID(c.Vars["id"]); err != nil {
		return nil, err
	}
	return a.directory.User(c.Vars["id"])
}

// user answers GET /users/:sid.
func (a *API) user(c *call) (rest.Answer, error) {
	u, err := a.findUser(c)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.subject(u)), nil
}

// userV2 is a user in the list of the second version, with roles on request.
type userV2 struct {
	access.Subject
	RoleIDs          *[]int `json:"role_ids,omitempty"`
	InheritedRoleIDs *[]int `json:"inherited_role_ids,omitempty"`
}

// usersPagination is the pagination member of the second version's list.
type usersPagination struct {
	Total   int    `json:"total"`
	Limit   int    `json:"limit"`
	Offset  int    `json:"offset"`
	Order   string `json:"order"`
	Filter  string `json:"filter"`
	OrderBy string `json:"order_by"`
}

// listUsersV2 answers GET /v2/users.
func (a *API) listUsersV2(c *call) (rest.Answer, error) {
	p := c.Params()
	page := usersPagination{
		Limit:   p.Int("limit", 1, 500),
		Offset:  p.Int("offset", 0, 0),
		Order:   p.Enum("order", "asc", "asc", "desc"),
		OrderBy: p.Enum("order_by", "id", "id", "login", "email", "display_name", "last_login", "creation_date"),
		Filter:  p.String("filter", ""),
	}
	withRoles := p.Enum("include_roles", "false", "true", "false") == "true"
	if err := p.Done(); err != nil {
		return rest.Answer{}, &refusal{status: http.StatusBadRequest, kind: "malformed-request", msg: err.Error()}
	}
	users := slices.DeleteFunc(a.directory.Users(), func(u *access.User) bool { return !filterMatches(u, page.Filter) })
	slices.SortStableFunc(users, func(x, y *access.User) int {
		if page.Order == "desc" {
			x, y = y, x
		}
		return cmp.Or(compareUsers(x, y, page.OrderBy), cmp.Compare(x.ID, y.ID))
	})
	page.Total = len(users)
	views := make([]userV2, 0)
	for _, u := range rest.Page(users, page.Limit, page.Offset) {
		v := userV2{Subject: a.subject(u)}
		if withRoles {
			v.RoleIDs, v.InheritedRoleIDs = &v.Subject.RoleIDs, v.Subject.InheritedRoleIDs
		}
		views = append(views, v)
	}
	return rest.JSON(http.StatusOK, map[string]any{"users": views, "pagination": page}), nil
}

// filterMatches reports whether one of a user's names contains a text, ignoring case.
func filterMatches(u *access.User, filter string) bool {
	return slices.ContainsFunc([]string{u.Email, u.DisplayName, u.Login}, func(s string) bool {
		return strings.Contains(strings.ToLower(s), strings.ToLower(filter))
	})
}

func compareUsers(x, y *access.User, by string) int {
	switch by {
	case "login":
		return cmp.Compare(x.Login, y.Login)
	case "email":
		return cmp.Compare(x.Email, y.Email)
	case "display_name":
		return cmp.Compare(x.DisplayName, y.DisplayName)
	case "last_login":
		return x.LastLogin.Compare(y.LastLogin)
	case "creation_date":
		return x.Created.Compare(y.Created)
	default:
		return 0
	}
}

// createUser answers POST /users with a local user.
func (a *API) createUser(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login", "email", "display_name", "role_ids")
	content := access.UserContent{
		Login: f.String("login"), Email: f.String("email"), DisplayName: f.String("display_name"), RoleIDs: f.Ints("role_ids"),
	}
	if password := f.OptionalString("password"); password != nil {
		content.Password = *password
	}
	if content.Login == "" {
		f.Fail("login", "must not be empty")
	}
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "create users", "users", "create", access.AnyInstance); err != nil {
		return rest.Answer{}, err
	}
	if err := a.mayGive(c, nil, content.RoleIDs); err != nil {
		return rest.Answer{}, err
	}
	u, err := a.directory.CreateUser(content)
	if err != nil {
		return rest.Answer{}, err
	}
	return a.created(v1 + "users/" + u.ID), nil
}

// replaceUser answers PUT /users/:sid, which accepts everything that GET shows.
func (a *API) replaceUser(c *call) (rest.Answer, error) {
	u, err := a.findUser(c)
	if err != nil {
		return rest.Answer{}, err
	}
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("id", "login", "email", "display_name", "role_ids", "is_group", "is_remote", "is_superuser", "is_revoked", "last_login")
	for _, key := range []string{"inherited_role_ids", "group_ids", "identity_provider_id"} {
		f.Has(key)
	}
	id := f.String("id")
	content := access.UserContent{
		Login: f.String("login"), Email: f.String("email"), DisplayName: f.String("display_name"), RoleIDs: f.Ints("role_ids"),
		Revoked: f.Bool("is_revoked"),
	}
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	if id != u.ID {
		return rest.Answer{}, inconsistentID(c, id)
	}
	if err := a.require(c, "edit the user", "users", "edit", u.ID); err != nil {
		return rest.Answer{}, err
	}
	if err := a.mayGive(c, u.RoleIDs(), content.RoleIDs); err != nil {
		return rest.Answer{}, err
	}
	if u, err = a.directory.ReplaceUser(id, content); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, a.subject(u)), nil
}

// deleteUser answers DELETE /users/:sid.
func (a *API) deleteUser(c *call) (rest.Answer, error) {
	u, err := a.findUser(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := a.require(c, "delete the user", "users", "edit", u.ID); err != nil {
		return rest.Answer{}, err
	}
	return done(a.directory.DeleteUser(u.ID))
}
