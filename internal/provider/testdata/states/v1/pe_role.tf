resource "pe_role" "minimal" {
  display_name = "Empty"
}

resource "pe_role" "full" {
  display_name = "Restarters"
  description  = "Keep the web servers running"
  permissions = [
    { object_type = "tasks", action = "run", instance = "service" },
    { object_type = "orchestrator", action = "view", instance = "*" },
  ]
  user_ids  = ["0f0d2c1b-6d5e-4b7a-8c9d-1e2f3a4b5c6d"]
  group_ids = ["5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10"]
}
