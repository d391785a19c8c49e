// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// update makes TestStates_PlanNoChange store the states that are missing. It never overwrites one.
var update = flag.Bool("update", false, "store the states of resources that have none in testdata/states")

// statesDir has, for every version of the schema of every resource, a configuration and the state that the provider made of it at the time:
// v0/pe_task.tf and v0/pe_task.json.
const statesDir = "testdata/states"

// Placeholders in stored states for values that differ between runs.
const (
	serverURLPlaceholder = "{{server_url}}"
	rbacURLPlaceholder   = "{{rbac_url}}"
)

// storedState is what an earlier provider has left, in the state and on the server.
type storedState struct {
	SchemaVersion int64 `json:"schema_version"`
	// Schema has the types of the attributes by their paths.
	Schema map[string]string `json:"schema"`
	// Requests are what the provider has sent to create the objects. Repeated, they create them again, on a new server.
	Requests []storedRequest `json:"requests"`
	// Instances are the objects by address, as they are in a state file.
	Instances map[string]json.RawMessage `json:"instances"`
}

type storedRequest struct {
	Service string          `json:"service"`
	Method  string          `json:"method"`
	Path    string          `json:"path"`
	Query   string          `json:"query,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// stateFile is a state file of the CLI, reduced to what is needed here.
type stateFile struct {
	Version          int             `json:"version"`
	TerraformVersion string          `json:"terraform_version"`
	Serial           int             `json:"serial"`
	Lineage          string          `json:"lineage"`
	Resources        []stateResource `json:"resources"`
}

type stateResource struct {
	Mode      string            `json:"mode"`
	Type      string            `json:"type"`
	Name      string            `json:"name"`
	Provider  string            `json:"provider"`
	Instances []json.RawMessage `json:"instances"`
}

// TestStates_PlanNoChange plans every stored state with the current provider, on a server that has the objects of the state: nothing may
// change. If the state of a resource is not stored, or the schema has changed since, it says what to do.
func TestStates_PlanNoChange(t *testing.T) {
	t.Parallel()
	schemas := schemasOf(t).ResourceSchemas
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		for version := range schemas[name].Version + 1 {
			t.Run(fmt.Sprintf("%s v%d", name, version), func(t *testing.T) {
				t.Parallel()
				stored := storedFor(t, name, version, schemas[name])
				planStored(t, name, stored, configOfState(t, name, version))
			})
		}
	}
	for _, file := range storedFiles(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		version, err := strconv.ParseInt(strings.TrimPrefix(filepath.Base(filepath.Dir(file)), "v"), 10, 64)
		if schema, ok := schemas[name]; !ok || err != nil || version > schema.Version {
			t.Errorf("%s belongs to no resource, or to no version of its schema", file)
		}
	}
}

// storedFor returns the state of a version of a resource. It fails the test when there is none, or when it is the current version and the
// schema has changed since the state was stored.
func storedFor(t *testing.T, name string, version int64, schema *tfprotov6.Schema) storedState {
	t.Helper()
	file := filepath.Join(statesDir, fmt.Sprintf("v%d", version), name+".json")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !*update || version != schema.Version {
			t.Fatalf("There is no stored state of %s with version %d of its schema. Write a configuration, %s, with each attribute, and run `make states`.",
				name, version, strings.TrimSuffix(file, "json")+"tf")
		}
		stored := recordState(t, name, version, schema)
		writeStored(t, file, stored)
		return stored
	}
	if err != nil {
		t.Fatal(err)
	}
	var stored storedState
	if err := json.Unmarshal(text, &stored); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if version != schema.Version {
		return stored
	}
	now := attributeTypes(schema.Block)
	added, changed := schemaChanges(stored.Schema, now)
	if len(changed) > 0 {
		t.Fatalf("The schema of %s has changed (%s), but its version is still %d, so that states of older providers may be misread.\nIf a "+
			"release has had the old schema, raise Version in the schema to %d, upgrade from %d in UpgradeState, write %s and run `make "+
			"states`.\nIf none has, delete %s and run `make states`.",
			name, strings.Join(changed, "; "), version, version+1, version, filepath.Join(statesDir, fmt.Sprintf("v%d", version+1), name+".tf"), file)
	}
	if len(added) > 0 {
		if !*update {
			t.Fatalf("The schema of %s has the new attributes %s. That needs no upgrade as long as states without them change nothing. Run `make states` to note them.",
				name, strings.Join(added, ", "))
		}
		stored.Schema = now // the state stays as it is: it has to keep working
		writeStored(t, file, stored)
	}
	return stored
}

