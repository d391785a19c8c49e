// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const examples = "../../examples"

// exampleVariables are the values for the variables of the examples.
var exampleVariables = map[string]string{"rollout_job": "1", "canary_job": "1", "password": "example-only"}

// covered names, for every file under examples/, the test that applies it. Patterns are those of [filepath.Match].
var covered = map[string]string{
	"resources/*/resource*.tf":                     "TestExamples_Resources",
	"resources/*/import-by-string-id.tf":           "TestExamples_Resources",
	"resources/*/import-by-identity.tf":            "TestExamples_ImportsByIdentity",
	"resources/*/import.sh":                        "TestExamples_Resources",
	"data-sources/*/data-source*.tf":               "TestExamples_DataSources",
	"list-resources/*/list-resource*.tfquery.hcl":  "TestExamples_Queries",
	"ephemeral-resources/*/ephemeral-resource*.tf": "TestExamples_EphemeralToken",
	"functions/*/function.tf":                      "TestExamples_Functions",
	"actions/*/action*.tf":                         "TestExamples_Actions",
	"mocks/pe.tfmock.hcl":                          "TestMocks_AreApplied",
	"provider/*.tf":                                "TestExamples_ProviderBlocks",
	"provider/orchestrator.conf":                   "TestExamples_ProviderBlocks",
	"readme/main.tf":                               "TestGuides_ApplyTwice",
	"guides/*/main.tf":                             "TestGuides_ApplyTwice",
	"guides/*/*/main.tf":                           "TestGuides_ApplyTwice",
	"guides/*/modules/*/*.tf":                      "TestGuides_ApplyTwice",
	"guides/adopt/query/pe.tfquery.hcl":            "TestGuides_ApplyTwice",
	"guides/in-ci/backend/backend.tf":              "TestGuide_Backend",
	"demo/*.tf":                                    "TestExamples_Demo",
	"demo/policy.yaml":                             "TestExamples_Demo",
	"demo/run.sh":                                  "TestExamples_DemoIgnoresTheEnvironment",
	"fleet/*.tf":                                   "TestExamples_Fleet",
	"fleet/README.md":                              "TestExamples_Fleet",
	"policy-as-code/*.tf":                          "TestPolicyExample_Effect",
	"policy-as-code/policy.yaml":                   "TestPolicyExample_Effect",
	"policy-as-code/README.md":                     "TestGuides_EachBlockIsApplied",
	"policy-as-code/tests/*.tftest.hcl":            "TestPolicyExample_Rules",
	"policy-as-code/tests/*.yaml":                  "TestPolicyExample_Rules",
}

// exampleFiles lists the files under examples/, by their path in it with slashes.
func exampleFiles(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(examples), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	return names
}

// matching lists the examples that match a pattern.
func matching(t *testing.T, pattern string) (names []string) {
	t.Helper()
	for _, name := range exampleFiles(t) {
		if ok, err := filepath.Match(pattern, name); err != nil {
			t.Fatal(err)
		} else if ok {
			names = append(names, name)
		}
	}
	return names
}

func readExample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestExamples_EachIsCovered finds files under examples/ that no test applies, and names of tests that do not exist.
func TestExamples_EachIsCovered(t *testing.T) {
	t.Parallel()
	left := exampleFiles(t)
	for pattern := range covered {
		found := matching(t, pattern)
		if len(found) == 0 {
			t.Errorf("%s matches nothing", pattern)
		}
		left = slices.DeleteFunc(left, func(name string) bool { return slices.Contains(found, name) })
	}
	if len(left) > 0 {
		t.Errorf("no test applies %v", left)
	}
	tests := ""
	for _, file := range must(filepath.Glob("*_test.go"))(t) {
		tests += string(must(os.ReadFile(file))(t))
	}
	for pattern, test := range covered {
		if !strings.Contains(tests, "\nfunc "+test+"(t *testing.T) {") {
			t.Errorf("%s should be applied by %s, which is not there", pattern, test)
		}
	}
}

// must returns a function that fails the test if there was an error.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// standsForNothing reports whether a resource has no object on the server, so that it has no id, and nothing to read, import or list.
func standsForNothing(name string) bool { return name == "pe_code_deploy" }

