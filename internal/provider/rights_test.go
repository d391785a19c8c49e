// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// rightsTable is what the pages of the documentation include: a section for each, and the table of all, each between two lines that name
// it.
const rightsTable = "testdata/permissions.md"

// right is a permission that an operation needs.
type right struct {
	// permission is TYPE:ACTION:INSTANCE. An instance of % is what the world of the operation returns.
	permission string
	// on says in the documentation what the instance is, "" where there are none.
	on string
	// later tells that the change needs it, not the first apply.
	later bool
}

// grant is the permission with its instance.
func (r right) grant(instance string) simulator.Permission {
	return acctest.Grant(strings.Replace(r.permission, "%", instance, 1))
}

// cell writes the permission as the documentation does.
func (r right) cell() string {
	p := acctest.Grant(r.permission)
	text := fmt.Sprintf("`%s` / `%s`", p.ObjectType, p.Action)
	if r.on != "" {
		text += " on " + r.on
	}
	return text
}

// operation is something that people do with a resource or data source.
type operation struct {
	what   string
	rights []right
	// world prepares the server and returns the instance of a permission.
	world func(t *testing.T, h *acctest.Harness) (instance string)
	// config does it, and change is another configuration that is applied after it. % stands for the instance.
	config, change string
	// list is a list block that is queried, instead of a config.
	list string
	// action is the address of the action that is invoked; "" for an operation that is applied.
	action string
}

// rightsPage is a page of the documentation.
type rightsPage struct {
	// kind and name are those of the page, such as Resource and pe_deploy.
	kind, name string
	operations []operation
}

// attempt does an operation as a user with some rights: an apply, a refresh, a change and the destroy. Where a right is missing, the
// apply or the change says so, nothing has run, and somebody else cleans up.
func (o operation) attempt(t *testing.T, rights []right, missing *right) {
	t.Helper()
	h := readmeWorld(t)
	instance := ""
	if o.world != nil {
		instance = o.world(t, h)
	}
	granted := make([]simulator.Permission, 0, len(rights))
	for _, r := range rights {
		granted = append(granted, r.grant(instance))
	}
	h.AddUser("robot", "example-only", granted...)
	token := h.IssueToken("robot", 0)
	if o.list != "" {
		_, err := h.QueryAs(t, token, strings.ReplaceAll(o.list, "%", instance))
		if (err != nil) != (missing != nil) || err != nil && !regexp.MustCompile(`(?i)permi`).MatchString(err.Error()) {
			t.Errorf("without %+v: %v", missing, err)
		}
		return
	}
	config, before := strings.ReplaceAll(o.config, "%", instance), h.LaunchesReceived()
	if o.action != "" {
		told := h.Invoke(t, protocoltest.Invocation{Config: h.ConfigAs(token, config), Action: o.action})
		refused := len(told.Errors) > 0 && regexp.MustCompile(`(?i)permi`).MatchString(told.Errors[0].Error())
		if refused != (missing != nil) || missing == nil && !told.Ended || missing != nil && h.LaunchesAccepted() > before {
			t.Errorf("%d jobs ran, and it ended with %v", h.LaunchesAccepted()-before, told.Errors)
		}
		return
	}
	steps := []resource.TestStep{{Config: h.ConfigAs(token, config)}}
	if o.change != "" && (missing == nil || missing.later) {
		steps = append(steps, resource.TestStep{Config: h.ConfigAs(token, strings.ReplaceAll(o.change, "%", instance))})
	}
	if missing != nil {
		steps[len(steps)-1].ExpectError = regexp.MustCompile(`(?i)permi`)
		steps = append(steps, resource.TestStep{Config: h.Config(config), PreConfig: func() {
			if jobs := h.Jobs(); len(jobs) > before {
				t.Errorf("%d jobs ran", len(jobs)-before)
			}
		}})
	}
	h.Run(t, steps...)
}

// TestRights_EachIsEnoughAndNeeded does everything of the table with exactly the permissions that it names, and then with each of them
// left out.
func TestRights_EachIsEnoughAndNeeded(t *testing.T) {
	t.Parallel()
	for _, page := range rightsPages {
		for _, o := range page.operations {
			if o.config+o.list == "" {
				continue
			}
			name := page.kind + " " + page.name + "/" + o.what
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				o.attempt(t, o.rights, nil)
			})
			for i, missing := range o.rights {
				t.Run(name+" without "+missing.permission, func(t *testing.T) {
					t.Parallel()
					o.attempt(t, slices.Delete(slices.Clone(o.rights), i, i+1), &missing)
				})
			}
		}
	}
}

