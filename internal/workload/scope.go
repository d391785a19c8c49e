// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/object"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// A scope is a dynamic attribute, because core would drop a key too many and run on what is left. Within this package it is an
// object that has all keys.

// ReportedScope keeps a scope while it means what the server reports.
func ReportedScope(prior types.Dynamic, reported *orchestrator.Scope, deploy bool, diags *diag.Diagnostics) types.Dynamic {
	if reported == nil {
		return prior
	}
	value := ScopeObject(reported, deploy, diags)
	if sameScope(ReadScope(prior, deploy), value) {
		return prior
	}
	return object.Write(value)
}

// ReadScope returns a scope as an object with all keys. A query that is the JSON text of an AST is the AST.
func ReadScope(value types.Dynamic, deploy bool) types.Object {
	shape := scopeShape(deploy)
	return withAST(shape.Read(value), shape.Types())
}

// withAST replaces a query that is the JSON text of an AST by the AST.
func withAST(scope types.Object, kinds map[string]attr.Type) types.Object {
	query, ok := scope.Attributes()["query"].(types.Dynamic)
	if !ok || query.IsNull() {
		return scope
	}
	text, ok := query.UnderlyingValue().(types.String)
	if !ok || !strings.HasPrefix(strings.TrimSpace(text.ValueString()), "[") {
		return scope
	}
	tree, err := tfvalue.FromConfigured(json.RawMessage(text.ValueString()))
	if err != nil {
		return scope
	}
	values := scope.Attributes()
	values["query"] = tree
	return types.ObjectValueMust(kinds, values)
}

// ScopeApplication returns the application that is the scope of a deploy, null where it is none.
func ScopeApplication(scope types.Dynamic) types.String {
	application, ok := ReadScope(scope, true).Attributes()["application"].(types.String)
	if !ok {
		return types.StringNull()
	}
	return application
}

// SameScopes reports whether two scopes are known to mean the same: whatever the order of their nodes, and whether what they leave out
// is null or not there.
func SameScopes(a, b types.Dynamic, deploy bool) bool {
	return tfvalue.IsWhollyKnown(a) && tfvalue.IsWhollyKnown(b) && sameScope(ReadScope(a, deploy), ReadScope(b, deploy))
}

func sameScope(a, b types.Object) bool {
	if a.IsNull() || b.IsNull() || a.IsUnknown() || b.IsUnknown() {
		return a.IsNull() && b.IsNull()
	}
	for name, attribute := range a.Attributes() {
		if name != "nodes" && !tfvalue.SameMeaning(attribute, b.Attributes()[name]) {
			return false
		}
	}
	ours, theirs := nodeNames(a), nodeNames(b)
	slices.Sort(ours)
	slices.Sort(theirs)
	return slices.Equal(ours, theirs)
}

// scopeModel says which nodes a job takes. Exactly one attribute is set.
type scopeModel struct {
	Nodes     types.Set     `tfsdk:"nodes"`
	Query     types.Dynamic `tfsdk:"query"`
	NodeGroup types.String  `tfsdk:"node_group"`
}

// deployScopeModel is the scope of a deploy, which knows one key more.
type deployScopeModel struct {
	scopeModel
	Application types.String `tfsdk:"application"`
}

// scopeShape is what may be in a scope.
func scopeShape(deploy bool) object.Shape {
	shape := object.Shape{
		Noun: "scope", Example: "{ nodes = [\"web1.example.com\"] }",
		Keys: []object.Key{
			{
				Name: "nodes", Type: types.SetType{ElemType: types.StringType}, Texts: []validator.String{validate.Certname()},
				Description: "Certnames of nodes. Nodes that the user may not use are left out by the server; `pe_task` and `pe_deploy` count " +
					"them as failed. A name that PE does not know is part of the job, and its node ends `errored`: it is not connected.",
			},
			{
				Name: "query", Type: types.DynamicType, Values: []validator.Dynamic{validate.Query{}},
				Description: "PuppetDB query that yields `certname`: a PQL string such as `nodes[certname] { certname ~ \"web\" }`, or an AST " +
					"query as a list such as `[\"from\", \"nodes\", [\"~\", \"certname\", \"web\"]]`. Nodes that the user may not use are silently " +
					"left out by the server and count as nothing: see `min_nodes` of `pe_task` and `pe_deploy`.",
			},
			{
				Name: "node_group", Type: types.StringType, References: []validator.String{validate.GroupID()},
				Description: "Id (UUID) of a node group that has rules of its own. `00000000-0000-4000-8000-000000000000` is All Nodes, with " +
					"every node that PE manages. Nodes that the user may not use are silently left out by the server, as with a query.",
			},
		},
		Refused: map[string]string{
			"application": "application scopes are not allowed for task jobs and for schedules, only for deploys. Say with `nodes`, `query` or " +
				"`node_group` where to run.",
			"whole_environment": "Puppet Enterprise has no such scope any more. Say with `nodes`, `query` or `node_group` where to run; a " +
				"deploy without a scope runs the whole environment.",
		},
	}
	if deploy {
		shape.Keys = append(shape.Keys, object.Key{
			Name: "application", Type: types.StringType, Texts: []validator.String{validate.ApplicationName()},
			Description: "Application, `Type` or `Type[title]`. Deprecated: application orchestration is not supported since PE 2019.1.",
			Deprecated:  "Application orchestration is not supported since PE 2019.1. Use nodes, query or node_group.",
		})
		delete(shape.Refused, "application")
	}
	return shape
}

