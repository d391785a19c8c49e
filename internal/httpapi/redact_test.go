// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

func TestRedactor(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor("hunter2", "9z7", "42", "")
	redactor.AddKeys("pin")
	for text, want := range map[string]string{
		"the password is hunter2.":                  "the password is (redacted).",
		"hunter22 contains it, too":                 "(redacted)2 contains it, too",
		"the pin 9z7 is wrong":                      "the pin (redacted) is wrong",
		`{"msg":"9z7"}`:                             `{"msg":"(redacted)"}`,
		"a9z7b is another word":                     "a9z7b is another word",
		"job 42 is nobody's secret, for it is a 42": "job 42 is nobody's secret, for it is a 42",
	} {
		if got := redactor.Text(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for body, want := range map[string]string{
		`{"pin":"x","door":[{"pin":7}]}`:                       `{"door":[{"pin":"(redacted)"}],"pin":"(redacted)"}`,
		`{"params":{"db_password":{"value":"x"},"name":"y"}}`:  `{"params":{"db_password":"(redacted)","name":"y"}}`,
		`{"targets":[{"private-key-content":"x","port":22}]}`:  `{"targets":[{"port":22,"private-key-content":"(redacted)"}]}`,
		`{"count":42,"text":"hunter2"}`:                        `{"count":42,"text":"(redacted)"}`,
		`hunter2 in something that is no JSON, with a pin: x`:  `(redacted) in something that is no JSON, with a pin: x`,
		`{"Token":"x","X-Authentication":"y","_sensitive":{}}`: `{"Token":"(redacted)","X-Authentication":"(redacted)","_sensitive":"(redacted)"}`,
	} {
		if got := redactor.JSON([]byte(body)); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}

// TestRedactor_LongestFirst has a secret that begins with another one, in either order: the longer one is replaced as a whole, so that its
// end does not stay readable.
func TestRedactor_LongestFirst(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]string{
		"shorter first": {"hunter", "hunter2hunter"},
		"longer first":  {"hunter2hunter", "hunter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			together := httpapi.NewRedactor(secrets...)
			one := httpapi.NewRedactor()
			for _, secret := range secrets {
				one.Add(secret)
			}
			for how, redactor := range map[string]*httpapi.Redactor{"together": together, "one by one": one} {
				if got, want := redactor.Text("it is hunter2hunter, not hunter"), "it is (redacted), not (redacted)"; got != want {
					t.Errorf("%s: got %q, want %q", how, got, want)
				}
			}
		})
	}
}

// TestRedactor_ShortSecretsInARow has short secrets with a single character between them.
func TestRedactor_ShortSecretsInARow(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor("9z7")
	for text, want := range map[string]string{
		"9z7":             "(redacted)",
		"9z7 9z7":         "(redacted) (redacted)",
		"9z7,9z7,9z7,9z7": "(redacted),(redacted),(redacted),(redacted)",
		"9z79z7":          "9z79z7",
	} {
		if got := redactor.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestIsSecretKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"": false, "name": false, "passenger": false, "sensitivity": false, "insensitive": false,
		"password": true, "db_password": true, "PASSWD": true, "sshPassphrase": true, "client-secret": true, "token": true, "X-Authentication": true,
		"private-key-content": true, "api_key": true, "credentials": true, "_sensitive": true, "sensitive": true,
	} {
		if got := httpapi.IsSecretKey(key); got != want {
			t.Errorf("%q: got %v", key, got)
		}
	}
}
