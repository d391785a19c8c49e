package pe

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// Clients is what resources and data sources get from the provider.
type Clients struct {
	Orchestrator *orchestrator.Client
	RBAC         *rbac.Client
	Jobs         *jobwatch.Watcher[orchestrator.Job]
	PlanJobs     *jobwatch.Watcher[orchestrator.PlanJob]
	Launcher     *launch.Launcher
	Journal      *journal.Journal
	Redactor     *httpapi.Redactor

	DefaultUserdata map[string]string
	// ValidateParams is the default of validate_params: whether what runs is checked against the metadata of tasks and plans.
	ValidateParams bool
	TokenOrigin    string
	Now            func() time.Time
	ServerClock    func() (time.Time, bool)
	// ScheduledJobsAPI selects one of the two scheduling APIs.
	ScheduledJobsAPI string
	NoToken          *MissingToken

	// Unknown lists arguments of the provider that are not known yet. Nothing else is then set.
	Unknown []string
}

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

// Ready reports whether the server can be asked, and reports an error if it cannot.
func (c *Clients) Ready(what string, diags *diag.Diagnostics) bool {
	if len(c.Unknown) == 0 {
		return true
	}
	diags.AddError(what,
		"The provider needs the server for this, but its configuration depends on values that are only known after apply: "+
			strings.Join(c.Unknown, ", ")+".\n\nApply what they depend on first, for example with -target, or give these arguments values "+
			"that are known while planning.")
	return false
}

// Userdata merges the provider's default_userdata under a job's own. It is never nil.
func (c *Clients) Userdata(own map[string]string) map[string]any {
	merged := map[string]any{}
	for key, value := range c.DefaultUserdata {
		merged[key] = value
	}
	for key, value := range own {
		merged[key] = value
	}
	return merged
}

// ServerNow is the time on the server's clock if it is known, or else on this machine's.
func (c *Clients) ServerNow() time.Time {
	if now, ok := c.ServerClock(); ok {
		return now
	}
	return c.Now()
}