// TestExamples_ExistForEverything requires a minimal and a realistic example of everything in the provider, and for both ways to import
// what can be imported.
func TestExamples_ExistForEverything(t *testing.T) {
	t.Parallel()
	schemas := schemasOf(t)
	for folder, kind := range map[string]struct {
		names []string
		block string
		files []string
	}{
		"resources": {
			slices.Collect(maps.Keys(schemas.ResourceSchemas)), "resource", []string{"resource.tf", "resource_realistic.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"},
		},
		"data-sources":        {dataSources(t), "data", []string{"data-source.tf", "data-source_realistic.tf"}},
		"ephemeral-resources": {slices.Collect(maps.Keys(schemas.EphemeralResourceSchemas)), "ephemeral", []string{"ephemeral-resource.tf", "ephemeral-resource_realistic.tf"}},
		"list-resources":      {slices.Collect(maps.Keys(schemas.ListResourceSchemas)), "list", []string{"list-resource.tfquery.hcl", "list-resource_filtered.tfquery.hcl"}},
		"actions":             {slices.Collect(maps.Keys(schemas.ActionSchemas)), "action", []string{"action.tf", "action_realistic.tf"}},
		"functions":           {slices.Collect(maps.Keys(schemas.Functions)), "", []string{"function.tf"}},
	} {
		for _, name := range kind.names {
			for _, file := range kind.files {
				if strings.HasPrefix(file, "import") && standsForNothing(name) {
					continue
				}
				text, err := os.ReadFile(filepath.Join(examples, folder, name, file))
				if err != nil {
					t.Errorf("%s has no %s: %v", name, file, err)
				} else if !strings.HasPrefix(file, "import") && !strings.Contains(string(text), kind.block+" \""+name+"\" ") &&
					!strings.Contains(string(text), "provider::pe::"+name+"(") {
					t.Errorf("%s of %s is no example of it", file, name)
				}
			}
		}
		for _, example := range matching(t, folder+"/*/*") {
			if name := filepath.Base(filepath.Dir(example)); !slices.Contains(kind.names, name) {
				t.Errorf("%s is an example of something that is not in the provider", example)
			}
		}
	}
}

// exampleWorld is a PE with the objects of the examples.
func exampleWorld(t *testing.T) *acctest.Harness {
	t.Helper()
	h := acctest.New(t)
	h.AddTask("production", simulator.Task{
		Name: "accounts::set_password",
		Parameters: map[string]simulator.Parameter{
			"user": {Type: "String[1]"}, "password": {Type: "Sensitive[String[1]]"},
		},
	})
	client := h.Client(t)
	acctest.Started(t)(client.Deploy(acctest.Ctx(t), orchestrator.DeployRequest{Environment: "production", Scope: &orchestrator.Scope{Nodes: []string{acctest.Node(1), acctest.Node(2)}}}))
	h.FinishAll()
	h.RunPlan(t, "facts::info", map[string]any{"targets": acctest.Node(1)})
	acctest.Started(t)(client.CreateTaskTarget(acctest.Ctx(t), orchestrator.TaskTargetRequest{DisplayName: "web restarts", Tasks: []string{"service"}, Nodes: []string{acctest.Node(1)}}))
	return h
}

// withVariables sets the variables of examples.
func withVariables(c *acctest.CLI) {
	for name, value := range exampleVariables {
		c.Env = append(c.Env, "TF_VAR_"+name+"="+value)
	}
}

var (
	importCommand = regexp.MustCompile(`(?m)^terraform import (\S+) (\S+)$`)
	importBlock   = regexp.MustCompile(`^import \{\n  to = (\S+)\n  id = "(\S+)"\n\}\n$`)
)

