// SPDX-License-Identifier: MPL-2.0

package clienttools_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/http/httpguts"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
)

// FuzzLoad reads any text as the files of the client tools: an error names the file at fault and shows nothing of it, and a setting has no
// spaces around it and comes from one of the files.
func FuzzLoad(f *testing.F) {
	const token = "0TokenInAFileOfTheClientTools"
	for _, name := range []string{"client-tools.orchestrator.conf.json", "client-tools.puppet-access.conf.json"} {
		body, err := apifixtures.Files.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, body)
		f.Add(body[:len(body)/2], body)
	}
	f.Add([]byte(`{"options": {"service-url": " https://pe ", "token": "`+token+`", "cacert": "~/ca.pem"}}`), []byte(`{"token-file": ["`+token+`"]}`))
	f.Add([]byte("\xef\xbb\xbf{}"), []byte(`options: {token: `+token+`}`))
	f.Add([]byte(`[]`), []byte(`null`))
	f.Add([]byte(token), []byte(``))
	home := f.TempDir()
	dir := filepath.Join(home, ".puppetlabs", "client-tools")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		f.Fatal(err)
	}
	files := []string{filepath.Join(dir, "orchestrator.conf"), filepath.Join(dir, "puppet-access.conf")}
	f.Fuzz(func(t *testing.T, orchestrator, access []byte) {
		for i, text := range [][]byte{orchestrator, access} {
			if err := os.WriteFile(files[i], text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		config, err := clienttools.Locations{User: dir, Home: home}.Load()
		if err != nil {
			const longest = 1000
			message := err.Error()
			if !strings.Contains(message, files[0]) && !strings.Contains(message, files[1]) || strings.Contains(message, token) || len(message) > longest {
				t.Errorf("the error is %.*q", longest, message)
			}
			return
		}
		if !json.Valid(orchestrator) || !json.Valid(access) {
			t.Errorf("%q and %q are read as %+v", orchestrator, access, config)
		}
		for _, setting := range []clienttools.Setting{config.ServiceURL, config.RBACURL, config.CACert, config.Token, config.TokenFile} {
			if setting.Value != strings.TrimSpace(setting.Value) || (setting.Value == "") != (setting.File == "") || setting.File != "" && filepath.Dir(setting.File) != dir {
				t.Errorf("a setting is %+v", setting)
			}
			if strings.HasPrefix(setting.Value, "~/") && setting != config.ServiceURL && setting != config.RBACURL && setting != config.Token {
				t.Errorf("the home directory is missing in %q", setting.Value)
			}
		}
	})
}

// FuzzCleanToken takes any text for the content of a token file: what is a token can be sent as a header, and no error shows one.
func FuzzCleanToken(f *testing.F) {
	for _, text := range []string{"0AbcDef\n", "", " \t\r\n", "two tokens", "\xef\xbb\xbf0AbcDef", "0Abc\x00Def", "\"0AbcDef\"", "{\"token\": \"0AbcDef\"}", "0Äbc", "\x7f"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := clienttools.CleanToken(text)
		if err != nil {
			const shortest = 8
			if token != "" || len(text) >= shortest && strings.Contains(err.Error(), text) {
				t.Errorf("%q is no token: %q, %v", text, token, err)
			}
			return
		}
		if token == "" || !strings.Contains(text, token) || !httpguts.ValidHeaderFieldValue(token) {
			t.Errorf("%q is the token %q", text, token)
		}
		if again, err := clienttools.CleanToken(token); again != token || err != nil {
			t.Errorf("%q is the token %q, and that is %q (%v)", text, token, again, err)
		}
	})
}
