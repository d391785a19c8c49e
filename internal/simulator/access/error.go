// SPDX-License-Identifier: MPL-2.0

package access

// Kind is the kind of an error in the spelling of the RBAC service.
type Kind string

// The kinds of errors.
const (
	Unauthenticated       Kind = "user-unauthenticated"
	UserRevoked           Kind = "user-revoked"
	APIUserLogin          Kind = "api-user-login"
	TokenExpired          Kind = "token-expired"
	TokenRevoked          Kind = "token-revoked"
	InvalidToken          Kind = "invalid-token"
	PermissionDenied      Kind = "permission-denied"
	AdminUserImmutable    Kind = "admin-user-immutable"
	AdminNotInAdminRole   Kind = "admin-user-not-in-admin-role"
	DefaultRolesImmutable Kind = "default-roles-immutable"
	Conflict              Kind = "conflict"
	InvalidAssociatedID   Kind = "invalid-associated-id"
	NoSuchGroup           Kind = "no-such-group-LDAP"
	// NotFound is not among the documented kinds; the manual shows a 404 without one.
	NotFound Kind = "not-found"
)

// Error is a refusal.
type Error struct {
	Kind Kind
	Msg  string
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// refuse returns an error.
func refuse(kind Kind, msg string) *Error { return &Error{Kind: kind, Msg: msg} }
