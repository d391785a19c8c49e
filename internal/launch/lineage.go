// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// Lineage remembers the ids of what a state has, or has let go of, by what they are for: what is of one purpose follows one another.
// The zero value is ready for use, by several goroutines at once.
type Lineage struct {
	mu  sync.Mutex
	ids map[string][]string
}

// Add notes an id.
func (l *Lineage) Add(purpose, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids == nil {
		l.ids = map[string][]string{}
	}
	l.ids[purpose] = append(l.ids[purpose], id)
}

// Superseded reports whether something of a purpose is known that was started later than what has an id, or that is the same.
func (l *Lineage) Superseded(purpose, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, other := range l.ids[purpose] {
		if orchestrator.CompareIDs(other, id) >= 0 {
			return true
		}
	}
	return false
}

// Holders remembers whose a key is. The zero value is ready for use, by several goroutines at once.
type Holders struct {
	mu      sync.Mutex
	holders map[Key]map[string]bool
	unnamed map[Key]int
}

// Hold notes that somebody has a key, and reports whether somebody else has it too. An empty name stands for somebody new each time.
func (h *Holders) Hold(key Key, name string) (shared bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holders == nil {
		h.holders, h.unnamed = map[Key]map[string]bool{}, map[Key]int{}
	}
	if h.holders[key] == nil {
		h.holders[key] = map[string]bool{}
	}
	if name == "" {
		h.unnamed[key]++
	} else {
		h.holders[key][name] = true
	}
	return len(h.holders[key])+h.unnamed[key] > 1
}
