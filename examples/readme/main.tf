terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Where Puppet Enterprise is, and the token, come from the environment.
provider "pe" {}

locals {
  web_servers = "inventory[certname] { facts.role = \"web\" }"
}

variable "release" {
  description = "What is rolled out. A new value runs the jobs again."
  type        = string
  default     = "2026.11"
}

# Permissions as code: a role with tasks:run_with_constraints on this id may restart services on the web servers.
resource "pe_task_target" "web_restarts" {
  display_name = "Web restarts"
  tasks        = ["service"]
  pql_query    = local.web_servers

  lifecycle {
    create_before_destroy = true
  }
}

# Scheduled maintenance: a task every week.
resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { query = local.web_servers }
  scheduled_time = "2040-01-07T02:00:00+01:00"
  interval       = "168h"
}

# Jobs as steps of an apply: Puppet first, then a task whose results are values.
resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = local.web_servers }
  triggers    = { release = var.release }
}

resource "pe_task" "httpd" {
  task            = "package"
  params          = { action = "status", name = "httpd" }
  scope           = { query = local.web_servers }
  capture_results = "all"
  triggers        = { deploy = pe_deploy.web.id }
}

output "httpd_versions" {
  value = { for node, entry in pe_task.httpd.results : node => entry.result.version }
}
