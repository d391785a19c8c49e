// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/object"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// Transports of targets.
const (
	transportSSH   = "ssh"
	transportWinRM = "winrm"
)

// targetModel is how to log in to nodes over SSH or WinRM. The secrets are write-only.
type targetModel struct {
	Hostnames         types.Set    `tfsdk:"hostnames"`
	User              types.String `tfsdk:"user"`
	Transport         types.String `tfsdk:"transport"`
	Password          types.String `tfsdk:"password"`
	PrivateKeyContent types.String `tfsdk:"private_key_content"`
	Port              types.Int64  `tfsdk:"port"`
	RunAs             types.String `tfsdk:"run_as"`
	SudoPassword      types.String `tfsdk:"sudo_password"`
	RunAsCommand      types.String `tfsdk:"run_as_command"`
	ConnectTimeout    types.Int64  `tfsdk:"connect_timeout"`
	TTY               types.Bool   `tfsdk:"tty"`
	Tmpdir            types.String `tfsdk:"tmpdir"`
	Extensions        types.String `tfsdk:"extensions"`
}

// targetShape is what may be in a target.
func targetShape() object.Shape {
	text := func(name, description string) object.Key {
		return object.Key{
			Name: name, Type: types.StringType, Texts: []validator.String{validate.NotBlank()}, Description: description,
		}
	}
	required := func(key object.Key) object.Key {
		key.Required = true
		return key
	}
	transport := text("transport", "`ssh` or `winrm`.")
	transport.Texts = []validator.String{validate.OneOf(transportSSH, transportWinRM)}
	return object.Shape{
		Noun: "target", Example: "{ hostnames = [\"web1.example.com\"], user = \"deploy\", transport = \"ssh\", password = var.password }",
		Keys: []object.Key{
			{
				Name: "hostnames", Type: types.SetType{ElemType: types.StringType}, Required: true,
				Texts:       []validator.String{validate.Certname()},
				Description: "Names of the nodes. Each must also be in the scope.",
			},
			required(text("user", "Login on the nodes.")),
			required(transport),
			{
				Name: "password", Type: types.StringType,
				Description: "Password of the user. Either this or `private_key_content` is needed, not both.",
			},
			{
				Name: "private_key_content", Type: types.StringType,
				Description: "Text of the private SSH key, instead of `password`.",
			},
			{
				Name: "port", Type: types.Int64Type, Numbers: []validator.Int64{validate.Between(1, 65535)},
				Description: "Port on the nodes. The server's default is the port of the transport.",
			},
			text("run_as", "User who runs the task after the login. SSH only. Without it, `user` does."),
			{
				Name: "sudo_password", Type: types.StringType,
				Description: "Password for changing to `run_as`. Without it, none is given.",
			},
			text("run_as_command", "Command that changes to `run_as`. The default is the server's."),
			{
				Name: "connect_timeout", Type: types.Int64Type, Numbers: []validator.Int64{validate.AtLeast(1)},
				Description: "Seconds that the connection to a node may take. The default is the server's.",
			},
			{
				Name: "tty", Type: types.BoolType,
				Description: "Whether to ask for a terminal on the nodes. The default is the server's.",
			},
			text("tmpdir", "Directory for temporary files on the nodes. The default is the server's."),
			text("extensions", "File extensions that are accepted for scripts and tasks. The default is the server's."),
		},
	}
}

// TargetsAttributes are the targets, and what of them is kept. They are dynamic, because core would drop a key too many and log in with
// what is left, and write-only as a whole, because there are secrets in them.
func TargetsAttributes(text string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"targets": schema.DynamicAttribute{
			Optional:  true,
			Sensitive: true,
			WriteOnly: true,
			MarkdownDescription: "How to log in to nodes that have no agent: a list of objects. The user must be allowed to run the task on " +
				"all nodes. It is stored nowhere and may hold ephemeral values. Needs Terraform 1.11 or newer. The default is none. " + text +
				" A change of a secret alone is no change." + targetShape().Document(),
			Validators: []validator.Dynamic{targetRules{}},
		},
		"targets_hash": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Hash of what `targets` says beside its secrets, by which a change of it is seen. Null without targets.",
			PlanModifiers:       []planmodifier.String{hashTargets{}},
		},
	}
}

