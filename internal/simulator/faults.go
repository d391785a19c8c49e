// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"path"
	"slices"
	"sync"
	"time"
)

// FaultAction is what a fault does to a request.
type FaultAction string

// The actions of faults.
const (
	// NoAction has no effect on the request: the fault only calls its hooks.
	NoAction FaultAction = ""
	// DropBeforeHandling resets the connection; nothing happened on the server.
	DropBeforeHandling FaultAction = "drop-before-handling"
	// DropAfterHandling handles the request and resets the connection without an answer.
	DropAfterHandling FaultAction = "drop-after-handling"
	// DropDuringAnswer handles the request and resets the connection in the middle of the answer's body.
	DropDuringAnswer FaultAction = "drop-during-answer"
	// AnswerStatus answers with Status, Header and Body instead of handling the request.
	AnswerStatus FaultAction = "answer-status"
	// AnswerStatusAfterHandling handles the request and still answers with Status, Header and Body.
	AnswerStatusAfterHandling FaultAction = "answer-status-after-handling"
	// HTML answers with the HTML page of a proxy and Status (502 by default) instead of handling the request.
	HTML FaultAction = "html"
	// Garbage handles the request and answers with a body that is not JSON.
	Garbage FaultAction = "garbage"
	// Truncate handles the request and answers with half of the body, as if that were all.
	Truncate FaultAction = "truncate"
	// Delay handles the request after Delay, even if the client has left by then.
	Delay FaultAction = "delay"
	// DelayAnswer handles the request at once and answers after Delay.
	DelayAnswer FaultAction = "delay-answer"
	// SlowBody handles the request and sends the body bit by bit over Delay.
	SlowBody FaultAction = "slow-body"
)

// actions lists all actions.
func actions() []FaultAction {
	return []FaultAction{
		NoAction, DropBeforeHandling, DropAfterHandling, DropDuringAnswer, AnswerStatus, AnswerStatusAfterHandling, HTML, Garbage,
		Truncate, Delay, DelayAnswer, SlowBody,
	}
}

// faultMethods are the methods that requests can have, after that of a fault for any of them.
func faultMethods() []string {
	return []string{"", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

// Fault is something that goes wrong with requests. Faults are tried in the order in which they were added. All that are due act on a
// request, up to the first one whose action decides the answer; Delay, DelayAnswer and NoAction do not.
type Fault struct {
	// Method is the method of the requests; empty matches any.
	Method string
	// Path is the whole path of the requests or a pattern for it, in the syntax of path.Match; empty matches any.
	Path string
	// Skip is how many matching requests are not affected at first.
	Skip int
	// Times is how many requests the fault acts on after that; 0 means all.
	Times int
	// Action is what happens.
	Action FaultAction
	// Status, Header and Body are the answer of actions that answer instead of the service; 503 and nothing by default.
	Status int
	Header http.Header
	Body   string
	// Delay is how long Delay, DelayAnswer and SlowBody take.
	Delay time.Duration
	// Hook is called when the fault acts, before its action; AfterHook after the request was handled, before the answer is sent. Both may use
	// the simulator.
	Hook      func(Request)
	AfterHook func(Request)
}

// decides reports whether the action determines the answer.
func (f *Fault) decides() bool {
	return !slices.Contains([]FaultAction{NoAction, Delay, DelayAnswer}, f.Action)
}

// matches reports whether the fault applies to a request.
func (f *Fault) matches(method, requestPath string) bool {
	if f.Method != "" && f.Method != method {
		return false
	}
	if f.Path == "" || f.Path == requestPath {
		return true
	}
	matched, err := path.Match(f.Path, requestPath)
	return err == nil && matched
}

// faultList holds the faults that are set.
type faultList struct {
	mu   sync.Mutex
	list []*armedFault
	last int
}

// armedFault is a fault with its counts.
type armedFault struct {
	Fault
	id          int
	seen, acted int
}

// add sets a fault and returns its id.
func (l *faultList) add(f Fault) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	f.Header = f.Header.Clone()
	l.list = append(l.list, &armedFault{Fault: f, id: l.last})
	return l.last
}

// remove removes a fault and reports whether it existed.
func (l *faultList) remove(id int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.list)
	l.list = slices.DeleteFunc(l.list, func(f *armedFault) bool { return f.id == id })
	return len(l.list) < before
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}

// all returns a copy of the list.
func (l *faultList) all() []armedFault {
	l.mu.Lock()
	defer l.mu.Unlock()
	faults := make([]armedFault, len(l.list))
	for i, f := range l.list {
		faults[i] = *f
	}
	return faults
}

// due returns the faults that act on a request.
func (l *faultList) due(method, requestPath string) []Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var due []Fault
	for _, f := range l.list {
		if !f.matches(method, requestPath) {
			continue
		}
		f.seen++
		if f.seen <= f.Skip || (f.Times > 0 && f.acted >= f.Times) {
			continue
		}
		f.acted++
		due = append(due, f.Fault)
		if f.decides() {
			break
		}
	}
	return due
}

// AddFault adds a fault. The function that it returns removes it.
func (s *Simulator) AddFault(f Fault) (remove func()) {
	id := s.faults.add(f)
	return func() { s.faults.remove(id) }
}

// ClearFaults removes all faults.
func (s *Simulator) ClearFaults() { s.faults.clear() }
