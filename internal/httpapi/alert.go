// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"reflect"
)

// AlertError says that the server has ended the TLS connection with an alert in place of an answer. Over TLS 1.3 that happens after the
// client has sent its request: the handshake is over for the client before the server has looked at the client's certificate, or at the
// lack of one. The request was not received in either case.
type AlertError struct {
	// Alert is the alert, by its number in RFC 8446, section 6.
	Alert tls.AlertError
	// Certificate tells that the client has a certificate to present.
	Certificate bool
	Err         error
}

func (e *AlertError) Error() string {
	return fmt.Sprintf("the server ended the TLS handshake with the alert %q", e.Alert.Error())
}

// Unwrap returns the error of the connection.
func (e *AlertError) Unwrap() error { return e.Err }

// The alerts about the certificate of the client: those that say so, and the general one that older servers send.
const (
	alertHandshakeFailure      = 40
	alertBadCertificate        = 42
	alertUnsupportedCert       = 43
	alertRevokedCertificate    = 44
	alertExpiredCertificate    = 45
	alertUnknownCertificate    = 46
	alertUnknownAuthority      = 48
	alertAccessDenied          = 49
	alertDecryptError          = 51
	alertProtocolVersion       = 70
	alertInsufficientSecurity  = 71
	alertUnrecognizedName      = 112
	alertCertificateRequired   = 116
	alertNoApplicationProtocol = 120
)

// AboutCertificate reports whether the alert is, or may be, about the certificate of the client.
func (e *AlertError) AboutCertificate() bool {
	switch e.Alert {
	case alertHandshakeFailure, alertBadCertificate, alertUnsupportedCert, alertRevokedCertificate, alertExpiredCertificate,
		alertUnknownCertificate, alertUnknownAuthority, alertAccessDenied, alertDecryptError, alertCertificateRequired:
		return true
	default:
		return false
	}
}

// endsHandshake reports whether an alert is only sent during a handshake, so that nothing of the application was received. Others, such as
// an internal error, may come at any time.
func (e *AlertError) endsHandshake() bool {
	switch e.Alert {
	case alertProtocolVersion, alertInsufficientSecurity, alertUnrecognizedName, alertNoApplicationProtocol:
		return true
	default:
		return e.AboutCertificate()
	}
}

// nameAlert turns the error of a connection that was ended by an alert of a handshake into an [*AlertError]. fresh tells that nothing was
// ever answered on the connection: on any other one the handshake was over long before, and what an alert means there is not known.
func nameAlert(err error, fresh, certificate bool) error {
	number, ok := alertOf(err)
	if !ok || !fresh {
		return err
	}
	if named := (&AlertError{Alert: number, Certificate: certificate, Err: err}); named.endsHandshake() {
		return named
	}
	return err
}

// alertOf returns the alert that the server has sent. Its type in crypto/tls has no exported name; [tls.AlertError] is only used by QUIC.
func alertOf(err error) (tls.AlertError, bool) {
	var operation *net.OpError
	if !errors.As(err, &operation) || operation.Op != "remote error" || operation.Err == nil {
		return 0, false
	}
	value := reflect.ValueOf(operation.Err)
	if value.Kind() != reflect.Uint8 || value.Type().PkgPath() != reflect.TypeFor[tls.AlertError]().PkgPath() {
		return 0, false
	}
	return tls.AlertError(value.Uint()), true //nolint:gosec // it is a uint8, see above.
}
