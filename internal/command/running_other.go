// SPDX-License-Identifier: MPL-2.0

//go:build !linux

package command

// Running returns an unknown command.
func Running(func(string) (string, bool)) Command { return Command{} }
