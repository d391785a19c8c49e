// SPDX-License-Identifier: MPL-2.0

// Package validate has the validators of attributes, each named for what it accepts.
package validate

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// WholeSeconds accepts durations of whole seconds from one second on.
func WholeSeconds() validator.String {
	return rule{"a duration of whole seconds", "The interval is not valid", IntervalProblem}
}

// IntervalProblem says what is wrong with a duration of whole seconds, or returns "".
func IntervalProblem(text string) string {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return noDuration("24h or 168h")
	case d < time.Second:
		return "is shorter than one second"
	case d%time.Second != 0:
		return "is not a whole number of seconds; Puppet Enterprise takes no fractions"
	default:
		return ""
	}
}

// TaskTargetID accepts ids of task-targets.
func TaskTargetID() validator.String {
	return rule{"the number of a task-target", "The id is not a positive number", func(id string) string {
		if !orchestrator.IsID(id) {
			return "is not the id of a task-target, which is a positive number such as 7; to look one up by its name, use `display_name`"
		}
		return ""
	}}
}

// Date accepts days.
func Date() validator.String {
	return rule{"a day", "The date is not valid", func(text string) string {
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "is not a day in the form YYYY-MM-DD, such as 2026-01-31"
		}
		return ""
	}}
}

// rule is a validator of known strings made of a function. problem returns what is wrong, as the end of a sentence that begins with the
// value, or "".
type rule struct {
	description string
	summary     string
	problem     func(value string) string
}

var _ validator.String = rule{}

// attributeName names the attribute if it is nested: the CLI then shows no more than the beginning of the resource. An element of a set
// goes by the name of the set, because it has none of its own.
func attributeName(at path.Path) string {
	if len(at.Steps()) < 2 {
		return ""
	}
	if last, _ := at.Steps().LastStep(); isElement(last) {
		at = at.ParentPath()
	}
	return "`" + at.String() + "`: "
}

func isElement(step path.PathStep) bool {
	_, ok := step.(path.PathStepElementKeyValue)
	return ok
}

// Description implements [validator.Describer].
func (r rule) Description(context.Context) string { return r.description }

// MarkdownDescription implements [validator.Describer].
func (r rule) MarkdownDescription(context.Context) string { return r.description }

// ValidateString implements [validator.String].
func (r rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := r.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(
			req.Path,
			r.summary,
			attributeName(req.Path)+fmt.Sprintf("%s %s.", Shown(req.ConfigValue.ValueString()), problem),
		)
	}
}

// Service is a service of Puppet Enterprise whose URL people give.
type Service struct {
	// Name is what errors call it.
	Name string
	// Example is what its URL looks like.
	Example string
	// Path tells that the URL may have a path.
	Path bool
}

// Orchestrator is the orchestrator, which has its paths below the root.
func Orchestrator() Service {
	return Service{Name: "orchestrator", Example: "https://pe.example.com:8143"}
}

// RBAC is the service for roles and users, whose URL the client tools have with a path.
func RBAC() Service {
	return Service{Name: "RBAC", Example: "https://pe.example.com:4433/rbac-api", Path: true}
}

// PuppetDB is PuppetDB, which has its paths below the root.
func PuppetDB() Service { return Service{Name: "PuppetDB", Example: "https://pe.example.com:8081"} }

// CodeManager is Code Manager, whose URL the client tools have with a path.
func CodeManager() Service {
	return Service{Name: "Code Manager", Example: "https://pe.example.com:8170/code-manager", Path: true}
}

// URL accepts the URL of the service.
func (s Service) URL() validator.String {
	description := "an http or https URL"
	if !s.Path {
		description += " without a path"
	}
	return rule{description, s.Unusable(), s.Problem}
}

// Unusable is the summary of an error about the URL.
func (s Service) Unusable() string { return "The " + s.Name + " URL cannot be used" }

// Problem describes what is wrong with the URL of the service, or returns "".
func (s Service) Problem(text string) string {
	parsed, err := url.Parse(text)
	switch {
	case withoutScheme(text):
		return "has no scheme: write https://" + text
	case err != nil, parsed.Scheme != "https" && parsed.Scheme != "http", parsed.Hostname() == "":
		return "is not a URL with a scheme and a host, such as " + s.Example
	case parsed.User != nil:
		return "holds a login; Puppet Enterprise takes a token, see `token`"
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return "has a query or fragment; write it without, such as " + s.Example
	case !s.Path && strings.Trim(parsed.Path, "/") != "":
		return "has a path; give only scheme, host and port, such as " + s.Example
	default:
		return ""
	}
}

