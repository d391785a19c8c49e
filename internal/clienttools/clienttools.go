// SPDX-License-Identifier: MPL-2.0

// Package clienttools reads what the PE client tools have on a workstation: orchestrator.conf, puppet-access.conf, puppetdb.conf,
// puppet-code.conf and the token that puppet-access login has saved.
package clienttools

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Locations are where the client tools keep their files. A user without a home directory, as in some containers, has no User and no Home.
type Locations struct {
	// Global is the directory of the files for all users, which PE manages on its own machines.
	Global string
	// User is the directory of one user's files, which take precedence.
	User string
	// Home replaces a leading ~ in paths and holds the default token.
	Home string
}

// DefaultLocations returns the directories of this operating system and of the user with the given home directory, which may
// be "".
func DefaultLocations(home string) Locations {
	global := "/etc/puppetlabs/client-tools"
	if runtime.GOOS == "windows" {
		global = filepath.Join(programData(), "PuppetLabs", "client-tools")
	}
	if home == "" {
		return Locations{Global: global}
	}
	return Locations{Global: global, User: filepath.Join(home, ".puppetlabs", "client-tools"), Home: home}
}

func programData() string {
	if dir := os.Getenv("ProgramData"); dir != "" {
		return dir
	}
	return `C:\ProgramData`
}

// Setting is a value and the file that it comes from. The zero value is a setting that is in no file.
type Setting struct {
	Value string
	File  string
}

// Config is the content of the files, each setting by itself: a user's file overrides single settings of the global one.
type Config struct {
	// ServiceURL is the orchestrator's URL, without a path.
	ServiceURL Setting
	// RBACURL is the URL of RBAC, with its path /rbac-api.
	RBACURL Setting
	// CACert is the path of the CA certificate.
	CACert Setting
	// Token is a token in orchestrator.conf itself.
	Token Setting
	// TokenFile is the path of the token's file.
	TokenFile Setting
}

// Load reads the files. It skips files that do not exist, and global ones that this user may not read. An error names the file that cannot
// be used.
func (l Locations) Load() (Config, error) {
	var orchestrator, access Config
	err := l.each(func(dir string, optional bool) error {
		if err := l.orchestrator(&orchestrator, filepath.Join(dir, "orchestrator.conf"), optional); err != nil {
			return err
		}
		return l.puppetAccess(&access, filepath.Join(dir, "puppet-access.conf"), optional)
	})
	if err != nil {
		return Config{}, err
	}
	// Both tools use the same token and the same CA; puppet-access.conf is used for what orchestrator.conf does not set.
	orchestrator.RBACURL = access.RBACURL
	orchestrator.CACert = cmp.Or(orchestrator.CACert, access.CACert)
	orchestrator.TokenFile = cmp.Or(orchestrator.TokenFile, access.TokenFile)
	return orchestrator, nil
}

// each calls a function for each directory, those that take precedence last, up to the first error. The global one is optional: its files
// may be for others to read.
func (l Locations) each(read func(dir string, optional bool) error) error {
	for _, dir := range []string{l.Global, l.User} {
		if dir == "" {
			continue
		}
		if err := read(dir, dir == l.Global); err != nil {
			return err
		}
	}
	return nil
}

// orchestrator reads an orchestrator.conf, whose settings are under options.
func (l Locations) orchestrator(c *Config, file string, optional bool) error {
	var content struct {
		Options struct {
			ServiceURL string `json:"service-url"`
			CACert     string `json:"cacert"`
			TokenFile  string `json:"token-file"`
			Token      string `json:"token"`
		} `json:"options"`
	}
	if err := read(file, optional, &content); err != nil {
		return err
	}
	o := content.Options
	c.ServiceURL.set(o.ServiceURL, file)
	c.CACert.set(l.path(o.CACert), file)
	c.TokenFile.set(l.path(o.TokenFile), file)
	c.Token.set(o.Token, file)
	return nil
}

// puppetAccess reads a puppet-access.conf, whose settings are at the top level and have names of their own.
func (l Locations) puppetAccess(c *Config, file string, optional bool) error {
	var content struct {
		ServiceURL      string `json:"service-url"`
		CertificateFile string `json:"certificate-file"`
		TokenFile       string `json:"token-file"`
	}
	if err := read(file, optional, &content); err != nil {
		return err
	}
	c.RBACURL.set(content.ServiceURL, file)
	c.CACert.set(l.path(content.CertificateFile), file)
	c.TokenFile.set(l.path(content.TokenFile), file)
	return nil
}

// PuppetDBURL reads the URL of PuppetDB, without a path, in the files puppetdb.conf: the first of server_urls, which is one URL or several.
// Their certificates are left alone: they are for the tool, which asks without a token where it has them. Few configurations need PuppetDB,
// so these files are read by themselves. An error names the file that cannot be used.
func (l Locations) PuppetDBURL() (Setting, error) {
	var found Setting
	err := l.each(func(dir string, optional bool) error {
		return readPuppetDB(&found, filepath.Join(dir, "puppetdb.conf"), optional)
	})
	if err != nil {
		return Setting{}, err
	}
	return found, nil
}

func readPuppetDB(found *Setting, file string, optional bool) error {
	var content struct {
		PuppetDB struct {
			ServerURLs any `json:"server_urls"`
		} `json:"puppetdb"`
	}
	if err := read(file, optional, &content); err != nil {
		return err
	}
	first := content.PuppetDB.ServerURLs
	if list, ok := first.([]any); ok {
		first = nil
		if len(list) > 0 {
			first = list[0]
		}
	}
	switch url := first.(type) {
	case nil:
		return nil
	case string:
		found.set(url, file)
		return nil
	default:
		return fmt.Errorf("reading the PE client tools configuration %s: server_urls has something else than URLs", file)
	}
}

// CodeManagerURL reads the URL of Code Manager, with its path /code-manager, in the files puppet-code.conf, by themselves as those of
// PuppetDB. An error names the file that cannot be used.
func (l Locations) CodeManagerURL() (Setting, error) {
	var found Setting
	err := l.each(func(dir string, optional bool) error {
		var content struct {
			ServiceURL string `json:"service-url"`
		}
		file := filepath.Join(dir, "puppet-code.conf")
		if err := read(file, optional, &content); err != nil {
			return err
		}
		found.set(content.ServiceURL, file)
		return nil
	})
	if err != nil {
		return Setting{}, err
	}
	return found, nil
}

// path is a path in a file, without the spaces around it.
func (l Locations) path(text string) string { return l.Expand(strings.TrimSpace(text)) }

func (s *Setting) set(value, file string) {
	if value = strings.TrimSpace(value); value != "" {
		*s = Setting{Value: value, File: file}
	}
}

func read(file string, optional bool, into any) error {
	text, err := ReadFile(file, mostConfiguration)
	switch {
	case errors.Is(err, fs.ErrNotExist), optional && errors.Is(err, fs.ErrPermission):
		return nil
	case err != nil:
		return fmt.Errorf("reading the PE client tools configuration: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading the PE client tools configuration %s, which must be plain JSON: %w", file, err)
	}
	return nil
}

// DefaultTokenFile is where puppet-access login saves the token, "" for a user without a home directory.
func (l Locations) DefaultTokenFile() string {
	if l.Home == "" {
		return ""
	}
	return filepath.Join(l.Home, ".puppetlabs", "token")
}

// Expand replaces a leading ~ with the home directory, if there is one.
func (l Locations) Expand(path string) string {
	if l.Home == "" {
		return path
	}
	if path == "~" {
		return l.Home
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(l.Home, rest)
	}
	return path
}
