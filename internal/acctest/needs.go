// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"regexp"
	"testing"

	"github.com/hashicorp/go-version"
)

// none is the version of OpenTofu that has what it does not have.
const none = ""

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
	c.needs(t, "list resources", "1.14", none)
}

// NeedsActions skips a test with a CLI that has no actions.
func (c *CLI) NeedsActions(t *testing.T) {
	t.Helper()
	c.needs(t, "actions", "1.14", none)
}

// NeedsActionsOnDestroy skips a test with a CLI that invokes no actions when something is destroyed.
func (c *CLI) NeedsActionsOnDestroy(t *testing.T) {
	t.Helper()
	c.needs(t, "actions before and after a destroy", "1.16", none)
}

// WaitsForActions reports whether the CLI makes what depends on a resource wait for its actions.
func (c *CLI) WaitsForActions(t *testing.T) bool {
	t.Helper()
	_, since := c.since(t, "1.16", none)
	return since
}

// NeedsStateOfEachStep skips a test with OpenTofu, which saves a state at the end of an apply and every 20 seconds: what is killed in between
// leaves the state of before, as with a remote backend. Terraform saves the state in a file after each step.
func (c *CLI) NeedsStateOfEachStep(t *testing.T) {
	t.Helper()
	c.needs(t, "states that are saved after each step", "1.8", none)
}

// NeedsMockFiles skips a test with OpenTofu, which has no files of mocks.
func (c *CLI) NeedsMockFiles(t *testing.T) {
	t.Helper()
	c.needs(t, "files of mocks", "1.8", none)
}

// ofCLI finds the product and its version in what a CLI says of itself.
var ofCLI = regexp.MustCompile(`^(Terraform|OpenTofu) v(\d+\.\d+)`)

// needs skips a test with a CLI that is older than what has a feature.
func (c *CLI) needs(t *testing.T, feature, terraform, openTofu string) {
	t.Helper()
	if said, has := c.since(t, terraform, openTofu); !has {
		t.Skipf("%s need Terraform %s or OpenTofu %s, this is %s", feature, terraform, cmp.Or(openTofu, "(none yet)"), said)
	}
}

// since reports whether the CLI is at least of a version, and what it says of itself.
func (c *CLI) since(t *testing.T, terraform, openTofu string) (said string, has bool) {
	t.Helper()
	printed := c.MustRun(t, "version")
	found := ofCLI.FindStringSubmatch(printed)
	if found == nil {
		t.Fatalf("the CLI says of itself\n%s", printed)
	}
	least := map[string]string{"Terraform": terraform, "OpenTofu": openTofu}[found[1]]
	return found[0], least != none && !version.Must(version.NewVersion(found[2])).LessThan(version.Must(version.NewVersion(least)))
}
