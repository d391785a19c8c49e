// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// addresses finds the URLs of the services.
func (r *resolver) addresses(s *settings) {
	allowed, allowedBy := r.flag(r.config.AllowHTTP, "allow_http", pe.EnvAllowHTTP)
	var plain []string
	for _, service := range []struct {
		name string
		url  *string
		find func(serverURL string) (string, origin)
	}{
		{"orchestrator", &s.serverURL, func(string) (string, origin) { return r.serverURL() }},
		{"RBAC", &s.rbacURL, r.rbacURL},
		{"PuppetDB", &s.puppetDBURL, r.puppetDBURL},
		{"Code Manager", &s.codeManagerURL, r.codeManagerURL},
	} {
		found, from := service.find(s.serverURL)
		*service.url = found
		if from.text != "" { // another one is on the host of the orchestrator
			plain = append(plain, r.plain(found, service.name, from, allowed)...)
		}
	}
	if len(plain) > 0 {
		r.diags.AddWarning("Puppet Enterprise is reached without TLS",
			"Because of "+allowedBy.text+", everybody on the way can read the token, and the password of a login, and can change what is "+
				"run: "+strings.Join(plain, ", ")+". Puppet Enterprise itself only speaks https.")
	}
}

// plain refuses a URL without TLS, or returns it where that is allowed. What is on this machine needs no permission.
func (r *resolver) plain(address, service string, from origin, allowed bool) []string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "http" || isLoopback(parsed.Hostname()) {
		return nil
	}
	if allowed {
		return []string{address}
	}
	r.fault(from, "The "+service+" URL has no TLS", fmt.Sprintf("%q, from %s, is an http URL: everybody on the way could read the token, "+
		"and the password of a login. Puppet Enterprise itself only speaks https, so write https://. Where something in front of it really "+
		"has no TLS, set `allow_http = true` or %s=true.", address, from.text, pe.EnvAllowHTTP))
	return nil
}

// isLoopback reports whether a host is this machine itself.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	address := net.ParseIP(host)
	return host == "localhost" || address != nil && address.IsLoopback()
}

func (r *resolver) serverURL() (string, origin) {
	text, from := r.text(
		r.config.ServerURL,
		"server_url",
		pe.EnvServerURL,
		func(c clienttools.Config) clienttools.Setting { return c.ServiceURL },
	)
	if text == "" {
		r.diags.AddAttributeError(path.Root("server_url"), "No orchestrator URL",
			"The provider does not know which Puppet Enterprise to talk to. Give its URL, such as `https://pe.example.com:8143`, in one of "+
				"three ways:\n\n  - the argument `server_url` in the provider block,\n  - the environment variable "+pe.EnvServerURL+
				",\n  - `service-url` in the PE client tools' orchestrator.conf ("+r.machine.ClientTools.User+" or "+
				r.machine.ClientTools.Global+").")
		return "", origin{}
	}
	if problem := validate.Orchestrator().Problem(text); problem != "" {
		r.fault(from, validate.Orchestrator().Unusable(), fmt.Sprintf("%s, from %s, %s.", validate.Shown(text), from.text, problem))
		return "", origin{}
	}
	return strings.TrimRight(text, "/"), from
}

// rbacURL returns the URL of RBAC and where it comes from, which is nowhere if it is on the host of the orchestrator.
func (r *resolver) rbacURL(serverURL string) (string, origin) {
	text, from := r.text(r.config.RBACURL, "rbac_url", pe.EnvRBACURL, func(c clienttools.Config) clienttools.Setting { return c.RBACURL })
	if text != "" {
		if problem := validate.RBAC().Problem(text); problem != "" {
			r.fault(from, validate.RBAC().Unusable(), fmt.Sprintf("%s, from %s, %s.", validate.Shown(text), from.text, problem))
			return "", origin{}
		}
		return text, from
	}
	return beside(serverURL, "4433", "/rbac-api"), origin{}
}

// puppetDBURL returns the URL of PuppetDB and where it comes from, which is nowhere if it is on the host of the orchestrator.
func (r *resolver) puppetDBURL(serverURL string) (string, origin) {
	found, from := r.serviceURL(serviceSetting{
		service: validate.PuppetDB(), value: r.config.PuppetDBURL, name: "puppetdb_url", env: pe.EnvPuppetDBURL,
		tool: r.machine.ClientTools.PuppetDBURL, port: "8081",
	}, serverURL)
	return strings.TrimRight(found, "/"), from
}

// codeManagerURL returns the URL of Code Manager and where it comes from, which is nowhere if it is on the host of the orchestrator.
func (r *resolver) codeManagerURL(serverURL string) (string, origin) {
	return r.serviceURL(serviceSetting{
		service: validate.CodeManager(), value: r.config.CodeManagerURL, name: "code_manager_url", env: pe.EnvCodeManagerURL,
		tool: r.machine.ClientTools.CodeManagerURL, port: "8170", path: "/code-manager",
	}, serverURL)
}

// serviceSetting says where the URL of a service may be set that few configurations need.
type serviceSetting struct {
	service   validate.Service
	value     types.String
	name, env string
	// tool reads it from a file of the client tools.
	tool func() (clienttools.Setting, error)
	// port and path are the usual ones, on the host of the orchestrator.
	port, path string
}

func (r *resolver) serviceURL(s serviceSetting, serverURL string) (string, origin) {
	text, from := r.text(s.value, s.name, s.env, nil)
	if text == "" {
		setting, err := s.tool()
		if err != nil {
			r.diags.AddWarning("The URL of "+s.service.Name+" was not read from the PE client tools", prose.Sentence(err.Error())+
				fmt.Sprintf(" Port %s on the host of `server_url` is used instead, where something needs %s. Fix the file, or set `%s`.",
					s.port, s.service.Name, s.name))
		}
		text, from = setting.Value, file(setting.File)
	}
	if text == "" {
		return beside(serverURL, s.port, s.path), origin{}
	}
	if problem := s.service.Problem(text); problem != "" {
		r.fault(from, s.service.Unusable(), fmt.Sprintf("%s, from %s, %s.", validate.Shown(text), from.text, problem))
		return "", origin{}
	}
	return text, from
}

// beside is the URL of a service on the host of the orchestrator, "" where that is not known.
func beside(serverURL, port, path string) string {
	server, err := url.Parse(serverURL)
	if err != nil || server.Host == "" {
		return ""
	}
	return server.Scheme + "://" + net.JoinHostPort(server.Hostname(), port) + path
}
