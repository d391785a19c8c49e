package provider

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// connection is what resources and data sources get from the provider.
type connection struct {
	orchestrator *orchestrator.Client
	rbac         *rbac.Client
	jobs         *jobwatch.Watcher[orchestrator.Job]
	planJobs     *jobwatch.Watcher[orchestrator.PlanJob]
	launcher     *launch.Launcher
	journal      *journal.Journal
	redactor     *httpapi.Redactor

	defaultUserdata map[string]string
	// validateParams is whether resources that do not say so themselves are checked against the catalog.
	validateParams bool
	tokenOrigin    string
	now            func() time.Time
	serverClock    func() (time.Time, bool)
	// scheduledJobsAPI is which of the two scheduling APIs is to be used.
	scheduledJobsAPI string
	noToken          *missingToken

	// unknown lists arguments of the provider that are not known yet. Nothing else is then set.
	unknown []string
}

// connect builds the clients. It makes no request.
func connect(s settings, machine Machine) (*connection, diag.Diagnostics) {
	var diags diag.Diagnostics
	notes := machine.Journal
	if notes == nil {
		notes = journal.New("", machine.Now)
	}
	if len(s.unknown) > 0 {
		return &connection{unknown: s.unknown, journal: notes, now: machine.Now, serverClock: func() (time.Time, bool) { return time.Time{}, false }}, diags
	}
	logger := newLogger(machine)
	s.http.Logger = logger
	transport, err := httpapi.New(s.http)
	if err != nil {
		reportCertificate(err, s, &diags)
		return nil, diags
	}
	client, err := orchestrator.New(transport, s.serverURL)
	if err != nil {
		diags.AddError("The orchestrator URL cannot be used", sentence(err.Error()))
		return nil, diags
	}
	roles, err := rbac.New(transport, s.rbacURL)
	if err != nil {
		diags.AddError("The RBAC URL cannot be used", sentence(err.Error()))
		return nil, diags
	}
	return &connection{
		orchestrator:    client,
		rbac:            roles,
		jobs:            jobwatch.Jobs(client),
		planJobs:        jobwatch.PlanJobs(client),
		launcher:        launch.New(machine.Settle, notes, logger),
		journal:         notes,
		noToken:         s.noToken,
		redactor:        transport.Redactor(),
		defaultUserdata: s.defaultUserdata,
		validateParams:  s.validateParams,
		tokenOrigin:     s.tokenOrigin,
		now:             machine.Now,
		serverClock:     transport.ServerNow,

		scheduledJobsAPI: s.scheduledJobsAPI,
	}, diags
}

func reportCertificate(err error, s settings, diags *diag.Diagnostics) {
	from := s.clientCertOrigin
	var certificate *httpapi.CertificateError
	if errors.As(err, &certificate) && certificate.Part == httpapi.PartCA {
		from = s.caOrigin
	}
	r := resolver{}
	r.fault(from, "A certificate cannot be used", sentence(err.Error())+" It comes from "+from.text+".")
	diags.Append(r.diags...)
}

// missingToken is that there is no token. Nothing but a login can be done without one, so it is an error of what uses the
// connection and not of the provider block.
type missingToken struct {
	summary, detail string
	once            sync.Once
}

// report says in full what is missing once, however many objects cannot do without.
func (m *missingToken) report(diags *diag.Diagnostics) {
	detail := "The first error of this name says how to give one."
	m.once.Do(func() { detail = m.detail })
	diags.AddError(m.summary, detail)
}

// connectionOf takes the connection of what needs a token out of a Configure request. It is nil while Terraform validates.
func connectionOf(providerData any, diags *diag.Diagnostics) *connection {
	c := anyConnectionOf(providerData, diags)
	if c != nil && c.noToken != nil {
		c.noToken.report(diags)
	}
	return c
}

// anyConnectionOf takes the connection out of a Configure request, with or without a token.
func anyConnectionOf(providerData any, diags *diag.Diagnostics) *connection {
	if providerData == nil {
		return nil
	}
	c, ok := providerData.(*connection)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected a connection and got %T. This is always a bug in the provider; please report it.", providerData))
	}
	return c
}

// ready reports whether the server can be asked. Otherwise it says why not.
func (c *connection) ready(what string, diags *diag.Diagnostics) bool {
	if len(c.unknown) == 0 {
		return true
	}
	diags.AddError(what,
		"The provider needs the server for this, but its configuration depends on values that are only known after apply: "+strings.Join(c.unknown, ", ")+".\n\n"+
			"Apply what they depend on first, for example with -target, or give these arguments values that are known while planning.")
	return false
}

// userdata merges the provider's default_userdata under a job's own. It is never nil.
func (c *connection) userdata(own map[string]string) map[string]any {
	merged := map[string]any{}
	for key, value := range c.defaultUserdata {
		merged[key] = value
	}
	for key, value := range own {
		merged[key] = value
	}
	return merged
}

// serverNow is the time on the server's clock as far as it is known, else on this machine's.
func (c *connection) serverNow() time.Time {
	if now, ok := c.serverClock(); ok {
		return now
	}
	return c.now()
}
