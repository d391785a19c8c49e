// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"slices"
	"strconv"
)

// UserContent is everything about a user that can be written.
type UserContent struct {
	Login       string
	Email       string
	DisplayName string
	Password    string
	RoleIDs     []int
	// Revoked only matters when a user is replaced.
	Revoked bool
}

// Users returns all users in the order of their creation.
func (d *Directory) Users() []*User {
	users := make([]*User, len(d.userIDs))
	for i, id := range d.userIDs {
		users[i] = d.users[id]
	}
	return users
}

// User returns a user by id.
func (d *Directory) User(id string) (*User, error) {
	if u, ok := d.users[id]; ok {
		return u, nil
	}
	return nil, refuse(NotFound, "There is no user with the id "+id)
}

// UserByLogin returns a user by login, nil if there is none.
func (d *Directory) UserByLogin(login string) *User {
	return d.logins[login]
}

func (d *Directory) findUsers(ids []string) ([]*User, error) {
	users := make([]*User, 0, len(ids))
	var missing []string
	for _, id := range ids {
		u, ok := d.users[id]
		if !ok {
			missing = append(missing, id)
		}
		users = append(users, u)
	}
	return users, refuseMissing(NotFound, missing)
}

// CreateUser makes a local user.
func (d *Directory) CreateUser(content UserContent) (*User, error) {
	if err := d.checkNames(content, nil); err != nil {
		return nil, err
	}
	roles, err := d.findRoles(content.RoleIDs)
	if err != nil {
		return nil, err
	}
	u := &User{
		ID: d.newID("user", content.Login), Login: content.Login, Email: content.Email, DisplayName: content.DisplayName,
		Created: d.now(), password: content.Password,
	}
	d.insertUser(u)
	for _, r := range roles {
		d.assign(r, u)
	}
	return u, nil
}

// checkNames refuses the login of another user or of a group, and the mail address of another user. u is nil for a new user.
func (d *Directory) checkNames(content UserContent, u *User) error {
	if other := d.logins[content.Login]; other != nil && other != u || d.groupNamed(content.Login) != nil {
		return refuse(Conflict, "There was a database conflict due to the value(s): "+content.Login)
	}
	for _, other := range d.users {
		if other != u && content.Email != "" && other.Email == content.Email {
			return refuse(Conflict, "There was a database conflict due to the value(s): "+content.Email)
		}
	}
	return nil
}

// newID makes the id of something new. A login can be used again, its id cannot.
func (d *Directory) newID(kind, login string) string {
	id := uuid(kind, login)
	for n := 1; d.used[id]; n++ {
		id = uuid(kind, fmt.Sprint(login, n))
	}
	d.used[id] = true
	return id
}

// ReplaceUser replaces everything about a local user. Only the roles and the revocation of a directory user can be changed.
func (d *Directory) ReplaceUser(id string, content UserContent) (*User, error) {
	u, err := d.User(id)
	if err != nil {
		return nil, err
	}
	if u.BuiltIn() {
		return nil, refuse(AdminUserImmutable, "The account "+u.Login+" cannot be changed")
	}
	if err := d.checkNames(content, u); err != nil {
		return nil, err
	}
	roles, err := d.findRoles(content.RoleIDs)
	if err != nil {
		return nil, err
	}
	if !u.Remote {
		delete(d.logins, u.Login)
		u.Login, u.Email, u.DisplayName = content.Login, content.Email, content.DisplayName
		d.logins[u.Login] = u
	}
	u.Revoked = content.Revoked
	for _, role := range u.roles.list() {
		d.unassign(d.roles[role], u)
	}
	for _, r := range roles {
		d.assign(r, u)
	}
	return u, nil
}

func (d *Directory) findRoles(ids []int) ([]*Role, error) {
	roles := make([]*Role, 0, len(ids))
	var missing []string
	for _, id := range ids {
		r, ok := d.roles[id]
		if !ok {
			missing = append(missing, strconv.Itoa(id))
		}
		roles = append(roles, r)
	}
	return roles, refuseMissing(InvalidAssociatedID, missing)
}

// DeleteUser removes a user and revokes the user's tokens.
func (d *Directory) DeleteUser(id string) error {
	u, err := d.User(id)
	if err != nil {
		return err
	}
	if u.BuiltIn() {
		return refuse(AdminUserImmutable, "The account "+u.Login+" cannot be deleted")
	}
	for _, role := range u.roles.list() {
		d.unassign(d.roles[role], u)
	}
	for _, group := range u.groups.list() {
		d.groups[group].users.remove(id)
	}
	d.RevokeTokensOf(u)
	delete(d.users, id)
	delete(d.logins, u.Login)
	d.userIDs = slices.DeleteFunc(d.userIDs, func(other string) bool { return other == id })
	return nil
}

// SetRevoked revokes or reinstates a user.
func (d *Directory) SetRevoked(id string, revoked bool) error {
	u, err := d.User(id)
	if err != nil {
		return err
	}
	if u.BuiltIn() && revoked {
		return refuse(AdminUserImmutable, "The account "+u.Login+" cannot be revoked")
	}
	u.Revoked = revoked
	return nil
}

// Put creates a user with a password, or sets the password of an existing one. The simulator's own interface uses it.
func (d *Directory) Put(login, password string) *User {
	if u := d.logins[login]; u != nil {
		u.password = password
		return u
	}
	u, err := d.CreateUser(UserContent{Login: login, DisplayName: login, Password: password})
	if err != nil {
		return nil
	}
	return u
}

// PrivateRole returns the role that holds what the simulator's own interface grants to one user; it is created when first needed.
func (d *Directory) PrivateRole(u *User) *Role {
	if r, ok := d.roles[u.private]; ok {
		return r
	}
	description := "What the simulator granted to " + u.Login
	r := &Role{DisplayName: "Granted to " + u.Login, Description: &description}
	d.insertRole(r)
	u.private = r.ID
	d.assign(r, u)
	return r
}
