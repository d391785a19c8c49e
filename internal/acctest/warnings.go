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

// listener is a provider that records the warnings of its applies.
type listener struct {
	tfprotov6.ProviderServer
	heard *Warnings
}

// ApplyResourceChange implements [tfprotov6.ProviderServer].
func (l listener) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := l.ProviderServer.ApplyResourceChange(ctx, req)
	if resp == nil {
		return resp, err
	}
	l.heard.mu.Lock()
	defer l.heard.mu.Unlock()
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			l.heard.texts = append(l.heard.texts, d.Summary+"\n"+d.Detail)
		}
	}
	return resp, err
}

// RunListening is [Harness.Run] in this process, and collects the warnings of the applies.
func (h *Harness) RunListening(t *testing.T, heard *Warnings, steps ...resource.TestStep) {
	t.Helper()
	protocoltest.Run(t, func() (tfprotov6.ProviderServer, error) {
		server, err := h.Factories()["pe"]()
		return listener{server, heard}, err
	}, steps...)
}
