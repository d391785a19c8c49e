// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

func TestWrongPort(t *testing.T) {
	t.Parallel()
	const (
		rbacURL = "https://pe.example.com:4433/rbac-api"
		cure    = "The orchestrator listens on port 8143: set `server_url` (PE_SERVER_URL) to https://pe.example.com:8143."
	)
	page := func(status int) error { return &httpapi.Error{Service: orchestrator.ServiceName, Status: status} }
	ofRBAC := unreached(errDial)
	ofRBAC.Service = rbac.ServiceName
	for name, test := range map[string]struct {
		err       error
		url, rbac string
		want      string
	}{
		"no port":            {unreached(errDial), "https://pe.example.com", rbacURL, "without a port, so that port 443 was asked, which is that of the console. " + cure},
		"no port, no TLS":    {unreached(errDial), "http://pe.example.com", rbacURL, "port 80 was asked, which is that of the console, without TLS. " + cure},
		"the console":        {page(404), "https://pe.example.com:443", rbacURL, "port 443 is that of the console. " + cure},
		"RBAC":               {page(404), "https://pe.example.com:4433", rbacURL, "port 4433 is that of RBAC and the node classifier. " + cure},
		"RBAC, as JSON":      {answer(404, "not-found"), "https://pe.example.com:4433", rbacURL, cure},
		"RBAC elsewhere":     {page(404), "https://pe.example.com:9999", "https://pe.example.com:9999/rbac-api", "port 9999 is that of RBAC and the node classifier. " + cure},
		"a proxy of both":    {page(302), "https://pe.example.com:9999", "https://pe.example.com:9999/rbac-api", ""},
		"nothing for both":   {unreached(errDial), "https://pe.example.com:9999", "https://pe.example.com:9999/rbac-api", ""},
		"PuppetDB":           {&httpapi.DecodeError{Service: orchestrator.ServiceName}, "https://pe.example.com:8081", rbacURL, "port 8081 is that of PuppetDB. " + cure},
		"a redirect":         {page(302), "https://pe.example.com", rbacURL, "the console. " + cure},
		"an address":         {unreached(errDial), "https://[2001:db8::1]:8140", rbacURL, "set `server_url` (PE_SERVER_URL) to https://[2001:db8::1]:8143."},
		"RBAC's URL":         {ofRBAC, "https://pe.example.com:8143", "https://pe.example.com:8143/rbac-api", "port 8143 is that of the orchestrator. The RBAC service listens on port 4433: set `rbac_url` (PE_RBAC_URL) to https://pe.example.com:4433/rbac-api."},
		"the right port":     {unreached(errDial), "https://pe.example.com:8143", rbacURL, ""},
		"a port of nothing":  {unreached(errDial), "https://pe.example.com:9143", rbacURL, ""},
		"the right RBAC":     {ofRBAC, "https://pe.example.com:8143", rbacURL, ""},
		"its answer":         {answer(404, "puppetlabs.orchestrator/unknown-job"), "https://pe.example.com", rbacURL, ""},
		"its refusal":        {answer(403, ""), "https://pe.example.com:443", rbacURL, ""},
		"its failure":        {answer(500, ""), "https://pe.example.com:443", rbacURL, ""},
		"RBAC's own answer":  {&httpapi.Error{Service: rbac.ServiceName, Status: http.StatusNotFound, JSON: true}, "https://pe.example.com:8143", "https://pe.example.com/rbac-api", ""},
		"no URL":             {unreached(errDial), "", "", ""},
		"no error of a call": {errors.New("x"), "https://pe.example.com", rbacURL, ""},
	} {
		if got := wrongPort(test.err, addresses{orchestrator.ServiceName: test.url, rbac.ServiceName: test.rbac}); !says(got, test.want) {
			t.Errorf("%s: got %q, want %q in it", name, got, test.want)
		}
	}
	c := &Clients{ServerURL: "https://pe.example.com:9999", RBACURL: "https://pe.example.com:9999/rbac-api"}
	if got := c.Remedy(Failure{Err: page(302)}); !strings.HasSuffix(got, " `server_url` (PE_SERVER_URL) and `rbac_url` (PE_RBAC_URL) have the same "+
		"host and port. If no proxy serves both there, one of them is wrong. The orchestrator listens on port 8143: set `server_url` (PE_SERVER_URL) to https://pe.example.com:8143.") {
		t.Errorf("got %q", got)
	}
	if got := c.Remedy(Failure{Err: answer(403, "")}); strings.Contains(got, "same host") {
		t.Errorf("got %q", got)
	}
	c = &Clients{ServerURL: "https://pe.example.com", RBACURL: rbacURL}
	if got := c.Remedy(Failure{Err: unreached(errDial)}); !strings.HasSuffix(got, cure) || strings.Contains(got, "Check that") {
		t.Errorf("got %q", got)
	}
}
