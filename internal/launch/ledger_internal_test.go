// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestLedger_Claim(t *testing.T) {
	t.Parallel()
	var ledger Ledger
	if fresh, _ := ledger.split([]string{"7", "8"}); !reflect.DeepEqual(fresh, []string{"7", "8"}) {
		t.Errorf("of what nobody has seen, %v is new", fresh)
	}
	ledger.See("8")
	if ledger.Claim("8") {
		t.Error("what was there before was claimed")
	}
	if !ledger.Claim("7") {
		t.Error("what is new was not to be had")
	}
	if ledger.Claim("7") {
		t.Error("it was claimed twice")
	}
	if fresh, old := ledger.split([]string{"7", "8", "9"}); !reflect.DeepEqual(fresh, []string{"9"}) || !reflect.DeepEqual(old, []string{"7", "8"}) {
		t.Errorf("got %v and %v, want what nobody has seen, and the rest", fresh, old)
	}
	if fresh, old := ledger.split(nil); fresh != nil || old != nil {
		t.Errorf("of nothing, %v is new and %v is not", fresh, old)
	}
}

// TestLedger_OneOfTwoGetsAClaim has two callers that have both seen that a thing is new and claim it at the same moment, for many things
// one after the other.
func TestLedger_OneOfTwoGetsAClaim(t *testing.T) {
	t.Parallel()
	const callers, things = 2, 20_000
	var ledger Ledger
	var arrived, claimed [things]atomic.Int32
	ids := make([]string, things)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for i, id := range ids {
				arrived[i].Add(1)
				for arrived[i].Load() < callers {
					runtime.Gosched()
				}
				if ledger.Claim(id) {
					claimed[i].Add(1)
				}
			}
		})
	}
	group.Wait()
	for i := range things {
		if n := claimed[i].Load(); n != 1 {
			t.Fatalf("%d callers think that thing %d is theirs", n, i)
		}
	}
}

// TestDelivery_AdoptAfterBothHaveLooked has two launches that both find the same new thing before either adopts it.
func TestDelivery_AdoptAfterBothHaveLooked(t *testing.T) {
	t.Parallel()
	ledger := &Ledger{}
	first, second := delivery{r: Request{Ledger: ledger}}, delivery{r: Request{Ledger: ledger}}
	found := []string{"7"}
	if !first.found(found) || !second.found(found) {
		t.Fatal("what is new was not found")
	}
	if got, ok := first.adopt(found); !ok || got.ID != "7" || !got.Adopted {
		t.Errorf("the first got %+v, %v", got, ok)
	}
	if got, ok := second.adopt(found); ok {
		t.Errorf("the second got %+v, too", got)
	}
}
