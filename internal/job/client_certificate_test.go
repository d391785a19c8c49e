// SPDX-License-Identifier: MPL-2.0

package job_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// TestLaunch_AServerThatAsksForACertificate launches where a client certificate is needed. Over TLS 1.3 the refusal comes after the request
// was sent: nothing was started all the same, nothing is searched for, and the error names the attributes.
func TestLaunch_AServerThatAsksForACertificate(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was received") }))
			server.TLS = &tls.Config{
				MinVersion: version, MaxVersion: version, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool(),
			}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
			h := acctest.New(t)
			h.Machine.Settle = time.Hour // nobody searches for what was not received
			provider := fmt.Sprintf("provider \"pe\" {\n server_url = %q\n token = \"x\"\n validate_params = false\n ca_cert_pem = <<-EOT\n%s\n  EOT\n}\n",
				server.URL, acctest.Indent(string(ca)))
			h.Run(t, resource.TestStep{
				Config:      provider + acctest.TaskBody("task = \"facts\"\n"+acctest.TwoNodes),
				ExpectError: acctest.SaysAll("Task \"facts\" was not started … ended the TLS handshake … Nothing was received. … set `client_cert_file` (PE_CLIENT_CERT_FILE)"),
			})
		})
	}
}
