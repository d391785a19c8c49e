// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// RolePermissions is the body of the commands that add and remove permissions of a role.
type RolePermissions struct {
	RoleID      int64        `json:"role_id"`
	Permissions []Permission `json:"permissions"`
}

// RoleUsers is the body of the commands that add and remove users of a role.
type RoleUsers struct {
	RoleID  int64    `json:"role_id"`
	UserIDs []string `json:"user_ids"`
}

// RoleGroups is the body of the commands that add and remove groups of a role.
type RoleGroups struct {
	RoleID   int64    `json:"role_id"`
	GroupIDs []string `json:"group_ids"`
}

// AddPermissions adds permissions to a role.
func (c *Client) AddPermissions(ctx context.Context, r RolePermissions) error {
	return c.edit(ctx, roleEdit{
		doing: "adding permissions to", role: r.RoleID, body: r, commands: []string{"add-permissions"},
		apply: func(role *Role) { role.Permissions = with(role.Permissions, r.Permissions) },
	})
}

// RemovePermissions removes permissions from a role.
func (c *Client) RemovePermissions(ctx context.Context, r RolePermissions) error {
	return c.edit(ctx, roleEdit{
		doing: "removing permissions from", role: r.RoleID, body: r, commands: []string{"remove-permissions"},
		apply: func(role *Role) { role.Permissions = without(role.Permissions, r.Permissions) },
	})
}

// AddUsers adds users to a role.
func (c *Client) AddUsers(ctx context.Context, r RoleUsers) error {
	return c.edit(ctx, roleEdit{
		doing: "adding users to", role: r.RoleID, body: r, commands: []string{"add-users"},
		apply: func(role *Role) { role.UserIDs = with(role.UserIDs, r.UserIDs) },
	})
}

// RemoveUsers removes users from a role.
func (c *Client) RemoveUsers(ctx context.Context, r RoleUsers) error {
	return c.edit(ctx, roleEdit{
		doing: "removing users from", role: r.RoleID, body: r, commands: []string{"remove-users"},
		apply: func(role *Role) { role.UserIDs = without(role.UserIDs, r.UserIDs) },
	})
}

// AddGroups adds groups to a role. The command was called add-user-groups in PE 2021.4 to 2021.7 and is add-groups since.
func (c *Client) AddGroups(ctx context.Context, r RoleGroups) error {
	return c.edit(ctx, roleEdit{
		doing: "adding groups to", role: r.RoleID, body: r, commands: []string{"add-groups", "add-user-groups"},
		apply: func(role *Role) { role.GroupIDs = with(role.GroupIDs, r.GroupIDs) },
	})
}

// RemoveGroups removes groups from a role.
func (c *Client) RemoveGroups(ctx context.Context, r RoleGroups) error {
	return c.edit(ctx, roleEdit{
		doing: "removing groups from", role: r.RoleID, body: r, commands: []string{"remove-groups"},
		apply: func(role *Role) { role.GroupIDs = without(role.GroupIDs, r.GroupIDs) },
	})
}

// with returns a list with the missing members of another.
func with[T comparable](list, more []T) []T { return append(slices.Clip(list), without(more, list)...) }

// UpdateRole applies change to the current role and writes the result; [IsUnknown] recognises the error when the role does not exist. If
// only permissions, or only members, differ, commands first add the new ones and then remove the old ones, so that concurrent writers of
// the same role lose nothing, and no right that stays is missing for a moment. Everything else is one PUT: if members and permissions
// changed one after the other, old members would have new rights, or new members old ones, in between. The error is a [*PartlyDoneError]
// where commands have done a part of it.
func (c *Client) UpdateRole(ctx context.Context, id int64, change func(*Role)) error {
	now, err := c.currentRole(ctx, roleID(id))
	if err != nil {
		return fmt.Errorf("changing role %d: %w", id, err)
	}
	wanted := now.clone()
	change(&wanted)
	permissions := !sameSet(now.Permissions, wanted.Permissions)
	members := !sameSet(now.UserIDs, wanted.UserIDs) || !sameSet(now.GroupIDs, wanted.GroupIDs)
	switch {
	case now.DisplayName != wanted.DisplayName, text(now.Description) != text(wanted.Description), permissions && members:
		return c.rewrite(ctx, id, change)
	case permissions:
		return c.updatePermissions(ctx, now, wanted)
	default:
		return c.updateMembers(ctx, now, wanted)
	}
}

