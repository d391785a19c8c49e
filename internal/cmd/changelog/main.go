// SPDX-License-Identifier: MPL-2.0

// Command changelog keeps CHANGELOG.md: each change that users can see is a file of its own in .changes/unreleased, so that changes
// do not meet in one place before they are released together.
//
//	changelog new added some-name     makes a fragment to fill in
//	changelog update                  writes the fragments into CHANGELOG.md
//	changelog check                   fails when that would change something
//	changelog next                    prints the version that the fragments call for
//	changelog release 1.2.3           turns what is unreleased into a release
//	changelog notes 1.2.3             prints the section of a release
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if err := run(".", os.Args[1:], time.Now(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "changelog:", err)
		os.Exit(1)
	}
}

// run executes the command line for the repository in a folder.
func run(root string, args []string, now time.Time, out io.Writer) error {
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	log, err := load(root)
	if err != nil {
		return err
	}
	switch {
	case command == "new" && len(args) == 2:
		return log.begin(args[0], args[1], out)
	case command == "update" && len(args) == 0:
		return log.write(log.updated())
	case command == "check" && len(args) == 0:
		if log.updated() != log.text {
			return fmt.Errorf("%s is not what the fragments in %s say: run make changelog", file, fragments)
		}
		return nil
	case command == "next" && len(args) == 0:
		next, err := log.next()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, next)
		return err
	case command == "release" && len(args) == 1:
		return log.release(args[0], now)
	case command == "notes" && len(args) == 1:
		notes, err := log.notes(args[0])
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(out, notes)
		return err
	}
	return errors.New("usage: changelog new KIND NAME | update | check | next | release VERSION | notes VERSION")
}
