// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"
)

// fills is how long a connection to a full listener is tried.
const fills = 200 * time.Millisecond

// BlackHole returns the address of a listener that nobody accepts from and whose queue is full, so that the kernel drops the packets of
// whoever wants to connect, as a firewall does: nothing is refused.
func BlackHole(tb testing.TB) string {
	tb.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = syscall.Close(socket) })
	if err := errors.Join(syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(socket, 0)); err != nil {
		tb.Fatal(err)
	}
	name, err := syscall.Getsockname(socket)
	if err != nil {
		tb.Fatal(err)
	}
	bound, ok := name.(*syscall.SockaddrInet4)
	if !ok {
		tb.Fatalf("the socket has the address %v", name)
	}
	address := (&net.TCPAddr{IP: bound.Addr[:], Port: bound.Port}).String()
	for range 8 {
		dialer := net.Dialer{Timeout: fills}
		connection, err := dialer.DialContext(tb.Context(), "tcp", address)
		var failed net.Error
		if errors.As(err, &failed) && failed.Timeout() {
			return address
		}
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = connection.Close() })
	}
	tb.Fatal("the queue of a listener did not fill")
	return ""
}
