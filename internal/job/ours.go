// SPDX-License-Identifier: MPL-2.0

package job

import (
	"context"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobrun"
)

// follow returns what follows the job of a record. The record gets its number when that turns out to be another.
func (r *jobResource[M, R, P]) follow(record P, memo jobMemo) *jobrun.Follower[R] {
	return &jobrun.Follower[R]{
		Jobs: r.jobs(), Title: record.title(), Keeper: "resource", ID: record.job().ID.ValueString(), RequestID: memo.RequestID,
		Launched: memo.Launched, Moved: func(id string) { record.located(r.Clients, id) },
	}
}

// read reads the job of a record. See [jobrun.Follower.Read].
func (r *jobResource[M, R, P]) read(ctx context.Context, record P, memo *jobMemo) (R, error) {
	followed := r.follow(record, *memo)
	now, err := followed.Read(ctx)
	memo.RequestID = followed.RequestID
	return now, err
}