// withoutScheme reports whether a text is a URL but for https:// in front of it, such as pe.example.com:8143.
func withoutScheme(text string) bool {
	if strings.Contains(text, "//") {
		return false
	}
	parsed, err := url.Parse("https://" + text)
	return err == nil && parsed.Hostname() != "" && parsed.User == nil && !strings.Contains(parsed.Hostname(), " ") &&
		(strings.Contains(parsed.Hostname(), ".") || parsed.Port() != "")
}

// PositiveDuration accepts durations above zero.
func PositiveDuration() validator.String {
	return rule{"a duration above zero", "The duration is not valid", func(text string) string {
		d, err := time.ParseDuration(text)
		switch {
		case err != nil:
			return noDuration("30s or 5m")
		case d <= 0:
			return "must be longer than zero, such as 30s or 5m"
		default:
			return ""
		}
	}}
}

// noDuration is the problem of a text that is not a duration.
func noDuration(such string) string {
	return "is not a duration such as " + such + ": whole or decimal numbers, each with one of the units h, m, s and ms. Days and weeks " +
		"are not known: write 24h or 168h"
}

var (
	nameSegment  = `[a-z][a-z0-9_]*`
	taskPattern  = regexp.MustCompile(`^` + nameSegment + `(::` + nameSegment + `)?$`)
	planPattern  = regexp.MustCompile(`^` + nameSegment + `(::` + nameSegment + `)*$`)
	applications = regexp.MustCompile(`^[A-Z]\w*(::[A-Z]\w*)*(\[[^\[\]]+\])?$`)
)

const segments = "each beginning with a lower-case letter and made of lower-case letters, digits and underscores"

// TaskName accepts full names of tasks (PE 2021.7, "Task names").
func TaskName() validator.String {
	return rule{"the full name of a task", "The task name is not valid", func(name string) string {
		if !taskPattern.MatchString(name) {
			return "is not the name of a task: one or two segments joined by `::`, " + segments + ", such as `package` or `mysql::sql`"
		}
		return defaultName(name, "task")
	}}
}

// PlanName accepts full names of plans (PE 2021.7, "Plan names").
func PlanName() validator.String {
	return rule{"the full name of a plan", "The plan name is not valid", func(name string) string {
		if !planPattern.MatchString(name) {
			return "is not the name of a plan: segments joined by `::`, " + segments + ", such as `canary` or `facts::info`"
		}
		for _, segment := range strings.Split(name, "::") {
			if slices.Contains(reservedWords, segment) {
				return fmt.Sprintf("is not the name of a plan: `%s` is a reserved word or the name of a data type in the Puppet language", segment)
			}
		}
		return defaultName(name, "plan")
	}}
}

// defaultName refuses init, which one might expect as the name of a module's default task or plan.
func defaultName(name, kind string) string {
	if module, ok := strings.CutSuffix(name, "::init"); ok {
		return fmt.Sprintf("is named by its module alone, because it is the default %s: write %q", kind, module)
	}
	return ""
}

// reservedWords are the words that no segment of a plan's name may be.
var reservedWords = strings.Fields(`
	and application attr case component consumes default define elsif environment false function if import in inherits node or private
	produces 	site true type undef unless
	any array boolean callable catalogentry class collection data enum float hash integer notundef numeric optional pattern regexp resource
	runtime scalar sensitive string struct tuple variant`)

// EnvironmentName accepts names of environments. Which of them there are is for the server to say: PE's documents allow word characters
// only, and have examples with hyphens.
func EnvironmentName() validator.String {
	return rule{"the name of an environment", "The environment name is not valid", environmentProblem}
}

// EnvironmentOrNone accepts names of environments, and "" for the environment of each node.
func EnvironmentOrNone() validator.String {
	return rule{"the name of an environment, or nothing", "The environment name is not valid", func(text string) string {
		if text == "" {
			return ""
		}
		return environmentProblem(text)
	}}
}

// environmentProblem says why a text cannot be the name of an environment, which is also the name of a directory, or "".
func environmentProblem(name string) string {
	switch {
	case name == "":
		return "is not the name of an environment: give one, such as `production`"
	case strings.TrimSpace(name) == "":
		return "is blank; give the name of an environment, such as `production`"
	case strings.Contains(name, "/"):
		return "has a slash in it, which no name of an environment has. Branches such as `feature/login` are deployed as environments with " +
			"another name, mostly `feature_login`"
	default:
		return ""
	}
}

// Certname accepts names of nodes.
func Certname() validator.String {
	return rule{"a certname", "The certname is not valid", func(name string) string {
		switch {
		case strings.TrimSpace(name) == "":
			return "is empty"
		case strings.ContainsAny(name, " \t\r\n"):
			return "has white space in it"
		case strings.Contains(name, "/") || strings.Trim(name, ".") == "":
			return "is not the name of a node, in which there is no slash, and which is not only dots"
		default:
			return ""
		}
	}}
}

