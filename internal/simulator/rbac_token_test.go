// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestTokens_Login(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "secret")
	c := clientOf(t, sim, "")
	login := func(changes object) reply {
		return c.rbac(t, http.MethodPost, "v1/auth/token", with(object{"login": "amy", "password": "secret"}, changes))
	}
	for name, tc := range map[string]struct {
		changes object
		status  int
		kind    string
	}{
		"wrong password":     {object{"password": "x"}, 401, "user-unauthenticated"},
		"unknown user":       {object{"login": "x"}, 401, "user-unauthenticated"},
		"API user":           {object{"login": "api_user"}, 401, "api-user-login"},
		"no password":        {object{"password": removed}, 400, "schema-violation"},
		"unknown key":        {object{"ttl": 1}, 400, "schema-violation"},
		"lifetime of a word": {object{"lifetime": "long"}, 400, "schema-violation"},
		"lifetime by space":  {object{"lifetime": "4 h"}, 400, "schema-violation"},
		"empty label":        {object{"label": "  "}, 400, "schema-violation"},
		"label with a comma": {object{"label": "a,b"}, 400, "schema-violation"},
		"long label":         {object{"label": strings.Repeat("x", 201)}, 400, "schema-violation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := login(tc.changes)
			mustRefuse(t, answer, tc.status, tc.kind, "")
			if strings.Contains(answer.text, "secret") {
				t.Errorf("the answer shows the password: %s", answer.text)
			}
		})
	}
	answer := login(object{"label": " one ", "lifetime": "4h", "client": "c", "description": "d"})
	mustStatus(t, answer, http.StatusOK)
	token := text(answer.json, "token")
	if len(token) != 44 {
		t.Errorf("the token has %d characters", len(token))
	}
	mustRefuse(t, login(object{"label": "one"}), 409, "conflict", "one")

	amy := clientOf(t, sim, token)
	id := text(amy.rbac(t, http.MethodGet, "v1/users/current", nil).json, "id")
	tokens := amy.rbac(t, http.MethodGet, "v1/users/"+id+"/tokens", nil).items(t)
	if len(tokens) != 1 || tokens[0]["label"] != "one" || tokens[0]["client"] != "c" || tokens[0]["session_timeout"] != nil {
		t.Errorf("the tokens are %v", tokens)
	}
	check := func(token string) reply {
		return c.rbac(t, http.MethodPost, "v2/auth/token/authenticate", object{"token": token, "update_last_activity?": true})
	}
	if got := check(token); text(got.json, "login") != "amy" || text(got.json, "label") != "one" || at(got.json, "timeout") != nil {
		t.Errorf("the token stands for %s", got.text)
	}
	mustRefuse(t, check("garbage"), 400, "invalid-token", "")
	second := text(amy.rbac(t, http.MethodPost, "v1/tokens", object{"lifetime": "30m"}).json, "token")
	sim.Advance(time.Hour)
	mustRefuse(t, check(second), 403, "token-expired", "")
	sim.Advance(3 * time.Hour)
	mustRefuse(t, amy.rbac(t, http.MethodGet, "v1/users/current", nil), 401, "puppetlabs.rbac/token-expired", "")
	sim.RevokeToken(token)
	mustRefuse(t, check(token), 403, "token-revoked", "")
}

func TestTokens_Lifetime(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := clientOf(t, sim, "")
	for lifetime, alive := range map[string]time.Duration{
		"": time.Hour, "90": 90 * time.Second, "90s": 90 * time.Second, "5m": 5 * time.Minute, "2d": 48 * time.Hour, "1y": 365 * 24 * time.Hour,
		"0": 3650 * 24 * time.Hour, "99999999999999999999y": 3650 * 24 * time.Hour,
	} {
		body := object{"login": "admin", "password": simulator.BuiltInPassword}
		if lifetime != "" {
			body["lifetime"] = lifetime
		}
		token := text(c.rbac(t, http.MethodPost, "v1/auth/token", body).json, "token")
		answer := c.rbac(t, http.MethodPost, "v2/auth/token/authenticate", object{"token": token})
		created, err := time.Parse(time.RFC3339, text(answer.json, "creation"))
		if err != nil {
			t.Fatal(err)
		}
		expires, err := time.Parse(time.RFC3339, text(answer.json, "expiration"))
		if err != nil {
			t.Fatal(err)
		}
		if got := expires.Sub(created); got != alive {
			t.Errorf("lifetime %q lives %s, want %s", lifetime, got, alive)
		}
	}
}

