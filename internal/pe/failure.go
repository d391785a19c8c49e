// SPDX-License-Identifier: MPL-2.0

package pe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// Failure describes an error of a client to a person: what was asked, what the server answered, what to do.
type Failure struct {
	// Summary says what did not happen.
	Summary string
	Err     error
	// Attributes are the attributes at fault, by error kind.
	Attributes map[string]path.Path
	// Advice replaces the usual advice for an error kind.
	Advice map[string]string
	// Note ends the detail.
	Note string
}

// Report adds the failure to the diagnostics.
func (c *Clients) Report(diags *diag.Diagnostics, f Failure) {
	detail := prose.Paragraphs(c.Explain(f.Err), c.Remedy(f), f.Note)
	if at, ok := f.attribute(); ok {
		diags.AddAttributeError(at, f.Summary, detail)
		return
	}
	diags.AddError(f.Summary, detail)
}

func (f Failure) attribute() (path.Path, bool) {
	var apiErr *httpapi.Error
	if !errors.As(f.Err, &apiErr) {
		return path.Path{}, false
	}
	at, ok := f.Attributes[apiErr.KindName()]
	return at, ok
}

// Remedy says what to do about an error.
func (c *Clients) Remedy(f Failure) string {
	if text := wrongPort(f.Err, c.addresses()); text != "" {
		return text
	}
	return strings.TrimSpace(f.remedy(c.TokenOrigin) + " " + sharedPort(f.Err, c.addresses()))
}

// remedy says what to do about the error, wherever the service is.
func (f Failure) remedy(tokenOrigin string) string {
	var apiErr *httpapi.Error
	if !errors.As(f.Err, &apiErr) {
		return connectionRemedy(f.Err)
	}
	if advice, ok := f.Advice[apiErr.KindName()]; ok {
		return advice
	}
	return answerRemedy(apiErr, tokenOrigin)
}

// askedToWait is from when on a person is told how long the server asks to wait.
const askedToWait = time.Minute

// Sentence makes a sentence of what others have written, such as the text of an error: without secrets, and safe to show.
func (c *Clients) Sentence(text string) string { return prose.Sentence(c.Redactor.Line(text)) }

// Explain says what was asked and what came back, without secrets, and safe to show.
func (c *Clients) Explain(err error) string { return explain(err, c.Redactor.Line) }

// explain says what was asked and what came back, and how often where that was more than once. safe takes out of a text what must not be
// shown.
func explain(err error, safe func(string) string) string {
	return strings.TrimSpace(explainLast(err, safe) + " " + httpapi.TriesOf(err).Text())
}

// explainLast says what was asked and what came back at last.
func explainLast(err error, safe func(string) string) string {
	var apiErr *httpapi.Error
	var connErr *httpapi.ConnectionError
	var decodeErr *httpapi.DecodeError
	var useless *jobwatch.UselessError
	switch {
	case errors.As(err, &useless):
		return fmt.Sprintf("For %s there was nothing but answers of one kind, which cannot be used. The last one: %s",
			duration.Text(useless.For), explainLast(useless.Err, safe))
	case errors.As(err, &apiErr):
		answer := httpapi.StatusLine(apiErr.Status)
		if apiErr.Kind != "" {
			answer += ", " + apiErr.Kind
		}
		text := safe(fmt.Sprintf("%s %s was answered with %s:", apiErr.Method, apiErr.URL, answer)) + "\n" +
			message(apiErr, safe)
		if httpapi.Busy(apiErr) && apiErr.RetryAfter >= askedToWait {
			text += fmt.Sprintf("\nIt asks to wait at least %s (Retry-After) before the next request.",
				duration.Text(apiErr.RetryAfter.Round(time.Second)))
		}
		return text
	case errors.As(err, &decodeErr):
		text := safe(fmt.Sprintf("%s %s was answered with status %d, but with %s instead of the JSON of "+
			"%s.", decodeErr.Method, decodeErr.URL, decodeErr.Status, decodeErr.Received, withArticle(decodeErr.Service)))
		if reason := decodeErr.Reason(); reason != "" {
			text += " What is wrong with it: " + safe(strings.TrimSuffix(reason, ".")) + "."
		}
		return text
	case errors.Is(err, context.Canceled):
		return prose.Sentence(safe(interruption(err)))
	case errors.As(err, &connErr):
		return safe(fmt.Sprintf("%s %s got no answer: %s.", connErr.Method, connErr.URL, strings.TrimSuffix(connectionTrouble(connErr), ".")))
	case errors.Is(err, context.DeadlineExceeded) && err.Error() == context.DeadlineExceeded.Error(): // its text says no more
		return prose.Sentence(httpapi.EndReason(err))
	default:
		return prose.Sentence(safe(err.Error()))
	}
}

