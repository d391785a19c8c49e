// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// brittleConn is a connection that accepts no more data once it is broken, like one whose other end is closed.
type brittleConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c brittleConn) Write(b []byte) (int, error) {
	if c.broken.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(b)
}

// answerOne reads one request and answers it, and leaves the connection open.
func answerOne(conn net.Conn) error {
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		return err
	}
	_, err = io.WriteString(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}")
	return err
}

// TestAttempt_NothingIsSentOnADeadConnection sends a launch over an idle connection that turns out to be dead, when no other can be opened.
// The pool has written nothing, although it had begun to: the launch cannot have reached the server.
func TestAttempt_NothingIsSentOnADeadConnection(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	var broken atomic.Bool
	dials := 0
	pool := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		if dials++; dials > 1 {
			return nil, syscall.ECONNREFUSED
		}
		return brittleConn{here, &broken}, nil
	}}
	t.Cleanup(pool.CloseIdleConnections)
	quiet := slog.New(slog.DiscardHandler)
	tripper := newAttemptTripper(Config{Logger: quiet}.withDefaults(), pool, &Transport{tokens: &tokens{}, log: wireLog{quiet, NewRedactor()}, clock: &serverClock{}})
	launch := func() (*http.Response, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://pe.example.com/command/task", strings.NewReader(`{"task":"facts"}`))
		if err != nil {
			t.Fatal(err)
		}
		return tripper.RoundTrip(request)
	}

	answered := make(chan error, 1)
	go func() { answered <- answerOne(there) }()
	resp, err := launch()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(resp.Body.Close(), <-answered); err != nil || resp.StatusCode != http.StatusAccepted {
		t.Fatalf("got %d, %v", resp.StatusCode, err)
	}

	broken.Store(true)
	_, err = launch() //nolint:bodyclose // there is no answer.
	var conn *ConnectionError
	if !errors.As(err, &conn) {
		t.Fatalf("got %v", err)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) || dials != 2 {
		t.Fatalf("after %d connections: %v", dials, err)
	}
	if conn.Sent {
		t.Errorf("the launch counts as sent: %v", err)
	}
}
