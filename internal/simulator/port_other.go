// SPDX-License-Identifier: MPL-2.0

//go:build !linux || mips || mipsle || mips64 || mips64le

package simulator

import "syscall"

// shareable does nothing where ports cannot be reserved.
func shareable(_, _ string, _ syscall.RawConn) error { return nil }

// reserve does nothing: while the services are down, another program may take their ports.
func reserve(string) (release func(), err error) {
	return func() {}, nil
}
