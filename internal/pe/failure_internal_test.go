// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// says reports whether a text contains the expected one, or is empty for "".
func says(text, want string) bool {
	return (want == "") == (text == "") && strings.Contains(text, want)
}

func answer(status int, kind string) *httpapi.Error {
	return &httpapi.Error{Service: orchestrator.ServiceName, Status: status, Kind: kind, JSON: true}
}

func unreached(err error) *httpapi.ConnectionError {
	return &httpapi.ConnectionError{Service: orchestrator.ServiceName, Method: "GET", URL: "https://pe:8143/jobs", Err: err}
}

var (
	errAuthority = x509.UnknownAuthorityError{Cert: &x509.Certificate{Issuer: pkix.Name{CommonName: "Puppet CA: pe"}}}
	errHostname  = x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"pe.example.com"}}, Host: "pe"}
	errExpired   = x509.CertificateInvalidError{Reason: x509.Expired, Detail: "a year ago"}
	errNoTLS     = tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}
	errNoHost    = &net.DNSError{Name: "pe", Err: "no such host", IsNotFound: true}
	errNoDNS     = &net.DNSError{Name: "pe", Err: "server misbehaving", IsTemporary: true}
	errDial      = &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	errProxy     = &httpapi.ProxyError{Host: "proxy:3128", Err: &net.OpError{Op: "proxyconnect", Net: "tcp", Err: errDial}}
	errProxyCert = &httpapi.ProxyError{Host: "proxy:3128", Err: &net.OpError{Op: "proxyconnect", Net: "tcp", Err: errAuthority}}
)

