package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// lookupPatience is how long a plan waits for the metadata of a task or plan. Knowing it is a help and no need, so that a
// server that does not answer must not hold a plan up for as long as requests are otherwise tried again.
const lookupPatience = 30 * time.Second

// catalog is what the server says of tasks and plans. Each is asked for once in the life of the connection, however many
// resources use it, and an error is shared like an answer.
type catalog struct {
	client *orchestrator.Client

	mu      sync.Mutex
	started map[catalogKey]*question
	// silent is the first error that shows that the server does not answer. Nothing more is asked then.
	silent error
	// reported tells which troubles a diagnostic has been given for. They are those of the server, not of a resource.
	reported map[string]bool
}

// catalogKey is a task or plan in an environment.
type catalogKey struct {
	kind        runKind
	environment string
	name        string
}

// question is one that is under way or answered.
type question struct {
	done   chan struct{}
	answer signature
	err    error
}

func newCatalog(client *orchestrator.Client) *catalog {
	return &catalog{client: client, started: map[catalogKey]*question{}, reported: map[string]bool{}}
}

// find returns the signature of a task or plan. It asks the server the first time; callers at the same time share the request,
// which no single one of them can interrupt for the others.
func (c *catalog) find(ctx context.Context, key catalogKey) (signature, error) {
	q := c.join(ctx, key)
	select {
	case <-q.done:
		return q.answer, q.err
	case <-ctx.Done():
		return signature{}, fmt.Errorf("reading %s %s: %w", key.kind, key.name, ctx.Err())
	}
}

func (c *catalog) join(ctx context.Context, key catalogKey) *question {
	c.mu.Lock()
	defer c.mu.Unlock()
	if q, ok := c.started[key]; ok {
		return q
	}
	q := &question{done: make(chan struct{})}
	c.started[key] = q
	if c.silent != nil {
		q.err = c.silent
		close(q.done)
		return q
	}
	go func() {
		defer close(q.done)
		patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupPatience)
		defer cancel()
		q.answer, q.err = c.ask(patient, key)
	}()
	return q
}

func (c *catalog) ask(ctx context.Context, key catalogKey) (answer signature, err error) {
	if key.kind == runsPlan {
		plan, planErr := c.client.Plan(ctx, key.environment, key.name)
		answer, err = planSignature(plan), planErr
	} else {
		task, taskErr := c.client.Task(ctx, key.environment, key.name)
		answer, err = taskSignature(task), taskErr
	}
	if err != nil && isOutage(err) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.silent = err
	}
	return answer, err
}

// once reports whether a trouble is reported for the first time.
func (c *catalog) once(trouble string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !c.reported[trouble]
	c.reported[trouble] = true
	return first
}

// signatureOf looks up what a resource runs. What the server would refuse is an error; whatever else keeps it from telling is
// one warning for all resources, because the apply may do without.
func (c *connection) signatureOf(ctx context.Context, u usage, diags *diag.Diagnostics) (signature, bool) {
	key := catalogKey{kind: u.kind, environment: u.environment.ValueString(), name: u.name.ValueString()}
	found, err := c.catalog.find(ctx, key)
	switch {
	case err == nil:
		return found, true
	case ctx.Err() != nil:
	case httpapi.HasKind(err, orchestrator.KindUnknownTask, orchestrator.KindUnknownPlan, orchestrator.KindUnknownEnvironment, orchestrator.KindValidationError):
		if !addressable(key) {
			break
		}
		c.report(diags, failure{
			summary: absent(key, err),
			err:     err,
			attributes: map[string]path.Path{
				orchestrator.KindUnknownTask:        path.Root(u.nameAttribute),
				orchestrator.KindUnknownPlan:        path.Root(u.nameAttribute),
				orchestrator.KindValidationError:    path.Root(u.nameAttribute),
				orchestrator.KindUnknownEnvironment: path.Root("environment"),
			},
			advice: map[string]string{
				orchestrator.KindUnknownTask: absentAdvice(key),
				orchestrator.KindUnknownPlan: absentAdvice(key),
			},
		})
	case isUnauthorized(err):
		if c.catalog.once("token") {
			c.report(diags, failure{summary: "The server does not accept the token", err: err})
		}
	case c.catalog.once("metadata"):
		c.warnUnchecked(err, diags)
	}
	return signature{}, false
}

// addressable reports whether it is documented how the server is asked for something of this name. For plans in
// sub-directories it is not, so that nothing follows from the answer that there is none.
func addressable(key catalogKey) bool {
	return len(segmentsOf(key.name)) <= 2
}

// absent says what is not there.
func absent(key catalogKey, err error) string {
	if httpapi.HasKind(err, orchestrator.KindUnknownEnvironment) {
		return fmt.Sprintf("There is no environment %q", key.environment)
	}
	return fmt.Sprintf("There is no %s %q in environment %q", key.kind, key.name, key.environment)
}

func absentAdvice(key catalogKey) string {
	return fmt.Sprintf("Check the name, and that the module is deployed to the environment. If it is deployed before the %s runs, set `validate_params = false`.", key.kind)
}

// warnUnchecked says that plans go unchecked, and why.
func (c *connection) warnUnchecked(err error, diags *diag.Diagnostics) {
	remedy := failure{err: err}.remedy(c.tokenOrigin)
	if isForbidden(err) {
		remedy = "The user whom the token belongs to may not read the metadata of tasks or plans. Give one of the user's roles the permission to view them."
	}
	diags.AddWarning("Tasks, plans and their parameters are not checked",
		c.redactor.Text(said(err))+"\n\n"+
			"What is run is therefore not compared with the server's metadata before the apply. The server itself may still refuse it then. "+remedy+"\n\n"+
			"Set `validate_params = false` in the provider block to do without the check. This is said once, whichever resources it concerns.")
}
