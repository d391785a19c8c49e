// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// fuzzToken is the token of the client, which an answer may repeat. It begins with a letter that is at the end of no escape.
const fuzzToken = "zFuzzTokenThatNobodyMaySee"

// FuzzDo sends any answer: what is no success is an error of a known kind, whose text is short, printable and without the token, and
// whatever a server asks for, nobody waits for hours.
func FuzzDo(f *testing.F) {
	errorBody := `{"kind": "puppetlabs.orchestrator/unknown-job", "msg": "no job ` + fuzzToken + `", "details": {"job": "1"}}`
	for _, body := range []string{
		"", "{}", "[]", "null", errorBody, errorBody[:20], "<!DOCTYPE html><title>Log in to\n the proxy</title>", "<html>" + fuzzToken, "text " + fuzzToken, "\x1b[31mred\x00\u202e",
		"<title>" + strings.Repeat("é", 300) + "</title>", "{" + strings.Repeat("x", 300),
	} {
		f.Add(uint16(http.StatusOK), "", "application/json", "", []byte(body))
		f.Add(uint16(http.StatusServiceUnavailable), "120", "text/html", "", []byte(body))
		f.Add(uint16(http.StatusTooManyRequests), "Fri, 31 Dec 2100 23:59:59 GMT", "text/plain; charset=x", "", []byte(body))
	}
	for _, wait := range []string{"0", "-1", "1.5", "0x10", " 5", "Thu, 01 Jan 1970 00:00:00 GMT", "soon"} {
		f.Add(uint16(http.StatusServiceUnavailable), wait, "", "", []byte("{}"))
	}
	f.Add(uint16(http.StatusFound), "", "", "https://login.example.com/?token="+fuzzToken, []byte{})

	var status int
	var header http.Header
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	f.Cleanup(server.Close)

	f.Fuzz(func(t *testing.T, number uint16, wait, contentType, location string, text []byte) {
		const longest = 1 << 16
		if strings.ContainsFunc(wait+contentType+location, func(r rune) bool { return r < ' ' || r > '~' }) || len(text) > longest {
			return // no header that a server can send
		}
		if _, err := url.Parse(location); err != nil {
			return // net/http refuses such a redirect by itself, before the transport sees it
		}
		status, body = statusOf(number), text
		header = http.Header{"Retry-After": {wait}, "Content-Type": {contentType}, "Location": {location}}
		// A process whose server has asked for fewer requests keeps all of them back, so each is one of a process of its own.
		transport, err := httpapi.New(httpapi.Config{Token: fuzzToken})
		if err != nil {
			t.Fatal(err)
		}
		defer transport.Close()
		service, err := transport.Service("orchestrator", server.URL)
		if err != nil {
			t.Fatal(err)
		}
		var into map[string]any
		_, err = service.Do(t.Context(), httpapi.Request{Method: http.MethodGet, Path: []string{"jobs"}, Safety: httpapi.Idempotent, Into: &into})
		checkWait(t, err, strings.TrimSpace(wait))
		checkError(t, err, status, json.Unmarshal(text, &map[string]any{}) == nil)
		// A part of the token that the answer does not have by itself is of a token that was cut.
		part := fuzzToken[:12]
		if said := string(text) + location; err != nil && strings.Count(said, part) == strings.Count(said, fuzzToken) && strings.Contains(err.Error(), part) {
			t.Errorf("a part of the token is in the error: %q", err)
		}
	})
}

// statusOf makes a status with a body out of any number.
func statusOf(number uint16) int {
	status := int(http.StatusOK + number%400)
	if number >= http.StatusOK && number < 600 {
		status = int(number)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		return http.StatusOK
	}
	return status
}

func checkWait(t *testing.T, err error, asked string) {
	t.Helper()
	const longest, exact = time.Hour, 600
	wait := httpapi.RetryAfter(err)
	if wait < 0 || wait > longest {
		t.Errorf("waits for %s when asked for %q", wait, asked)
	}
	seconds, notNumber := strconv.ParseUint(asked, 10, 32)
	if httpapi.StatusOf(err) != 0 && notNumber == nil && seconds <= exact && wait != time.Duration(seconds)*time.Second {
		t.Errorf("waits for %s when asked for %q", wait, asked)
	}
}

