// SPDX-License-Identifier: MPL-2.0

// Package schemajson writes the schemas of a provider as `terraform providers schema -json` of the newest Terraform does. An older CLI
// leaves out what it does not know, such as identities, actions and lists, which would then be missing in the documentation.
package schemajson

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// formatVersion is the version of the format, which Terraform has kept since it is stable.
const formatVersion = "1.0"

// Marshal returns the schemas of all that a provider serves, under an address.
func Marshal(ctx context.Context, server tfprotov6.ProviderServer, address string) ([]byte, error) {
	answer, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the schemas of identities: %w", err)
	}
	if err := errors.Join(failed(answer.Diagnostics), failed(identities.Diagnostics)); err != nil {
		return nil, err
	}
	converted, err := provider(answer, identities)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(tfjson.ProviderSchemas{
		FormatVersion: formatVersion,
		Schemas:       map[string]*tfjson.ProviderSchema{address: converted},
	}, "", "  ")
}

// failed returns the errors among diagnostics.
func failed(diagnostics []*tfprotov6.Diagnostic) (err error) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, strings.TrimSpace(d.Detail)))
		}
	}
	return err
}

func provider(
	answer *tfprotov6.GetProviderSchemaResponse,
	identities *tfprotov6.GetResourceIdentitySchemasResponse,
) (*tfjson.ProviderSchema, error) {
	var c converter
	converted := &tfjson.ProviderSchema{
		ConfigSchema:             c.schema(answer.Provider),
		ResourceSchemas:          each(answer.ResourceSchemas, c.schema),
		DataSourceSchemas:        each(answer.DataSourceSchemas, c.schema),
		EphemeralResourceSchemas: each(answer.EphemeralResourceSchemas, c.schema),
		ListResourceSchemas:      each(answer.ListResourceSchemas, c.schema),
		StateStoreSchemas:        each(answer.StateStoreSchemas, c.schema),
		ActionSchemas:            each(answer.ActionSchemas, c.action),
		Functions:                each(answer.Functions, c.function),
		ResourceIdentitySchemas:  each(identities.IdentitySchemas, c.identity),
	}
	return converted, c.err
}

// each converts every value of a map.
func each[From, To any](values map[string]*From, convert func(*From) *To) map[string]*To {
	converted := make(map[string]*To, len(values))
	for name, value := range values {
		converted[name] = convert(value)
	}
	return converted
}
