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

// role tells the test program what it is to be when it starts itself.
const role = "ORPHAN_TEST_ROLE"

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	switch os.Getenv(role) {
	case "parent":
		return playParent(ctx)
	case "child":
		return playChild(ctx)
	default:
		return m.Run()
	}
}

// playParent starts a child that writes to the same pipe, and lives until it is killed.
func playParent(ctx context.Context) int {
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), role+"=child")
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		return 1
	}
	<-ctx.Done()
	return 1
}

func playChild(ctx context.Context) int {
	parent := orphan.ParentNow()
	if _, err := io.WriteString(os.Stdout, "watching\n"); err != nil {
		return 1
	}
	if err := parent.Wait(ctx); err != nil {
		return 1
	}
	if _, err := io.WriteString(os.Stdout, "orphaned\n"); err != nil {
		return 1
	}
	return 0
}

// TestAChildNoticesTheEndOfItsParent starts a parent with a child, kills the parent, and listens to the child.
func TestAChildNoticesTheEndOfItsParent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a pipe that a killed process has passed on closes with it on Windows")
	}
	parent := exec.CommandContext(t.Context(), os.Args[0])
	parent.Env = append(os.Environ(), role+"=parent")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	parent.Stdout = writer
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
	if !lines.Scan() || lines.Text() != "orphaned" {
		t.Errorf("after the end of its parent the child says %q", lines.Text())
	}
}

func TestTheContextEndsTheWait(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := orphan.ParentNow().Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
