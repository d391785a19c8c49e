// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestJob_IdentityAfterAFailedWait has applies that fail after the launch: what is kept in the state has its identity, too.
func TestJob_IdentityAfterAFailedWait(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"failed":  `params = { fail_on = ["node1.example.com"] }`,
		"overdue": "params = { duration = 600 }\ntimeouts {\n create = \"1s\"\n}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			c := acctest.NewCLI(t, h, acctest.TaskBody("task = \"simulate\"\n"+acctest.TwoNodes+"\n"+body)).Attached()
			c.NeedsIdentity(t)
			if printed, err := c.Run(t, nil, "apply", "-auto-approve"); err == nil {
				t.Fatal(printed)
			}
			kept := c.Resources(t)[acctest.Task]
			if identity, _ := kept[acctest.IdentityKey].(map[string]any); kept["tainted"] != true || identity["id"] != "1" {
				t.Errorf("the state has %v", kept)
			}
		})
	}
}