func TestConnectionTrouble(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  *httpapi.ConnectionError
		want string
	}{
		"request timeout":       {&httpapi.ConnectionError{Timeout: true, Limit: time.Minute, Err: context.DeadlineExceeded}, "it was not complete within the request timeout of 1m"},
		"interrupted":           {unreached(context.Canceled), "Terraform was interrupted"},
		"time is up":            {unreached(context.DeadlineExceeded), "the time for the operation was up"},
		"authority":             {unreached(&tls.CertificateVerificationError{Err: errAuthority}), "the server's certificate is signed by an authority that is not trusted (CN=Puppet CA: pe)"},
		"authority of no name":  {unreached(x509.UnknownAuthorityError{Cert: &x509.Certificate{}}), "the server's certificate is signed by an authority that is not trusted"},
		"authority of nothing":  {unreached(x509.UnknownAuthorityError{}), "the server's certificate is signed by an authority that is not trusted"},
		"hostname":              {unreached(errHostname), errHostname.Error()},
		"expired":               {unreached(errExpired), "the server's certificate is not valid: " + errExpired.Error()},
		"plain HTTP":            {unreached(http.ErrSchemeMismatch), "the port speaks plain HTTP, not HTTPS"},
		"a port with TLS":       {unreached(httpapi.ErrTLSPort), "the port speaks HTTPS, not plain HTTP"},
		"no TLS at all":         {unreached(errNoTLS), "the port does not speak HTTPS"},
		"no such host":          {unreached(fmt.Errorf("dial: %w", errNoHost)), `there is no host named "pe"`},
		"names are not told":    {unreached(errNoDNS), errNoDNS.Error()},
		"refused":               {unreached(errDial), "the connection was refused, so nothing listens there"},
		"refused by the proxy":  {unreached(errProxy), "the proxy proxy:3128 could not be reached: the connection was refused, so nothing listens there"},
		"the proxy's authority": {unreached(errProxyCert), "the proxy proxy:3128 could not be reached: its certificate is signed by an authority that is not trusted (CN=Puppet CA: pe)"},
		"forbidden by a proxy":  {unreached(&httpapi.ProxyError{Host: "proxy:3128", Status: 403}), "the proxy proxy:3128 refused to connect to it, with 403 Forbidden"},
		"anything else":         {unreached(errors.New("EOF")), "EOF"},
		"timeout of a deadline": {&httpapi.ConnectionError{Timeout: true, Limit: 90 * time.Second, Err: errDial}, "it was not complete within the request timeout of 1m30s"},
	} {
		if got := connectionTrouble(test.err); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestConnectionRemedy(t *testing.T) {
	t.Parallel()
	slow := unreached(context.DeadlineExceeded)
	slow.Timeout = true
	console, another := unreached(errDial), unreached(errDial)
	console.Service, console.URL = rbac.ServiceName, "https://pe:4433/rbac-api/v1/roles"
	another.URL = "https://pe:8144/orchestrator/v1/jobs"
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"it says itself what is wrong": {errors.New("\"x\" is no number"), ""},
		"a page":                       {&httpapi.DecodeError{Service: orchestrator.ServiceName, Err: errors.New("x")}, "Check `server_url` (PE_SERVER_URL), which is https://<primary server>:8143 without a path, and the proxy settings"},
		"a page of the console":        {&httpapi.DecodeError{Service: rbac.ServiceName, Err: errors.New("x")}, "Check `rbac_url` (PE_RBAC_URL), which is https://<primary server>:4433/rbac-api"},
		"an answer without an id":      {&orchestrator.AnswerWithoutIDError{Err: errors.New("x")}, "please report the answer"},
		"interrupted":                  {unreached(context.Canceled), ""},
		"authority":                    {unreached(errAuthority), "`ca_cert_file` (PE_CA_CERT_FILE)"},
		"hostname":                     {unreached(errHostname), "Use a name in `server_url` (PE_SERVER_URL)"},
		"expired":                      {unreached(errExpired), "Renew the server's certificate"},
		"plain HTTP":                   {unreached(http.ErrSchemeMismatch), "The orchestrator listens on 8143 with HTTPS"},
		"a port with TLS":              {unreached(httpapi.ErrTLSPort), "Write https:// instead of http:// in `server_url` (PE_SERVER_URL)."},
		"no TLS at all":                {unreached(errNoTLS), "The orchestrator listens on 8143 with HTTPS"},
		"no certificate":               {unreached(&httpapi.AlertError{Alert: 116}), "set `client_cert_file` (PE_CLIENT_CERT_FILE) and `client_key_file`"},
		"a bad certificate":            {unreached(&httpapi.AlertError{Alert: 42, Certificate: true}), "does not accept the client certificate, which is set with `client_cert_file`"},
		"another version of TLS":       {unreached(&httpapi.AlertError{Alert: 70}), "the provider speaks versions 1.2 and 1.3"},
		"a proxy that wants a login":   {unreached(&httpapi.ProxyError{Status: 407}), "Put it into HTTPS_PROXY, as in http://user:password@"},
		"a proxy that refuses":         {unreached(&httpapi.ProxyError{Status: 403}), "must allow connections to that host and port"},
		"a proxy that is not there":    {unreached(errProxy), "Check that the proxy is running, and that HTTPS_PROXY has its address; or add the host of Puppet Enterprise to NO_PROXY, if this machine reaches it directly."},
		"a proxy that is not trusted":  {unreached(errProxyCert), "`ca_cert_file` (PE_CA_CERT_FILE) may hold both."},
		"refused":                      {unreached(errDial), "this machine may reach its port 8143 (HTTPS_PROXY and NO_PROXY are honoured)."},
		"refused at another port":      {another, "this machine may reach its port 8144"},
		"refused by the console":       {console, "`rbac_url` (PE_RBAC_URL) is right, and that this machine may reach its port 4433"},
		"too slow":                     {slow, "needs a longer `request_timeout`"},
		"too slow on the wire":         {unreached(os.ErrDeadlineExceeded), "needs a longer `request_timeout`"},
	} {
		if got := connectionRemedy(test.err); !says(got, test.want) {
			t.Errorf("%s: got %q, want %q in it", name, got, test.want)
		}
	}
	if got := connectionRemedy(unreached(errDial)); strings.Contains(got, "request_timeout") {
		t.Errorf("what was refused was not too slow: %q", got)
	}
}