// section writes what a page says of permissions.
func (p rightsPage) section() string {
	mark := fmt.Sprintf("<!-- %s %s -->", p.kind, p.name)
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n## Permissions\n\n", mark)
	needs := slices.ContainsFunc(p.operations, func(o operation) bool { return len(o.rights) > 0 })
	if needs {
		text.WriteString("The user of the token needs, through one of the user's roles:\n\n| to | permissions |\n| --- | --- |\n")
		for _, o := range p.operations {
			fmt.Fprintf(&text, "| %s | %s |\n", o.what, o.cell())
		}
		text.WriteString("\n")
	} else {
		text.WriteString("Every user may do this: the manuals name no permission for it. ")
	}
	fmt.Fprintf(&text, "[Who may do what](../guides/required-permissions.md) has the table of all pages, and a role for a pipeline.\n\n%s\n", mark)
	return text.String()
}

func (o operation) cell() string {
	if len(o.rights) == 0 {
		return "none"
	}
	cells := make([]string, 0, len(o.rights))
	for _, r := range o.rights {
		cells = append(cells, r.cell())
	}
	return strings.Join(cells, ", ")
}

// documentedRights are all sections, and the table.
func documentedRights() string {
	const mark = "<!-- permissions -->"
	var text strings.Builder
	for _, page := range rightsPages {
		text.WriteString(page.section() + "\n")
	}
	text.WriteString(mark + "\n\n| resource, data source, list or action | to | permissions |\n| --- | --- | --- |\n")
	for _, page := range rightsPages {
		prefix := map[string]string{"Data Source": "data.", "List Resource": "list.", "Action": "action."}[page.kind]
		name := "`" + prefix + page.name + "`"
		for _, o := range page.operations {
			fmt.Fprintf(&text, "| %s | %s | %s |\n", name, o.what, o.cell())
		}
	}
	text.WriteString("\n" + mark + "\n")
	return text.String()
}

// TestRights_AreAsDocumented compares the table with what the documentation shows. With UPDATE_ERROR_TEXTS=1 in the environment it writes
// the table anew: `make errors`.
func TestRights_AreAsDocumented(t *testing.T) {
	t.Parallel()
	got := documentedRights()
	if os.Getenv(updateErrorTexts) != "" {
		if err := os.WriteFile(rightsTable, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := string(must(os.ReadFile(rightsTable))(t)); want != got {
		t.Fatalf("%s is not what the table says: `make errors` writes it anew", rightsTable)
	}
	guide := string(must(os.ReadFile(filepath.Join(root, "docs", "guides", "required-permissions.md")))(t))
	for _, page := range rightsPages {
		folder := map[string]string{"Resource": "resources", "Data Source": "data-sources", "Ephemeral Resource": "ephemeral-resources", "List Resource": "list-resources", "Action": "actions"}[page.kind]
		text := string(must(os.ReadFile(filepath.Join(root, "docs", folder, strings.TrimPrefix(page.name, "pe_")+".md")))(t))
		for _, o := range page.operations {
			row := fmt.Sprintf("| %s | %s |", o.what, o.cell())
			if len(o.rights) > 0 && !strings.Contains(text, row) || !strings.Contains(text, "## Permissions") {
				t.Errorf("the page of %s does not show %q: run make generate", page.name, row)
			}
			if !strings.Contains(guide, row) {
				t.Errorf("the guide does not show %q: run make generate", row)
			}
		}
	}
}

// TestGuide_PipelineRoleIsMinimal applies the role of the guide, runs the pipeline of the guide about CI with exactly its permissions, and
// then with each of them left out.
func TestGuide_PipelineRoleIsMinimal(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, permissions []simulator.Permission) (printed string, jobs int, err error) {
		t.Helper()
		h := readmeWorld(t)
		h.AddUser("pipeline", "example-only", permissions...)
		c := newGuide(t, h, "guides/in-ci/pipeline").Attached()
		withEnvironment("PE_TOKEN_FILE=", "PE_TOKEN="+h.IssueToken("pipeline", 0))(t, h, c)
		printed, err = c.Run(t, nil, "apply", "-auto-approve", "-var=release=2026.11")
		if err == nil {
			c.NoChanges(t, "-var=release=2026.11")
			c.MustRun(t, "destroy", "-auto-approve", "-var=release=2026.11")
		}
		return printed, len(h.Jobs()), err
	}
	h := readmeWorld(t)
	c := newGuide(t, h, "guides/required-permissions").Attached()
	c.MustRun(t, "apply", "-auto-approve")
	permissions := h.Role(t, "Pipeline").Permissions
	if printed, jobs, err := run(t, permissions); err != nil || jobs != 3 {
		t.Fatalf("with all of them, there are %d jobs, %v:\n%s", jobs, err, printed)
	}
	for i, missing := range permissions {
		t.Run(missing.ObjectType+":"+missing.Action, func(t *testing.T) {
			t.Parallel()
			printed, jobs, err := run(t, slices.Delete(slices.Clone(permissions), i, i+1))
			if err == nil || jobs == 3 {
				t.Errorf("it is not needed: %d jobs\n%s", jobs, printed)
			}
			acctest.MustSay(t, printed, "ermi")
		})
	}
}
