// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// update takes over what the server says. Values that mean the same stay as they are, and of classes, config data and variables only those
// count that the model names; a model without them takes all. Of the nodes that are pinned, those count that the rule of the model pins;
// only an import, whose model has no name yet, takes all.
func (m *nodeGroupModel) update(group classifier.Group, diags *diag.Diagnostics) {
	imported := m.Name.IsNull()
	m.ID, m.Name, m.Parent = types.StringValue(group.ID), types.StringValue(group.Name), types.StringValue(group.Parent)
	m.Environment, m.EnvironmentTrumps = types.StringValue(group.Environment), types.BoolValue(group.EnvironmentTrumps)
	if group.Description != nil || m.Description.ValueString() != "" || m.Description.IsUnknown() {
		m.Description = types.StringPointerValue(group.Description)
	}
	m.Rule = reportedRule(m.Rule, group.Rule, imported, diags)
	m.Classes = reportedParameters(m.Classes, group.Classes, false)
	m.ConfigData = reportedParameters(m.ConfigData, group.ConfigData, true)
	m.Variables = reported(m.Variables, group.Variables)
}

// reportedRule is what counts of the rule that the server has, in the form of the prior value where it means the same; all of it where
// complete is true.
func reportedRule(prior types.Dynamic, raw json.RawMessage, complete bool, diags *diag.Diagnostics) types.Dynamic {
	server, err := noderule.ParseJSON(raw)
	if err == nil && !complete && tfvalue.IsWhollyKnown(prior) {
		mine, _ := parseRule(prior) // of a server that knows more, it is taken as it is
		if mine.Same(server) && !tfvalue.IsNull(prior) {
			return prior
		}
		raw = mine.Asked(server)
	}
	value, err := tfvalue.FromJSON(raw)
	if err != nil {
		diags.AddAttributeError(path.Root("rule"), "The rule was not read", prose.Sentence(err.Error()))
	}
	return value
}

// creation is the request for a new group.
func (m nodeGroupModel) creation(diags *diag.Diagnostics) classifier.NewGroup {
	nothing := types.DynamicNull()
	group := classifier.NewGroup{
		Name: m.Name.ValueString(), Parent: classifier.AllNodes, Environment: m.Environment.ValueString(),
		EnvironmentTrumps: m.EnvironmentTrumps.ValueBoolPointer(), Description: m.Description.ValueStringPointer(),
		Classes: parametersOf(m.Classes, nothing, path.Root("classes"), diags),
	}
	if !m.Parent.IsNull() {
		group.Parent = m.Parent.ValueString()
	}
	if !tfvalue.IsNull(m.ConfigData) {
		group.ConfigData = parametersOf(m.ConfigData, nothing, path.Root("config_data"), diags)
	}
	if !tfvalue.IsNull(m.Variables) {
		group.Variables = variablesOf(m.Variables, nothing, path.Root("variables"), diags)
	}
	if rule := m.rule(diags); rule.Raw != nil {
		group.Rule = rule.Over(noderule.Rule{}, noderule.Rule{})
	}
	return group
}

// rule is the rule of a configuration, which has been validated.
func (m nodeGroupModel) rule(diags *diag.Diagnostics) noderule.Rule {
	rule, err := parseRule(m.Rule)
	if err != nil {
		diags.AddAttributeError(path.Root("rule"), "The rule is not valid", "The rule "+err.Error()+".")
	}
	return rule
}

// delta is the request for a change but for the rule: what the plan says differently than the state, and no more.
func (m nodeGroupModel) delta(state nodeGroupModel, diags *diag.Diagnostics) (delta classifier.Delta) {
	for _, text := range []struct {
		planned, prior types.String
		into           **string
	}{
		{m.Name, state.Name, &delta.Name},
		{m.Parent, state.Parent, &delta.Parent},
		{m.Environment, state.Environment, &delta.Environment},
		{m.Description, state.Description, &delta.Description},
	} {
		if !text.planned.IsUnknown() && !text.planned.Equal(text.prior) {
			*text.into = text.planned.ValueStringPointer()
		}
	}
	if !m.EnvironmentTrumps.IsUnknown() && !m.EnvironmentTrumps.Equal(state.EnvironmentTrumps) {
		delta.EnvironmentTrumps = m.EnvironmentTrumps.ValueBoolPointer()
	}
	if changed(m.Classes, state.Classes) {
		delta.Classes = parametersOf(m.Classes, state.Classes, path.Root("classes"), diags)
	}
	if changed(m.ConfigData, state.ConfigData) {
		delta.ConfigData = parametersOf(m.ConfigData, state.ConfigData, path.Root("config_data"), diags)
	}
	if changed(m.Variables, state.Variables) {
		delta.Variables = variablesOf(m.Variables, state.Variables, path.Root("variables"), diags)
	}
	return delta
}

// ruleOver is the rule to write over the one that a server has; nil for no change.
func (m nodeGroupModel) ruleOver(state nodeGroupModel, server classifier.Group) (json.RawMessage, error) {
	if !changed(m.Rule, state.Rule) {
		return nil, nil
	}
	there, err := noderule.ParseJSON(server.Rule)
	if err != nil {
		return nil, err
	}
	rule, err := parseRule(m.Rule)
	if err != nil {
		return nil, err
	}
	prior, _ := parseRule(state.Rule) // of a server that knows more, it is taken as it is
	return rule.Over(there, prior), nil
}

// changed reports whether a planned value is to be written.
func changed(planned, prior types.Dynamic) bool {
	return !tfvalue.IsUnknown(planned) && !planned.Equal(prior)
}
