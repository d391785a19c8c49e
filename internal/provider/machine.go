// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
)

// Machine is what the provider uses of the machine that it runs on. Tests bring their own, so that they do not depend on a developer's
// workstation.
type Machine struct {
	// LookupEnv returns the value of an environment variable and whether it is set.
	LookupEnv func(key string) (string, bool)
	// ClientTools is where the PE client tools keep their files.
	ClientTools clienttools.Locations
	// Now is the clock for the times of schedules.
	Now func() time.Time
	// Journal is where launches are noted, nil for nowhere.
	Journal *journal.Journal
	// Relay passes what a plan has seen to the apply of the same command, nil for nothing.
	Relay *relay.Relay
	// Settle is how long the server's lists are searched after a lost answer, and how long after a launch the server may not know a job yet.
	// See [launch.New] and [jobwatch.New].
	Settle time.Duration
	// Patience is how long a wait for a job goes on while there is nothing but answers of one wrong shape. 0 is the default. See
	// [jobwatch.DefaultPatience].
	Patience time.Duration
}

// ThisMachine returns the machine that this process runs on.
func ThisMachine() Machine {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // the files in it are then not used
	}
	return MachineWith(os.LookupEnv, home, command.Running(os.LookupEnv))
}

// MachineWith returns a machine with an environment, on which a CLI runs a command for a user with a home directory.
func MachineWith(lookupEnv func(string) (string, bool), home string, running command.Command) Machine {
	return Machine{
		LookupEnv:   lookupEnv,
		ClientTools: clienttools.DefaultLocations(home),
		Now:         time.Now,
		Journal:     journal.New(journal.Locate(lookupEnv), time.Now).WithCommand(running).ForState(journal.StateOf(lookupEnv, running)),
		Relay:       relay.New(filepath.Join(journal.DataDir(lookupEnv), "pe-plan"), running),
		Settle:      launch.DefaultSettle,
	}
}
