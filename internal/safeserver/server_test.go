// SPDX-License-Identifier: MPL-2.0

package safeserver_test

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
)

const hostileText = "\x1b[2JApply complete!\r\u202e\u009b\x00"

// said are diagnostics as somebody would have them who wants to paint over them.
func said() []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{nil, {Summary: hostileText + "\nsummary", Detail: "one\n\ttwo" + hostileText}}
}

// TestNew_MakesEveryAnswerSafe calls all there is of the protocol, of a server that has no harmless word to say.
func TestNew_MakesEveryAnswerSafe(t *testing.T) {
	t.Parallel()
	server := reflect.ValueOf(safeserver.New(hostile{}, func() {}))
	for i := range server.NumMethod() {
		name := server.Type().Method(i).Name
		request := reflect.New(server.Method(i).Type().In(1).Elem())
		answer := server.Method(i).Call([]reflect.Value{reflect.ValueOf(t.Context()), request})[0]
		texts := textsOf(answer)
		if len(texts) == 0 {
			t.Errorf("%s says nothing, so nothing is proved", name)
		}
		for _, text := range texts {
			left := strings.NewReplacer("\n", "", "\t", "").Replace(text)
			if strings.ContainsFunc(left, func(r rune) bool { return !unicode.IsGraphic(r) }) ||
				!strings.Contains(text, "\\x1b[2JApply complete!") {
				t.Errorf("%s says %q", name, text)
			}
			if strings.HasSuffix(text, "summary") && strings.Contains(text, "\n") {
				t.Errorf("%s has a summary of several lines: %q", name, text)
			}
		}
	}
}

// TestNew_KeepsLines has a detail of several lines, which stay, and an answer that is missing.
func TestNew_KeepsLines(t *testing.T) {
	t.Parallel()
	answer, err := safeserver.New(hostile{}, func() {}).ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{})
	if err != nil || !strings.HasPrefix(answer.Diagnostics[1].Detail, "one\n\ttwo\\x1b") {
		t.Errorf("got %v, %v", answer, err)
	}
}

// TestNew_TellsOfFailures calls what answers with an error, with a warning, or not at all.
func TestNew_TellsOfFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		diagnostics []*tfprotov6.Diagnostic
		err         error
		want        int
	}{
		"nothing is said": {nil, nil, 0},
		"a warning":       {[]*tfprotov6.Diagnostic{nil, {Severity: tfprotov6.DiagnosticSeverityWarning}}, nil, 0},
		"an error":        {[]*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError}}, nil, 1},
		"no answer":       {nil, errors.New("broken"), 1},
	} {
		told := 0
		server := safeserver.New(answering{diagnostics: test.diagnostics, err: test.err}, func() { told++ })
		_, _ = server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{})
		if told != test.want {
			t.Errorf("%s: told %d times, want %d", name, told, test.want)
		}
		_, _ = server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
		if told != test.want+1 {
			t.Errorf("%s: an interrupt was told %d times", name, told-test.want)
		}
	}
}

// answering is a server that answers a read of a data source.
type answering struct {
	hostile

	diagnostics []*tfprotov6.Diagnostic
	err         error
}

func (a answering) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	if a.err != nil {
		return nil, a.err
	}
	return &tfprotov6.ReadDataSourceResponse{Diagnostics: a.diagnostics}, nil
}

// textsOf returns the texts in a value.
func textsOf(value reflect.Value) (texts []string) {
	switch value.Kind() {
	case reflect.String:
		if value.Len() > 0 {
			texts = append(texts, value.String())
		}
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			texts = textsOf(value.Elem())
		}
	case reflect.Slice:
		for i := range value.Len() {
			texts = append(texts, textsOf(value.Index(i))...)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				texts = append(texts, textsOf(value.Field(i))...)
			}
		}
	case reflect.Func:
		for inner := range value.Seq() {
			texts = append(texts, textsOf(inner)...)
		}
	default:
	}
	return texts
}

// hostile is a server that implements everything itself, so that what is new in the protocol is missed here.
type hostile struct{}

var _ safeserver.Server = hostile{}

func (hostile) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{Diagnostics: said()}, nil
}

func (hostile) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{Diagnostics: said()}, nil
}

func (hostile) GetResourceIdentitySchemas(
	context.Context,
	*tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateProviderConfig(
	context.Context,
	*tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: said()}, nil
}

func (hostile) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateResourceConfig(
	context.Context,
	*tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: said()}, nil
}

func (hostile) UpgradeResourceState(
	context.Context,
	*tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: said()}, nil
}

func (hostile) ReadResource(context.Context, *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{Diagnostics: said()}, nil
}

func (hostile) PlanResourceChange(context.Context, *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return &tfprotov6.PlanResourceChangeResponse{Diagnostics: said()}, nil
}

