// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
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
	found := newServices(transport, s, &diags)
	if diags.HasError() {
		return nil, diags
	}
	return &pe.Clients{
		Orchestrator:    found.orchestrator,
		RBAC:            found.rbac,
		PuppetDB:        found.puppetDB,
		Classifier:      found.classifier,
		Jobs:            jobwatch.Jobs(found.orchestrator, machine.Settle).WithPatience(machine.Patience),
		PlanJobs:        jobwatch.PlanJobs(found.orchestrator, machine.Settle).WithPatience(machine.Patience),
		Launcher:        launch.New(machine.Settle, notes, logger).WithRepeats(s.http.MaxRetries),
		Journal:         notes,
		NoToken:         s.noToken,
		Redactor:        transport.Redactor(),
		ServerURL:       s.serverURL,
		RBACURL:         s.rbacURL,
		PuppetDBURL:     s.puppetDBURL,
		Logger:          logger,
		DefaultUserdata: s.defaultUserdata,
		ValidateParams:  s.validateParams,
		TokenOrigin:     s.tokenOrigin,
		ResultLimits:    s.resultLimits,
		Now:             machine.Now,
		ServerClock:     transport.ServerNow,

		ScheduledJobsAPI: s.scheduledJobsAPI,
	}, diags
}

// services are the clients of the services of one PE.
type services struct {
	orchestrator *orchestrator.Client
	rbac         *rbac.Client
	classifier   *classifier.Client
	puppetDB     *puppetdb.Client
}

// newServices builds the clients of the services. It reports a URL that cannot be used.
func newServices(transport *httpapi.Transport, s settings, diags *diag.Diagnostics) (found services) {
	var err error
	if found.orchestrator, err = orchestrator.New(transport, s.serverURL); err != nil {
		diags.AddError("The orchestrator URL cannot be used", prose.Sentence(err.Error()))
	}
	if found.rbac, err = rbac.New(transport, s.rbacURL); err != nil {
		diags.AddError("The RBAC URL cannot be used", prose.Sentence(err.Error()))
	} else if found.classifier, err = classifier.New(transport, s.rbacURL); err != nil {
		diags.AddError("The RBAC URL cannot be used", prose.Sentence(err.Error()))
	}
	if found.puppetDB, err = puppetdb.New(transport, s.puppetDBURL); err != nil {
		diags.AddError("The PuppetDB URL cannot be used", prose.Sentence(err.Error()))
	}
	return found
}

func reportCertificate(err error, s settings, diags *diag.Diagnostics) {
	from := s.clientCertOrigin
	var certificate *httpapi.CertificateError
	if errors.As(err, &certificate) && certificate.Part == httpapi.PartCA {
		from = s.caOrigin
	}
	r := resolver{}
	r.fault(from, "A certificate cannot be used", prose.Sentence(err.Error())+" It comes from "+from.text+".")
	diags.Append(r.diags...)
}
