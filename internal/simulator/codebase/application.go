// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"slices"
	"strings"
)

// Application is an application of application orchestration, which PE supported up to 2018 and whose keys and errors the manuals describe
// for longer.
type Application struct {
	// Name is Type, or Type[title].
	Name string
	// Components are what it consists of.
	Components []Component
}

// Component is a part of an application.
type Component struct {
	Name string
	// Node is the certname of the node that it runs on.
	Node string
	// Needs names the components whose exports it consumes, which run before it.
	Needs []string
}

// AddApplication deploys an application, replacing one with the same name.
func (e *Environment) AddApplication(a Application) { e.applications[a.Name] = &a }

// Applications returns the applications that a target means: Type[title] means one of them, Type all of that type.
func (e *Environment) Applications(target string) []*Application {
	return slices.DeleteFunc(byName(e.applications), func(a *Application) bool {
		kind, _, _ := strings.Cut(a.Name, "[")
		return a.Name != target && kind != target
	})
}

// Cyclic reports whether components depend on each other in a circle, so that none of them can be first.
func (a *Application) Cyclic() bool {
	waiting := make(map[string][]string, len(a.Components))
	for _, c := range a.Components {
		waiting[c.Name] = c.Needs
	}
	for len(waiting) > 0 {
		ready := ""
		for name, needs := range waiting {
			if !slices.ContainsFunc(needs, func(other string) bool { _, waits := waiting[other]; return waits }) {
				ready = name
				break
			}
		}
		if ready == "" {
			return true
		}
		delete(waiting, ready)
	}
	return false
}
