// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

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
	to := newServices(transport, s, &diags)
	if diags.HasError() {
		return nil, diags
	}
	return &pe.Clients{
		Orchestrator:    to.orchestrator,
		RBAC:            to.rbac,
		PuppetDB:        to.puppetDB,
		CodeManager:     to.codeManager,
		Jobs:            jobwatch.Jobs(to.orchestrator, machine.Settle).WithPatience(machine.Patience),
		PlanJobs:        jobwatch.PlanJobs(to.orchestrator, machine.Settle).WithPatience(machine.Patience),
		Launcher:        launch.New(machine.Settle, notes, logger).WithRepeats(s.http.MaxRetries),
		Journal:         notes,
		NoToken:         s.noToken,
		Redactor:        transport.Redactor(),
		ServerURL:       s.serverURL,
		RBACURL:         s.rbacURL,
		PuppetDBURL:     s.puppetDBURL,
		CodeManagerURL:  s.codeManagerURL,
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

// services are the clients of the services.
type services struct {
	orchestrator *orchestrator.Client
	rbac         *rbac.Client
	puppetDB     *puppetdb.Client
	codeManager  *codemanager.Client
}

// newServices builds the clients of the services, or reports whose URL cannot be used.
func newServices(transport *httpapi.Transport, s settings, diags *diag.Diagnostics) (to services) {
	var problems [4]error
	to.orchestrator, problems[0] = orchestrator.New(transport, s.serverURL)
	to.rbac, problems[1] = rbac.New(transport, s.rbacURL)
	to.puppetDB, problems[2] = puppetdb.New(transport, s.puppetDBURL)
	to.codeManager, problems[3] = codemanager.New(transport, s.codeManagerURL)
	for i, service := range []string{"orchestrator", "RBAC", "PuppetDB", "Code Manager"} {
		if problems[i] != nil {
			diags.AddError("The "+service+" URL cannot be used", prose.Sentence(problems[i].Error()))
		}
	}
	return to
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
