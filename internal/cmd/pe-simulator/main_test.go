// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build builds the program and returns its path.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "pe-simulator")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("building: %v\n%s", err, output)
	}
	return program
}

// ready is the line that the program prints.
type ready struct {
	ServerURL   string `json:"server_url"`
	RBACURL     string `json:"rbac_url"`
	PuppetDB    string `json:"puppetdb_url"`
	CodeManager string `json:"code_manager_url"`
	CACertFile  string `json:"ca_cert_file"`
	TokenFile   string `json:"token_file"`
}

func TestMain_RunsUntilASignal(t *testing.T) {
	t.Parallel()
	program := build(t)
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "not", "there", "dana's pe")
			command := exec.CommandContext(t.Context(), program, "-dir", dir, "-generation", "2021.7", "-nodes", "3", "-time-scale", "1000",
				"-latency", "1ms", "-listen", "localhost:0")
			stdout, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			command.Stderr = &stderr
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			if !lines.Scan() {
				t.Fatalf("no line: %s", stderr.String())
			}
			line := lines.Text()
			checkServing(t, line)
			checkFiles(t, dir, line)
			checkExports(t, dir, line)

			stopped := time.Now()
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
				t.Errorf("one line too many: %s", lines.Text())
			}
			if err := command.Wait(); err != nil {
				t.Errorf("the program ended with %v: %s", err, stderr.String())
			}
			if took := time.Since(stopped); took > 5*time.Second {
				t.Errorf("the program took %s to end", took)
			}
			exported, err := os.ReadFile(filepath.Join(dir, "env.sh"))
			if err != nil {
				t.Fatal(err)
			}
			if want := "# To use it, in another shell (or: . " + filepath.Join(dir, "env.sh") + "):\n" + string(exported); stderr.String() != want {
				t.Errorf("standard error has %s, want %s", stderr.String(), want)
			}
		})
	}
}

// checkServing checks that both services answer at the addresses of the ready line.
func checkServing(t *testing.T, line string) {
	t.Helper()
	var r ready
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		t.Fatalf("the line %q: %v", line, err)
	}
	ca, err := os.ReadFile(r.CACertFile)
	if err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile(r.TokenFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	for _, url := range []string{r.ServerURL + "/orchestrator/v1/scheduled_jobs/environment_jobs", r.RBACURL + "/v1/roles"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Authentication", string(token))
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", url, response.StatusCode)
		}
	}
}

// checkFiles checks that every file that the client tools need was written.
func checkFiles(t *testing.T, dir, line string) {
	t.Helper()
	var r ready
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{
		"ca.pem": 0o644, "token": 0o600, "env.sh": 0o644, "client-tools/orchestrator.conf": 0o644, "client-tools/puppet-access.conf": 0o644,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s has the mode %o, want %o", name, got, mode)
		}
	}
	if r.CACertFile != filepath.Join(dir, "ca.pem") || r.TokenFile != filepath.Join(dir, "token") {
		t.Errorf("the ready line names %s and %s", r.CACertFile, r.TokenFile)
	}
	var orchestrator struct {
		Options map[string]string `json:"options"`
	}
	var access map[string]string
	for name, target := range map[string]any{"orchestrator.conf": &orchestrator, "puppet-access.conf": &access} {
		content, err := os.ReadFile(filepath.Join(dir, "client-tools", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, target); err != nil {
			t.Fatal(err)
		}
	}
	o := orchestrator.Options
	if o["service-url"] != r.ServerURL || o["cacert"] != r.CACertFile || o["token-file"] != r.TokenFile {
		t.Errorf("orchestrator.conf has %v", o)
	}
	if access["service-url"] != r.RBACURL || access["certificate-file"] != r.CACertFile || access["token-file"] != r.TokenFile {
		t.Errorf("puppet-access.conf has %v", access)
	}
}

// checkExports has a shell read what is to be exported, from a folder whose name needs quotes.
func checkExports(t *testing.T, dir, line string) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	printed, err := exec.CommandContext(t.Context(), shell, "-c", `. "$1/env.sh" && printf '%s\n' "$PE_SERVER_URL" "$PE_RBAC_URL" "$PE_PUPPETDB_URL" "$PE_CODE_MANAGER_URL" "$PE_CA_CERT_FILE" "$PE_TOKEN_FILE"`, "sh", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var r ready
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	if want := strings.Join([]string{r.ServerURL, r.RBACURL, r.PuppetDB, r.CodeManager, r.CACertFile, r.TokenFile, ""}, "\n"); string(printed) != want {
		t.Errorf("a shell exports\n%s, want\n%s", printed, want)
	}
}

