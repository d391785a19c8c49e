// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
)

// Clients is what resources and data sources get from the provider.
type Clients struct {
	Orchestrator *orchestrator.Client
	RBAC         *rbac.Client
	PuppetDB     *puppetdb.Client
	CodeManager  *codemanager.Client
	Classifier   *classifier.Client
	// Scopes counts the nodes of scopes, and PreviewScopes is whether plans tell of them.
	Scopes        *scopecount.Counter
	PreviewScopes bool
	Jobs          *jobwatch.Watcher[orchestrator.Job]
	PlanJobs      *jobwatch.Watcher[orchestrator.PlanJob]
	Launcher      *launch.Launcher
	Journal       *journal.Journal
	// Relay passes what a plan has seen to its apply, nil where nothing is passed.
	Relay    *relay.Relay
	Redactor *httpapi.Redactor
	// ServerURL, RBACURL, PuppetDBURL and CodeManagerURL are where the services are looked for.
	ServerURL, RBACURL, PuppetDBURL, CodeManagerURL string
	// Logger writes to Terraform's log, and knows which levels somebody reads.
	Logger *slog.Logger

	DefaultUserdata map[string]any
	// ValidateParams is whether resources that do not say so themselves are checked against the metadata of tasks and plans.
	ValidateParams bool
	TokenOrigin    string
	Now            func() time.Time
	ServerClock    func() (time.Time, bool)
	// ResultLimits say how much of results is kept in the state.
	ResultLimits noderesults.Limits
	// ScheduledJobsAPI selects one of the two scheduling APIs.
	ScheduledJobsAPI string
	NoToken          *MissingToken

	// Unknown lists arguments of the provider that are not known yet. Nothing else is then set.
	Unknown []string
}

// Walk is the walk of core that is under way: each begins with clients of its own.
func (c *Clients) Walk() asked.Walk { return asked.Walk{ID: c, Server: c.ServerURL, Relay: c.Relay} }

// ClientsOf takes the clients out of a Configure request, for everything that needs a token. It is nil while Terraform validates.
func ClientsOf(providerData any, diags *diag.Diagnostics) *Clients {
	c := AnyClientsOf(providerData, diags)
	if c != nil && c.NoToken != nil {
		c.NoToken.report(diags)
	}
	return c
}

// AnyClientsOf takes the clients out of a Configure request, with or without a token.
func AnyClientsOf(providerData any, diags *diag.Diagnostics) *Clients {
	if providerData == nil {
		return nil
	}
	c, ok := providerData.(*Clients)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected a connection and got %T. This is always a bug in the provider; "+
			"please report it.", providerData))
	}
	return c
}

// Known reports whether the server can be asked: not while Terraform validates, when c is nil, nor while the configuration of the
// provider has unknown values.
func (c *Clients) Known() bool { return c != nil && len(c.Unknown) == 0 }

// Ready reports whether the server can be asked. Otherwise it says why not.
func (c *Clients) Ready(what string, diags *diag.Diagnostics) bool {
	if c.Known() {
		return true
	}
	diags.AddError(what,
		"The provider needs the server for this, but its configuration depends on values that are only known after apply: "+
			strings.Join(c.Unknown, ", ")+".\n\nApply what they depend on first, for example with -target, or give these arguments values "+
			"that are known while planning.")
	return false
}

// Userdata merges the provider's default_userdata under a job's own. It is never nil.
func (c *Clients) Userdata(own map[string]any) map[string]any {
	merged := map[string]any{}
	maps.Copy(merged, c.DefaultUserdata)
	maps.Copy(merged, own)
	return merged
}

// ServerNow is the time on the server's clock if it is known, or else on this machine's.
func (c *Clients) ServerNow() time.Time {
	if now, ok := c.ServerClock(); ok {
		return now
	}
	return c.Now()
}
