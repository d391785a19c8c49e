// SPDX-License-Identifier: MPL-2.0

package access

import "fmt"

// AnyInstance stands for every instance in a permission, and is mandatory for actions without instances.
const AnyInstance = "*"

// Permission is what a role lets its members do.
type Permission struct {
	ObjectType string `json:"object_type"`
	Action     string `json:"action"`
	Instance   string `json:"instance"`
}

// ObjectType is a type of object that permissions can be about.
type ObjectType struct {
	Name        string   `json:"object_type"`
	DisplayName string   `json:"display_name"`
	Description string   `json:"description"`
	Actions     []Action `json:"actions"`
}

// Action is what can be permitted for a type of object.
type Action struct {
	Name         string `json:"name"`
	DisplayName  string `json:"display_name"`
	Description  string `json:"description"`
	HasInstances bool   `json:"has_instances"`
}

// Types returns the object types and actions. Names are those of the manual's table of system names; run_with_constraints
// is not in that table, but the page about task-targets names it.
func Types() []ObjectType {
	return []ObjectType{
		objectType("cert_requests", "Certificate requests", one("accept_reject", "Accept and reject")),
		objectType("configuration", "Configuration", one("view", "View"), one("edit", "Edit")),
		objectType("console_page", "Console", one("view", "View")),
		objectType("directory_service", "Directory service", one("edit", "View, edit, and test")),
		objectType("environment", "Environment", each("deploy_code", "Deploy code")),
		objectType("node_groups", "Node groups",
			each("view", "View"), each("set_environment", "Set environment"),
			each("modify_children", "Create, edit, and delete child groups"),
			each("edit_child_rules", "Edit child group rules"),
			each("edit_classification", "Edit configuration and classification"),
			each("edit_config_data", "Edit configuration data"),
			each("edit_params_and_vars", "Edit parameters and variables"),
			// The manual's examples use these two beside the names of its table.
			each("edit_rules", "Edit rules"), each("modify", "Modify"),
		),
		objectType("nodes", "Nodes",
			one("view_data", "View node data from PuppetDB"), one("edit_data", "Edit node data"),
			one("view_inventory_sensitive", "View sensitive connection information"),
		),
		objectType("orchestrator", "Job orchestrator", one("view", "Start, stop and view jobs")),
		objectType("plans", "Plans", each("run", "Run plans")),
		objectType("puppet_agent", "Puppet agent", one("run", "Run Puppet on agent nodes")),
		objectType("puppetserver", "Puppet Server", one("compile_catalogs", "Compile catalogs for remote nodes")),
		// The system names of this pair are not in the manual's tables, only the display names.
		objectType("scheduled_jobs", "Scheduled jobs", each("delete", "Delete another user's scheduled jobs")),
		objectType("tasks", "Tasks", each("run", "Run tasks"), each("run_with_constraints", "Run tasks with constraints")),
		objectType("user_groups", "User groups", one("import", "Import"), each("delete", "Delete")),
		objectType("user_roles", "User roles", one("create", "Create"), one("edit", "Edit and delete"), each("edit_members", "Edit members")),
		objectType("users", "Users",
			one("create", "Create"), each("edit", "Edit"), each("reset_password", "Reset password"),
			each("disable", "Revoke and reinstate"),
		),
	}
}

func objectType(name, displayName string, actions ...Action) ObjectType {
	return ObjectType{Name: name, DisplayName: displayName, Description: displayName + " of Puppet Enterprise", Actions: actions}
}

// one describes an action without instances.
func one(name, displayName string) Action {
	return Action{Name: name, DisplayName: displayName, Description: displayName}
}

// each describes an action that is permitted for single instances.
func each(name, displayName string) Action {
	return Action{Name: name, DisplayName: displayName, Description: displayName, HasInstances: true}
}

// FindAction returns an action by its names.
func FindAction(objectType, action string) (Action, bool) {
	for _, t := range Types() {
		if t.Name != objectType {
			continue
		}
		for _, a := range t.Actions {
			if a.Name == action {
				return a, true
			}
		}
	}
	return Action{}, false
}

// Check says what is wrong with a permission: an unknown type or action, or an instance where there are none. It does not check whether the
// instance exists.
func (p Permission) Check() error {
	action, ok := FindAction(p.ObjectType, p.Action)
	switch {
	case !ok:
		return fmt.Errorf("there is no action %q on the object type %q", p.Action, p.ObjectType)
	case p.Instance == "":
		return fmt.Errorf("the instance of %s:%s is empty", p.ObjectType, p.Action)
	case !action.HasInstances && p.Instance != AnyInstance:
		return fmt.Errorf("%s:%s has no instances: the instance must be %q", p.ObjectType, p.Action, AnyInstance)
	default:
		return nil
	}
}
