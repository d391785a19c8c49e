package provider_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const examples = "../../examples"

// exampleVariables are the values for the examples that ask for some.
var exampleVariables = map[string]config.Variables{
	"data-sources/pe_job/data-source.tf":             {"rollout_job": config.StringVariable("1")},
	"data-sources/pe_job_events/data-source.tf":      {"rollout_job": config.StringVariable("1")},
	"data-sources/pe_job_nodes/data-source.tf":       {"rollout_job": config.StringVariable("1")},
	"data-sources/pe_job_report/data-source.tf":      {"rollout_job": config.StringVariable("1")},
	"data-sources/pe_plan_job/data-source.tf":        {"canary_job": config.StringVariable("1")},
	"data-sources/pe_plan_job_events/data-source.tf": {"canary_job": config.StringVariable("1")},
	"resources/pe_task/secret.tf":                    {"password": config.StringVariable("example-only")},
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
	client := h.client(t)
	started(t)(client.Deploy(ctx(t), orchestrator.DeployRequest{Environment: "production", Scope: &orchestrator.Scope{Nodes: []string{node(1), node(2)}}}))
	h.FinishAll()
	h.runPlan(t, "facts::info", map[string]any{"targets": node(1)})
	started(t)(client.CreateTaskTarget(ctx(t), orchestrator.TaskTargetRequest{DisplayName: "web restarts", Tasks: []string{"service"}, Nodes: []string{node(1)}}))
	return h
}

// TestExamples applies every example of a resource or data source, and expects a second plan to be empty and to
// change nothing on the server.
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
						PreConfig:        h.ResetRequests,
						Check:            h.onlyAsked,
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

// onlyAsked is a check that, since the log was reset, the server was only asked: by GET, or by POST /inventory, which is how many
// nodes are asked for at once.
func (h *harness) onlyAsked(*terraform.State) error {
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet && r.Method+" "+r.Path != "POST /orchestrator/v1/inventory" {
			return fmt.Errorf("the server has received %s %s", r.Method, r.Path)
		}
	}
	return nil
}

// TestDataSourcesOnlyAsk reads every data source, by its example, from a server that nothing else is asked of.
func TestDataSourcesOnlyAsk(t *testing.T) {
	t.Parallel()
	h := exampleWorld(t)
	launches := h.LaunchesReceived()
	h.ResetRequests()
	names := dataSources(t)
	t.Run("all", func(t *testing.T) {
		for _, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				file := "data-sources/" + name + "/data-source.tf"
				body, err := os.ReadFile(filepath.Join(examples, filepath.FromSlash(file)))
				if err != nil {
					t.Fatalf("every data source needs an example: %v", err)
				}
				if !strings.Contains(string(body), "data \""+name+"\"") {
					t.Fatalf("%s is no example of %s", file, name)
				}
				h.run(t, resource.TestStep{Config: h.config(string(body)), ConfigVariables: exampleVariables[file], Check: h.onlyAsked})
			})
		}
	})
	if got := len(h.Requests()); got < len(names) {
		t.Errorf("%d requests for %d data sources", got, len(names))
	}
	// Nothing was sent when it all was destroyed, either.
	if err := h.onlyAsked(nil); err != nil {
		t.Error(err)
	}
	if got := h.LaunchesReceived(); got != launches {
		t.Errorf("the server has received %d launches", got-launches)
	}
}

// dataSources are the names of the data sources of the provider.
func dataSources(t *testing.T) []string {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test", provider.ThisMachine())())()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.GetProviderSchema(context.WithoutCancel(t.Context()), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(answer.DataSourceSchemas))
}
