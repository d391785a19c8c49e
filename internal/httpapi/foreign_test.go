// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

const unknownJob = `{"kind":"puppetlabs.orchestrator/unknown-job","msg":"Unknown job 9"}`

// TestRefused_OnlyByPEItself goes through the answers to a launch: only PE's own refusal proves that nothing was started.
func TestRefused_OnlyByPEItself(t *testing.T) {
	t.Parallel()
	for _, status := range []int{
		300, 302, 400, 401, 403, 404, 405, 406, 407, 408, 409, 410, 413, 415, 418, 421, 422, 425, 429, 431, 499,
		500, 501, 502, 503, 504, 507, 520, 524, 599,
	} {
		refuses := strings.Contains(" 400 401 403 404 405 409 415 422 ", fmt.Sprintf(" %d ", status))
		for body, want := range map[string]bool{unknownJob: refuses, "": false, "<html><title>No</title></html>": false, "{}": false, `{"error":"no"}`: false} {
			t.Run(fmt.Sprintf("%d %q", status, body), func(t *testing.T) {
				t.Parallel()
				service := newService(t, answering(status, "", body))
				_, err := service.Do(t.Context(), launch())
				if httpapi.Refused(err) != want {
					t.Errorf("refused %v, want %v: %v", !want, want, err)
				}
			})
		}
	}
	if httpapi.Refused(errors.New("anything else")) || httpapi.Refused(nil) {
		t.Error("only an answer is a refusal")
	}
}

func TestMayBeDone_UnlessNothingWasWrittenOrItWasRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"nothing has failed":          {nil, false},
		"anything else":               {errors.New("x"), false},
		"nothing was sent":            {&httpapi.ConnectionError{Method: "PUT"}, false},
		"the connection broke":        {fmt.Errorf("changing: %w", &httpapi.ConnectionError{Method: "PUT", Sent: true}), true},
		"a read broke":                {&httpapi.ConnectionError{Method: "GET", Sent: true}, false},
		"it ended between attempts":   {&httpapi.EndedError{Method: "PUT", Sent: true}, true},
		"it ended before any":         {&httpapi.EndedError{Method: "PUT"}, false},
		"a read ended between":        {&httpapi.EndedError{Method: "GET", Sent: true}, false},
		"an answer without sense":     {&httpapi.DecodeError{Method: "PUT"}, true},
		"a read without sense":        {&httpapi.DecodeError{Method: "GET"}, false},
		"PE refuses":                  {&httpapi.Error{Method: "PUT", Status: 403, JSON: true}, false},
		"somebody else refuses":       {&httpapi.Error{Method: "PUT", Status: 403}, true},
		"the server fails":            {&httpapi.Error{Method: "DELETE", Status: 500, JSON: true}, true},
		"the server fails to read it": {&httpapi.Error{Method: "GET", Status: 500, JSON: true}, false},
	} {
		if got := httpapi.MayBeDone(test.err); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestDo_OneAnswerThatIsNotPEs has something in front of PE answer one or two reads. The third answer counts.
func TestDo_OneAnswerThatIsNotPEs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
	}{
		"a 404 page":                  {404, "<html><title>Not here</title></html>"},
		"an empty 400":                {400, ""},
		"407":                         {407, "Proxy Authentication Required"},
		"408":                         {408, ""},
		"408 that looks like PE's":    {408, `{"kind":"timeout","msg":"too slow"}`},
		"418":                         {418, "short and stout"},
		"425 that looks like PE's":    {425, `{"kind":"early","msg":"too early"}`},
		"a 403 in JSON of its own":    {403, `{"message":"forbidden"}`},
		"a 404 with a message alone":  {404, `{"msg":"no route"}`},
		"a 403 with a kind alone":     {403, `{"kind":"forbidden"}`},
		"a 404 that breaks off early": {404, `{"kind":"puppet`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int32
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if attempts.Add(1) <= 2 {
					w.WriteHeader(test.status)
					_, _ = io.WriteString(w, test.body)
					return
				}
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, unknownJob)
			}))
			_, err := service.Do(t.Context(), get("jobs", "9"))
			if !httpapi.HasKind(err, "unknown-job") || attempts.Load() != 3 {
				t.Errorf("after %d attempts: %v", attempts.Load(), err)
			}
			if httpapi.Transient(err) || httpapi.UnusableAnswer(err) || httpapi.ForeignRefusal(err) {
				t.Error("what PE itself says does not pass by itself")
			}
		})
	}
}

// TestDo_AnswersThatAreNeverPEs ends soon: if the URL leads elsewhere, there is no reason to retry until the time is up.
func TestDo_AnswersThatAreNeverPEs(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int32
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		attempts.Add(1)
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<html><title>Not here</title></html>")
	}), func(c *httpapi.Config) { c.MaxRetries = 50 })
	_, err := service.Do(t.Context(), get("jobs"))
	if attempts.Load() != 3 || httpapi.StatusOf(err) != 404 || !strings.Contains(err.Error(), `titled "Not here"`) {
		t.Errorf("after %d attempts: %v", attempts.Load(), err)
	}
	if !httpapi.Transient(err) || !httpapi.UnusableAnswer(err) || !httpapi.ForeignRefusal(err) {
		t.Errorf("transient %v, senseless %v, foreign %v", httpapi.Transient(err), httpapi.UnusableAnswer(err), httpapi.ForeignRefusal(err))
	}
}

