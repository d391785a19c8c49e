// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// awkward is a secret with everything that somebody escapes.
const awkward = "pa\"ss\\w/ö<r>d & 50%+\t𝄞 #1"

// unicodeEscaped writes every character as \uXXXX.
func unicodeEscaped(text, digits string) string {
	var out strings.Builder
	for _, r := range text {
		if r > 0xffff {
			r -= 0x10000
			fmt.Fprintf(&out, `\u`+digits+`\u`+digits, 0xd800+r>>10, 0xdc00+r&0x3ff)
			continue
		}
		fmt.Fprintf(&out, `\u`+digits, r)
	}
	return out.String()
}

// inJSON writes a text as a JSON string.
func inJSON(t *testing.T, text string) string {
	t.Helper()
	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// TestRedactor_EveryForm has a secret in each form in which it may come.
func TestRedactor_EveryForm(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor(awkward)
	once := strings.Trim(inJSON(t, awkward), `"`)
	for name, form := range map[string]string{
		"as it is":              awkward,
		"JSON":                  once,
		"JSON, slashes escaped": strings.ReplaceAll(once, "/", `\/`),
		"JSON, no HTML escapes": strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\t", `\t`).Replace(awkward),
		"\\u00e4":               unicodeEscaped(awkward, "%04x"),
		"\\u00E4":               unicodeEscaped(awkward, "%04X"),
		"JSON in JSON":          strings.Trim(inJSON(t, inJSON(t, awkward)), `"\`),
		"JSON in JSON in JSON":  strings.Trim(inJSON(t, inJSON(t, inJSON(t, awkward))), `"\`),
		"query":                 url.QueryEscape(awkward),
		"path":                  url.PathEscape(awkward),
		"lower case query":      strings.NewReplacer("%2F", "%2f", "%C3", "%c3", "%3C", "%3c").Replace(url.QueryEscape(awkward)),
		"query in JSON":         strings.Trim(inJSON(t, url.QueryEscape(awkward)), `"`),
		"quoted by Go":          strings.Trim(fmt.Sprintf("%q", awkward), `"`),
	} {
		for how, got := range map[string]string{
			"text":             redactor.Text("before " + form + " after"),
			"JSON that is cut": redactor.JSON([]byte(`{"a":"before ` + form + ` after","b":"`)),
		} {
			want := "before " + httpapi.Redacted + " after"
			if how != "text" {
				want = `{"a":"` + want + `","b":"`
			}
			if got != want {
				t.Errorf("%s, in %s: got %s", name, how, got)
			}
		}
	}
}

// TestRedactor_Base64 has a secret in base64, after texts of every length modulo three.
func TestRedactor_Base64(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"hunter", "hunter2", "hunter2?", "hunter2>>??~~"} {
		redactor := httpapi.NewRedactor(secret)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			for _, before := range []string{"", "a", "ab", "user:", "deploy:"} {
				for _, after := range []string{"", "!", "\n", " and more"} {
					encoded := encoding.EncodeToString([]byte(before + secret + after))
					got := redactor.Text("Authorization: Basic " + encoded + ".")
					if !strings.Contains(got, httpapi.Redacted) {
						t.Errorf("%q in %q shows: %s", secret, before+secret+after, got)
					}
					left := strings.TrimPrefix(strings.TrimSuffix(got, "."), "Authorization: Basic ")
					for part := range strings.SplitSeq(left, httpapi.Redacted) {
						decoded, _ := encoding.DecodeString(part)
						if strings.Contains(string(decoded), secret[:4]) || len(part) > len(encoded)-len(secret) {
							t.Errorf("%q in %q leaves %q", secret, before+secret+after, part)
						}
					}
				}
			}
		}
	}
}

const pemKey = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nxyz4Qw==\n-----END PRIVATE KEY-----\n"

// TestRedactor_Lines has the lines of a secret apart from each other: with other line ends, collapsed into one line, one of them alone.
func TestRedactor_Lines(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor(pemKey)
	for name, text := range map[string]string{
		"whole":                pemKey,
		"line ends of Windows": strings.ReplaceAll(pemKey, "\n", "\r\n"),
		"one line":             strings.Join(strings.Fields(pemKey), " "),
		"indented":             strings.ReplaceAll(pemKey, "\n", "\n    "),
		"one of them":          "cannot parse BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
		"JSON":                 inJSON(t, pemKey),
		"JSON in JSON":         inJSON(t, inJSON(t, pemKey)),
		"a last line":          "padding xyz4Qw== is wrong",
	} {
		for how, got := range map[string]string{"text": redactor.Text(text), "JSON": redactor.JSON([]byte(inJSON(t, text)))} {
			for line := range strings.FieldsSeq(pemKey) {
				if len(line) >= 8 && !strings.HasPrefix(line, "-----") && line != "PRIVATE" && line != "KEY-----" && strings.Contains(got, line) {
					t.Errorf("%s as %s shows %s: %s", name, how, line, got)
				}
			}
		}
	}
}