// UUID matches the ids of users, groups, identity providers and node groups. Servers write them in lower case, and the classifier takes no
// others (PE 2019.7).
var UUID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// IsGroupID reports whether a text has the form of the id of a node group.
func IsGroupID(text string) bool { return UUID.MatchString(text) }

// GroupID accepts ids of node groups.
func GroupID() validator.String {
	return rule{"the UUID of a node group", "The node group is not an id", func(id string) string {
		if lower := strings.ToLower(id); lower != id && UUID.MatchString(lower) {
			return "has capitals. Ids of node groups are in lower case: " + lower
		}
		if !UUID.MatchString(id) {
			return "is not the UUID of a node group, such as 00000000-0000-4000-8000-000000000000 (All Nodes). A group's name does not do; the " +
				"id is in the address of its page in the console"
		}
		return ""
	}}
}

// ApplicationName accepts applications as the scope of a deploy has them (PE 2016.4).
func ApplicationName() validator.String {
	return rule{"an application", "The application is not valid", func(name string) string {
		if !applications.MatchString(name) {
			return "is not an application: a type such as `App`, or one with a title such as `App[main]`"
		}
		return ""
	}}
}

// SubjectID accepts ids of users or groups, in the lower case in which the server gives them.
func SubjectID(kind string) validator.String {
	return rule{"the UUID of a " + kind, "The " + kind + " is not an id", func(id string) string {
		if !UUID.MatchString(id) {
			return "is not the UUID of a " + kind + ", in lower case. A login does not do; data.pe_" + kind + " finds the id by it"
		}
		return ""
	}}
}

// IdentityProviderID accepts ids of identity providers.
func IdentityProviderID() validator.String {
	return rule{"the UUID of an identity provider", "The identity provider is not an id", func(id string) string {
		if !UUID.MatchString(id) {
			return "is not the UUID of an identity provider, in lower case. A name does not do"
		}
		return ""
	}}
}

// RoleID accepts ids of roles.
func RoleID() validator.String {
	return rule{"the number of a role", "The role is not an id", func(id string) string {
		if !orchestrator.IsID(id) {
			return "is not the id of a role, which is a number such as 7. A name does not do; data.pe_role finds the id by it"
		}
		return ""
	}}
}

// TokenLifetime accepts lifetimes of tokens (PE 2021.7, "Set a token-specific lifetime").
func TokenLifetime() validator.String {
	pattern := regexp.MustCompile(`^[0-9]+[ydhms]?$`)
	return rule{"a number and a unit", "The lifetime is not valid", func(text string) string {
		if !pattern.MatchString(text) {
			return "is not a lifetime: a number and, without a space, one of the units y, d, h, m and s, such as 4h or 30m"
		}
		return ""
	}}
}

// TokenLabel accepts labels of tokens (PE 2021.7).
func TokenLabel() validator.String {
	const most = 200
	return rule{"the label of a token", "The label is not valid", func(label string) string {
		switch {
		case strings.TrimSpace(label) == "":
			return "is empty"
		case strings.Contains(label, ","):
			return "has a comma in it, which Puppet Enterprise does not allow"
		case utf8.RuneCountInString(strings.TrimSpace(label)) > most:
			return fmt.Sprintf("is longer than %d characters", most)
		default:
			return ""
		}
	}}
}

// NotBlank accepts texts with something other than white space in them.
func NotBlank() validator.String {
	return rule{"a string that is not blank", "The value is blank", func(text string) string {
		if strings.TrimSpace(text) == "" {
			return "must not be empty; give a string, or leave the argument out where it is optional"
		}
		return ""
	}}
}

// JobID accepts ids of jobs and plan jobs.
func JobID() validator.String {
	return rule{"the number of a job", "The id is not a positive number", func(id string) string {
		if !orchestrator.IsID(id) {
			return "is not the id of a job, which is a positive number such as 82"
		}
		return ""
	}}
}

// LaunchKey accepts names of runs.
func LaunchKey() validator.String {
	const most = 200
	return rule{"the name of a run", "The launch key is not valid", func(key string) string {
		switch {
		case strings.TrimSpace(key) == "":
			return "is empty; give the run a name, such as \"release-2026.11/web\", or leave `launch_key` out"
		case utf8.RuneCountInString(key) > most:
			return fmt.Sprintf("is longer than %d characters", most)
		case !utf8.ValidString(key) || strings.ContainsFunc(key, func(c rune) bool { return !unicode.IsPrint(c) }):
			return "holds a character that cannot be printed, such as a line break or a tab"
		default:
			return ""
		}
	}}
}
