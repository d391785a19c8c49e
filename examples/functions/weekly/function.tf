variable "after" {
  description = "The restarts begin with the first Sunday after this time. Move it past a change of the clocks to keep the local time."
  type        = string
  default     = "2040-07-01T00:00:00Z"
}

# Every Sunday at two o'clock in Berlin.
resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { query = "inventory[certname] { facts.role = \"web\" }" }
  scheduled_time = provider::pe::weekly("sunday", "02:00", "Europe/Berlin", var.after)
  interval       = "168h"
}

output "first_run" {
  value = pe_scheduled_task.restart.scheduled_time # 2040-07-08T02:00:00+02:00
}
