// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
)

// skipped counts the tests of this process that were skipped because there is no CLI.
var skipped atomic.Int64

// Main runs the tests of a package. It isolates them from the developer's CLI configuration, keeps the logs of the provider in this process
// as quiet as those of the program, removes the built provider afterwards, and reports how many tests were skipped because there is no CLI.
func Main(m *testing.M) {
	environment := provider.QuietLogs(os.LookupEnv)
	environment["TF_CLI_CONFIG_FILE"] = os.DevNull
	for name, value := range environment {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, "preparing the environment of the tests:", err)
			os.Exit(1)
		}
	}
	m.Run()
	providerProgram.remove()
	if n := skipped.Load(); n > 0 {
		announce(fmt.Sprintf("%d tests of %s were SKIPPED: they need terraform on PATH, or the path of a terraform or tofu in "+
			"TF_ACC_TERRAFORM_PATH\n", n, os.Args[0]))
	}
}

// announce prints a message for whoever runs the tests. go test discards the output of a passing package when it runs several packages, so
// the message also goes to the terminal, if there is one.
func announce(text string) {
	fmt.Fprint(os.Stderr, text)
	terminal, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer func() { _ = terminal.Close() }()
	_, _ = terminal.WriteString(text)
}

// WithoutCLI is the environment variable that makes the tests behave as if there were no CLI.
const WithoutCLI = "PE_TEST_WITHOUT_CLI"

// RequireCLI skips a test on a machine without a Terraform or OpenTofu. See [Main].
func RequireCLI(tb testing.TB) {
	tb.Helper()
	if !hasCLI() {
		skipped.Add(1)
		tb.Skip("needs terraform on PATH, or the path of a terraform or tofu in TF_ACC_TERRAFORM_PATH")
	}
}

func hasCLI() bool {
	if os.Getenv(WithoutCLI) != "" {
		return false
	}
	if os.Getenv("TF_ACC_TERRAFORM_PATH") != "" {
		return true
	}
	_, err := exec.LookPath("terraform")
	return err == nil
}
