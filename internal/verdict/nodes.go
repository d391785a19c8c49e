// SPDX-License-Identifier: MPL-2.0

// Package verdict puts the judgement of a job into words: what has failed, where and why.
package verdict

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Verdict is a judgement in words.
type Verdict struct {
	OK bool
	// Summary and Detail are for a verdict that is not OK.
	Summary, Detail string
	// Warning is about what was done although it was OK, "" if there is nothing.
	Warning, WarningDetail string
	// Unjudged tells that it is not OK only because something could not be read, which may be tried again.
	Unjudged bool
}

// Nodes is what is known of a job that ran on nodes, once it has been judged.
type Nodes struct {
	// Title names what ran, as the beginning of a sentence.
	Title           string
	Job, State, URL string
	States          map[orchestrator.NodeState]int64
	Judged          outcome.Verdict
	Allowed         outcome.Allowed
	// Failures are the lines about nodes that have failed.
	Failures string
	// Changed is how many nodes have changed something although they must not, and Changes the lines about them.
	Changed int64
	Changes string
	// Unread tells that it is not known whether they have, because not all of them could be read.
	Unread bool
}

// OfNodes puts the judgement of a job that ran on nodes into words.
func OfNodes(n Nodes) Verdict {
	v := Verdict{OK: n.Judged.OK && n.Changed == 0 && !n.Unread}
	switch {
	case n.Judged.OK && n.Unread:
		v.Unjudged = true
		v.Summary = n.Title + ": it is not known whether its nodes have changed anything"
		v.Detail = prose.Paragraphs(n.ending(), "`expect_no_changes` allows no changes, so that the job is no success before this is known.")
	case n.Judged.OK && n.Changed > 0:
		v.Summary = fmt.Sprintf("%s has found changes on %d of %s", n.Title, n.Changed, prose.Count(n.Judged.Total, "node"))
		v.Detail = prose.Paragraphs(n.ending(), n.Changes, "`expect_no_changes` allows none. What is listed was changed by the run, or would "+
			"be without `noop`: the reports of the nodes say what it is.", n.Failures)
	case n.Judged.OK:
		v.Warning, v.WarningDetail = n.warning()
	case n.Judged.TooFew:
		v.Summary = fmt.Sprintf("%s took %s, and `min_nodes` asks for %d", n.Title, prose.Count(n.Judged.Took, "node"), n.Allowed.AtLeast)
		v.Detail = prose.Paragraphs(n.ending(), n.Failures, "Puppet Enterprise silently leaves out nodes that the user may not use, and a "+
			"query or node group has only the nodes that PuppetDB knows. The job has run on the nodes that it took. Compare the nodes of the "+
			"job with those of the scope, and lower `min_nodes` where fewer are right.")
	case n.Judged.Reason != "":
		v.Summary = fmt.Sprintf("%s did not succeed: %s", n.Title, n.Judged.Reason)
		v.Detail = prose.Paragraphs(n.ending(), n.Failures)
	default:
		v.Summary = fmt.Sprintf("%s failed on %d of %s", n.Title, n.Judged.Failed, prose.Count(n.Judged.Total, "node"))
		v.Detail = prose.Paragraphs(n.ending(), n.Failures, n.allowance())
	}
	return v
}

// ending says how the job ended.
func (n Nodes) ending() string {
	job := fmt.Sprintf("Job %s ended as %s", n.Job, visible.Line(n.State, visible.LongestName))
	if counts := outcome.NodeStatesText(n.States); counts != "" {
		job += ", nodes: " + counts
	}
	return job + ".\n" + n.URL
}

// allowance says how many failures are allowed and how to allow more.
func (n Nodes) allowance() string {
	switch {
	case n.Allowed.Nodes > 0:
		return fmt.Sprintf("`max_failed_nodes` allows %d.", n.Allowed.Nodes)
	case n.Allowed.Percent > 0:
		return fmt.Sprintf("`max_failed_percent` allows %g percent.", n.Allowed.Percent)
	default:
		return "No failure is allowed: see `max_failed_nodes` and `max_failed_percent`."
	}
}

// warning tells what is worth knowing about a job that counts as a success.
func (n Nodes) warning() (summary, detail string) {
	judged := n.Judged
	switch {
	case judged.Failed > 0:
		return fmt.Sprintf("%s failed on %d of %s, which is allowed", n.Title, judged.Failed, prose.Count(judged.Total, "node")),
			prose.Paragraphs(n.ending(), n.Failures)
	case judged.Total == 0:
		return n.Title + " ran on no node", n.ending()
	case judged.Skipped > 0:
		return fmt.Sprintf("%s skipped %d of %s", n.Title, judged.Skipped, prose.Count(judged.Total, "node")), n.ending()
	default:
		return "", ""
	}
}