func TestAnswerRemedy(t *testing.T) {
	t.Parallel()
	for kind, test := range map[string]struct {
		want string
		// token is true when the remedy says where the token comes from.
		token bool
	}{
		orchestrator.KindTokenExpired:         {"its --lifetime should cover the whole run", true},
		orchestrator.KindTokenRevoked:         {"The token has been revoked", true},
		orchestrator.KindInvalidToken:         {"it is damaged, or of another Puppet Enterprise", true},
		orchestrator.KindUserRevoked:          {"let an administrator reinstate this one", true},
		orchestrator.KindUserUnauthenticated:  {"The server does not accept the token", true},
		orchestrator.KindNotPermitted:         {"give it to one of the user's roles", true},
		orchestrator.KindValidationError:      {"Change what the message names", false},
		orchestrator.KindUnknownTask:          {"`puppet task show` lists the tasks", false},
		orchestrator.KindUnknownPlan:          {"`puppet plan show` lists the plans", false},
		orchestrator.KindUnknownEnvironment:   {"Check the environment's name. It must exist", false},
		orchestrator.KindEmptyEnvironment:     {"No node belongs to the environment", false},
		orchestrator.KindEmptyTarget:          {"The scope holds no node that could be used", false},
		orchestrator.KindQueryError:           {"it must be valid PQL or AST", false},
		orchestrator.KindDependencyCycle:      {"components depend on each other in a circle", false},
		orchestrator.KindPuppetDBError:        {"Check that PuppetDB is running", false},
		orchestrator.KindInvalidTime:          {"a time in the future", false},
		orchestrator.KindDisabledScheduledJob: {"Create a new one instead", false},
		orchestrator.KindUnknownJob:           {"", false},
		"of-tomorrow":                         {"", false},
		"":                                    {"", false},
	} {
		for _, prefix := range []string{"", "puppetlabs.orchestrator/"} {
			err := answer(http.StatusBadRequest, prefix+kind)
			if got := answerRemedy(err, ""); !says(got, test.want) || strings.Contains(got, "comes from") {
				t.Errorf("%s%s: got %q, want %q in it", prefix, kind, got, test.want)
			}
			if got := answerRemedy(err, "the environment variable PE_TOKEN"); strings.Contains(got, " The token comes from the environment variable PE_TOKEN.") != test.token {
				t.Errorf("%s%s: got %q, which is to name the token: %v", prefix, kind, got, test.token)
			}
		}
	}
}

func TestStatusRemedy(t *testing.T) {
	t.Parallel()
	const from = " The token comes from somewhere."
	page := func(status int, message string) *httpapi.Error {
		return &httpapi.Error{Service: orchestrator.ServiceName, Status: status, Message: message}
	}
	console := answer(http.StatusInternalServerError, "")
	console.Service = rbac.ServiceName
	for name, test := range map[string]struct {
		err  *httpapi.Error
		want string
		// token is true when the remedy says where the token comes from.
		token bool
	}{
		"401":                 {answer(401, ""), "Get a new one with `puppet-access login`.", true},
		"403":                 {answer(403, ""), "lacks a permission for this", true},
		"403 of a page":       {page(403, "the answer was an HTML page"), "lacks a permission for this", true},
		"407":                 {page(407, ""), "Put it into HTTPS_PROXY", false},
		"429":                 {answer(429, ""), "Lower `max_concurrent_requests`", false},
		"500":                 {answer(500, ""), "/var/log/puppetlabs/orchestration-services/", false},
		"500 of the console":  {console, "/var/log/puppetlabs/console-services/", false},
		"400 of nginx":        {page(400, "the answer was an HTML page titled \"400 No required SSL certificate was sent\""), "set `client_cert_file` (PE_CLIENT_CERT_FILE)", false},
		"503 of a page":       {page(503, "the answer was an HTML page"), "if the failure was temporary, apply again", false},
		"plain HTTP":          {page(400, "the answer was text: \"Client sent an HTTP request to an HTTPS server.\""), "Write https:// instead of http:// in `server_url` (PE_SERVER_URL).", false},
		"plain HTTP to Jetty": {page(400, "the answer was text: \"Bad Message 400, You're speaking plain HTTP to an SSL-enabled server port\""), "Write https:// instead of http:// in `server_url` (PE_SERVER_URL).", false},
		"plain HTTP to nginx": {page(400, "the answer was an HTML page titled \"400 The plain HTTP request was sent to HTTPS port\""), "Write https:// instead of http:// in `server_url` (PE_SERVER_URL).", false},
		"404 of a page":       {page(404, "the answer was an HTML page"), "This answer is not from Puppet Enterprise", false},
		"400 of PuppetDB":     {&httpapi.Error{Service: puppetdb.ServiceName, Status: 400, Message: "no such field", Text: true}, "", false},
		"302":                 {page(302, "the answer was a redirect to /login"), "This answer is not from Puppet Enterprise", false},
		"404":                 {answer(404, ""), "", false},
		"409":                 {answer(409, "conflict"), "", false},
	} {
		if got := statusRemedy(test.err, from); !says(got, test.want) || strings.HasSuffix(got, from) != test.token {
			t.Errorf("%s: got %q, want %q in it", name, got, test.want)
		}
	}
}

