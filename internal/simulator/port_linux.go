// SPDX-License-Identifier: MPL-2.0

//go:build !mips && !mipsle && !mips64 && !mips64le

package simulator

import (
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// reusePort is SO_REUSEPORT, which the package syscall does not define on all of Linux. MIPS has another value.
const reusePort = 0xf

// shareable lets this process bind the address of a listener once more, which reserve relies on.
func shareable(_, _ string, conn syscall.RawConn) error {
	var failed error
	if err := conn.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, reusePort, 1)
	}); err != nil {
		return err
	}
	return failed
}

// reserve keeps other programs from getting a port while nobody listens on it: it binds the address and does not listen, so connections are
// refused. The function that it returns ends the reservation.
func reserve(address string) (release func(), err error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", portText, err)
	}
	family, bound := socketAddress(net.ParseIP(host), port)
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("reserving %s: %w", address, err)
	}
	release = func() { _ = syscall.Close(fd) }
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, reusePort, 1); err != nil {
		release()
		return nil, fmt.Errorf("reserving %s: %w", address, err)
	}
	if err := syscall.Bind(fd, bound); err != nil {
		release()
		return nil, fmt.Errorf("reserving %s: %w", address, err)
	}
	return release, nil
}

// socketAddress returns the family and the address of a socket; no IP means all addresses.
func socketAddress(ip net.IP, port int) (family int, address syscall.Sockaddr) {
	if v4 := ip.To4(); v4 != nil {
		return syscall.AF_INET, &syscall.SockaddrInet4{Port: port, Addr: [4]byte(v4)}
	}
	inet6 := &syscall.SockaddrInet6{Port: port}
	copy(inet6.Addr[:], ip)
	return syscall.AF_INET6, inet6
}
