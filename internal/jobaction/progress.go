// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodeprogress"
)

// progress tells the person who waits for an action how far it is. It is for the goroutine of Invoke alone.
type progress struct {
	send func(action.InvokeProgressEvent)
	safe func(string) string
	// before is the line that was told last.
	before string
}

// line tells a line. After an interrupt, nothing is told: Terraform hears out only the end.
func (p *progress) line(ctx context.Context, text string) {
	if context.Cause(ctx) == context.Canceled { //nolint:errorlint // it is what ends the context itself.
		return
	}
	p.send(action.InvokeProgressEvent{Message: p.safe(text)})
}

// change tells how far a job is, if that has changed, and reports whether it has.
func (p *progress) change(ctx context.Context, text string) bool {
	if text == p.before {
		return false
	}
	p.before = text
	p.line(ctx, text)
	return true
}

// failures tells which nodes have not succeeded since it was called last.
func (p *progress) failures(ctx context.Context, nodes *nodeprogress.Follower) {
	if nodes == nil {
		return
	}
	for _, line := range nodes.Failures(ctx) {
		p.line(ctx, line)
	}
}

// warnings tells what there is a warning about. Terraform 1.16 shows no warnings of an action that has succeeded (1.16.0-rc2).
func (p *progress) warnings(ctx context.Context, diags diag.Diagnostics) {
	for _, warning := range diags.Warnings() {
		p.line(ctx, "warning: "+warning.Summary())
	}
}
