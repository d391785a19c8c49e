// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// ProxyError says that a proxy has refused to connect to the server, or could not be reached itself. Nothing was sent to the server.
type ProxyError struct {
	// Status is the HTTP status of the proxy's answer, 0 where there was none.
	Status int
	// Host is the proxy, without the login that may be in its URL.
	Host string
	// Err is why there was no answer, nil where there was one.
	Err error
}

func (e *ProxyError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the proxy %s could not be reached: %v", e.Host, e.Err)
	}
	return fmt.Sprintf("the proxy %s refused to connect to it, with %s", e.Host, StatusLine(e.Status))
}

// WantsLogin reports whether the proxy asks for a login.
func (e *ProxyError) WantsLogin() bool { return e.Status == http.StatusProxyAuthRequired }

// Unwrap returns why there was no answer.
func (e *ProxyError) Unwrap() error { return e.Err }

// proxyAnswer turns a proxy's refusal of a tunnel into a [*ProxyError]: net/http only keeps the text of the status.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Status: answer.StatusCode, Host: proxy.Host}
}

// refusedByRule reports whether a proxy asks for a login, or does not allow the connection, so that another attempt would end in the same
// way.
func refusedByRule(err error) bool {
	var refused *ProxyError
	return errors.As(err, &refused) && (refused.WantsLogin() || refused.Status == http.StatusForbidden)
}

// ProxySettingError says that a variable of the environment that names the proxy of a service is not a URL. It does not have the value,
// which may hold a password.
type ProxySettingError struct {
	// Variable is the name of the variable, as it is set.
	Variable string
}

func (e *ProxySettingError) Error() string {
	return "the environment variable " + e.Variable + " is not the URL of a proxy"
}

// proxies are the proxies that the environment names.
type proxies struct {
	// of returns the proxy of a URL, nil for none.
	of func(*url.URL) (*url.URL, error)
	// wanted returns something other than nil for each URL that a proxy would be used for, whatever the variables hold.
	wanted func(*url.URL) (*url.URL, error)
	// bad has the variable for a scheme whose value is not the URL of a proxy.
	bad map[string]string
}

// proxiesOfEnvironment reads the environment. It is read for each transport, and not through http.ProxyFromEnvironment, which keeps what
// it read first for the whole process.
func proxiesOfEnvironment() proxies {
	settings := httpproxy.FromEnvironment()
	p := proxies{
		of:     settings.ProxyFunc(),
		wanted: (&httpproxy.Config{HTTPProxy: "http://proxy", HTTPSProxy: "http://proxy", NoProxy: settings.NoProxy}).ProxyFunc(),
		bad:    map[string]string{},
	}
	// httpproxy ignores what it cannot parse, and would connect without the proxy.
	for _, setting := range []struct{ scheme, value, lower, upper string }{
		{"https", settings.HTTPSProxy, "https_proxy", "HTTPS_PROXY"},
		{"http", settings.HTTPProxy, "http_proxy", "HTTP_PROXY"},
	} {
		if setting.value != "" && !isProxyURL(setting.value) {
			p.bad[setting.scheme] = setVariable(setting.lower, setting.upper)
		}
	}
	return p
}

// setVariable returns the name of the variable that httpproxy has taken, as it is set: on Windows, both names find it.
func setVariable(first, second string) string {
	for _, name := range []string{first, second} {
		if slices.ContainsFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, name+"=") && entry != name+"=" }) {
			return name
		}
	}
	return first
}

// isProxyURL reports whether a value is what httpproxy understands: a URL, or one without a scheme. A character of a login that is not
// encoded may also end the host early, so that the rest with its @ goes elsewhere in the URL, or the scheme is taken for a host.
func isProxyURL(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	parsed, err := url.Parse(value)
	return err == nil && parsed.Host != "" && !strings.Contains(parsed.Path+parsed.RawQuery+parsed.Fragment, "@")
}

// check returns a [*ProxySettingError] where the proxy that a URL asks for cannot be used.
func (p proxies) check(u *url.URL) error {
	variable, bad := p.bad[u.Scheme]
	if !bad {
		return nil
	}
	if proxy, err := p.wanted(u); proxy == nil && err == nil {
		return nil
	}
	return &ProxySettingError{Variable: variable}
}

// throughProxy names the proxy in the error of a connection that was not made because the proxy could not be reached: net/http only says
// where the proxy was looked for.
type throughProxy struct {
	next    http.RoundTripper
	proxies proxies
}

// RoundTrip implements [http.RoundTripper].
func (t throughProxy) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	var operation *net.OpError
	if err == nil || !errors.As(err, &operation) || operation.Op != "proxyconnect" {
		return resp, err
	}
	proxy, proxyErr := t.proxies.of(req.URL)
	if proxyErr != nil || proxy == nil {
		return resp, err
	}
	return resp, &ProxyError{Host: proxy.Host, Err: err}
}
