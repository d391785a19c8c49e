package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const examples = "../../examples"

// exampleVariables are the values for the examples that ask for some.
var exampleVariables = map[string]config.Variables{
	"data-sources/pe_job/data-source.tf":      {"rollout_job": config.StringVariable("1")},
	"data-sources/pe_plan_job/data-source.tf": {"canary_job": config.StringVariable("1")},
	"resources/pe_task/secret.tf":             {"password": config.StringVariable("example-only")},
}

// needsWriteOnly lists the examples that older CLIs do not understand.
var needsWriteOnly = map[string]bool{"resources/pe_task/secret.tf": true}

// exampleWorld is a PE with what the examples speak of.
func exampleWorld(t *testing.T) *harness {
	t.Helper()
	h := newHarness(t)
	h.AddTask("production", simulator.Task{
		Name: "accounts::set_password",
		Parameters: map[string]simulator.Parameter{
			"user": {Type: "String[1]"}, "password": {Type: "Sensitive[String[1]]"},
		},
	})
	h.run(t, resource.TestStep{Config: h.config(
		deployBody("environment = \"production\"\n"+twoNodes) + planBody("plan_name = \"facts::info\"\nparams = { targets = \"node1.example.com\" }"))})
	return h
}

// TestExamples applies every example of a resource or data source, and expects a second plan to be empty.
func TestExamples(t *testing.T) {
	t.Parallel()
	var files []string
	for _, kind := range []string{"resources", "data-sources"} {
		found, err := filepath.Glob(filepath.Join(examples, kind, "*", "*.tf"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatal("there are no examples")
	}
	for _, file := range files {
		name, err := filepath.Rel(examples, file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := exampleWorld(t)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			test := resource.TestCase{
				ProtoV6ProviderFactories: h.factories(),
				Steps: []resource.TestStep{
					{Config: h.config(string(text)), ConfigVariables: exampleVariables[filepath.ToSlash(name)]},
					{
						Config: h.config(string(text)), ConfigVariables: exampleVariables[filepath.ToSlash(name)],
						ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
					},
				},
			}
			if needsWriteOnly[filepath.ToSlash(name)] {
				test.TerraformVersionChecks = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.11.0")))}
			}
			resource.UnitTest(t, test)
		})
	}
}
