// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"
	"testing"
)

// NeedsActions skips a test with a CLI that has no actions: OpenTofu, and Terraform before 1.14.
func (c *CLI) NeedsActions(t *testing.T) {
	t.Helper()
	c.needsTerraform(t, 14, "actions")
}

// WaitsForActions reports whether the CLI makes what depends on a resource wait for its actions, as Terraform does from 1.16 on.
func (c *CLI) WaitsForActions(t *testing.T) bool {
	t.Helper()
	return c.terraform(t) >= 16
}

// NeedsActionsOnDestroy skips a test with a CLI that invokes no actions when something is destroyed: OpenTofu, and Terraform before 1.16.
func (c *CLI) NeedsActionsOnDestroy(t *testing.T) {
	t.Helper()
	c.needsTerraform(t, 16, "actions before and after a destroy")
}

// needsTerraform skips a test with any CLI but a Terraform 1.x from a minor version on.
func (c *CLI) needsTerraform(t *testing.T, minor int, what string) {
	t.Helper()
	if c.terraform(t) < minor {
		t.Skipf("%s need Terraform 1.%d, this is %s", what, minor, strings.SplitN(c.version(t), "\n", 2)[0])
	}
}

// terraform is the minor version of a Terraform 1.x, 0 for any other CLI.
func (c *CLI) terraform(t *testing.T) (minor int) {
	t.Helper()
	if _, err := fmt.Sscanf(c.version(t), "Terraform v1.%d.", &minor); err != nil {
		return 0
	}
	return minor
}
