package job

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// lookTime is how long a launch is held up to find out whether its job can be awaited.
const lookTime = 15 * time.Second

// sight is whether somebody may look at jobs.
type sight struct {
	// refused is the answer of the server that says no, otherwise nil.
	refused error
}

// mayWatch finds out, once a process, whether the user may look at jobs, and reports an error where the server itself says no: a job
// that nobody may look at would run, and fail the apply that waits for it. Any other answer proves nothing. What a server lists for
// somebody without the permission is not documented, so an empty list is no refusal, and trouble is left to the launch.
func (r *jobResource[M, R, P]) mayWatch(ctx context.Context, plan P, diags *diag.Diagnostics) bool {
	if !plan.job().waits() {
		return true
	}
	seen, err := r.shared.sight.Get(ctx, r.collection(), func(ctx context.Context) (sight, error) {
		ctx, cancel := context.WithTimeout(httpapi.Once(ctx), lookTime)
		defer cancel()
		err := r.family.look(ctx, r.Clients)
		if pe.IsForbidden(err) {
			return sight{refused: err}, nil
		}
		return sight{}, err
	})
	if err != nil || seen.refused == nil {
		return true
	}
	r.Report(diags, pe.Failure{
		Summary: plan.subject() + " was not started, because nobody could wait for it",
		Err:     seen.refused,
		Advice:  map[string]string{orchestrator.KindNotPermitted: r.lacksView()},
		Note: "Nothing was started. With `wait_for_completion = false` it is started without that permission, and nobody learns how it " +
			"ends.",
	})
	return false
}

// lacksView says what somebody lacks who may not look at jobs.
func (r *jobResource[M, R, P]) lacksView() string {
	return launchreport.Lacking("the permission `orchestrator` / `view` (Start, stop and view jobs)", r.TokenOrigin)
}
