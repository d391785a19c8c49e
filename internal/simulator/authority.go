// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"slices"
	"time"
)

// authority is the simulator's own CA with the certificate of its services.
type authority struct {
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	server tls.Certificate
}

// certLifetime is how long certificates are valid, before and after they are made.
const (
	certBackdated = 24 * time.Hour
	certLifetime  = 10 * 365 * 24 * time.Hour
)

// newAuthority makes a CA and a certificate for the hosts of the listening addresses and the names of the loopback interface.
func newAuthority(addresses ...string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a CA: %w", err)
	}
	template, err := certTemplate("Puppet Enterprise simulator CA")
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making a CA: %w", err)
	}
	a := &authority{key: key}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("making a CA: %w", err)
	}
	names, ips, err := hostsOf(addresses)
	if err != nil {
		return nil, err
	}
	a.server, err = a.issue("pe.example.com", func(t *x509.Certificate) {
		t.DNSNames, t.IPAddresses = names, ips
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	})
	return a, err
}

func certTemplate(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: time.Now().Add(-certBackdated), NotAfter: time.Now().Add(certLifetime),
	}, nil
}

// issue makes a certificate.
func (a *authority) issue(name string, fill func(*x509.Certificate)) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
	}
	template, err := certTemplate(name)
	if err != nil {
		return tls.Certificate{}, err
	}
	fill(template)
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// hostsOf returns the names and addresses that a certificate must be valid for: those of the loopback interface, those of this machine if
// the services listen on all of its addresses, and any other address that they listen on.
func hostsOf(addresses []string) (names []string, ips []net.IP, err error) {
	names = []string{"localhost"}
	ips = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	for _, address := range addresses {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, nil, fmt.Errorf("listen address: %w", err)
		}
		ip := net.ParseIP(host)
		switch {
		case host == "" || (ip != nil && ip.IsUnspecified()):
			names, ips = addMachine(names, ips)
		case ip != nil:
			ips = append(ips, ip)
		case !slices.Contains(names, host):
			names = append(names, host)
		}
	}
	return names, ips, nil
}

// addMachine adds the name and all addresses of this machine that can be found.
func addMachine(names []string, ips []net.IP) ([]string, []net.IP) {
	if host, err := os.Hostname(); err == nil && !slices.Contains(names, host) {
		names = append(names, host)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return names, ips
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok {
			ips = append(ips, network.IP)
		}
	}
	return names, ips
}

// serverConfig returns the TLS configuration of the services: TLS 1.2 and later, with an optional client certificate.
func (a *authority) serverConfig() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return &tls.Config{
		Certificates: []tls.Certificate{a.server}, MinVersion: tls.VersionTLS12,
		ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool, NextProtos: []string{"http/1.1"},
	}
}

func (a *authority) certPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// clientCertificate issues a certificate for a client.
func (a *authority) clientCertificate(certname string) (certPEM, keyPEM []byte, err error) {
	cert, err := a.issue(certname, func(t *x509.Certificate) {
		t.DNSNames = []string{certname}
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	})
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return nil, nil, fmt.Errorf("encoding a key: %w", err)
	}
	certPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
	return certPEM, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), nil
}
