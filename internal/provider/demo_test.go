// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestExamples_Demo applies the demo's configuration, as the script for `make demo` does.
func TestExamples_Demo(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, "")
	for _, name := range matching(t, "demo/*") {
		c.Write(t, filepath.Base(name), readExample(t, name))
	}
	c.MustRun(t, "apply", "-auto-approve")
	c.NoChanges(t)
	c.MustRun(t, "destroy", "-auto-approve")
}

// TestExamples_DemoIgnoresTheEnvironment runs the script for `make demo` in a shell that is set up for a real Puppet Enterprise, and for
// other configurations.
func TestExamples_DemoIgnoresTheEnvironment(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	command := exec.CommandContext(t.Context(), shell, filepath.Join(examples, "demo", "run.sh"))
	command.Env = append(os.Environ(), "TF_CLI="+cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"),
		"PE_TOKEN=x", "PE_SERVER_URL=https://pe.example.com:8143", "PE_CLIENT_CERT_FILE=/nowhere.pem", "PE_INSECURE_SKIP_VERIFY=perhaps",
		"TF_VAR_web_servers=nothing", "TF_CLI_ARGS=-no-such-option", "TF_WORKSPACE=elsewhere", "TF_DATA_DIR=/nowhere", "TF_REATTACH_PROVIDERS={}",
	)
	printed, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(printed), "Nothing is left behind.") {
		t.Errorf("%v\n%s", err, printed)
	}
	acctest.MustSay(t, string(printed), "Deploy of environment \"production\" hits 1 node\n", "Deploy of environment \"production\" hits 5 nodes\n")
}
