// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// TLSConfig holds the certificates of a [Config], as PEM text.
type TLSConfig struct {
	// CACertPEM holds the certificates of the authorities that are trusted, instead of the system's. Empty means the
	// system's.
	CACertPEM []byte
	// ClientCertPEM and ClientKeyPEM are the client's certificate chain and key. Both or neither.
	ClientCertPEM, ClientKeyPEM []byte
	// InsecureSkipVerify accepts any server certificate.
	InsecureSkipVerify bool
}

// CertificatePart names which part of a [TLSConfig] an error is about.
type CertificatePart string

// The parts of a [TLSConfig].
const (
	PartCA     CertificatePart = "CA certificate"
	PartClient CertificatePart = "client certificate"
	PartKey    CertificatePart = "client key"
)

// ErrEncryptedKey says that a key is encrypted. Nobody could enter its passphrase.
var ErrEncryptedKey = errors.New("the key is encrypted")

// CertificateError says that a part of a [TLSConfig] cannot be used.
type CertificateError struct {
	Part CertificatePart
	Err  error
}

func (e *CertificateError) Error() string { return fmt.Sprintf("using the %s: %v", e.Part, e.Err) }

// Unwrap returns the cause.
func (e *CertificateError) Unwrap() error { return e.Err }

func (c TLSConfig) clientConfig() (*tls.Config, error) {
	cfg := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.InsecureSkipVerify, //nolint:gosec // the user asks for it by name, and the provider warns.
	}
	if len(c.CACertPEM) > 0 {
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(c.CACertPEM) {
			return nil, &CertificateError{Part: PartCA, Err: errors.New("it holds no certificate in PEM form")}
		}
	}
	if len(c.ClientCertPEM) > 0 || len(c.ClientKeyPEM) > 0 {
		if isEncrypted(c.ClientKeyPEM) {
			return nil, &CertificateError{Part: PartKey, Err: ErrEncryptedKey}
		}
		pair, err := tls.X509KeyPair(c.ClientCertPEM, c.ClientKeyPEM)
		if err != nil {
			return nil, &CertificateError{Part: PartClient, Err: err}
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

// isEncrypted reports whether the key in a text is encrypted, as PKCS #8 has it or as OpenSSL wrote it before.
func isEncrypted(text []byte) bool {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return true
		}
	}
	return false
}
