// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestAuth_RefusesUnusableTokens(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	sim.AddUser("amy", "x")
	sim.AddUser("bob", "x")
	revoked, expired, orphaned, short := sim.IssueToken("amy", 0), sim.IssueToken("amy", 0), sim.IssueToken("bob", 0), sim.IssueToken("amy", time.Hour)
	sim.RevokeToken(revoked)
	sim.ExpireToken(expired)
	sim.RevokeUser("bob")
	sim.Advance(2 * time.Hour)
	for _, tc := range []struct{ name, token, kind, message string }{
		{"no token", "", "user-unauthenticated", "Route requires authentication"},
		{"garbage", "garbage", "invalid-token", ""},
		{"a token that was never issued", "0" + strings.Repeat("A", 43), "invalid-token", ""},
		{"a revoked token", revoked, "token-revoked", "Authentication token has been revoked."},
		{"an expired token", expired, "token-expired", "The provided token has expired."},
		{"a token whose time is over", short, "token-expired", "The provided token has expired."},
		{"a token of a revoked user", orphaned, "user-revoked", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, sim, tc.token)
			for _, path := range []string{"jobs", "command/deploy", "nosuch"} {
				answer := c.orch(t, http.MethodGet, path, nil)
				mustRefuse(t, answer, 401, "puppetlabs.rbac/"+tc.kind, tc.message)
				if strings.Contains(answer.text, "details") {
					t.Errorf("there are details: %s", answer.text)
				}
			}
			kind := tc.kind
			if kind != "user-unauthenticated" && kind != "user-revoked" {
				kind = "puppetlabs.rbac/" + kind
			}
			mustRefuse(t, c.rbac(t, http.MethodGet, "v1/users/current", nil), 401, kind, tc.message)
			mustRefuse(t, c.rbac(t, http.MethodGet, "v1/nosuch", nil), 401, kind, tc.message)
		})
	}
}

func TestAuth_WaysToSendAToken(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := clientOf(t, sim, "")
	mustStatus(t, c.orch(t, http.MethodGet, "jobs?token="+sim.AdminToken(), nil), http.StatusOK)
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/users/current?token="+sim.AdminToken(), nil), http.StatusOK)
	mustStatus(t, clientOf(t, sim, sim.AdminToken()+"|no_keepalive").orch(t, http.MethodGet, "jobs", nil), http.StatusOK)
	// The parameter counts only where the header is absent or empty.
	mustStatus(t, clientOf(t, sim, "garbage").orch(t, http.MethodGet, "jobs?token="+sim.AdminToken(), nil), http.StatusUnauthorized)
}

func TestAuth_KeepAliveCountsAsActivity(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	user := sim.AddUser("amy", "x")
	token := sim.IssueToken("amy", 0)
	c := admin(t, sim)
	active := func() string {
		t.Helper()
		return text(c.rbac(t, http.MethodGet, "v1/users/"+user.ID+"/tokens", nil).items(t)[0], "last_active_date")
	}
	first := active()
	sim.Advance(time.Minute)
	clientOf(t, sim, token+"|no_keepalive").rbac(t, http.MethodGet, "v1/users/current", nil)
	if got := active(); got != first {
		t.Errorf("a passive request moved the activity from %s to %s", first, got)
	}
	clientOf(t, sim, token).rbac(t, http.MethodGet, "v1/users/current", nil)
	if got := active(); got == first {
		t.Errorf("the activity is still %s", got)
	}
}

func TestServer_UnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	c := admin(t, sim)
	for _, path := range []string{"nosuch", "jobs/1/nosuch", "jobs/", "command", "scopes", "tasks/a", "tasks/a/b/c", "plan_jobs/1/event"} {
		mustStatus(t, c.orch(t, http.MethodGet, path, nil), http.StatusNotFound)
	}
	for path, method := range map[string]string{"jobs": "POST", "command/task": "GET", "scopes/task_targets/1": "DELETE", "inventory": "PUT"} {
		mustStatus(t, c.orch(t, method, path, nil), http.StatusMethodNotAllowed)
	}
	mustStatus(t, c.send(t, c.request(t, http.MethodGet, sim.ServerURL()+"/", nil)), http.StatusNotFound)
	mustStatus(t, c.send(t, c.request(t, http.MethodGet, sim.ServerURL()+"/rbac-api/v1/roles", nil)), http.StatusNotFound)
	mustStatus(t, c.send(t, c.request(t, http.MethodGet, strings.TrimSuffix(sim.RBACURL(), "/rbac-api")+"/orchestrator/v1/jobs", nil)), http.StatusNotFound)
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/nosuch", nil), http.StatusNotFound)
	answer := c.rbac(t, http.MethodPatch, "v1/roles", nil)
	mustStatus(t, answer, http.StatusMethodNotAllowed)
	if got := answer.header.Get("Allow"); got != "GET, POST" {
		t.Errorf("Allow is %q", got)
	}
}

