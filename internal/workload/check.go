// SPDX-License-Identifier: MPL-2.0

// Package workload has what jobs and schedules have in common: where they run, what they run, with which parameters and logins, and the
// check of tasks and plans while planning.
package workload

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Run is how a resource uses a task or plan, as configured. While planning, any of it may be unknown.
type Run struct {
	Kind runKind
	// NameAttribute is the attribute that holds the name.
	NameAttribute     string
	Name, Environment types.String
	Params, Sensitive types.Dynamic
	// Resolved are parameters that the server turns into lists of nodes, by the attribute that they are given in.
	Resolved map[string]types.Map
	Noop     types.Bool
	Validate types.Bool
	// Features are what it uses that not every server has.
	Features []Feature
}

// WithPlanned returns a configured run with what a plan adds to it: the default of the environment.
func (u Run) WithPlanned(planned Run) Run {
	u.Environment = planned.Environment
	return u
}

// The attributes of parameters, in plain text and secret.
const (
	paramsAttribute    = "params"
	sensitiveAttribute = "sensitive_params"
)

// givenParam is a parameter and the attribute that it is given in.
type givenParam struct {
	attribute string
	at        path.Path
	value     any
}

// given returns the configured parameters by name. complete is true when there are no others.
func (u Run) given() (params map[string]givenParam, complete bool) {
	params, complete = map[string]givenParam{}, true
	collect := func(attribute string, value attr.Value) {
		entries, known := entriesOf(value)
		complete = complete && known
		for name, entry := range entries {
			converted, err := tfvalue.ToPartial(entry, puppettype.Unknown{})
			if err != nil {
				converted = puppettype.Unknown{}
			}
			params[name] = givenParam{attribute, path.Root(attribute).AtMapKey(name), converted}
		}
	}
	collect(paramsAttribute, u.Params)
	for attribute, value := range u.Resolved {
		entries, known := entriesOf(value)
		complete = complete && known
		for name := range entries {
			// The server turns it into a list of nodes, which is not known here.
			params[name] = givenParam{attribute, path.Root(attribute).AtMapKey(name), puppettype.Unknown{}}
		}
	}
	collect(sensitiveAttribute, u.Sensitive)
	return params, complete
}

// entriesOf returns the entries of an object or map. known is false when there may be others.
func entriesOf(value attr.Value) (entries map[string]attr.Value, known bool) {
	if dynamic, ok := value.(basetypes.DynamicValue); ok {
		if dynamic.IsNull() || dynamic.IsUnknown() {
			return nil, dynamic.IsNull()
		}
		value = dynamic.UnderlyingValue()
	}
	if value == nil || value.IsNull() || value.IsUnknown() {
		return nil, value == nil || value.IsNull()
	}
	switch object := value.(type) {
	case basetypes.ObjectValue:
		return object.Attributes(), true
	case basetypes.MapValue:
		return object.Elements(), true
	default:
		return nil, false
	}
}

// Check compares what a resource runs with what the server knows about it, before anything runs.
func (m *Metadata) Check(ctx context.Context, c *pe.Clients, u Run, diags *diag.Diagnostics) {
	RefuseNullSecrets(u.Sensitive, false, missingSecret, diags)
	if len(c.Unknown) > 0 || u.Validate.IsUnknown() {
		return
	}
	wanted := c.ValidateParams
	if !u.Validate.IsNull() {
		wanted = u.Validate.ValueBool()
	}
	if !wanted {
		return
	}
	m.checkFeatures(ctx, c, u.Features, diags)
	if u.Environment.IsUnknown() || u.Name.IsUnknown() {
		return
	}
	if u.Kind == RunsPuppet {
		m.checkEnvironment(ctx, c, u.Environment.ValueString(), diags)
		return
	}
	found, ok := m.signatureOf(ctx, c, u, diags)
	if !ok {
		return
	}
	given, complete := u.given()
	check := runCheck{Run: u, signature: found, redactor: c.Redactor, diags: diags, secretive: hideSecrets(c.Redactor, given, found)}
	check.noop()
	if found.parameters == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		check.parameter(name, given[name])
	}
	if complete {
		check.missing(given)
	}
}

// hideSecrets makes sure that no diagnostic shows a secret, even if its value is also used elsewhere. It returns the attributes that hold
// secrets.
func hideSecrets(redactor *httpapi.Redactor, given map[string]givenParam, s signature) (secretive map[string]bool) {
	secretive = map[string]bool{sensitiveAttribute: true}
	for name, param := range given {
		if param.attribute == sensitiveAttribute || s.parameters[name].sensitive {
			addSecrets(redactor, param.value)
			redactor.AddKeys(name)
			secretive[param.attribute] = true
		}
	}
	return secretive
}

// runCheck reports what the server would refuse.
type runCheck struct {
	Run
	signature signature
	redactor  *httpapi.Redactor
	diags     *diag.Diagnostics
	// secretive are the attributes that hold secrets.
	secretive map[string]bool
}

// title is the task or plan, in the middle of a sentence.
func (u runCheck) title() string { return fmt.Sprintf("%s %q", u.Kind, u.Name.ValueString()) }

// fail reports an error at a path in an attribute. The CLI shows the lines of the configuration that a path leads to, so an error about an
// attribute with secrets is only bound to the resource.
func (u runCheck) fail(attribute string, at path.Path, summary string, detail ...string) {
	summary, text := u.redactor.Text(summary), u.redactor.Text(prose.Paragraphs(detail...))
	if u.secretive[attribute] {
		u.diags.AddError(summary, text)
		return
	}
	u.diags.AddAttributeError(at, summary, text)
}

