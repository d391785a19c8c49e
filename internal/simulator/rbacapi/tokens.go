// SPDX-License-Identifier: MPL-2.0

package rbacapi

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// timestamp writes a time the way token data has it.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// readTokenContent reads the keys that requests for a token share.
func readTokenContent(f *rest.Fields) access.TokenContent {
	content := access.TokenContent{
		Description: f.OptionalString("description"),
		Client:      f.OptionalString("client"),
		Label:       f.OptionalString("label"),
	}
	if content.Label != nil {
		label, err := access.CheckLabel(*content.Label)
		if err != nil {
			f.Fail("label", "is wrong: %v", err)
		}
		content.Label = &label
	}
	if text := f.OptionalString("lifetime"); text != nil {
		lifetime, err := access.ParseLifetime(*text)
		if err != nil {
			f.Fail("lifetime", "is wrong: %v", err)
		}
		content.Lifetime = lifetime
	}
	return content
}

// issued answers a request for a token.
func (a *API) issued(u *access.User, content access.TokenContent) (rest.Answer, error) {
	token, err := a.directory.Issue(u, content)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, map[string]string{"token": token}), nil
}

// login answers POST /auth/token.
func (a *API) login(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("login", "password")
	login, password := f.String("login"), f.String("password")
	content := readTokenContent(f)
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	u, err := a.directory.Login(login, password)
	if err != nil {
		return rest.Answer{}, err
	}
	return a.issued(u, content)
}

// createToken answers POST /tokens with a token for the caller.
func (a *API) createToken(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	content := readTokenContent(f)
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	return a.issued(c.user, content)
}

// tokenView is a token in the list of a user's tokens.
type tokenView struct {
	ID             string `json:"id"`
	CreationDate   string `json:"creation_date"`
	ExpirationDate string `json:"expiration_date"`
	LastActiveDate string `json:"last_active_date"`
	Client         string `json:"client"`
	Description    string `json:"description"`
	SessionTimeout *int   `json:"session_timeout"`
	Label          string `json:"label"`
}

// tokensPagination is the pagination member of the list.
type tokensPagination struct {
	Limit   int    `json:"limit"`
	Offset  int    `json:"offset"`
	OrderBy string `json:"order_by"`
	Order   string `json:"order"`
	Total   int    `json:"total"`
}

// listTokens answers GET /users/:sid/tokens for the user and for users who may revoke the user's tokens.
func (a *API) listTokens(c *call) (rest.Answer, error) {
	u, err := a.findUser(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if u != c.user {
		if err := a.require(c, "see the tokens of the user", "users", "disable", u.ID); err != nil {
			return rest.Answer{}, err
		}
	}
	p := c.Params()
	page := tokensPagination{
		Limit: p.Int("limit", 1, 20), Offset: p.Int("offset", 0, 0), Order: p.Enum("order", "asc", "asc", "desc"),
		OrderBy: p.Enum("order_by", "creation_date", "creation_date", "expiration_date", "last_active_date", "client"),
	}
	if err := p.Done(); err != nil {
		return rest.Answer{}, &refusal{status: http.StatusBadRequest, kind: "malformed-request", msg: err.Error()}
	}
	tokens := a.directory.TokensOf(u)
	page.Total = len(tokens)
	slices.SortStableFunc(tokens, func(x, y *access.Token) int {
		if page.Order == "desc" {
			x, y = y, x
		}
		return compareTokens(x, y, page.OrderBy)
	})
	items := make([]tokenView, 0)
	for _, t := range rest.Page(tokens, page.Limit, page.Offset) {
		items = append(items, tokenView{
			ID: t.ID, CreationDate: timestamp(t.Created), ExpirationDate: timestamp(t.Expires),
			LastActiveDate: timestamp(t.LastActive), Client: orEmpty(t.Client), Description: orEmpty(t.Description),
			Label: orEmpty(t.Label),
		})
	}
	return rest.JSON(http.StatusOK, map[string]any{"items": items, "pagination": page}), nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func compareTokens(x, y *access.Token, by string) int {
	switch by {
	case "expiration_date":
		return x.Expires.Compare(y.Expires)
	case "last_active_date":
		return x.LastActive.Compare(y.LastActive)
	case "client":
		return cmp.Compare(orEmpty(x.Client), orEmpty(y.Client))
	default:
		return x.Created.Compare(y.Created)
	}
}

// authenticated is a subject with the data of its token.
type authenticated struct {
	ID          string  `json:"id"`
	UserID      string  `json:"user_id"`
	Login       string  `json:"login"`
	Email       string  `json:"email"`
	DisplayName string  `json:"display_name"`
	RoleIDs     []int   `json:"role_ids"`
	LastLogin   *string `json:"last_login"`
	IsGroup     bool    `json:"is_group"`
	IsRemote    bool    `json:"is_remote"`
	IsSuperuser bool    `json:"is_superuser"`
	IsRevoked   bool    `json:"is_revoked"`
	Creation    string  `json:"creation"`
	Expiration  string  `json:"expiration"`
	LastActive  string  `json:"last_active"`
	Label       *string `json:"label"`
	Description *string `json:"description"`
	Client      *string `json:"client"`
	Timeout     *int    `json:"timeout"`
}

// authenticateToken answers POST /v2/auth/token/authenticate. Here the kinds that services answer with 401 are 400 and 403.
func (a *API) authenticateToken(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("token")
	text, update := f.String("token"), f.Bool("update_last_activity?")
	if err := c.finish(f); err != nil {
		return rest.Answer{}, err
	}
	t, err := a.directory.Check(text)
	if err != nil {
		return rest.Answer{}, asForbidden(err)
	}
	if update {
		t.LastActive = a.directory.Now()
	}
	s := a.subject(t.User)
	return rest.JSON(http.StatusOK, authenticated{
		ID: s.ID, UserID: s.ID, Login: s.Login, Email: s.Email, DisplayName: s.DisplayName, RoleIDs: s.RoleIDs,
		LastLogin: s.LastLogin, IsRemote: s.IsRemote, IsSuperuser: s.IsSuperuser, IsRevoked: s.IsRevoked,
		Creation: timestamp(t.Created), Expiration: timestamp(t.Expires), LastActive: timestamp(t.LastActive),
		Label: t.Label, Description: t.Description, Client: t.Client,
	}), nil
}

// asForbidden turns the revocation of a token's owner, for which no status is documented, into a 403 like the others.
func asForbidden(err error) error {
	var denied *access.Error
	if errors.As(err, &denied) && denied.Kind == access.UserRevoked {
		return &refusal{status: http.StatusForbidden, kind: string(denied.Kind), msg: denied.Msg}
	}
	return err
}
