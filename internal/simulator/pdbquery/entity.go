// SPDX-License-Identifier: MPL-2.0

package pdbquery

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// row is one record of an entity, with the node that it belongs to.
type row struct {
	node   *Node
	record map[string]any
}

// field is a column of an entity, or a function of one.
type field struct {
	name string
	of   func(row) (any, bool)
	// time is true for timestamps, which are compared as such.
	time bool
	// list is true for a column that matches when one of its elements does.
	list bool
	// function is true for what is computed from many rows, and computed does that.
	function bool
	computed func([]row) any
}

// entity is a kind of record that a query starts from.
type entity struct {
	name string
	// records returns those of one node.
	records func(*Node) []map[string]any
	// columns are the fields.
	columns []string
	// onlyQueried are fields that can be asked about and that no result has.
	onlyQueried []string
	// trees are columns with values that paths lead into.
	trees []string
}

// nodeState is the field that every entity with certnames can be asked about.
const nodeState = "node_state"

// entities lists all of them, in the order in which errors name them.
func entities() []entity {
	return []entity{
		{name: "nodes", records: nodeRecord, columns: []string{
			"certname", "deactivated", "expired", "catalog_timestamp", "facts_timestamp", "report_timestamp", "catalog_environment",
			"facts_environment", "report_environment", "latest_report_status", "latest_report_hash", "latest_report_noop",
			"latest_report_noop_pending", "latest_report_corrective_change", "latest_report_job_id", "cached_catalog_status",
		}},
		{name: "inventory", records: inventoryRecord, columns: []string{"certname", "timestamp", "environment", "facts", "trusted"},
			trees: []string{"facts", "trusted"}},
		{name: "facts", records: factRecords, columns: []string{"certname", "name", "value", "environment"}},
		{name: "fact_contents", records: leafRecords, columns: []string{"certname", "path", "name", "value", "environment"}},
		{name: "factsets", records: factsetRecord, columns: []string{
			"certname", "environment", "timestamp", "hash", "producer", "producer_timestamp",
		}},
		{name: "resources", records: resourceRecords, columns: []string{
			"certname", "type", "title", "exported", "file", "line", "environment", "resource", "tags", "parameters",
		}, onlyQueried: []string{"tag"}, trees: []string{"parameters"}},
		{name: "reports", records: reportRecord, columns: []string{
			"certname", "hash", "status", "noop", "noop_pending", "corrective_change", "environment", "job_id", "type", "start_time",
			"end_time", "receive_time", "producer_timestamp", "producer", "puppet_version", "configuration_version", "transaction_uuid",
			"catalog_uuid", "code_id", "cached_catalog_status", "report_format", "resource_events", "metrics", "logs", "resources",
		}, onlyQueried: []string{"latest_report?"}},
		{name: "events", records: eventRecords, columns: []string{
			"certname", "report", "status", "timestamp", "resource_type", "resource_title", "property", "name", "old_value", "new_value",
			"message", "file", "line", "containment_path", "containing_class", "corrective_change", "environment", "run_start_time",
			"run_end_time", "report_receive_time", "configuration_version",
		}, onlyQueried: []string{"latest_report?"}},
		{name: "catalogs", records: catalogRecord, columns: []string{
			"certname", "version", "environment", "hash", "transaction_uuid", "catalog_uuid", "code_id", "job_id", "producer",
			"producer_timestamp", "resources", "edges",
		}},
		{name: "edges", records: edgeRecords, columns: []string{
			"certname", "relationship", "source_type", "source_title", "target_type", "target_title",
		}},
		{name: "package_inventory", records: packageRecords, columns: []string{"certname", "package_name", "version", "provider"}},
		{name: "packages", records: packageRecords, columns: []string{"package_name", "version", "provider"}},
		{name: "environments", records: environmentRecord, columns: []string{"name"}},
		{name: "fact_paths", records: leafRecords, columns: []string{"path"}},
	}
}

// entityNames lists the entities, in the order in which errors name them.
func entityNames() []string {
	var names []string
	for _, e := range entities() {
		names = append(names, e.name)
	}
	return names
}

// findEntity returns the entity with a name.
func findEntity(name string) (entity, bool) {
	for _, e := range entities() {
		if e.name == name {
			return e, true
		}
	}
	return entity{}, false
}

// rows returns the records of a node.
func (e entity) rows(n *Node) []row {
	records := e.records(n)
	rows := make([]row, len(records))
	for i, r := range records {
		rows[i] = row{node: n, record: r}
	}
	return rows
}

// ofNodes reports whether the records belong to nodes.
func (e entity) ofNodes() bool { return slices.Contains(e.columns, "certname") }

// field returns a column of the entity by its path. A path into an array has its indexes as elements.
func (e entity) field(path []string) (field, error) {
	name := strings.Join(path, ".")
	root, rest := path[0], path[1:]
	switch {
	case len(rest) == 0 && (slices.Contains(e.columns, name) || slices.Contains(e.onlyQueried, name) || (name == nodeState && e.ofNodes())):
	case len(rest) > 0 && slices.Contains(e.trees, root):
	default:
		return field{}, fmt.Errorf("'%s' is not a queryable object for %s. Known queryable objects are %s", name, e.name, e.queryable())
	}
	of := func(r row) (any, bool) {
		value, ok := r.record[root]
		for _, key := range rest {
			if value, ok = descend(value, key); !ok {
				return nil, false
			}
		}
		return value, ok && value != nil
	}
	return field{name: name, of: of, time: isTime(name), list: name == "tag"}, nil
}

// column returns a field that a result can have.
func (e entity) column(path []string) (field, error) {
	f, err := e.field(path)
	if err == nil && (f.name == nodeState || slices.Contains(e.onlyQueried, f.name)) {
		return field{}, fmt.Errorf("'%s' can be asked about, and is no column of %s", f.name, e.name)
	}
	return f, err
}

// isTime reports whether a column is a timestamp.
func isTime(name string) bool {
	switch name {
	case "timestamp", "deactivated", "expired":
		return true
	default:
		return strings.HasSuffix(name, "_timestamp") || strings.HasSuffix(name, "_time")
	}
}

// fact returns the field for ["fact", name] in an AST.
func (e entity) fact(name string) (field, error) {
	if e.name != "nodes" {
		return field{}, fmt.Errorf("[\"fact\", %q] is not a queryable object for %s", name, e.name)
	}
	return field{name: "fact." + name, of: func(r row) (any, bool) { return r.node.Fact(name) }}, nil
}

// parameter returns the field for ["parameter", name] in an AST.
func (e entity) parameter(name string) (field, error) {
	if e.name != "resources" {
		return field{}, fmt.Errorf("[\"parameter\", %q] is not a queryable object for %s", name, e.name)
	}
	return e.field([]string{"parameters", name})
}

func (e entity) queryable() string {
	names := slices.Concat(e.columns, e.onlyQueried)
	for _, root := range e.trees {
		names = append(names, root+".*")
	}
	return "['" + strings.Join(names, "', '") + "']"
}

// descend returns a member of a hash or an element of an array.
func descend(value any, key string) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		member, ok := v[key]
		return member, ok
	case []any:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return v[i], true
	default:
		return nil, false
	}
}

// number returns the numeric value of a value.
func number(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// number64 is an integer as encoding/json decodes it.
func number64(i int) json.Number { return json.Number(strconv.Itoa(i)) }

// anyList is a list of texts as encoding/json decodes it.
func anyList(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}