func TestStart_ListensOnAllAddresses(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Listen: ":0", RBACListen: "0.0.0.0:0"})
	if !strings.HasPrefix(sim.ServerURL(), "https://127.0.0.1:") || !strings.HasPrefix(sim.RBACURL(), "https://127.0.0.1:") {
		t.Errorf("the addresses are %s and %s", sim.ServerURL(), sim.RBACURL())
	}
	c := admin(t, sim)
	mustStatus(t, c.orch(t, http.MethodGet, "jobs", nil), http.StatusOK)
	mustStatus(t, c.rbac(t, http.MethodGet, "v1/roles", nil), http.StatusOK)
	sim.Restart(0)
	awaitUp(t, c)
}

func TestServer_TLS(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{Listen: "localhost:0"})
	if !strings.HasPrefix(sim.ServerURL(), "https://localhost:") {
		t.Errorf("the address is %s", sim.ServerURL())
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(sim.CACertPEM())
	address := strings.TrimPrefix(sim.ServerURL(), "https://")
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		dialer := tls.Dialer{Config: &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}}
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = conn.Close()
	}
	for name, config := range map[string]*tls.Config{
		"another name": {RootCAs: pool, ServerName: "pe.example.org", MinVersion: tls.VersionTLS12},
		"another CA":   {RootCAs: x509.NewCertPool(), ServerName: "localhost", MinVersion: tls.VersionTLS12},
		"TLS 1.1":      {RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
	} {
		dialer := tls.Dialer{Config: config}
		if conn, err := dialer.DialContext(t.Context(), "tcp", address); err == nil {
			_ = conn.Close()
			t.Errorf("%s: the handshake succeeded", name)
		}
	}
}

func TestAuth_ClientCertificates(t *testing.T) {
	t.Parallel()
	sim := start(t, simulator.Options{})
	certPEM, keyPEM, err := sim.ClientCertificate("workstation.example.com")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	c := clientOf(t, sim, "")
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	transport.TLSClientConfig.Certificates = []tls.Certificate{cert}
	// RBAC accepts it for the API user; the orchestrator still requires a token.
	if got := text(c.rbac(t, http.MethodGet, "v1/users/current", nil).json, "login"); got != "api_user" {
		t.Errorf("with a certificate the caller is %q", got)
	}
	mustRefuse(t, c.rbac(t, http.MethodPost, "v1/tokens", object{}), 401, "user-unauthenticated", "")
	mustRefuse(t, c.orch(t, http.MethodGet, "jobs", nil), 401, "puppetlabs.rbac/user-unauthenticated", "")
	requests := sim.Requests()
	if got := requests[len(requests)-1].ClientCertname; got != "workstation.example.com" {
		t.Errorf("the log has the certificate of %q", got)
	}
}

func TestStart_WrongOptions(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]simulator.Options{
		"generation": {Generation: "2017.3"},
		"time scale": {TimeScale: -1},
		"latency":    {Latency: -time.Second},
		"pruning":    {PruneAfter: -time.Second},
		"compiles":   {CompileConcurrency: -1},
		"tasks":      {TaskConcurrency: -1},
		"address":    {Listen: "nowhere"},
		"host":       {Listen: "192.0.2.1:0"},
		"rbac host":  {RBACListen: "192.0.2.1:0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if sim, err := simulator.Start(t.Context(), opts); err == nil {
				_ = sim.Close()
				t.Error("started")
			}
		})
	}
	if _, err := simulator.ParseGeneration("2017.3"); err == nil || !strings.Contains(err.Error(), "2019.8, 2021.7, 2025") {
		t.Errorf("the error is %v", err)
	}
}
