// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
)

// Warnings are the warnings of applies.
type Warnings struct {
	mu    sync.Mutex
	texts []string
}

// All returns the warnings, each a summary and a detail.
func (w *Warnings) All() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.texts...)
}

// Forget forgets what was heard.
func (w *Warnings) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = nil
}

// Say reports whether one of the warnings contains all texts.
func (w *Warnings) Say(texts ...string) bool {
next:
	for _, warning := range w.All() {
		for _, text := range texts {
			if !strings.Contains(warning, text) {
				continue next
			}
		}
		return true
	}
	return false
}

// listener is a provider that records the warnings of its applies, and those of its plans where somebody wants to hear them.
type listener struct {
	tfprotov6.ProviderServer
	heard, planned *Warnings
}

// note records warnings.
func (w *Warnings) note(diagnostics []*tfprotov6.Diagnostic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			w.texts = append(w.texts, d.Summary+"\n"+d.Detail)
		}
	}
}

// PlanResourceChange implements [tfprotov6.ProviderServer].
func (l listener) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := l.ProviderServer.PlanResourceChange(ctx, req)
	if resp != nil && l.planned != nil {
		l.planned.note(resp.Diagnostics)
	}
	return resp, err
}

// ApplyResourceChange implements [tfprotov6.ProviderServer].
func (l listener) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := l.ProviderServer.ApplyResourceChange(ctx, req)
	if resp != nil {
		l.heard.note(resp.Diagnostics)
	}
	return resp, err
}

// RunListening is [Harness.Run] in this process, and collects the warnings of the applies.
func (h *Harness) RunListening(t *testing.T, heard *Warnings, steps ...resource.TestStep) {
	t.Helper()
	protocoltest.Run(t, h.listening(heard, nil), steps...)
}

// RunHearingPlans is [Harness.RunListening], and collects the warnings of the plans as well.
func (h *Harness) RunHearingPlans(t *testing.T, heard, planned *Warnings, steps ...resource.TestStep) {
	t.Helper()
	protocoltest.Run(t, h.listening(heard, planned), steps...)
}

func (h *Harness) listening(heard, planned *Warnings) func() (tfprotov6.ProviderServer, error) {
	return func() (tfprotov6.ProviderServer, error) {
		server, err := h.Factories()["pe"]()
		return listener{server, heard, planned}, err
	}
}
