variable "ready" {
  description = "When the change is ready."
  type        = string
  default     = "2040-02-20T12:00:00Z"
}

# Maintenance windows are every four weeks. The change is made in the first one after it is ready.
resource "pe_scheduled_task" "upgrade" {
  task           = "package"
  params         = { action = "upgrade", name = "postgresql" }
  scope          = { query = "inventory[certname] { facts.role = \"db\" }" }
  scheduled_time = provider::pe::next_run("2026-01-03T22:00:00+01:00", "672h", var.ready)
}

output "window" {
  value = pe_scheduled_task.upgrade.scheduled_time # 2040-03-10T22:00:00+01:00
}