func checkError(t *testing.T, err error, status int, isObject bool) {
	t.Helper()
	success := status < http.StatusMultipleChoices
	if (err == nil) != (success && isObject) {
		t.Errorf("the answer was %d (an object: %v), and the error is %v", status, isObject, err)
	}
	if err == nil {
		return
	}
	if strings.Contains(err.Error(), fuzzToken) {
		t.Errorf("the token is in the error: %q", err)
	}
	var refused *httpapi.Error
	var decode *httpapi.DecodeError
	switch {
	case errors.As(err, &refused) && !success:
		if refused.Status != status || refused.JSON && (refused.Kind == "" || refused.Message == "") || !refused.JSON && httpapi.Refused(err) {
			t.Errorf("the answer was %d, and the error is %+v", status, refused)
		}
		if refused.JSON {
			return // what is said in PE's words is made safe where it is shown
		}
	case errors.As(err, &decode) && success:
	default:
		t.Errorf("the answer was %d, and the error is %T: %v", status, err, err)
	}
	const longest = 1500 // 160 characters, which may be written as \U0010ffff each
	if len(err.Error()) > longest || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the text of %d bytes is not printable or too long: %.*q", len(err.Error()), longest, err.Error())
	}
}

// isSecret reports whether a text is long enough and unlike enough to what the redactor writes that it can be looked for.
func isSecret(text string) bool {
	const shortest = 6
	return len(text) >= shortest && text == strings.TrimSpace(text) && strings.ToValidUTF8(text, "") == text &&
		!strings.Contains(httpapi.Redacted, text) && !strings.Contains(text, "redacted")
}

// leaks reports whether a text has a secret in it, not counting what the redactor has written.
func leaks(text string, secrets ...string) bool {
	for _, piece := range strings.Split(text, httpapi.Redacted) {
		for _, secret := range secrets {
			if strings.Contains(piece, secret) {
				return true
			}
		}
	}
	return false
}

// FuzzRedactor_Text looks for secrets that come through, as they are, in a query or in JSON.
func FuzzRedactor_Text(f *testing.F) {
	f.Add("hunter22", "p ä/&=\"s", "hunter2", "2hunter22 hunter2 p%20%C3%A4")
	f.Add("line one\nline two", "line two", "GET /x?password=", "\\nline two")
	f.Add("<secret>&", "\\back\"slash", "\"", "\"")
	f.Fuzz(func(t *testing.T, first, second, before, after string) {
		if !isSecret(first) || !isSecret(second) {
			return
		}
		redactor := httpapi.NewRedactor(first, second)
		encoded, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{first, second, url.QueryEscape(first), strings.TrimSuffix(string(encoded[1:]), `"`)} {
			for _, text := range []string{before + form + after, form + form, before + second + form} {
				got := redactor.Text(text)
				if leaks(got, form, first, second) {
					t.Errorf("%q comes through in %q, from %q", form, got, text)
				}
				if again := redactor.Text(got); leaks(again, form) {
					t.Errorf("%q comes back in %q", form, again)
				}
			}
		}
	})
}

// FuzzRedactor_JSON looks for secrets that come through in JSON, and for JSON that is none any more.
func FuzzRedactor_JSON(f *testing.F) {
	names, err := fs.Glob(apifixtures.Files, "command-*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("there are no fixtures", err)
	}
	for _, name := range names {
		body, err := apifixtures.Files.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("hunter22", body)
		f.Add("Bolt5ecret!", body)
	}
	f.Add("p\u00e4ss<w>rd", []byte(`{"a": ["p\u00e4ss<w>rd", {"password": "x", "_sensitive": {"y": 1}}], "p\u00e4ss\u003cw\u003erd": 1.50}`))
	f.Fuzz(func(t *testing.T, secret string, body []byte) {
		if !isSecret(secret) {
			return
		}
		got := httpapi.NewRedactor(secret).JSON(body)
		if !json.Valid(body) {
			if leaks(got, secret) {
				t.Errorf("%q comes through in %q", secret, got)
			}
			return
		}
		if !json.Valid([]byte(got)) {
			t.Fatalf("%q is no JSON any more: %q", body, got)
		}
		before, after := decoded(t, body), decoded(t, []byte(got))
		walk(after, func(key, text string) {
			if leaks(text, secret) {
				t.Errorf("%q comes through in %q", secret, got)
			}
			if httpapi.IsSecretKey(key) && text != httpapi.Redacted && text != "" {
				t.Errorf("%s is shown in %q", key, got)
			}
		})
		if kindOf(before) != kindOf(after) {
			t.Errorf("%q is of another kind than %q", got, body)
		}
	})
}

func decoded(t *testing.T, text []byte) (value any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // others may be too large
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// walk calls a function for each text in a value, with its key, and for each key.
func walk(value any, call func(key, text string)) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			call("", key)
			if text, ok := inner.(string); ok {
				call(key, text)
			} else {
				walk(inner, call)
			}
		}
	case []any:
		for _, inner := range value {
			walk(inner, call)
		}
	case string:
		call("", value)
	case json.Number:
		call("", value.String())
	}
}

// kindOf tells objects and lists from each other and from anything else.
func kindOf(value any) string {
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "list"
	default:
		return "value"
	}
}
