// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// ProxyError says that a proxy has refused to connect to the server. Nothing was sent to the server.
type ProxyError struct {
	// Status is the HTTP status of the proxy's answer.
	Status int
	// Host is the proxy, without the login that may be in its URL.
	Host string
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s refused to connect to it, with %s", e.Host, StatusLine(e.Status))
}

// proxyAnswer turns a proxy's refusal of a tunnel into a [*ProxyError]: net/http only keeps the text of the status.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Status: answer.StatusCode, Host: proxy.Host}
}

// wantsLogin reports whether a proxy asks for a login, so that another attempt would end in the same way.
func wantsLogin(err error) bool {
	var refused *ProxyError
	return errors.As(err, &refused) && refused.Status == http.StatusProxyAuthRequired
}
