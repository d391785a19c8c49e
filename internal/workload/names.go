// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// namesAnswer are the names of the tasks or plans of an environment, or why they are not known.
type namesAnswer struct {
	names []string
	err   error
}

// names returns the names of the tasks or plans of an environment. The server is asked once, and an error is shared like an answer.
func (m *Metadata) names(ctx context.Context, c *pe.Clients, kind runKind, environment string) ([]string, error) {
	lists, list := &m.tasks, func(ctx context.Context) ([]string, error) {
		found, err := c.Orchestrator.TaskList(ctx, environment)
		return found.Names(), err
	}
	if kind == RunsPlan {
		lists, list = &m.plans, func(ctx context.Context) (names []string, err error) {
			found, err := c.Orchestrator.PlanList(ctx, environment)
			for _, plan := range found.Plans {
				names = append(names, plan.Name)
			}
			return names, err
		}
	}
	answer, err := lists.Get(ctx, environment, func(ctx context.Context) (namesAnswer, error) {
		if err := m.silence(); err != nil {
			return namesAnswer{err: err}, nil
		}
		ctx, cancel := context.WithTimeout(ctx, lookupPatience)
		defer cancel()
		names, err := list(ctx)
		m.listen(err)
		return namesAnswer{names, err}, nil
	})
	if err != nil {
		return nil, err
	}
	return answer.names, answer.err
}

// glance is [Metadata.names] for what an operation can do without: it waits for a moment, while the question goes on for whoever needs the
// answer.
func (m *Metadata) glance(ctx context.Context, c *pe.Clients, kind runKind, environment string) ([]string, error) {
	return courtesy.Ask(ctx, &m.patience, func(ctx context.Context) ([]string, error) { return m.names(ctx, c, kind, environment) })
}

// didYouMean names what is there under a similar name, as a sentence that ends with a space, or "".
func (m *Metadata) didYouMean(ctx context.Context, c *pe.Clients, key metadataKey) string {
	names, err := m.glance(ctx, c, key.kind, key.environment)
	if courtesy.Unanswered(err) {
		return "Whether there is one with a similar name, the server has not said in time. "
	}
	if similar := prose.Nearest(key.name, names); err == nil && similar != "" {
		return fmt.Sprintf("Did you mean `%s`? ", similar)
	}
	return ""
}

// checkEnvironment looks up the environment of a run of Puppet. An empty one leaves nodes in their own. Anything but that there is
// none is for the apply to find out.
func (m *Metadata) checkEnvironment(ctx context.Context, c *pe.Clients, environment string, diags *diag.Diagnostics) {
	if environment == "" {
		return
	}
	_, err := m.names(ctx, c, RunsTask, environment)
	switch {
	case err == nil, ctx.Err() != nil, m.reportOutage(c, err, diags):
	case httpapi.HasKind(err, orchestrator.KindUnknownEnvironment):
		c.Report(diags, pe.Failure{
			Summary:    absent(metadataKey{environment: environment}, err),
			Err:        err,
			Attributes: map[string]path.Path{orchestrator.KindUnknownEnvironment: path.Root("environment")},
		})
	}
}

// PermittedTask is a task that somebody is to be permitted, and the attribute that names it.
type PermittedTask struct {
	Name string
	At   path.Path
}

func namesOf(tasks []PermittedTask) (names []string) {
	for _, task := range tasks {
		names = append(names, task.Name)
	}
	return names
}

// CheckPermitted warns of tasks that are to be permitted and that are not there. It is no error: PE permits them all the same, and they
// may be deployed later. A permission has no environment, so that it is looked for where people look first. needed is whether the apply
// has to reach the orchestrator, too. Core plans once more while it applies: what the plan of the same command has found is not looked for
// again.
func (m *Metadata) CheckPermitted(ctx context.Context, c *pe.Clients, tasks []PermittedTask, needed bool, diags *diag.Diagnostics) {
	if len(tasks) == 0 || len(c.Unknown) > 0 || !c.ValidateParams {
		return
	}
	about := "tasks of " + DefaultEnvironment + " at " + c.ServerURL
	if c.Relay.Holds(about, namesOf(tasks)) {
		return
	}
	look := m.glance
	if needed {
		look = m.names
	}
	names, err := look(ctx, c, RunsTask, DefaultEnvironment)
	if err != nil {
		m.reportUnlisted(ctx, c, err, needed, diags)
		return
	}
	c.Relay.Leave(about, names)
	for _, task := range tasks {
		if slices.Contains(names, task.Name) {
			continue
		}
		hint := ""
		if similar := prose.Nearest(task.Name, names); similar != "" {
			hint = fmt.Sprintf("Did you mean `%s`? ", similar)
		}
		diags.AddAttributeWarning(task.At, fmt.Sprintf("There is no task %q in environment %q", task.Name, DefaultEnvironment),
			hint+"Puppet Enterprise does not check the names of tasks that it permits, so that a wrong one permits nothing. If the task is "+
				"deployed later, or to another environment, it is permitted then. `validate_params = false` in the provider block turns this "+
				"check off.")
	}
}

// reportUnlisted says why tasks that are to be permitted are not looked for: an error where the apply has to reach the orchestrator, too,
// and otherwise a warning where it does not answer.
func (m *Metadata) reportUnlisted(ctx context.Context, c *pe.Clients, err error, needed bool, diags *diag.Diagnostics) {
	switch {
	case ctx.Err() != nil:
	case needed:
		m.reportOutage(c, err, diags)
	case pe.IsUnreachable(err):
		if m.patience.First() {
			diags.AddWarning("Tasks that are permitted were not looked for", prose.Paragraphs(c.Explain(err), "Roles do not need the "+
				"orchestrator, so planning goes on, but a wrong name of a task in a permission only shows when somebody runs it. "+
				"`validate_params = false` in the provider block turns this check off. This is reported once for all resources."))
		}
	}
}
