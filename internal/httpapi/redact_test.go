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
