package workload

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
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

// TargetType is the type of an entry of targets.
var TargetType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"hostnames":           types.SetType{ElemType: types.StringType},
	"user":                types.StringType,
	"transport":           types.StringType,
	"password":            types.StringType,
	"private_key_content": types.StringType,
	"port":                types.Int64Type,
	"run_as":              types.StringType,
	"sudo_password":       types.StringType,
	"run_as_command":      types.StringType,
	"connect_timeout":     types.Int64Type,
	"tty":                 types.BoolType,
	"tmpdir":              types.StringType,
	"extensions":          types.StringType,
}}

// TargetsAttribute is a list, because sets cannot hold write-only values.
func TargetsAttribute() schema.ListNestedAttribute {
	secret := func(text string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			WriteOnly:           true,
			MarkdownDescription: text + " It is stored nowhere and may be ephemeral. Needs Terraform 1.11 or newer.",
		}
	}
	return schema.ListNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to log in to nodes that have no agent. The user must be allowed to run the task on all nodes. The default " +
			"is none. A change runs the job again, as a new job; a change of a secret alone does not.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"hostnames": schema.SetAttribute{
				Required:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Names of the nodes. Each must also be in the scope.",
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(validate.Certname())},
			},
			"user": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Login on the nodes.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"transport": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "`ssh` or `winrm`.",
				Validators:          []validator.String{stringvalidator.OneOf(transportSSH, transportWinRM)},
			},
			"password":            secret("Password of the user. Either this or `private_key_content` is needed."),
			"private_key_content": secret("Text of the private SSH key, instead of `password`."),
			"port": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Port on the nodes. The server's default is the port of the transport.",
				Validators:          []validator.Int64{int64validator.Between(1, 65535)},
			},
			"run_as": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "User who runs the task after the login. SSH only. Without it, `user` does.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"sudo_password": secret("Password for changing to `run_as`. Without it, none is given."),
			"run_as_command": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Command that changes to `run_as`. The default is the server's.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"connect_timeout": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Seconds that the connection to a node may take. The default is the server's.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"tty": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to ask for a terminal on the nodes. The default is the server's.",
			},
			"tmpdir": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Directory for temporary files on the nodes. The default is the server's.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"extensions": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "File extensions that are accepted for scripts and tasks. The default is the server's.",
				Validators:          []validator.String{validate.NotBlank()},
			},
		}},
	}
}

// ValidateTargets checks the rules of POST /command/task across the attributes of targets.
func ValidateTargets(ctx context.Context, targets types.List, scope types.Object, diags *diag.Diagnostics) {
	if targets.IsNull() || targets.IsUnknown() {
		return
	}
	var named []string
	if tfvalue.IsWhollyKnown(scope) {
		named = NodeNames(scope)
	}
	for i, element := range targets.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		var target targetModel
		diags.Append(object.As(ctx, &target, basetypes.ObjectAsOptions{})...)
		target.validate(path.Root("targets").AtListIndex(i), named, diags)
	}
}

func (m targetModel) validate(at path.Path, named []string, diags *diag.Diagnostics) {
	if m.Password.IsNull() && m.PrivateKeyContent.IsNull() {
		diags.AddAttributeError(at, "No way to log in", "A target needs `password` or `private_key_content`. Both are write-only, which "+
			"needs Terraform 1.11 or newer.")
	}
	if m.Transport.ValueString() == transportWinRM {
		for name, value := range map[string]types.String{"run_as": m.RunAs, "sudo_password": m.SudoPassword, "run_as_command": m.RunAsCommand,
			"private_key_content": m.PrivateKeyContent,
		} {
			if !value.IsNull() {
				diags.AddAttributeError(at.AtName(name), "Not possible over WinRM", fmt.Sprintf("`%s` is for the transport \"ssh\" only. Remove "+
					"it.", name))
			}
		}
	}
	if m.RunAs.IsNull() {
		for name, value := range map[string]types.String{"sudo_password": m.SudoPassword, "run_as_command": m.RunAsCommand} {
			if !value.IsNull() && m.Transport.ValueString() == transportSSH {
				diags.AddAttributeError(at.AtName(name), "`run_as` is missing", fmt.Sprintf("`%s` only has a meaning together with "+
					"`run_as`.", name))
			}
		}
	}
	if named == nil || m.Hostnames.IsUnknown() {
		return
	}
	for _, element := range m.Hostnames.Elements() {
		if name, ok := element.(types.String); ok && !name.IsUnknown() && !slices.Contains(named, name.ValueString()) {
			diags.AddAttributeError(at.AtName("hostnames"), "A target is not in the scope",
				fmt.Sprintf("%q is not in `scope.nodes`. The server refuses credentials for nodes that the job does not take "+
					"(empty-target).", name.ValueString()))
		}
	}
}

// TargetRequests builds the targets of a request from the configuration; only it holds the secrets.
func TargetRequests(ctx context.Context, targets types.List, redactor *httpapi.Redactor, diags *diag.Diagnostics) []orchestrator.Target {
	var models []targetModel
	diags.Append(targets.ElementsAs(ctx, &models, false)...)
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
