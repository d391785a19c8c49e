// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// creation is a user or a group to create once. Neither carries an id of a launch: after a lost answer, it is what has the login and the
// content that were asked for and was not there before. A repetition cannot create a second one, because no other can have its login.
type creation struct {
	ledger *launch.Ledger
	// what is the kind and the login, as in: group "webteam".
	what string
	send func(ctx context.Context) (id string, err error)
	// list returns the ids of all, and of those that have the login and the content.
	list func(ctx context.Context) (ids, same []string, err error)
}

// create creates a user or a group, and warns where it was found after its answer was lost.
func create(ctx context.Context, c *pe.Clients, wanted creation, diags *diag.Diagnostics) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, launch.CreateTimeout)
	defer cancel()
	result, err := c.Launcher.Launch(ctx, launch.Request{
		Ledger:   wanted.ledger,
		Harmless: true,
		Before: func(ctx context.Context) ([]string, error) {
			ids, _, err := wanted.list(ctx)
			return ids, err
		},
		Send: func(ctx context.Context, _ string) (string, error) { return wanted.send(ctx) },
		Find: func(ctx context.Context, _ string, _ time.Time) ([]string, error) {
			_, same, err := wanted.list(ctx)
			return same, err
		},
	})
	if err == nil && result.Adopted {
		diags.AddWarning("It was not clear at first whether "+wanted.what+" was created", fmt.Sprintf("%s has turned up since, with the "+
			"login and the content that were asked for, so it is adopted as the new one. It was not there before.", result.ID))
	}
	return result.ID, err
}

// reportLost reports that it is not known whether something was created. ok is false for any other error.
func reportLost(c *pe.Clients, what string, err error, diags *diag.Diagnostics) (ok bool) {
	var lost *launch.LostError
	if !errors.As(err, &lost) {
		return false
	}
	c.Report(diags, pe.Failure{Summary: "It is not known whether " + what + " was created", Err: err, Note: lostNote(c, lost)})
	return true
}

// lostNote says what to do about something whose creation got no answer.
func lostNote(c *pe.Clients, lost *launch.LostError) string {
	switch {
	case lost.Looked != nil:
		return "It was looked for, but the list could not be used: " + c.Sentence(lost.Looked.Error()) +
			" Apply again; a login cannot be given twice, so no second one is created."
	case len(lost.Candidates) > 0:
		return fmt.Sprintf("%s has this login and content. Whether it was there before is not known. If it is the new one, and nobody "+
			"else's, import it: terraform import <address> %s", lost.Candidates[0], lost.Candidates[0])
	case len(lost.Before) > 0:
		return fmt.Sprintf("%s has this login and content, but it was there before, so it belongs to somebody else, and it is left alone. "+
			"If it is to be managed from here, import it: terraform import <address> %s", lost.Before[0], lost.Before[0])
	default:
		return "The server has none with this login and content. Apply again; a login cannot be given twice, so no second one is created."
	}
}

// taken is a login, or a mail address, that was to be given to somebody although somebody else has it.
type taken struct {
	// login and email are "" where they are not new.
	login, email string
	// inPlace is whether a user who exists was to get them.
	inPlace bool
}

// renamedAsWell is for a login or an address that is free once the rest of the configuration has been applied.
const renamedAsWell = "\n\nIf this configuration changes or deletes the other one as well, apply again; to swap two logins or addresses, " +
	"go through a third one."

// remedy says what else may help.
func (t taken) remedy() string {
	if t.inPlace {
		return renamedAsWell
	}
	return renamedAsWell + "\n\nIf this is to replace the other one, take `create_before_destroy` out of its `lifecycle` and of that of " +
		"what depends on it: a login cannot be given twice."
}

// holder says who has a login or a mail address, and the attribute that has it.
func (s *seen) holder(ctx context.Context, c *pe.Clients, wanted taken) (text string, at path.Path) {
	at = path.Root("login")
	users, late := courtesy.Ask(ctx, &s.holders, c.RBAC.SharedUsers)
	for _, user := range users {
		switch {
		case user.Login == wanted.login && user.IsRemote:
			return fmt.Sprintf("The login belongs to a user of the directory, %s, who is managed there. Choose another `login`; to give "+
				"that user roles, use `pe_role_membership`.", user.ID), at
		case user.Login == wanted.login:
			return fmt.Sprintf("The login belongs to the local user %s. Choose another `login`, or manage that user from a pe_user: "+
				"terraform import <address> %s%s", user.ID, user.ID, wanted.remedy()), at
		case wanted.email != "" && user.Email == wanted.email:
			return fmt.Sprintf("The mail address belongs to the user %s (%s). Two users cannot have the same one: choose another, or leave "+
				"`email` out.%s", user.Login, user.ID, renamedAsWell), path.Root("email")
		}
	}
	groups, err := courtesy.Ask(ctx, &s.holders, c.RBAC.SharedGroups)
	for _, group := range groups {
		if group.Login == wanted.login {
			return fmt.Sprintf("The login belongs to the directory group %s. Choose another `login`, or manage that group from a "+
				"pe_directory_group: terraform import <address> %s%s", group.ID, group.ID, wanted.remedy()), at
		}
	}
	return "Another user or group has this login or mail address. Choose another one, or import what has it." +
		courtesy.Unnamed(late, err) + renamedAsWell, at
}

// reportTaken reports who has a login or a mail address.
func (s *seen) reportTaken(ctx context.Context, c *pe.Clients, summary string, wanted taken, conflict error, diags *diag.Diagnostics) {
	text, at := s.holder(ctx, c, wanted)
	c.Report(diags, pe.Failure{
		Summary: summary, Err: conflict, Attributes: map[string]path.Path{rbac.KindConflict: at},
		Advice: map[string]string{rbac.KindConflict: text},
	})
}

func isConflict(err error) bool { return httpapi.HasKind(err, rbac.KindConflict) }
