// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// userView is a user as the interface shows it.
type userView struct {
	Login   string `json:"login"`
	ID      string `json:"id"`
	Revoked bool   `json:"revoked"`
	RoleIDs []int  `json:"role_ids"`
}

func userViews(users []User) []userView {
	views := make([]userView, len(users))
	for i, u := range users {
		views[i] = userView{Login: u.Login, ID: u.ID, Revoked: u.Revoked, RoleIDs: u.RoleIDs}
	}
	return views
}

// controlAddUser makes a user with permissions, or gives an existing one more of them, and a token.
func (s *Simulator) controlAddUser(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login")
	login, password := f.String("login"), BuiltInPassword
	if f.Has("password") {
		password = f.String("password")
	}
	permissions := readPermissions(f)
	lifetime := readDuration(f, "token_lifetime")
	if login == "" {
		f.Fail("login", "must not be empty")
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	u := s.AddUser(login, password, permissions...)
	return rest.JSON(http.StatusOK, map[string]string{"id": u.ID, "login": u.Login, "token": s.IssueToken(login, lifetime)}), nil
}

// readPermissions reads permissions in the form type:action:instance.
func readPermissions(f *rest.Fields) []Permission {
	if !f.Has("permissions") {
		return nil
	}
	var permissions []Permission
	for _, text := range f.Strings("permissions") {
		parts := strings.SplitN(text, ":", 3)
		if len(parts) < 3 || slices.Contains(parts, "") {
			f.Fail("permissions", "has %q, which is not of the form type:action:instance", text)
			return nil
		}
		permissions = append(permissions, Permission{ObjectType: parts[0], Action: parts[1], Instance: parts[2]})
	}
	return permissions
}

// controlRevokeUser revokes a user.
func (s *Simulator) controlRevokeUser(c *rest.Call) (rest.Answer, error) {
	login := c.Vars["login"]
	if !slices.ContainsFunc(s.Users(), func(u User) bool { return u.Login == login }) {
		return rest.Answer{}, &missingError{"user " + login}
	}
	s.RevokeUser(login)
	return noContent(), nil
}
