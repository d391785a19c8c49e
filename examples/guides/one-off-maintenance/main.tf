# A maintenance that happens once: a package is upgraded, and an hour later Puppet brings the new settings.

terraform {
  required_version = ">= 1.8"
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

provider "pe" {
  default_userdata = {
    change = var.change
  }
}

variable "change" {
  description = "Number of the change, which the schedules and their jobs carry as userdata."
  type        = string
  default     = "CHG0001"
}

variable "window" {
  description = "When the maintenance begins."
  type        = string
  default     = "2040-03-03T22:00:00+01:00"
}

locals {
  databases = "inventory[certname] { facts.role = \"db\" }"
}

resource "pe_scheduled_task" "upgrade" {
  task           = "package"
  params         = { action = "upgrade", name = "postgresql" }
  scope          = { query = local.databases }
  scheduled_time = var.window
  description    = "${var.change}: upgrade of the databases"
}

resource "pe_scheduled_deploy" "follow_up" {
  environment    = "production"
  scope          = { query = local.databases }
  concurrency    = 2
  scheduled_time = timeadd(pe_scheduled_task.upgrade.scheduled_time, "1h")
  description    = "${var.change}: Puppet run after the upgrade"
}

output "upgrade" {
  description = "The job of the upgrade, once it has run, or why it could not be started."
  value       = pe_scheduled_task.upgrade.last_run
}

output "follow_up" {
  description = "The job of the Puppet run, once it has run, or why it could not be started."
  value       = pe_scheduled_deploy.follow_up.last_run
}