// ScopeAttribute is the scope of a task. text says what a change of it does.
func ScopeAttribute(text string) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Required: true,
		MarkdownDescription: "Where to run: an object with exactly one of `nodes`, `query` and `node_group`. " + text +
			scopeShape(false).Document(),
		Validators:    []validator.Dynamic{scopeRules{}},
		PlanModifiers: []planmodifier.Dynamic{scopeReferences{}, keepScope(false)},
	}
}

// DeployScopeAttribute is the scope of a deploy.
func DeployScopeAttribute() schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional: true,
		MarkdownDescription: "Where to run: an object with exactly one of `nodes`, `query`, `node_group` and `application`. Without a scope, " +
			"the whole environment is run. " + RunsAgain + scopeShape(true).Document(),
		Validators:    []validator.Dynamic{scopeRules{deploy: true}},
		PlanModifiers: []planmodifier.Dynamic{scopeReferences{deploy: true}, keepScope(true)},
	}
}

// keepScope keeps the prior scope while another way of writing it means the same.
func keepScope(deploy bool) planmodifier.Dynamic {
	return keep.Value("another way of writing the same scope is no change", func(planned, prior types.Dynamic) bool {
		return SameScopes(planned, prior, deploy)
	})
}

// scopeReferences checks the form of what a scope refers to, when its resource is planned.
type scopeReferences struct{ deploy bool }

var _ planmodifier.Dynamic = scopeReferences{}

// Description implements [planmodifier.Describer].
func (scopeReferences) Description(context.Context) string { return "the node group is an id" }

// MarkdownDescription implements [planmodifier.Describer].
func (s scopeReferences) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

// PlanModifyDynamic implements [planmodifier.Dynamic].
func (s scopeReferences) PlanModifyDynamic(ctx context.Context, req planmodifier.DynamicRequest, resp *planmodifier.DynamicResponse) {
	CheckScopeReferences(ctx, req.Path, req.ConfigValue, s.deploy, &resp.Diagnostics)
}

// CheckScopeReferences checks the form of what a scope refers to. That is for plans: see [validate.WhilePlanning].
func CheckScopeReferences(ctx context.Context, at path.Path, scope types.Dynamic, deploy bool, diags *diag.Diagnostics) {
	scopeShape(deploy).CheckReferences(ctx, at, at.String(), scope, diags)
}

// scopeRules are the rules of the API for a scope: its keys, and that it has exactly one of them.
type scopeRules struct{ deploy bool }

var _ validator.Dynamic = scopeRules{}

// Description implements [validator.Describer].
func (scopeRules) Description(context.Context) string { return "exactly one key is set" }

// MarkdownDescription implements [validator.Describer].
func (v scopeRules) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (v scopeRules) ValidateDynamic(ctx context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	scopeShape(v.deploy).Validate(ctx, req.Path, req.Path.String(), req.ConfigValue, &resp.Diagnostics)
	if scope := scopeShape(v.deploy).Read(req.ConfigValue); !resp.Diagnostics.HasError() {
		exactlyOneScope(scope, req.Path, &resp.Diagnostics)
	}
}

// exactlyOneScope is the rule of the API that a scope has exactly one key.
func exactlyOneScope(scope types.Object, at path.Path, diags *diag.Diagnostics) {
	if scope.IsNull() || scope.IsUnknown() {
		return
	}
	var set, possible []string
	unknown := false
	for _, name := range []string{"nodes", "query", "node_group", "application"} {
		value, ok := scope.Attributes()[name]
		if !ok {
			continue
		}
		possible = append(possible, name)
		switch {
		case tfvalue.IsUnknown(value):
			unknown = true
		case !tfvalue.IsNull(value):
			set = append(set, name)
		}
	}
	choice := strings.Join(possible, ", ")
	switch {
	case len(set) > 1:
		diags.AddAttributeError(at, "More than one scope is given",
			fmt.Sprintf("A scope has exactly one of %s; %s are given. Remove all but one. A PQL query can combine conditions with `and` and "+
				"`or`.", choice, strings.Join(set, " and ")))
	case len(set) == 0 && !unknown:
		diags.AddAttributeError(at, "The scope is empty",
			fmt.Sprintf("A scope needs exactly one of %s, so that it is clear where to run.", choice))
	}
}

