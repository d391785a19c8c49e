// SPDX-License-Identifier: MPL-2.0

package classifier

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Error kinds of the classifier.
const (
	KindNotFound         = "not-found"
	KindMalformedUUID    = "malformed-uuid"
	KindSchemaViolation  = "schema-violation"
	KindUniqueness       = "uniqueness-violation"
	KindMissingReferents = "missing-referents"
	KindMissingParent    = "missing-parent"
	KindInheritanceCycle = "inheritance-cycle"
	KindChildrenPresent  = "children-present"
	KindPermissionDenied = "permission-denied"
)

// IsUnknown reports whether an error says that a group does not exist.
func IsUnknown(err error) bool {
	return httpapi.StatusOf(err) == 404 && httpapi.HasKind(err, KindNotFound)
}

// IsConflict reports whether an error says that somebody else has changed a group at the same time.
func IsConflict(err error) bool { return httpapi.StatusOf(err) == http.StatusConflict }

// MissingReferent is a class or a parameter that a group names and its environment does not have.
type MissingReferent struct {
	// Kind is missing-class or missing-parameter.
	Kind string `json:"kind"`
	// Missing is the name of the class or of the parameter.
	Missing     string `json:"missing"`
	Environment string `json:"environment"`
	Group       string `json:"group"`
	// DefinedBy is the group that names it, which may be an ancestor.
	DefinedBy string `json:"defined_by"`
}

// MissingClass is the kind of a [MissingReferent] that is a class.
const MissingClass = "missing-class"

// MissingReferents are those that an error of the kind missing-referents lists; none for any other error.
func MissingReferents(err error) (missing []MissingReferent) {
	if !details(err, KindMissingReferents, &missing) {
		return nil
	}
	return missing
}

// Children are the groups below one that an error of the kind children-present lists; none for any other error.
func Children(err error) []Group {
	var listed struct {
		Children []Group `json:"children"`
	}
	if !details(err, KindChildrenPresent, &listed) {
		return nil
	}
	return listed.Children
}

// Conflict are the values, by the name of the key, that an error of the kind uniqueness-violation says another group has; none for any
// other error.
func Conflict(err error) map[string]string {
	var listed struct {
		Conflict map[string]string `json:"conflict"`
	}
	if !details(err, KindUniqueness, &listed) {
		return nil
	}
	return listed.Conflict
}

// details decodes the details of an error of a kind.
func details(err error, kind string, into any) bool {
	var answer *httpapi.Error
	return errors.As(err, &answer) && answer.KindName() == kind && json.Unmarshal(answer.Details, into) == nil
}

// UncertainError is the error of a creation after which the group may be there.
type UncertainError struct {
	// ID is the UUID that the group has in this case.
	ID  string
	Err error
}

// Error implements error.
func (e *UncertainError) Error() string { return e.Err.Error() }

// Unwrap returns what was answered to the creation.
func (e *UncertainError) Unwrap() error { return e.Err }

// mayBeThere reports whether a creation may have happened despite its error: not where it was refused, nor where it was not sent.
func mayBeThere(err error) bool {
	return httpapi.MayBeDone(err) || errors.Is(err, errOtherGroup)
}
