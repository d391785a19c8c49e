package launch

import "sync"

// Ledger remembers which ids of a collection this process has come across, so that something new can be told from what was
// there before, and so that no two callers take the same thing for theirs. The zero value is ready for use, by several
// goroutines at once.
type Ledger struct {
	mu   sync.Mutex
	seen map[string]bool
}

// See notes ids that are there.
func (l *Ledger) See(ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		l.note(id)
	}
}

// claim takes an id for one caller. It fails for an id that has been seen before.
func (l *Ledger) claim(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.note(id)
}

// unseen returns those of the ids that have not been seen.
func (l *Ledger) unseen(ids []string) (fresh []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if !l.seen[id] {
			fresh = append(fresh, id)
		}
	}
	return fresh
}

func (l *Ledger) note(id string) (isNew bool) {
	if l.seen[id] {
		return false
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[id] = true
	return true
}
