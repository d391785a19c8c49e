package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// jobArea offers jobs as steps of an apply. Tasks and plans are looked up in metadata while planning.
func jobArea(metadata *Metadata) Area {
	return Area{Resources: []func() resource.Resource{
		func() resource.Resource { return newDeployResource(metadata) },
		func() resource.Resource { return newTaskResource(metadata) },
		func() resource.Resource { return newPlanRunResource(metadata) },
	}}
}
