// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// lookupPatience is how long a plan waits for the metadata of a task or plan. A person waits for the plan, so that a server that
// does not answer must not hold it up for as long as requests are otherwise tried again.
const lookupPatience = 30 * time.Second

// Metadata is what the server reports about tasks and plans. Each is read once in the life of a process, however many resources use it, and
// an error is shared like an answer. The zero value is ready for use, by several goroutines at once.
type Metadata struct {
	answers once.Map[metadataAnswer]
	// tasks are the names of the tasks of environments, plans likewise.
	tasks, plans once.Map[namesAnswer]
	version      once.Value[versionAnswer]
	// patience is for what plans can do without: names beside those that are used.
	patience courtesy.Patience

	mu sync.Mutex
	// silent is the first error that shows that the server does not answer. Nothing more is asked after it.
	silent error
	// reported holds the failures that a diagnostic has reported. They are about the server, not about a resource.
	reported map[string]bool
}

// metadataKey is a task or plan in an environment.
type metadataKey struct {
	kind        runKind
	environment string
	name        string
}

func (k metadataKey) String() string {
	return fmt.Sprintf("%s %q in %q", k.kind, k.name, k.environment)
}

// metadataAnswer is the signature of a task or plan, or why it is not known.
type metadataAnswer struct {
	signature signature
	err       error
}

// find returns the signature of a task or plan. It asks the server the first time; callers at the same time share the request, which none
// of them can interrupt for the others.
func (m *Metadata) find(ctx context.Context, client *orchestrator.Client, key metadataKey) (signature, error) {
	answer, err := m.answers.Get(ctx, key.String(), func(ctx context.Context) (metadataAnswer, error) {
		if err := m.silence(); err != nil {
			return metadataAnswer{err: err}, nil
		}
		ctx, cancel := context.WithTimeout(ctx, lookupPatience)
		defer cancel()
		found, err := ask(ctx, client, key)
		m.listen(err)
		return metadataAnswer{found, err}, nil
	})
	if err != nil {
		return signature{}, fmt.Errorf("reading %s %s: %w", key.kind, key.name, err)
	}
	return answer.signature, answer.err
}

// TargetParams returns the parameters of a plan that name targets, in order of the alphabet. There are none where the metadata cannot be
// read, or is not to be.
func (m *Metadata) TargetParams(ctx context.Context, c *pe.Clients, environment, plan string) (names []string) {
	if !c.ValidateParams {
		return nil
	}
	found, err := m.find(ctx, c.Orchestrator, metadataKey{kind: RunsPlan, environment: environment, name: plan})
	if err != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(found.parameters)) {
		if found.parameters[name].puppetType.Targets() {
			names = append(names, name)
		}
	}
	return names
}

// FillsIn reports whether the server may have given a parameter by itself to something that runs without it: its default, or null for one
// that may be left out. It may, too, where the metadata cannot be read, or is not to be.
func (m *Metadata) FillsIn(ctx context.Context, c *pe.Clients, u Run, name string, value json.RawMessage) bool {
	if !c.ValidateParams || !u.Validate.IsNull() && !u.Validate.ValueBool() {
		return true
	}
	found, err := m.find(ctx, c.Orchestrator, metadataKey{kind: u.Kind, environment: u.Environment.ValueString(), name: u.Name.ValueString()})
	if err != nil {
		return true
	}
	declared, ok := found.parameters[name]
	given := tfvalue.AsRead(value)
	if !ok || declared.byDefault == nil {
		return ok && given == nil
	}
	return given == nil || reflect.DeepEqual(given, tfvalue.AsRead(declared.byDefault))
}

func ask(ctx context.Context, client *orchestrator.Client, key metadataKey) (signature, error) {
	if key.kind == RunsPlan {
		plan, err := client.Plan(ctx, key.environment, key.name)
		return planSignature(plan), err
	}
	task, err := client.Task(ctx, key.environment, key.name)
	return taskSignature(task), err
}

// silence returns the error that shows that the server does not answer, nil while it does.
func (m *Metadata) silence() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.silent
}

// listen notes an error that shows that the server does not answer.
func (m *Metadata) listen(err error) {
	if err == nil || !pe.IsOutage(err) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.silent = err
}

// first reports whether a failure occurs for the first time.
func (m *Metadata) first(trouble string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.reported == nil {
		m.reported = map[string]bool{}
	}
	first := !m.reported[trouble]
	m.reported[trouble] = true
	return first
}

