// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// create creates a task-target once. It carries no userdata: after a lost answer, it is the task-target of the same content that did not
// exist before. A second one would do no harm: it grants nothing as long as no role refers to it.
func (r *taskTargetResource) create(ctx context.Context, request orchestrator.TaskTargetRequest) (launch.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, launch.CreateTimeout)
	defer cancel()
	return r.Launcher.Launch(ctx, launch.Request{
		Ledger:   &r.seen,
		Harmless: true,
		Before: func(ctx context.Context) (ids []string, err error) {
			targets, err := r.Orchestrator.TaskTargets(ctx)
			for _, target := range targets {
				ids = append(ids, target.ID)
			}
			return ids, err
		},
		Send: func(ctx context.Context, _ string) (string, error) {
			ref, err := r.Orchestrator.CreateTaskTarget(ctx, request)
			return ref.ID, err
		},
		Find: func(ctx context.Context, _ string, _ time.Time) ([]string, error) {
			targets, err := r.Orchestrator.TaskTargets(ctx)
			return idsOf(targets, request), err
		},
	})
}

// idsOf returns the ids of the task-targets that have the content of a request, in the order in which they were assigned.
func idsOf(targets []orchestrator.TaskTarget, request orchestrator.TaskTargetRequest) (ids []string) {
	for _, target := range targets {
		if target.Matches(request) {
			ids = append(ids, target.ID)
		}
	}
	return launch.SortedIDs(ids)
}

// warnOfAdoption warns that a task-target was found after the answer to its creation was lost.
func warnOfAdoption(request orchestrator.TaskTargetRequest, id string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("It was not clear at first whether task-target %q was created", request.DisplayName),
		fmt.Sprintf("Task-target %s has turned up since, with the content that was asked for, so it is adopted as the new one. It was not "+
			"there before.", id))
}

func (r *taskTargetResource) reportCreate(diags *diag.Diagnostics, request orchestrator.TaskTargetRequest, err error) {
	f := pe.Failure{Summary: fmt.Sprintf("Task-target %q was not created", request.DisplayName), Err: err}
	var lost *launch.LostError
	if errors.As(err, &lost) {
		f.Summary = fmt.Sprintf("It is not known whether task-target %q was created", request.DisplayName)
		f.Note = lostTaskTarget(lost, r.Redactor.Line)
	}
	r.Report(diags, f)
}

// lostTaskTarget says what to do about a task-target whose creation got no answer. redact removes secrets from errors.
func lostTaskTarget(lost *launch.LostError, redact func(string) string) string {
	const again = "Apply again; if a second task-target is created, it grants nothing as long as no role names it."
	switch {
	case lost.Looked != nil:
		return fmt.Sprintf("It was looked for, but the list of task-targets could not be used: %s %s",
			prose.Sentence(redact(lost.Looked.Error())), again)
	case len(lost.Candidates) == 0:
		return fmt.Sprintf("No new task-target with this content is in the server's list%s. %s", thereBefore(lost.Before), again)
	case lost.Unlisted != nil:
		return fmt.Sprintf("The server has these task-targets with this content: %s. Which of them were there before is not known, because "+
			"the list could not be read then: %s If one of them is new, and nobody else's, import it: terraform import <address> <id>. "+
			"Otherwise apply again.", prose.List(lost.Candidates), prose.Sentence(redact(lost.Unlisted.Error())))
	default:
		return fmt.Sprintf("The server has new task-targets with this content: %s. Somebody else may have created them at the same time. If "+
			"one of them is yours, import it: terraform import <address> %s. Otherwise apply again.",
			prose.List(lost.Candidates), lost.Candidates[len(lost.Candidates)-1])
	}
}

// thereBefore names task-targets of the same content that cannot be the new one.
func thereBefore(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return fmt.Sprintf(" (of those that were there before, or that other resources have, these have it: %s)", prose.List(ids))
}
