// SPDX-License-Identifier: MPL-2.0

// Package command finds out what the CLI that started this process was asked to do, if its command line shows that.
//
// The plugin protocol does not say whether an apply covers everything or, with -target, a part. Where it matters, an unknown command counts
// as a part.
package command

import (
	"path/filepath"
	"slices"
	"strings"
)

// Command is what a CLI was asked to do. The zero value is an unknown command.
type Command struct {
	// ID identifies one run of a CLI. All processes of one run have the same.
	ID string
	// Verb is what was asked for, such as apply.
	Verb string
	// CoversAll is true when the command covers everything that is configured and refreshes it first: nothing was targeted, and nothing was
	// planned by another command.
	CoversAll bool
	// State is the file that the option -state names, "" without it.
	State string
}

// partial are the options that leave out resources or their refresh.
var partial = []string{
	"target", "target-file", "exclude", "exclude-file", "refresh", "refresh-only", "minimal-refresh", "destroy", "invoke",
}

// valued are the options of apply and destroy whose value may be an argument of its own. Those of the others follow a "=".
var valued = []string{
	"backup", "exclude", "exclude-file", "invoke", "json-into", "lock-timeout", "parallelism", "replace", "state", "state-out", "target",
	"target-file", "var", "var-file",
}

// Parse reads a command line, which shows everything but the ID. lookupEnv looks up the variables that add options to it.
func Parse(args []string, lookupEnv func(string) (string, bool)) Command {
	if len(args) == 0 {
		return Command{}
	}
	name := filepath.Base(args[0])
	if !strings.HasPrefix(name, "terraform") && !strings.HasPrefix(name, "tofu") {
		return Command{}
	}
	args = args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	if len(args) == 0 {
		return Command{}
	}
	c := Command{Verb: args[0]}
	options := args[1:]
	for _, variable := range []string{"TF_CLI_ARGS", "TF_CLI_ARGS_" + c.Verb} {
		more, _ := lookupEnv(variable)
		options = slices.Concat(options, strings.Fields(more))
	}
	c.CoversAll = slices.Contains([]string{"apply", "destroy"}, c.Verb)
	for i := 0; i < len(options); i++ {
		name, value, given := parse(options[i])
		dashed := name != ""
		if dashed && !given && slices.Contains(valued, name) && i+1 < len(options) {
			i++
			value = options[i]
		}
		if !dashed || slices.Contains(partial, name) && (name != "refresh" || value != "true") {
			c.CoversAll = false // An argument that is no option is a plan file made by another command.
		}
		if name == "state" {
			c.State = value
		}
	}
	return c
}

// parse takes an option apart, such as -state=a.tfstate, whose value may be empty. What is no option has no name.
func parse(argument string) (name, value string, given bool) {
	option, dashed := strings.CutPrefix(argument, "-")
	if !dashed {
		return "", "", false
	}
	return strings.Cut(strings.TrimPrefix(option, "-"), "=")
}
