// SPDX-License-Identifier: MPL-2.0

package people

import (
	"strings"
	"testing"
)

// TestTaken_Remedy speaks of create_before_destroy only where something is created.
func TestTaken_Remedy(t *testing.T) {
	t.Parallel()
	for _, inPlace := range []bool{true, false} {
		got := taken{login: "amy", inPlace: inPlace}.remedy()
		if strings.Contains(got, "create_before_destroy") == inPlace || !strings.Contains(got, "apply again; to swap two logins or addresses") {
			t.Errorf("in place: %v: got %q", inPlace, got)
		}
	}
}
