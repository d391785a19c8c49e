// SPDX-License-Identifier: MPL-2.0

// Package access is the model behind the RBAC service: users, directory groups, roles, permissions and tokens, and the decisions that
// follow from them.
//
// It knows nothing of HTTP. A [Directory] is not safe for concurrent use: its owner guards it together with the rest of the simulated
// world.
package access

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

// The accounts that every PE has.
const (
	// AdminID is the id of the administrator, the same on every PE.
	AdminID = "42bf351c-f9ec-40af-84ad-e976fec7f4bd"
	// APIUserID is the id of the account that services with an allowlisted certificate act as.
	APIUserID = "af94921f-bd76-4b58-b5ce-e17c029a2790"
	// AdministratorsID is the id of the role that the administrator cannot leave.
	AdministratorsID = 1
	// ViewersID is the id of the built-in role Viewers.
	ViewersID = 3
)

// BuiltInPassword is the password of the accounts that the simulator starts with.
const BuiltInPassword = "example-only"

// Directory holds every subject, role and token.
type Directory struct {
	now func() time.Time

	users   map[string]*User
	logins  map[string]*User
	userIDs []string

	groups   map[string]*Group
	groupIDs []string
	// directory has the groups of the directory service by login, in the order of directoryLogins.
	directory       map[string]DirectoryGroup
	directoryLogins []string
	// used are the ids of all users and groups that there were.
	used map[string]bool

	roles    map[int]*Role
	roleIDs  []int
	lastRole int

	tokens map[string]*Token
	issued int
	// seed is what the texts of tokens are made of; without one they are random.
	seed []byte
}

// Seed makes the texts of tokens follow from a secret and their numbers, so that the same requests make the same tokens.
func (d *Directory) Seed(seed []byte) { d.seed = seed }

// User is an account.
type User struct {
	ID          string
	Login       string
	Email       string
	DisplayName string
	// Remote is true for an account of a directory service.
	Remote bool
	// Superuser is true when every permission check succeeds.
	Superuser bool
	// Revoked is true when the account may not use PE.
	Revoked bool
	// LastLogin is zero before the first login.
	LastLogin time.Time
	// Created is when the account was made.
	Created time.Time

	password string
	roles    set[int]
	groups   set[string]
	private  int
}

// RoleIDs returns the roles that are assigned to the user directly.
func (u *User) RoleIDs() []int { return sorted(u.roles.list()) }

// GroupIDs returns the directory groups that the user is in.
func (u *User) GroupIDs() []string { return u.groups.list() }

// BuiltIn reports whether the account is one that every PE has.
func (u *User) BuiltIn() bool { return u.ID == AdminID || u.ID == APIUserID }

// Group is a group of a directory service that PE knows.
type Group struct {
	ID          string
	Login       string
	DisplayName string
	// Provider is the id of the identity provider, "" where none was named.
	Provider string

	roles set[int]
	users set[string]
}

// RoleIDs returns the roles that are assigned to the group.
func (g *Group) RoleIDs() []int { return sorted(g.roles.list()) }

// UserIDs returns the users who are in the group.
func (g *Group) UserIDs() []string { return g.users.list() }

// New returns the directory that a PE of the given generation starts with.
func New(generation release.Generation, now func() time.Time) *Directory {
	d := &Directory{
		now:    now,
		users:  make(map[string]*User),
		logins: make(map[string]*User),
		groups: make(map[string]*Group),
		used:   make(map[string]bool),
		roles:  make(map[int]*Role),
		tokens: make(map[string]*Token),
	}
	d.directory = make(map[string]DirectoryGroup)
	for _, group := range standardDirectory() {
		d.PutDirectoryGroup(group)
	}
	d.addBuiltInRoles(generation)
	d.addBuiltInSubjects()
	return d
}

