// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

// never is for what OpenTofu does not have.
const never = "99"

// NeedsWriteOnly skips a test with a CLI that does not know write-only values.
func (c *CLI) NeedsWriteOnly(t *testing.T) {
	t.Helper()
	c.needs(t, "write-only values", "1.11", "1.11")
}

// NeedsEphemeral skips a test with a CLI that does not know ephemeral resources.
func (c *CLI) NeedsEphemeral(t *testing.T) {
	t.Helper()
	c.needs(t, "ephemeral resources", "1.10", "1.11")
}

// NeedsIdentity skips a test with a CLI that does not know identities.
func (c *CLI) NeedsIdentity(t *testing.T) {
	t.Helper()
	c.needs(t, "identities", "1.12", "1.12")
}

// NeedsQuery skips a test with a CLI that does not know list resources.
func (c *CLI) NeedsQuery(t *testing.T) {
	t.Helper()
	c.needs(t, "list resources", "1.14", never)
}

// NeedsActions skips a test with a CLI that has no actions.
func (c *CLI) NeedsActions(t *testing.T) {
	t.Helper()
	c.needs(t, "actions", "1.14", never)
}

// NeedsActionsOnDestroy skips a test with a CLI that invokes no actions when something is destroyed.
func (c *CLI) NeedsActionsOnDestroy(t *testing.T) {
	t.Helper()
	c.needs(t, "actions before and after a destroy", "1.16", never)
}

// WaitsForActions reports whether the CLI makes what depends on a resource wait for its actions, as Terraform does from 1.16 on.
func (c *CLI) WaitsForActions(t *testing.T) bool {
	t.Helper()
	_, has := c.has(t, "1.16", never)
	return has
}

// NeedsMockFiles skips a test with OpenTofu, which has no files of mocks.
func (c *CLI) NeedsMockFiles(t *testing.T) {
	t.Helper()
	c.needs(t, "files of mocks", "1.8", never)
}

// ofCLI finds the product and its version in what a CLI says of itself.
var ofCLI = regexp.MustCompile(`^(Terraform|OpenTofu) v(\d+\.\d+)`)

// needs skips a test with a CLI that is older than what has a feature.
func (c *CLI) needs(t *testing.T, feature, terraform, openTofu string) {
	t.Helper()
	if is, ok := c.has(t, terraform, openTofu); !ok {
		t.Skipf("%s need Terraform %s or OpenTofu %s, this is %s", feature, terraform, openTofu, is)
	}
}

// has reports whether the CLI has what there is from a version on, and what it says of itself.
func (c *CLI) has(t *testing.T, terraform, openTofu string) (is string, has bool) {
	t.Helper()
	printed := c.MustRun(t, "version")
	said := ofCLI.FindStringSubmatch(printed)
	if said == nil {
		t.Fatalf("the CLI says of itself\n%s", printed)
	}
	since := map[string]string{"Terraform": terraform, "OpenTofu": openTofu}[said[1]]
	return strings.SplitN(printed, "\n", 2)[0], !version.Must(version.NewVersion(said[2])).LessThan(version.Must(version.NewVersion(since)))
}
