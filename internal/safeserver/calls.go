// SPDX-License-Identifier: MPL-2.0

package safeserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// GetMetadata implements [tfprotov6.ProviderServer].
func (s *server) GetMetadata(ctx context.Context, req *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return safe(ctx, s, s.Server.GetMetadata, req)
}

// GetProviderSchema implements [tfprotov6.ProviderServer].
func (s *server) GetProviderSchema(
	ctx context.Context,
	req *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return safe(ctx, s, s.Server.GetProviderSchema, req)
}

// GetResourceIdentitySchemas implements [tfprotov6.ProviderServer].
func (s *server) GetResourceIdentitySchemas(
	ctx context.Context,
	req *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return safe(ctx, s, s.Server.GetResourceIdentitySchemas, req)
}

// ValidateProviderConfig implements [tfprotov6.ProviderServer].
func (s *server) ValidateProviderConfig(
	ctx context.Context,
	req *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return safe(ctx, s, s.Server.ValidateProviderConfig, req)
}

// ConfigureProvider implements [tfprotov6.ProviderServer].
func (s *server) ConfigureProvider(
	ctx context.Context,
	req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	return safe(ctx, s, s.Server.ConfigureProvider, req)
}

// ValidateResourceConfig implements [tfprotov6.ResourceServer].
func (s *server) ValidateResourceConfig(
	ctx context.Context,
	req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return safe(ctx, s, s.Server.ValidateResourceConfig, req)
}

// UpgradeResourceState implements [tfprotov6.ResourceServer].
func (s *server) UpgradeResourceState(
	ctx context.Context,
	req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return safe(ctx, s, s.Server.UpgradeResourceState, req)
}

// ReadResource implements [tfprotov6.ResourceServer].
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return safe(ctx, s, s.Server.ReadResource, req)
}

// PlanResourceChange implements [tfprotov6.ResourceServer].
func (s *server) PlanResourceChange(
	ctx context.Context,
	req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return safe(ctx, s, s.Server.PlanResourceChange, req)
}

// ApplyResourceChange implements [tfprotov6.ResourceServer].
func (s *server) ApplyResourceChange(
	ctx context.Context,
	req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return safe(ctx, s, s.Server.ApplyResourceChange, req)
}

// ImportResourceState implements [tfprotov6.ResourceServer].
func (s *server) ImportResourceState(
	ctx context.Context,
	req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return safe(ctx, s, s.Server.ImportResourceState, req)
}

// MoveResourceState implements [tfprotov6.ResourceServer].
func (s *server) MoveResourceState(
	ctx context.Context,
	req *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	return safe(ctx, s, s.Server.MoveResourceState, req)
}

// UpgradeResourceIdentity implements [tfprotov6.ResourceServer].
func (s *server) UpgradeResourceIdentity(
	ctx context.Context,
	req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return safe(ctx, s, s.Server.UpgradeResourceIdentity, req)
}

// GenerateResourceConfig implements [tfprotov6.ResourceServer].
func (s *server) GenerateResourceConfig(
	ctx context.Context,
	req *tfprotov6.GenerateResourceConfigRequest,
) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return safe(ctx, s, s.Server.GenerateResourceConfig, req)
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s *server) ValidateDataResourceConfig(
	ctx context.Context,
	req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return safe(ctx, s, s.Server.ValidateDataResourceConfig, req)
}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return safe(ctx, s, s.Server.ReadDataSource, req)
}

// GetFunctions implements [tfprotov6.FunctionServer].
func (s *server) GetFunctions(ctx context.Context, req *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return safe(ctx, s, s.Server.GetFunctions, req)
}

// ValidateEphemeralResourceConfig implements [tfprotov6.EphemeralResourceServer].
func (s *server) ValidateEphemeralResourceConfig(
	ctx context.Context,
	req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return safe(ctx, s, s.Server.ValidateEphemeralResourceConfig, req)
}

// OpenEphemeralResource implements [tfprotov6.EphemeralResourceServer].
func (s *server) OpenEphemeralResource(
	ctx context.Context,
	req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return safe(ctx, s, s.Server.OpenEphemeralResource, req)
}

// RenewEphemeralResource implements [tfprotov6.EphemeralResourceServer].
func (s *server) RenewEphemeralResource(
	ctx context.Context,
	req *tfprotov6.RenewEphemeralResourceRequest,
) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return safe(ctx, s, s.Server.RenewEphemeralResource, req)
}

// CloseEphemeralResource implements [tfprotov6.EphemeralResourceServer].
func (s *server) CloseEphemeralResource(
	ctx context.Context,
	req *tfprotov6.CloseEphemeralResourceRequest,
) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return safe(ctx, s, s.Server.CloseEphemeralResource, req)
}
