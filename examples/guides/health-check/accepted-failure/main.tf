terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  description = "The release to roll out."
  type        = string
  default     = "2026.11"
}

variable "previous" {
  description = "The release to go back to."
  type        = string
  default     = "2026.10"
}

locals {
  web_servers = "inventory[certname] { facts.role = \"web\" }"
  no_node     = "inventory[certname] { certname = \"none\" }"
  failed      = pe_plan_run.release.state == "failure"
}

# The release goes to one node first, then to the rest. If it fails, that is a warning.
resource "pe_plan_run" "release" {
  plan_name      = "canary"
  params         = { command = "/opt/shop/install ${var.release}" }
  query_params   = { nodes = local.web_servers }
  accept_failure = true
}

# The rollback runs after a release that has failed. After any other one, it matches no node and launches nothing.
resource "pe_task" "rollback" {
  task              = "exec"
  params            = { command = "/opt/shop/install ${var.previous}" }
  scope             = { query = local.failed ? local.web_servers : local.no_node }
  allow_empty_scope = true
  triggers          = { release = pe_plan_run.release.id }
}

output "installed" {
  description = "The release that the web servers have."
  value       = local.failed ? var.previous : var.release
}

output "error" {
  description = "Why the release has failed, null if it has not."
  value       = local.failed ? pe_plan_run.release.result.msg : null
}
