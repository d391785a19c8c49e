// SPDX-License-Identifier: MPL-2.0

package tasktarget_test

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestTaskTarget_DestroyBesideASilentRBAC destroys several task-targets where RBAC takes connections and says nothing. Which roles still
// grant them is only a courtesy: it is asked for once, for a moment.
func TestTaskTarget_DestroyBesideASilentRBAC(t *testing.T) {
	t.Parallel()
	var network net.ListenConfig
	listener, err := network.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var connections atomic.Int32
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			defer connection.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })

	h := acctest.New(t)
	silent := fmt.Sprintf("https://%s/rbac-api", listener.Addr())
	var heard acctest.Warnings
	h.RunListening(t, &heard,
		resource.TestStep{Config: strings.Replace(h.Config(targets(5)), h.RBACURL(), silent, 1)},
		resource.TestStep{Config: strings.Replace(h.Config("locals {}"), h.RBACURL(), silent, 1)},
	)
	if got := connections.Load(); got < 1 || got > 2 {
		t.Errorf("RBAC was asked %d times", got)
	}
	if got := heard.All(); len(got) != 5 || !heard.Say("Task-target 5 stays on the server", "It grants nothing once no role has the permission") {
		t.Errorf("the warnings are %q", got)
	}
}

// targets are some task-targets.
func targets(n int) string {
	var body strings.Builder
	for i := range n {
		fmt.Fprintf(&body, "resource \"pe_task_target\" \"t%d\" {\n display_name = \"t%d\"\n tasks = [\"service\"]\n nodes = [\"node1.example.com\"]\n}\n", i, i)
	}
	return body.String()
}
