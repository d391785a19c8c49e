// SPDX-License-Identifier: MPL-2.0

package safeserver

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// ValidateListResourceConfig implements [tfprotov6.ListResourceServer].
func (s *server) ValidateListResourceConfig(
	ctx context.Context,
	req *tfprotov6.ValidateListResourceConfigRequest,
) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return safe(ctx, s, s.Server.ValidateListResourceConfig, req)
}

// ValidateStateStoreConfig implements [tfprotov6.StateStoreServer].
func (s *server) ValidateStateStoreConfig(
	ctx context.Context,
	req *tfprotov6.ValidateStateStoreConfigRequest,
) (*tfprotov6.ValidateStateStoreConfigResponse, error) {
	return safe(ctx, s, s.Server.ValidateStateStoreConfig, req)
}

// ConfigureStateStore implements [tfprotov6.StateStoreServer].
func (s *server) ConfigureStateStore(
	ctx context.Context,
	req *tfprotov6.ConfigureStateStoreRequest,
) (*tfprotov6.ConfigureStateStoreResponse, error) {
	return safe(ctx, s, s.Server.ConfigureStateStore, req)
}

// GetStates implements [tfprotov6.StateStoreServer].
func (s *server) GetStates(ctx context.Context, req *tfprotov6.GetStatesRequest) (*tfprotov6.GetStatesResponse, error) {
	return safe(ctx, s, s.Server.GetStates, req)
}

// DeleteState implements [tfprotov6.StateStoreServer].
func (s *server) DeleteState(ctx context.Context, req *tfprotov6.DeleteStateRequest) (*tfprotov6.DeleteStateResponse, error) {
	return safe(ctx, s, s.Server.DeleteState, req)
}

// LockState implements [tfprotov6.StateStoreServer].
func (s *server) LockState(ctx context.Context, req *tfprotov6.LockStateRequest) (*tfprotov6.LockStateResponse, error) {
	return safe(ctx, s, s.Server.LockState, req)
}

// UnlockState implements [tfprotov6.StateStoreServer].
func (s *server) UnlockState(ctx context.Context, req *tfprotov6.UnlockStateRequest) (*tfprotov6.UnlockStateResponse, error) {
	return safe(ctx, s, s.Server.UnlockState, req)
}

// WriteStateBytes implements [tfprotov6.StateStoreServer].
func (s *server) WriteStateBytes(ctx context.Context, req *tfprotov6.WriteStateBytesStream) (*tfprotov6.WriteStateBytesResponse, error) {
	return safe(ctx, s, s.Server.WriteStateBytes, req)
}

// ReadStateBytes implements [tfprotov6.StateStoreServer].
func (s *server) ReadStateBytes(ctx context.Context, req *tfprotov6.ReadStateBytesRequest) (*tfprotov6.ReadStateBytesStream, error) {
	stream, err := s.Server.ReadStateBytes(ctx, req)
	if stream != nil && stream.Chunks != nil {
		stream.Chunks = each(stream.Chunks, func(chunk tfprotov6.ReadStateByteChunk) tfprotov6.ReadStateByteChunk {
			clean(chunk.Diagnostics)
			return chunk
		})
	}
	return stream, err
}

// ListResource implements [tfprotov6.ListResourceServer].
func (s *server) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	stream, err := s.Server.ListResource(ctx, req)
	if stream != nil && stream.Results != nil {
		stream.Results = each(stream.Results, func(result tfprotov6.ListResourceResult) tfprotov6.ListResourceResult {
			clean(result.Diagnostics)
			result.DisplayName = visible.Line(result.DisplayName, visible.LongestName)
			return result
		})
	}
	return stream, err
}

// each changes what a sequence yields.
func each[V any](values iter.Seq[V], change func(V) V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for value := range values {
			if !yield(change(value)) {
				return
			}
		}
	}
}
