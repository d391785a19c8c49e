// SPDX-License-Identifier: MPL-2.0

package access

import "slices"

// DirectoryGroup is a group of the directory service, whether PE knows it or not.
type DirectoryGroup struct {
	Login string
	// DisplayName is the name that the directory has for it, which wins over what a client says. It may be empty.
	DisplayName string
	// Members are the logins of the users in it.
	Members []string
}

// DirectoryID is the id of the directory service as an identity provider.
const DirectoryID = "e1c2b3a4-5d6f-4a7b-8c9d-0e1f2a3b4c5d"

// standardDirectory has the groups of the directory service that PE starts with. PE knows only the first of them.
func standardDirectory() []DirectoryGroup {
	return []DirectoryGroup{
		{Login: "webteam", DisplayName: "Web team", Members: []string{"fred", "dana"}},
		{Login: "dbteam", DisplayName: "Database team", Members: []string{"dana"}},
		{Login: "oncall", Members: []string{"fred"}},
	}
}

// PutDirectoryGroup adds a group to the directory service, or replaces one. Members of a group that PE knows change as at their next login.
func (d *Directory) PutDirectoryGroup(group DirectoryGroup) {
	if _, known := d.directory[group.Login]; !known {
		d.directoryLogins = append(d.directoryLogins, group.Login)
	}
	d.directory[group.Login] = group
	if bound := d.groupNamed(group.Login); bound != nil {
		d.leave(bound)
		d.join(bound)
	}
}

// DirectoryGroups returns the groups of the directory service.
func (d *Directory) DirectoryGroups() []DirectoryGroup {
	groups := make([]DirectoryGroup, len(d.directoryLogins))
	for i, login := range d.directoryLogins {
		groups[i] = d.directory[login]
	}
	return groups
}

// join makes the users whom the directory has in a group its members.
func (d *Directory) join(g *Group) {
	for _, login := range d.directory[g.Login].Members {
		if u := d.logins[login]; u != nil && u.Remote {
			g.users.add(u.ID)
			u.groups.add(g.ID)
		}
	}
}

// leave takes all users out of a group.
func (d *Directory) leave(g *Group) {
	for _, user := range g.users.list() {
		d.users[user].groups.remove(g.ID)
		g.users.remove(user)
	}
}

func (d *Directory) groupNamed(login string) *Group {
	for _, g := range d.groups {
		if g.Login == login {
			return g
		}
	}
	return nil
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

// GroupContent is what a group is made of.
type GroupContent struct {
	Login       string
	DisplayName string
	RoleIDs     []int
	// Provider is the id of the identity provider, "" for the directory service.
	Provider string
	// Validate is true when the directory service must have the group.
	Validate bool
}

// CreateGroup binds a group of the directory service.
func (d *Directory) CreateGroup(content GroupContent) (*Group, error) {
	if d.groupNamed(content.Login) != nil || d.logins[content.Login] != nil {
		return nil, refuse(Conflict, "There was a database conflict due to the value(s): "+content.Login)
	}
	group, known := d.directory[content.Login]
	isDirectory := content.Provider == "" || content.Provider == DirectoryID
	if content.Validate && isDirectory && !known {
		return nil, refuse(NoSuchGroup, "There is no group "+content.Login+" in the directory service")
	}
	roles, err := d.findRoles(content.RoleIDs)
	if err != nil {
		return nil, err
	}
	g := &Group{ID: d.newID("group", content.Login), Login: content.Login, DisplayName: content.DisplayName, Provider: content.Provider}
	if isDirectory && group.DisplayName != "" {
		g.DisplayName = group.DisplayName
	}
	if g.DisplayName == "" {
		g.DisplayName = content.Login
	}
	d.insertGroup(g)
	for _, r := range roles {
		d.assignGroup(r, g)
	}
	if isDirectory {
		d.join(g)
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

// DeleteGroup removes the binding of a group. The directory service keeps it.
func (d *Directory) DeleteGroup(id string) error {
	g, err := d.Group(id)
	if err != nil {
		return err
	}
	for _, role := range g.roles.list() {
		d.unassignGroup(d.roles[role], g)
	}
	d.leave(g)
	delete(d.groups, id)
	d.groupIDs = slices.DeleteFunc(d.groupIDs, func(other string) bool { return other == id })
	return nil
}