// interruption says what was under way when Terraform was interrupted.
func interruption(err error) string {
	var connErr *httpapi.ConnectionError
	var ended *httpapi.EndedError
	switch {
	case errors.As(err, &connErr):
		return fmt.Sprintf("Terraform was interrupted while it waited for the answer to %s %s", connErr.Method, connErr.URL)
	case errors.As(err, &ended) && ended.Trouble != nil:
		return fmt.Sprintf("Terraform was interrupted while it waited to try %s %s again. What had failed: %v", ended.Method, ended.URL,
			ended.Trouble)
	case errors.As(err, &ended):
		return fmt.Sprintf("Terraform was interrupted before %s %s could be sent", ended.Method, ended.URL)
	case strings.HasSuffix(err.Error(), context.Canceled.Error()): // its text says no more, but for what was being done
		return "Terraform was interrupted"
	default:
		return "Terraform was interrupted. Before that: " + err.Error()
	}
}

// message is what an answer says. A text of several lines keeps them, as the caret in a parse error stands below what it is about.
func message(e *httpapi.Error, safe func(string) string) string {
	lines := strings.Split(e.Message, "\n")
	if !e.Text || len(lines) == 1 {
		return prose.Sentence(safe(e.Message))
	}
	for i, line := range lines {
		indented := len(line) - len(strings.TrimLeft(line, " "))
		lines[i] = line[:indented] + safe(line[indented:])
	}
	return strings.Join(lines, "\n")
}

// address says how the URL of a service is configured, and where the service and its log are.
type address struct{ setting, port, path, listener, log string }

func addressOf(service string) address {
	switch service {
	case rbac.ServiceName:
		return address{"`rbac_url` (" + EnvRBACURL + ")", "4433", "/rbac-api", "The RBAC service", "/var/log/puppetlabs/console-services/"}
	case classifier.ServiceName:
		return address{"`rbac_url` (" + EnvRBACURL + ")", "4433", "/rbac-api", "The node classifier", "/var/log/puppetlabs/console-services/"}
	case puppetdb.ServiceName:
		return address{"`puppetdb_url` (" + EnvPuppetDBURL + ")", "8081", " without a path", "PuppetDB", "/var/log/puppetlabs/puppetdb/"}
	case codemanager.ServiceName:
		return address{
			"`code_manager_url` (" + EnvCodeManagerURL + ")", "8170", "/code-manager", "Code Manager", "/var/log/puppetlabs/puppetserver/",
		}
	default:
		return address{
			"`server_url` (" + EnvServerURL + ")",
			"8143",
			" without a path",
			"The orchestrator",
			"/var/log/puppetlabs/orchestration-services/",
		}
	}
}

// withArticle names a service in a sentence: the orchestrator, but RBAC.
func withArticle(service string) string {
	if prose.LowerFirst(service) == service {
		return "the " + service
	}
	return service
}

// portIn is the port in the text of a URL, or the usual one.
func portIn(text, usual string) string {
	parsed, err := url.Parse(text)
	if err != nil {
		return usual
	}
	return cmp.Or(parsed.Port(), usual)
}

// serviceOf names the service that an error is about.
func serviceOf(err error) string {
	var apiErr *httpapi.Error
	var connErr *httpapi.ConnectionError
	var decodeErr *httpapi.DecodeError
	switch {
	case errors.As(err, &apiErr):
		return apiErr.Service
	case errors.As(err, &connErr):
		return connErr.Service
	case errors.As(err, &decodeErr):
		return decodeErr.Service
	default:
		return orchestrator.ServiceName
	}
}

// answerRemedy says what to do when the server reports an error.
func answerRemedy(e *httpapi.Error, tokenOrigin string) string {
	from := ""
	if tokenOrigin != "" {
		from = " The token comes from " + tokenOrigin + "."
	}
	switch e.KindName() {
	case orchestrator.KindTokenExpired:
		return "The token has expired. Get a new one with `puppet-access login`; its --lifetime should cover the whole run." + from
	case orchestrator.KindTokenRevoked:
		return "The token has been revoked. Get a new one with `puppet-access login`." + from
	case orchestrator.KindInvalidToken:
		return "The server cannot read the token: it is damaged, or of another Puppet Enterprise. Get one from this PE with `puppet-access " +
			"login`." + from
	case orchestrator.KindUserRevoked:
		return "The user of the token has been revoked. Use the token of another user, or let an administrator reinstate this " +
			"one." + from
	case orchestrator.KindUserUnauthenticated:
		return "The server does not accept the token. Get a new one with `puppet-access login`, from this PE." + from
	case orchestrator.KindNotPermitted:
		return "The user of the token lacks a permission. In PE, give it to one of the user's roles." + from
	case orchestrator.KindValidationError:
		return "Change what the message names. The server checks the arguments against its rules, and parameters against the metadata of the " +
			"task or plan."
	case orchestrator.KindUnknownTask:
		return "Check the task's name and the environment: the module that has the task must be deployed there. `puppet task show` lists the " +
			"tasks."
	case orchestrator.KindUnknownPlan:
		return "Check the plan's name and the environment: the module that has the plan must be deployed there. `puppet plan show` lists the " +
			"plans."
	case orchestrator.KindUnknownEnvironment:
		return "Check the environment's name. It must exist on the primary server."
	case orchestrator.KindEmptyEnvironment:
		return "No node belongs to the environment, so there is nothing to run on. Check the environment's name, or assign nodes to it."
	case orchestrator.KindEmptyTarget:
		return "The scope holds no node that could be used: no node matches, there is no such node group, or the user may not use any of the " +
			"nodes."
	case orchestrator.KindDependencyCycle:
		return "In the application, components depend on each other in a circle, so that none of them can be first. Its `export` and " +
			"`consume` relations in the Puppet code say which; take one of them out. Or run on `nodes`, a `query` or a `node_group`, which " +
			"need no application: PE has not supported applications since 2019.1."
	case orchestrator.KindQueryError:
		return "Check the query (`scope.query`, or `query_params` of a plan): it must be valid PQL or AST and yield `certname`, and the user " +
			"needs the permission to view node data (nodes:view_data)."
	case orchestrator.KindPuppetDBError:
		return "The orchestrator could not ask PuppetDB. Check that PuppetDB is running, then apply again."
	case orchestrator.KindInvalidTime:
		return "The server only accepts a time in the future. Its clock decides."
	case orchestrator.KindDisabledScheduledJob:
		return "The schedule was disabled, which cannot be undone. Create a new one instead."
	}
	return statusRemedy(e, from)
}

