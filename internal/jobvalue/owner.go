// SPDX-License-Identifier: MPL-2.0

// Package jobvalue converts what the server reports about jobs into values of attributes: owners, userdata, and the states and results of
// nodes.
package jobvalue

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// SensitiveParamsAttribute has the names of the parameters that the server hides.
func SensitiveParamsAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "Names of the parameters that the server hides because they are sensitive. Null when the server does not say.",
	}
}

// OwnerModel is a user of RBAC as jobs and schedules show their owner.
type OwnerModel struct {
	ID                 types.String `tfsdk:"id"`
	Login              types.String `tfsdk:"login"`
	DisplayName        types.String `tfsdk:"display_name"`
	Email              types.String `tfsdk:"email"`
	LastLogin          types.String `tfsdk:"last_login"`
	IsRevoked          types.Bool   `tfsdk:"is_revoked"`
	IsRemote           types.Bool   `tfsdk:"is_remote"`
	IsSuperuser        types.Bool   `tfsdk:"is_superuser"`
	IsGroup            types.Bool   `tfsdk:"is_group"`
	RoleIDs            types.List   `tfsdk:"role_ids"`
	InheritedRoleIDs   types.List   `tfsdk:"inherited_role_ids"`
	GroupIDs           types.List   `tfsdk:"group_ids"`
	IdentityProviderID types.String `tfsdk:"identity_provider_id"`
}

// OwnerAttributes are the owner of a job or schedule: the login, and everything that RBAC reports about the user.
func OwnerAttributes(text string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"owner": schema.StringAttribute{Computed: true, MarkdownDescription: "Login of the user " + text + "."},
		"owner_subject": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: "The user " + text + ", as RBAC knows it. Servers up to PE 2019.7 report only `id` and `login`; the rest is " +
				"then null. Null when the server names no owner.",
			Attributes: map[string]schema.Attribute{
				"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "UUID of the user."},
				"login":        schema.StringAttribute{Computed: true, MarkdownDescription: "Login of the user."},
				"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the user."},
				"email":        schema.StringAttribute{Computed: true, MarkdownDescription: "Email address of the user."},
				"last_login": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "When the user last logged in, RFC 3339 in UTC. Null if the user never has.",
				},
				"is_revoked":   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user has been revoked."},
				"is_remote":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user comes from a directory service."},
				"is_superuser": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user is an administrator."},
				"is_group":     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the subject is a group, not a user."},
				"role_ids": schema.ListAttribute{
					Computed:            true,
					ElementType:         types.Int64Type,
					MarkdownDescription: "Numbers of the user's own roles.",
				},
				"inherited_role_ids": schema.ListAttribute{
					Computed:            true,
					ElementType:         types.Int64Type,
					MarkdownDescription: "Numbers of the roles of the user's groups. Null if not remote.",
				},
				"group_ids": schema.ListAttribute{
					Computed:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "UUIDs of the user's groups. Null if not remote.",
				},
				"identity_provider_id": schema.StringAttribute{Computed: true, MarkdownDescription: "UUID of the identity provider that a remote " +
					"user comes from, null when the server does not say."},
			},
		},
	}
}

// NewOwner is nil when the server reports no owner.
func NewOwner(ctx context.Context, subject orchestrator.Subject, diags *diag.Diagnostics) *OwnerModel {
	if subject.ID == "" && subject.Login == "" {
		return nil
	}
	return &OwnerModel{
		ID:                 tfvalue.StringOrNull(subject.ID),
		Login:              tfvalue.StringOrNull(subject.Login),
		DisplayName:        tfvalue.StringOrNull(subject.DisplayName),
		Email:              tfvalue.StringOrNull(subject.Email),
		LastLogin:          tfvalue.StringOrNull(subject.LastLogin),
		IsRevoked:          types.BoolPointerValue(subject.IsRevoked),
		IsRemote:           types.BoolPointerValue(subject.IsRemote),
		IsSuperuser:        types.BoolPointerValue(subject.IsSuperuser),
		IsGroup:            types.BoolPointerValue(subject.IsGroup),
		RoleIDs:            tfvalue.Int64List(ctx, subject.RoleIDs, diags),
		InheritedRoleIDs:   tfvalue.Int64List(ctx, subject.InheritedRoleIDs, diags),
		GroupIDs:           tfvalue.StringsOrNull(subject.GroupIDs),
		IdentityProviderID: tfvalue.StringOrNull(subject.IdentityProviderID),
	}
}
