// Package command tells what the CLI was asked to do that has started this process, as far as that shows in its command line.
//
// The plugin protocol does not say whether an apply is about everything or, with -target, about a part. Where it matters, what is
// not known counts as a part.
package command

import (
	"path/filepath"
	"slices"
	"strings"
)

// Command is what a CLI was asked to do. The zero value is one of which nothing is known.
type Command struct {
	// ID tells one run of a CLI from another. All processes of one run have the same.
	ID string
	// Verb is what was asked for, such as apply.
	Verb string
	// CoversAll tells that it is about everything that is configured, refreshed before: nothing was targeted, and nothing was planned
	// by another command.
	CoversAll bool
}

// partial are the options that leave out resources or their refresh.
var partial = []string{"target", "target-file", "exclude", "exclude-file", "refresh", "refresh-only", "minimal-refresh", "destroy"}

// parse reads a command line. lookupEnv finds the variables that add options to it.
func parse(args []string, lookupEnv func(string) (string, bool)) Command {
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
	c.CoversAll = slices.Contains([]string{"apply", "destroy"}, c.Verb) && !slices.ContainsFunc(options, leavesOut)
	return c
}

// leavesOut reports whether an argument leaves something out. What is no option is a plan, which another command has made, or the
// value of an option that is given as an argument of its own.
func leavesOut(argument string) bool {
	name, dashed := strings.CutPrefix(argument, "-")
	if !dashed {
		return true
	}
	name, value, _ := strings.Cut(strings.TrimPrefix(name, "-"), "=")
	return slices.Contains(partial, name) && (name != "refresh" || value != "true")
}
