// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

func TestTrace_IsOurs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read      launch.Trace
		requestID string
		want      bool
	}{
		"it carries ours":                   {launch.Trace{ID: "1", RequestID: "a", KeepsUserdata: true}, "a", true},
		"it carries another":                {launch.Trace{ID: "1", RequestID: "b", KeepsUserdata: true}, "a", false},
		"it carries none":                   {launch.Trace{ID: "1", KeepsUserdata: true}, "a", false},
		"it has another number":             {launch.Trace{ID: "2", RequestID: "a", KeepsUserdata: true}, "a", false},
		"nobody knows what it has to carry": {launch.Trace{ID: "1", RequestID: "b", KeepsUserdata: true}, "", true},
		"the server keeps no userdata":      {launch.Trace{ID: "1"}, "a", true},
	} {
		if got := test.read.IsOurs("1", test.requestID); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