// hashTargets plans the hash of the targets of a configuration.
type hashTargets struct{}

var _ planmodifier.String = hashTargets{}

// Description implements [planmodifier.Describer].
func (hashTargets) Description(context.Context) string { return "follows targets" }

// MarkdownDescription implements [planmodifier.Describer].
func (m hashTargets) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements [planmodifier.String].
func (hashTargets) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	var targets types.Dynamic
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("targets"), &targets)...)
	if !resp.Diagnostics.HasError() {
		resp.PlanValue = TargetsHash(targets)
	}
}

// targetRules are the rules for what is in targets.
type targetRules struct{}

var _ validator.Dynamic = targetRules{}

// Description implements [validator.Describer].
func (targetRules) Description(context.Context) string { return "a list of targets" }

// MarkdownDescription implements [validator.Describer].
func (v targetRules) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (v targetRules) ValidateDynamic(ctx context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	if tfvalue.IsNull(req.ConfigValue) || tfvalue.IsUnknown(req.ConfigValue) {
		return
	}
	elements, ok := object.Elements(req.ConfigValue)
	if !ok {
		resp.Diagnostics.AddAttributeError(req.Path, "The targets are not a list",
			"`targets` is a list of objects. Put a single target in brackets, too: ["+targetShape().Example+"].")
		return
	}
	if problem := validate.NullElement(req.Path.String(), elements); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, validate.NullSummary, problem)
	}
	for i, element := range elements {
		at := req.Path.AtListIndex(i)
		targetShape().Validate(ctx, at, at.String(), element, &resp.Diagnostics)
	}
}

// readTargets returns targets as a list of objects with all keys.
func readTargets(value types.Dynamic) types.List {
	kind := types.ObjectType{AttrTypes: targetShape().Types()}
	if tfvalue.IsUnknown(value) {
		return types.ListUnknown(kind)
	}
	elements, ok := object.Elements(value)
	if !ok {
		return types.ListNull(kind)
	}
	read := make([]attr.Value, len(elements))
	for i, element := range elements {
		read[i] = targetShape().Read(element)
	}
	return types.ListValueMust(kind, read)
}

// TargetsHash identifies what targets say beside their secrets. It is unknown while anything of that is, and null without targets.
func TargetsHash(value types.Dynamic) types.String {
	targets := readTargets(value)
	if targets.IsUnknown() {
		return types.StringUnknown()
	}
	if len(targets.Elements()) == 0 {
		return types.StringNull()
	}
	said := make([]map[string]any, 0, len(targets.Elements()))
	for _, element := range targets.Elements() {
		target, ok := element.(types.Object)
		if !ok || target.IsUnknown() {
			return types.StringUnknown()
		}
		visible, ok := visibleOf(target)
		if !ok {
			return types.StringUnknown()
		}
		said = append(said, visible)
	}
	encoded, err := json.Marshal(said)
	if err != nil {
		return types.StringUnknown()
	}
	hash := sha256.Sum256(encoded)
	return types.StringValue(hex.EncodeToString(hash[:]))
}

// visibleOf returns what a target says beside its secrets, if all of that is known.
func visibleOf(target types.Object) (map[string]any, bool) {
	visible := map[string]any{}
	for name, part := range target.Attributes() {
		if part.IsNull() || slices.Contains(targetSecrets, name) {
			continue
		}
		if !tfvalue.IsWhollyKnown(part) {
			return nil, false
		}
		if hostnames, ok := part.(types.Set); ok {
			part = object.Listed(hostnames)
		}
		plain, err := tfvalue.ToGo(part)
		if err != nil {
			return nil, false
		}
		visible[name] = plain
	}
	return visible, true
}

// targetSecrets are the keys of a target that hold secrets.
var targetSecrets = []string{"password", "private_key_content", "sudo_password"}

