// SPDX-License-Identifier: MPL-2.0

package command

import (
	"strings"
	"testing"
)

func TestParse_Verb(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Command{
		"terraform apply": {Verb: "apply", CoversAll: true},
		"/usr/bin/tofu apply -auto-approve -no-color":         {Verb: "apply", CoversAll: true},
		"terraform -chdir=x apply -replace=pe_task.t":         {Verb: "apply", CoversAll: true},
		"terraform destroy -auto-approve":                     {Verb: "destroy", CoversAll: true},
		"terraform apply -target=pe_task.t":                   {Verb: "apply"},
		"terraform apply --target=pe_task.t":                  {Verb: "apply"},
		"terraform apply -target pe_task.t":                   {Verb: "apply"},
		"tofu apply -exclude=pe_task.t":                       {Verb: "apply"},
		"terraform apply -refresh=false":                      {Verb: "apply"},
		"terraform apply -refresh=true":                       {Verb: "apply", CoversAll: true},
		"terraform apply -refresh-only":                       {Verb: "apply"},
		"terraform apply -destroy":                            {Verb: "apply"},
		"terraform apply tfplan":                              {Verb: "apply"},
		"terraform apply -auto-approve tfplan":                {Verb: "apply"},
		"terraform apply -var run=1":                          {Verb: "apply", CoversAll: true},
		"terraform apply -var-file a.tfvars -auto-approve":    {Verb: "apply", CoversAll: true},
		"terraform apply --lock-timeout 5s -parallelism 20":   {Verb: "apply", CoversAll: true},
		"terraform apply -lock-timeout 5s tfplan":             {Verb: "apply"},
		"terraform apply -var run=1 tfplan":                   {Verb: "apply"},
		"terraform apply -var-file a.tfvars -target pe_job.a": {Verb: "apply"},
		"terraform apply -auto-approve -replace pe_task.t":    {Verb: "apply", CoversAll: true},
		"tofu apply -exclude pe_task.t":                       {Verb: "apply"},
		"terraform apply -invoke=action.pe_task.a":            {Verb: "apply"},
		"terraform apply -invoke action.pe_task.a":            {Verb: "apply"},
		"terraform destroy -var run=1":                        {Verb: "destroy", CoversAll: true},
		"terraform plan":                                      {Verb: "plan"},
		"terraform apply -state=a.tfstate":                    {Verb: "apply", CoversAll: true, State: "a.tfstate"},
		"terraform apply --state a.tfstate":                   {Verb: "apply", CoversAll: true, State: "a.tfstate"},
		"terraform apply -var-file= tfplan":                   {Verb: "apply"},
		"terraform apply -state= -target=pe_task.t":           {Verb: "apply"},
		"terraform apply -state= -auto-approve":               {Verb: "apply", CoversAll: true},
		"terraform apply -state":                              {Verb: "apply", CoversAll: true},
		"terraform apply -state-out=b.tfstate":                {Verb: "apply", CoversAll: true},
		"terraform":                                           {},
		"bash -c apply":                                       {},
		"":                                                    {},
		"terraform apply -auto-approve -parallelism=40 -lock": {Verb: "apply", CoversAll: true},
	} {
		none := func(string) (string, bool) { return "", false }
		if got := Parse(strings.Fields(line), none); got != want {
			t.Errorf("%q: got %+v", line, got)
		}
	}
}

func TestParse_Environment(t *testing.T) {
	t.Parallel()
	for variable, whole := range map[string]bool{"TF_CLI_ARGS": false, "TF_CLI_ARGS_apply": false, "TF_CLI_ARGS_plan": true} {
		got := Parse([]string{"terraform", "apply"}, func(name string) (string, bool) {
			if name != variable {
				return "", false
			}
			return "-target=pe_task.t", true
		})
		if got.CoversAll != whole {
			t.Errorf("%s: got %+v", variable, got)
		}
	}
}
