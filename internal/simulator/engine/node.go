// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// PuppetRun is how a Puppet run on a node ends.
type PuppetRun string

// How a Puppet run can end. The zero value means RunUnchanged.
const (
	RunChanged   PuppetRun = "changed"
	RunUnchanged PuppetRun = "unchanged"
	RunFailed    PuppetRun = "failed"
	// RunErrored is for a node on which Puppet cannot run.
	RunErrored PuppetRun = "errored"
	// RunSkipped is for a node that is skipped.
	RunSkipped PuppetRun = "skipped"
)

// How a node can be reached.
const (
	TransportPCP   = "pcp"
	TransportSSH   = "ssh"
	TransportWinRM = "winrm"
)

// Node is a node that PE manages.
type Node struct {
	Certname string
	// Environment is production if it is empty.
	Environment string
	Facts       map[string]any
	// Connected is true when the node can be reached: over PCP, or over SSH or WinRM for a node of that transport.
	Connected bool
	// Transport is pcp if it is empty.
	Transport string
	// Run is how a deploy on the node ends.
	Run PuppetRun
	// RunDuration and TaskDuration are how long a deploy and a task take on the node, whatever the task itself says; 0 leaves it to the
	// simulator.
	RunDuration  time.Duration
	TaskDuration time.Duration
	// Message replaces the text of a failure on the node.
	Message string
	// LastStatus is how the last run before the simulator's start ended; unchanged if it is empty.
	LastStatus PuppetRun
	// NeverReported is true for a node that PuppetDB has facts of, and no report.
	NeverReported bool
	// Resources are in the node's catalog, beside those that follow from its role.
	Resources []pdbquery.Resource
}

// node is a node with derived data.
type node struct {
	Node
	record *pdbquery.Node
	// since is when the node connected to the broker.
	since time.Time
}

// fleet holds all nodes, in the order of their creation.
type fleet struct {
	byName map[string]*node
	names  []string
	// records caches what PuppetDB knows; nil when it is outdated.
	records []*pdbquery.Node
}

func newFleet() fleet {
	return fleet{byName: make(map[string]*node)}
}

// put adds a node or replaces one.
func (f *fleet) put(n *node) {
	if _, known := f.byName[n.Certname]; !known {
		f.names = append(f.names, n.Certname)
	}
	f.byName[n.Certname] = n
	f.records = nil
}

func (f *fleet) remove(certname string) {
	if _, known := f.byName[certname]; !known {
		return
	}
	delete(f.byName, certname)
	f.names = slices.DeleteFunc(f.names, func(name string) bool { return name == certname })
	f.records = nil
}

// database returns what PuppetDB knows about all nodes.
func (f *fleet) database() []*pdbquery.Node {
	if f.records == nil {
		f.records = make([]*pdbquery.Node, len(f.names))
		for i, name := range f.names {
			f.records[i] = f.byName[name].record
		}
	}
	return f.records
}

// Records returns what PuppetDB knows about all nodes.
func (e *Engine) Records() []*pdbquery.Node { return e.fleet.database() }

// AddNode adds a node, replacing one with the same name.
func (e *Engine) AddNode(n Node) error {
	return e.install(n, e.Now())
}

// install checks a node, completes it, and adds it.
func (e *Engine) install(n Node, since time.Time) error {
	if n.Certname == "" {
		return errors.New("a node needs a certname")
	}
	if n.Environment == "" {
		n.Environment = codebase.Production
	}
	switch n.Transport {
	case "":
		n.Transport = TransportPCP
	case TransportPCP, TransportSSH, TransportWinRM:
	default:
		return fmt.Errorf("node %s: unknown transport %q", n.Certname, n.Transport)
	}
	switch n.Run {
	case "":
		n.Run = RunUnchanged
	case RunChanged, RunUnchanged, RunFailed, RunErrored, RunSkipped:
	default:
		return fmt.Errorf("node %s: unknown run %q", n.Certname, n.Run)
	}
	record, err := pdbquery.NewNode(n.Certname, n.Environment, n.Facts)
	if err != nil {
		return err
	}
	switch n.LastStatus {
	case "":
		n.LastStatus = RunUnchanged
	case RunChanged, RunUnchanged, RunFailed:
	case RunErrored, RunSkipped:
		return fmt.Errorf("node %s: a run that ended %s has no report", n.Certname, n.LastStatus)
	default:
		return fmt.Errorf("node %s: unknown status %q", n.Certname, n.LastStatus)
	}
	record.Resources = n.Resources
	e.remember(n, record)
	n.Facts = cloneFacts(n.Facts)
	e.codebase.Ensure(n.Environment)
	e.fleet.put(&node{Node: n, record: record, since: since})
	return nil
}