// TestExamples_Resources applies every example of a resource, expects a second plan to be empty and to change nothing on the server, and
// then imports the objects with the example's import block into a state of its own.
func TestExamples_Resources(t *testing.T) {
	t.Parallel()
	for _, name := range matching(t, "resources/*/resource*.tf") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := exampleWorld(t)
			text := readExample(t, name)
			c := acctest.NewCLI(t, h, text).Attached()
			withVariables(c)
			if strings.Contains(text, "ephemeral") {
				c.NeedsWriteOnly(t)
			}
			c.MustRun(t, "apply", "-auto-approve")
			h.ResetRequests()
			c.NoChanges(t)
			if err := h.SentOnlyReads(nil); err != nil {
				t.Error(err)
			}
			folder := name[:strings.LastIndexByte(name, '/')+1]
			if standsForNothing(filepath.Base(folder)) {
				return
			}
			block, command := readExample(t, folder+"import-by-string-id.tf"), importCommand.FindStringSubmatch(readExample(t, folder+"import.sh"))
			parts := importBlock.FindStringSubmatch(block)
			if parts == nil || command == nil || !slices.Equal(parts[1:], command[1:]) {
				t.Fatalf("the import block %q does not do what the command %q does", parts, command)
			}
			made, ok := c.Resources(t)[parts[1]]
			if !ok {
				return // the address is that of the other example
			}
			again := acctest.NewCLI(t, h, text+strings.Replace(block, parts[2], fmt.Sprint(made["id"]), 1)).Attached()
			withVariables(again)
			planned := again.MustRun(t, "plan")
			if !strings.Contains(planned, "Plan: 1 to import") || strings.Contains(planned, " 0 to add") && !strings.Contains(planned, " 0 to destroy") {
				t.Errorf("the import plans\n%s", planned)
			}
		})
	}
	for _, name := range matching(t, "resources/*/import-by-string-id.tf") {
		to := importBlock.FindStringSubmatch(readExample(t, name))
		folder, address, found := filepath.Dir(name), "", false
		if to != nil {
			kind, label, _ := strings.Cut(to[1], ".")
			address = fmt.Sprintf("resource %q %q {", kind, label)
		}
		for _, example := range matching(t, filepath.ToSlash(folder)+"/resource*.tf") {
			found = found || address != "" && strings.Contains(readExample(t, example), address)
		}
		if !found {
			t.Errorf("%s imports nothing that an example beside it has", name)
		}
	}
}

// TestExamples_Functions applies every example of a function, expects the outputs that it has in a comment, and a second plan to be empty.
func TestExamples_Functions(t *testing.T) {
	t.Parallel()
	expected := regexp.MustCompile(`output "(\w+)" \{\n  value = .* # (.*)\n\}`)
	for _, name := range matching(t, "functions/*/function.tf") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := acctest.NewCLI(t, acctest.New(t), readExample(t, name)).Attached()
			c.MustRun(t, "apply", "-auto-approve")
			c.NoChanges(t)
			for _, output := range expected.FindAllStringSubmatch(readExample(t, name), -1) {
				if got := outputs(t, c)[output[1]].Value; got != output[2] {
					t.Errorf("%s is %v, want %s", output[1], got, output[2])
				}
			}
		})
	}
}

// TestExamples_SecondRelease applies the rollout of the deploy's example for a second release, which goes to the canary first again.
func TestExamples_SecondRelease(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, readExample(t, "resources/pe_deploy/resource_realistic.tf"))
	c.MustRun(t, "apply", "-auto-approve")
	edited(`release = "2026.11"`, `release = "2026.12"`)(t, h, c)
	acctest.MustSay(t, c.MustRun(t, "apply", "-auto-approve"), "2 added, 0 changed, 2 destroyed")
	jobs := h.Jobs()
	if len(jobs) != 4 || len(jobs[2].Nodes) != 2 || jobs[3].Created.Before(jobs[2].Finished) {
		t.Errorf("the jobs are %+v", jobs)
	}
}

// TestExamples_DataSources reads every example of a data source, all in one configuration, from a server that nothing else is
// asked of.
func TestExamples_DataSources(t *testing.T) {
	t.Parallel()
	h := exampleWorld(t)
	launches := h.LaunchesReceived()
	h.ResetRequests()
	c := acctest.NewCLI(t, h, "")
	root, header := c.Read(t, "main.tf"), c.Read(t, "main.tf")
	names := matching(t, "data-sources/*/data-source*.tf")
	for _, name := range names {
		text := readExample(t, name)
		module := strings.NewReplacer("data-sources/", "", "/", "-", ".tf", "").Replace(name)
		c.Write(t, filepath.Join(module, "main.tf"), header+text)
		root += "module \"" + module + "\" {\n source = \"./" + module + "\"\n"
		for variable, value := range exampleVariables {
			if strings.Contains(text, "variable \""+variable+"\"") {
				root += fmt.Sprintf(" %s = %q\n", variable, value)
			}
		}
		root += "}\n"
	}
	c.Write(t, "main.tf", root)
	c.MustRun(t, "get")
	if printed := c.MustRun(t, "apply", "-auto-approve"); strings.Contains(printed, "Warning: Check block") {
		t.Errorf("a check fails:\n%s", printed)
	}
	if got := len(h.Requests()); got < len(dataSources(t)) {
		t.Errorf("%d requests for %d data sources", got, len(dataSources(t)))
	}
	c.NoChanges(t)
	c.MustRun(t, "destroy", "-auto-approve")
	if err := h.SentOnlyReads(nil); err != nil {
		t.Error(err)
	}
	if got := h.LaunchesReceived(); got != launches {
		t.Errorf("the server has received %d launches", got-launches)
	}
}