func statusRemedy(e *httpapi.Error, from string) string {
	at := addressOf(e.Service)
	switch {
	case e.Status == http.StatusUnauthorized:
		return "The server does not accept the token. Get a new one with `puppet-access login`." + from
	case e.Status == http.StatusForbidden:
		return "The user of the token lacks a permission for this." + from
	case e.Status == http.StatusProxyAuthRequired:
		return proxyLogin
	case e.Status == http.StatusTooManyRequests:
		return "The server asks for fewer requests. Lower `max_concurrent_requests` or set `requests_per_second`."
	case e.Status >= http.StatusInternalServerError:
		return "The server, or something in front of it, has failed. Its log (" + at.log + ") says more; if the failure was temporary, " +
			"apply again."
	case !e.JSON && e.Status == http.StatusBadRequest && strings.Contains(e.Message, "SSL certificate"):
		return "Something in front of Puppet Enterprise asks for a client certificate: set `client_cert_file` (" + EnvClientCertFile +
			") and `client_key_file` (" + EnvClientKeyFile + ")."
	case LacksTLS(e):
		return writeHTTPS(at)
	case !e.Own():
		return "This answer is not from Puppet Enterprise: a proxy or another service may have given it. Check " + at.setting +
			" and the proxy settings."
	default:
		return ""
	}
}

// IsUnauthorized reports whether the server does not accept the token.
func IsUnauthorized(err error) bool {
	var apiErr *httpapi.Error
	return errors.As(err, &apiErr) && apiErr.Status == http.StatusUnauthorized
}

// IsForbidden reports whether the server itself, not something in front of it, reports a missing permission.
func IsForbidden(err error) bool {
	var apiErr *httpapi.Error
	return errors.As(err, &apiErr) && apiErr.Own() && apiErr.Status == http.StatusForbidden
}

// LacksTLS reports whether an error is the answer of a port with TLS to a request without it: what Jetty, Go and nginx say of that.
func LacksTLS(err error) bool {
	if errors.Is(err, httpapi.ErrTLSPort) {
		return true
	}
	var apiErr *httpapi.Error
	if !errors.As(err, &apiErr) || apiErr.JSON || apiErr.Status != http.StatusBadRequest {
		return false
	}
	for _, text := range []string{"plain HTTP to an SSL", "HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port"} {
		if strings.Contains(apiErr.Message, text) {
			return true
		}
	}
	return false
}

// IsOutage reports whether an error is about the server as a whole and not about the object of the request.
func IsOutage(err error) bool {
	var apiErr *httpapi.Error
	return !errors.As(err, &apiErr) || apiErr.Status >= http.StatusInternalServerError || apiErr.Status == http.StatusTooManyRequests
}

// IsUnreachable reports whether an error shows that there is no Puppet Enterprise where it was looked for, or that it is not at work:
// there was no answer, something else has answered, or the service was not available each time that it was asked. Nothing can be
// applied then, whatever it is. A failure inside of PE (500) may be about what was asked.
func IsUnreachable(err error) bool {
	var answer *httpapi.Error
	if !errors.As(err, &answer) {
		return err != nil
	}
	switch answer.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return httpapi.UnusableAnswer(err)
	}
}

// OlderServer is the note of a failure that may come from a server that is older than an endpoint, "" for any other failure.
// What a newer server does not find has a kind that begins with unknown.
func OlderServer(err error, endpoint, release string) string {
	var answer *httpapi.Error
	if !errors.As(err, &answer) || answer.Status != 404 || strings.HasPrefix(answer.KindName(), "unknown-") {
		return ""
	}
	return fmt.Sprintf("The server may be older than %s, which came with PE %s.", endpoint, release)
}
