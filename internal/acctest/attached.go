// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
)

// Attached has [CLI.Run] use a provider in this process, one for each command, for tests that are not about processes: a CLI starts the
// program three to five times a command, and each time both sides make keys to encrypt what they tell each other, which takes half of the
// time of a short command.
func (c *CLI) Attached() *CLI {
	c.attached = true
	return c
}

// commands counts the commands of attached CLIs.
var commands atomic.Int64

// attach serves the provider to a command that is about to run, and returns what ends that.
func attach(tb testing.TB, cli *exec.Cmd) (stop func()) {
	tb.Helper()
	lookupEnv := lookup(cli.Env)
	home, _ := lookupEnv("HOME")
	running := command.Parse(cli.Args, lookupEnv)
	running.ID = fmt.Sprint(commands.Add(1))
	server, err := serve(provider.MachineWith(lookupEnv, home, running))
	if err != nil {
		tb.Fatalf("starting the provider: %v", err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	started, ended := make(chan *plugin.ReattachConfig), make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(ProviderAddress(), func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, started, ended), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithoutLogStderrOverride())
	}()
	select {
	case config := <-started:
		cli.Env = append(cli.Env, "TF_REATTACH_PROVIDERS="+reattach(tb, config))
	case err := <-failed:
		tb.Fatalf("serving the provider: %v", err)
	}
	return func() {
		cancel()
		<-ended
	}
}

// ProviderAddress returns the address that the CLI gives to the source of [NewCLI].
func ProviderAddress() string {
	return cmp.Or(os.Getenv("TF_ACC_PROVIDER_HOST"), "registry.terraform.io") + "/terraform-provider-pe/pe"
}

// lookup looks variables up in an environment, in which the last value of each counts.
func lookup(env []string) func(string) (string, bool) {
	return func(key string) (value string, found bool) {
		for _, variable := range env {
			if name, is, _ := strings.Cut(variable, "="); name == key {
				value, found = is, true
			}
		}
		return value, found
	}
}

// reattach returns how a CLI is told of a provider that runs already.
func reattach(tb testing.TB, config *plugin.ReattachConfig) string {
	tb.Helper()
	type addr struct{ Network, String string }
	type running struct {
		Protocol        string
		ProtocolVersion int
		Pid             int
		Test            bool
		Addr            addr
	}
	text, err := json.Marshal(map[string]running{ProviderAddress(): {
		string(config.Protocol), config.ProtocolVersion, config.Pid, config.Test, addr{config.Addr.Network(), config.Addr.String()},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
