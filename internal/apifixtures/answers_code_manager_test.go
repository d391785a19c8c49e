// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
)

// checkDeploys compares deploys with what the client returns of them.
func checkDeploys(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	deploys, err := c.codeManager.Deploy(t.Context(), codemanager.Request{All: true, Timeout: time.Minute})
	encoded, encodeErr := json.Marshal(deploys)
	if encodeErr != nil {
		t.Fatal(encodeErr)
	}
	same(t, "deploys", generic(t, encoded), generic(t, raw))
	return err
}

// checkQueue compares the environments and compilers of a status with what the client returns of them.
func checkQueue(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	var status struct {
		Deploys map[string][]struct{ Environment string } `json:"deploys-status"`
		Clients struct {
			Synced  bool `json:"all-synced"`
			Clients map[string]struct {
				Synced bool `json:"synced-with-file-sync-storage"`
			} `json:"file-sync-clients"`
		} `json:"file-sync-client-status"`
	}
	if err := json.Unmarshal(raw, &status); err != nil {
		t.Fatal(err)
	}
	names := func(state string) (names []string) {
		for _, d := range status.Deploys[state] {
			names = append(names, d.Environment)
		}
		return names
	}
	q, err := c.codeManager.Queue(t.Context())
	if !slices.Equal(q.Waiting, slices.Concat(names("new"), names("queued"))) || !slices.Equal(q.Deploying, names("deploying")) {
		t.Errorf("got %+v", q)
	}
	for _, name := range q.Lagging {
		if status.Clients.Clients[name].Synced {
			t.Errorf("%s is synced", name)
		}
	}
	if status.Clients.Synced != (len(q.Lagging) == 0) {
		t.Errorf("lagging are %v", q.Lagging)
	}
	return err
}

func checkPuppetCodeConf(t *testing.T, raw []byte) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "puppet-code.conf"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := (clienttools.Locations{User: dir}).CodeManagerURL()
	if err != nil || found.Value != "https://pe.example.com:8170/code-manager" {
		t.Errorf("got %+v, %v", found, err)
	}
}