// agentInterval is how often agents run on their own.
const agentInterval = 30 * time.Minute

// remember gives the record of a node its last report: the one that it has, or one from before the start of the simulator.
func (e *Engine) remember(n Node, record *pdbquery.Node) {
	if existing, ok := e.fleet.byName[n.Certname]; ok && existing.NeverReported == n.NeverReported && existing.LastStatus == n.LastStatus {
		record.Seen, record.Report = existing.record.Seen, existing.record.Report
		return
	}
	record.Seen = e.Now().Add(-spread(agentInterval/2, n.Certname))
	if n.NeverReported {
		return
	}
	record.Report = &pdbquery.Report{
		Hash: reportHash(n.Certname, 0), Status: string(n.LastStatus), Environment: n.Environment, Time: record.Seen,
	}
}

// reported stores the report of a run in PuppetDB.
func (e *Engine) reported(j *Job, n *JobNode) {
	managed, ok := e.fleet.byName[n.Name]
	if !ok || n.Report == nil {
		return
	}
	managed.record.Seen = e.Now()
	managed.record.Report = &pdbquery.Report{
		Hash: n.Report.Hash, Status: n.Report.Status, Environment: n.Report.Environment, Noop: n.Report.Noop, Time: e.Now(),
		JobID: strconv.Itoa(j.ID),
	}
}

// UpdateNode changes a node and reports whether it exists. It ignores a change of the name.
func (e *Engine) UpdateNode(certname string, change func(*Node)) (bool, error) {
	existing, ok := e.fleet.byName[certname]
	if !ok {
		return false, nil
	}
	changed := existing.Node
	changed.Facts = cloneFacts(changed.Facts)
	change(&changed)
	changed.Certname = certname
	since := e.Now()
	if existing.Connected {
		since = existing.since
	}
	return true, e.install(changed, since)
}

// RemoveNode removes a node from PuppetDB and the inventory.
func (e *Engine) RemoveNode(certname string) { e.fleet.remove(certname) }

// Nodes returns all nodes.
func (e *Engine) Nodes() []Node {
	nodes := make([]Node, len(e.fleet.names))
	for i, name := range e.fleet.names {
		nodes[i] = e.fleet.byName[name].Node
		nodes[i].Facts = cloneFacts(nodes[i].Facts)
	}
	return nodes
}

// cloneFacts copies facts with the hashes and arrays in them.
func cloneFacts(facts map[string]any) map[string]any {
	if facts == nil {
		return nil
	}
	clone := make(map[string]any, len(facts))
	for name, value := range facts {
		clone[name] = cloneFact(value)
	}
	return clone
}

func cloneFact(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return cloneFacts(v)
	case []any:
		clone := make([]any, len(v))
		for i, item := range v {
			clone[i] = cloneFact(item)
		}
		return clone
	default:
		return value
	}
}

// Connection is a node in the inventory of PCP connections.
type Connection struct {
	Certname  string
	Connected bool
	Since     time.Time
}

// Connections returns the inventory: the nodes with an agent.
func (e *Engine) Connections() []Connection {
	connections := make([]Connection, 0, len(e.fleet.names))
	for _, name := range e.fleet.names {
		if e.fleet.byName[name].Transport == TransportPCP {
			connections = append(connections, e.Connection(name))
		}
	}
	return connections
}

// Connection returns one node's connection. An unknown node, or one without an agent, is not connected.
func (e *Engine) Connection(certname string) Connection {
	n, ok := e.fleet.byName[certname]
	if !ok || n.Transport != TransportPCP || !n.Connected {
		return Connection{Certname: certname}
	}
	return Connection{Certname: certname, Connected: true, Since: n.since}
}

// populated reports whether an environment has nodes.
func (e *Engine) populated(environment string) bool {
	return slices.ContainsFunc(e.fleet.names, func(name string) bool {
		return e.fleet.byName[name].Environment == environment
	})
}
