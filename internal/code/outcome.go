// SPDX-License-Identifier: MPL-2.0

package code

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// model is the resource.
type model struct {
	wanted
	Triggers         types.Map      `tfsdk:"triggers"`
	DeploySignatures types.Map      `tfsdk:"deploy_signatures"`
	Commits          types.Map      `tfsdk:"commits"`
	Failures         types.Map      `tfsdk:"failures"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// commitTypes are the attributes of each of the commits.
var commitTypes = map[string]attr.Type{"environment_commit": types.StringType, "code_commit": types.StringType}

// outcome is what has become of the environments of a deploy, by their names.
type outcome struct {
	deployed map[string]codemanager.Deploy
	// queued are those that are only queued.
	queued   []string
	failures map[string]string
}

// judge looks at each environment of an answer, which has them in no particular order. plain makes text of the server safe to show.
func judge(asked codemanager.Request, deploys []codemanager.Deploy, plain func(string) string) outcome {
	o := outcome{deployed: map[string]codemanager.Deploy{}, failures: map[string]string{}}
	if asked.All {
		for _, d := range deploys {
			o.add(d.Environment, d, asked.Wait, plain)
		}
		return o
	}
	for _, name := range asked.Environments {
		if d, ok := find(name, deploys); ok {
			o.add(name, d, asked.Wait, plain)
		} else {
			o.failures[name] = "The answer of Code Manager does not say what has become of it."
		}
	}
	return o
}

// illegal matches what the name of an environment cannot have: Code Manager replaces it.
var illegal = regexp.MustCompile(`\W`)

// find finds the answer for an environment. Whether it has the name that was asked for, or the one that was corrected, is not documented.
func find(name string, deploys []codemanager.Deploy) (codemanager.Deploy, bool) {
	corrected := illegal.ReplaceAllString(name, "_")
	for _, candidate := range []string{name, corrected} {
		for _, d := range deploys {
			if d.Environment == candidate {
				return d, true
			}
		}
	}
	return codemanager.Deploy{}, false
}

// add judges one environment.
func (o *outcome) add(name string, d codemanager.Deploy, waited bool, plain func(string) string) {
	switch {
	case d.Status == codemanager.StatusComplete:
		o.deployed[name] = d
	case d.Error != nil:
		o.failures[name] = plain(cmp.Or(strings.TrimSpace(d.Error.Msg), d.Error.Kind))
	case d.Status == codemanager.StatusFailed:
		o.failures[name] = "Code Manager does not say why."
	case waited:
		o.failures[name] = plain(fmt.Sprintf("Code Manager was to answer at the end of the deploy, and answers that it is %q.", d.Status))
	default:
		o.queued = append(o.queued, name)
	}
}

// fill takes an outcome over.
func (m *model) fill(o outcome, diags *diag.Diagnostics) {
	signatures, commits, failures := map[string]attr.Value{}, map[string]attr.Value{}, map[string]attr.Value{}
	for name, d := range o.deployed {
		signatures[name] = types.StringValue(d.Signature)
		commit, problems := types.ObjectValue(commitTypes, map[string]attr.Value{
			"environment_commit": types.StringValue(d.FileSync.EnvironmentCommit), "code_commit": types.StringValue(d.FileSync.CodeCommit),
		})
		diags.Append(problems...)
		commits[name] = commit
	}
	for name, reason := range o.failures {
		failures[name] = types.StringValue(reason)
	}
	for _, output := range []struct {
		into   *types.Map
		kind   attr.Type
		values map[string]attr.Value
	}{
		{&m.DeploySignatures, types.StringType, signatures},
		{&m.Commits, types.ObjectType{AttrTypes: commitTypes}, commits},
		{&m.Failures, types.StringType, failures},
	} {
		value, problems := types.MapValue(output.kind, output.values)
		diags.Append(problems...)
		*output.into = value
	}
}

// mostTold is of how many environments an error tells why they have failed.
const mostTold = 10

// report reports what has failed.
// again says how to deploy once more.
func (o outcome) report(asked codemanager.Request, again string, diags *diag.Diagnostics) {
	failed := slices.Sorted(maps.Keys(o.failures))
	all := len(failed) + len(o.deployed) + len(o.queued)
	if all == 0 {
		diags.AddWarning("No environment was deployed", "Code Manager knows of none. Check that its control repository has branches.")
	}
	if len(failed) == 0 {
		return
	}
	summary := fmt.Sprintf("Environment %q was not deployed", failed[0])
	if len(failed) > 1 {
		summary = fmt.Sprintf("%d of %s were not deployed: %s", len(failed), prose.Count(int64(all), "environment"), prose.Names(failed))
	}
	var told []string
	for _, name := range failed[:min(len(failed), mostTold)] {
		told = append(told, name+":\n  "+strings.ReplaceAll(o.failures[name], "\n", "\n  "))
	}
	if left := len(failed) - mostTold; left > 0 {
		told = append(told, prose.Count(int64(left), "further environment")+": see `failures`.")
	}
	cure := "Check that the control repository has the branch, and that what its Puppetfile names can be fetched; the log " +
		"/var/log/puppetlabs/puppetserver/puppetserver.log says more. " + again + " That deploys all of them again, which changes nothing " +
		"where the code is the same."
	detail := prose.Paragraphs(append(told, o.others(), cure)...)
	if asked.All {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(path.Root("environments"), summary, detail)
}

// others says which environments have not failed.
func (o outcome) others() string {
	if len(o.deployed) == 0 {
		return ""
	}
	return "Deployed all the same: " + prose.Names(slices.Sorted(maps.Keys(o.deployed))) + "."
}
