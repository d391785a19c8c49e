// SPDX-License-Identifier: MPL-2.0

package orphan_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orphan"
)

// role is the role that the test program plays when it starts itself.
const role = "ORPHAN_TEST_ROLE"

// again starts the test program in a role, with an output of its own.
func again(ctx context.Context, name string, out io.Writer) *exec.Cmd {
	command := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestChild_Process$", "-test.timeout=1m")
	command.Env = append(os.Environ(), role+"="+name)
	command.Stdout = out
	return command
}

// TestChild_Process is what the test program does when it was started by itself.
func TestChild_Process(t *testing.T) {
	t.Parallel()
	switch os.Getenv(role) {
	case "parent":
		// It runs until it is killed.
		if err := again(t.Context(), "child", os.Stdout).Run(); err != nil {
			t.Error(err)
		}
	case "child":
		parent := orphan.ParentNow()
		say(t, "watching\n")
		if err := parent.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		say(t, "orphaned\n")
	default:
		t.Skip("it is a role that another test starts")
	}
}

func say(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		t.Error(err)
	}
}

// TestParent_ChildNoticesItsEnd starts a parent with a child, kills the parent, and reads the child's output.
func TestParent_ChildNoticesItsEnd(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a pipe that a killed process has passed on closes with it on Windows")
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	parent := again(t.Context(), "parent", writer)
	if err := errors.Join(parent.Start(), writer.Close()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(reader)
	if !lines.Scan() || lines.Text() != "watching" {
		t.Fatalf("the child says %q", lines.Text())
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed, which is an error
	begun := time.Now()
	if !lines.Scan() || lines.Text() != "orphaned" || time.Since(begun) > 30*time.Second {
		t.Errorf("%v after the end of its parent the child says %q", time.Since(begun), lines.Text())
	}
}

func TestParent_WaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := orphan.ParentNow().Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
