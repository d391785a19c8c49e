// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
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

// addresses are the URLs of the services, by their names.
type addresses map[string]string

func (c *Clients) addresses() addresses {
	return addresses{
		orchestrator.ServiceName: c.ServerURL, rbac.ServiceName: c.RBACURL, puppetdb.ServiceName: c.PuppetDBURL,
		codemanager.ServiceName: c.CodeManagerURL,
	}
}

// wrongPort says that the URL of a service has the port of another one, when an error may come from that, or "". A proxy may serve
// any of them on any port, so that the port alone proves nothing.
func wrongPort(err error, at addresses) string {
	if !mayBeElsewhere(err) {
		return ""
	}
	service := serviceOf(err)
	if service == classifier.ServiceName {
		service = rbac.ServiceName // which is at the same address
	}
	given := at[service]
	parsed, parseErr := url.Parse(given)
	if parseErr != nil || parsed.Hostname() == "" {
		return ""
	}
	port := portOf(parsed)
	listener, known := listeners[port]
	if !known {
		listener, known = at.elsewhere(service, parsed)
	}
	return portCure(service, given, parsed, listener, known)
}

// portCure says on which port a service listens, where that is another one.
func portCure(service, given string, parsed *url.URL, listener string, known bool) string {
	at, port := addressOf(service), portOf(parsed)
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

// elsewhere is what listens at an address that another service than the given one is configured with.
func (a addresses) elsewhere(service string, at *url.URL) (listener string, known bool) {
	for _, other := range slices.Sorted(maps.Keys(a)) {
		parsed, err := url.Parse(a[other])
		if err == nil && other != service && parsed.Hostname() == at.Hostname() && portOf(parsed) == portOf(at) {
			return listeners[addressOf(other).port], true
		}
	}
	return "", false
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
