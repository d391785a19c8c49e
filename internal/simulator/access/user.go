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
	if _, taken := d.logins[content.Login]; taken {
		return nil, refuse(Conflict, "There was a database conflict due to the value(s): "+content.Login)
	}
	roles, err := d.findRoles(content.RoleIDs)
	if err != nil {
		return nil, err
	}
	id := uuid("user", content.Login)
	for n := 1; d.users[id] != nil; n++ {
		// A login that was freed by a rename can be used again, its id cannot.
		id = uuid("user", fmt.Sprint(content.Login, n))
	}
	u := &User{
		ID: id, Login: content.Login, Email: content.Email, DisplayName: content.DisplayName,
		Created: d.now(), password: content.Password,
	}
	d.insertUser(u)
	for _, r := range roles {
		d.assign(r, u)
	}
	return u, nil
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
	if other := d.logins[content.Login]; other != nil && other != u {
		return nil, refuse(Conflict, "There was a database conflict due to the value(s): "+content.Login)
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

// Groups returns all groups in the order of their creation.
func (d *Directory) Groups() []*Group {
	groups := make([]*Group, len(d.groupIDs))
	for i, id := range d.groupIDs {
		groups[i] = d.groups[id]
	}
	return groups
}

// Group returns a group by id.
func (d *Directory) Group(id string) (*Group, error) {
	if g, ok := d.groups[id]; ok {
		return g, nil
	}
	return nil, refuse(NotFound, "There is no group with the id "+id)
}

// CreateGroup binds a group of the directory service.
func (d *Directory) CreateGroup(login, displayName string, roleIDs []int) (*Group, error) {
	for _, g := range d.groups {
		if g.Login == login {
			return nil, refuse(Conflict, "There was a database conflict due to the value(s): "+login)
		}
	}
	roles, err := d.findRoles(roleIDs)
	if err != nil {
		return nil, err
	}
	if displayName == "" {
		displayName = login
	}
	g := &Group{ID: uuid("group", login), Login: login, DisplayName: displayName}
	d.insertGroup(g)
	for _, r := range roles {
		d.assignGroup(r, g)
	}
	return g, nil
}

// SetGroupRoles replaces the roles of a group, the only part of it that can be changed.
func (d *Directory) SetGroupRoles(id string, roleIDs []int) (*Group, error) {
	g, err := d.Group(id)
	if err != nil {
		return nil, err
	}
	roles, err := d.findRoles(roleIDs)
	if err != nil {
		return nil, err
	}
	for _, role := range g.roles.list() {
		d.unassignGroup(d.roles[role], g)
	}
	for _, r := range roles {
		d.assignGroup(r, g)
	}
	return g, nil
}

// DeleteGroup removes the binding of a group.
func (d *Directory) DeleteGroup(id string) error {
	g, err := d.Group(id)
	if err != nil {
		return err
	}
	for _, role := range g.roles.list() {
		d.unassignGroup(d.roles[role], g)
	}
	for _, user := range g.users.list() {
		d.users[user].groups.remove(id)
	}
	delete(d.groups, id)
	d.groupIDs = slices.DeleteFunc(d.groupIDs, func(other string) bool { return other == id })
	return nil
}