// PartlyDoneError says that a change of a role has failed after a part of it was done.
type PartlyDoneError struct {
	// Done says in order what was done, such as: users were added.
	Done []string
	Err  error
}

func (e *PartlyDoneError) Error() string {
	return strings.Join(e.Done, ", ") + ", then: " + e.Err.Error()
}

// Unwrap returns the error of the part that has failed.
func (e *PartlyDoneError) Unwrap() error { return e.Err }

// step is a part of a change of a role, of which there is something to do or not.
type step struct {
	done   string
	needed bool
	send   func() error
}

// inOrder sends what is needed of some steps, up to the first one that fails.
func inOrder(steps ...step) error {
	var done []string
	for _, s := range steps {
		if !s.needed {
			continue
		}
		if err := s.send(); err != nil && len(done) > 0 {
			return &PartlyDoneError{done, err}
		} else if err != nil {
			return err
		}
		done = append(done, s.done)
	}
	return nil
}

func (c *Client) updatePermissions(ctx context.Context, now, wanted Role) error {
	added, removed := without(wanted.Permissions, now.Permissions), without(now.Permissions, wanted.Permissions)
	return inOrder(
		step{"permissions were added", len(added) > 0, func() error {
			return c.AddPermissions(ctx, RolePermissions{RoleID: now.ID, Permissions: added})
		}},
		step{"permissions were removed", len(removed) > 0, func() error {
			return c.RemovePermissions(ctx, RolePermissions{RoleID: now.ID, Permissions: removed})
		}},
	)
}

func (c *Client) updateMembers(ctx context.Context, now, wanted Role) error {
	newUsers, oldUsers := without(wanted.UserIDs, now.UserIDs), without(now.UserIDs, wanted.UserIDs)
	newGroups, oldGroups := without(wanted.GroupIDs, now.GroupIDs), without(now.GroupIDs, wanted.GroupIDs)
	return inOrder(
		step{"users were added", len(newUsers) > 0, func() error {
			return c.AddUsers(ctx, RoleUsers{RoleID: now.ID, UserIDs: newUsers})
		}},
		step{"groups were added", len(newGroups) > 0, func() error {
			return c.AddGroups(ctx, RoleGroups{RoleID: now.ID, GroupIDs: newGroups})
		}},
		step{"users were removed", len(oldUsers) > 0, func() error {
			return c.RemoveUsers(ctx, RoleUsers{RoleID: now.ID, UserIDs: oldUsers})
		}},
		step{"groups were removed", len(oldGroups) > 0, func() error {
			return c.RemoveGroups(ctx, RoleGroups{RoleID: now.ID, GroupIDs: oldGroups})
		}},
	)
}

func (r Role) clone() Role {
	r.Permissions, r.UserIDs, r.GroupIDs = slices.Clone(r.Permissions), slices.Clone(r.UserIDs), slices.Clone(r.GroupIDs)
	return r
}

// roleEdit is a change of one list of a role: as a command, and as an edit of the role.
type roleEdit struct {
	doing string
	role  int64
	body  any
	// commands are the names that the command has on servers, the newest first.
	commands []string
	apply    func(*Role)
}

// edit changes a role by a command (PE 2021.4). On a server without the command, it writes the whole role back with the change in it.
func (c *Client) edit(ctx context.Context, e roleEdit) error {
	refused := error(nil)
	if !c.commandless.Load() {
		if refused = c.tryCommands(ctx, e); refused == nil {
			return nil
		}
		// 404 means that a command, a role, a user or a group does not exist; 400 that a user to be removed does not exist.
		if status := httpapi.StatusOf(refused); status != http.StatusNotFound && status != http.StatusBadRequest {
			return fmt.Errorf("%s role %d: %w", e.doing, e.role, refused)
		}
	}
	if err := c.editWithoutCommand(ctx, e, refused); err != nil {
		return fmt.Errorf("%s role %d: %w", e.doing, e.role, err)
	}
	return nil
}

