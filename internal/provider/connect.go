// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
)

// connect builds the clients. It makes no request.
func connect(s settings, machine Machine) (*pe.Clients, diag.Diagnostics) {
	var diags diag.Diagnostics
	notes := machine.Journal
	if notes == nil {
		notes = journal.New("", machine.Now)
	}
	if len(s.unknown) > 0 {
		return &pe.Clients{
			Unknown:     s.unknown,
			Journal:     notes,
			Now:         machine.Now,
			ServerClock: func() (time.Time, bool) { return time.Time{}, false },
		}, diags
	}
	logger := newLogger(machine)
	s.http.Logger = logger
	transport, err := httpapi.New(s.http)
	if err != nil {
		reportCertificate(err, s, &diags)
		return nil, diags
	}
	c := services(transport, s, &diags)
	if diags.HasError() {
		return nil, diags
	}
	c.Jobs = jobwatch.Jobs(c.Orchestrator, machine.Settle).WithPatience(machine.Patience)
	c.PlanJobs = jobwatch.PlanJobs(c.Orchestrator, machine.Settle).WithPatience(machine.Patience)
	c.Launcher = launch.New(machine.Settle, notes, logger).WithRepeats(s.http.MaxRetries)
	c.Scopes = scopecount.New(c.PuppetDB, c.Classifier, machine.Now)
	c.Journal, c.Relay, c.Logger, c.Now = notes, machine.Relay, logger, machine.Now
	return c, diags
}

// services makes the clients of the services, and reports where a URL cannot be used.
func services(transport *httpapi.Transport, s settings, diags *diag.Diagnostics) *pe.Clients {
	unusable := func(service string, err error) {
		var proxy *httpapi.ProxySettingError
		switch {
		case errors.As(err, &proxy):
			reportProxy(proxy, diags)
		case err != nil:
			diags.AddError("The "+service+" URL cannot be used", prose.Sentence(err.Error()))
		}
	}
	client, err := orchestrator.New(transport, s.serverURL)
	unusable("orchestrator", err)
	roles, err := rbac.New(transport, s.rbacURL)
	unusable("RBAC", err)
	groups, groupsErr := classifier.New(transport, s.rbacURL)
	if err == nil {
		unusable("RBAC", groupsErr)
	}
	database, err := puppetdb.New(transport, s.puppetDBURL)
	unusable("PuppetDB", err)
	code, err := codemanager.New(transport, s.codeManagerURL)
	unusable("Code Manager", err)
	return &pe.Clients{
		Orchestrator:     client,
		RBAC:             roles,
		Classifier:       groups,
		PuppetDB:         database,
		CodeManager:      code,
		NoToken:          s.noToken,
		Redactor:         transport.Redactor(),
		ServerURL:        s.serverURL,
		RBACURL:          s.rbacURL,
		PuppetDBURL:      s.puppetDBURL,
		CodeManagerURL:   s.codeManagerURL,
		DefaultUserdata:  s.defaultUserdata,
		ValidateParams:   s.validateParams,
		PreviewScopes:    s.previewScopes,
		TokenOrigin:      s.tokenOrigin,
		ResultLimits:     s.resultLimits,
		ServerClock:      transport.ServerNow,
		ScheduledJobsAPI: s.scheduledJobsAPI,
	}
}

// reportProxy reports a variable with a proxy that cannot be used: once, because several services have the same proxy.
func reportProxy(err *httpapi.ProxySettingError, diags *diag.Diagnostics) {
	found := diag.NewErrorDiagnostic("The proxy cannot be used", prose.Sentence(err.Error())+" It is not shown here, because it may hold a "+
		"password. It has to look like http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, without spaces or line "+
		"breaks around it. In the user name and the password, these characters have to be encoded: % as %25, # as %23, / as %2F, ? as %3F, "+
		"@ as %40, : as %3A and a space as %20.\n\nThe provider does not go past a proxy that is set. To reach Puppet Enterprise "+
		"directly, unset the variable, or add its host to NO_PROXY.")
	if !diags.Contains(found) {
		diags.Append(found)
	}
}

func reportCertificate(err error, s settings, diags *diag.Diagnostics) {
	r := resolver{}
	if errors.Is(err, httpapi.ErrEncryptedKey) {
		r.fault(s.clientKeyOrigin, "The client key is encrypted", "The key from "+s.clientKeyOrigin.text+" is encrypted with a passphrase, "+
			"which nobody can enter here. Decrypt it into a file that only you may read: (umask 077; openssl pkey -in key.pem -out "+
			"decrypted.pem), and give that one.")
		diags.Append(r.diags...)
		return
	}
	from, key := s.clientCertOrigin, ""
	if s.clientKeyOrigin.text != "" {
		key = ", and its key from " + s.clientKeyOrigin.text
	}
	var certificate *httpapi.CertificateError
	if errors.As(err, &certificate) && certificate.Part == httpapi.PartCA {
		from, key = s.caOrigin, ""
	}
	r.fault(from, "A certificate cannot be used", prose.Sentence(err.Error())+" It comes from "+from.text+key+".")
	diags.Append(r.diags...)
}
