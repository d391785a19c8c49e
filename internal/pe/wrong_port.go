// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// listeners are what listens on the ports of a Puppet Enterprise.
var listeners = map[string]string{
	"80":   "the console, without TLS",
	"443":  "the console",
	"4433": "RBAC and the node classifier",
	"8080": "PuppetDB, without TLS",
	"8081": "PuppetDB",
	"8140": "the Puppet server, for agents",
	"8142": "the PCP broker, for agents",
	"8143": "the orchestrator",
	"8170": "Code Manager",
}

// wrongPort says that the URL of a service has the port of another one, when an error may come from that, or "". A proxy may serve
// any of them on any port, so that the port alone proves nothing.
func wrongPort(err error, serverURL, rbacURL string) string {
	if !mayBeElsewhere(err) {
		return ""
	}
	given, other := serverURL, rbacURL
	if serviceOf(err) == rbac.ServiceName {
		given, other = rbacURL, serverURL
	}
	parsed, parseErr := url.Parse(given)
	if parseErr != nil || parsed.Hostname() == "" {
		return ""
	}
	at := addressOf(serviceOf(err))
	port := portOf(parsed)
	listener, known := listeners[port]
	if otherURL, err := url.Parse(other); !known && err == nil && otherURL.Hostname() == parsed.Hostname() && portOf(otherURL) == port {
		listener, known = elsewhere(serviceOf(err)), true
	}
	if !known || port == at.port {
		return ""
	}
	correct := strings.TrimSuffix(at.path, " without a path")
	cure := fmt.Sprintf("%s listens on port %s: set %s to https://%s%s.",
		at.listener, at.port, at.setting, net.JoinHostPort(parsed.Hostname(), at.port), correct)
	if parsed.Port() == "" {
		return fmt.Sprintf("%s is %s, without a port, so that port %s was asked, which is that of %s. %s",
			at.setting, given, port, listener, cure)
	}
	return fmt.Sprintf("%s is %s, and port %s is that of %s. %s", at.setting, given, port, listener, cure)
}

// elsewhere is what listens at the address of the other of the two services.
func elsewhere(service string) string {
	if service == rbac.ServiceName {
		return listeners["8143"]
	}
	return listeners["4433"]
}

// portOf is the port of a URL, or that of its scheme.
func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

// mayBeElsewhere reports whether an error is one that another service would cause, or none at all: there was no connection, or what
// answered does not know what was asked.
func mayBeElsewhere(err error) bool {
	var conn *httpapi.ConnectionError
	var decode *httpapi.DecodeError
	var answer *httpapi.Error
	switch {
	case errors.As(err, &answer):
		unknown := httpapi.NotFound(err) && !strings.HasPrefix(answer.KindName(), "unknown-")
		return unknown && answer.Service == orchestrator.ServiceName || httpapi.UnusableAnswer(err)
	case errors.As(err, &conn):
		return true
	default:
		return errors.As(err, &decode)
	}
}
