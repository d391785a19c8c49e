// SPDX-License-Identifier: MPL-2.0

// Package nodeprogress tells, line by line, which nodes of a running job have ended.
package nodeprogress

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

const (
	// shownNodes is how many nodes are named at a time: a fleet of thousands would fill the log.
	shownNodes = 20
	// longestMessage is how many characters of a message are shown.
	longestMessage = 200
	// restFactor is how many times as long as a question without an answer nothing is asked after it, so that a wait for a job is held up for
	// a small part of its time only.
	restFactor = 10
)

// Follower follows one job by its events. It is for one goroutine.
type Follower struct {
	client *orchestrator.Client
	job    string
	redact func(string) string
	next   int64
	// rests is until when nothing is asked, after a question without an answer.
	rests time.Time
	// silent tells that this has been told.
	silent bool
}

// New returns a follower that has seen nothing yet. redact takes secrets out of a text.
func New(client *orchestrator.Client, job string, redact func(string) string) *Follower {
	return &Follower{client: client, job: job, redact: redact}
}

// Lines says which nodes have ended since somebody asked last, those that have not succeeded first. What cannot be read now is told the
// next time.
func (f *Follower) Lines(ctx context.Context) []string {
	bad, good := f.read(ctx)
	shown := append(f.silence(), bad.first(shownNodes)...)
	room := shownNodes - len(shown)
	shown = append(shown, good.first(max(room, 0))...)
	shown = append(shown, bad.rest("did not succeed")...)
	return append(shown, good.rest("finished")...)
}

// Failures says which nodes have not succeeded since somebody asked last. See [Follower.Lines].
func (f *Follower) Failures(ctx context.Context) []string {
	bad, _ := f.read(ctx)
	return append(append(f.silence(), bad.first(shownNodes)...), bad.rest("did not succeed")...)
}

// silence says, once, that the nodes are told of late.
func (f *Follower) silence() []string {
	if f.rests.IsZero() || f.silent {
		return nil
	}
	f.silent = true
	return []string{"which nodes have ended was not told within " + duration.Text(courtesy.Budget) + ", so that it is asked for less often"}
}

// read reads which nodes have ended.
func (f *Follower) read(ctx context.Context) (bad, good lines) {
	if time.Now().Before(f.rests) {
		return bad, good
	}
	ctx, cancel := courtesy.Brief(httpapi.WithoutRetries(ctx))
	defer cancel()
	for event, err := range f.client.AllJobEvents(ctx, f.job, f.next) {
		if err != nil {
			if courtesy.Late(ctx) {
				f.rests = time.Now().Add(restFactor * courtesy.Budget)
			}
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
