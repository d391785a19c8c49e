// SPDX-License-Identifier: MPL-2.0

// Package nodeprogress tells, line by line, which nodes of a running job have ended.
package nodeprogress

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

const (
	// shownNodes is how many nodes are named at a time: a fleet of thousands would fill the log.
	shownNodes = 20
	// longestMessage is how many characters of a message are shown.
	longestMessage = 200
	// readTime is how long the wait for a job may be held up to read what has happened.
	readTime = 5 * time.Second
)

// Follower follows one job by its events. It is for one goroutine.
type Follower struct {
	client *orchestrator.Client
	job    string
	redact func(string) string
	next   int64
}

// New returns a follower that has seen nothing yet. redact takes secrets out of a text.
func New(client *orchestrator.Client, job string, redact func(string) string) *Follower {
	return &Follower{client: client, job: job, redact: redact}
}

// Lines says which nodes have ended since somebody asked last, those that have not succeeded first. What cannot be read now is told the
// next time.
func (f *Follower) Lines(ctx context.Context) []string {
	bad, good := f.read(ctx)
	shown := bad.first(shownNodes)
	shown = append(shown, good.first(shownNodes-len(shown))...)
	shown = append(shown, bad.rest("did not succeed")...)
	return append(shown, good.rest("finished")...)
}

// Failures says which nodes have not succeeded since somebody asked last. See [Follower.Lines].
func (f *Follower) Failures(ctx context.Context) []string {
	bad, _ := f.read(ctx)
	return append(bad.first(shownNodes), bad.rest("did not succeed")...)
}

// read reads which nodes have ended.
func (f *Follower) read(ctx context.Context) (bad, good lines) {
	ctx, cancel := context.WithTimeout(httpapi.WithoutRetries(ctx), readTime)
	defer cancel()
	for event, err := range f.client.AllJobEvents(ctx, f.job, f.next) {
		if err != nil {
			break
		}
		f.next = max(f.next, event.ID+1)
		switch state, ended := strings.CutPrefix(event.Type, "node_"); {
		case !ended || state == string(orchestrator.NodeRunning) || event.Node() == "":
		case state == string(orchestrator.NodeFinished):
			good.add(visible.Line(event.Node()+" "+state, visible.LongestName))
		default:
			bad.add(visible.Line(event.Node()+" "+state, visible.LongestName) + f.because(event.Message))
		}
	}
	return bad, good
}

// because writes a message behind a state, in one line and without secrets. These are taken out of the whole message, before it is changed.
func (f *Follower) because(message string) string {
	text := visible.Line(strings.Join(strings.Fields(f.redact(message)), " "), longestMessage)
	if text == "" {
		return ""
	}
	return ": " + text
}

// lines are the first of many lines, and how many there are that were not taken.
type lines struct {
	kept []string
	n    int
}

func (l *lines) add(line string) {
	l.n++
	if len(l.kept) < shownNodes {
		l.kept = append(l.kept, line)
	}
}

// first takes some lines.
func (l *lines) first(most int) []string {
	taken := l.kept[:min(most, len(l.kept))]
	l.n -= len(taken)
	return taken
}

// rest says how many lines are left, and what became of their nodes.
func (l *lines) rest(what string) []string {
	if l.n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d more %s", l.n, what)}
}
