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
	service, asked, ok := at.asked(err)
	if !ok {
		return ""
	}
	port := portOf(asked)
	listener, known := listeners[port]
	if other, shared := at.sharing(service, asked); !known && shared && httpapi.ForeignRefusal(err) {
		listener, known = listeners[addressOf(other).port], true // What listens there answers, and does not know what was asked.
	}
	if !known || port == addressOf(service).port {
		return ""
	}
	setting := addressOf(service).setting
	if asked.Port() == "" {
		return fmt.Sprintf("%s is %s, without a port, so that port %s was asked, which is that of %s. %s",
			setting, at[service], port, listener, cure(service, asked))
	}
	return fmt.Sprintf("%s is %s, and port %s is that of %s. %s", setting, at[service], port, listener, cure(service, asked))
}

// sharedPort says that two services are configured with one host and port, when an error may come from that, or "". A proxy may serve both
// there.
func sharedPort(err error, at addresses) string {
	service, asked, ok := at.asked(err)
	if !ok || portOf(asked) == addressOf(service).port {
		return ""
	}
	other, shared := at.sharing(service, asked)
	if !shared {
		return ""
	}
	return fmt.Sprintf("%s and %s have the same host and port. If no proxy serves both there, one of them is wrong. %s",
		addressOf(service).setting, addressOf(other).setting, cure(service, asked))
}

// sharing returns another service that is configured with the host and port of one.
func (a addresses) sharing(service string, at *url.URL) (other string, ok bool) {
	for _, other := range slices.Sorted(maps.Keys(a)) {
		parsed, err := url.Parse(a[other])
		if err == nil && other != service && parsed.Hostname() == at.Hostname() && portOf(parsed) == portOf(at) {
			return other, true
		}
	}
	return "", false
}

// asked returns the service that an error is of, and the URL that it is configured with. ok is false where another service would not have
// caused the error.
func (a addresses) asked(err error) (service string, at *url.URL, ok bool) {
	if !mayBeElsewhere(err) {
		return "", nil, false
	}
	service = serviceOf(err)
	if service == classifier.ServiceName {
		service = rbac.ServiceName // which is at the same address
	}
	parsed, err := url.Parse(a[service])
	return service, parsed, err == nil && parsed.Hostname() != ""
}

// cure says on which port a service listens.
func cure(service string, asked *url.URL) string {
	at := addressOf(service)
	return fmt.Sprintf("%s listens on port %s: set %s to https://%s%s.", at.listener, at.port, at.setting,
		net.JoinHostPort(asked.Hostname(), at.port), strings.TrimSuffix(at.path, " without a path"))
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
	var proxy *httpapi.ProxyError
	switch {
	case errors.As(err, &proxy) && proxy.Err != nil: // no port of Puppet Enterprise was asked
		return false
	case errors.As(err, &answer):
		unknown := httpapi.NotFound(err) && !strings.HasPrefix(answer.KindName(), "unknown-")
		return unknown && answer.Service == orchestrator.ServiceName || httpapi.UnusableAnswer(err)
	case errors.As(err, &conn):
		return true
	default:
		return errors.As(err, &decode)
	}
}