// ValidateTargets checks the rules of POST /command/task across targets and scope.
func ValidateTargets(ctx context.Context, value, scope types.Dynamic, diags *diag.Diagnostics) {
	var named []string
	if tfvalue.IsWhollyKnown(scope) {
		named = NodeNames(scope)
	}
	for i, element := range readTargets(value).Elements() {
		one, ok := element.(types.Object)
		if !ok || one.IsNull() || one.IsUnknown() {
			continue
		}
		var target targetModel
		diags.Append(one.As(ctx, &target, basetypes.ObjectAsOptions{})...)
		target.validate(path.Root("targets").AtListIndex(i), named, diags)
	}
}

// validate reports what cannot be in one target. Core finds its line in the configuration, and not that of a key in it, so that errors
// are bound to the target and name the key.
func (m targetModel) validate(at path.Path, named []string, diags *diag.Diagnostics) {
	refuse := func(key, summary, why string) {
		diags.AddAttributeError(at, summary, fmt.Sprintf("`%s%s`: %s", at, key, why))
	}
	if m.Password.IsNull() && m.PrivateKeyContent.IsNull() {
		refuse("", "No way to log in", "a target needs `password` or `private_key_content`.")
	}
	// What is not known may be null. Over WinRM, the key alone is refused below.
	if given(m.Password) && given(m.PrivateKeyContent) && m.Transport.ValueString() != transportWinRM {
		refuse("", "Two ways to log in", "a target needs either `password` or `private_key_content`, not both. Remove one of them.")
	}
	if m.Transport.ValueString() == transportWinRM {
		for name, value := range map[string]types.String{"run_as": m.RunAs, "sudo_password": m.SudoPassword, "run_as_command": m.RunAsCommand,
			"private_key_content": m.PrivateKeyContent,
		} {
			if !value.IsNull() {
				refuse("."+name, "Not possible over WinRM", "this is for the transport \"ssh\" only. Remove it.")
			}
		}
	}
	if m.RunAs.IsNull() {
		for name, value := range map[string]types.String{"sudo_password": m.SudoPassword, "run_as_command": m.RunAsCommand} {
			if !value.IsNull() && m.Transport.ValueString() == transportSSH {
				refuse("."+name, "`run_as` is missing", "this only has a meaning together with `run_as`. Add it, or remove this.")
			}
		}
	}
	if named == nil || m.Hostnames.IsUnknown() {
		return
	}
	for _, element := range m.Hostnames.Elements() {
		if name, ok := element.(types.String); ok && !name.IsUnknown() && !slices.Contains(named, name.ValueString()) {
			refuse(".hostnames", "A target is not in the scope", fmt.Sprintf("%q is not in `scope.nodes`. The server refuses credentials for "+
				"nodes that the job does not take (empty-target). Add it there, or remove it here.", name.ValueString()))
		}
	}
}

// given reports whether a text is known to have a value.
func given(text types.String) bool { return !text.IsNull() && !text.IsUnknown() }

// TargetRequests builds the targets of a request from the configuration, which alone holds the secrets.
func TargetRequests(ctx context.Context, value types.Dynamic, redactor *httpapi.Redactor, diags *diag.Diagnostics) []orchestrator.Target {
	var models []targetModel
	diags.Append(readTargets(value).ElementsAs(ctx, &models, false)...)
	requests := make([]orchestrator.Target, 0, len(models))
	for _, m := range models {
		redactor.Add(m.Password.ValueString(), m.PrivateKeyContent.ValueString(), m.SudoPassword.ValueString())
		request := orchestrator.Target{
			User:              m.User.ValueString(),
			Transport:         m.Transport.ValueString(),
			Password:          m.Password.ValueStringPointer(),
			PrivateKeyContent: m.PrivateKeyContent.ValueStringPointer(),
			Port:              m.Port.ValueInt64Pointer(),
			RunAs:             m.RunAs.ValueStringPointer(),
			SudoPassword:      m.SudoPassword.ValueStringPointer(),
			RunAsCommand:      m.RunAsCommand.ValueStringPointer(),
			ConnectTimeout:    m.ConnectTimeout.ValueInt64Pointer(),
			TTY:               m.TTY.ValueBoolPointer(),
			Tmpdir:            m.Tmpdir.ValueStringPointer(),
			Extensions:        m.Extensions.ValueStringPointer(),
		}
		diags.Append(m.Hostnames.ElementsAs(ctx, &request.Hostnames, false)...)
		requests = append(requests, request)
	}
	return requests
}
