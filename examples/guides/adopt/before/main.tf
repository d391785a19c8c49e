terraform {
  required_version = ">= 1.8"

  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

provider "pe" {}

resource "pe_task_target" "web_restarts" {
  display_name = "web restarts"
  tasks        = ["service"]
  pql_query    = "inventory[certname] { facts.role = \"web\" }"
}

resource "pe_role" "web_operators" {
  display_name = "Web operators"
  description  = "May restart services of web servers"

  permissions = [
    { object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.web_restarts.id },
    { object_type = "orchestrator", action = "view", instance = "*" },
  ]
}

resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { query = "inventory[certname] { facts.role = \"web\" }" }
  scheduled_time = "2040-01-07T22:00:00Z"
  interval       = "168h"
  description    = "Weekly restart"
}

resource "pe_scheduled_deploy" "nightly" {
  environment    = "production"
  scope          = { node_group = "00000000-0000-4000-8000-000000000000" }
  scheduled_time = "2040-01-07T01:00:00Z"
  interval       = "24h"
  noop           = true
}
