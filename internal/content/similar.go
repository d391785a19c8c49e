// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// similarTask asks whether another task was meant, where the server says that there is none of a name. It is "" if none is similar, or
// if the list cannot be read.
func similarTask(ctx context.Context, c *orchestrator.Client, environment, name string, err error) string {
	if !httpapi.HasKind(err, orchestrator.KindUnknownTask) {
		return ""
	}
	list, err := c.TaskList(ctx, environment)
	if err != nil {
		return ""
	}
	return didYouMean(name, list.Names())
}

// similarPlan asks the same of a plan.
func similarPlan(ctx context.Context, c *orchestrator.Client, environment, name string, err error) string {
	if !httpapi.HasKind(err, orchestrator.KindUnknownPlan) {
		return ""
	}
	list, err := c.PlanList(ctx, environment)
	if err != nil {
		return ""
	}
	names := make([]string, 0, len(list.Plans))
	for _, plan := range list.Plans {
		names = append(names, plan.Name)
	}
	return didYouMean(name, names)
}

func didYouMean(name string, names []string) string {
	if similar := prose.Nearest(name, names); similar != "" {
		return fmt.Sprintf("Did you mean `%s`?", similar)
	}
	return ""
}
