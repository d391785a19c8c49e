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
	printed := c.MustRun(t, "version")
	said := ofCLI.FindStringSubmatch(printed)
	if said == nil {
		t.Fatalf("the CLI says of itself\n%s", printed)
	}
	since := map[string]string{"Terraform": terraform, "OpenTofu": openTofu}[said[1]]
	if since == none || version.Must(version.NewVersion(said[2])).LessThan(version.Must(version.NewVersion(since))) {
		t.Skipf("%s need Terraform %s or OpenTofu %s, this is %s", feature, terraform, cmp.Or(openTofu, "(none yet)"), said[0])
	}
}
