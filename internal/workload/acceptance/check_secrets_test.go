// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestCheck_Secrets has write-only parameters: they count as given, are checked, and are never shown.
func TestCheck_Secrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2!"
	h := acctest.New(t)
	h.AddTask("production", strictTask())
	h.AddTask("production", simulator.Task{Name: "locked", Parameters: map[string]simulator.Parameter{
		"password": {Type: "String[20]", Description: "The password", Sensitive: true}, "name": {Type: "Optional[Enum[a]]"},
	}})
	acctest.NewCLI(t, h, "").NeedsWriteOnly(t)
	tests := map[string]struct{ body, want string }{
		"missing":      {"", "Give it in `sensitive_params`: a string of at least 20 characters."},
		"wrong":        {"sensitive_params = { password = \"" + secret + "\" }", "`password` is a string; expected a string of at least 20 characters."},
		"misspelt":     {"sensitive_params = { pasword = \"" + secret + "\" }", "Did you mean `password`?"},
		"in clear":     {"params = { password = [\"" + secret + "\"] }", "`password` is a list; expected"},
		"elsewhere":    {"params = { name = var.secret }\nsensitive_params = { password = \"" + secret + "\" }", "`name` is"},
		"only by name": {"sensitive_params = { name = \"" + secret + "\", password = \"" + strings.Repeat(secret, 3) + "\" }", "`name` is a string; expected \"a\"."},
		"beside":       {"params = { password = \"" + strings.Repeat(secret, 3) + "\", x = 1 }", `Task "locked" has no parameter "x"`},
		"right":        {"sensitive_params = { password = \"" + strings.Repeat(secret, 3) + "\" }", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := plans(t, h, "variable \"secret\" {\n default = \""+secret+"\"\n}\n"+acctest.TaskBody("task = \"locked\"\n"+test.body+"\n"+oneNode))
			if (err == nil) != (test.want == "") {
				t.Errorf("the plan ended with %v", err)
			}
			var said strings.Builder
			for _, d := range found {
				said.WriteString(d.Summary + "\n" + d.Detail + "\n")
			}
			for _, d := range found {
				said.WriteString(d.Snippet.Code)
			}
			if text := said.String(); !strings.Contains(text, test.want) || strings.Contains(text, secret) || test.want == "" && text != "" {
				t.Errorf("the plan says\n%s", text)
			}
		})
	}

	// A name says that its value is a secret, whatever the metadata says.
	h.AddTask("production", simulator.Task{Name: "careless", Parameters: map[string]simulator.Parameter{"db_password": {Type: "String[20]"}}})
	careless, err := plans(t, h, acctest.TaskBody("task = \"careless\"\nparams = { db_password = sensitive(\""+secret+"\") }\n"+oneNode))
	if err == nil || len(careless) != 1 || !strings.Contains(careless[0].Detail, "`db_password` is a string; expected") || strings.Contains(careless[0].Detail, secret) {
		t.Errorf("the plan of a careless task says %+v, %v", careless, err)
	}

	found, err := plans(t, h, acctest.TaskBody("task = \"strict\"\nparams = {\n hosts = []\n password = \"long-enough\"\n odd = 1\n}\n"+oneNode))
	if err != nil || len(found) != 1 || found[0].Severity != "warning" || found[0].Summary != `Parameter "password" is a secret` || strings.Contains(found[0].Snippet.Code, "long-enough") || found[0].Address != acctest.Task {
		t.Errorf("a secret in clear: %v, %+v", err, found)
	}
}
