// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// TestDo_NamesThatLeadElsewhere refuses names that would make another path of a request; none is sent.
func TestDo_NamesThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	received := make(chan string, 10)
	service := newService(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received <- r.RequestURI }))
	for _, name := range []string{"", ".", ".."} {
		_, err := service.Do(t.Context(), get("inventory", name))
		if err == nil || httpapi.Transient(err) || !strings.Contains(err.Error(), "cannot be a part of the path") {
			t.Errorf("%q: got %v", name, err)
		}
	}
	for name, want := range map[string]string{"../jobs": "/inventory/..%2Fjobs", "a?b#c": "/inventory/a%3Fb%23c", "%2e%2e": "/inventory/%252e%252e"} {
		if _, err := service.Do(t.Context(), get("inventory", name)); err != nil {
			t.Errorf("%q: got %v", name, err)
			continue
		}
		if got := <-received; !strings.HasSuffix(got, want) {
			t.Errorf("%q: the server was asked for %s, want %s", name, got, want)
		}
	}
	if len(received) > 0 {
		t.Errorf("the server was asked for %s", <-received)
	}
}
