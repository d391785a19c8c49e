// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/zclconf/go-cty/cty"
)

// importStep imports a resource beside the one in the state, and compares the two.
func (r *runner) importStep(ctx context.Context, step resource.TestStep) error {
	opened, err := r.open(ctx, config{provider: r.config.provider})
	if err != nil {
		return err
	}
	b := blockOf(step.ResourceName)
	known := r.state.resources[step.ResourceName]
	id := step.ImportStateId
	if id == "" {
		if known == nil {
			return fmt.Errorf("%s is not in the state", step.ResourceName)
		}
		id = known.value.GetAttr("id").AsString()
	}
	imported, err := opened.importResource(ctx, b, &tfprotov6.ImportResourceStateRequest{TypeName: b.kind, ID: id})
	if err != nil {
		return err
	}
	if step.ImportStatePersist {
		r.state.keep(step.ResourceName, imported)
	}
	if !step.ImportStateVerify {
		return nil
	}
	return compareImport(imported.value, known.value, step.ImportStateVerifyIgnore)
}

// importResource imports a resource and reads it, as core does.
func (s *session) importResource(ctx context.Context, b block, req *tfprotov6.ImportResourceStateRequest) (*instance, error) {
	schema, err := s.schema(b)
	if err != nil {
		return nil, err
	}
	answer, err := s.server.ImportResourceState(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := reported(b, answer.Diagnostics); err != nil {
		return nil, err
	}
	if len(answer.ImportedResources) != 1 {
		return nil, fmt.Errorf("importing %s: got %d objects", b.address(), len(answer.ImportedResources))
	}
	found := answer.ImportedResources[0]
	value, err := decode(found.State, schema.object)
	if err != nil {
		return nil, err
	}
	read, err := s.read(ctx, b, schema, &instance{value: value, private: found.Private, identity: found.Identity})
	if err == nil && read == nil {
		err = problemf("Cannot import non-existent remote object: %s with the id %q", b.kind, req.ID)
	}
	return read, err
}

// compareImport compares what was imported with the state. Null and empty are the same, as for a CLI.
func compareImport(imported, known cty.Value, ignored []string) error {
	for _, name := range slices.Sorted(maps.Keys(known.AsValueMap())) {
		if slices.ContainsFunc(ignored, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			continue
		}
		got, want := imported.GetAttr(name), known.GetAttr(name)
		if !got.RawEquals(want) && (!isEmpty(got) || !isEmpty(want)) {
			return fmt.Errorf("imported, %s is %#v, and it was %#v", name, got, want)
		}
	}
	return nil
}

func isEmpty(value cty.Value) bool {
	return value.IsNull() || value.CanIterateElements() && value.LengthInt() == 0
}