func (hostile) ApplyResourceChange(context.Context, *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return &tfprotov6.ApplyResourceChangeResponse{Diagnostics: said()}, nil
}

func (hostile) ImportResourceState(context.Context, *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return &tfprotov6.ImportResourceStateResponse{Diagnostics: said()}, nil
}

func (hostile) MoveResourceState(context.Context, *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return &tfprotov6.MoveResourceStateResponse{Diagnostics: said()}, nil
}

func (hostile) UpgradeResourceIdentity(
	context.Context,
	*tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: said()}, nil
}

func (hostile) GenerateResourceConfig(
	context.Context,
	*tfprotov6.GenerateResourceConfigRequest,
) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateDataResourceConfig(
	context.Context,
	*tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: said()}, nil
}

func (hostile) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return &tfprotov6.ReadDataSourceResponse{Diagnostics: said()}, nil
}

func (hostile) GetFunctions(context.Context, *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return &tfprotov6.GetFunctionsResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateEphemeralResourceConfig(
	context.Context,
	*tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: said()}, nil
}

func (hostile) OpenEphemeralResource(
	context.Context,
	*tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: said()}, nil
}

func (hostile) RenewEphemeralResource(
	context.Context,
	*tfprotov6.RenewEphemeralResourceRequest,
) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: said()}, nil
}

func (hostile) CloseEphemeralResource(
	context.Context,
	*tfprotov6.CloseEphemeralResourceRequest,
) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateListResourceConfig(
	context.Context,
	*tfprotov6.ValidateListResourceConfigRequest,
) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return &tfprotov6.ValidateListResourceConfigResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateActionConfig(
	context.Context,
	*tfprotov6.ValidateActionConfigRequest,
) (*tfprotov6.ValidateActionConfigResponse, error) {
	return &tfprotov6.ValidateActionConfigResponse{Diagnostics: said()}, nil
}

func (hostile) PlanAction(context.Context, *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return &tfprotov6.PlanActionResponse{Diagnostics: said()}, nil
}

func (hostile) ValidateStateStoreConfig(
	context.Context,
	*tfprotov6.ValidateStateStoreConfigRequest,
) (*tfprotov6.ValidateStateStoreConfigResponse, error) {
	return &tfprotov6.ValidateStateStoreConfigResponse{Diagnostics: said()}, nil
}

func (hostile) ConfigureStateStore(context.Context, *tfprotov6.ConfigureStateStoreRequest) (*tfprotov6.ConfigureStateStoreResponse, error) {
	return &tfprotov6.ConfigureStateStoreResponse{Diagnostics: said()}, nil
}

func (hostile) GetStates(context.Context, *tfprotov6.GetStatesRequest) (*tfprotov6.GetStatesResponse, error) {
	return &tfprotov6.GetStatesResponse{Diagnostics: said()}, nil
}

func (hostile) DeleteState(context.Context, *tfprotov6.DeleteStateRequest) (*tfprotov6.DeleteStateResponse, error) {
	return &tfprotov6.DeleteStateResponse{Diagnostics: said()}, nil
}

func (hostile) LockState(context.Context, *tfprotov6.LockStateRequest) (*tfprotov6.LockStateResponse, error) {
	return &tfprotov6.LockStateResponse{Diagnostics: said()}, nil
}

func (hostile) UnlockState(context.Context, *tfprotov6.UnlockStateRequest) (*tfprotov6.UnlockStateResponse, error) {
	return &tfprotov6.UnlockStateResponse{Diagnostics: said()}, nil
}

func (hostile) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{Error: hostileText}, nil
}

func (hostile) CallFunction(context.Context, *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: hostileText}}, nil
}

func (hostile) WriteStateBytes(context.Context, *tfprotov6.WriteStateBytesStream) (*tfprotov6.WriteStateBytesResponse, error) {
	return &tfprotov6.WriteStateBytesResponse{Diagnostics: said()}, nil
}

func (hostile) ReadStateBytes(context.Context, *tfprotov6.ReadStateBytesRequest) (*tfprotov6.ReadStateBytesStream, error) {
	return &tfprotov6.ReadStateBytesStream{Chunks: once(tfprotov6.ReadStateByteChunk{Diagnostics: said()})}, nil
}

func (hostile) ListResource(context.Context, *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return &tfprotov6.ListResourceServerStream{
		Results: once(tfprotov6.ListResourceResult{DisplayName: hostileText, Diagnostics: said()}),
	}, nil
}

func (hostile) InvokeAction(context.Context, *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return &tfprotov6.InvokeActionServerStream{Events: once(
		tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{Message: hostileText}},
		tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: said()}},
	)}, nil
}

func once[V any](values ...V) iter.Seq[V] { return slices.Values(values) }
