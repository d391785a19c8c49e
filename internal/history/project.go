// SPDX-License-Identifier: MPL-2.0

package history

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// projectModel is the Bolt project that a job's content comes from.
type projectModel struct {
	ID  types.String `tfsdk:"project_id"`
	Ref types.String `tfsdk:"ref"`
}

func projectAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The Bolt project that the content comes from. Null for content of an environment.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the project."},
			"ref":        schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the project."},
		},
	}
}

func newProject(project *orchestrator.Project) *projectModel {
	if project == nil {
		return nil
	}
	return &projectModel{ID: tfvalue.StringOrNull(project.ID), Ref: tfvalue.StringOrNull(project.Ref)}
}
