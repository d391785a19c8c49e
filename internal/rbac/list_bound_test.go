// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// TestLists_HaveABound lists more users than any PE has: each takes three bytes, and decoded a hundred times as many.
func TestLists_HaveABound(t *testing.T) {
	t.Parallel()
	text := "[{}" + strings.Repeat(",{}", jsonlist.MostItems) + "]"
	client, _ := newClient(t, "", map[string]func(http.ResponseWriter){"GET /v1/users": body(http.StatusOK, text)})
	users, err := client.Users(t.Context())
	var decode *httpapi.DecodeError
	if !errors.Is(err, jsonlist.ErrEndless) || !errors.As(err, &decode) {
		t.Errorf("got %d users, %v", len(users), err)
	}
}