// TestRedactor_KeysInText has a secret that nobody knows yet, in an answer that is not valid JSON.
func TestRedactor_KeysInText(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor()
	redactor.AddKeys("pin")
	for text, want := range map[string]string{
		`{"token":"0a1b2c","id":`:                           `{"token":"(redacted)","id":`,
		`{"token" : "0a1b2c`:                                `{"token" : "(redacted)`,
		`{"token":"0a\"1b\\","id":`:                         `{"token":"(redacted)","id":`,
		`{"a":"{\"token\":\"0a1b\\\"2c\",\"b\":1}","c":`:    `{"a":"{\"token\":\"(redacted)\",\"b\":1}","c":`,
		`{"pin":1234,"id":7,`:                               `{"pin":(redacted),"id":7,`,
		`{"_sensitive":{"a":"}","b":[1]},"id":7,`:           `{"_sensitive":(redacted),"id":7,`,
		`{"credentials":["a","b`:                            `{"credentials":(redacted)`,
		`cannot parse {"db_password": "hunter2"} in line 1`: `cannot parse {"db_password": "(redacted)"} in line 1`,
		`{"token":"0a1b2c"} {"name":"kept"}`:                `{"token":"(redacted)"} {"name":"kept"}`,
		`parameter "password": expects a String`:            `parameter "password": expects a String`,
		`"name":"kept": "token"`:                            `"name":"kept": "token"`,
		`no key: token: "kept"`:                             `no key: token: "kept"`,
	} {
		for how, got := range map[string]string{"Text": redactor.Text(text), "JSON": redactor.JSON([]byte(text))} {
			if got != want {
				t.Errorf("%s of %s: got %s, want %s", how, text, got, want)
			}
		}
	}
}

// TestRedactor_JSONInJSON has JSON as a string of JSON, as tasks print it: its keys count, too.
func TestRedactor_JSONInJSON(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor(awkward)
	inner := `{"password":"x\"y","kept":["ok",{"text":` + inJSON(t, "a "+awkward) + `}]}`
	got := redactor.JSON([]byte(`{"_output":` + inJSON(t, inner) + `,"` + url.QueryEscape(awkward) + `":1}`))
	want := `{"(redacted)":1,"_output":` + inJSON(t, `{"kept":["ok",{"text":"a (redacted)"}],"password":"(redacted)"}`) + `}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRedactor_Line redacts first, so that a secret is found that has a line break, is at the beginning, or is where the text is cut.
// TestRedactor_Members leaves out the values of some members, of JSON and of the beginning of some.
func TestRedactor_Members(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor()
	for text, want := range map[string]string{
		`{"id":"1","options":{"params":{"version":"1.0"},"scope":["a"]}}`: `{"id":"1","options":{"params":"(redacted)","scope":["a"]}}`,
		`[{"params":["1.0"]},{"params":"1.0"}]`:                           `[{"params":"(redacted)"},{"params":"(redacted)"}]`,
		`{"params":{},"other":{"params":null,"params2":"1.0"}}`:           `{"other":{"params":null,"params2":"1.0"},"params":{}}`,
		`{"id":"1","options":{"params":{"version":"1.0","a":"}"},"x":"`:   `{"id":"1","options":{"params":(redacted),"x":"`,
		`{"id":"1","options":{"params":{"version":"1.`:                    `{"id":"1","options":{"params":(redacted)`,
	} {
		if got := redactor.JSON([]byte(text), "params"); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestRedactor_Line(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor("one\n two", "hunter2")
	for text, want := range map[string]string{
		"it is one\n two\n now":               "it is (redacted) now",
		"hunter2\x1b[2J":                      `(redacted)\x1b[2J`,
		strings.Repeat("x", 1995) + "hunter2": strings.Repeat("x", 1995) + "(reda…",
	} {
		if got := redactor.Line(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestRedactor_Colours has a secret in which a terminal is told to change colours, as it is and in JSON.
func TestRedactor_Colours(t *testing.T) {
	t.Parallel()
	r := httpapi.NewRedactor("correct-horse")
	for text, want := range map[string]string{
		"a \x1b[31mcorrect-\x1b[1;32mhorse\x1b[0m b": "a \x1b[31m(redacted)\x1b[0m b",
		"correct\x1b[0m-horse":                       "(redacted)",
		`said \u001b[31mcorrect-\u001b[0mhorse.`:     `said \u001b[31m(redacted).`,
		`said \x1b[31mcorrect-\x1b[0mhorse.`:         `said \x1b[31m(redacted).`,
		"correct-\x1b[31":                            "correct-\x1b[31",
		"correct-\x1bhorse":                          "correct-\x1bhorse",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