// schemaChanges compares the types of attributes by path. added are new; changed are gone or have another type.
func schemaChanges(before, now map[string]string) (added, changed []string) {
	for _, path := range slices.Sorted(maps.Keys(before)) {
		switch kind, ok := now[path]; {
		case !ok:
			changed = append(changed, path+" is gone")
		case kind != before[path]:
			changed = append(changed, fmt.Sprintf("%s was %s and is %s", path, before[path], kind))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(now)) {
		if _, ok := before[path]; !ok {
			added = append(added, path)
		}
	}
	return added, changed
}

func TestStates_SchemaChangesAreTold(t *testing.T) {
	t.Parallel()
	before := map[string]string{"id": "String", "scope": "single", "scope.nodes": "Set[String]"}
	for name, test := range map[string]struct {
		now            map[string]string
		added, changed []string
	}{
		"the same":          {before, nil, nil},
		"an attribute more": {map[string]string{"id": "String", "scope": "single", "scope.nodes": "Set[String]", "scope.query": "Dynamic"}, []string{"scope.query"}, nil},
		"another type":      {map[string]string{"id": "Number", "scope": "single", "scope.nodes": "Set[String]"}, nil, []string{"id was String and is Number"}},
		"a list of objects": {map[string]string{"id": "String", "scope": "list", "scope.nodes": "Set[String]"}, nil, []string{"scope was single and is list"}},
		"another name": {map[string]string{"id": "String", "scope": "single", "scope.certnames": "Set[String]"},
			[]string{"scope.certnames"}, []string{"scope.nodes is gone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if added, changed := schemaChanges(before, test.now); !slices.Equal(added, test.added) || !slices.Equal(changed, test.changed) {
				t.Errorf("added %v, changed %v; want %v and %v", added, changed, test.added, test.changed)
			}
		})
	}
}

// attributeTypes returns the types of everything in a schema by path.
func attributeTypes(block *tfprotov6.SchemaBlock) map[string]string {
	types := map[string]string{}
	for _, attribute := range block.Attributes {
		addType(types, attribute.Name, attribute)
	}
	for _, nested := range block.BlockTypes {
		types[nested.TypeName] = strings.ToLower(nested.Nesting.String()) + " block"
		for path, kind := range attributeTypes(nested.Block) {
			types[nested.TypeName+"."+path] = kind
		}
	}
	return types
}

func addType(types map[string]string, path string, attribute *tfprotov6.SchemaAttribute) {
	if attribute.NestedType == nil {
		types[path] = strings.ReplaceAll(attribute.Type.String(), "tftypes.", "")
		return
	}
	types[path] = strings.ToLower(attribute.NestedType.Nesting.String())
	for _, nested := range attribute.NestedType.Attributes {
		addType(types, path+"."+nested.Name, nested)
	}
}

// planStored plans a stored state, and expects no change and only reads.
func planStored(t *testing.T, name string, stored storedState, config string) {
	t.Helper()
	h := acctest.New(t)
	repeat(t, h, stored.Requests)
	h.ResetRequests()
	c := acctest.NewCLI(t, h, config).Attached()
	c.Write(t, "terraform.tfstate", stateOfStored(t, h, stored))
	out, err := c.Run(t, nil, "plan", "-json", "-detailed-exitcode")
	if err != nil {
		t.Errorf("A state of version %d of the schema of %s is no longer planned without changes (exit code %d): what was made then would be changed, replaced or run again.\n%s",
			stored.SchemaVersion, name, acctest.ExitCode(err), out)
	}
	h.OnlyReads(t)
}

