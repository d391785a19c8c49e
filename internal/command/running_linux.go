// SPDX-License-Identifier: MPL-2.0

package command

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// Running returns what the CLI that started this process was asked to do.
func Running(lookupEnv func(string) (string, bool)) Command {
	process := fmt.Sprintf("/proc/%d/", os.Getppid())
	line, err := os.ReadFile(process + "cmdline")
	if err != nil {
		return Command{}
	}
	status, err := os.ReadFile(process + "stat")
	if err != nil {
		return Command{}
	}
	c := Parse(strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00"), lookupEnv)
	c.ID = fmt.Sprintf("%d %s", os.Getppid(), begun(status))
	return c
}

// begun returns when a process was started, which distinguishes it from an earlier one with the same number.
func begun(status []byte) []byte {
	const at = 19 // the 22nd field; the name, which may hold spaces, is the second
	fields := bytes.Fields(status[bytes.LastIndexByte(status, ')')+1:])
	if len(fields) <= at {
		return nil
	}
	return fields[at]
}