func (c *Client) tryCommands(ctx context.Context, e roleEdit) error {
	leave, err := c.locks.LockShared(ctx, e.role)
	if err != nil {
		return err
	}
	defer leave()
	free, err := c.subjects.LockShared(ctx, allSubjects)
	if err != nil {
		return err
	}
	defer free()
	defer c.changed()
	for _, command := range e.commands {
		if err = c.command(ctx, e.body, "roles", command); httpapi.StatusOf(err) != http.StatusNotFound {
			return err
		}
	}
	return err
}

// editWithoutCommand reads a role, changes it and writes it. If the change makes no difference, nothing is written, whatever the command
// was refused for.
func (c *Client) editWithoutCommand(ctx context.Context, e roleEdit, refused error) error {
	leave, err := c.lockWhole(ctx, e.role)
	if err != nil {
		return err
	}
	defer leave()
	role, err := c.currentRole(ctx, roleID(e.role))
	if err != nil {
		return err
	}
	wanted := role.clone()
	if e.apply(&wanted); wanted.SameContent(role) {
		return nil
	}
	if httpapi.StatusOf(refused) == http.StatusBadRequest {
		return refused
	}
	if err := c.SeesMembers(ctx, role); err != nil {
		return err
	}
	if _, err := c.ReplaceRole(ctx, wanted); err != nil {
		return err
	}
	if refused != nil {
		// The role and its members exist, so it was the command that did not.
		c.commandless.Store(true)
	}
	return nil
}

// lockWhole waits until this process changes nothing else about a role, nor who has it.
func (c *Client) lockWhole(ctx context.Context, role int64) (unlock func(), err error) {
	leave, err := c.locks.Lock(ctx, role)
	if err != nil {
		return nil, err
	}
	free, err := c.subjects.Lock(ctx, allSubjects)
	if err != nil {
		leave()
		return nil, err
	}
	return func() { free(); leave() }, nil
}

// rewrite reads a role, changes it and writes it, while this process changes nothing else about the role, nor who has it.
func (c *Client) rewrite(ctx context.Context, id int64, change func(*Role)) error {
	leave, err := c.lockWhole(ctx, id)
	if err != nil {
		return err
	}
	defer leave()
	role, err := c.currentRole(ctx, roleID(id))
	if err != nil {
		return fmt.Errorf("changing role %d: %w", id, err)
	}
	if err := c.SeesMembers(ctx, role); err != nil {
		return err
	}
	change(&role)
	_, err = c.ReplaceRole(ctx, role)
	return err
}

// ErrMembersHidden says that the caller is not shown who has a role.
var ErrMembersHidden = errors.New("the server does not show the user of the token who has the role")

// MembersUnknownError says that nobody can tell whether the caller is shown who has a role. What has failed is not a request for the role,
// so that it is not unwrapped.
type MembersUnknownError struct {
	Role int64
	Err  error
}

func (e *MembersUnknownError) Error() string {
	return fmt.Sprintf("finding out whether the members of role %d are shown: %s", e.Role, e.Err)
}

// Is reports whether the error is [ErrMembersHidden]: what nobody can tell counts as hidden.
func (e *MembersUnknownError) Is(target error) bool { return target == ErrMembersHidden }

// SeesMembers returns [ErrMembersHidden] unless the caller is shown who has a role, which was read just now. A role without members may
// have some: RBAC shows them only to who may change them (PE 2021.7). Written back as it is shown, such a role would be taken from
// everybody.
func (c *Client) SeesMembers(ctx context.Context, role Role) error {
	if len(role.UserIDs)+len(role.GroupIDs) > 0 {
		return nil
	}
	roles, err := c.PermittedInstances(ctx, "user_roles", "edit_members")
	if err != nil {
		// That nothing is known of this right, such as by 404, says nothing about the role.
		return &MembersUnknownError{role.ID, err}
	}
	if slices.Contains(roles, AnyInstance) || slices.Contains(roles, roleID(role.ID)) {
		return nil
	}
	return ErrMembersHidden
}
