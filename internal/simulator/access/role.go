// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

// Role is a set of permissions with its users and groups.
type Role struct {
	ID          int
	DisplayName string
	// Description may be nil, which RBAC shows as null.
	Description *string
	// BuiltIn is true for a role that every PE has.
	BuiltIn bool

	permissions set[Permission]
	users       set[string]
	groups      set[string]
}

// Permissions returns what the role permits.
func (r *Role) Permissions() []Permission { return r.permissions.list() }

// UserIDs returns the users that have the role directly.
func (r *Role) UserIDs() []string { return r.users.list() }

// GroupIDs returns the groups that have the role.
func (r *Role) GroupIDs() []string { return r.groups.list() }

// RoleContent is everything about a role that can be written.
type RoleContent struct {
	DisplayName string
	Description *string
	Permissions []Permission
	UserIDs     []string
	GroupIDs    []string
}

// addBuiltInRoles adds the roles that every PE has.
func (d *Directory) addBuiltInRoles(generation release.Generation) {
	everything := make([]Permission, 0, 32)
	for _, t := range Types() {
		for _, a := range t.Actions {
			everything = append(everything, Permission{ObjectType: t.Name, Action: a.Name, Instance: AnyInstance})
		}
	}
	d.addBuiltInRole("Administrators", "Manage users and their permissions, and everything else", everything)
	d.addBuiltInRole("Operators", "Run jobs, and manage node groups and their classification", []Permission{
		{"console_page", "view", AnyInstance},
		{"node_groups", "view", AnyInstance},
		{"node_groups", "edit_classification", AnyInstance},
		{"nodes", "view_data", AnyInstance},
		{"orchestrator", "view", AnyInstance},
		{"plans", "run", AnyInstance},
		{"puppet_agent", "run", AnyInstance},
		{"tasks", "run", AnyInstance},
	})
	d.addBuiltInRole("Viewers", "View the console, nodes and node groups", []Permission{
		{"console_page", "view", AnyInstance},
		{"node_groups", "view", AnyInstance},
		{"nodes", "view_data", AnyInstance},
	})
	d.addBuiltInRole("Code Deployers", "Deploy code", []Permission{{"environment", "deploy_code", AnyInstance}})
	d.Upgrade(generation)
}

// Upgrade adds the roles that a later generation has from the start.
func (d *Directory) Upgrade(generation release.Generation) {
	const projectDeployers = "Project Deployers"
	if generation.ProjectDeployers() && d.roleNamed(projectDeployers) == nil {
		d.addBuiltInRole(projectDeployers, "Deploy projects", []Permission{
			{"console_page", "view", AnyInstance},
			{"plans", "run", AnyInstance},
		})
	}
}

func (d *Directory) addBuiltInRole(displayName, description string, permissions []Permission) {
	d.insertRole(&Role{
		DisplayName: displayName,
		Description: &description,
		BuiltIn:     true,
		permissions: newSet(permissions),
	})
}

// insertRole assigns a role its id; ids increase and are never used again.
func (d *Directory) insertRole(r *Role) {
	d.lastRole++
	r.ID = d.lastRole
	d.roles[r.ID] = r
	d.roleIDs = append(d.roleIDs, r.ID)
}

// Roles returns all roles by id.
func (d *Directory) Roles() []*Role {
	roles := make([]*Role, len(d.roleIDs))
	for i, id := range d.roleIDs {
		roles[i] = d.roles[id]
	}
	return roles
}

// Role returns a role by its id.
func (d *Directory) Role(id int) (*Role, error) {
	if r, ok := d.roles[id]; ok {
		return r, nil
	}
	return nil, refuse(NotFound, fmt.Sprintf("There is no role with the id %d", id))
}

func (d *Directory) roleNamed(displayName string) *Role {
	for _, r := range d.roles {
		if r.DisplayName == displayName {
			return r
		}
	}
	return nil
}