// stateOfStored returns a state file with stored objects on this server.
func stateOfStored(t *testing.T, h *acctest.Harness, stored storedState) string {
	t.Helper()
	file := stateFile{Version: 4, TerraformVersion: "1.8.0", Serial: 1, Lineage: "00000000-0000-4000-8000-000000000001"}
	for _, address := range slices.Sorted(maps.Keys(stored.Instances)) {
		kind, instance, _ := strings.Cut(address, ".")
		file.Resources = append(file.Resources, stateResource{
			Mode: "managed", Type: kind, Name: instance, Provider: fmt.Sprintf("provider[%q]", acctest.ProviderAddress()),
			Instances: []json.RawMessage{stored.Instances[address]},
		})
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(serverURLPlaceholder, h.ServerURL(), rbacURLPlaceholder, h.RBACURL()).Replace(string(text))
}

// repeat sends stored requests, and ends what they have started.
func repeat(t *testing.T, h *acctest.Harness, requests []storedRequest) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(h.CACertPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, r := range requests {
		base := h.ServerURL()
		switch r.Service {
		case "rbac":
			base = strings.TrimSuffix(h.RBACURL(), "/rbac-api")
		case "code-manager":
			base = strings.TrimSuffix(h.CodeManagerURL(), "/code-manager")
		}
		request, err := http.NewRequestWithContext(acctest.Ctx(t), r.Method, base+r.Path+"?"+r.Query, bytes.NewReader(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Authentication", h.AdminToken())
		request.Header.Set("Content-Type", "application/json")
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode >= http.StatusBadRequest {
			t.Fatalf("%s %s is answered with %s: %s %v", r.Method, r.Path, answer.Status, text, err)
		}
		h.FinishAll()
	}
}

// recordState applies the configuration for a state on a new server, and returns the result.
func recordState(t *testing.T, name string, version int64, schema *tfprotov6.Schema) storedState {
	t.Helper()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, configOfState(t, name, version)).Attached()
	if out, err := c.Run(t, nil, "apply", "-auto-approve"); err != nil {
		t.Fatalf("the configuration for the state of %s cannot be applied: %s", name, out)
	}
	stored := storedState{SchemaVersion: version, Schema: attributeTypes(schema.Block), Instances: map[string]json.RawMessage{}}
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet && r.Status < http.StatusBadRequest && r.Path != "/orchestrator/v1/inventory" {
			stored.Requests = append(stored.Requests, storedRequest{Service: r.Service, Method: r.Method, Path: r.Path, Query: r.RawQuery, Body: r.Body})
		}
	}
	var file stateFile
	text := strings.NewReplacer(h.ServerURL(), serverURLPlaceholder, h.RBACURL(), rbacURLPlaceholder).Replace(c.Read(t, "terraform.tfstate"))
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Resources {
		if r.Mode != "managed" || len(r.Instances) != 1 {
			t.Fatalf("the configuration for the state of %s may hold neither data sources nor count or for_each", name)
		}
		stored.Instances[r.Type+"."+r.Name] = r.Instances[0]
	}
	return stored
}

func writeStored(t *testing.T, file string, stored storedState) {
	t.Helper()
	text, err := json.MarshalIndent(stored, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

func configOfState(t *testing.T, name string, version int64) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(statesDir, fmt.Sprintf("v%d", version), name+".tf"))
	if err != nil {
		t.Fatalf("the state of a resource needs the configuration that it was made of: %v", err)
	}
	return string(text)
}

func storedFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(statesDir, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}
