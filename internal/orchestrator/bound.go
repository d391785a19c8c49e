// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// The largest list that is read to its end. PE has no fleet and keeps no history of this size; what goes on for longer never ends.
const (
	mostItems    = jsonlist.MostItems
	mostRequests = 20_000
)

// ErrEndless says that a list did not end, in one answer or over many.
var ErrEndless = jsonlist.ErrEndless

// bound counts what is read of one list.
type bound struct{ items, requests int }

// request counts one more request.
func (b *bound) request() error {
	if b.requests++; b.requests > mostRequests {
		return b.endless("requests", mostRequests)
	}
	return nil
}

// item counts one more item.
func (b *bound) item() error {
	if b.items++; b.items > mostItems {
		return b.endless("items", mostItems)
	}
	return nil
}

func (b *bound) endless(what string, most int) error {
	return fmt.Errorf("%w: more than %d %s were read, and Puppet Enterprise has no list of that length, so something else may be "+
		"answering", ErrEndless, most, what)
}

// mostNodes is far above the number of nodes of any job. Counts beyond it make no sense.
const mostNodes = 1_000_000_000

// checkCounts refuses numbers of nodes that cannot be: they would make a job with failed nodes look like a success.
func checkCounts(total int64, states map[NodeState]int64) error {
	if total < 0 || total > mostNodes {
		return fmt.Errorf("it has %d nodes, which cannot be", total)
	}
	for state, count := range states {
		if count < 0 || count > mostNodes {
			return fmt.Errorf("it counts %d nodes as %s, which cannot be", count, brief(string(state)))
		}
	}
	return nil
}

// brief is a text of the server, short enough for an error.
func brief(text string) string {
	const longest = 80
	runes := []rune(text)
	if len(text) <= longest || len(runes) <= longest {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q…", string(runes[:longest]))
}
