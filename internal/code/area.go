// SPDX-License-Identifier: MPL-2.0

// Package code has what brings Puppet code from the control repository to the compilers.
package code

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers deploys of code by Code Manager.
func Area() pe.Area {
	shared := &questions{}
	return pe.Area{
		Resources: []func() resource.Resource{func() resource.Resource { return &codeDeployResource{asked: shared} }},
		Actions:   []func() action.Action{func() action.Action { return &codeDeployAction{asked: shared} }},
	}
}

// questions are what is asked of Code Manager that plans and applies can do without.
type questions struct {
	// reach is for whether there is one, queue for what it is at.
	reach, queue courtesy.Patience
}