func TestParse_WrongCommandLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, tc := range map[string]struct {
		args    []string
		status  int
		message string
	}{
		"no folder":          {nil, 2, "-dir is required"},
		"unknown flag":       {[]string{"-dir", dir, "-colour"}, 2, "flag provided but not defined: -colour"},
		"unknown generation": {[]string{"-dir", dir, "-generation", "2017"}, 2, "known are 2019.8, 2021.7, 2025"},
		"half a node":        {[]string{"-dir", dir, "-nodes", "0.5"}, 2, "-nodes"},
		"fewer than nodes":   {[]string{"-dir", dir, "-nodes", "-1"}, 2, "must not be negative"},
		"no time":            {[]string{"-dir", dir, "-time-scale", "0"}, 2, "-time-scale must be positive"},
		"argument":           {[]string{"-dir", dir, "serve"}, 2, `unexpected argument "serve"`},
		"address":            {[]string{"-dir", dir, "-listen", "192.0.2.1:0"}, 1, "orchestrator service"},
		"folder that is one": {[]string{"-dir", filepath.Join(dir, "file", "x")}, 1, "folder"},
		"help":               {[]string{"-help"}, 0, "-rbac-listen"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "folder that is one" {
				if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var stdout, stderr bytes.Buffer
			if got := run(tc.args, &stdout, &stderr); got != tc.status {
				t.Errorf("status %d, want %d", got, tc.status)
			}
			if !strings.Contains(stderr.String(), tc.message) || stdout.Len() > 0 {
				t.Errorf("standard error %q, want %q; standard output %q", stderr.String(), tc.message, stdout.String())
			}
		})
	}
}

// failing is a writer that does not write.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestRun_UnwritableReadyLine(t *testing.T) {
	t.Parallel()
	c, err := parse([]string{"-dir", t.TempDir(), "-nodes", "0"}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := serve(ctx, c, failing{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("the error is %v", err)
	}
}

// writerThatEnds ends the program when it has something to say to people.
type writerThatEnds struct {
	*bytes.Buffer
	end func()
}

func (w writerThatEnds) Write(text []byte) (int, error) {
	w.end()
	return w.Buffer.Write(text)
}

// TestReadme_SaysWhatToExport starts the simulator as the README does, on other ports, and compares what it exports.
func TestReadme_SaysWhatToExport(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, commandLine, found := strings.Cut(string(readme), "go run ./internal/cmd/pe-simulator ")
	commandLine, _, _ = strings.Cut(commandLine, "\n")
	c, err := parse(strings.Fields(commandLine), &bytes.Buffer{})
	if !found || err != nil || c.dir != "./pe" {
		t.Fatalf("the README starts the simulator with %q: %v", commandLine, err)
	}
	wanted, dir := c.options, t.TempDir()
	c.options.Listen, c.options.RBACListen, c.options.PuppetDBListen, c.options.CodeManagerListen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	c.dir = dir
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	if err := serve(ctx, c, &stdout, writerThatEnds{&stderr, cancel}); err != nil {
		t.Fatal(err)
	}
	var r ready
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	host := func(url string) string {
		parsed, _, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
		return parsed
	}
	here := strings.NewReplacer(
		host(r.ServerURL), wanted.Listen, host(r.RBACURL), wanted.RBACListen, host(r.PuppetDB), wanted.PuppetDBListen,
		host(r.CodeManager), wanted.CodeManagerListen, dir, "$PWD/pe", "'", "",
	)
	for line := range strings.Lines(stderr.String()) {
		if line = here.Replace(line); strings.HasPrefix(line, "export ") && !strings.Contains(string(readme), line) {
			t.Errorf("the README does not say %s", line)
		}
	}
	if !strings.Contains(stderr.String(), "export PE_SERVER_URL=") {
		t.Errorf("it prints %s", stderr.String())
	}
}
