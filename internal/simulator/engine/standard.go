// SPDX-License-Identifier: MPL-2.0

package engine

import "fmt"

// The node groups that the simulator starts with, besides All Nodes.
const (
	WebServers = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"
	Databases  = "1c0e5b7a-2a44-4c19-8f5d-6b1f0c2d3e41"
	// NoRules is a group without rules, which cannot be a scope.
	NoRules = "2d1f6c8b-3b55-4d2a-9a6e-7c2a1d3e4f52"
)

// Populate adds the initial node groups and a number of nodes.
func (e *Engine) Populate(nodes int) error {
	for _, g := range []NodeGroup{
		{ID: AllNodes, Name: "All Nodes", Rule: []any{"and", []any{"~", "name", ".*"}}},
		{ID: WebServers, Name: "Web servers", Rule: []any{"=", []any{"fact", "role"}, "web"}},
		{ID: Databases, Name: "Databases", Rule: []any{"=", []any{"fact", "role"}, "db"}},
		{ID: NoRules, Name: "No rules"},
	} {
		if err := e.AddNodeGroup(g); err != nil {
			return err
		}
	}
	for i := 1; i <= nodes; i++ {
		if err := e.AddNode(standardNode(i)); err != nil {
			return err
		}
	}
	return nil
}

// standardNode returns the generated node with a number: odd ones are web servers, even ones databases, and every third
// runs RedHat.
func standardNode(number int) Node {
	certname := fmt.Sprintf("node%d.example.com", number)
	return Node{
		Certname: certname, Connected: true, Run: RunChanged, Facts: standardFacts(number, certname),
	}
}

func standardFacts(number int, certname string) map[string]any {
	os := map[string]any{
		"family": "Debian", "name": "Debian", "architecture": "amd64",
		"release": map[string]any{"full": "12.5", "major": "12", "minor": "5"},
	}
	if number%3 == 0 {
		os = map[string]any{
			"family": "RedHat", "name": "RedHat", "architecture": "x86_64",
			"release": map[string]any{"full": "9.4", "major": "9", "minor": "4"},
		}
	}
	role := "db"
	if number%2 == 1 {
		role = "web"
	}
	total := int64(1+number%4) * 4 * 1024 * 1024 * 1024
	return map[string]any{
		"os":             os,
		"role":           role,
		"datacenter":     fmt.Sprintf("dc%d", 1+number%2),
		"kernel":         "Linux",
		"kernelrelease":  "6.1.0",
		"clientcert":     certname,
		"puppetversion":  "8.10.0",
		"is_virtual":     true,
		"virtual":        "kvm",
		"processorcount": 2 + 2*(number%4),
		"memory":         map[string]any{"system": map[string]any{"total_bytes": total, "total": fmt.Sprintf("%d.00 GiB", total>>30)}},
		"networking": map[string]any{
			"hostname": fmt.Sprintf("node%d", number), "domain": "example.com", "fqdn": certname,
			"ip": fmt.Sprintf("10.%d.%d.%d", number>>16&0xff, number>>8&0xff, number&0xff),
		},
	}
}
