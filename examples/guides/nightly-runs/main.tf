terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "first_night" {
  description = "When the first run begins. It may have passed: the next run is then at the same time of another night."
  type        = string
  default     = "2040-01-02T01:00:00+01:00"
}

# Every night, Puppet runs on all web servers, eight at a time.
resource "pe_scheduled_deploy" "nightly" {
  environment    = "production"
  scope          = { query = "inventory[certname] { facts.role = \"web\" }" }
  concurrency    = 8
  scheduled_time = var.first_night
  interval       = "24h"
  description    = "Nightly run of the web servers"
}

# An hour later, a task looks whether they are well.
resource "pe_scheduled_task" "status" {
  task           = "service"
  params         = { action = "status", name = "httpd" }
  scope          = { query = "inventory[certname] { facts.role = \"web\" }" }
  scheduled_time = timeadd(var.first_night, "1h")
  interval       = "24h"
  description    = "Check after the nightly run"
}

output "last_night" {
  description = "The latest run of each schedule: its time and its job, or why there was none."
  value = {
    deploy = pe_scheduled_deploy.nightly.last_run
    status = pe_scheduled_task.status.last_run
  }
}
