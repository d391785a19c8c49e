// SPDX-License-Identifier: MPL-2.0

package relay_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
)

// FuzzRelay_Holds has anything in the place of a message: a name is only taken from what says that it is of this command and has the name.
func FuzzRelay_Holds(f *testing.F) {
	f.Add(`{"command":"7 1234","names":["package"]}`)
	f.Add(`{"command":"8 1234","names":["package"]}`)
	f.Add(`{"command":"7 1234","names":[null,"service"]}`)
	f.Add(`{"command":"7 1234","names":`)
	f.Fuzz(func(t *testing.T, content string) {
		dir := filepath.Join(t.TempDir(), "relay")
		relay.New(dir, applying("7 1234")).Leave(tasks, nil)
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil || len(files) != 1 {
			t.Fatalf("got %q, %v", files, err)
		}
		if err := os.WriteFile(files[0], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		plain := strings.Contains(content, "7 1234") && strings.Contains(content, "package") || strings.Contains(content, `\u`)
		if relay.New(dir, applying("7 1234")).Holds(tasks, []string{"package"}) && !plain {
			t.Errorf("%q was taken for a message", content)
		}
		if _, err := os.Stat(files[0]); !os.IsNotExist(err) {
			t.Errorf("the file is left: %v", err)
		}
	})
}