// addBuiltInSubjects adds the accounts of every PE, and those of a small directory service, of which PE knows one group.
func (d *Directory) addBuiltInSubjects() {
	yesterday := d.now().Add(-24 * time.Hour)
	d.insertGroup(&Group{ID: "5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10", Login: "webteam", DisplayName: "Web team"})
	for _, u := range []*User{
		{ID: AdminID, Login: "admin", DisplayName: "Administrator", Superuser: true, LastLogin: yesterday},
		{ID: APIUserID, Login: "api_user", DisplayName: "API User", Superuser: true},
		{
			ID: "4f3b8ead-5d77-4f4c-9c8a-9e4c3f5a6b74", Login: "fred", DisplayName: "Fred Example",
			Email: "fred@example.com", Remote: true, LastLogin: yesterday,
		},
		{
			ID: "0f0d2c1b-6d5e-4b7a-8c9d-1e2f3a4b5c6d", Login: "dana", DisplayName: "Dana Example",
			Email: "dana@example.com", Remote: true, LastLogin: yesterday,
		},
		{ID: "5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85", Login: "new", DisplayName: "New User"},
	} {
		u.password = BuiltInPassword
		u.Created = yesterday
		d.insertUser(u)
	}
	for _, id := range d.groupIDs {
		d.join(d.groups[id])
	}
	administrators := d.roles[AdministratorsID]
	d.assign(administrators, d.users[AdminID])
	d.assign(administrators, d.users[APIUserID])
	for _, id := range d.groupIDs {
		d.assignGroup(d.roles[ViewersID], d.groups[id])
	}
}

func (d *Directory) insertUser(u *User) {
	d.users[u.ID] = u
	d.used[u.ID] = true
	d.logins[u.Login] = u
	d.userIDs = append(d.userIDs, u.ID)
}

func (d *Directory) insertGroup(g *Group) {
	d.groups[g.ID] = g
	d.used[g.ID] = true
	d.groupIDs = append(d.groupIDs, g.ID)
}

// May reports whether the user has a permission, directly, through a group, or as a superuser.
func (d *Directory) May(u *User, objectType, action, instance string) bool {
	if u.Superuser {
		return true
	}
	wanted := Permission{ObjectType: objectType, Action: action, Instance: instance}
	general := Permission{ObjectType: objectType, Action: action, Instance: AnyInstance}
	return d.anyRole(u, func(r *Role) bool {
		return r.permissions.has(wanted) || r.permissions.has(general)
	})
}

// anyRole reports whether one of the user's roles, direct or inherited, satisfies a test.
func (d *Directory) anyRole(u *User, test func(*Role) bool) bool {
	return slices.ContainsFunc(d.effectiveRoles(u), func(id int) bool {
		r, ok := d.roles[id]
		return ok && test(r)
	})
}

// effectiveRoles returns the ids of the user's roles, including inherited ones.
func (d *Directory) effectiveRoles(u *User) []int {
	return append(u.roles.list(), d.InheritedRoleIDs(u)...)
}

// InheritedRoleIDs returns the roles that the user has through groups.
func (d *Directory) InheritedRoleIDs(u *User) []int {
	var inherited set[int]
	for _, id := range u.groups.list() {
		if g, ok := d.groups[id]; ok {
			for _, role := range g.roles.list() {
				inherited.add(role)
			}
		}
	}
	return sorted(inherited.list())
}

// Instances returns the instances for which the user has a permission, or only "*" for all of them.
func (d *Directory) Instances(u *User, objectType, action string) []string {
	if u.Superuser {
		return []string{AnyInstance}
	}
	return d.instancesOf(d.effectiveRoles(u), objectType, action)
}

func (d *Directory) instancesOf(roles []int, objectType, action string) []string {
	var instances set[string]
	for _, id := range roles {
		r, ok := d.roles[id]
		if !ok {
			continue
		}
		for _, p := range r.permissions.list() {
			if p.ObjectType == objectType && p.Action == action {
				instances.add(p.Instance)
			}
		}
	}
	if instances.has(AnyInstance) {
		return []string{AnyInstance}
	}
	return instances.list()
}

// SubjectMay answers May for the id of a user or of a group, and reports whether it exists.
func (d *Directory) SubjectMay(id string, p Permission) (may, known bool) {
	if u, ok := d.users[id]; ok {
		return d.May(u, p.ObjectType, p.Action, p.Instance), true
	}
	if g, ok := d.groups[id]; ok {
		instances := d.instancesOf(g.roles.list(), p.ObjectType, p.Action)
		return slices.Contains(instances, AnyInstance) || slices.Contains(instances, p.Instance), true
	}
	return false, false
}

// uuid derives an id from a name, the same one every time.
func uuid(kind, name string) string {
	sum := sha256.Sum256([]byte("terraform-provider-pe simulator " + kind + " " + name))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// sorted returns the ids in ascending order.
func sorted(ids []int) []int {
	slices.Sort(ids)
	return ids
}

// Now returns the directory's time.
func (d *Directory) Now() time.Time { return d.now() }