func TestTokens_Revoke(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	amy := sim.AddUser("amy", "x")
	sim.AddUser("bob", "x")
	c := admin(t, sim)
	alive := func(token string) bool {
		t.Helper()
		return clientOf(t, sim, token).rbac(t, http.MethodGet, "v1/users/current", nil).status == http.StatusOK
	}
	// By the token itself, without other authentication, as the public Go client does; again changes nothing.
	token := sim.IssueToken("amy", 0)
	for range 2 {
		mustStatus(t, clientOf(t, sim, "").rbac(t, http.MethodDelete, "v2/tokens/"+token, nil), http.StatusNoContent)
	}
	if alive(token) {
		t.Error("a revoked token is alive")
	}
	mustRefuse(t, clientOf(t, sim, "").rbac(t, http.MethodDelete, "v2/tokens/garbage", nil), 400, "malformed-request", "")
	other := sim.IssueToken("bob", 0)
	mustRefuse(t, as(t, sim, "amy").rbac(t, http.MethodDelete, "v2/tokens/"+other, nil), 403, "permission-denied", "")
	mustStatus(t, c.rbac(t, http.MethodDelete, "v2/tokens/"+other, nil), http.StatusNoContent)

	// By lists, in the body or in the query.
	a, b := sim.IssueToken("amy", 0), sim.IssueToken("bob", 0)
	mustStatus(t, as(t, sim, "amy").rbac(t, http.MethodDelete, "v2/tokens", object{"revoke_tokens": list{b}}), http.StatusNoContent)
	if alive(b) || !alive(a) {
		t.Error("the wrong token was revoked")
	}
	mustStatus(t, c.rbac(t, http.MethodDelete, "v2/tokens?revoke_tokens_by_usernames=amy,bob", nil), http.StatusNoContent)
	if alive(a) {
		t.Error("a token of amy is alive")
	}
	a = sim.IssueToken("amy", 0)
	mustStatus(t, c.rbac(t, http.MethodDelete, "v2/tokens", object{"revoke_tokens_by_ids": list{amy.ID}}), http.StatusNoContent)
	if alive(a) {
		t.Error("a token of amy is alive")
	}
	labelled := text(c.rbac(t, http.MethodPost, "v1/auth/token", object{"login": "amy", "password": "x", "label": "one"}).json, "token")
	mustStatus(t, as(t, sim, "amy").rbac(t, http.MethodDelete, "v2/tokens", object{"revoke_tokens_by_labels": list{"one", "two"}}), http.StatusNoContent)
	if alive(labelled) {
		t.Error("the labelled token is alive")
	}

	// What can be revoked is revoked, although something else is wrong.
	a = sim.IssueToken("amy", 0)
	answer := c.rbac(t, http.MethodDelete, "v2/tokens", object{"revoke_tokens": list{a, "garbage"}, "revoke_tokens_by_usernames": list{"nobody"}, "x": 1})
	mustRefuse(t, answer, 400, "malformed-request", "The following user does not exist: nobody.")
	details := at(answer.json, "details")
	if got := encode(t, details); !strings.Contains(got, `"malformed_tokens":["garbage"]`) || !strings.Contains(got, `"unrecognized_parameters":["x"]`) ||
		!strings.Contains(got, `"other_tokens_revoked":true`) {
		t.Errorf("details %s", got)
	}
	if alive(a) {
		t.Error("the token is alive")
	}
	mustRefuse(t, as(t, sim, "bob").rbac(t, http.MethodDelete, "v2/tokens?revoke_tokens_by_usernames=amy", nil), 403, "permission-denied", "amy")
	mustStatus(t, as(t, sim, "bob").rbac(t, http.MethodDelete, "v2/tokens?revoke_tokens_by_usernames=bob", nil), http.StatusNoContent)
	mustStatus(t, c.rbac(t, http.MethodDelete, "v2/tokens", nil), http.StatusBadRequest)
}
