package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
)

// skipped counts the tests of this process that have found no CLI.
var skipped atomic.Int64

// Main runs the tests of a package. It keeps the developer's CLI configuration out of them, removes the built provider again,
// and says how many tests were skipped because there is no CLI.
func Main(m *testing.M) {
	if err := os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull); err != nil {
		fmt.Fprintln(os.Stderr, "keeping the configuration of the CLI out of the tests:", err)
		os.Exit(1)
	}
	m.Run()
	providerProgram.remove()
	if n := skipped.Load(); n > 0 {
		announce(fmt.Sprintf("%d tests of %s were SKIPPED: they need terraform on PATH, or the path of a terraform or tofu in "+
			"TF_ACC_TERRAFORM_PATH\n", n, os.Args[0]))
	}
}

// announce says something to whoever runs the tests. What a passing package prints is dropped by go test when it runs several
// packages, so it goes to the terminal, too, where there is one.
func announce(text string) {
	fmt.Fprint(os.Stderr, text)
	terminal, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer func() { _ = terminal.Close() }()
	_, _ = terminal.WriteString(text)
}

// WithoutCLI is the environment variable that makes the tests do as if there were no CLI.
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
