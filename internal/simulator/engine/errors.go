// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"fmt"
	"strconv"
)

// Kind is the kind of an error, without the name of the service.
type Kind string

// The kinds of errors.
const (
	ValidationError      Kind = "validation-error"
	UnknownEnvironment   Kind = "unknown-environment"
	EmptyEnvironment     Kind = "empty-environment"
	EmptyTarget          Kind = "empty-target"
	UnknownTarget        Kind = "unknown-target"
	QueryError           Kind = "query-error"
	PuppetDBError        Kind = "puppetdb-error"
	DependencyCycle      Kind = "dependency-cycle"
	UnknownJob           Kind = "unknown-job"
	NotPermitted         Kind = "not-permitted"
	InvalidTime          Kind = "invalid-time"
	DisabledScheduledJob Kind = "disabled-scheduled-job"
	UnknownTask          Kind = "unknown-task"
	UnknownPlan          Kind = "unknown-plan"
	UnknownTaskTarget    Kind = "unknown-task-target"
	MismatchedEvent      Kind = "mismatched-job-event-id"
)

// Error is a refusal in the words of the orchestrator.
type Error struct {
	Kind Kind
	Msg  string
	// Details is nil if the server sends none.
	Details map[string]any
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// refuse returns an error with empty details.
func refuse(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...), Details: map[string]any{}}
}

// with adds a detail.
func (e *Error) with(key string, value any) *Error {
	e.Details[key] = value
	return e
}

func unknownEnvironment(name string) *Error {
	return refuse(UnknownEnvironment, "Unknown environment %s", name).with("environment", name)
}

// emptyTarget has the recorded text; target is the word for the kind of scope.
func emptyTarget(environment, target string) *Error {
	return refuse(EmptyTarget, "No nodes were found for the specified target. Nothing to do.").
		with("environment", environment).with("target", target)
}

// queryError has no details, as in recorded answers.
func queryError(format string, args ...any) *Error {
	return &Error{Kind: QueryError, Msg: fmt.Sprintf(format, args...)}
}

func unknownJob(id int) *Error {
	return refuse(UnknownJob, "Unknown job %d", id).with("job", strconv.Itoa(id))
}
