// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ ephemeral.EphemeralResource              = (*tokenEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithConfigure = (*tokenEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*tokenEphemeralResource)(nil)
)

// tokenClient names the client of the tokens, for the console's list of a user's tokens.
const tokenClient = "terraform-provider-pe" //nolint:gosec // a name, not a secret.

// privateToken is the key under which Terraform passes the token from Open to Close. Terraform keeps it in memory only.
const privateToken = "token"

type tokenEphemeralResource struct{ *pe.Clients }

func newTokenEphemeralResource() ephemeral.EphemeralResource { return &tokenEphemeralResource{} }

// Metadata implements [ephemeral.EphemeralResource].
func (e *tokenEphemeralResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_token"
}

// Schema implements [ephemeral.EphemeralResource].
func (e *tokenEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A short-lived RBAC token, made when it is needed and revoked when Terraform is done with it. It is in no state " +
			"and no plan. Its `token` can be that of another `provider \"pe\"` block. Needs Terraform 1.10 or OpenTofu 1.11.\n\nWith `login` " +
			"and `password` it belongs to that user, and its own provider block needs no token. Without them it belongs to the user of its " +
			"provider's token.",
		Attributes: map[string]schema.Attribute{
			"login": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the user to log in as. The default is to make a token for the user whose token the provider has.",
				Validators:          []validator.String{validate.NotBlank(), validate.Needs("password")},
			},
			"password": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Password of the user, needed with `login`.",
				Validators:          []validator.String{validate.NotBlank(), validate.Needs("login")},
			},
			"lifetime": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How long the token is valid at most: a number and a unit of `y`, `d`, `h`, `m` or `s`, such as `30m`. It " +
					"should cover the whole run. `0` is the longest that the server allows. The default is the server's, one hour unless it was " +
					"changed there.",
				Validators: []validator.String{validate.TokenLifetime()},
			},
			"label": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Name of the token in the user's list of tokens: at most 200 characters, without commas, and used by no " +
					"other token of the user. Runs at the same time need labels of their own. The default is none.",
				Validators: []validator.String{validate.TokenLabel()},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the token is for, in the user's list of tokens. The default is none.",
			},
			"token": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The token.",
			},
		},
	}
}

type tokenModel struct {
	Login       types.String `tfsdk:"login"`
	Password    types.String `tfsdk:"password"`
	Lifetime    types.String `tfsdk:"lifetime"`
	Label       types.String `tfsdk:"label"`
	Description types.String `tfsdk:"description"`
	Token       types.String `tfsdk:"token"`
}

// Configure implements [ephemeral.EphemeralResourceWithConfigure]. A login needs no token.
func (e *tokenEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.Clients = pe.AnyClientsOf(req.ProviderData, &resp.Diagnostics)
}

// Open implements [ephemeral.EphemeralResource].
func (e *tokenEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model tokenModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !e.Ready("No token was made", &resp.Diagnostics) {
		return
	}
	token, ok := e.open(ctx, model, &resp.Diagnostics)
	if !ok {
		return
	}
	model.Token = types.StringValue(token)
	encoded, err := json.Marshal(token)
	if err != nil {
		resp.Diagnostics.AddError("The token cannot be kept until its end", prose.Sentence(err.Error()))
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateToken, encoded)...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}

// open makes the token, or reports why it cannot.
func (e *tokenEphemeralResource) open(ctx context.Context, m tokenModel, diags *diag.Diagnostics) (string, bool) {
	var token string
	var err error
	switch {
	case !m.Login.IsNull():
		token, err = e.RBAC.Login(ctx, rbac.LoginRequest{
			Login: m.Login.ValueString(), Password: m.Password.ValueString(), Lifetime: m.Lifetime.ValueString(),
			Label: m.Label.ValueString(), Description: m.Description.ValueString(), Client: tokenClient,
		})
	case e.NoToken != nil:
		diags.AddError(
			"There is no user to make a token for",
			"Give `login` and `password`, or give the provider a token of the user that the new token is for.",
		)
		return "", false
	default:
		token, err = e.RBAC.CreateToken(ctx, rbac.TokenRequest{
			Lifetime: m.Lifetime.ValueString(), Label: m.Label.ValueString(), Description: m.Description.ValueString(), Client: tokenClient,
		})
	}
	if err != nil {
		e.reportOpen(m, err, diags)
		return "", false
	}
	return token, true
}

func (e *tokenEphemeralResource) reportOpen(m tokenModel, err error, diags *diag.Diagnostics) {
	f := pe.Failure{
		Summary:    "No token was made",
		Err:        err,
		Attributes: map[string]path.Path{rbac.KindConflict: path.Root("label")},
		Advice: map[string]string{
			rbac.KindConflict: "Another token of the user has this label, perhaps that of a run which is under way or was killed. Leave " +
				"`label` out, or give each run its own.",
		},
	}
	if httpapi.MayBeDone(err) {
		f.Note = "A token may have been made all the same, which nobody has and which is valid until its lifetime ends. It can be revoked in " +
			"the console, in the user's list of tokens."
	}
	if !m.Login.IsNull() {
		f.Summary = "The login as " + m.Login.ValueString() + " failed"
		f.Advice[rbac.KindUserUnauthenticated] = "Check `login` and `password`."
		f.Advice[rbac.KindUserRevoked] = "The user has been revoked. An administrator can reinstate it, or use another one."
		f.Advice["api-user-login"] = "The account api_user cannot log in. Use another one."
	}
	e.Report(diags, f)
}

// Close implements [ephemeral.EphemeralResourceWithClose]. The token has served its purpose by then, so a token that could not be revoked
// is only a warning.
func (e *tokenEphemeralResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	encoded, diags := req.Private.GetKey(ctx, privateToken)
	resp.Diagnostics.Append(diags...)
	if len(encoded) == 0 || resp.Diagnostics.HasError() || !e.Known() {
		return
	}
	var token string
	if err := json.Unmarshal(encoded, &token); err != nil {
		// The error could quote the token.
		resp.Diagnostics.AddError("The token was lost before it was revoked", "It stays valid until its lifetime ends. This is always a bug "+
			"in the provider; please report it.")
		return
	}
	if err := e.RBAC.RevokeItself(ctx, token); err != nil {
		resp.Diagnostics.AddWarning("The token was not revoked", e.Explain(err)+"\n\nIt stays valid until its lifetime "+
			"ends. Revoke it in the console, in the user's list of tokens, or with `puppet-access`.")
	}
}