// CreateRole makes a role.
func (d *Directory) CreateRole(content RoleContent) (*Role, error) {
	if err := d.checkContent(content, nil); err != nil {
		return nil, err
	}
	r := &Role{}
	d.insertRole(r)
	d.fill(r, content)
	return r, nil
}

// ReplaceRole replaces everything about a role.
func (d *Directory) ReplaceRole(id int, content RoleContent) (*Role, error) {
	r, err := d.Role(id)
	if err != nil {
		return nil, err
	}
	if err := d.checkContent(content, r); err != nil {
		return nil, err
	}
	if r.BuiltIn {
		if err := checkBuiltIn(r, content); err != nil {
			return nil, err
		}
	}
	for _, user := range r.users.list() {
		d.unassign(r, d.users[user])
	}
	for _, group := range r.groups.list() {
		d.unassignGroup(r, d.groups[group])
	}
	d.fill(r, content)
	return r, nil
}

// checkContent refuses a name that another role has, and members that do not exist.
func (d *Directory) checkContent(content RoleContent, r *Role) error {
	if other := d.roleNamed(content.DisplayName); other != nil && other != r {
		return refuse(Conflict, "There was a database conflict due to the value(s): "+content.DisplayName)
	}
	var missing []string
	for _, id := range content.UserIDs {
		if _, ok := d.users[id]; !ok {
			missing = append(missing, id)
		}
	}
	for _, id := range content.GroupIDs {
		if _, ok := d.groups[id]; !ok {
			missing = append(missing, id)
		}
	}
	return refuseMissing(InvalidAssociatedID, missing)
}

func refuseMissing(kind Kind, missing []string) error {
	if len(missing) == 0 {
		return nil
	}
	return refuse(kind, "The following ids do not exist: "+strings.Join(missing, ", "))
}

// checkBuiltIn refuses changes of the built-in roles. Their members can be changed, except that the administrator stays in Administrators.
func checkBuiltIn(r *Role, content RoleContent) error {
	permissions := newSet(content.Permissions)
	sameDescription := (r.Description == nil) == (content.Description == nil) &&
		(r.Description == nil || *r.Description == *content.Description)
	if content.DisplayName != r.DisplayName || !sameDescription || !r.permissions.equal(&permissions) {
		return refuse(DefaultRolesImmutable, "Default roles cannot be changed")
	}
	if r.ID == AdministratorsID && !slices.Contains(content.UserIDs, AdminID) {
		return refuse(AdminNotInAdminRole, "The administrator cannot be removed from the role Administrators")
	}
	return nil
}

func (d *Directory) fill(r *Role, content RoleContent) {
	r.DisplayName, r.Description = content.DisplayName, content.Description
	r.permissions = newSet(content.Permissions)
	for _, id := range content.UserIDs {
		d.assign(r, d.users[id])
	}
	for _, id := range content.GroupIDs {
		d.assignGroup(r, d.groups[id])
	}
}

func (d *Directory) assign(r *Role, u *User) {
	r.users.add(u.ID)
	u.roles.add(r.ID)
}

func (d *Directory) unassign(r *Role, u *User) {
	r.users.remove(u.ID)
	u.roles.remove(r.ID)
}

func (d *Directory) assignGroup(r *Role, g *Group) {
	r.groups.add(g.ID)
	g.roles.add(r.ID)
}

func (d *Directory) unassignGroup(r *Role, g *Group) {
	r.groups.remove(g.ID)
	g.roles.remove(r.ID)
}

// DeleteRole removes a role; its members lose its permissions at once.
func (d *Directory) DeleteRole(id int) error {
	r, err := d.Role(id)
	if err != nil {
		return err
	}
	if r.BuiltIn {
		return refuse(DefaultRolesImmutable, "Default roles cannot be deleted")
	}
	for _, user := range r.users.list() {
		d.unassign(r, d.users[user])
	}
	for _, group := range r.groups.list() {
		d.unassignGroup(r, d.groups[group])
	}
	delete(d.roles, id)
	d.roleIDs = slices.DeleteFunc(d.roleIDs, func(other int) bool { return other == id })
	return nil
}

