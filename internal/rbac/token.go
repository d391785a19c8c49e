// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// LoginRequest is the body of POST /auth/token.
type LoginRequest struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	// Lifetime is a number and a unit (y, d, h, m, s), such as "4h"; "0" is the server's maximum. "" is the server's default.
	Lifetime string `json:"lifetime,omitempty"`
	// Label is unique among the user's tokens, at most 200 characters, without commas.
	Label       string `json:"label,omitempty"`
	Description string `json:"description,omitempty"`
	Client      string `json:"client,omitempty"`
}

// TokenRequest is the body of POST /tokens, which makes another token for the caller.
type TokenRequest struct {
	Lifetime    string `json:"lifetime,omitempty"`
	Label       string `json:"label,omitempty"`
	Description string `json:"description,omitempty"`
	Client      string `json:"client,omitempty"`
}

type tokenAnswer struct {
	Token string `json:"token"`
}

// Login makes a token from a user's name and password, without any other authentication.
func (c *Client) Login(ctx context.Context, r LoginRequest) (string, error) {
	c.v1.Redactor().Add(r.Password)
	return c.token(ctx, httpapi.Request{Path: []string{"auth", "token"}, Body: r, Safety: repeatable(r.Label), Identity: &httpapi.Identity{}},
		"logging in as "+r.Login)
}

// CreateToken makes another token for the user whose token is used.
func (c *Client) CreateToken(ctx context.Context, r TokenRequest) (string, error) {
	return c.token(ctx, httpapi.Request{Path: []string{"tokens"}, Body: r, Safety: repeatable(r.Label)}, "creating a token")
}

// repeatable says whether a token may be asked for again. A token whose answer is lost is never used and expires, so that asking again is
// safe. But where it has a label, another one cannot have that.
func repeatable(label string) httpapi.Safety {
	if label != "" {
		return httpapi.Launches
	}
	return httpapi.Idempotent
}

// token asks for a token.
func (c *Client) token(ctx context.Context, r httpapi.Request, doing string) (string, error) {
	var answer tokenAnswer
	r.Method, r.Into = http.MethodPost, &answer
	if _, err := c.v1.Do(ctx, r); err != nil {
		return "", fmt.Errorf("%s: %w", doing, err)
	}
	if answer.Token == "" {
		return "", fmt.Errorf("%s: the answer holds no token", doing)
	}
	c.v1.Redactor().Add(answer.Token)
	return answer.Token, nil
}

// RevokeItself revokes a token with its own authority, so it needs no other right. It succeeds when the token is no longer valid.
func (c *Client) RevokeItself(ctx context.Context, token string) error {
	c.v2.Redactor().Add(token)
	body := struct {
		Tokens []string `json:"revoke_tokens"`
	}{[]string{token}}
	_, err := c.v2.Do(ctx, httpapi.Request{
		Method: http.MethodDelete, Path: []string{"tokens"}, Body: body, Safety: httpapi.Idempotent, Identity: &httpapi.Identity{Token: token},
	})
	if err == nil || httpapi.HasKind(err, KindTokenExpired, KindTokenRevoked, KindUserRevoked) {
		return nil
	}
	return fmt.Errorf("revoking tokens: %w", err)
}

// TokenInfo is a token of a user, without the token itself.
type TokenInfo struct {
	ID             string `json:"id"`
	CreationDate   string `json:"creation_date"`
	ExpirationDate string `json:"expiration_date"`
	LastActiveDate string `json:"last_active_date"`
	Client         string `json:"client"`
	Description    string `json:"description"`
	Label          string `json:"label"`
}

type tokenList struct{ tokens []TokenInfo }

// DecodeStream implements [httpapi.StreamDecoder].
func (l *tokenList) DecodeStream(r io.Reader) (err error) {
	l.tokens, err = jsonlist.AllIn[TokenInfo](r, nil, "items")
	return err
}

// UserTokens lists the tokens of a user.
func (c *Client) UserTokens(ctx context.Context, userID string) ([]TokenInfo, error) {
	var answer tokenList
	if err := c.get(ctx, &answer, nil, "users", userID, "tokens"); err != nil {
		return nil, fmt.Errorf("listing the tokens of user %s: %w", userID, err)
	}
	return answer.tokens, nil
}
