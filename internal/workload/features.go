// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// release is the version of a Puppet Enterprise: year, minor and patch. The zero value is one that is not known.
type release [3]int

func (r release) compare(other release) int {
	return cmp.Or(cmp.Compare(r[0], other[0]), cmp.Compare(r[1], other[1]), cmp.Compare(r[2], other[2]))
}

func (r release) String() string { return fmt.Sprintf("%d.%d.%d", r[0], r[1], r[2]) }

// Feature is something that a job uses, and that not every server has.
type Feature struct {
	// At is the attribute that asks for it.
	At path.Path
	// from and until are the first and the last release that certainly lacks it.
	from, until release
	// harmless tells that the job runs all the same.
	harmless        bool
	summary, advice string
}

var (
	// newest is later than any release.
	newest = release{9999}
	// beforeUserdata is the last release that certainly lacks userdata and typed parameters of plans, which came with 2019.8.5 and 2021.0.
	beforeUserdata = release{2019, 8, 4}
)

// TimeoutFeature is a limit of the server's own to the run on each node, or of a plan.
func TimeoutFeature(value attr.Value) []Feature {
	return featureIf(!tfvalue.IsNull(value) && !tfvalue.IsUnknown(value), Feature{
		At: path.Root("timeout"), until: release{2021, 7, 1}, summary: "The server has no timeouts of jobs",
		advice: "`timeout` came after PE 2021.7.1. Remove it, or upgrade the server. How long Terraform waits is in the block `timeouts`.",
	})
}

// ApplicationFeature is a deploy of an application.
func ApplicationFeature(value attr.Value, at path.Path) []Feature {
	return featureIf(!tfvalue.IsNull(value) && !tfvalue.IsUnknown(value), Feature{
		At: at, from: release{2021}, until: newest, summary: "The server has no applications",
		advice: "Application orchestration is not supported since PE 2019.1. Say where to run with `scope.nodes`, `scope.query` or " +
			"`scope.node_group`.",
	})
}

// EnvironmentPlanFeature are parameters of a plan that the server looks up, which only its newer command for plans does.
func EnvironmentPlanFeature(attribute string, params types.Map) []Feature {
	return featureIf(len(params.Elements()) > 0, Feature{
		At: path.Root(attribute), until: beforeUserdata, summary: "The server does not look up parameters of plans",
		advice: fmt.Sprintf("`%s` came with PE 2019.8.5. Name the nodes in `params`, or upgrade the server.", attribute),
	})
}

// ForceStopFeature is a job that an attribute has stopped by force. "" is for one that nothing stops, or not by force.
func ForceStopFeature(attribute string) []Feature {
	return featureIf(attribute != "", Feature{
		At: path.Root(attribute), until: release{2021, 6, math.MaxInt}, harmless: true, summary: "The server cannot stop jobs by force",
		advice: fmt.Sprintf("Stopping by force came with PE 2021.7.0. When the job is to be stopped, it starts no more nodes, and those that "+
			"have begun finish their runs. `%s = \"stop\"` says the same.", attribute),
	})
}

// StopPlanFeature is a plan that an attribute has stopped while it runs. "" is for a plan that nothing stops.
func StopPlanFeature(attribute string) []Feature {
	return featureIf(attribute != "", Feature{
		At: path.Root(attribute), until: release{2021, 7, 0}, harmless: true, summary: "The server cannot stop plans",
		advice: fmt.Sprintf("Stopping plans came with PE 2021.7.1. The plan runs, but cannot be stopped while it does. Set `%s` to "+
			"\"abandon\".", attribute),
	})
}

// LaunchKeyFeature is a run with a name, which is kept in its userdata.
func LaunchKeyFeature(value attr.Value) []Feature {
	return featureIf(!tfvalue.IsNull(value), Feature{
		At: path.Root("launch_key"), until: beforeUserdata, summary: "The server cannot keep a launch key",
		advice: "It keeps no userdata (before PE 2019.8.5), so a run could not be recognised by its key. Leave `launch_key` out.",
	})
}

func featureIf(used bool, f Feature) []Feature {
	if !used {
		return nil
	}
	return []Feature{f}
}

// versionAnswer is the release of the server, or that it was not told in time.
type versionAnswer struct {
	release release
	late    bool
}

// askVersion asks for the release of the server. Whatever fails is no answer: the apply may do without.
func (m *Metadata) askVersion(ctx context.Context, c *pe.Clients) versionAnswer {
	if m.silence() != nil {
		return versionAnswer{}
	}
	ctx, cancel := courtesy.Brief(httpapi.WithoutRetries(ctx))
	defer cancel()
	services, err := c.Orchestrator.Services(ctx, orchestrator.StatusQuery{})
	if err != nil {
		return versionAnswer{late: courtesy.Late(ctx)}
	}
	return versionAnswer{release: parseRelease(services["orchestrator-service"].Version)}
}

// checkFeatures says what the server cannot do. Its release is only asked for where it matters, and for a moment. Where it is not told,
// nothing is said of what it can do.
func (m *Metadata) checkFeatures(ctx context.Context, c *pe.Clients, features []Feature, diags *diag.Diagnostics) {
	if len(features) == 0 {
		return
	}
	answer, err := m.version.Get(ctx, func(ctx context.Context) (versionAnswer, error) { return m.askVersion(ctx, c), nil })
	if err == nil && answer.late && m.first("version") {
		diags.AddWarning("What the server may be too old for is not checked", "The version of Puppet Enterprise is not known: the "+
			"orchestrator has not told its status (GET /status/v1/services) within "+duration.Text(courtesy.Budget)+". Planning goes on; a "+
			"server that lacks something refuses it when it is applied. This is reported once for all resources.")
	}
	found := answer.release
	if err != nil || found == (release{}) {
		return
	}
	for _, feature := range features {
		if found.compare(feature.from) < 0 || found.compare(feature.until) > 0 {
			continue
		}
		detail := fmt.Sprintf("Puppet Enterprise is %s. %s", found, feature.advice)
		if feature.harmless {
			diags.AddAttributeWarning(feature.At, feature.summary, detail)
			continue
		}
		diags.AddAttributeError(feature.At, feature.summary, detail)
	}
}

var releasePattern = regexp.MustCompile(`^(20[0-9]{2})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.|-|$)`)

// parseRelease reads the version of a service, which is that of PE on the servers that are known. It is zero for any other form.
func parseRelease(version string) (r release) {
	parts := releasePattern.FindStringSubmatch(version)
	if parts == nil {
		return release{}
	}
	for i := range r {
		// A part that is left out is 0, and one that is no number cannot be there.
		r[i], _ = strconv.Atoi(parts[i+1])
	}
	return r
}