func TestFailure_Remedy(t *testing.T) {
	t.Parallel()
	advice := map[string]string{orchestrator.KindUnknownTask: "Look elsewhere.", orchestrator.KindUnknownJob: ""}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"advice of its own":         {answer(404, "puppetlabs.orchestrator/unknown-task"), "Look elsewhere."},
		"no advice on purpose":      {answer(404, "puppetlabs.orchestrator/unknown-job"), ""},
		"the usual advice":          {answer(404, "puppetlabs.orchestrator/unknown-plan"), "`puppet plan show`"},
		"wrapped":                   {fmt.Errorf("starting: %w", answer(404, "unknown-task")), "Look elsewhere."},
		"no connection":             {unreached(errDial), "reach its port 8143"},
		"it says itself what it is": {errors.New("x"), ""},
	} {
		if got := (&Clients{}).Remedy(Failure{Err: test.err, Advice: advice}); !says(got, test.want) {
			t.Errorf("%s: got %q, want %q in it", name, got, test.want)
		}
	}
}

// decodeError is an answer of another shape, for a reason.
func decodeError(reason error) error {
	return &httpapi.DecodeError{
		Service: "orchestrator", Method: "GET", URL: "https://pe:8143/jobs", Status: 200, Received: "JSON of another shape",
		Shape: httpapi.ShapeOtherJSON, Err: reason,
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	refused := answer(404, "puppetlabs.orchestrator/unknown-job")
	refused.Method, refused.URL, refused.Message = "GET", "https://pe:8143/jobs/9", "unknown job 9"
	bare := &httpapi.Error{Method: "GET", URL: "https://pe:8143/jobs/9", Status: 403, Message: "the answer was an empty body"}
	clients := &Clients{Redactor: httpapi.NewRedactor("hunter2")}
	between := &httpapi.EndedError{Method: "GET", URL: "https://pe:8143/jobs", Trouble: errors.New("the server answered 503 to hunter2"), Err: context.Canceled}
	before := &httpapi.EndedError{Method: "GET", URL: "https://pe:8143/jobs", Err: context.Canceled}
	again := unreached(errDial)
	again.Tries = httpapi.Tries{Count: 7, Over: 25*time.Second + 4*time.Millisecond}
	busy := *bare
	busy.Status, busy.Tries = 503, httpapi.Tries{Count: 2, Over: time.Millisecond}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"an answer":               {fmt.Errorf("reading job 9: %w", refused), "GET https://pe:8143/jobs/9 was answered with 404 Not Found, puppetlabs.orchestrator/unknown-job:\nUnknown job 9."},
		"interrupted":             {context.Canceled, "Terraform was interrupted."},
		"interrupted, wrapped":    {fmt.Errorf("reading: %w", context.Canceled), "Terraform was interrupted."},
		"interrupted, on the way": {unreached(context.Canceled), "Terraform was interrupted while it waited for the answer to GET https://pe:8143/jobs."},
		"interrupted, between":    {between, "Terraform was interrupted while it waited to try GET https://pe:8143/jobs again. What had failed: the server answered 503 to (redacted)."},
		"interrupted, before":     {before, "Terraform was interrupted before GET https://pe:8143/jobs could be sent."},
		"several attempts":        {again, "GET https://pe:8143/jobs got no answer: the connection was refused, so nothing listens there. This was the last of 7 attempts in 25s."},
		"two attempts":            {&busy, "GET https://pe:8143/jobs/9 was answered with 503 Service Unavailable:\nThe answer was an empty body. This was the last of 2 attempts within a second."},
		"without a kind":          {bare, "GET https://pe:8143/jobs/9 was answered with 403 Forbidden:\nThe answer was an empty body."},
		"a long Retry-After": {
			&httpapi.Error{Method: "GET", URL: "https://pe:8143/jobs", Status: 503, Message: "busy", RetryAfter: 10 * time.Minute},
			"GET https://pe:8143/jobs was answered with 503 Service Unavailable:\nBusy.\nIt asks to wait at least 10m (Retry-After) before the next request.",
		},
		"a page": {
			fmt.Errorf("x: %w", &httpapi.DecodeError{Service: "orchestrator", Method: "GET", URL: "https://pe:8143/jobs", Status: 200, Received: "an HTML page", Err: errors.New("x")}),
			"GET https://pe:8143/jobs was answered with status 200, but with an HTML page instead of the JSON of the orchestrator.",
		},
		"another shape": {
			decodeError(errors.New("decoding job 7: it counts -1 nodes as \"failed\", which cannot be")),
			"GET https://pe:8143/jobs was answered with status 200, but with JSON of another shape instead of the JSON of the orchestrator. " +
				"What is wrong with it: decoding job 7: it counts -1 nodes as \"failed\", which cannot be.",
		},
		"what only a decoder has words for": {
			decodeError(&json.UnmarshalTypeError{Value: "string", Type: reflect.TypeFor[int]()}),
			"GET https://pe:8143/jobs was answered with status 200, but with JSON of another shape instead of the JSON of the orchestrator.",
		},
		"useless answers for a while": {
			fmt.Errorf("x: %w", &jobwatch.UselessError{For: 5 * time.Minute, Polls: 70, Err: decodeError(errors.New("it is no job"))}),
			"For 5m there was nothing but answers of one kind, which cannot be used. The last one: GET https://pe:8143/jobs was answered with " +
				"status 200, but with JSON of another shape instead of the JSON of the orchestrator. What is wrong with it: it is no job.",
		},
		"a text": {
			&httpapi.Error{Method: "POST", URL: "https://pe:8081/pdb", Status: 400, Text: true, Message: "'foo' is no field"},
			"POST https://pe:8081/pdb was answered with 400 Bad Request:\n'foo' is no field.",
		},
		"a text of several lines": {
			&httpapi.Error{Method: "POST", URL: "https://pe:8081/pdb", Status: 400, Text: true, Message: "PQL parse error:\n\nnodes { = hunter2 }\n        ^"},
			"POST https://pe:8081/pdb was answered with 400 Bad Request:\nPQL parse error:\n\nnodes { = (redacted) }\n        ^",
		},
		"no answer":           {fmt.Errorf("x: %w", unreached(errors.New("EOF"))), "GET https://pe:8143/jobs got no answer: EOF."},
		"one full stop":       {unreached(errors.New("It broke.")), "GET https://pe:8143/jobs got no answer: It broke."},
		"anything else":       {errors.New("there is nothing to run"), "There is nothing to run."},
		"a secret first":      {errors.New("hunter2 is wrong"), "(redacted) is wrong."},
		"an operation's time": {fmt.Errorf("x: %w", context.DeadlineExceeded), "X: context deadline exceeded."},
	} {
		if got := clients.Explain(test.err); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestOlderServer(t *testing.T) {
	t.Parallel()
	const note = "The server may be older than GET /usage, which came with PE 2019.0."
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"nothing":                   {nil, ""},
		"no connection":             {unreached(errDial), ""},
		"404 without a kind":        {answer(404, ""), note},
		"404 of a page":             {&httpapi.Error{Status: 404}, note},
		"404, wrapped":              {fmt.Errorf("x: %w", answer(404, "puppetlabs.orchestrator/not-found")), note},
		"something is not there":    {answer(404, "puppetlabs.orchestrator/unknown-job"), ""},
		"with a colon before":       {answer(404, ":puppetlabs.orchestrator/unknown-task-target"), ""},
		"another status":            {answer(400, ""), ""},
		"403, which hides nothing":  {answer(403, ""), ""},
		"unknown is not the prefix": {answer(404, "puppetlabs.orchestrator/endpoint-unknown-"), note},
	} {
		if got := OlderServer(test.err, "GET /usage", "2019.0"); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestFailure_WhatItIsAbout(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err                                          error
		unauthorized, forbidden, outage, unreachable bool
	}{
		"no connection": {unreached(errDial), false, false, true, true},
		"no JSON":       {&httpapi.DecodeError{}, false, false, true, true},
		"any error":     {errors.New("x"), false, false, true, true},
		"302":           {&httpapi.Error{Status: 302}, false, false, false, true},
		"400":           {answer(400, ""), false, false, false, false},
		"401":           {fmt.Errorf("x: %w", answer(401, "")), true, false, false, false},
		"403":           {fmt.Errorf("x: %w", answer(403, "")), false, true, false, false},
		"403 of a page": {&httpapi.Error{Status: 403}, false, false, false, true},
		"404":           {answer(404, ""), false, false, false, false},
		"404 of a page": {fmt.Errorf("x: %w", &httpapi.Error{Status: 404}), false, false, false, true},
		"429":           {answer(429, ""), false, false, true, true},
		"500":           {answer(500, ""), false, false, true, false},
		"502":           {&httpapi.Error{Status: 502}, false, false, true, true},
		"503":           {answer(503, ""), false, false, true, true},
		"504":           {&httpapi.Error{Status: 504}, false, false, true, true},
	} {
		if got := IsUnreachable(test.err); got != test.unreachable {
			t.Errorf("%s: unreachable %v", name, got)
		}
		if got := IsUnauthorized(test.err); got != test.unauthorized {
			t.Errorf("%s: unauthorized %v", name, got)
		}
		if got := IsForbidden(test.err); got != test.forbidden {
			t.Errorf("%s: forbidden %v", name, got)
		}
		if got := IsOutage(test.err); got != test.outage {
			t.Errorf("%s: outage %v", name, got)
		}
	}
}

// TestReport_AtTheAttribute: an error is bound to the attribute for its kind, and no secret is shown.
func TestReport_AtTheAttribute(t *testing.T) {
	t.Parallel()
	c := &Clients{Redactor: httpapi.NewRedactor("hunter2")}
	attributes := map[string]path.Path{orchestrator.KindUnknownTask: path.Root("task")}
	for name, test := range map[string]struct {
		err error
		at  string
	}{
		"of the kind":     {answer(404, "puppetlabs.orchestrator/unknown-task"), "task"},
		"of another kind": {answer(404, "puppetlabs.orchestrator/unknown-plan"), ""},
		"of none":         {unreached(errors.New("no hunter2 there")), ""},
	} {
		var diags diag.Diagnostics
		c.Report(&diags, Failure{Summary: "It did not run", Err: test.err, Attributes: attributes, Note: "Mind the gap."})
		if len(diags) != 1 || diags[0].Summary() != "It did not run" || !strings.HasSuffix(diags[0].Detail(), "\n\nMind the gap.") || strings.Contains(diags[0].Detail(), "hunter2") {
			t.Fatalf("%s: got %v", name, diags)
		}
		at := ""
		if bound, ok := diags[0].(diag.DiagnosticWithPath); ok {
			at = bound.Path().String()
		}
		if at != test.at {
			t.Errorf("%s: bound to %q, want %q", name, at, test.at)
		}
	}
}

func TestIsForbidden_WhoeverOfPESaysSo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  *httpapi.Error
		want bool
	}{
		"PE":                       {&httpapi.Error{Status: 403, JSON: true}, true},
		"what guards PE, in text":  {&httpapi.Error{Status: 403, Text: true}, true},
		"a proxy":                  {&httpapi.Error{Status: 403}, false},
		"PE, about something else": {&httpapi.Error{Status: 404, JSON: true}, false},
	} {
		if got := IsForbidden(test.err); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
