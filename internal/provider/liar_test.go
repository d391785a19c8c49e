// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
)

// endpoint is a method and a path, with a colon before the name of a part that may be anything.
type endpoint struct{ method, path string }

// meets reports whether a request goes to the endpoint.
func (e endpoint) meets(request endpoint) bool {
	want, got := strings.Split(e.path, "/"), strings.Split(request.path, "/")
	if e.method != request.method || len(want) != len(got) {
		return false
	}
	for i, part := range want {
		// The user of the token has an endpoint beside those of users with an id.
		if part != got[i] && (!strings.HasPrefix(part, ":") || got[i] == "current") {
			return false
		}
	}
	return true
}

// lie is what a liar answers to each request of an endpoint. Its status is the true one if it is 0.
type lie struct {
	to     endpoint
	status int
	body   []byte
}

// liar stands between the provider and a PE, passes on every request, and lies about what the PE has answered to some.
type liar struct {
	*httptest.Server
	mu    sync.Mutex
	told  *lie
	asked []endpoint
}

// backend connects to a PE.
type backend struct {
	harness      *acctest.Harness
	client       *http.Transport
	orchestrator *url.URL
	rbac         *url.URL
}

func newBackend(t *testing.T, h *acctest.Harness) *backend {
	t.Helper()
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(h.CACertPEM())
	b := &backend{
		harness: h, client: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 8},
		orchestrator: must(url.Parse(h.ServerURL()))(t), rbac: must(url.Parse(h.RBACURL()))(t),
	}
	t.Cleanup(b.client.CloseIdleConnections)
	return b
}

// between starts a liar before the PE.
func (b *backend) between(told *lie) *liar {
	l := &liar{told: told}
	l.Server = httptest.NewServer(&httputil.ReverseProxy{
		Transport: b.client,
		Rewrite: func(r *httputil.ProxyRequest) {
			to := b.orchestrator
			if strings.HasPrefix(r.In.URL.Path, b.rbac.Path) || strings.HasPrefix(r.In.URL.Path, "/classifier-api/") {
				to = b.rbac
			}
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = to.Scheme, to.Host, to.Host
		},
		ModifyResponse: l.answer,
		// Who gives up waiting is no news.
		ErrorLog: log.New(io.Discard, "", 0),
	})
	return l
}

func (l *liar) answer(resp *http.Response) error {
	request := endpoint{resp.Request.Method, strings.TrimPrefix(resp.Request.URL.Path, "/orchestrator/v1")}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, request)
	if l.told == nil || !l.told.to.meets(request) {
		return nil
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if l.told.status != 0 {
		resp.StatusCode = l.told.status
	}
	resp.Header = http.Header{"Content-Type": {"application/json"}, "Content-Length": {strconv.Itoa(len(l.told.body))}}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(l.told.body)), int64(len(l.told.body))
	return nil
}

// config returns a configuration that asks the liar, and repeats no request. What is between them is not encrypted, as that would take longer
// than all the rest.
func (l *liar) config(token, body string) string {
	return fmt.Sprintf(`
provider "pe" {
  server_url  = %q
  rbac_url    = "%s/rbac-api"
  token       = %q
  max_retries = 0
}
%s`, l.URL, l.URL, token, body)
}

// listener is a provider's server, as the framework serves it, that notes what the provider says. What makes it safe once more on the way
// to the CLI is left out, as it would hide what this is about.
type listener struct {
	tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	mu      sync.Mutex
	said    []*tfprotov6.Diagnostic
}

// bareServer serves the provider without the server that makes everything safe.
func bareServer(machine provider.Machine) (tfprotov6.ProviderServer, error) {
	return providerserver.NewProtocol6WithError(provider.New("test", machine)())()
}

func (l *listener) note(said []*tfprotov6.Diagnostic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, said...)
}

// GetProviderSchema returns schemas that were read before, as they take longer than all the rest.
func (l *listener) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return l.schemas, nil
}

// ConfigureProvider notes what is said.
func (l *listener) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	answer, err := l.ProviderServer.ConfigureProvider(ctx, req)
	if err == nil {
		l.note(answer.Diagnostics)
	}
	return answer, err
}

// ReadDataSource notes what is said.
func (l *listener) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	answer, err := l.ProviderServer.ReadDataSource(ctx, req)
	if err == nil {
		l.note(answer.Diagnostics)
	}
	return answer, err
}

// PlanResourceChange notes what is said.
func (l *listener) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	answer, err := l.ProviderServer.PlanResourceChange(ctx, req)
	if err == nil {
		l.note(answer.Diagnostics)
	}
	return answer, err
}

// ApplyResourceChange notes what is said.
func (l *listener) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	answer, err := l.ProviderServer.ApplyResourceChange(ctx, req)
	if err == nil {
		l.note(answer.Diagnostics)
	}
	return answer, err
}

// ReadResource notes what is said.
func (l *listener) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	answer, err := l.ProviderServer.ReadResource(ctx, req)
	if err == nil {
		l.note(answer.Diagnostics)
	}
	return answer, err
}
