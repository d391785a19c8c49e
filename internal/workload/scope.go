package workload

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// ReportedScope keeps a scope while it means what the server reports.
func ReportedScope(prior types.Object, reported *orchestrator.Scope, deploy bool, diags *diag.Diagnostics) types.Object {
	if reported == nil {
		return prior
	}
	value := ScopeObject(reported, deploy, diags)
	if prior.IsNull() || value.IsNull() {
		return value
	}
	for name, attribute := range value.Attributes() {
		if !tfvalue.SameMeaning(attribute, prior.Attributes()[name]) {
			return value
		}
	}
	return prior
}

// ScopeModel says which nodes a job runs on. Exactly one attribute is set.
type ScopeModel struct {
	Nodes     types.Set     `tfsdk:"nodes"`
	Query     types.Dynamic `tfsdk:"query"`
	NodeGroup types.String  `tfsdk:"node_group"`
}

// DeployScopeModel is the scope of a deploy, which has one more key.
type DeployScopeModel struct {
	ScopeModel
	Application types.String `tfsdk:"application"`
}

func scopeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"nodes": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Certnames of nodes. Nodes that the user may not use are left out by the server; the provider counts them as " +
				"failed.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.ValueStringsAre(validate.Certname()),
			},
		},
		"query": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "PuppetDB query that yields `certname`: a PQL string such as `nodes[certname] { certname ~ \"web\" }`, or an " +
				"AST query as a list such as `[\"from\", \"nodes\", [\"~\", \"certname\", \"web\"]]`.",
			Validators: []validator.Dynamic{validate.Query{}},
		},
		"node_group": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Id (UUID) of a node group that has rules of its own. `00000000-0000-4000-8000-000000000000` is All Nodes, " +
				"with every node that PE manages.",
			Validators: []validator.String{validate.GroupID()},
		},
	}
}

// ScopeAttribute is the scope of a task.
func ScopeAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Where to run: exactly one of `nodes`, `query` and `node_group`. " + RunsAgain,
		Attributes:          scopeAttributes(),
		Validators:          []validator.Object{exactlyOneScope{}},
	}
}

// DeployScopeAttribute is the scope of a deploy.
func DeployScopeAttribute() schema.SingleNestedAttribute {
	attributes := scopeAttributes()
	attributes["application"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Application, `Type` or `Type[title]`. Application orchestration is not supported since PE 2019.1.",
		DeprecationMessage:  "Application orchestration is not supported since PE 2019.1. Use nodes, query or node_group.",
		Validators:          []validator.String{validate.ApplicationName()},
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Where to run: exactly one of `nodes`, `query`, `node_group` and `application`. Without a scope, the whole " +
			"environment is run. " + RunsAgain,
		Attributes: attributes,
		Validators: []validator.Object{exactlyOneScope{}},
	}
}

// exactlyOneScope is the rule of the API that a scope has exactly one key.
type exactlyOneScope struct{}

var _ validator.Object = exactlyOneScope{}

// Description implements [validator.Describer].
func (exactlyOneScope) Description(context.Context) string { return "exactly one attribute is set" }

// MarkdownDescription implements [validator.Describer].
func (v exactlyOneScope) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject implements [validator.Object].
func (exactlyOneScope) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var set, possible []string
	unknown := false
	for _, name := range []string{"nodes", "query", "node_group", "application"} {
		value, ok := req.ConfigValue.Attributes()[name]
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
		resp.Diagnostics.AddAttributeError(req.Path, "More than one scope is given",
			fmt.Sprintf("A scope has exactly one of %s; %s are given. Remove all but one. A PQL query can combine conditions with `and` and "+
				"`or`.", choice, strings.Join(set, " and ")))
	case len(set) == 0 && !unknown:
		resp.Diagnostics.AddAttributeError(req.Path, "The scope is empty",
			fmt.Sprintf("A scope needs exactly one of %s, so that it is clear where to run.", choice))
	}
}

var _ validator.Dynamic = validate.Query{}

// ScopeOf decodes a scope object into a model of either kind. It is nil if the scope is null.
func ScopeOf[M any](ctx context.Context, object types.Object, diags *diag.Diagnostics) *M {
	if object.IsNull() || object.IsUnknown() {
		return nil
	}
	model := new(M)
	diags.Append(object.As(ctx, model, basetypes.ObjectAsOptions{})...)
	return model
}

// Request builds the scope of a request. Everything must be known.
func (m *ScopeModel) Request(ctx context.Context, diags *diag.Diagnostics) orchestrator.Scope {
	var scope orchestrator.Scope
	if m == nil {
		return scope
	}
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
	diags.AddAttributeError(path.Root("scope").AtName("query"), "The query cannot be sent", prose.Sentence(err.Error()))
	return nil
}

// NodeNames returns the nodes that a scope object names, nil if it selects nodes in another way.
func NodeNames(object types.Object) []string {
	nodes, ok := object.Attributes()["nodes"].(types.Set)
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

// ScopeTypes are the attribute types of a scope.
func ScopeTypes(deploy bool) map[string]attr.Type {
	attributes := map[string]attr.Type{
		"nodes":      types.SetType{ElemType: types.StringType},
		"query":      types.DynamicType,
		"node_group": types.StringType,
	}
	if deploy {
		attributes["application"] = types.StringType
	}
	return attributes
}

// SameScope reports whether a job may have been started with the planned scope. A scope that the server does not report may be the same.
func SameScope(planned types.Object, reported *orchestrator.Scope, deploy bool) bool {
	var diags diag.Diagnostics
	prior := ScopeObject(reported, deploy, &diags)
	return diags.HasError() || prior.IsNull() || prior.Equal(planned)
}

// ScopeObject returns the reported scope as the value of a scope attribute. It is null for a deploy of a whole environment.
func ScopeObject(scope *orchestrator.Scope, deploy bool, diags *diag.Diagnostics) types.Object {
	attributeTypes := ScopeTypes(deploy)
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
