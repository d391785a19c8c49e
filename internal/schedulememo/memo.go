// SPDX-License-Identifier: MPL-2.0

// Package schedulememo keeps, in private state, what the provider remembers of a schedule beside its attributes.
package schedulememo

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

// Memo is what the provider remembers of a schedule beside its attributes.
type Memo struct {
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
	Besides Besides `json:"besides,omitzero"`
}

// start is the time that the last apply asked for.
func (m Memo) start() time.Time { return time.Unix(m.Start, 0) }

// Asked reports whether a start is the one that the last apply asked for. Another start on the server was chosen by somebody else.
func (m Memo) Asked(start time.Time, every time.Duration) bool {
	return m.Start != 0 && scheduling.Times{Start: m.start(), Every: every}.Include(start)
}

// IsAnother reports whether a schedule is not the one that the memo is about, though it has its number: it carries another request id.
func (m Memo) IsAnother(reported scheduling.Schedule) bool {
	carried := launch.RequestID(reported.Userdata)
	return m.RequestID != "" && carried != "" && carried != m.RequestID
}

// Sent notes that all parameters were sent: those of the configuration, in the place of those in the state.
func (m *Memo) Sent(state, config workload.Run, diags *diag.Diagnostics) {
	m.Secret = workload.NamesOf(config.Sensitive)
	m.Besides = Besides{Known: true, Resent: slices.Concat(m.Besides.Lost, m.Besides.Resent)}
	m.Besides.leave(state.Params, config.Params, m.Secret, diags)
}

// WithoutSecrets returns an input as PE reports those whose secrets the task or plan declares as sensitive.
func (m Memo) WithoutSecrets(input scheduling.ReportedInput) scheduling.ReportedInput {
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

// BesideNothing returns an input without the parameters that a run does not give.
func (m Memo) BesideNothing(input scheduling.ReportedInput, run workload.Run) scheduling.ReportedInput {
	return new(Besides).Own(m.WithoutSecrets(input), run, nil)
}

// Migrated reports whether the server has been upgraded since a schedule was last read, so that the schedule may have another id than in
// the state.
func (m Memo) Migrated(used scheduling.Version) bool {
	return m.API == scheduling.LegacyJobs && used == scheduling.EnvironmentJobs
}

// Downgraded reports whether the schedule was written through a newer API than the one in use.
func (m Memo) Downgraded(used scheduling.Version) bool {
	return m.API == scheduling.EnvironmentJobs && used == scheduling.LegacyJobs
}

// Read takes the memo from private state. It is empty where there is none.
func Read(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) Memo {
	return pe.ReadPrivate[Memo](ctx, private, "schedule", "schedule", diags)
}

// Write puts the memo into private state.
func (m Memo) Write(ctx context.Context, private pe.PrivateWriter, diags *diag.Diagnostics) {
	pe.WritePrivate(ctx, private, "schedule", "schedule", m, diags)
}
