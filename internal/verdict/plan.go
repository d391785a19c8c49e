// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Plan is what is known of a plan job, once it has been judged.
type Plan struct {
	// Title names what ran, as the beginning of a sentence.
	Title           string
	Job, State, URL string
	// Failed tells that the plan counts as failed; Accepted, that it has failed and counts as a success.
	Failed, Accepted bool
	// Message is what the plan says about its failure, without secrets.
	Message string
}

// OfPlan puts the judgement of a plan job into words.
func OfPlan(p Plan) Verdict {
	detail := prose.Paragraphs(
		fmt.Sprintf("Plan job %s ended as %s.\n%s", p.Job, visible.Line(p.State, visible.LongestName), p.URL), prose.Sentence(p.Message))
	switch {
	case p.Failed:
		return Verdict{Summary: p.Title + " failed", Detail: detail}
	case p.Accepted:
		return Verdict{OK: true, Warning: p.Title + " failed, which is accepted", WarningDetail: detail}
	default:
		return Verdict{OK: true}
	}
}

// PlanMessage finds the sentence in the result of a plan that has failed.
func PlanMessage(result types.Dynamic) string {
	value, err := tfvalue.ToGo(result)
	if err != nil {
		return ""
	}
	switch value := value.(type) {
	case string:
		return value
	case map[string]any:
		message, _ := value["msg"].(string)
		if kind, ok := value["kind"].(string); ok {
			message = strings.TrimSpace(message + " (" + kind + ")")
		}
		return message
	default:
		return ""
	}
}
