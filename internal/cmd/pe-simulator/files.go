// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// files are the paths of the files for clients.
type files struct {
	caCert string
	token  string
	// exports is a file for a shell, with what the provider reads from the environment.
	exports string
}

// The modes of the files. Only the token is a secret.
const (
	modeFolder = 0o755
	modePublic = 0o644
	modeSecret = 0o600
)

// writeFiles writes what a client needs to reach the simulator: the CA's certificate, a token, the environment of the provider,
// and configuration files in the form that the PE client tools have.
func writeFiles(dir string, sim *simulator.Simulator) (files, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return files{}, fmt.Errorf("folder: %w", err)
	}
	f := files{caCert: filepath.Join(dir, "ca.pem"), token: filepath.Join(dir, "token"), exports: filepath.Join(dir, "env.sh")}
	tools := filepath.Join(dir, "client-tools")
	if err := os.MkdirAll(tools, modeFolder); err != nil {
		return files{}, fmt.Errorf("folder: %w", err)
	}
	if err := write(f.caCert, sim.CACertPEM(), modePublic); err != nil {
		return files{}, err
	}
	if err := write(f.token, []byte(sim.AdminToken()), modeSecret); err != nil {
		return files{}, err
	}
	if err := write(f.exports, []byte(exportLines(sim, f)), modePublic); err != nil {
		return files{}, err
	}
	// orchestrator.conf has its settings under options, puppet-access.conf at the top.
	orchestrator := map[string]any{"options": map[string]string{
		"service-url": sim.ServerURL(), "cacert": f.caCert, "token-file": f.token,
	}}
	access := map[string]string{"service-url": sim.RBACURL(), "token-file": f.token, "certificate-file": f.caCert}
	if err := writeJSON(filepath.Join(tools, "orchestrator.conf"), orchestrator); err != nil {
		return files{}, err
	}
	database := map[string]any{"puppetdb": map[string]any{"server_urls": []string{sim.PuppetDBURL()}, "cacert": f.caCert}}
	if err := writeJSON(filepath.Join(tools, "puppetdb.conf"), database); err != nil {
		return files{}, err
	}
	code := map[string]string{"service-url": sim.CodeManagerURL(), "token-file": f.token, "cacert": f.caCert}
	if err := writeJSON(filepath.Join(tools, "puppet-code.conf"), code); err != nil {
		return files{}, err
	}
	return f, writeJSON(filepath.Join(tools, "puppet-access.conf"), access)
}

// exportLines are the lines that a shell needs to have the provider use the simulator.
func exportLines(sim *simulator.Simulator, f files) string {
	var lines strings.Builder
	for _, variable := range [][2]string{
		{"PE_SERVER_URL", sim.ServerURL()}, {"PE_RBAC_URL", sim.RBACURL()}, {"PE_PUPPETDB_URL", sim.PuppetDBURL()},
		{"PE_CODE_MANAGER_URL", sim.CodeManagerURL()}, {"PE_CA_CERT_FILE", f.caCert}, {"PE_TOKEN_FILE", f.token},
	} {
		fmt.Fprintf(&lines, "export %s='%s'\n", variable[0], strings.ReplaceAll(variable[1], "'", `'\''`))
	}
	return lines.String()
}

// write writes a file with a mode, whatever mode the file had before.
func write(path string, content []byte, mode os.FileMode) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("replacing a file: %w", err)
	}
	if err := os.WriteFile(path, content, mode); err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	return nil
}

func writeJSON(path string, value any) error {
	encoded, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding %s: %w", filepath.Base(path), err)
	}
	return write(path, append(encoded, '\n'), modePublic)
}

// readyLine is what the program prints when it is ready.
type readyLine struct {
	ServerURL   string `json:"server_url"`
	RBACURL     string `json:"rbac_url"`
	PuppetDB    string `json:"puppetdb_url"`
	CodeManager string `json:"code_manager_url"`
	CACert      string `json:"ca_cert_file"`
	Token       string `json:"token_file"`
}

// announce prints, for programs, the line that tells that the simulator is ready and where it is, and, for people, what to export.
func announce(stdout, stderr io.Writer, sim *simulator.Simulator, f files) error {
	line, err := json.Marshal(readyLine{
		ServerURL: sim.ServerURL(), RBACURL: sim.RBACURL(), PuppetDB: sim.PuppetDBURL(), CodeManager: sim.CodeManagerURL(),
		CACert: f.caCert, Token: f.token,
	})
	if err != nil {
		return fmt.Errorf("encoding the ready line: %w", err)
	}
	if _, err := fmt.Fprintf(stdout, "%s\n", line); err != nil {
		return fmt.Errorf("printing the ready line: %w", err)
	}
	if _, err := fmt.Fprintf(stderr, "# To use it, in another shell (or: . %s):\n%s", f.exports, exportLines(sim, f)); err != nil {
		return fmt.Errorf("printing what to export: %w", err)
	}
	return nil
}