// signatureOf looks up what a resource runs. What the server would refuse is an error, and so is that it cannot be asked, because
// nothing could be applied either. Whatever else keeps it from telling is one warning for all resources: the apply may do without.
func (m *Metadata) signatureOf(ctx context.Context, c *pe.Clients, u Run, diags *diag.Diagnostics) (signature, bool) {
	key := metadataKey{kind: u.Kind, environment: u.Environment.ValueString(), name: u.Name.ValueString()}
	found, err := m.find(ctx, c.Orchestrator, key)
	switch {
	case err == nil:
		if found.problem != "" && m.first(key.String()) {
			diags.AddAttributeWarning(path.Root(u.NameAttribute), fmt.Sprintf("The metadata of %s %q is not valid", key.kind, key.name),
				found.problem)
		}
		return found, true
	case ctx.Err() != nil:
	case httpapi.HasKind(err, orchestrator.KindUnknownTask, orchestrator.KindUnknownPlan, orchestrator.KindUnknownEnvironment,
		orchestrator.KindValidationError):
		if !addressable(key) {
			break
		}
		c.Report(diags, pe.Failure{
			Summary: absent(key, err),
			Err:     err,
			Attributes: map[string]path.Path{
				orchestrator.KindUnknownTask:        path.Root(u.NameAttribute),
				orchestrator.KindUnknownPlan:        path.Root(u.NameAttribute),
				orchestrator.KindValidationError:    path.Root(u.NameAttribute),
				orchestrator.KindUnknownEnvironment: path.Root("environment"),
			},
			Advice: map[string]string{
				orchestrator.KindUnknownTask: m.absentAdvice(ctx, c, key),
				orchestrator.KindUnknownPlan: m.absentAdvice(ctx, c, key),
			},
		})
	case m.reportOutage(c, err, diags):
	case m.first("metadata"):
		warnUnchecked(c, err, diags)
	}
	return signature{}, false
}

// addressable reports whether the path for a name is documented. For plans in sub-directories it is not, so an answer that they do not
// exist proves nothing.
func addressable(key metadataKey) bool {
	return len(segmentsOf(key.name)) <= 2
}

// absent says what does not exist.
func absent(key metadataKey, err error) string {
	if httpapi.HasKind(err, orchestrator.KindUnknownEnvironment) {
		return fmt.Sprintf("There is no environment %q", key.environment)
	}
	return fmt.Sprintf("There is no %s %q in environment %q", key.kind, key.name, key.environment)
}

// absentAdvice says what may be meant, or be missing.
func (m *Metadata) absentAdvice(ctx context.Context, c *pe.Clients, key metadataKey) string {
	return m.didYouMean(ctx, c, key) + fmt.Sprintf("Check the name, and that the module is deployed to the environment. If it is deployed "+
		"before the %s runs, set `validate_params = false`.", key.kind)
}

// reportOutage reports, once, that the server does not accept the token or cannot be reached: nothing could be applied either. It tells
// whether the error is one of these.
func (m *Metadata) reportOutage(c *pe.Clients, err error, diags *diag.Diagnostics) bool {
	switch {
	case pe.IsUnauthorized(err):
		if m.first("token") {
			c.Report(diags, pe.Failure{Summary: "The server does not accept the token", Err: err})
		}
	case pe.IsUnreachable(err):
		if m.first("server") {
			reportUnreachable(c, err, diags)
		}
	default:
		return false
	}
	return true
}

// reportUnreachable says that the server that a plan needs cannot be asked.
func reportUnreachable(c *pe.Clients, err error, diags *diag.Diagnostics) {
	c.Report(diags, pe.Failure{
		Summary: "Puppet Enterprise cannot be reached",
		Err:     err,
		Note: "The plan looks up the tasks, plans and environments that it names. To plan without the server, set `validate_params = false` " +
			"in the provider block. This is reported once for all resources.",
	})
}

// warnUnchecked warns that tasks and plans go unchecked, and why.
func warnUnchecked(c *pe.Clients, err error, diags *diag.Diagnostics) {
	remedy := c.Remedy(pe.Failure{Err: err})
	if pe.IsForbidden(err) {
		remedy = "The user of the token may not read the metadata of tasks or plans. Give one of the user's roles the permission to view them."
	}
	diags.AddWarning("Tasks, plans and their parameters are not checked",
		c.Explain(err)+"\n\nWhat is run is therefore not compared with the server's metadata before the apply. The "+
			"server itself may still refuse it then. "+remedy+"\n\nSet `validate_params = false` in the provider block to do without the "+
			"check. This is reported once for all resources.")
}
