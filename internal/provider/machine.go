package provider

import (
	"os"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

// Machine is what the provider takes from the machine that it runs on. Tests bring their own, so that nothing of a
// developer's workstation gets into them.
type Machine struct {
	// LookupEnv returns the value of an environment variable and whether it is set.
	LookupEnv func(key string) (string, bool)
	// ClientTools is where the PE client tools keep their files.
	ClientTools clienttools.Locations
	// Now is the clock that times of schedules are compared with.
	Now func() time.Time
	// Journal is where launches are noted. Nil for none.
	Journal *journal.Journal
	// Settle is how long after a lost answer the server's lists are searched, and how long after a launch a job may not be known
	// yet. See [launch.New] and [jobwatch.New].
	Settle time.Duration
}

// ThisMachine returns the machine that this process runs on.
func ThisMachine() Machine {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // nothing is taken from there then
	}
	return Machine{
		LookupEnv:   os.LookupEnv,
		ClientTools: clienttools.DefaultLocations(home),
		Now:         time.Now,
		Journal:     journal.New(journal.Locate(os.LookupEnv), time.Now).WithCommand(command.Running(os.LookupEnv)),
		Settle:      launch.DefaultSettle,
	}
}
