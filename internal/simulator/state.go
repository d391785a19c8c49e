// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// stateVersion is the version of the form of a state file.
const stateVersion = 1

// stateFile keeps a world between two starts of the simulator: it has what the world began with, and every request that has changed it, one
// line of JSON each. The next start makes the world anew and has it answer them again, at the times at which they came, so that everything
// is as it was, with its ids and tokens. Faults, the request log and the counts of launches are not kept.
type stateFile struct {
	mu     sync.Mutex
	file   *os.File
	broken error
}

// stateBegin is the first line: what the world began with. A start with other options would make another world.
type stateBegin struct {
	Version    int        `json:"version"`
	Start      time.Time  `json:"start"`
	Seed       []byte     `json:"seed"`
	Generation Generation `json:"generation"`
	Variants   Variants   `json:"variants,omitempty"`
	Nodes      int        `json:"nodes"`
	TimeScale  float64    `json:"time_scale"`
}

// stateEntry is a request that has changed the world.
type stateEntry struct {
	// Time is that of the world, Offset by how much its clock was ahead of the wall clock afterwards.
	Time    time.Time     `json:"time"`
	Offset  time.Duration `json:"offset,omitempty"`
	Service string        `json:"service"`
	Method  string        `json:"method"`
	// Target is the escaped path with the query.
	Target      string `json:"target"`
	Token       string `json:"token,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Certname    string `json:"certname,omitempty"`
	Body        string `json:"body,omitempty"`
	Status      int    `json:"status"`
}

// seedSize is the size of the secret that tokens are made of, in bytes.
const seedSize = 32

// openState opens the state file, or begins one, and returns what the world begins with and the requests to answer again.
func openState(name string, opts Options) (*stateFile, stateBegin, []stateEntry, error) {
	begin := stateBegin{
		Version: stateVersion, Start: time.Now().Round(0), Seed: make([]byte, seedSize), Generation: opts.Generation,
		Variants: opts.Variants, Nodes: opts.Nodes, TimeScale: opts.TimeScale,
	}
	content, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, begin, nil, fmt.Errorf("state file: %w", err)
	}
	var entries []stateEntry
	kept := 0
	if len(content) > 0 {
		if entries, kept, err = readState(content, &begin, opts); err != nil {
			return nil, begin, nil, fmt.Errorf("state file %s: %w", name, err)
		}
	}
	// The file has tokens and whatever secrets requests have.
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, begin, nil, fmt.Errorf("state file: %w", err)
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, begin, nil, fmt.Errorf("state file: %w", err)
	}
	s := &stateFile{file: file}
	if err := s.truncate(kept); err != nil {
		return nil, begin, nil, errors.Join(err, file.Close())
	}
	if kept == 0 {
		if _, err := rand.Read(begin.Seed); err != nil {
			return nil, begin, nil, errors.Join(fmt.Errorf("state file: %w", err), file.Close())
		}
		s.append(begin)
	}
	return s, begin, entries, s.broken
}

// truncate cuts off what a simulator that was killed has left of a line.
func (s *stateFile) truncate(size int) error {
	if err := s.file.Truncate(int64(size)); err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	if _, err := s.file.Seek(int64(size), 0); err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	return nil
}

// readState reads the lines of a state file, and returns how many bytes of it are whole lines.
func readState(content []byte, begin *stateBegin, opts Options) (entries []stateEntry, kept int, err error) {
	for number := 1; ; number++ {
		line, _, whole := bytes.Cut(content[kept:], []byte("\n"))
		if !whole {
			return entries, kept, nil
		}
		kept += len(line) + 1
		if number == 1 {
			var stored stateBegin
			if err := json.Unmarshal(line, &stored); err != nil || stored.Version != stateVersion {
				return nil, 0, errors.New("it was not written by this version of the simulator")
			}
			if err := stored.fits(opts); err != nil {
				return nil, 0, err
			}
			*begin = stored
			continue
		}
		var entry stateEntry
		if err := json.Unmarshal(line, &entry); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", number, err)
		}
		entries = append(entries, entry)
	}
}

// fits checks that the options make the world that the file belongs to.
func (b stateBegin) fits(opts Options) error {
	for _, option := range []struct {
		name       string
		kept, wish any
	}{
		{"generation", b.Generation, opts.Generation}, {"nodes", b.Nodes, opts.Nodes}, {"time scale", b.TimeScale, opts.TimeScale},
		{"variants", len(b.Variants), len(opts.Variants)}, {"variants", fmt.Sprint(b.Variants), fmt.Sprint(opts.Variants)},
	} {
		if !reflect.DeepEqual(option.kept, option.wish) {
			return fmt.Errorf("it belongs to a simulator with another option, %s: %v, not %v. Start with that one, or with another file",
				option.name, option.kept, option.wish)
		}
	}
	return nil
}

// append writes a line. After a failure nothing more is written: what follows would not fit.
func (s *stateFile) append(line any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return
	}
	encoded, err := json.Marshal(line)
	if err == nil {
		_, err = s.file.Write(append(encoded, '\n'))
	}
	if err != nil {
		s.broken = fmt.Errorf("state file: %w", err)
	}
}

// close closes the file and reports what kept it from being written.
func (s *stateFile) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return errors.Join(s.broken, file.Close())
}

// keep writes a call to the state file if it has changed the world. The caller holds the lock of the world, or is the only one who changes
// it.
func (s *Simulator) keep(service string, c *rest.Call, at time.Time, status int) {
	if s.state == nil || s.replaying || c.Method == http.MethodGet || status >= http.StatusBadRequest {
		return
	}
	target := c.Path
	if query := c.Query.Encode(); query != "" {
		target += "?" + query
	}
	s.state.append(stateEntry{
		Time: at, Offset: s.clock.now().Sub(time.Now().Round(0)), Service: service, Method: c.Method, Target: target,
		Token: c.Header.Get("X-Authentication"), ContentType: c.Header.Get("Content-Type"), Certname: c.Certname, Body: string(c.Body),
		Status: status,
	})
}

// keptControls are the requests to the simulator's own interface that change the world.
func keptControls() []string {
	return []string{"advance", "finish", "upgrade", "puppetdb", "nodes", "users", "branches", "directory-groups"}
}

// keepControl is keep for a request to the simulator's own interface.
func (s *Simulator) keepControl(c *rest.Call, at time.Time, status int) {
	first, _, _ := strings.Cut(strings.TrimPrefix(c.Path, controlPrefix+"v1/"), "/")
	if slices.Contains(keptControls(), first) {
		leave := s.enter()
		defer leave()
		s.keep(serviceControl, c, at, status)
	}
}

// serviceControl is the word of a state file for the simulator's own interface.
const serviceControl = "control"

// replay has the world answer the requests of a state file once more, each at its time, and sets the clock going from the last one on.
func (s *Simulator) replay(entries []stateEntry) error {
	s.replaying = true
	defer func() { s.replaying = false }()
	var offset time.Duration
	for i, entry := range entries {
		s.clock = clock{start: entry.Time, manual: true}
		call, err := entry.call()
		if err != nil {
			return fmt.Errorf("state file, request %d: %w", i+1, err)
		}
		answer := s.answerAgain(entry.Service, call)
		if answer.Status != entry.Status {
			return fmt.Errorf("state file, request %d: %s %s was answered with %d, and with %d now", i+1, entry.Method, entry.Target,
				entry.Status, answer.Status)
		}
		offset = entry.Offset
	}
	s.clock = clock{start: time.Now(), offset: offset, manual: s.options.ManualClock}
	return nil
}

// call is the request as it was received.
func (e stateEntry) call() (*rest.Call, error) {
	target, err := url.Parse(e.Target)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Accept": {"application/json"}}
	for name, value := range map[string]string{"X-Authentication": e.Token, "Content-Type": e.ContentType} {
		if value != "" {
			header.Set(name, value)
		}
	}
	return &rest.Call{
		Method: e.Method, Path: target.EscapedPath(), Query: target.Query(), Header: header, Body: []byte(e.Body),
		Base: "https://localhost", Certname: e.Certname,
	}, nil
}

// answerAgain passes a call to the service that answered it before.
func (s *Simulator) answerAgain(name string, c *rest.Call) rest.Answer {
	switch name {
	case serviceControl:
		return s.controlAnswer(c)
	case serviceRBAC:
		return s.rbacService.answer(c, c.Path)
	case servicePuppetDB:
		return s.puppetDBService.answer(c, c.Path)
	case serviceCodeManager:
		return s.codeManagerService.answer(c, c.Path)
	default:
		return s.orchestratorService.answer(c, c.Path)
	}
}
