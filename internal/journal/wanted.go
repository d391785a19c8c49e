package journal

import (
	"encoding/json"
	"os"
	"time"
)

// CoversAll reports whether the CLI works on everything that is configured and refreshes it first. Everything in the state was then seen
// before anything is applied.
func (j *Journal) CoversAll() bool { return j.command.CoversAll }

// Plan notes that this process plans resources of a collection.
func (j *Journal) Plan(collection string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.planned[collection] == nil {
		j.planned[collection] = map[string]bool{}
	}
}

// PlanLaunch notes that a launch is planned; "" stands for an unknown fingerprint.
func (j *Journal) PlanLaunch(collection, fingerprint string) {
	j.Plan(collection)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.planned[collection][fingerprint] = true
}

// wanted marks an entry that a command has planned to start. A provider that is configured twice plans in two processes, which do not know
// of each other's plans.
func (j *Journal) wanted() string { return "wanted by " + j.command.ID }

// markUnwanted marks the entries of ended processes that a plan of everything does not need. They are over once that plan is applied.
func (j *Journal) markUnwanted() {
	if j.dir == "" || j.command.Verb != "apply" || !j.command.CoversAll || len(j.begun) > 0 {
		return
	}
	j.eachAbandoned(func(name string, e Entry) {
		planned, ok := j.planned[e.Collection]
		switch {
		case !ok || e.Unwanted == j.wanted():
			return
		case planned[""] || planned[e.Fingerprint]:
			e.Unwanted = j.wanted()
		default:
			e.Unwanted = j.command.ID
		}
		j.rewrite(name, e)
	})
}

// Begin notes that this process applies. The first time, it removes and returns the entries of a collection that nobody follows any more,
// because the plan of everything does not need them, or everything is destroyed.
func (j *Journal) Begin(collection string) (over []Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" || j.command.ID == "" || j.begun[collection] {
		return nil
	}
	j.begun[collection] = true
	destroys := j.command.Verb == "destroy" && j.command.CoversAll
	j.eachAbandoned(func(name string, e Entry) {
		if e.Collection != collection || !destroys && e.Unwanted != j.command.ID {
			return
		}
		if os.Remove(name) == nil {
			over = append(over, e)
		}
	})
	return over
}

// Supersede notes that a launch with a fingerprint is planned to replace something that was launched at a given time, with a request id.
// Entries of earlier launches are not meant for it.
func (j *Journal) Supersede(fingerprint string, launched time.Time, requestID string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" || launched.IsZero() || requestID == "" {
		return
	}
	j.eachAbandoned(func(name string, e Entry) {
		if e.Fingerprint == fingerprint && e.Sent.Before(launched) && e.RequestID != requestID {
			e.Superseded = requestID
			j.rewrite(name, e)
		}
	})
}

// eachAbandoned calls a function for every entry of a process that has ended.
func (j *Journal) eachAbandoned(call func(name string, e Entry)) {
	for _, folder := range j.others() {
		names := entriesIn(folder)
		if len(names) == 0 {
			continue
		}
		lock := lockOf(folder)
		if locked, err := lock.TryLock(); err != nil || !locked {
			continue
		}
		for _, name := range names {
			if e, err := readEntry(name); err == nil {
				call(name, e)
			}
		}
		_ = lock.Unlock()
		sweep(folder)
	}
}

// rewrite updates an entry of an ended process, as well as it can.
func (j *Journal) rewrite(name string, e Entry) {
	if content, err := json.Marshal(e); err == nil {
		_ = writeFile(name, content)
	}
}

// LaunchedElsewhere reports whether a running process has a launch with a fingerprint: two applies work in one directory at once.
func (j *Journal) LaunchedElsewhere(fingerprint string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, folder := range j.others() {
		if len(j.withFingerprint(folder, fingerprint)) == 0 {
			continue
		}
		lock := lockOf(folder)
		if locked, err := lock.TryLock(); err != nil || !locked {
			return true
		}
		_ = lock.Unlock()
	}
	return false
}