// AddPermissions adds permissions to a role; existing ones stay as they are.
func (d *Directory) AddPermissions(id int, permissions []Permission) error {
	return d.changePermissions(id, permissions, (*set[Permission]).add)
}

// RemovePermissions removes permissions from a role; missing ones do not matter.
func (d *Directory) RemovePermissions(id int, permissions []Permission) error {
	return d.changePermissions(id, permissions, (*set[Permission]).remove)
}

func (d *Directory) changePermissions(id int, permissions []Permission, change func(*set[Permission], Permission)) error {
	r, err := d.Role(id)
	if err != nil {
		return err
	}
	if r.BuiltIn {
		return refuse(DefaultRolesImmutable, "Default roles cannot be changed")
	}
	for _, p := range permissions {
		change(&r.permissions, p)
	}
	return nil
}

// AddUsers gives a role to users. If a user does not exist, it is an error and nothing changes.
func (d *Directory) AddUsers(id int, userIDs []string) error {
	r, err := d.Role(id)
	if err != nil {
		return err
	}
	users, err := d.findUsers(userIDs)
	if err != nil {
		return err
	}
	for _, u := range users {
		d.assign(r, u)
	}
	return nil
}

// RemoveUsers removes users from a role. If the role is unknown, nothing is to be done.
func (d *Directory) RemoveUsers(id int, userIDs []string) error {
	users, err := d.findUsers(userIDs)
	if err != nil {
		return err
	}
	r, ok := d.roles[id]
	if !ok {
		return nil
	}
	if r.ID == AdministratorsID && slices.Contains(userIDs, AdminID) {
		return refuse(AdminNotInAdminRole, "The administrator cannot be removed from the role Administrators")
	}
	for _, u := range users {
		d.unassign(r, u)
	}
	return nil
}

// AddGroups gives a role to groups.
func (d *Directory) AddGroups(id int, groupIDs []string) error {
	return d.changeGroups(id, groupIDs, d.assignGroup)
}

// RemoveGroups removes groups from a role.
func (d *Directory) RemoveGroups(id int, groupIDs []string) error {
	return d.changeGroups(id, groupIDs, d.unassignGroup)
}

func (d *Directory) changeGroups(id int, groupIDs []string, change func(*Role, *Group)) error {
	r, err := d.Role(id)
	if err != nil {
		return err
	}
	groups := make([]*Group, 0, len(groupIDs))
	var missing []string
	for _, id := range groupIDs {
		g, ok := d.groups[id]
		if !ok {
			missing = append(missing, id)
		}
		groups = append(groups, g)
	}
	if err := refuseMissing(NotFound, missing); err != nil {
		return err
	}
	for _, g := range groups {
		change(r, g)
	}
	return nil
}

// AddRoles gives roles to a user.
func (d *Directory) AddRoles(userID string, roleIDs []int) error {
	u, roles, err := d.userAndRoles(userID, roleIDs)
	if err != nil {
		return err
	}
	for _, r := range roles {
		d.assign(r, u)
	}
	return nil
}

// RemoveRoles removes roles from a user.
func (d *Directory) RemoveRoles(userID string, roleIDs []int) error {
	u, roles, err := d.userAndRoles(userID, roleIDs)
	if err != nil {
		return err
	}
	if u.ID == AdminID && slices.Contains(roleIDs, AdministratorsID) {
		return refuse(AdminNotInAdminRole, "The administrator cannot be removed from the role Administrators")
	}
	for _, r := range roles {
		d.unassign(r, u)
	}
	return nil
}

func (d *Directory) userAndRoles(userID string, roleIDs []int) (*User, []*Role, error) {
	u, err := d.User(userID)
	if err != nil {
		return nil, nil, err
	}
	roles := make([]*Role, 0, len(roleIDs))
	for _, id := range roleIDs {
		r, err := d.Role(id)
		if err != nil {
			return nil, nil, err
		}
		roles = append(roles, r)
	}
	return u, roles, nil
}
