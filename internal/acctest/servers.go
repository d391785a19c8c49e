// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// Server is a simulated PE of some generation, with its variants of the API.
type Server struct {
	*Harness
	variants simulator.Variants
}

// Has reports whether the server has a variant of the API.
func (s Server) Has(v simulator.Variant) bool { return s.variants.Has(s.Generation(), v) }

// OtherForms is the environment variable that makes every test run on servers whose API has the other form wherever two are known, but for
// the commands that schedule, without which old servers could not.
const OtherForms = "PE_TEST_OTHER_FORMS"

func otherForms(g simulator.Generation) simulator.Variants {
	if g == "" {
		g = simulator.PE2025
	}
	variants := simulator.OppositeVariants(g)
	delete(variants, simulator.ScheduleCommands)
	return variants
}

// EachServer runs a test on servers of each generation: on one as recordings and documents have it, and on one whose API has the other form
// wherever two are known.
func EachServer(t *testing.T, test func(t *testing.T, s Server)) {
	t.Helper()
	for _, generation := range Generations {
		for name, variants := range map[string]simulator.Variants{
			string(generation): {}, string(generation) + " in other forms": simulator.OppositeVariants(generation),
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				h := New(t, Generation(generation), func(o *simulator.Options) { o.Variants = variants })
				test(t, Server{Harness: h, variants: variants})
			})
		}
	}
}
