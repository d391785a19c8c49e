# A patching calendar: every group of nodes has its night of the week, and within a group the nodes go in waves.

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
    calendar = "weekly patching"
  }
}

variable "zone" {
  description = "The time zone that the times of the calendar are in."
  type        = string
  default     = "Europe/Berlin"
}

variable "after" {
  description = "The calendar begins with the first of its nights after this time, which may have passed. The times of the calendar hold in its season: in the other half of the year, runs are an hour off."
  type        = string
  default     = "2024-01-01T00:00:00Z"
}

variable "calendar" {
  description = "When each group of nodes is patched."
  type = map(object({
    day         = string
    time        = string
    waves       = list(string)
    reboot      = optional(string, "patched")
    concurrency = optional(number)
  }))
  default = {
    canaries = {
      day   = "monday"
      time  = "22:00"
      waves = ["inventory[certname] { certname in [\"node1.example.com\", \"node2.example.com\"] }"]
    }
    web = {
      day         = "wednesday"
      time        = "02:00"
      waves       = ["inventory[certname] { facts.role = \"web\" and facts.os.family = \"Debian\" }", "inventory[certname] { facts.role = \"web\" and facts.os.family = \"RedHat\" }"]
      concurrency = 2
    }
    databases = {
      day    = "thursday"
      time   = "03:00"
      waves  = ["inventory[certname] { facts.role = \"db\" }"]
      reboot = "never"
    }
  }
}

locals {
  # One entry for each wave. The waves of a group begin 45 minutes apart.
  waves = merge([
    for group, entry in var.calendar : {
      for number, query in entry.waves : "${group}-${number + 1}" => {
        entry = entry
        query = query
        begin = timeadd(provider::pe::weekly(entry.day, entry.time, var.zone, var.after), "${number * 45}m")
      }
    }
  ]...)
}

resource "pe_scheduled_task" "patch" {
  for_each = local.waves

  task           = "pe_patch::patch_server"
  params         = { reboot = each.value.entry.reboot }
  scope          = { query = each.value.query }
  concurrency    = each.value.entry.concurrency
  scheduled_time = each.value.begin
  interval       = "168h"
  description    = "Patching of ${each.key}"
  userdata       = { wave = each.key }
}

# Half an hour after a wave, Puppet puts right what the patches have changed.
resource "pe_scheduled_deploy" "settle" {
  for_each = local.waves

  environment    = ""
  scope          = { query = each.value.query }
  scheduled_time = timeadd(each.value.begin, "30m")
  interval       = "168h"
  description    = "Puppet run after the patching of ${each.key}"
  userdata       = { wave = each.key }
}

output "next_runs" {
  description = "When each wave is patched next."
  value       = { for wave, schedule in pe_scheduled_task.patch : wave => schedule.next_run }
}
