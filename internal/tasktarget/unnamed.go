// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// memoKey is where the private state has what Terraform does not show.
const memoKey = "task_target"

// memo is kept beside a task-target.
type memo struct {
	// Unnamed tells that the state has a name of ours: the task-target was imported from a server that does not say its name.
	Unnamed bool `json:"unnamed"`
}

func readMemo(ctx context.Context, private pe.PrivateReader, diags *diag.Diagnostics) memo {
	return pe.ReadPrivate[memo](ctx, private, memoKey, "task-target", diags)
}

func (m memo) write(ctx context.Context, private pe.PrivateWriter, diags *diag.Diagnostics) {
	pe.WritePrivate(ctx, private, memoKey, "task-target", m, diags)
}

// after is the memo after a reading, in which a name was or was not made up.
func (m memo) after(target orchestrator.TaskTarget, stands bool) memo {
	return memo{Unnamed: target.DisplayName == "" && (stands || m.Unnamed)}
}

// standIn is the name of a task-target whose own one the server does not say.
func standIn(id string) string { return "task-target " + id }

// renames reports whether a new name replaces the task-target. The name that stands in for an unknown one does not: what is configured is
// then the first that is known of it, and to replace it would leave a second one of the same content behind.
func renames(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !readMemo(ctx, req.Private, &resp.Diagnostics).Unnamed
}
