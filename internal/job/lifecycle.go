// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/caller"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/foresight"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// jobResource is the lifecycle that deploys, tasks and plan runs share: launch, save, wait, judge, save, resume, stop. M is the
// model of the resource, and R is what the server says of such a job at one moment.
type jobResource[M, R any, P jobRecord[M, R]] struct {
	pe.Resource
	identity.ByNumber
	metadata *workload.Metadata
	family   jobfamily.Family[R]
	shared   *memory[R, P]
}

// UpgradeState implements [resource.ResourceWithUpgradeState].
func (r *jobResource[M, R, P]) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return workload.Upgraders()
}

// Create implements [resource.Resource]. The job's id is saved right after the launch, with every output that is not known
// yet as null, so that nothing that happens later can lose it.
func (r *jobResource[M, R, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config := P(new(M)), P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.job().Timeouts.Create(ctx, jobschema.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	r.begin(&resp.Diagnostics)
	send := plan.start(config).Command(ctx, r.Clients, &resp.Diagnostics)
	fingerprint := r.fingerprint(req.Plan, plan, &resp.Diagnostics)
	o := order{send, fingerprint, r.key(req.Plan, plan, &resp.Diagnostics), r.purpose(req.Plan, plan, &resp.Diagnostics)}
	if resp.Diagnostics.HasError() {
		return
	}
	memo, ok := r.takeBack(plan, fingerprint, &resp.Diagnostics)
	if !ok {
		if !r.fitsIn(ctx, plan, &resp.Diagnostics) || !r.mayWatch(ctx, plan, &resp.Diagnostics) {
			return
		}
		if memo, ok = r.launch(ctx, plan, o, &resp.Diagnostics); !ok {
			return
		}
	}
	defer func() {
		if caller.Waits(ctx) {
			r.Journal.Deliver(r.collection(), plan.job().ID.ValueString())
		}
	}()
	plan.settle()
	save := func() {
		identity.Save(ctx, &resp.State, resp.Identity, plan, &resp.Diagnostics)
		memo.write(ctx, resp.Private, &resp.Diagnostics)
	}
	save()
	if memo.Waiting {
		r.await(ctx, plan, &memo, waiting{limit: timeout, attribute: "create"}, &resp.Diagnostics)
		save()
	}
}

// begin notes that something is applied, and reports jobs that nothing tracks any more.
func (r *jobResource[M, R, P]) begin(diags *diag.Diagnostics) {
	if !r.Known() {
		return
	}
	for _, left := range r.Journal.Begin(r.collection()) {
		launchreport.Untracked(r.family.Noun(), r.Orchestrator.URL(r.family.Collection(), left.ID), left, diags)
	}
	launchreport.Unreadable(r.Journal.Unreadable(), diags)
}

// planning notes that this process plans jobs.
func (r *jobResource[M, R, P]) planning() {
	if r.Known() {
		r.Journal.Plan(r.collection())
	}
}

// inState notes that a job is in the state, so that no later apply looks for it.
func (r *jobResource[M, R, P]) inState(state P) {
	if r.Known() {
		r.Journal.Seen(r.collection(), state.job().ID.ValueString())
	}
}

// remember keeps what the state has of a job for the plans of its process, which Terraform does not tell of tainted resources.
func (r *jobResource[M, R, P]) remember(values tfsdk.State, state P, diags *diag.Diagnostics) {
	if !r.Known() {
		return
	}
	r.shared.held.Add(r.purpose(tfsdk.Plan{Raw: values.Raw}, state, diags), state.job().ID.ValueString())
	if unjudged(state.job(), jobMemo{}) {
		r.shared.unjudged.Store(r.fingerprint(tfsdk.Plan{Raw: values.Raw}, state, diags), state.job().ID.ValueString())
	}
}

// Read implements [resource.Resource]. A job that has ended never changes and is not asked for again; a job that the server
// no longer knows has been pruned, which says nothing about what it did.
func (r *jobResource[M, R, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	identity.Keep(ctx, req.State, resp.Identity, &resp.Diagnostics)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	r.inState(state)
	id := state.job().ID.ValueString()
	r.remember(req.State, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || memo.Gone || state.job().ended() && !memo.Waiting {
		return
	}
	what := fmt.Sprintf("%s: %s %s was not read", state.title(), r.family.Noun(), id)
	if !r.Ready(what, &resp.Diagnostics) {
		return
	}
	now, err := r.read(ctx, state, &memo)
	switch {
	case jobrun.IsGone(err) && memo.Waiting:
		// One answer is no proof. The apply that goes on waiting looks for itself, and fails if nothing is there.
		r.shared.seen.Store(id, foresight.Sighting{Missing: true})
		return
	case jobrun.IsGone(err):
		memo.lose()
		memo.write(ctx, resp.Private, &resp.Diagnostics)
		return
	case pe.IsForbidden(err) && !memo.Waiting:
		resp.Diagnostics.AddWarning(what, r.Explain(err)+"\n\n"+r.lacksView()+" What was known of the job last is kept.")
		return
	case err != nil:
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
		return
	}
	memo.write(ctx, resp.Private, &resp.Diagnostics)
	state.job().RequestID = tfvalue.StringOrNull(memo.RequestID)
	r.shared.seen.Store(state.job().ID.ValueString(), foresight.Sighting{Progress: r.family.Progress(now), Ended: r.family.Ended(now)})
	// An apply that waits for the job sees its end itself when it goes on waiting, and reports it. Until then the state has no end,
	// by which it is known that nobody has reported it.
	if r.family.Ended(now) && memo.Waiting {
		identity.Save(ctx, &resp.State, resp.Identity, state, &resp.Diagnostics)
		return
	}
	state.fill(now)
	if r.family.Ended(now) {
		if _, err := state.conclude(ctx, r.Clients); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
			return
		}
		state.warn(state.title(), &resp.Diagnostics)
	}
	identity.Save(ctx, &resp.State, resp.Identity, state, &resp.Diagnostics)
}

// Update implements [resource.Resource]. It never starts anything: it continues to wait for a job that an earlier apply left behind, reads
// results again, or only saves what was configured.
func (r *jobResource[M, R, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state := P(new(M)), P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Plan, plan)...)
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	timeout, diags := plan.job().Timeouts.Update(ctx, jobschema.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	r.begin(&resp.Diagnostics)
	r.knowSecrets(ctx, plan, req.Config)
	memo.Imported = false
	memo.Waiting = mustWait(plan.job(), state.job(), memo)
	plan.recall(state)
	save := func() {
		identity.Save(ctx, &resp.State, resp.Identity, plan, &resp.Diagnostics)
		memo.write(ctx, resp.Private, &resp.Diagnostics)
	}
	save()
	switch {
	case memo.Waiting:
		r.await(ctx, plan, &memo, waiting{limit: timeout, attribute: "update"}, &resp.Diagnostics)
		save()
	case rereads(plan, state, memo) != nil:
		r.reread(ctx, plan, &memo, &resp.Diagnostics)
		save()
	}
}

// knowSecrets makes the secrets known that a job was started with by another process: its nodes may have printed them.
func (r *jobResource[M, R, P]) knowSecrets(ctx context.Context, plan P, values tfsdk.Config) {
	var ignored diag.Diagnostics
	if config := P(new(M)); !tfvalue.Decode(ctx, values, config).HasError() {
		plan.start(config).Command(ctx, r.Clients, &ignored) // building the request is enough; it is not sent
	}
}

// reread reads the results of a job that has ended again. A job that is gone keeps what was read before.
func (r *jobResource[M, R, P]) reread(ctx context.Context, record P, memo *jobMemo, diags *diag.Diagnostics) {
	err := record.reread(ctx, r.Clients)
	if orchestrator.IsUnknownJob(err) {
		memo.Gone = true
		diags.AddWarning(fmt.Sprintf("%s: the results were not read again", record.title()),
			fmt.Sprintf("The server no longer knows %s %s: it deletes the records of jobs after 30 days by default. The results stay as they "+
				"were.", r.family.Noun(), record.job().ID.ValueString()))
		return
	}
	if err != nil {
		r.Report(diags, pe.Failure{Summary: fmt.Sprintf("%s: the results were not read again", record.title()), Err: err})
	}
	record.warn(record.title(), diags)
}

// Delete implements [resource.Resource]. It sends no request, unless the job is to be stopped.
func (r *jobResource[M, R, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := P(new(M))
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.State, state)...)
	memo := readJobMemo(ctx, req.Private, &resp.Diagnostics)
	timeout, diags := state.job().Timeouts.Delete(ctx, jobschema.DefaultStopTimeout)
	resp.Diagnostics.Append(diags...)
	r.inState(state)
	r.begin(&resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.handOver(ctx, req.State, state, memo, &resp.Diagnostics) ||
		memo.Gone || state.job().ended() || !state.job().stops() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.stop(ctx, state, memo.of(state.job()), timeout, &resp.Diagnostics)
}

// stop stops a job and waits until it has ended. It leaves a job alone that is not ours any more.
func (r *jobResource[M, R, P]) stop(ctx context.Context, state P, memo jobMemo, timeout time.Duration, diags *diag.Diagnostics) {
	_, err := r.read(ctx, state, &memo)
	id := state.job().ID.ValueString()
	if jobrun.IsGone(err) {
		return
	}
	if err == nil {
		err = r.family.Stop(ctx, r.Clients, id, state.job().OnDestroy.ValueString() == jobschema.ForceStop, diags)
	}
	if orchestrator.IsUnknownJob(err) {
		return // a job that the server no longer knows has ended
	}
	if err != nil {
		r.Report(diags, pe.Failure{
			Summary: fmt.Sprintf("%s: %s %s was not stopped", state.title(), r.family.Noun(), id),
			Err:     err,
			Note:    foresight.NotStopped(errors.Is(err, orchestrator.ErrNoStopPlan)),
		})
		return
	}
	_, _, err = r.family.Wait(ctx, r.Clients, id, r.logProgress(ctx, state))
	switch {
	case err == nil, errors.Is(err, jobwatch.ErrGone), orchestrator.IsUnknownJob(err):
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError(fmt.Sprintf("%s: %s %s is still stopping after %s", state.title(), r.family.Noun(), id, duration.Text(timeout)),
			"It was asked to stop, and the runs that have begun have not ended in time. Destroy again to keep waiting, give it longer with "+
				"`timeouts { delete = … }`, or set `on_destroy` to \"force_stop\" or \"abandon\" and apply that first.")
	default:
		r.Report(
			diags,
			pe.Failure{Summary: fmt.Sprintf("%s: it is not known whether %s %s has stopped", state.title(), r.family.Noun(), id), Err: err},
		)
	}
}

// ImportState implements [resource.ResourceWithImportState]. Every input that the server still knows is filled in.
func (r *jobResource[M, R, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, ok := identity.Imported(ctx, req, identity.Form{
		Valid: orchestrator.IsID, Summary: "The import id is not a positive number",
		Rule: fmt.Sprintf("is not the id of a %s. They are imported by their number, such as 82, which the console shows and which is the "+
			"last part of their URL.", r.family.Noun()),
	}, &resp.Diagnostics)
	what := fmt.Sprintf("%s %s was not imported", prose.UpperFirst(r.family.Noun()), id)
	if !ok || !r.Ready(what, &resp.Diagnostics) {
		return
	}
	now, err := r.family.Read(ctx, r.Clients, id)
	if err != nil {
		r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err, Advice: map[string]string{
			orchestrator.KindUnknownJob: "There is no such " + r.family.Noun() + ", or no longer: the server deletes their records after 30 " +
				"days by default.",
		}})
		return
	}
	record := P(new(M))
	record.imported(now, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	record.located(r.Clients, id)
	record.job().RequestID = tfvalue.StringOrNull(r.family.Trace(now).RequestID)
	record.fill(now)
	if r.family.Ended(now) {
		if _, err := record.conclude(ctx, r.Clients); err != nil {
			r.Report(&resp.Diagnostics, pe.Failure{Summary: what, Err: err})
			return
		}
		record.warn(record.title(), &resp.Diagnostics)
	}
	identity.Save(ctx, &resp.State, resp.Identity, record, &resp.Diagnostics)
	jobMemo{Imported: true, RequestID: r.family.Trace(now).RequestID, CaptureMemo: newDefaults}.write(ctx, resp.Private, &resp.Diagnostics)
}
