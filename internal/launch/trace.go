// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"errors"
	"fmt"
)

// Trace is what something that was launched is found by, after the answer to its launch was lost or its number has changed hands.
type Trace struct {
	ID string
	// RequestID is the id of the launch that it carries, or "".
	RequestID string
	// ChangedAt is when its state last changed, as the server gives it.
	ChangedAt string
	// KeepsUserdata tells that the server says what userdata it has, be it none. Where it says nothing, it keeps none, or there are none.
	KeepsUserdata bool
	// Key is what names the run, on whatever machine it was started.
	Key Key
}

// NewTrace returns the trace of something that has an id and userdata, which are nil where the server says nothing of them, and whose
// state last changed at a time.
func NewTrace(id, changedAt string, userdata map[string]any) Trace {
	return Trace{
		ID: id, RequestID: RequestID(userdata), ChangedAt: changedAt, KeepsUserdata: userdata != nil, Key: KeyOf(userdata),
	}
}

// IsOurs reports whether a reading is of what was asked for. One without userdata cannot tell more than its number.
func (t Trace) IsOurs(id, requestID string) bool {
	return t.ID == id && (requestID == "" || !t.KeepsUserdata || t.RequestID == requestID)
}

// ErrNotOurs says that what has the number of a job is somebody else's.
var ErrNotOurs = errors.New("what has this number now was not started by this resource: its userdata are others. Puppet Enterprise may " +
	"have been reinstalled, or something in front of it mixes up answers")

// StrangerError says that the number of a job is somebody else's, and that it could not be found out which one is ours.
type StrangerError struct {
	ID, RequestID string
	// Err is why the search for ours has failed.
	Err error
}

func (e *StrangerError) Error() string {
	return fmt.Sprintf("what has the number %s was started by somebody else, and what carries %s = %q was looked for: %v",
		e.ID, UserdataKey, e.RequestID, e.Err)
}

// Unwrap returns why the search has failed.
func (e *StrangerError) Unwrap() error { return e.Err }
