// SPDX-License-Identifier: MPL-2.0

package journal

import (
	"path/filepath"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/wholefile"
)

// folder is the folder of all journals below the data directory of a CLI.
const folder = "pe-launches"

// Locate returns the folder for the journal of this working directory and workspace: below TF_DATA_DIR, or else below .terraform, which is
// where Terraform and OpenTofu keep what belongs to a working directory.
func Locate(lookupEnv func(string) (string, bool)) string {
	data := DataDir(lookupEnv)
	return filepath.Join(data, folder, workspace(data, lookupEnv))
}

// DataDir returns the folder where a CLI keeps what belongs to a working directory.
func DataDir(lookupEnv func(string) (string, bool)) string {
	if dir, ok := lookupEnv("TF_DATA_DIR"); ok && dir != "" {
		return dir
	}
	return ".terraform"
}

// workspace returns the name of the selected workspace. It is safe as the name of a folder: the CLI refuses others.
func workspace(data string, lookupEnv func(string) (string, bool)) string {
	name, _ := lookupEnv("TF_WORKSPACE")
	if name == "" {
		if content, err := wholefile.Read(filepath.Join(data, "environment"), mostNote); err == nil {
			name = strings.TrimSpace(string(content))
		}
	}
	if name == "" || name != filepath.Base(name) || name == ".." || name == "." {
		return "default"
	}
	return name
}
