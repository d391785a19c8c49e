// SPDX-License-Identifier: MPL-2.0

package clienttools_test

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
)

const (
	globalOrchestrator = `{"options":{"service-url":"https://global.example.com:8143","cacert":"/global/ca.pem","color":true}}`
	userOrchestrator   = `{"options":{"service-url":"https://user.example.com:8143","token-file":"~/my-token"}}`
	userAccess         = `{"service-url":"https://user.example.com:4433/rbac-api","token-file":"~/access-token","certificate-file":"/access/ca.pem"}`
)

// locations writes files, by their path below a new directory, and returns the locations in it.
func locations(t *testing.T, files map[string]string) clienttools.Locations {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return clienttools.Locations{Global: filepath.Join(dir, "global"), User: filepath.Join(dir, "user"), Home: filepath.Join(dir, "home")}
}

func TestLoad_Settings(t *testing.T) {
	t.Parallel()
	type values struct{ url, rbac, ca, token, tokenFile string }
	tests := map[string]struct {
		files map[string]string
		want  values // ~ stands for the home directory
	}{
		"no files":    {nil, values{}},
		"global only": {map[string]string{"global/orchestrator.conf": globalOrchestrator}, values{url: "https://global.example.com:8143", ca: "/global/ca.pem"}},
		"the user's file replaces single keys": {
			map[string]string{"global/orchestrator.conf": globalOrchestrator, "user/orchestrator.conf": userOrchestrator},
			values{url: "https://user.example.com:8143", ca: "/global/ca.pem", tokenFile: "~/my-token"},
		},
		"orchestrator.conf wins over puppet-access.conf": {
			map[string]string{"user/orchestrator.conf": userOrchestrator, "user/puppet-access.conf": userAccess},
			values{url: "https://user.example.com:8143", rbac: "https://user.example.com:4433/rbac-api", ca: "/access/ca.pem", tokenFile: "~/my-token"},
		},
		"puppet-access.conf fills in": {
			map[string]string{"user/puppet-access.conf": userAccess},
			values{rbac: "https://user.example.com:4433/rbac-api", ca: "/access/ca.pem", tokenFile: "~/access-token"},
		},
		"the user's puppet-access.conf beats the global one": {
			map[string]string{"global/puppet-access.conf": `{"service-url":"https://global.example.com:4433/rbac-api","certificate-file":"/global/access.pem"}`, "user/puppet-access.conf": userAccess},
			values{rbac: "https://user.example.com:4433/rbac-api", ca: "/access/ca.pem", tokenFile: "~/access-token"},
		},
		"a token in the file":    {map[string]string{"user/orchestrator.conf": `{"options":{"token":"abc"}}`}, values{token: "abc"}},
		"no options object":      {map[string]string{"user/orchestrator.conf": `{}`}, values{}},
		"settings of other kind": {map[string]string{"user/orchestrator.conf": `{"options":{"noop":true,"environment":"dev","job-poll-interval":2}}`}, values{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := locations(t, test.files)
			c, err := l.Load()
			if err != nil {
				t.Fatal(err)
			}
			got := values{c.ServiceURL.Value, c.RBACURL.Value, c.CACert.Value, c.Token.Value, c.TokenFile.Value}
			want := test.want
			want.tokenFile = l.Expand(want.tokenFile)
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestLoad_SettingsNameTheirFile(t *testing.T) {
	t.Parallel()
	l := locations(t, map[string]string{"global/orchestrator.conf": globalOrchestrator, "user/orchestrator.conf": userOrchestrator})
	c, err := l.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.ServiceURL.File != filepath.Join(l.User, "orchestrator.conf") || c.CACert.File != filepath.Join(l.Global, "orchestrator.conf") {
		t.Errorf("got %+v", c)
	}
}

func TestLoad_UnusableFiles(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"hocon": "options: { service-url: x }", "wrong type": `{"options":[]}`, "empty": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := locations(t, map[string]string{"user/orchestrator.conf": content})
			_, err := l.Load()
			if err == nil || !strings.Contains(err.Error(), filepath.Join(l.User, "orchestrator.conf")) || !strings.Contains(err.Error(), "plain JSON") {
				t.Errorf("got %v, want an error that names the file", err)
			}
		})
	}
}

func TestReadTokenFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content string
		want    string
		err     error
	}{
		"plain":            {"0EXAMPLE_token-x", "0EXAMPLE_token-x", nil},
		"trailing newline": {"0EXAMPLE\n", "0EXAMPLE", nil},
		"windows newline":  {"\t0EXAMPLE \r\n", "0EXAMPLE", nil},
		"empty":            {" \n", "", clienttools.ErrTokenEmpty},
		"inner newline":    {"secret-one\nsecret-two", "", clienttools.ErrTokenInvalid},
		"inner space":      {"secret-one secret-two", "", clienttools.ErrTokenInvalid},
		"not ASCII":        {"secret-ö", "", clienttools.ErrTokenInvalid},
		"UTF-8 mark":       {"\xef\xbb\xbfsecret\n", "", clienttools.ErrTokenMark},
		"UTF-16, LE":       {"\xff\xfes\x00e\x00c\x00r\x00e\x00t\x00", "", clienttools.ErrTokenMark},
		"UTF-16, BE":       {"\xfe\xff\x00s\x00e", "", clienttools.ErrTokenMark},
		"a mark alone":     {"\xef\xbb\xbf", "", clienttools.ErrTokenMark},
		"quotes":           {`"secret"`, "", clienttools.ErrTokenQuoted},
		"single quotes":    {"'secret'\n", "", clienttools.ErrTokenQuoted},
		"one quote":        {`secret"`, "", clienttools.ErrTokenQuoted},
		"curly quotes":     {"“secret”", "", clienttools.ErrTokenQuoted},
		"an answer":        {`{"token":"secret"}`, "", clienttools.ErrTokenJSON},
		"a list":           {`["secret"]`, "", clienttools.ErrTokenJSON},
		"huge":             {strings.Repeat("secret", 10_000), "", clienttools.ErrTooLarge},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := locations(t, map[string]string{"home/.puppetlabs/token": test.content})
			got, err := clienttools.ReadTokenFile(l.DefaultTokenFile())
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %q, %v", got, err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
	if _, err := clienttools.ReadTokenFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	l := clienttools.Locations{Home: filepath.FromSlash("/home/dana")}
	for path, want := range map[string]string{
		"~/.puppetlabs/token": filepath.FromSlash("/home/dana/.puppetlabs/token"),
		"~":                   filepath.FromSlash("/home/dana"),
		"/etc/token":          "/etc/token",
		"~other/token":        "~other/token",
	} {
		if got := l.Expand(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestDefaultLocations(t *testing.T) {
	t.Parallel()
	l := clienttools.DefaultLocations(filepath.FromSlash("/home/dana"))
	if l.User != filepath.FromSlash("/home/dana/.puppetlabs/client-tools") || l.Global == "" || l.Home == "" {
		t.Errorf("got %+v", l)
	}
	homeless := clienttools.DefaultLocations("")
	if homeless.User != "" || homeless.DefaultTokenFile() != "" || homeless.Expand("~/token") != "~/token" {
		t.Errorf("got %+v", homeless)
	}
	homeless.Global = filepath.Join(t.TempDir(), "none")
	if _, err := homeless.Load(); err != nil {
		t.Error(err)
	}
}

func TestPuppetDBURL(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		global, user string
		want, from   string
		fails        bool
	}{
		"nowhere": {},
		"one URL": {user: `{"puppetdb":{"server_urls":" https://a.example.com:8081 "}}`, want: "https://a.example.com:8081", from: "user"},
		"several": {user: `{"puppetdb":{"server_urls":["https://a.example.com:8081","https://b.example.com:8081"]}}`, want: "https://a.example.com:8081", from: "user"},
		"none":    {user: `{"puppetdb":{"server_urls":[]}}`},
		"no URLs": {user: `{"puppetdb":{"cacert":"/ca.pem"}}`},
		"the user's comes first": {
			global: `{"puppetdb":{"server_urls":"https://global.example.com:8081"}}`, user: `{"puppetdb":{"server_urls":"https://own.example.com:8081"}}`,
			want: "https://own.example.com:8081", from: "user",
		},
		"for all users": {global: `{"puppetdb":{"server_urls":"https://global.example.com:8081"}}`, want: "https://global.example.com:8081", from: "global"},
		"a number":      {user: `{"puppetdb":{"server_urls":[8081]}}`, fails: true},
		"an object":     {user: `{"puppetdb":{"server_urls":{}}}`, fails: true},
		"no JSON":       {user: `puppetdb`, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for folder, content := range map[string]string{"global": test.global, "user": test.user} {
				if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
					t.Fatal(err)
				}
				if content == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, folder, "puppetdb.conf"), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := clienttools.Locations{Global: filepath.Join(dir, "global"), User: filepath.Join(dir, "user")}.PuppetDBURL()
			if (err != nil) != test.fails || got.Value != test.want || filepath.Base(filepath.Dir(got.File)) != cmp.Or(test.from, ".") {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
