// SPDX-License-Identifier: MPL-2.0

package access

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The settings of the service, with their documented defaults.
const (
	// DefaultLifetime is how long a token is valid by default (rbac_token_auth_lifetime).
	DefaultLifetime = time.Hour
	// MaximumLifetime is the longest lifetime of a token, and the meaning of lifetime 0 (rbac_token_maximum_lifetime).
	MaximumLifetime = 10 * year
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// labelSize is the maximum length of a label.
const labelSize = 200

// Token is a token that was issued.
type Token struct {
	// ID identifies the token without revealing it.
	ID         string
	User       *User
	Created    time.Time
	Expires    time.Time
	LastActive time.Time
	// Label, Description and Client are nil if they were not given.
	Label       *string
	Description *string
	Client      *string

	text    string
	revoked bool
	number  int
}

// TokenContent is what can be requested for a new token.
type TokenContent struct {
	Lifetime    time.Duration
	Label       *string
	Description *string
	Client      *string
}

// wellFormed matches the possible texts of a token: a digit for the version and some forty characters that need no escaping in a URL.
var wellFormed = regexp.MustCompile(`\A0[A-Za-z0-9_-]{40,60}\z`)

// lifetimes matches a lifetime: a number and, without a space, a unit. No unit means seconds.
var lifetimes = regexp.MustCompile(`\A([0-9]+)([ydhms]?)\z`)

// ParseLifetime parses a lifetime such as 4h. 0 means the longest one, and longer ones are cut to it.
func ParseLifetime(text string) (time.Duration, error) {
	match := lifetimes.FindStringSubmatch(text)
	if match == nil {
		return 0, fmt.Errorf("%q is not a lifetime: it must be a number and a unit of y, d, h, m or s", text)
	}
	number, err := strconv.ParseInt(match[1], 10, 64)
	if err != nil {
		number = math.MaxInt64
	}
	units := map[string]time.Duration{"y": year, "d": day, "h": time.Hour, "m": time.Minute, "s": time.Second, "": time.Second}
	unit := units[match[2]]
	if number == 0 || number > int64(MaximumLifetime/unit) {
		return MaximumLifetime, nil
	}
	return time.Duration(number) * unit, nil
}

// CheckLabel returns a label without the white space around it, or what is wrong with it.
func CheckLabel(label string) (string, error) {
	trimmed := strings.TrimSpace(label)
	switch {
	case trimmed == "":
		return "", errors.New("a token label must contain more than white space")
	case len([]rune(trimmed)) > labelSize:
		return "", fmt.Errorf("a token label has at most %d characters", labelSize)
	case strings.Contains(trimmed, ","):
		return "", errors.New("a token label must not contain a comma")
	default:
		return trimmed, nil
	}
}

// secret returns what the token with a number is made of.
func (d *Directory) secret(number int) ([sha256.Size]byte, error) {
	if d.seed != nil {
		return sha256.Sum256(fmt.Appendf(d.seed[:len(d.seed):len(d.seed)], "token %d", number)), nil
	}
	var secret [sha256.Size]byte
	_, err := rand.Read(secret[:])
	return secret, err
}

// Issue makes a token for a user and returns its text. A label that a valid token of the user has is a conflict.
func (d *Directory) Issue(u *User, content TokenContent) (string, error) {
	if content.Label != nil {
		for _, t := range d.TokensOf(u) {
			if t.Label != nil && *t.Label == *content.Label {
				return "", refuse(Conflict, "There was a database conflict due to the value(s): "+*content.Label)
			}
		}
	}
	if content.Lifetime <= 0 {
		content.Lifetime = DefaultLifetime
	}
	d.issued++
	secret, err := d.secret(d.issued)
	if err != nil {
		return "", fmt.Errorf("making a token: %w", err)
	}
	now := d.now()
	t := &Token{
		ID: uuid("token", strconv.Itoa(d.issued)), User: u, Created: now, Expires: now.Add(content.Lifetime),
		LastActive: now, Label: content.Label, Description: content.Description, Client: content.Client,
		text: "0" + base64.RawURLEncoding.EncodeToString(secret[:]), number: d.issued,
	}
	d.tokens[t.text] = t
	return t.text, nil
}

// TokensOf returns the valid tokens of a user, oldest first.
func (d *Directory) TokensOf(u *User) []*Token {
	var tokens []*Token
	for _, t := range d.tokens {
		if t.User == u && !t.revoked && d.now().Before(t.Expires) {
			tokens = append(tokens, t)
		}
	}
	slices.SortFunc(tokens, func(a, b *Token) int { return cmp.Compare(a.number, b.number) })
	return tokens
}

// Login checks a login and a password.
func (d *Directory) Login(login, password string) (*User, error) {
	u := d.logins[login]
	switch {
	case u != nil && u.ID == APIUserID:
		return nil, refuse(APIUserLogin, "The API user cannot log in")
	case u == nil || password == "" || u.password != password:
		return nil, refuse(Unauthenticated, "The login or the password is wrong")
	case u.Revoked:
		return nil, refuse(UserRevoked, "The user has been revoked")
	}
	u.LastLogin = d.now()
	return u, nil
}

// noKeepalive is what a client appends to a token when the request must not count as activity.
const noKeepalive = "|no_keepalive"

// Authenticate returns the user of a token. The request counts as activity of the token unless the text says otherwise.
func (d *Directory) Authenticate(text string) (*User, error) {
	text, passive := strings.CutSuffix(text, noKeepalive)
	t, err := d.Check(text)
	if err != nil {
		return nil, err
	}
	if !passive {
		t.LastActive = d.now()
	}
	return t.User, nil
}

// Check returns a token that is valid and whose owner may use PE.
func (d *Directory) Check(text string) (*Token, error) {
	t, ok := d.tokens[text]
	switch {
	case text == "":
		return nil, refuse(Unauthenticated, "Route requires authentication")
	case !ok:
		// A well-formed text that was never issued counts as tampered with.
		return nil, refuse(InvalidToken, "The provided token could not be parsed")
	case t.revoked:
		return nil, refuse(TokenRevoked, "Authentication token has been revoked.")
	case !d.now().Before(t.Expires):
		return nil, refuse(TokenExpired, "The provided token has expired.")
	case t.User.Revoked:
		return nil, refuse(UserRevoked, "The user has been revoked")
	default:
		return t, nil
	}
}

// RevokeToken revokes a token and reports whether the text is well-formed. Revoking it again, or one that does not exist, changes nothing.
func (d *Directory) RevokeToken(text string) bool {
	if t, ok := d.tokens[text]; ok {
		t.revoked = true
		return true
	}
	return wellFormed.MatchString(text)
}

// ExpireToken makes a token expire now.
func (d *Directory) ExpireToken(text string) {
	if t, ok := d.tokens[text]; ok {
		t.Expires = d.now()
	}
}

// RevokeTokensOf revokes every token of a user.
func (d *Directory) RevokeTokensOf(u *User) {
	for _, t := range d.tokens {
		if t.User == u {
			t.revoked = true
		}
	}
}

// RevokeLabelled revokes the token of a user that has a label, and reports whether there was one.
func (d *Directory) RevokeLabelled(u *User, label string) bool {
	for _, t := range d.TokensOf(u) {
		if t.Label != nil && *t.Label == strings.TrimSpace(label) {
			t.revoked = true
			return true
		}
	}
	return false
}
