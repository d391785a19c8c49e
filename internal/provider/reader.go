package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// resourceBase is what every resource has: the connection that it is configured with.
type resourceBase struct{ *connection }

// Configure implements [resource.ResourceWithConfigure].
func (r *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// reader is what every data source has: the connection that it is configured with.
type reader struct{ *connection }

// Configure implements [datasource.DataSourceWithConfigure].
func (r *reader) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	r.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// olderServer is the note of a failure that may come from a server that is older than an endpoint, "" for any other failure.
// What a newer server does not find has a kind that begins with unknown.
func olderServer(err error, endpoint, release string) string {
	var answer *httpapi.Error
	if !errors.As(err, &answer) || answer.Status != 404 || strings.HasPrefix(answer.KindName(), "unknown-") {
		return ""
	}
	return fmt.Sprintf("The server may be older than %s, which came with PE %s.", endpoint, release)
}