// TestExamples_NodesWithoutADuration reads the nodes of a job of which one was skipped.
func TestExamples_NodesWithoutADuration(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	id := h.RunTask(t, "simulate", map[string]any{"skip_on": []string{acctest.Node(2)}}, acctest.Node(1), acctest.Node(2))
	c := acctest.NewCLI(t, h, readExample(t, "data-sources/pe_job_nodes/data-source_realistic.tf")).Attached()
	c.Env = append(c.Env, "TF_VAR_rollout_job="+id)
	c.MustRun(t, "apply", "-auto-approve")
}

// TestExamples_ProviderBlocks reads from the server with every example of a provider block. The files that they assume are put in place.
func TestExamples_ProviderBlocks(t *testing.T) {
	t.Parallel()
	const url, ca = "https://pe.example.com:8143", "/etc/puppetlabs/puppet/ssl/certs/ca.pem"
	acctest.RequireCLI(t)
	h := acctest.New(t)
	certificate, key, err := h.ClientCertificate("pipeline.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for name, setting := range map[string]struct {
		// variables are set beside those of every run; files are written into the home directory.
		variables, files []string
		ephemeral        bool
	}{
		"provider.tf":           {files: []string{".puppetlabs/token"}},
		"environment.tf":        {variables: []string{"PE_SERVER_URL=" + h.ServerURL(), "PE_TOKEN=" + h.AdminToken(), "PE_CA_CERT_FILE=ca.pem"}},
		"token.tf":              {variables: []string{"TF_VAR_pe_token=" + h.AdminToken()}, ephemeral: true},
		"token_file.tf":         {files: []string{".puppetlabs/pipeline-token"}},
		"client_tools.tf":       {files: []string{".puppetlabs/token", ".puppetlabs/client-tools/orchestrator.conf"}},
		"client_certificate.tf": {files: []string{".puppetlabs/token", "certs/pipeline.example.com.pem", "private_keys/pipeline.example.com.pem"}},
	} {
		if !slices.Contains(matching(t, "provider/*.tf"), "provider/"+name) {
			t.Errorf("there is no provider/%s", name)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := acctest.NewCLI(t, h, "")
			if setting.ephemeral {
				c.NeedsEphemeral(t)
			}
			here := strings.NewReplacer(url, h.ServerURL(), ca, filepath.ToSlash(filepath.Join(c.Dir, "ca.pem")), "/etc/puppetlabs/puppet/ssl", filepath.ToSlash(c.Dir))
			text := here.Replace(readExample(t, "provider/"+name)) + "data \"pe_orchestrator\" \"this\" {}\n"
			if !strings.Contains(text, "required_providers") {
				text = c.Read(t, "main.tf") + text
			}
			c.Write(t, "main.tf", text)
			for _, file := range setting.files {
				content := map[string]string{
					"orchestrator.conf": here.Replace(readExample(t, "provider/orchestrator.conf")), "pipeline.example.com.pem": string(certificate),
				}[filepath.Base(file)]
				if strings.HasPrefix(file, "private_keys") {
					content = string(key)
				}
				c.Write(t, file, cmp.Or(content, h.AdminToken()))
			}
			printed, err := c.Run(t, append([]string{"PE_SERVER_URL=", "PE_CA_CERT_FILE=", "PE_TOKEN_FILE="}, setting.variables...), "apply", "-auto-approve")
			if err != nil {
				t.Fatal(printed)
			}
		})
	}
	t.Cleanup(func() {
		if !slices.ContainsFunc(h.Requests(), func(r simulator.Request) bool { return r.ClientCertname == "pipeline.example.com" }) {
			t.Error("nobody has shown the client certificate")
		}
	})
	if n := len(matching(t, "provider/*.tf")); n != 6 {
		t.Errorf("there are %d examples of the provider, not all of which are applied", n)
	}
}

// schemasOf returns the schemas of everything in the provider.
func schemasOf(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server, err := provider.Server("test", provider.ThisMachine())()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.GetProviderSchema(context.WithoutCancel(t.Context()), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// dataSources are the names of the data sources of the provider.
func dataSources(t *testing.T) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(schemasOf(t).DataSourceSchemas))
}
