// SPDX-License-Identifier: MPL-2.0

// Package code has what brings Puppet code from the control repository to the compilers.
package code

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// Area offers deploys of code by Code Manager.
func Area() pe.Area {
	return pe.Area{
		Resources: []func() resource.Resource{newCodeDeployResource},
		Actions:   []func() action.Action{newCodeDeployAction},
	}
}
