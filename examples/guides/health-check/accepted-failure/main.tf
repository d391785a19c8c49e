terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  description = "What is rolled out. A new value rolls it out."
  type        = string
  default     = "2026.11"
}

locals {
  web_servers = "inventory[certname] { facts.role = \"web\" }"
  nobody      = "inventory[certname] { certname = \"nobody\" }"
}

# The rollout may fail: that is a warning, and what comes next decides.
resource "pe_plan_run" "release" {
  plan_name      = "canary"
  params         = { command = "/opt/shop/release ${var.release}" }
  query_params   = { nodes = local.web_servers }
  accept_failure = true
}

# The rollback, on no node when there is nothing to roll back. The state is known when the plan has ended, which is too late for
# count; a query can wait for it.
resource "pe_task" "rollback" {
  task              = "service"
  params            = { action = "restart", name = "shop" }
  scope             = { query = pe_plan_run.release.state == "failure" ? local.web_servers : local.nobody }
  allow_empty_scope = true
  triggers          = { release = pe_plan_run.release.id }
}

# Whatever happened: are the nodes as Puppet wants them? Nothing is changed, and the apply fails where something would be.
resource "pe_deploy" "check" {
  environment       = "production"
  scope             = { query = local.web_servers }
  noop              = true
  expect_no_changes = true

  triggers = {
    release  = pe_plan_run.release.id
    rollback = pe_task.rollback.id
  }
}

output "error" {
  description = "Why the rollout has failed, null when it has not."
  value       = pe_plan_run.release.state == "failure" ? pe_plan_run.release.result.msg : null
}
