// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"time"
)

// proxyPage is the page of a proxy.
const proxyPage = `<!DOCTYPE html>
<html><head><title>Bad Gateway</title></head>
<body><h1>Bad Gateway</h1><p>The proxy server received an invalid response from an upstream server.</p></body></html>
`

// answer returns the answer of a fault that answers instead of the service.
func (f *Fault) answer() message {
	m := message{status: f.Status, header: f.Header.Clone(), body: []byte(f.Body)}
	if m.header == nil {
		m.header = make(http.Header)
	}
	if f.Action == HTML {
		setDefault(&m.status, http.StatusBadGateway)
		m.header.Set("Content-Type", "text/html; charset=utf-8")
		if f.Body == "" {
			m.body = []byte(proxyPage)
		}
		return m
	}
	setDefault(&m.status, http.StatusServiceUnavailable)
	if m.header.Get("Content-Type") == "" && f.Body != "" {
		m.header.Set("Content-Type", "text/plain; charset=utf-8")
		if json.Valid(m.body) {
			m.header.Set("Content-Type", "application/json")
		}
	}
	return m
}

// finish sends the answer to a request that was handled, with the damage that a fault does to it.
func (x *exchange) finish(ctx context.Context, m message, f Fault) {
	switch f.Action {
	case DropAfterHandling:
		x.reset(nil)
	case DropDuringAnswer:
		x.reset(&m)
	case AnswerStatusAfterHandling:
		x.send(f.answer())
	case Garbage:
		m.body = []byte(`{"items": [<html>`)
		x.send(m)
	case Truncate:
		m.body = m.body[:len(m.body)/2]
		x.send(m)
	case SlowBody:
		x.drip(ctx, m, f.Delay)
	default:
		x.send(m)
	}
}

// note records the status of the answer before it is sent, so that whoever has the answer finds it in the log.
func (x *exchange) note(status int) {
	x.service.simulator.log.note(x.request, func(r *Request) { r.Status = status })
}

// send sends an answer.
func (x *exchange) send(m message) {
	x.note(m.status)
	if err := m.write(x.w); err != nil {
		x.service.simulator.logger.Debug("the client went away", "path", x.request.Path, "error", err)
	}
}

// drips is how many pieces a slow body comes in.
const drips = 20

// drip sends an answer whose body arrives slowly.
func (x *exchange) drip(ctx context.Context, m message, d time.Duration) {
	x.note(m.status)
	m.begin(x.w)
	control := http.NewResponseController(x.w)
	size := max(1, (len(m.body)+drips-1)/drips)
	for rest := m.body; len(rest) > 0; {
		piece := rest[:min(size, len(rest))]
		rest = rest[len(piece):]
		if !pause(d/drips, ctx.Done(), x.service.simulator.closed) {
			return
		}
		if _, err := x.w.Write(piece); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
	}
}

// reset resets the connection: before any answer, or in the middle of its body.
func (x *exchange) reset(m *message) {
	conn, buffer, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		x.service.simulator.logger.Error("the connection cannot be reset", "error", err)
		return
	}
	if m != nil {
		x.note(m.status)
		if err := writeHalf(buffer, *m); err != nil {
			x.service.simulator.logger.Debug("the client went away", "path", x.request.Path, "error", err)
		}
	}
	abort(conn)
}

// writeHalf writes the header of an answer and half of its body.
func writeHalf(buffer *bufio.ReadWriter, m message) error {
	response := http.Response{
		StatusCode: m.status, ProtoMajor: 1, ProtoMinor: 1, Header: m.header, ContentLength: int64(len(m.body)),
		Body: io.NopCloser(bytes.NewReader(m.body)),
	}
	var whole bytes.Buffer
	if err := response.Write(&whole); err != nil {
		return err
	}
	if _, err := buffer.Write(whole.Bytes()[:whole.Len()-(len(m.body)+1)/2]); err != nil {
		return err
	}
	return buffer.Flush()
}

// abort closes a connection so that the client sees a reset, not a regular end.
func abort(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Without it the connection is closed regularly, which is the next best thing.
	}
	_ = conn.Close() // The connection is gone in any case.
}
