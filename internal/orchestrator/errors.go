// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"errors"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Error kinds of the orchestrator, without the part before the slash.
const (
	KindValidationError      = "validation-error"
	KindUnknownEnvironment   = "unknown-environment"
	KindEmptyEnvironment     = "empty-environment"
	KindEmptyTarget          = "empty-target"
	KindPuppetDBError        = "puppetdb-error"
	KindQueryError           = "query-error"
	KindUnknownJob           = "unknown-job"
	KindNotPermitted         = "not-permitted"
	KindInvalidTime          = "invalid-time"
	KindDisabledScheduledJob = "disabled-scheduled-job"
	KindUnknownTask          = "unknown-task"
	KindUnknownPlan          = "unknown-plan"
	KindUnknownTaskTarget    = "unknown-task-target"
	KindMismatchedJobEventID = "mismatched-job-event-id"
	KindUnknownTarget        = "unknown-target"
	KindDependencyCycle      = "dependency-cycle"
	KindUserUnauthenticated  = "user-unauthenticated"
	KindTokenExpired         = "token-expired"
	KindTokenRevoked         = "token-revoked"
	KindInvalidToken         = "invalid-token"
	KindUserRevoked          = "user-revoked"
)

// IsUnknownJob reports whether err says that a job or plan job does not exist: it never did, or it has been pruned (30 days after its end
// by default).
func IsUnknownJob(err error) bool {
	return httpapi.HasKind(err, KindUnknownJob)
}

// IsUnknownTaskTarget reports whether err says that a task-target does not exist.
func IsUnknownTaskTarget(err error) bool {
	return httpapi.HasKind(err, KindUnknownTaskTarget)
}

// IsUnknownEnvironmentJob reports whether err says that a schedule does not exist: it never did, or it was disabled.
func IsUnknownEnvironmentJob(err error) bool {
	var unknown *unknownEnvironmentJobError
	return errors.As(err, &unknown)
}

// unknownEnvironmentJobError says that the server does not show a schedule, although the user may see schedules.
type unknownEnvironmentJobError struct{ err error }

func (e *unknownEnvironmentJobError) Error() string { return e.err.Error() }

// Unwrap returns the answer of the server.
func (e *unknownEnvironmentJobError) Unwrap() error { return e.err }

// IsMissingAPI reports whether err is the answer of a server that has nothing at the requested path, as opposed to one that does not know
// the object of the request.
func IsMissingAPI(err error) bool {
	var answer *httpapi.Error
	if !errors.As(err, &answer) || IsUnknownEnvironmentJob(err) ||
		answer.Status != http.StatusNotFound && answer.Status != http.StatusMethodNotAllowed {
		return false
	}
	switch answer.KindName() {
	case KindUnknownEnvironment,
		KindUnknownTask,
		KindUnknownPlan,
		KindUnknownJob,
		KindUnknownTarget,
		KindUnknownTaskTarget,
		KindMismatchedJobEventID:
		return false
	default:
		return true
	}
}

// saysUnknownEnvironmentJob reports whether err, the error of a request for a schedule with a well-formed id, may say that it does not
// exist. The documents only know 400 query-error for that, and no 404; both are understood.
func saysUnknownEnvironmentJob(err error) bool {
	return httpapi.StatusOf(err) == http.StatusNotFound || httpapi.HasKind(err, KindQueryError)
}
