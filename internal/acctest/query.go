// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
)

// List returns a list block x of a type. arguments are those beside the provider, config those of the list.
func List(kind, arguments, config string) string {
	return "list \"" + kind + "\" \"x\" {\n  provider = pe\n" + arguments + "\n  config {\n" + config + "\n  }\n}\n"
}

// Query queries the server with a list block, in this process: see [protocoltest.Query].
func (h *Harness) Query(t *testing.T, list string) protocoltest.Queried {
	t.Helper()
	found, err := h.QueryAs(t, h.AdminToken(), list)
	if err != nil {
		t.Fatalf("%s\n%v", list, err)
	}
	return found
}

// QueryAs is Query with another token, which may fail.
func (h *Harness) QueryAs(t *testing.T, token, list string) (protocoltest.Queried, error) {
	t.Helper()
	return protocoltest.Query(t.Context(), h.Factories()["pe"], h.ConfigAs(token, ""), list)
}

// QueryCase is a list block and what it finds.
type QueryCase struct {
	List string
	// Want are the display names, in order.
	Want []string
	// Warns are texts of the warnings, in order.
	Warns []string
	// Says are texts of the error, if there is one.
	Says []string
}

// CheckQuery queries the server, with and without the resources, and compares what is found.
func (h *Harness) CheckQuery(t *testing.T, token string, c QueryCase) {
	t.Helper()
	for _, list := range []string{c.List, strings.Replace(c.List, "provider = pe", "provider = pe\n  include_resource = true", 1)} {
		found, err := h.QueryAs(t, token, list)
		if (err != nil) != (len(c.Says) > 0) {
			t.Fatalf("%s\ngot %v", list, err)
		}
		if err != nil {
			MustSay(t, err.Error(), c.Says...)
			return
		}
		if !slices.Equal(found.Names(), c.Want) {
			t.Errorf("%s\nfound %q, want %q", list, found.Names(), c.Want)
		}
		if len(found.Warnings) != len(c.Warns) {
			t.Errorf("%s\nwarns %q, want %q", list, found.Warnings, c.Warns)
		}
		for i := range min(len(c.Warns), len(found.Warnings)) {
			MustSay(t, found.Warnings[i], c.Warns[i])
		}
		for _, one := range found.Results {
			if included := list != c.List; included != (one.Resource != nil) || len(one.Identity) == 0 {
				t.Errorf("%s\ngot %+v", list, one)
			}
		}
	}
}
