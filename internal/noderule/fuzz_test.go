// SPDX-License-Identifier: MPL-2.0

package noderule_test

import (
	"encoding/json"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderule"
)

// FuzzParseJSON reads what a server may have as a rule: it means the same as itself, and as what is written over it.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{``, `null`, `["or"]`, `["or",["or",` + linux + `],` + pinA + `]`, `["and",["not",` + large + `]]`, `["not"]`, `{"a":1}`, `["or",1,null]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		rule, err := noderule.ParseJSON(json.RawMessage(raw))
		if err != nil {
			return
		}
		if !rule.Same(rule) {
			t.Errorf("%s means something else than itself", raw)
		}
		written, err := noderule.ParseJSON(rule.Over(rule, rule))
		if err != nil || !rule.Same(written) {
			t.Errorf("%s is written as %s, %v", raw, rule.Over(rule, rule), err)
		}
	})
}
