// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// create creates a role once. A role carries no userdata: after a lost answer, it is the role of the same content that did not exist
// before. A repetition cannot create a second one, because no other role can have its name.
func (r *roleResource) create(ctx context.Context, role rbac.Role) (launch.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, launch.CreateTimeout)
	defer cancel()
	list := func(ctx context.Context, wanted func(rbac.Role) bool) (ids []string, err error) {
		roles, err := r.RBAC.Roles(ctx)
		for _, other := range roles {
			if wanted(other) {
				ids = append(ids, strconv.FormatInt(other.ID, 10))
			}
		}
		return ids, err
	}
	return r.Launcher.Launch(ctx, launch.Request{
		Ledger:   &r.seen,
		Harmless: true,
		Before: func(ctx context.Context) ([]string, error) {
			return list(ctx, func(rbac.Role) bool { return true })
		},
		Send: func(ctx context.Context, _ string) (string, error) {
			id, err := r.RBAC.CreateRole(ctx, role)
			return strconv.FormatInt(id, 10), err
		},
		Find: func(ctx context.Context, _ string, _ time.Time) ([]string, error) {
			return list(ctx, role.SameContent)
		},
	})
}

// warnOfAdoption warns that a role was found after the answer to its creation was lost.
func warnOfAdoption(role rbac.Role, id string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("It was not clear at first whether role %q was created", role.DisplayName),
		fmt.Sprintf("Role %s has turned up since, with the name and the content that were asked for, so it is adopted as the new one. It was "+
			"not there before.", id))
}

func (r *roleResource) reportCreate(ctx context.Context, diags *diag.Diagnostics, role rbac.Role, err error) {
	var lost *launch.LostError
	switch {
	case errors.As(err, &lost):
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("It is not known whether role %q was created", role.DisplayName), Err: err, Note: r.lostRole(lost),
		})
	case isConflict(err):
		summary := fmt.Sprintf("Role %q was not created, because there is one of this name", role.DisplayName)
		r.reportNameTaken(ctx, diags, summary, role.DisplayName, err)
	default:
		r.Report(diags, pe.Failure{Summary: fmt.Sprintf("Role %q was not created", role.DisplayName), Err: err, Advice: roleAdvice})
	}
}

// lostRole says what to do about a role whose creation got no answer.
func (r *roleResource) lostRole(lost *launch.LostError) string {
	switch {
	case lost.Looked != nil:
		return "It was looked for, but the list of roles could not be used: " + r.Sentence(lost.Looked.Error()) +
			" Apply again; two roles cannot have the same name, so no second one is created."
	case len(lost.Candidates) > 0 && lost.Unlisted != nil:
		id := lost.Candidates[0]
		return fmt.Sprintf("Role %s has this name and content. Whether it was there before is not known, because the list of roles could not "+
			"be read then: %s If it is the new one, and nobody else's, import it: terraform import <address> %s.",
			id, r.Sentence(lost.Unlisted.Error()), id)
	case len(lost.Candidates) > 0:
		id := lost.Candidates[0]
		return fmt.Sprintf("Role %s has this name and content. If it is the new one, import it: terraform import <address> %s.", id, id)
	case len(lost.Before) > 0:
		id := lost.Before[0]
		return fmt.Sprintf("Role %s has this name and content, but it was there before, so it belongs to somebody else, and it is left "+
			"alone. Choose another `display_name`; or, if it is to be managed from here, import it: terraform import <address> %s.", id, id)
	default:
		return "The server has no role of this name and content. Apply again; two roles cannot have the same name, so no second one is created."
	}
}
