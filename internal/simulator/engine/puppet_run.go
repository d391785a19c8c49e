// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// Report is what a Puppet run reported.
type Report struct {
	Hash                 string
	Noop, NoNoop         bool
	Status               string
	Metrics              Metrics
	Environment          string
	ConfigurationVersion string
	TransactionUUID      string
}

// Metrics counts the resources of a Puppet run.
type Metrics struct {
	CorrectiveChange int `json:"corrective_change"`
	OutOfSync        int `json:"out_of_sync"`
	Restarted        int `json:"restarted"`
	Skipped          int `json:"skipped"`
	Total            int `json:"total"`
	Changed          int `json:"changed"`
	Scheduled        int `json:"scheduled"`
	FailedToRestart  int `json:"failed_to_restart"`
	Failed           int `json:"failed"`
}

// defaultRun is approximately how long a Puppet run takes on a node, at time scale 1.
const defaultRun = 2 * time.Second

// puppetRun returns how a Puppet run on a node ends.
func (e *Engine) puppetRun(j *Job, n *JobNode, noNoop bool) outcome {
	managed, ok := e.fleet.byName[n.Name]
	if !ok || !managed.Connected || managed.Transport != TransportPCP {
		message := fmt.Sprintf("Error running puppet on %s: %s is not connected to the PCP broker", n.Name, n.Name)
		if ok && managed.Message != "" {
			message = managed.Message
		}
		o := j.errored(n, message)
		o.never = true
		return o
	}
	duration := managed.RunDuration
	if duration == 0 {
		duration = spread(defaultRun, n.Name)
	}
	switch managed.Run {
	case RunErrored:
		o := j.errored(n, managed.Message)
		if o.message == "" {
			o.message = fmt.Sprintf("Error running puppet on %s: the run could not be started", n.Name)
		}
		o.duration = duration
		return o
	case RunSkipped:
		o := outcome{state: NodeSkipped, never: true, message: managed.Message}
		if o.message == "" {
			o.message = "Skipped"
		}
		return o
	case RunChanged, RunUnchanged, RunFailed:
	}
	report := e.report(j, managed, noNoop)
	o := outcome{state: NodeFinished, duration: duration, report: report, result: report.result()}
	o.message = fmt.Sprintf("Finished puppet run on %s - Success!", n.Name)
	if managed.Run == RunFailed {
		o.state, o.message = NodeFailed, fmt.Sprintf("Finished puppet run on %s - Failed!", n.Name)
		if managed.Message != "" {
			o.message = managed.Message
		}
	}
	return o
}

// reportHashSize is the size in bytes of a report's hash.
const reportHashSize = 20

// reportHash is the hash of the report of a node in a job, which is 0 for a run of its own.
func reportHash(certname string, job int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "report of %s in job %d", certname, job))
	return hex.EncodeToString(sum[:reportHashSize])
}

// report invents the report of a Puppet run; equal runs have equal reports.
func (e *Engine) report(j *Job, n *node, noNoop bool) *Report {
	id := reportHash(n.Certname, j.ID)
	r := &Report{
		Hash: id, Noop: j.Noop, NoNoop: noNoop, Status: string(n.Run), Environment: j.Environment,
		Metrics:              Metrics{Total: 347},
		ConfigurationVersion: strconv.FormatInt(e.Now().Unix(), 10),
		TransactionUUID:      fmt.Sprintf("%s-%s-4%s-a%s-%s", id[0:8], id[8:12], id[13:16], id[17:20], id[20:32]),
	}
	if r.Environment == "" {
		r.Environment = n.Environment
	}
	switch {
	case n.Run == RunFailed:
		r.Metrics.Failed, r.Metrics.Skipped = 1, 4
	case n.Run == RunChanged && j.Noop:
		// A noop run finds what it would change and does not change it.
		r.Status, r.Metrics.OutOfSync = string(RunUnchanged), 3
	case n.Run == RunChanged:
		r.Metrics.OutOfSync, r.Metrics.Changed, r.Metrics.Restarted = 3, 3, 1
	}
	return r
}

// RunResult is the result of a node after a Puppet run.
type RunResult struct {
	Hash                 string  `json:"hash"`
	Noop                 RunNoop `json:"noop"`
	Status               string  `json:"status"`
	Metrics              Metrics `json:"metrics"`
	Environment          string  `json:"environment"`
	ConfigurationVersion string  `json:"configuration_version"`
}

// RunNoop has the flags of a Puppet run.
type RunNoop struct {
	Noop   bool `json:"noop"`
	NoNoop bool `json:"no_noop"`
}

func (r *Report) result() RunResult {
	return RunResult{
		Hash: r.Hash, Noop: RunNoop{Noop: r.Noop, NoNoop: r.NoNoop}, Status: r.Status, Metrics: r.Metrics,
		Environment: r.Environment, ConfigurationVersion: r.ConfigurationVersion,
	}
}
