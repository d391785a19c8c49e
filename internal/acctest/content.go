// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/petest"
)

// Client returns a client of the PE, to prepare its content.
func (h *Harness) Client(tb testing.TB) *orchestrator.Client {
	tb.Helper()
	return petest.Client(tb, h.Simulator)
}

// Started returns the id from the answer to a launch, which has to succeed.
func Started(t *testing.T) func(orchestrator.Ref, error) string {
	t.Helper()
	return func(ref orchestrator.Ref, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return ref.ID
	}
}

// RunTask runs a task on nodes to its end.
func (h *Harness) RunTask(t *testing.T, task string, params map[string]any, nodes ...string) (id string) {
	t.Helper()
	return petest.RunTask(t, h.Simulator, task, params, nodes...)
}

// RunPlan runs a plan to its end.
func (h *Harness) RunPlan(t *testing.T, plan string, params map[string]any) (id string) {
	t.Helper()
	id = Started(t)(h.Client(t).RunPlan(Ctx(t), orchestrator.PlanRequest{PlanName: plan, Environment: "production", Params: params}))
	h.FinishAll()
	return id
}

// Ctx is a context that outlives the cleanup of a test.
func Ctx(t *testing.T) context.Context {
	t.Helper()
	return context.WithoutCancel(t.Context())
}

// Node is the name of a node by its number.
func Node(n int) string { return fmt.Sprintf("node%d.example.com", n) }

// Pointer returns the address of a value.
func Pointer[T any](value T) *T { return &value }
