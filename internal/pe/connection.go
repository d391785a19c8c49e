// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// connectionTrouble describes why there was no answer.
func connectionTrouble(e *httpapi.ConnectionError) string {
	var proxy *httpapi.ProxyError
	switch {
	case e.Timeout:
		return fmt.Sprintf("it was not complete within the request timeout of %s", duration.Text(e.Limit))
	case errors.Is(e.Err, context.Canceled):
		return "Terraform was interrupted"
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "the time for the operation was up"
	case errors.As(e.Err, &proxy) && proxy.Err != nil:
		return fmt.Sprintf("the proxy %s could not be reached: %s", proxy.Host, peerTrouble(proxy.Err, "its"))
	case errors.As(e.Err, &proxy):
		return proxy.Error()
	default:
		return peerTrouble(e.Err, "the server's")
	}
}

// peerTrouble describes why there was no connection to the server, or to the proxy before it, whose certificate is named as that of whose.
func peerTrouble(err error, whose string) string {
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var dns *net.DNSError
	var alert *httpapi.AlertError
	switch {
	case errors.As(err, &alert):
		return alert.Error()
	case errors.As(err, &authority):
		return whose + " certificate is signed by an authority that is not trusted" + issuer(authority.Cert)
	case errors.As(err, &hostname):
		return hostname.Error()
	case errors.As(err, &invalid):
		return whose + " certificate is not valid: " + invalid.Error()
	case errors.Is(err, httpapi.ErrPlainPort):
		return "the port speaks plain HTTP, not HTTPS"
	case errors.Is(err, httpapi.ErrTLSPort):
		return "the port speaks HTTPS, not plain HTTP"
	case speaksPlainText(err):
		return "the port does not speak HTTPS"
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("there is no host named %q", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused, so nothing listens there"
	default:
		return err.Error()
	}
}

// speaksPlainText reports whether the port answered a TLS handshake with something else.
func speaksPlainText(err error) bool {
	var record tls.RecordHeaderError
	return errors.Is(err, httpapi.ErrPlainPort) || errors.As(err, &record)
}

func issuer(certificate *x509.Certificate) string {
	if certificate == nil || certificate.Issuer.String() == "" {
		return ""
	}
	return " (" + certificate.Issuer.String() + ")"
}

// connectionRemedy says what to do when there was no usable answer.
func connectionRemedy(err error) string {
	at := addressOf(serviceOf(err))
	var decodeErr *httpapi.DecodeError
	if errors.As(err, &decodeErr) {
		return "Something other than Puppet Enterprise may have answered: a proxy, a load balancer or another service on the port. Check " +
			at.setting + ", which is https://<primary server>:" + at.port + at.path + ", and the proxy settings (HTTPS_PROXY, NO_PROXY)."
	}
	var without *orchestrator.AnswerWithoutIDError
	if errors.As(err, &without) {
		return "What answered may not be Puppet Enterprise, or a release that this provider does not know. Check " + at.setting +
			"; if it is right, please report the answer."
	}
	var connErr *httpapi.ConnectionError
	if !errors.As(err, &connErr) {
		return "" // its own text says what is wrong
	}
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alert *httpapi.AlertError
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case errors.As(err, new(*httpapi.ProxyError)): // first: what is wrong with the connection to a proxy is not wrong with that to the server
		return proxyRemedy(err)
	case errors.As(err, &authority):
		return "Puppet Enterprise has a certificate authority of its own. Give its certificate with `ca_cert_file` (PE_CA_CERT_FILE): on PE " +
			"machines it is /etc/puppetlabs/puppet/ssl/certs/ca.pem. If you have given one, it is of another PE."
	case errors.As(err, &hostname):
		return "Use a name in " + at.setting + " that the certificate is valid for."
	case errors.As(err, &invalid):
		return "Renew the server's certificate, or check the clock of this machine."
	case errors.Is(err, httpapi.ErrTLSPort):
		return writeHTTPS(at)
	case speaksPlainText(err):
		return "Check the port in " + at.setting + ". " + at.listener + " listens on " + at.port + " with HTTPS; an http proxy in between is " +
			"set with HTTPS_PROXY."
	case errors.As(err, &alert):
		return alertRemedy(alert, at)
	default:
		return "Check that Puppet Enterprise is running, that " + at.setting + " is right, and that this machine may reach its port " +
			portIn(connErr.URL, at.port) + " (HTTPS_PROXY and NO_PROXY are honoured)." + timeoutRemedy(err)
	}
}

// writeHTTPS says what to do about a port with TLS that was asked without it.
func writeHTTPS(at address) string { return "Write https:// instead of http:// in " + at.setting + "." }

// alertRemedy says what to do about a server that has ended the TLS handshake.
func alertRemedy(e *httpapi.AlertError, at address) string {
	switch {
	case !e.AboutCertificate():
		return "The server and the provider agree on no way to speak TLS: the provider speaks versions 1.2 and 1.3. Check " + at.setting +
			", and whether something in front of Puppet Enterprise ends TLS."
	case e.Certificate:
		return "Nothing was received. The server does not accept the client certificate, which is set with `client_cert_file` (" +
			EnvClientCertFile + ") or `client_cert_pem`. It must be valid now, and be signed by an authority that the server trusts."
	default:
		return "Nothing was received. The server may ask for a client certificate: set `client_cert_file` (" + EnvClientCertFile +
			") and `client_key_file` (" + EnvClientKeyFile + ")."
	}
}

// proxyLogin says how to log in at a proxy.
const proxyLogin = "The proxy asks for a login. Put it into HTTPS_PROXY, as in http://user:password@proxy.example.com:3128, with special " +
	"characters as in a URL (%40 for @); or add the host of Puppet Enterprise to NO_PROXY, if this machine reaches it directly. The token " +
	"of PE has nothing to do with it."

// proxyRemedy says what to do about a proxy that has refused to connect, or that cannot be reached.
func proxyRemedy(err error) string {
	var refused *httpapi.ProxyError
	switch {
	case errors.As(err, &refused) && refused.WantsLogin():
		return proxyLogin
	case errors.As(err, &refused) && refused.Err != nil:
		return "Check that the proxy is running, and that HTTPS_PROXY has its address; or add the host of Puppet Enterprise to NO_PROXY, if " +
			"this machine reaches it directly." + proxyCertificateRemedy(err)
	default:
		return "The proxy must allow connections to that host and port. Ask who runs it, or add the host to NO_PROXY, if this machine " +
			"reaches it directly."
	}
}

// proxyCertificateRemedy says what to do about the certificate of a proxy.
func proxyCertificateRemedy(err error) string {
	if !errors.As(err, new(x509.UnknownAuthorityError)) {
		return ""
	}
	return " The authority of a proxy with an https URL is looked for where that of Puppet Enterprise is: `ca_cert_file` (" + EnvCACertFile +
		") may hold both."
}

func timeoutRemedy(err error) string {
	var connErr *httpapi.ConnectionError
	if errors.As(err, &connErr) && connErr.Timeout || errors.Is(err, os.ErrDeadlineExceeded) {
		return " A server that is only slow needs a longer `request_timeout`."
	}
	return ""
}
