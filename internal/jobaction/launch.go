// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
)

// launch starts a job exactly once and reports what went wrong. Each invocation is meant, so nothing is looked for that an earlier one has
// started, unless it has a name: a launch key.
func (i *invocation[M, R, P]) launch(ctx context.Context, order jobrun.Order[R], ownUserdata bool) (launch.Result, bool) {
	jobs := i.jobs()
	request := jobs.Request(order)
	if order.Key.Name != "" {
		// What another action of this process starts under the same key is seen by the one that waits here.
		unlock, err := i.shared.keys.Lock(ctx, order.Key.Name+"\n"+order.Key.Inputs)
		if err != nil {
			i.diags.AddError(i.title+" was not started", "Another action of this apply has the same `launch_key`, and Terraform was "+
				"interrupted, or the time was up, before its launch had ended. This one has started nothing.")
			return launch.Result{}, false
		}
		defer unlock()
		request.Earlier.Keyed = func(ctx context.Context) (string, string, error) { return i.keyed(ctx, order.Key) }
	}
	result, err := i.Launcher.Launch(ctx, request)
	report := launchreport.Invocation(i.title, i.family.Noun(), i.again())
	switch {
	case errors.Is(err, launch.ErrNoUserdata):
		launchreport.NoUserdata(i.title, launchreport.Said(i.Explain, err), i.diags)
		return result, false
	case i.config.takesEmpty(err):
		i.tell.line(ctx, "no node is in the scope, so nothing was started")
		return result, false
	case err != nil:
		jobs.ReportRefusal(report, order.Start, err, i.diags)
		return result, false
	}
	report.Report(result, ownUserdata, i.diags)
	return result, true
}

// keyed looks for the newest job that carries a key, and returns it if it runs or has succeeded, as the action judges it.
func (i *invocation[M, R, P]) keyed(ctx context.Context, key launch.Key) (id, requestID string, err error) {
	latest, err := i.jobs().Latest(ctx)
	if err != nil {
		return "", "", fmt.Errorf("looking for what carries the same launch_key: %w", err)
	}
	if i.jobs().KeepNoUserdata(latest) {
		return "", "", launch.ErrNoUserdata
	}
	same := i.jobs().Keyed(latest, key)
	if len(same) == 0 {
		return "", "", nil
	}
	found := i.family.Trace(same[0])
	if i.family.Ended(same[0]) {
		if good, err := i.succeeded(ctx, same[0], found.ID); err != nil || !good {
			return "", "", err
		}
	}
	return found.ID, found.RequestID, nil
}

// succeeded judges a job that has ended, with what its nodes have changed where that matters: adopted, it would be judged by that as well.
func (i *invocation[M, R, P]) succeeded(ctx context.Context, job R, id string) (bool, error) {
	if i.config.fails(job) {
		return false, nil
	}
	v, err := i.config.judge(ctx, i.Clients, job, i.jobs().URL(id))
	if v.Unjudged {
		return false, fmt.Errorf("reading what %s %s, which carries the same launch_key, has changed: %w", i.family.Noun(), id, err)
	}
	return v.OK, nil
}
