// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Report is the last report of a node.
type Report struct {
	Hash string
	// Status is changed, unchanged or failed.
	Status      string
	Environment string
	Noop        bool
	// Time is when the run ended.
	Time time.Time
	// JobID is the job of the orchestrator that ran Puppet, empty for a run of the agent's own.
	JobID string
}

// Resource is a resource in a node's catalog.
type Resource struct {
	// Type has each segment capitalised, such as Service or Profile::Web.
	Type  string
	Title string
	// Tags are those beside the ones that each resource has: its type and the segments of its class.
	Tags       []string
	Parameters map[string]any
}

// timeLayout is how PuppetDB writes a time: UTC, with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

// stamp writes a time, null where there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeLayout)
}

// orNull returns a text, null where it is empty.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// digest invents a hash for what is named.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:20])
}

// nodeRecord is what nodes tells of a node.
func nodeRecord(n *Node) []map[string]any {
	r := map[string]any{
		"certname": n.Certname, "facts_environment": n.Environment, "catalog_environment": n.Environment,
		"facts_timestamp": stamp(n.Seen), "catalog_timestamp": stamp(n.Seen), "cached_catalog_status": "not_used",
	}
	if n.Report != nil {
		maps.Copy(r, map[string]any{
			"report_timestamp": stamp(n.Report.Time), "report_environment": n.Report.Environment,
			"latest_report_status": n.Report.Status, "latest_report_hash": n.Report.Hash, "latest_report_noop": n.Report.Noop,
			"latest_report_noop_pending": n.Report.Noop && n.Report.Status == "changed", "latest_report_corrective_change": false,
			"latest_report_job_id": orNull(n.Report.JobID),
		})
	}
	return []map[string]any{r}
}

// reportRecord is what reports tells of a node: its last report.
func reportRecord(n *Node) []map[string]any {
	if n.Report == nil {
		return nil
	}
	return []map[string]any{{
		"certname": n.Certname, "hash": n.Report.Hash, "status": n.Report.Status, "environment": n.Report.Environment,
		"noop": n.Report.Noop, "noop_pending": false, "corrective_change": false, "job_id": orNull(n.Report.JobID), "type": "agent",
		"start_time": stamp(n.Report.Time.Add(-time.Minute)), "end_time": stamp(n.Report.Time), "receive_time": stamp(n.Report.Time),
		"producer_timestamp": stamp(n.Report.Time), "producer": "primary.example.com", "puppet_version": "8.10.0",
		"configuration_version": strconv.FormatInt(n.Report.Time.Unix(), 10), "cached_catalog_status": "not_used",
		"transaction_uuid": digest("transaction", n.Report.Hash), "catalog_uuid": digest("catalog", n.Report.Hash),
		"latest_report?": true,
	}}
}

// eventRecords is what events tells of a node: what its last run changed, or failed to change.
func eventRecords(n *Node) []map[string]any {
	if n.Report == nil || n.Report.Status == "unchanged" {
		return nil
	}
	status := "success"
	if n.Report.Status == "failed" {
		status = "failure"
	}
	var records []map[string]any
	for _, r := range n.resources() {
		if r.Type != "Service" {
			continue
		}
		records = append(records, map[string]any{
			"certname": n.Certname, "report": n.Report.Hash, "status": status, "timestamp": stamp(n.Report.Time),
			"resource_type": r.Type, "resource_title": r.Title, "property": "ensure", "old_value": "stopped", "new_value": "running",
			"message": "ensure changed 'stopped' to 'running'", "corrective_change": false, "environment": n.Report.Environment,
			"run_start_time": stamp(n.Report.Time.Add(-time.Minute)), "run_end_time": stamp(n.Report.Time),
			"report_receive_time": stamp(n.Report.Time), "latest_report?": true,
			"configuration_version": strconv.FormatInt(n.Report.Time.Unix(), 10),
		})
	}
	return records
}

// catalogRecord is what catalogs tells of a node.
func catalogRecord(n *Node) []map[string]any {
	return []map[string]any{{
		"certname": n.Certname, "version": strconv.FormatInt(n.Seen.Unix(), 10), "environment": n.Environment,
		"hash": digest("catalog", n.Certname), "transaction_uuid": digest("transaction", n.Certname), "producer": "primary.example.com",
		"catalog_uuid": digest("uuid", n.Certname), "producer_timestamp": stamp(n.Seen),
	}}
}

// resourceRecords is what resources tells of a node.
func resourceRecords(n *Node) []map[string]any {
	all := n.resources()
	records := make([]map[string]any, len(all))
	for i, r := range all {
		tags := append([]string{strings.ToLower(r.Type)}, r.Tags...)
		if r.Type == "Class" {
			tags = append(tags, strings.ToLower(r.Title))
			tags = append(tags, strings.Split(strings.ToLower(r.Title), "::")...)
		}
		records[i] = map[string]any{
			"certname": n.Certname, "environment": n.Environment, "type": r.Type, "title": r.Title, "exported": false,
			"resource": digest(n.Certname, r.Type, r.Title), "tags": anyList(tags), "tag": anyList(tags), "parameters": normalize(r.Parameters),
		}
	}
	return records
}

