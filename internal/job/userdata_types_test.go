// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestTask_UserdataKeepsTypes sends numbers, flags, lists and objects as they are, and finds no change afterwards.
func TestTask_UserdataKeepsTypes(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.TaskBody(`
task     = "facts"
scope    = { nodes = ["node1.example.com"] }
userdata = { ticket = "7", retries = 3, urgent = true, owners = ["a", "b"], change = { number = 1.5 } }
`))
	h.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, PlanOnly: true},
	)
	sent, _ := h.Sent(t, "POST", "/command/task")["userdata"].(map[string]any)
	delete(sent, "terraform_request_id")
	want := map[string]any{
		"ticket": "7", "retries": 3.0, "urgent": true, "owners": []any{"a", "b"}, "change": map[string]any{"number": 1.5},
	}
	if !reflect.DeepEqual(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
}
