// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type parsePermission struct{}

func newParsePermission() function.Function { return parsePermission{} }

// permission is what a text is parsed into: an entry of the permissions of a role.
type permission struct {
	ObjectType string `tfsdk:"object_type"`
	Action     string `tfsdk:"action"`
	Instance   string `tfsdk:"instance"`
}

// Metadata implements [function.Function].
func (parsePermission) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_permission"
}

// Definition implements [function.Function].
func (parsePermission) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads a permission that is written in one line.",
		MarkdownDescription: "Reads a permission that is written in one line, as in a policy in YAML, into the `object_type`, `action` and " +
			"`instance` that [`pe_role`](../resources/role.md) and [`pe_role_permission`](../resources/role_permission.md) take. Everything " +
			"after the second colon is the instance, colons too.\n\nWhether the server has such a type, action and instance is checked where " +
			"the permission is used.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "text",
				MarkdownDescription: "`object_type:action:instance`, such as `tasks:run:mysql::sql` or `console_page:view:*`.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"object_type": types.StringType, "action": types.StringType, "instance": types.StringType,
		}},
	}
}

// Run implements [function.Function].
func (parsePermission) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	parsed, problem := permissionIn(text)
	if problem != "" {
		resp.Error = wrong(0, text, problem)
		return
	}
	resp.Error = resp.Result.Set(ctx, parsed)
}

// permissionIn reads a permission. problem says why it is none, as the end of a sentence that begins with the text, or is "".
func permissionIn(text string) (parsed permission, problem string) {
	const form = "a permission is object_type:action:instance, such as tasks:run:package, with * for all instances"
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 3 {
		return permission{}, fmt.Sprintf("has %d of the three parts: %s", len(parts), form)
	}
	for i, name := range []string{"object_type", "action", "instance"} {
		switch part := parts[i]; {
		case strings.TrimSpace(part) == "":
			return permission{}, fmt.Sprintf("has no %s: %s", name, form)
		case strings.TrimSpace(part) != part, i < 2 && strings.ContainsFunc(part, unicode.IsSpace):
			return permission{}, fmt.Sprintf("has white space in its %s, where there is none in Puppet Enterprise: %s", name, form)
		}
	}
	return permission{ObjectType: parts[0], Action: parts[1], Instance: parts[2]}, ""
}
