// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"net"
	"sync"
	"testing"
)

// Silent returns the address of a listener that accepts connections and never says anything: not even a TLS handshake ends.
func Silent(tb testing.TB) string {
	tb.Helper()
	var network net.ListenConfig
	listener, err := network.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, connection)
			mu.Unlock()
		}
	}()
	tb.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, connection := range open {
			_ = connection.Close()
		}
	})
	return listener.Addr().String()
}
