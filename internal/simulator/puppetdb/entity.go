// SPDX-License-Identifier: MPL-2.0

package puppetdb

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// row is one record of an entity: a node, or a fact or a resource of one.
type row struct {
	node *Node
	// name and value are those of a fact; for a resource they are its type and its title.
	name  string
	value any
}

// field is a column of an entity.
type field struct {
	name string
	of   func(row) (any, bool)
}

// entity is a kind of record that a query starts from.
type entity struct {
	name string
	// rows returns the records of one node.
	rows func(*Node) iter.Seq[row]
	// columns are the fields with fixed names.
	columns map[string]func(row) (any, bool)
	// paths are the fields that lead into a tree of values.
	paths map[string]func(row, []string) (any, bool)
}

// entityNames lists the entities, in the order in which errors name them.
func entityNames() []string {
	return []string{"nodes", "inventory", "facts", "resources"}
}

// findEntity returns the entity with a name.
func findEntity(name string) (entity, bool) {
	switch name {
	case "nodes":
		return nodesEntity(), true
	case "inventory":
		return inventoryEntity(), true
	case "facts":
		return factsEntity(), true
	case "resources":
		return resourcesEntity(), true
	default:
		return entity{}, false
	}
}

func certname(r row) (any, bool)    { return r.node.Certname, true }
func environment(r row) (any, bool) { return r.node.Environment, true }
func rowName(r row) (any, bool)     { return r.name, true }
func rowValue(r row) (any, bool)    { return r.value, true }
func absent(row) (any, bool)        { return nil, false }

// itself returns the only row of an entity that has one record for each node.
func itself(n *Node) iter.Seq[row] {
	return func(yield func(row) bool) { yield(row{node: n}) }
}

func nodesEntity() entity {
	return entity{
		name: "nodes",
		rows: itself,
		columns: map[string]func(row) (any, bool){
			"certname":            certname,
			"catalog_environment": environment,
			"facts_environment":   environment,
			"report_environment":  environment,
			"deactivated":         absent,
			"expired":             absent,
		},
	}
}

func inventoryEntity() entity {
	return entity{
		name:    "inventory",
		rows:    itself,
		columns: map[string]func(row) (any, bool){"certname": certname, "environment": environment},
		paths: map[string]func(row, []string) (any, bool){
			"facts":   func(r row, path []string) (any, bool) { return r.node.Fact(path...) },
			"trusted": trusted,
		},
	}
}

// trusted returns trusted facts; a node of the simulator only has those that follow from its certificate.
func trusted(r row, path []string) (any, bool) {
	if slices.Equal(path, []string{"certname"}) {
		return r.node.Certname, true
	}
	return nil, false
}

func factsEntity() entity {
	return entity{
		name: "facts",
		rows: func(n *Node) iter.Seq[row] {
			return func(yield func(row) bool) {
				for _, name := range slices.Sorted(maps.Keys(n.facts)) {
					if !yield(row{node: n, name: name, value: n.facts[name]}) {
						return
					}
				}
			}
		},
		columns: map[string]func(row) (any, bool){
			"certname": certname, "environment": environment, "name": rowName, "value": rowValue,
		},
		paths: map[string]func(row, []string) (any, bool){
			"value": func(r row, path []string) (any, bool) {
				value := r.value
				for _, key := range path {
					var ok bool
					if value, ok = descend(value, key); !ok {
						return nil, false
					}
				}
				return value, true
			},
		},
	}
}

// resourcesEntity has the classes in a node's catalog: the three in every catalog, and the role class for the node's role fact.
func resourcesEntity() entity {
	return entity{
		name: "resources",
		rows: func(n *Node) iter.Seq[row] {
			return func(yield func(row) bool) {
				for _, title := range classes(n) {
					if !yield(row{node: n, name: "Class", value: title}) {
						return
					}
				}
			}
		},
		columns: map[string]func(row) (any, bool){
			"certname": certname, "environment": environment, "type": rowName, "title": rowValue,
		},
	}
}

func classes(n *Node) []string {
	titles := []string{"Main", "Settings", "Puppet_enterprise"}
	if role, ok := n.facts["role"].(string); ok && role != "" {
		titles = append(titles, "Role::"+strings.ToUpper(role[:1])+role[1:])
	}
	return titles
}

// field returns a column of the entity by its path. A path into an array has its indexes as elements.
func (e entity) field(path []string) (field, error) {
	name := strings.Join(path, ".")
	if len(path) == 1 {
		if of, ok := e.columns[name]; ok {
			return field{name: name, of: of}, nil
		}
	} else if of, ok := e.paths[path[0]]; ok {
		rest := path[1:]
		return field{name: name, of: func(r row) (any, bool) { return of(r, rest) }}, nil
	}
	return field{}, fmt.Errorf("'%s' is not a queryable object for %s. Known queryable objects are %s",
		name, e.name, e.queryable())
}

// fact returns the field for ["fact", name] in an AST.
func (e entity) fact(name string) (field, error) {
	if e.name != "nodes" && e.name != "inventory" {
		return field{}, fmt.Errorf("[\"fact\", %q] is not a queryable object for %s", name, e.name)
	}
	return field{name: "fact." + name, of: func(r row) (any, bool) { return r.node.Fact(name) }}, nil
}

func (e entity) queryable() string {
	names := slices.Sorted(maps.Keys(e.columns))
	for _, root := range slices.Sorted(maps.Keys(e.paths)) {
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
