// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// scheduleMemo is what the provider remembers of a schedule beside its attributes.
type scheduleMemo struct {
	// API is the API through which the schedule was written.
	API scheduling.Version `json:"api,omitempty"`
	// RequestID is the request id in the schedule's userdata. It has to stay there when the userdata changes.
	RequestID string `json:"request_id,omitempty"`
	// Start is the time that the last apply asked for, in Unix seconds. It is 0 before the first one after an import.
	Start int64 `json:"start,omitempty"`
	// Owner is the login of the schedule's owner, once the server has reported it.
	Owner string `json:"owner,omitempty"`
	// Secret are the names of the parameters that were sent as secrets. PE reports the values of those that the task or plan does not declare
	// as sensitive.
	Secret []string `json:"secret,omitempty"`
	// Imported is true when the schedule was imported and nothing has been applied to it since.
	Imported bool `json:"imported,omitempty"`
	// Besides are parameters beside those of the configuration.
	Besides besides `json:"besides,omitzero"`
}

// start is the time that the last apply asked for.
func (m scheduleMemo) start() time.Time { return time.Unix(m.Start, 0) }

// asked reports whether a start is the one that the last apply asked for. Another start on the server was chosen by somebody else.
func (m scheduleMemo) asked(start time.Time, every time.Duration) bool {
	return m.Start != 0 && scheduling.Times{Start: m.start(), Every: every}.Include(start)
}

// isAnother reports whether a schedule is not the one that the memo is about, though it has its number: it carries another request id.
func (m scheduleMemo) isAnother(reported scheduling.Schedule) bool {
	carried := launch.RequestID(reported.Userdata)
	return m.RequestID != "" && carried != "" && carried != m.RequestID
}

// sent notes that all parameters were sent: those of the configuration, in the place of those in the state.
func (m *scheduleMemo) sent(state, config workload.Run, diags *diag.Diagnostics) {
	m.Secret = workload.NamesOf(config.Sensitive)
	m.Besides = besides{Known: true, Resent: slices.Concat(m.Besides.Lost, m.Besides.Resent)}
	m.Besides.leave(state.Params, config.Params, m.Secret, diags)
}

// withoutSecrets returns an input as PE reports those whose secrets the task or plan declares as sensitive.
func (m scheduleMemo) withoutSecrets(input scheduling.ReportedInput) scheduling.ReportedInput {
	if len(m.Secret) == 0 || input.Params == nil {
		return input
	}
	input.Params = maps.Clone(input.Params)
	for _, name := range m.Secret {
		delete(input.Params, name)
	}
	input.Sensitive = slices.Concat(input.Sensitive, m.Secret)
	return input
}

// besideNothing returns an input without the parameters that a run does not give.
func (m scheduleMemo) besideNothing(input scheduling.ReportedInput, run workload.Run) scheduling.ReportedInput {
	return new(besides).own(m.withoutSecrets(input), run, nil)
}

// migrated reports whether the server has been upgraded since a schedule was last read, so that the schedule may have another id than in
// the state.
func (m scheduleMemo) migrated(api scheduling.API) bool {
	return m.API == scheduling.LegacyJobs && api.Version() == scheduling.EnvironmentJobs
}

// downgraded reports whether the schedule was written through a newer API than the one in use.
func (m scheduleMemo) downgraded(api scheduling.API) bool {
	return m.API == scheduling.EnvironmentJobs && api.Version() == scheduling.LegacyJobs
}

func readScheduleMemo(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) scheduleMemo {
	return pe.ReadPrivate[scheduleMemo](ctx, private, "schedule", "schedule", diags)
}

func (m scheduleMemo) write(ctx context.Context, private pe.PrivateWriter, diags *diag.Diagnostics) {
	pe.WritePrivate(ctx, private, "schedule", "schedule", m, diags)
}
