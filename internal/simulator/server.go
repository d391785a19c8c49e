// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The names of the services in the request log.
const (
	serviceOrchestrator = "orchestrator"
	serviceRBAC         = "rbac"
	servicePuppetDB     = "puppetdb"
	serviceCodeManager  = "code-manager"
)

// server listens for one service. It can be closed and opened again on the same port.
type server struct {
	name    string
	handler http.Handler
	tls     *tls.Config
	logger  *slog.Logger
	// host is the name or address under which this machine reaches the server.
	host string
	// ephemeral is true when the system chooses the port.
	ephemeral bool
	// connections counts the connections that were accepted.
	connections atomic.Int64

	mu sync.Mutex
	// address is where to listen; once open, with the chosen port.
	address string
	http    *http.Server
}

// newServer returns the server of a service that listens on an address.
func newServer(name, address string, handler http.Handler, config *tls.Config, logger *slog.Logger) (*server, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%s service: %w", name, err)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return &server{
		name: name, handler: handler, tls: config, logger: logger, host: host, ephemeral: port == "0", address: address,
	}, nil
}

// open listens and serves.
func (s *server) open(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	var config net.ListenConfig
	if s.ephemeral {
		config.Control = shareable
	}
	listener, err := config.Listen(ctx, "tcp", s.address)
	if err != nil {
		return fmt.Errorf("%s service: %w", s.name, err)
	}
	s.address = listener.Addr().String()
	s.http = &http.Server{
		Handler: s.handler, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				s.connections.Add(1)
			}
		},
	}
	// PE's web server speaks HTTP/1.1 only.
	s.http.Protocols = new(http.Protocols)
	s.http.Protocols.SetHTTP1(true)
	go s.serve(s.http, tls.NewListener(listener, s.tls))
	return nil
}

// serve serves until the listener is closed.
func (s *server) serve(server *http.Server, listener net.Listener) {
	if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
		s.logger.Error("serving", "service", s.name, "error", err)
	}
}

// close stops listening and cuts all connections. Closing again does nothing.
func (s *server) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http == nil {
		return nil
	}
	err := s.http.Close()
	s.http = nil
	return err
}

// hostPort returns host and port under which this machine reaches the server.
func (s *server) hostPort() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return s.address
	}
	return net.JoinHostPort(s.host, port)
}

// reserve keeps other programs from getting the port while the server is closed. A configured port is not in the range from which the
// system assigns ports.
func (s *server) reserve() (release func(), err error) {
	if !s.ephemeral {
		return func() {}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return reserve(s.address)
}