func (u runCheck) noop() {
	if u.Run.Noop.ValueBool() && !u.signature.supportsNoop {
		u.fail("noop", path.Root("noop"), prose.UpperFirst(u.title())+" cannot be run with noop",
			"Its metadata does not have `supports_noop`, so the server refuses to run it. Remove `noop`, or run a task that can simulate its "+
				"changes.")
	}
}

// parameter checks one configured parameter.
func (u runCheck) parameter(name string, given givenParam) {
	declared, ok := u.signature.parameters[name]
	switch {
	case ok:
	case strings.HasPrefix(name, "_"):
		// Such names are for whoever runs the task: _noop, _task and others.
		return
	default:
		u.fail(given.attribute, given.at, fmt.Sprintf("%s has no parameter %q", prose.UpperFirst(u.title()), name), u.whatItTakes(name))
		return
	}
	if given.value == nil && declared.takesNull() {
		return
	}
	// Terraform does not say which values it considers sensitive, but a name often does.
	secret := declared.sensitive || given.attribute == sensitiveAttribute || httpapi.IsSecretKey(name)
	if problems := declared.puppetType.Check(given.value); len(problems) > 0 {
		u.fail(
			given.attribute,
			given.at,
			fmt.Sprintf("Parameter %q does not fit %s", name, u.title()),
			problemsText(name, problems, secret),
			u.about(declared),
		)
	}
	switch {
	case !declared.sensitive && given.attribute == sensitiveAttribute:
		u.diags.AddWarning(fmt.Sprintf("Puppet Enterprise shows parameter %q", name),
			fmt.Sprintf("It is given in `sensitive_params`, and %s does not declare it as sensitive. Puppet Enterprise keeps its value in "+
				"clear, and whoever may see what runs can read it, in the console as well. Change the %s so that it declares the parameter as "+
				"sensitive.", u.title(), u.Kind))
	case declared.sensitive && given.attribute == paramsAttribute:
		u.diags.AddWarning(fmt.Sprintf("Parameter %q is a secret", name),
			fmt.Sprintf("%s declares it as sensitive, and in `params` its value is kept in the state and shown in plans. Give it in "+
				"`sensitive_params`, which is stored nowhere (Terraform 1.11 or newer).",
				prose.UpperFirst(u.title())))
	}
}

// problemsText lists problems, up to a readable number.
func problemsText(name string, problems []puppettype.Problem, secret bool) string {
	const most = 5
	var lines []string
	for i, problem := range problems {
		if i == most {
			lines = append(lines, fmt.Sprintf("There are %d more such problems.", len(problems)-most))
			break
		}
		if secret {
			lines = append(lines, visible.Line(problem.SecretText(name), visible.LongestLine))
		} else {
			lines = append(lines, visible.Line(problem.Text(name), visible.LongestLine))
		}
	}
	return strings.Join(slices.Compact(lines), "\n")
}

// about describes a parameter from the metadata.
func (u runCheck) about(p parameter) string {
	text := fmt.Sprintf("Its type in Puppet is `%s`.", visible.Line(p.puppetType.String(), visible.LongestLine))
	if p.description != "" {
		text += fmt.Sprintf(" The %s describes it as: %s", u.Kind, prose.Sentence(u.redactor.Line(p.description)))
	}
	return text
}

// whyRequired says why a parameter has to be given that its type seems to leave open.
func (p parameter) whyRequired(name string) string {
	if !p.puppetType.AcceptsUndef() {
		return ""
	}
	return fmt.Sprintf(" A plan has to be given every parameter that has no default, whatever its type; `%s = null` leaves it without a "+
		"value.", visible.Line(name, visible.LongestName))
}

// whatItTakes lists the parameters that there are, for someone who has named one that there is not.
func (u runCheck) whatItTakes(name string) string {
	if len(u.signature.parameters) == 0 {
		return "It takes no parameters. Remove it."
	}
	var names []string
	for _, known := range slices.Sorted(maps.Keys(u.signature.parameters)) {
		text := "`" + visible.Line(known, visible.LongestName) + "`"
		if u.signature.parameters[known].required() {
			text += " (required)"
		}
		names = append(names, text)
	}
	text := "It takes " + strings.Join(names, ", ") + "."
	if similar := prose.Nearest(name, slices.Sorted(maps.Keys(u.signature.parameters))); similar != "" {
		return fmt.Sprintf("Did you mean `%s`? ", similar) + text
	}
	return text
}

// missing reports required parameters that are not configured.
func (u runCheck) missing(given map[string]givenParam) {
	for _, name := range slices.Sorted(maps.Keys(u.signature.parameters)) {
		declared := u.signature.parameters[name]
		if _, ok := given[name]; ok || !declared.required() {
			continue
		}
		attribute := paramsAttribute
		if declared.sensitive {
			attribute = sensitiveAttribute
		}
		u.fail(
			attribute,
			path.Root(attribute),
			fmt.Sprintf("%s needs the parameter %q", prose.UpperFirst(u.title()), name),
			fmt.Sprintf(
				"It has no default and is not given. Give it in `%s`: %s.",
				attribute,
				visible.Line(declared.puppetType.Describe(), visible.LongestLine),
			)+declared.whyRequired(name),
			u.about(declared),
		)
	}
}
