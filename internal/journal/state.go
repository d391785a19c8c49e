// SPDX-License-Identifier: MPL-2.0

package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/command"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

// places are the settings of backends that say where a state is, whatever the backend is. The others, such as credentials, may change from
// one apply to the next.
var places = []string{
	"address", "bucket", "container_name", "hostname", "key", "namespace", "organization", "path", "prefix", "schema_name",
	"secret_suffix", "storage_account_name", "workspace_dir", "workspace_key_prefix", "workspaces",
}

// StateOf identifies the state that a CLI works on in a working directory: by the file that its command line names, and by the place that
// `init` has chosen for states. It is "" for the place by default, and where the place is not known.
func StateOf(lookupEnv func(string) (string, bool), running command.Command) string {
	var initialized struct {
		Backend struct {
			Type   string                     `json:"type"`
			Config map[string]json.RawMessage `json:"config"`
		} `json:"backend"`
	}
	if content, err := wholefile.Read(filepath.Join(DataDir(lookupEnv), "terraform.tfstate"), mostNote); err == nil {
		_ = json.Unmarshal(content, &initialized) // What cannot be read names no place.
	}
	place := sha256.New()
	known := running.State != ""
	fmt.Fprintf(place, "%s\n%s\n", running.State, initialized.Backend.Type)
	for _, name := range places {
		if value := initialized.Backend.Config[name]; len(value) > 0 && string(value) != "null" {
			known = true
			fmt.Fprintf(place, "%s=%s\n", name, value)
		}
	}
	if !known {
		return ""
	}
	return hex.EncodeToString(place.Sum(nil)[:8])
}

// ForState tells the journal which state the CLI works on, as [StateOf] identifies it. It returns the journal, which must not be in
// use yet.
func (j *Journal) ForState(state string) *Journal {
	j.state = state
	return j
}

// Elsewhere reports whether an entry is known to be for another state than the one that the CLI works on.
func (j *Journal) Elsewhere(e Entry) bool {
	return e.State != "" && j.state != "" && e.State != j.state
}
