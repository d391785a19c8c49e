// SPDX-License-Identifier: MPL-2.0

package rbacapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// revokeToken answers DELETE /v2/tokens/:token. According to the manual, only the administrator and the API user may call it; the public Go
// client calls it without other authentication than the token itself, to log out.
func (a *API) revokeToken(c *call) (rest.Answer, error) {
	text := c.Vars["token"]
	if authentication := c.Authentication(); authentication != "" || c.Certname != "" {
		caller, err := a.authenticate(c.Call, tokenOrCertificate)
		if err != nil {
			return rest.Answer{}, err
		}
		if !caller.BuiltIn() && authentication != text {
			return rest.Answer{}, &access.Error{Kind: access.PermissionDenied, Msg: "You do not have permission to revoke tokens"}
		}
	}
	if !a.directory.RevokeToken(text) {
		return rest.Answer{}, malformed("The token is malformed", "not a token")
	}
	return rest.Answer{Status: http.StatusNoContent}, nil
}

// revocation is what a request to revoke tokens names, and the result.
type revocation struct {
	MalformedTokens           []string `json:"malformed_tokens"`
	MalformedLabels           []string `json:"malformed_labels"`
	MalformedUsernames        []string `json:"malformed_usernames"`
	MalformedIDs              []string `json:"malformed_ids"`
	NonexistentUsernames      []string `json:"nonexistent_usernames"`
	PermissionDeniedUsernames []string `json:"permission_denied_usernames"`
	PermissionDeniedIDs       []string `json:"permission_denied_ids"`
	UnrecognizedParameters    []string `json:"unrecognized_parameters"`
	OtherTokensRevoked        bool     `json:"other_tokens_revoked"`
}

// The lists in a request to revoke tokens.
const (
	byToken    = "revoke_tokens"
	byUsername = "revoke_tokens_by_usernames"
	byLabel    = "revoke_tokens_by_labels"
	byID       = "revoke_tokens_by_ids"
)

// revokeTokens answers DELETE /v2/tokens. Lists are JSON or query parameters with commas. What can be revoked is revoked, even when
// something else in the request is wrong.
func (a *API) revokeTokens(c *call) (rest.Answer, error) {
	lists, unrecognized, err := readRevocation(c)
	if err != nil {
		return rest.Answer{}, err
	}
	r := revocation{
		MalformedTokens: []string{}, MalformedLabels: []string{}, MalformedUsernames: []string{}, MalformedIDs: []string{},
		NonexistentUsernames: []string{}, PermissionDeniedUsernames: []string{}, PermissionDeniedIDs: []string{},
		UnrecognizedParameters: unrecognized, OtherTokensRevoked: true,
	}
	for _, token := range lists[byToken] {
		if !a.directory.RevokeToken(token) {
			r.MalformedTokens = append(r.MalformedTokens, token)
		}
	}
	for _, label := range lists[byLabel] {
		if _, err := access.CheckLabel(label); err != nil {
			r.MalformedLabels = append(r.MalformedLabels, label)
			continue
		}
		a.directory.RevokeLabelled(c.user, label)
	}
	for _, login := range lists[byUsername] {
		a.revokeOf(c, a.directory.UserByLogin(login), login, &r.NonexistentUsernames, &r.PermissionDeniedUsernames)
	}
	for _, id := range lists[byID] {
		u, err := a.directory.User(id)
		if err != nil {
			u = nil
		}
		a.revokeOf(c, u, id, &r.MalformedIDs, &r.PermissionDeniedIDs)
	}
	return r.answer()
}

// revokeOf revokes the tokens of a user, or records a name that does not exist or may not be touched.
func (a *API) revokeOf(c *call, u *access.User, name string, missing, denied *[]string) {
	switch {
	case u == nil:
		*missing = append(*missing, name)
	case u != c.user && a.require(c, "revoke tokens", "users", "disable", u.ID) != nil:
		*denied = append(*denied, name)
	default:
		a.directory.RevokeTokensOf(u)
	}
}

// answer is 204 when everything was revoked. Otherwise it lists what was not: 403 when only a permission was missing.
func (r revocation) answer() (rest.Answer, error) {
	wrong := slices.Concat(r.MalformedTokens, r.MalformedLabels, r.MalformedUsernames, r.MalformedIDs, r.NonexistentUsernames,
		r.UnrecognizedParameters)
	denied := slices.Concat(r.PermissionDeniedUsernames, r.PermissionDeniedIDs)
	refused := &refusal{status: http.StatusBadRequest, kind: "malformed-request", details: r}
	switch {
	case len(wrong)+len(denied) == 0:
		return rest.Answer{Status: http.StatusNoContent}, nil
	case len(r.NonexistentUsernames) > 0:
		refused.msg = "The following user does not exist: " + strings.Join(r.NonexistentUsernames, ", ") + "."
	case len(wrong) > 0:
		refused.msg = "The following parameters are wrong: " + strings.Join(wrong, ", ") + "."
	default:
		refused.status, refused.kind = http.StatusForbidden, string(access.PermissionDenied)
		refused.msg = "You may not revoke the tokens of: " + strings.Join(denied, ", ") + "."
	}
	refused.msg += " All other tokens were successfully revoked."
	return rest.Answer{}, refused
}

// readRevocation reads the lists of a request and the names of unknown parameters.
func readRevocation(c *call) (lists map[string][]string, unrecognized []string, err error) {
	known := []string{byToken, byUsername, byLabel, byID}
	lists, unrecognized = make(map[string][]string), []string{}
	for name, values := range c.Query {
		switch {
		case slices.Contains(known, name):
			for _, value := range values {
				lists[name] = append(lists[name], strings.Split(value, ",")...)
			}
		case name != "token":
			unrecognized = append(unrecognized, name)
		}
	}
	if len(c.Body) > 0 {
		f, err := c.fields()
		if err != nil {
			return nil, nil, err
		}
		for _, key := range f.Keys() {
			if !slices.Contains(known, key) {
				f.Has(key)
				unrecognized = append(unrecognized, key)
				continue
			}
			lists[key] = append(lists[key], f.Strings(key)...)
		}
		if err := c.finish(f); err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(unrecognized)
	if len(lists) == 0 && len(unrecognized) == 0 {
		return nil, nil, malformed("The request names no tokens to revoke", "no parameters")
	}
	return lists, unrecognized, nil
}
