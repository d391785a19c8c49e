// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// service is the HTTP side of one port: it logs every request, applies faults, and passes it to the API that serves its path.
type service struct {
	simulator *Simulator
	name      string
	mounts    []mount
}

// mount puts an API at a path.
type mount struct {
	prefix string
	serve  func(*rest.Call) rest.Answer
}

// maxBody is the longest body that a service reads.
const maxBody = 256 << 20

// ServeHTTP handles a request.
func (v *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := v.simulator
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		// The request did not arrive completely, so it was not received.
		http.Error(w, "the request could not be read", http.StatusBadRequest)
		return
	}
	if v.name == serviceOrchestrator && strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.control(w, r, body)
		return
	}
	if v.name == serviceOrchestrator && r.URL.Path == "/" && wantsPage(r) {
		s.page(w)
		return
	}
	s.count(v.name, r.Method, r.URL.Path)
	// Clients may compare their clock with the server's.
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
	x := &exchange{service: v, w: w, r: r, body: body}
	x.request = s.log.add(Request{
		Time: s.Now(), Service: v.name, Method: r.Method, Path: r.URL.Path, RawQuery: r.URL.RawQuery, Header: r.Header.Clone(),
		Body: body, ClientCertname: clientCertname(r),
	})
	s.logger.Debug("request", "service", v.name, "method", r.Method, "path", r.URL.Path)
	x.run(r.Context())
}

// clientCertname returns the name in the certificate that the client showed.
func clientCertname(r *http.Request) string {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return ""
	}
	return r.TLS.PeerCertificates[0].Subject.CommonName
}

// handle passes a request to the API that serves its path, within the locked world.
func (v *service) handle(r *http.Request, body []byte) rest.Answer {
	return v.answer(newCall(r, body), r.URL.Path)
}

// answer passes a call to the API that serves a path, within the locked world, and keeps what has changed it.
func (v *service) answer(c *rest.Call, path string) rest.Answer {
	s := v.simulator
	leave := s.enter()
	defer leave()
	for _, m := range v.mounts {
		if path == m.prefix || strings.HasPrefix(path, m.prefix+"/") {
			at := s.engine.Now()
			answer := m.serve(c)
			s.keep(v.name, c, at, answer.Status)
			return answer
		}
	}
	return rest.Text(http.StatusNotFound, "Not Found")
}

func newCall(r *http.Request, body []byte) *rest.Call {
	return &rest.Call{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header, Body: body,
		Base: "https://" + r.Host, Certname: clientCertname(r),
	}
}

// exchange is one request with its answer.
type exchange struct {
	service *service
	w       http.ResponseWriter
	r       *http.Request
	body    []byte
	request *Request
}

// run handles the request, subject to the faults that are due. The context is that of the client.
func (x *exchange) run(ctx context.Context) {
	s := x.service.simulator
	due := s.faults.due(x.r.Method, x.r.URL.Path)
	var deciding Fault
	for _, f := range due {
		if f.Hook != nil {
			f.Hook(x.snapshot())
		}
		// A slow server handles the request whether its client waits or not.
		if f.Action == Delay && !pause(f.Delay, s.closed, nil) {
			x.reset(nil)
			return
		}
		if f.decides() {
			deciding = f
		}
	}
	switch deciding.Action {
	case DropBeforeHandling:
		x.reset(nil)
		return
	case AnswerStatus, HTML:
		if x.wait(ctx, s.options.Latency) {
			x.send(deciding.answer())
		}
		return
	}
	answer, here := x.handle(ctx)
	if !here {
		return
	}
	latency := s.options.Latency
	for _, f := range due {
		if f.AfterHook != nil {
			f.AfterHook(x.snapshot())
		}
		if f.Action == DelayAnswer {
			latency += f.Delay
		}
	}
	if x.wait(ctx, latency) {
		x.finish(ctx, answer, deciding)
	}
}

func (x *exchange) snapshot() Request {
	return x.service.simulator.log.note(x.request, func(*Request) {})
}

// wait waits before an answer, while the client and the simulator exist. It reports whether there is still somebody to answer; otherwise
// the connection is gone.
func (x *exchange) wait(ctx context.Context, d time.Duration) bool {
	if pause(d, ctx.Done(), x.service.simulator.closed) {
		return true
	}
	x.reset(nil)
	return false
}

// message is an encoded answer.
type message struct {
	status int
	header http.Header
	body   []byte
}

// encode turns an answer into a message.
func (s *Simulator) encode(answer rest.Answer) message {
	header, body, err := answer.Encode()
	if err != nil {
		s.logger.Error("an answer cannot be encoded", "error", err)
		return message{status: http.StatusInternalServerError, header: make(http.Header), body: []byte(err.Error())}
	}
	return message{status: answer.Status, header: header, body: body}
}

// begin sends the header of a message.
func (m message) begin(w http.ResponseWriter) {
	for key, values := range m.header {
		w.Header()[key] = values
	}
	if m.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(m.body)))
	}
	w.WriteHeader(m.status)
}

// write sends a message.
func (m message) write(w http.ResponseWriter) error {
	m.begin(w)
	_, err := w.Write(m.body)
	return err
}

// handle passes the request to the service, and waits for an answer that takes time, while there is somebody to answer.
func (x *exchange) handle(ctx context.Context) (m message, here bool) {
	s := x.service.simulator
	answer := x.service.handle(x.r, x.body)
	s.log.note(x.request, func(r *Request) { r.Handled = true })
	for answer.Later != nil {
		leave := s.enter()
		body, done := answer.Later()
		leave()
		if done {
			answer.Body, answer.Later = body, nil
		} else if !pause(laterPause, ctx.Done(), s.closed) {
			x.reset(nil)
			return message{}, false
		}
	}
	return s.encode(answer), true
}

// laterPause is how often an answer that takes time is looked at.
const laterPause = 5 * time.Millisecond