// packageRecords is what package_inventory tells of a node: the packages in its catalog.
func packageRecords(n *Node) []map[string]any {
	var records []map[string]any
	for _, r := range n.resources() {
		if r.Type == "Package" {
			records = append(records, map[string]any{
				"certname": n.Certname, "package_name": r.Title, "version": r.Parameters["ensure"], "provider": "apt",
			})
		}
	}
	return records
}

// factRecords is what facts tells of a node: one record for each fact.
func factRecords(n *Node) []map[string]any {
	records := make([]map[string]any, 0, len(n.facts))
	for _, name := range slices.Sorted(maps.Keys(n.facts)) {
		records = append(records, map[string]any{
			"certname": n.Certname, "environment": n.Environment, "name": name, "value": n.facts[name],
		})
	}
	return records
}

// leafRecords is what fact_contents tells of a node: one record for each leaf of a fact.
func leafRecords(n *Node) []map[string]any {
	var records []map[string]any
	var descend func(path []any, value any)
	descend = func(path []any, value any) {
		switch v := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				descend(append(slices.Clone(path), key), v[key])
			}
		case []any:
			for i, item := range v {
				descend(append(slices.Clone(path), number64(i)), item)
			}
		default:
			records = append(records, map[string]any{
				"certname": n.Certname, "environment": n.Environment, "path": path, "name": fmt.Sprint(path[len(path)-1]), "value": value,
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.facts)) {
		descend([]any{name}, n.facts[name])
	}
	return records
}

// factsetRecord is what factsets tells of a node.
func factsetRecord(n *Node) []map[string]any {
	return []map[string]any{{
		"certname": n.Certname, "environment": n.Environment, "timestamp": stamp(n.Seen), "hash": digest("facts", n.Certname),
		"producer": "primary.example.com", "producer_timestamp": stamp(n.Seen),
	}}
}

// edgeRecords is what edges tells of a node: its main class contains everything.
func edgeRecords(n *Node) []map[string]any {
	var records []map[string]any
	for _, r := range n.resources() {
		if r.Title != "Main" {
			records = append(records, map[string]any{
				"certname": n.Certname, "relationship": "contains", "source_type": "Class", "source_title": "Main",
				"target_type": r.Type, "target_title": r.Title,
			})
		}
	}
	return records
}

// environmentRecord is what environments tells of a node: its own.
func environmentRecord(n *Node) []map[string]any { return []map[string]any{{"name": n.Environment}} }

// inventoryRecord is what inventory tells of a node.
func inventoryRecord(n *Node) []map[string]any {
	return []map[string]any{{
		"certname": n.Certname, "environment": n.Environment, "timestamp": stamp(n.Seen), "facts": n.facts, "trusted": n.trusted(),
	}}
}

// trusted returns the trusted facts of a node: what follows from its certificate, with its role as an extension.
func (n *Node) trusted() map[string]any {
	if n.Trusted != nil {
		return n.Trusted
	}
	host, domain, _ := strings.Cut(n.Certname, ".")
	extensions := map[string]any{"pp_environment": n.Environment}
	if role, ok := n.facts["role"].(string); ok {
		extensions["pp_role"] = role
	}
	return map[string]any{
		"authenticated": "remote", "certname": n.Certname, "hostname": host, "domain": domain, "extensions": extensions,
		"external": map[string]any{},
	}
}

// resources returns what is in a node's catalog: the classes that each has, and what belongs to its role, beside its own.
func (n *Node) resources() []Resource {
	all := []Resource{
		{Type: "Class", Title: "Main"}, {Type: "Class", Title: "Settings"}, {Type: "Class", Title: "Puppet_enterprise"},
		{Type: "Package", Title: "openssl", Parameters: map[string]any{"ensure": "3.0.11-1"}},
		{Type: "Service", Title: "puppet", Parameters: map[string]any{"ensure": "running", "enable": true}},
	}
	if role, ok := n.facts["role"].(string); ok && role != "" {
		class := "Role::" + strings.ToUpper(role[:1]) + role[1:]
		name := map[string]string{"web": "nginx", "db": "postgresql"}[role]
		all = append(all, Resource{Type: "Class", Title: class})
		if name != "" {
			tags := []string{"role", role, "role::" + role}
			all = append(all,
				Resource{Type: "Package", Title: name, Tags: tags, Parameters: map[string]any{"ensure": "1.22.1-9"}},
				Resource{Type: "Service", Title: name, Tags: tags, Parameters: map[string]any{"ensure": "running", "enable": true}})
		}
	}
	return append(all, n.Resources...)
}