// checked is an answer that must have a name.
type checked struct {
	Name string `json:"name"`
}

func (c *checked) Check() error {
	if c.Name == "" {
		return errors.New("it has no name")
	}
	return nil
}

func TestDo_AnswerThatFailsItsCheck(t *testing.T) {
	t.Parallel()
	for body, fails := range map[string]bool{`{"name":"81"}`: false, `{}`: true, `null`: true} {
		request := get("jobs")
		request.Into = &checked{}
		_, err := newService(t, answering(http.StatusOK, "application/json", body)).Do(t.Context(), request)
		var decodeErr *httpapi.DecodeError
		if errors.As(err, &decodeErr) != fails || (err != nil) != fails {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

// TestDo_TimeIsUp describes what happened when an operation ended, wherever it was.
func TestDo_TimeIsUp(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	silent := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	for name, test := range map[string]struct {
		handler http.Handler
		change  func(*httpapi.Config)
		says    string
	}{
		"during an attempt":    {silent, func(*httpapi.Config) {}, "the time for the operation was up"},
		"between two attempts": {answering(503, "", ""), func(c *httpapi.Config) { c.RetryMinWait, c.RetryMaxWait = time.Minute, time.Minute }, "after: the server answered 503"},
		"at the rate limit":    {answering(200, "", ""), func(c *httpapi.Config) { c.RequestsPerSecond = 0.001 }, "the operation has to end before there is time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newService(t, test.handler, test.change)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := service.Do(ctx, get("jobs"))
			if err == nil {
				_, err = service.Do(ctx, get("jobs"))
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "deadline") {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

// TestDo_ErrorsShowNoPartOfASecret has the secret where an excerpt of an answer is cut, and where white space is collapsed.
func TestDo_ErrorsShowNoPartOfASecret(t *testing.T) {
	t.Parallel()
	before := strings.Repeat("x", 150)
	for name, test := range map[string]struct {
		status      int
		body, place string
	}{
		"a text":                   {200, before + " " + secretToken, ""},
		"a page":                   {200, "<html><title>" + before + " " + secretToken + "</title></html>", ""},
		"a redirect":               {302, "", "/" + before + "/" + secretToken},
		"an error":                 {400, `{"kind":"k","msg":"` + before + secretToken + `"}`, ""},
		"an error, cut":            {400, `{"kind":"k","msg":"` + strings.Repeat(before, 13) + strings.Repeat("y", 45) + secretToken + `"}`, ""},
		"a kind":                   {400, `{"kind":"` + secretToken + `","msg":"m"}`, ""},
		"a secret of two lines":    {200, before + "s3cret \"quoted\"\n  value of two", ""},
		"an error of two lines":    {400, `{"kind":"k","msg":"s3cret \"quoted\"\n  value of two"}`, ""},
		"a fresh token, in a text": {200, `that was "token":"fresh-` + secretToken[:4] + ``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.place != "" {
					w.Header().Set("Location", test.place)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			service.Redactor().Add("s3cret \"quoted\"\n  value of two")
			request := launch()
			request.Into = &struct{}{}
			_, err := service.Do(t.Context(), request)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range []string{secretToken[:4], "s3cret", "value of two"} {
				if strings.Contains(err.Error(), part) {
					t.Errorf("%q is in: %v", part, err)
				}
			}
		})
	}
}

// TestDo_ErrorsAreSafeToShow has control characters in whatever an error repeats of an answer.
func TestDo_ErrorsAreSafeToShow(t *testing.T) {
	t.Parallel()
	const hostile = "\x1b[2J\u009b\u202e\nApply complete!"
	encoded := `"\u001b[2J\u009b\u202e\nApply complete!"`
	for name, test := range map[string]struct {
		status      int
		body, place string
	}{
		"text":     {200, hostile, ""},
		"page":     {200, "<html><title>" + hostile + "</title></html>", ""},
		"kind":     {400, `{"kind":` + encoded + `,"msg":"m"}`, ""},
		"message":  {400, `{"kind":"k","msg":` + encoded + `}`, ""},
		"redirect": {302, "", "/\u009b\u202e"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.place != "" {
					w.Header().Set("Location", test.place)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}))
			request := launch()
			request.Into = &struct{}{}
			_, err := service.Do(t.Context(), request)
			if err == nil || err.Error() != visible.Line(err.Error(), visible.LongestLine) || !strings.Contains(err.Error(), `\u202e`) {
				t.Errorf("got %q", err)
			}
		})
	}
}
