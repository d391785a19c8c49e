// SPDX-License-Identifier: MPL-2.0

package handover_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/handover"
)

func TestDesk_GivesEachThingOnce(t *testing.T) {
	t.Parallel()
	var desk handover.Desk[string]
	desk.HandOver("a", "first")
	desk.HandOver("a", "second")
	desk.HandOver("b", "other")
	for _, want := range []string{"first", "second", ""} {
		if got, ok := desk.Take("a"); got != want || ok != (want != "") {
			t.Errorf("took %q, %v; want %q", got, ok, want)
		}
	}
	if got, ok := desk.Take("b"); got != "other" || !ok {
		t.Errorf("took %q, %v", got, ok)
	}
}

func TestDesk_KnowsWhatTheStateHasForgotten(t *testing.T) {
	t.Parallel()
	var desk handover.Desk[string]
	desk.Forget("82")
	if !desk.Forgotten("82") || desk.Forgotten("83") {
		t.Error("it has let go of 82 only")
	}
}

func TestDesk_IsForSeveralAtOnce(t *testing.T) {
	t.Parallel()
	var desk handover.Desk[int]
	const each = 50
	var taken atomic.Int64
	var all sync.WaitGroup
	for i := range each {
		desk.HandOver("a", i)
	}
	for range 2 * each {
		all.Go(func() {
			if _, ok := desk.Take("a"); ok {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != each {
		t.Errorf("%d were taken of %d", taken.Load(), each)
	}
}
