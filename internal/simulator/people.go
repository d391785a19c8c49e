// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// DirectoryID is the id of the simulated directory service as an identity provider.
const DirectoryID = access.DirectoryID

// DirectoryGroup is a group of the directory service, whether PE knows it or not.
type DirectoryGroup = access.DirectoryGroup

// Group is a directory group that PE knows.
type Group struct {
	ID          string
	Login       string
	DisplayName string
	RoleIDs     []int
	UserIDs     []string
}

// AddDirectoryGroup adds a group to the directory service, or replaces the one with its login. PE knows it only after it was imported.
func (s *Simulator) AddDirectoryGroup(group DirectoryGroup) {
	leave := s.enter()
	defer leave()
	s.directory.PutDirectoryGroup(group)
}

// Groups returns the directory groups that PE knows.
func (s *Simulator) Groups() []Group {
	leave := s.enter()
	defer leave()
	all := s.directory.Groups()
	groups := make([]Group, len(all))
	for i, g := range all {
		groups[i] = Group{ID: g.ID, Login: g.Login, DisplayName: g.DisplayName, RoleIDs: g.RoleIDs(), UserIDs: g.UserIDs()}
	}
	return groups
}

// RemoveGroup makes PE forget a directory group, as somebody in the console would.
func (s *Simulator) RemoveGroup(login string) {
	leave := s.enter()
	defer leave()
	for _, g := range s.directory.Groups() {
		if g.Login != login {
			continue
		}
		if err := s.directory.DeleteGroup(g.ID); err != nil {
			s.logger.Error("removing a group", "group", login, "error", err)
		}
	}
}

// RemoveUser deletes a user, as somebody in the console would.
func (s *Simulator) RemoveUser(login string) {
	s.withUser(login, func(u *access.User) {
		if err := s.directory.DeleteUser(u.ID); err != nil {
			s.logger.Error("removing a user", "user", login, "error", err)
		}
	})
}

// directoryGroupView is a group of the directory service as the interface shows it.
type directoryGroupView struct {
	Login       string   `json:"login"`
	DisplayName string   `json:"display_name"`
	Members     []string `json:"members"`
}

func (s *Simulator) directoryGroupViews() []directoryGroupView {
	leave := s.enter()
	defer leave()
	views := []directoryGroupView{}
	for _, group := range s.directory.DirectoryGroups() {
		views = append(views, directoryGroupView{group.Login, group.DisplayName, append([]string{}, group.Members...)})
	}
	return views
}

// controlAddDirectoryGroup adds a group to the directory service.
func (s *Simulator) controlAddDirectoryGroup(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login")
	group := DirectoryGroup{Login: f.String("login")}
	if f.Has("display_name") {
		group.DisplayName = f.String("display_name")
	}
	if f.Has("members") {
		group.Members = f.Strings("members")
	}
	if group.Login == "" {
		f.Fail("login", "must not be empty")
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	s.AddDirectoryGroup(group)
	return rest.Answer{Status: http.StatusNoContent}, nil
}