var _ validator.Dynamic = validate.Query{}

// ScopeRequest builds the scope of a request, nil where there is none. Everything must be known.
func ScopeRequest(ctx context.Context, value types.Dynamic, deploy bool, diags *diag.Diagnostics) *orchestrator.Scope {
	scope := ReadScope(value, deploy)
	if scope.IsNull() || scope.IsUnknown() {
		return nil
	}
	var request orchestrator.Scope
	if deploy {
		var model deployScopeModel
		diags.Append(scope.As(ctx, &model, basetypes.ObjectAsOptions{})...)
		request = model.request(ctx, diags)
		request.Application = model.Application.ValueString()
		return &request
	}
	var model scopeModel
	diags.Append(scope.As(ctx, &model, basetypes.ObjectAsOptions{})...)
	request = model.request(ctx, diags)
	return &request
}

// request builds the part of a scope that all jobs have.
func (m scopeModel) request(ctx context.Context, diags *diag.Diagnostics) orchestrator.Scope {
	var scope orchestrator.Scope
	diags.Append(m.Nodes.ElementsAs(ctx, &scope.Nodes, false)...)
	scope.NodeGroup = m.NodeGroup.ValueString()
	if !tfvalue.IsNull(m.Query) {
		scope.Query = queryJSON(m.Query, diags)
	}
	return scope
}

func queryJSON(query types.Dynamic, diags *diag.Diagnostics) json.RawMessage {
	value, err := tfvalue.ToGo(query)
	if err == nil {
		var encoded []byte
		if encoded, err = json.Marshal(value); err == nil {
			return encoded
		}
	}
	diags.AddAttributeError(path.Root("scope").AtMapKey("query"), "The query cannot be sent", prose.Sentence(err.Error()))
	return nil
}

// NodeNames returns the nodes that a scope names, nil if it says where to run in another way.
func NodeNames(scope types.Dynamic) []string { return nodeNames(ReadScope(scope, true)) }

func nodeNames(scope types.Object) []string {
	nodes, ok := scope.Attributes()["nodes"].(types.Set)
	if !ok || nodes.IsNull() || nodes.IsUnknown() {
		return nil
	}
	names := make([]string, 0, len(nodes.Elements()))
	for _, element := range nodes.Elements() {
		if name, ok := element.(types.String); ok {
			names = append(names, name.ValueString())
		}
	}
	return names
}

// SameScope reports whether a job may have been started with the scope that a plan wants. What the server does not tell may be.
func SameScope(planned types.Dynamic, told *orchestrator.Scope, deploy bool) bool {
	var diags diag.Diagnostics
	prior := ScopeObject(told, deploy, &diags)
	return diags.HasError() || prior.IsNull() || sameScope(prior, ReadScope(planned, deploy))
}

// ScopeValue returns the scope that the server reports, as the value of a scope attribute.
func ScopeValue(scope *orchestrator.Scope, deploy bool, diags *diag.Diagnostics) types.Dynamic {
	return object.Write(ScopeObject(scope, deploy, diags))
}

// ScopeObject returns the scope that the server reports, as an object with all keys. It is null for a deploy of a whole
// environment.
func ScopeObject(scope *orchestrator.Scope, deploy bool, diags *diag.Diagnostics) types.Object {
	attributeTypes := scopeShape(deploy).Types()
	if scope == nil || len(scope.Nodes) == 0 && scope.Query == nil && scope.NodeGroup == "" && scope.Application == "" {
		return types.ObjectNull(attributeTypes)
	}
	nodes := types.SetNull(types.StringType)
	if len(scope.Nodes) > 0 {
		elements := make([]attr.Value, len(scope.Nodes))
		for i, name := range scope.Nodes {
			elements[i] = types.StringValue(name)
		}
		nodes = types.SetValueMust(types.StringType, elements)
	}
	query, err := tfvalue.FromJSON(scope.Query)
	if err != nil {
		diags.AddError("The scope of the job cannot be read", prose.Sentence(err.Error()))
	}
	values := map[string]attr.Value{"nodes": nodes, "query": query, "node_group": tfvalue.StringOrNull(scope.NodeGroup)}
	if deploy {
		values["application"] = tfvalue.StringOrNull(scope.Application)
	}
	object, d := types.ObjectValue(attributeTypes, values)
	diags.Append(d...)
	return object
}
