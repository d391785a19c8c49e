// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// pageSource is the template of the page: plain HTML, without scripts.
//
//go:embed page.html
var pageSource string

// lastRequests is how many requests the page shows.
const lastRequests = 200

// pageContent is what the page shows.
type pageContent struct {
	Generation  Generation
	Now         string
	Jobs        []pageJob
	PlanJobs    []PlanJob
	Schedules   []Schedule
	TaskTargets []TaskTarget
	Roles       []Role
	Requests    []Request
	// More is how many requests came before those that are shown.
	More int
}

// pageJob is a job with what it says of its nodes.
type pageJob struct {
	Job
	States   string
	Failures []JobNode
}

// wantsPage reports whether a browser asks. A client gets what PE has there: nothing.
func wantsPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// page answers a browser with what the world has, newest first. It needs no token and can change nothing, and it is no request to PE: it is
// not logged and not counted, and no fault touches it.
func (s *Simulator) page(w http.ResponseWriter) {
	var page bytes.Buffer
	if err := s.render(&page); err != nil {
		s.logger.Error("the page", "error", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := w.Write(page.Bytes()); err != nil {
		s.logger.Debug("the client went away", "path", "/", "error", err)
	}
}

func (s *Simulator) render(page *bytes.Buffer) error {
	parsed, err := template.New("page").Funcs(template.FuncMap{
		"time": pageTime, "names": func(names []string) string { return strings.Join(names, ", ") }, "permissions": pagePermissions,
	}).Parse(pageSource)
	if err != nil {
		return err
	}
	return parsed.Execute(page, s.pageContent())
}

func (s *Simulator) pageContent() pageContent {
	c := pageContent{
		Generation: s.Generation(), Now: pageTime(s.Now()), PlanJobs: s.PlanJobs(), Schedules: s.Schedules(), TaskTargets: s.TaskTargets(),
		Roles: s.Roles(), Requests: s.Requests(),
	}
	for _, j := range s.Jobs() {
		job := pageJob{Job: j}
		var states []string
		for _, state := range slices.Sorted(maps.Keys(j.NodeStates)) {
			states = append(states, fmt.Sprintf("%d %s", j.NodeStates[state], state))
		}
		job.States = strings.Join(states, ", ")
		for _, n := range j.Nodes {
			if n.State == "failed" || n.State == "errored" {
				job.Failures = append(job.Failures, n)
			}
		}
		c.Jobs = append(c.Jobs, job)
	}
	if more := len(c.Requests) - lastRequests; more > 0 {
		c.Requests, c.More = c.Requests[more:], more
	}
	slices.Reverse(c.Jobs)
	slices.Reverse(c.PlanJobs)
	slices.Reverse(c.Schedules)
	slices.Reverse(c.TaskTargets)
	slices.Reverse(c.Requests)
	return c
}

func pageTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

func pagePermissions(permissions []Permission) string {
	texts := make([]string, len(permissions))
	for i, p := range permissions {
		texts[i] = p.ObjectType + ":" + p.Action + ":" + p.Instance
	}
	return strings.Join(texts, ", ")
}
