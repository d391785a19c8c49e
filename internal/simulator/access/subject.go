// SPDX-License-Identifier: MPL-2.0

package access

import "time"

// Subject is a user or a group as the services show it.
type Subject struct {
	ID          string  `json:"id"`
	Login       string  `json:"login"`
	Email       string  `json:"email"`
	DisplayName string  `json:"display_name"`
	LastLogin   *string `json:"last_login"`
	RoleIDs     []int   `json:"role_ids"`
	IsGroup     bool    `json:"is_group"`
	IsRemote    bool    `json:"is_remote"`
	IsSuperuser bool    `json:"is_superuser"`
	IsRevoked   bool    `json:"is_revoked"`
	// InheritedRoleIDs and GroupIDs are only set for users of a directory service.
	InheritedRoleIDs *[]int    `json:"inherited_role_ids,omitempty"`
	GroupIDs         *[]string `json:"group_ids,omitempty"`
	// IdentityProviderID is only set on newer servers.
	IdentityProviderID **string `json:"identity_provider_id,omitempty"`
}

// loginLayout is how last_login is written: with milliseconds.
const loginLayout = "2006-01-02T15:04:05.000Z"

// Subject shows a user. Newer servers show the identity provider as well, which is null for the simulator's directory.
func (d *Directory) Subject(u *User, withProvider bool) Subject {
	s := Subject{
		ID: u.ID, Login: u.Login, Email: u.Email, DisplayName: u.DisplayName, RoleIDs: u.RoleIDs(),
		IsRemote: u.Remote, IsSuperuser: u.Superuser, IsRevoked: u.Revoked, LastLogin: loginTime(u.LastLogin),
	}
	if u.Remote {
		inherited, groups := d.InheritedRoleIDs(u), u.GroupIDs()
		s.InheritedRoleIDs, s.GroupIDs = &inherited, &groups
		if withProvider {
			s.IdentityProviderID = new(*string)
		}
	}
	return s
}

func loginTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(loginLayout)
	return &text
}
