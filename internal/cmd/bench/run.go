// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// measurement is what one command has taken.
type measurement struct {
	wall, cpu time.Duration
	// limit is how long the same requests take without anything else, ten at once.
	limit time.Duration
	// requests are those that PE has received, writes those of them that are no GET.
	requests, writes, connections int
	// memory is the most that the provider's process has had, in bytes. Zero where the system does not say.
	memory int64
}

// run runs a command of the CLI and measures it.
func (f *folder) run(ctx context.Context, args ...string) (m measurement, err error) {
	connections := 0
	if f.pe != nil {
		f.pe.ResetRequests()
		connections = f.pe.Connections()
	}
	var output bytes.Buffer
	command := exec.CommandContext(ctx, f.cli, append(args, "-no-color")...) //nolint:gosec // the CLI that the user names.
	command.Dir, command.Env, command.Stdout, command.Stderr = f.dir, f.env, &output, &output
	began := time.Now()
	if err := command.Start(); err != nil {
		return m, fmt.Errorf("starting %s: %w", f.cli, err)
	}
	watched := make(chan int64, 1)
	ended, stop := context.WithCancel(ctx)
	go func() { watched <- peakOfChildren(ended, command.Process.Pid) }()
	err = command.Wait()
	m.wall = time.Since(began)
	stop()
	m.memory = <-watched
	if err != nil {
		return m, fmt.Errorf("%s %s: %w\n%s", f.cli, strings.Join(args, " "), err, output.String())
	}
	// The providers are among them: the CLI waits for their end.
	m.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	if f.pe == nil {
		return m, nil
	}
	m.connections = f.pe.Connections() - connections
	requests := f.pe.Requests()
	m.requests = len(requests)
	for _, r := range requests {
		if r.Method != http.MethodGet {
			m.writes++
		}
	}
	m.limit, err = repeat(ctx, f.pe, requests)
	return m, err
}

// atOnce is how many objects a CLI works on at the same time by default.
const atOnce = 10

// repeat sends requests once more, ten at once, and returns how long that takes: nothing that sends them can be faster.
func repeat(ctx context.Context, pe *simulator.Simulator, requests []simulator.Request) (time.Duration, error) {
	transport := client(pe)
	defer transport.CloseIdleConnections()
	next := make(chan simulator.Request)
	failures := make(chan error, len(requests))
	var all sync.WaitGroup
	began := time.Now()
	for range atOnce {
		all.Go(func() {
			for r := range next {
				if err := send(ctx, transport, pe, r); err != nil {
					failures <- err
				}
			}
		})
	}
	for _, r := range requests {
		next <- r
	}
	close(next)
	all.Wait()
	close(failures)
	return time.Since(began), <-failures
}

// send sends a request as it was received, and reads the answer.
func send(ctx context.Context, transport http.RoundTripper, pe *simulator.Simulator, r simulator.Request) error {
	service := map[string]string{
		"orchestrator": pe.ServerURL(), "rbac": pe.RBACURL(), "puppetdb": pe.PuppetDBURL(), "code-manager": pe.CodeManagerURL(),
	}[r.Service]
	at, err := url.Parse(service)
	if err != nil {
		return fmt.Errorf("repeating a request: %w", err)
	}
	at.Path, at.RawQuery = r.Path, r.RawQuery
	request, err := http.NewRequestWithContext(ctx, r.Method, at.String(), bytes.NewReader(r.Body))
	if err != nil {
		return fmt.Errorf("repeating a request: %w", err)
	}
	request.Header = r.Header
	response, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("repeating a request: %w", err)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close())
}

// client returns what reaches a simulated PE.
func client(pe *simulator.Simulator) *http.Transport {
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(pe.CACertPEM())
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: atOnce}
}
